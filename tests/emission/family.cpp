// Families of densities in scalar code, against the library's own families, and what their authors may leave out.
#include "latent/emission/family.hpp"

#include "catch.hpp"
#include "kit/family_subject.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/emission/mixture_emission.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/estep/truncated.hpp"
#include "latent/execution/threads.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"
#include "latent/mstep/frozen.hpp"
#include "latent/mstep/jittered.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"
#include "latent/selection/selection.hpp"
#include "latent/start/k_means.hpp"

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using latent::Family, latent::Index, latent::Mixture, latent::Panel, latent::Poisson, latent::Random;

namespace {

/// What Poisson has for one dimension.
struct PoissonDensity {
    struct Statistics {
        double count = 0, sum = 0;
        static constexpr auto fields() { return std::tuple{&Statistics::count, &Statistics::sum}; }
    };
    double rate = 1;

    double log_density(double x) const { return x * std::log(rate) - rate - std::lgamma(x + 1); }
    void accumulate(double x, double weight, Statistics& s) const { s.count += weight, s.sum += weight * x; }
    void maximize(const Statistics& s) { rate = s.sum / s.count; }
    double expected_log_density(const Statistics& s) const { return s.sum * std::log(rate) - s.count * rate; }
    double sample(Random& random) const {
        double x = 0;
        Poisson<>(Eigen::MatrixXd::Constant(1, 1, rate)).sample(0, random, &x);
        return x;
    }
    static constexpr Index parameters() { return 1; }
};

/// Independent normal numbers of variance 1, as many as there are means: statistics have a length.
struct Means {
    struct Statistics {
        double count = 0;
        Eigen::VectorXd sum;
        static constexpr auto fields() { return std::tuple{&Statistics::count, &Statistics::sum}; }
    };
    Eigen::VectorXd mean;

    Index dimension() const { return mean.size(); }
    Statistics zero_statistics() const { return {0, Eigen::VectorXd::Zero(dimension())}; }
    static auto vector(std::span<const double> x) {
        return Eigen::Map<const Eigen::VectorXd>(x.data(), std::ssize(x));
    }
    double log_density(std::span<const double> x) const {
        return -0.5 * ((vector(x) - mean).squaredNorm() +
                       static_cast<double>(dimension()) * std::log(2 * std::numbers::pi));
    }
    void accumulate(std::span<const double> x, double weight, Statistics& s) const {
        s.count += weight;
        s.sum += weight * vector(x);
    }
    void maximize(const Statistics& s) { mean = s.sum / s.count; }
    double expected_log_density(const Statistics& s) const {
        return s.sum.dot(mean) - 0.5 * s.count * mean.squaredNorm();
    }
    void sample(Random& random, std::span<double> x) const {
        for (std::size_t j = 0; j < x.size(); ++j) x[j] = mean(static_cast<Index>(j)) + random.normal();
    }
};

template <class Scalar = double>
Mixture<Poisson<Scalar>> poisson() {
    return {Eigen::Vector3d(0.5, 0.3, 0.2), Poisson<Scalar>(Eigen::MatrixXd(Eigen::RowVector3d(0.7, 4, 15)))};
}
template <class Scalar = double>
Mixture<Family<PoissonDensity, Scalar>> family() {
    const std::vector densities{PoissonDensity{0.7}, PoissonDensity{4}, PoissonDensity{15}};
    return {Eigen::Vector3d(0.5, 0.3, 0.2), Family<PoissonDensity, Scalar>(densities)};
}

template <class Scalar>
void fill(Panel<Scalar>& panel, Index n, Index d, const auto& value) {
    panel.resize(n, d);
    for (Index j = 0; j < d; ++j)
        for (Index i = 0; i < panel.padded(); ++i) panel(i, j) = static_cast<Scalar>(value(i, j));
}

}  // namespace

TEMPLATE_TEST_CASE("a family of Poisson densities is Poisson", "", double, float) {
    const auto library = poisson<TestType>().emission();
    auto own = family<TestType>().emission();
    const TestType rounding = std::numeric_limits<TestType>::epsilon();
    Panel<TestType> x, weights, expected, out;
    fill(x, 37, 1, [](Index i, Index) { return (i * i) % 23; });
    library.log_density(x, expected);
    own.log_density(x, out);
    REQUIRE((out.size() == 37 && out.columns() == 3));
    for (Index k = 0; k < 3; ++k)
        for (Index i = 0; i < out.padded(); ++i)
            CHECK(std::abs(out(i, k) - expected(i, k)) <= 8 * rounding * std::abs(expected(i, k)));

    fill(weights, 37, 3,
         [](Index i, Index k) { return i < 37 ? 1.0 / static_cast<double>(1 + i % 4 + k) : 0; });
    auto t = library.zero_statistics();
    auto s = own.zero_statistics();
    for (int twice = 0; twice < 2; ++twice) {
        library.accumulate(x, weights, t);
        own.accumulate(x, weights, s);
    }
    for (Index k = 0; k < 3; ++k) {
        const auto& density = s.density[static_cast<std::size_t>(k)];
        CHECK_THAT(s.count(k), WithinRel(t.count(k), 1e-6) && WithinRel(density.count, 1e-14));
        CHECK_THAT(density.sum, WithinRel(t.sum(0, k), 1e-6));
    }
    CHECK_THAT(own.expected_log_density(s), WithinRel(library.expected_log_density(t), 1e-6));
    own.maximize(s);
    for (Index k = 0; k < 3; ++k)
        CHECK_THAT(own.component(k).rate, WithinRel(t.sum(0, k) / t.count(k), 1e-6));
    own.reset(s);
    CHECK((s.count.isZero() && s.density[2].sum == 0));
}

TEST_CASE("a fit of a family of Poisson densities is that of Poisson") {
    Random random(1);
    const Eigen::MatrixXd x = poisson().sample(3000, random);
    const Eigen::VectorXd weights = Eigen::VectorXd::LinSpaced(3000, 0, 2);  // the first is not seen
    const latent::ExpectationMaximization<> em{.limits = {.iterations = 25}};
    const auto expected = em.fit(poisson(), latent::weighted(x, weights));
    const auto fit = em.fit(family(), latent::weighted(x, weights));
    REQUIRE(fit.trace.size() == expected.trace.size());
    for (std::size_t t = 0; t < fit.trace.size(); ++t)
        CHECK_THAT(fit.trace[t], WithinRel(expected.trace[t], 1e-13));
    for (Index k = 0; k < 3; ++k)
        CHECK_THAT(fit.model.emission().component(k).rate,
                   WithinRel(expected.model.emission().rates()(0, k), 1e-11));
    CHECK_THAT(fit.model.bic(x), WithinRel(expected.model.bic(x), 1e-13));
}

TEST_CASE("observations of several numbers are spans, whatever their number") {
    for (const Index d : {1, 2, 32, 33, 70}) {  // 33 and more have no room on the stack
        CAPTURE(d);
        Random random(2);
        const Eigen::MatrixXd means = Eigen::MatrixXd::NullaryExpr(d, 2, [&] { return random.normal(); });
        const latent::Gaussian<latent::Spherical> gaussian(
            means, std::vector(2, Eigen::MatrixXd(Eigen::MatrixXd::Identity(d, d))));
        Family<Means> own(std::vector{Means{means.col(0)}, Means{means.col(1)}});
        CHECK(own.dimension() == d);
        Panel<double> x, weights, expected, out;
        fill(x, 11, d, [&](Index, Index) { return random.normal(); });
        gaussian.log_density(x, expected);
        own.log_density(x, out);
        for (Index k = 0; k < 2; ++k)
            for (Index i = 0; i < 11; ++i) CHECK_THAT(out(i, k), WithinRel(expected(i, k), 1e-12));

        fill(weights, 11, 2, [](Index i, Index k) { return i < 11 ? static_cast<double>(i + k) : 0; });
        auto s = own.zero_statistics();
        own.accumulate(x, weights, s);
        own.maximize(s);
        for (Index k = 0; k < 2; ++k)
            for (Index j = 0; j < d; ++j) {
                double count = 0, sum = 0;
                for (Index i = 0; i < 11; ++i) count += weights(i, k), sum += weights(i, k) * x(i, j);
                CHECK_THAT(own.component(k).mean(j), WithinAbs(sum / count, 1e-13));
            }
        std::vector<double> draw(static_cast<std::size_t>(d)), again = draw;
        Random a(3), b(3);
        own.sample(1, a, draw.data());
        own.component(1).sample(b, again);
        CHECK(draw == again);
    }
}

TEST_CASE("a component without observations keeps its parameters, and a weight of 0 is not seen") {
    struct Careful : PoissonDensity {
        void accumulate(double x, double weight, Statistics& s) const {
            if (!(weight > 0)) throw std::logic_error("a weight that is not positive");
            PoissonDensity::accumulate(x, weight, s);
        }
        double expected_log_density(const Statistics& s) const { return s.sum / s.count; }
    };
    Family<Careful> own(std::vector{Careful{{3}}, Careful{{5}}});
    Panel<double> x, weights;
    fill(x, 9, 1, [](Index, Index) { return 7; });
    fill(weights, 9, 2, [](Index i, Index k) { return i < 9 && k == 0 ? i % 2 : 0; });
    auto s = own.zero_statistics();
    own.accumulate(x, weights, s);
    CHECK(own.expected_log_density(s) == 7);
    own.maximize(s);
    CHECK(own.component(0).rate == 7);
    CHECK(own.component(1).rate == 5);
}

TEST_CASE("what is no observation is refused by its number and the density's sentence") {
    const Family<kit::Geometric> counts(2);
    const Eigen::RowVector3d good(0, 7, 1e6), negative(1, -3, 0),
        infinite(1, 2, std::numeric_limits<double>::infinity());
    CHECK_NOTHROW(counts.check(good));
    CHECK_THROWS_WITH(counts.check(negative),
                      "latent::Family: observation 1 is -3, expected a count 0, 1, 2, …");
    CHECK_THROWS_WITH(counts.check(infinite),
                      ContainsSubstring("observation 2, dimension 0 is inf, expected a finite number"));
    const Eigen::Vector2d tall(1, 2);
    CHECK_THROWS_WITH(counts.check(tall), ContainsSubstring("2 rows, expected d = 1"));
    const Family<kit::CountAndTime, float> pairs(2);
    const Eigen::MatrixXf late{{1, 2}, {0.5F, -0.5F}};
    CHECK_THROWS_WITH(pairs.check(late),
                      "latent::Family: observation 1 is (2, -0.5), expected a count and a time > 0");
    const Mixture<Family<kit::Geometric>> model(counts);
    const Eigen::RowVectorXd far = Eigen::RowVectorXd::LinSpaced(3000, 1, -2998);  // in the second block
    CHECK_THROWS_WITH(model.score(far.rightCols(2)), ContainsSubstring("observation 0 is -2997"));
    Eigen::RowVectorXd last = Eigen::RowVectorXd::Ones(3000);
    last(2999) = 0.5;
    CHECK_THROWS_WITH(model.score(last), ContainsSubstring("observation 2999 is 0.5"));
}

TEST_CASE("families that are none are refused by name") {
    CHECK_THROWS_WITH(Family<PoissonDensity>(0), ContainsSubstring("K is 0, expected at least 1"));
    CHECK_THROWS_WITH(Family<PoissonDensity>(std::vector<PoissonDensity>{}),
                      ContainsSubstring("no densities"));
    CHECK_THROWS_WITH(
        Family<Means>(std::vector{Means{Eigen::Vector2d(1, 2)}, Means{Eigen::Vector3d(1, 2, 3)}}),
        ContainsSubstring("component 1 has dimension 3, component 0 2"));
    CHECK_THROWS_WITH(Family<Means>(2), ContainsSubstring("dimension 0"));
}

TEST_CASE("copies of a density are the same") {
    CHECK(Family<kit::Geometric>(3).all_equal());                             // by ==
    CHECK(Family<PoissonDensity>(3, PoissonDensity{2}).all_equal());          // by their bytes
    CHECK_FALSE(Family<Means>(2, Means{Eigen::Vector2d(1, 2)}).all_equal());  // which nobody can tell
    CHECK_FALSE(Family<PoissonDensity>(std::vector{PoissonDensity{2}, PoissonDensity{3}}).all_equal());
    CHECK_FALSE(Family<kit::Geometric>(std::vector{kit::Geometric{0.2}, kit::Geometric{0.3}}).all_equal());
    CHECK_THROWS_WITH(latent::fit(Mixture<Family<PoissonDensity>>(2), std::vector<double>{1, 2, 3}),
                      ContainsSubstring("all 2 components are identical"));
}

TEST_CASE("what a density has, its family has") {
    STATIC_REQUIRE(latent::Density<PoissonDensity>);
    STATIC_REQUIRE(latent::Density<Means>);
    STATIC_REQUIRE_FALSE(latent::VectorizableEmission<Family<PoissonDensity>>);
    STATIC_REQUIRE(latent::VectorizableEmission<Family<kit::CountAndTime>>);
    STATIC_REQUIRE_FALSE(latent::Archivable<Family<PoissonDensity>>);
    STATIC_REQUIRE(latent::Archivable<Family<kit::CountAndTime>>);
    STATIC_REQUIRE_FALSE(std::constructible_from<Mixture<Family<kit::Geometric>>, Index, double>);
    STATIC_REQUIRE(latent::Emission<latent::MixtureEmission<Family<kit::Geometric>>>);
    CHECK(Family<PoissonDensity>(3).parameters() == 3);     // as it says
    CHECK(Family<kit::CountAndTime>(3).parameters() == 6);  // its coordinates
}

TEST_CASE("a prior of one density is one of a mixture's components") {
    const auto seen = [](const kit::Geometric&) { return kit::Geometric::Statistics{2, 6}; };
    const latent::MixturePrior<decltype(seen)> prior{3, seen};
    const latent::MaximumAPosteriori<decltype(prior)> map{prior};
    const Family<kit::Geometric> densities(std::vector{kit::Geometric{0.2}, kit::Geometric{0.6}});
    Mixture<Family<kit::Geometric>> model(densities);
    auto s = model.zero_statistics();
    s.count(1) = s.emission.count(1) = 10;
    s.emission.density[1] = {10, 20};
    latent::Journal journal;
    map(model, s, journal);
    CHECK(model.emission().component(0).p == 2.0 / (2 + 6));  // nothing but what was seen before
    CHECK_THAT(model.emission().component(1).p, WithinRel(12.0 / (12 + 26), 1e-15));
    CHECK_THAT(model.weights()(0), WithinRel(2.0 / (2 + 12), 1e-15));
}

TEST_CASE("every start begins a fit of a family") {
    Random random(4);
    const Eigen::MatrixXd x = family().sample(2000, random);
    const double best = latent::fit(family(), x).log_likelihood;
    std::vector<Index> labels;
    for (const double count : x.row(0)) labels.push_back(count < 2 ? 0 : count < 9 ? 1 : 2);
    const auto check = [&](const auto& start) {
        const auto fit = latent::fit(Mixture<Family<PoissonDensity>>(3), x, start);
        CHECK(fit.converged());
        CHECK_THAT(fit.log_likelihood, WithinAbs(best, 0.05));
    };
    check(latent::KMeans{1});
    check(latent::KMeansPlusPlus{1});
    check(latent::RandomObservations{1});
    check(latent::RandomResponsibilities{1});
    check(latent::RandomValues{1});
    check(latent::Labels{labels});
}

TEST_CASE("policies that the kit has not: truncated, frozen, jittered, a selection") {
    using latent::Batch, latent::MaximumLikelihood;
    Random random(5);
    const Eigen::MatrixXd x = family().sample(2000, random);
    const latent::ExpectationMaximization<Batch<latent::Truncated>> truncated;
    const auto fit = truncated.fit(family(), x);
    CHECK(fit.converged());
    CHECK_THAT(fit.log_likelihood, WithinRel(latent::fit(family(), x).log_likelihood, 1e-6));
    const latent::Selection<> selection{.restarts = {.number = 2}};
    const auto selected =
        selection.fit(std::vector{Mixture<Family<PoissonDensity>>(1), Mixture<Family<PoissonDensity>>(2)}, x);
    CHECK(selected.best_index() == 1);

    const auto keep = [](auto& next, const auto& current) { next.set_weights(current.weights()); };
    const latent::ExpectationMaximization<Batch<>, latent::Frozen<decltype(keep)>> frozen{.mstep = {keep}};
    CHECK(frozen.fit(family(), x).model.weights() == family().weights());

    const auto truth = kit::GeometricSubject<double>::truth(), start = kit::GeometricSubject<double>::start();
    const Eigen::MatrixXd y = truth.sample(2000, random);
    const double reached = latent::fit(start, y).log_likelihood;
    const latent::ExpectationMaximization<Batch<>, latent::Jittered<>> jittered;
    CHECK_THAT(jittered.fit(start, y).log_likelihood, WithinRel(reached, 1e-6));
}

TEST_CASE("hidden Markov models of the least family find the states of a chain") {
    const latent::HMM<Family<PoissonDensity>> truth(
        Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{0.95, 0.05}, {0.1, 0.9}},
        Family<PoissonDensity>(std::vector{PoissonDensity{2}, PoissonDensity{9}}));
    Random random(6);
    const auto draw = truth.sample(4000, random);
    const auto fit = latent::fit(latent::HMM<Family<PoissonDensity>>(2), draw.x, latent::KMeans{1});
    CHECK(fit.converged());
    const Index low = fit.model.emission().component(0).rate < 5 ? 0 : 1;
    CHECK_THAT(fit.model.emission().component(low).rate, WithinAbs(2, 0.1));
    CHECK_THAT(fit.model.emission().component(1 - low).rate, WithinAbs(9, 0.3));
    CHECK_THAT(fit.model.transition()(low, low), WithinAbs(0.95, 0.02));
}
