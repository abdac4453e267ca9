// Starts of hidden Markov models: from one sequence, from ragged ones, and from a vector of matrices.
#include <Eigen/QR>

#include "catch.hpp"
#include "latent/emission/mixture_emission.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/emission/tied_emission.hpp"
#include "latent/fit.hpp"
#include "latent/start/restarts.hpp"
#include "naive_hidden_markov.hpp"

using namespace latent;

namespace {

using naive::Normal;
using Model = HiddenMarkovModel<Normal>;

const std::vector<Index> lengths{40, 1, 25, 2, 60};
constexpr Index n = 128;

/// From left to right, beginning in one of the first two states.
MarkovChain left_right() {
    return {Eigen::Vector3d(.5, .5, 0), Eigen::Matrix3d{{.4, .3, .3}, {0, .5, .5}, {0, 0, 1}}};
}
Model shape() { return {left_right(), Normal(3, 2)}; }

/// Three clusters that overlap a little, in any order.
Eigen::MatrixXd observations() {
    Random random(3);
    const Normal emission(Eigen::MatrixXd{{0, 3, 1}, {0, 1, 4}},
                          std::vector<Eigen::MatrixXd>(3, Eigen::Matrix2d::Identity()));
    return Model(naive::random_chain(3, random), emission).sample(n, random).x;
}
std::vector<Eigen::MatrixXd> as_matrices(const Eigen::MatrixXd& x) {
    std::vector<Eigen::MatrixXd> each;
    Index next = 0;
    for (const Index length : lengths) {
        each.emplace_back(x.middleCols(next, length));
        next += length;
    }
    return each;
}

template <class Start>
Start seeded(std::uint64_t seed) {
    Start start;
    start.seed = seed;
    return start;
}
/// Labels, by a seed.
struct SomeLabels {
    std::uint64_t seed = 0;
    template <class M, class Data>
    M operator()(const M& m, const Data& x) const {
        Random random(seed);
        Labels labels;
        for (Index i = 0; i < n; ++i) labels.labels.push_back(random.below(m.size()));
        return labels(m, x);
    }
};

void check_zeros(const MarkovChain& chain, const MarkovChain& expected) {
    CHECK(((chain.transition().array() > 0) == (expected.transition().array() > 0)).all());
    CHECK(((chain.initial().array() > 0) == (expected.initial().array() > 0)).all());
    CHECK(chain.transition().rowwise().sum().isApprox(Eigen::VectorXd::Ones(chain.size()), 1e-14));
    CHECK_THAT(chain.initial().sum(), WithinRel(1, 1e-14));
}

}  // namespace

TEMPLATE_TEST_CASE("every start takes every kind of sequences, and forbids nothing more than the shape", "",
                   KMeans, KMeansPlusPlus, RandomObservations, RandomResponsibilities, RandomValues,
                   SomeLabels) {
    const Eigen::MatrixXd x = observations();
    const Sequences<double> ragged(x, lengths);
    for (const std::uint64_t seed : {1U, 2U}) {
        const auto start = seeded<TestType>(seed);
        const Model whole = start(shape(), x), cut = start(shape(), ragged);
        const Model each = start(shape(), as_matrices(x));
        check_zeros(whole.chain(), left_right());
        check_zeros(cut.chain(), left_right());
        CHECK(each.to_vector() == cut.to_vector());
        CHECK(whole.means() == cut.means());  // a sequence's end is nothing to the emission …
        CHECK_FALSE(cut.emission().all_equal());
        CHECK(std::isfinite(cut.score(ragged)));

        const auto fit = latent::fit(shape(), ragged, start);
        CHECK(fit.trace.front() == fit.trace[0]);
        CHECK_THAT(fit.trace[0], WithinRel(cut.score(ragged), 1e-13));
        CHECK((left_right().transition().array() > 0 || fit.model.transition().array() == 0).all());
        CHECK(fit.model.initial()(2) == 0);
        CHECK(fit.trace.back() > fit.trace.front());

        const Model full = start(Model(3, 2), ragged);
        CHECK((full.transition().array() > 0).all());
        CHECK((full.initial().array() > 0).all());
        CHECK(start(Model(3, 2), x).transition() != full.transition());  // … but is to the chain
        CHECK(start(shape(), ragged).to_vector() == cut.to_vector());
        if (!std::is_same_v<TestType, KMeans>)  // which finds the same clusters
            CHECK(seeded<TestType>(seed + 10)(shape(), ragged).to_vector() != cut.to_vector());
    }
}

TEST_CASE("labels are counted as beginnings and moves, and one more wherever it is allowed") {
    const Eigen::MatrixXd x = observations();
    std::vector<Index> labels;
    for (Index i = 0; i < n; ++i) labels.push_back(i / 7 % 3);
    const Model m = Labels{labels}(shape(), Sequences<double>(x, lengths));
    Eigen::VectorXd initial = Eigen::VectorXd::Ones(3);
    Eigen::MatrixXd moves = Eigen::MatrixXd::Ones(3, 3);
    Index t = 0;
    for (const Index length : lengths) {
        ++initial(labels[static_cast<std::size_t>(t)]);
        for (const Index end = t + length; ++t < end;)
            ++moves(labels[static_cast<std::size_t>(t) - 1], labels[static_cast<std::size_t>(t)]);
    }
    const auto distribution = [](const Eigen::VectorXd& counts, const Eigen::VectorXd& allowed) {
        const Eigen::VectorXd p = (allowed.array() > 0).select(counts, 0.0);
        return Eigen::VectorXd(p / p.sum());
    };
    CHECK(m.initial().isApprox(distribution(initial, left_right().initial()), 1e-14));
    for (Index i = 0; i < 3; ++i) {
        CHECK(m.transition().row(i).transpose().isApprox(
            distribution(moves.row(i).transpose(), left_right().transition().row(i).transpose()), 1e-14));
        Eigen::VectorXd sum = Eigen::VectorXd::Zero(2);
        double count = 0;
        for (Index s = 0; s < n; ++s)
            if (labels[static_cast<std::size_t>(s)] == i) {
                sum += x.col(s);
                ++count;
            }
        CHECK(m.means().col(i).isApprox(sum / count, 1e-13));
    }
}

TEST_CASE("random responsibilities are independent from step to step") {
    const Eigen::MatrixXd x = observations();
    const Model m = RandomResponsibilities{.seed = 4}(Model(3, 2), x);
    Eigen::MatrixXd r(3, n), moves = Eigen::MatrixXd::Ones(3, 3);
    for (Index t = 0; t < n; ++t) {
        Random random(4, static_cast<std::uint64_t>(t));
        for (Index k = 0; k < 3; ++k) r(k, t) = random.uniform();
        r.col(t) /= r.col(t).sum();
    }
    moves += r.leftCols(n - 1) * r.rightCols(n - 1).transpose();
    for (Index i = 0; i < 3; ++i)
        CHECK(m.transition().row(i).isApprox(moves.row(i) / moves.row(i).sum(), 1e-13));
    CHECK(m.initial().isApprox((r.col(0).array() + 1).matrix() / 4, 1e-14));
}

TEST_CASE("equal observations are shared out alike by their values, whatever their order") {
    Random random(5);
    const HiddenMarkovModel<Categorical<>> symbols(
        MarkovChain(2), Categorical<>(Eigen::MatrixXd{{.25, .25}, {.25, .25}, {.5, .5}}));
    Eigen::MatrixXd x = symbols.sample(60, random).x;
    x.col(17) = x.col(3);
    const Eigen::MatrixXd reversed = x.rowwise().reverse();
    const auto by_value = [&](const Eigen::MatrixXd& data, std::uint64_t seed) {
        return RandomValues{seed}(symbols, data).emission().probabilities();
    };
    CHECK(by_value(x, 1).isApprox(by_value(reversed, 1), 1e-13));
    CHECK_FALSE(by_value(x, 1).isApprox(by_value(x, 2), 1e-3));
    const auto by_place = [&](const Eigen::MatrixXd& data) {
        return RandomResponsibilities{1}(symbols, data).emission().probabilities();
    };
    CHECK_FALSE(by_place(x).isApprox(by_place(reversed), 1e-3));

    // The share of a symbol in a state over the symbol's number is the responsibility, the same for all of it.
    Eigen::Vector3d count = Eigen::Vector3d::Zero();
    for (const double value : x.reshaped()) ++count(static_cast<Index>(value));
    const Eigen::MatrixXd p = by_value(x, 1);
    const Eigen::MatrixXd density = count.cwiseInverse().asDiagonal() * p;  // r_m(k) / n_k
    Eigen::Matrix<double, 3, 2> r;
    const Eigen::Vector2d inverse =  // Σ_k n_k density(m, k) = 1 for each symbol
        density.colPivHouseholderQr().solve(Eigen::Vector3d::Ones());
    r = density * inverse.asDiagonal();
    CHECK(r.rowwise().sum().isApprox(Eigen::Vector3d::Ones(), 1e-12));
    CHECK_THAT(inverse.sum(), WithinRel(60, 1e-10));
}

TEST_CASE("tied, fixed and stationary chains stay so through a start") {
    const Eigen::MatrixXd x = observations();
    Model tied(3, 2);
    tied.chain().tie_rows({0, 1, 1});
    const Model started = KMeans{}(tied, x);
    CHECK(started.transition().row(1) == started.transition().row(2));
    CHECK(started.transition().row(0) != started.transition().row(1));

    Model fixed = shape();
    fixed.chain().fix_transition();
    CHECK(KMeans{}(fixed, x).transition() == shape().transition());

    Model stationary(3, 2);
    stationary.chain().set_stationary();
    const Model at_rest = KMeans{}(stationary, x);
    CHECK(at_rest.initial().isApprox(at_rest.transition().transpose() * at_rest.initial(), 1e-13));
}

TEST_CASE("counts start from clusters too") {
    Random random(6);
    const HiddenMarkovModel<Poisson<>> truth(naive::random_chain(3, random, 2),
                                             Poisson<>(Eigen::RowVector3d(2, 30, 90)));
    const Eigen::MatrixXd x = truth.sample(300, random).x;
    const HiddenMarkovModel<Poisson<>> m = KMeans{.seed = 2}(HiddenMarkovModel<Poisson<>>(3, 1), x);
    Eigen::VectorXd rates = m.emission().rates().transpose();
    std::sort(rates.begin(), rates.end());
    CHECK((rates - Eigen::Vector3d(2, 30, 90)).cwiseAbs().maxCoeff() < 5);
}

TEST_CASE("the components of a state are parted by every start") {
    using Mixtures = MixtureEmission<Normal>;
    const Eigen::MatrixXd x = observations().array() + 1e6;
    const HiddenMarkovModel<Mixtures> mixed(2, 2, 2);
    const auto check_parted = [](const auto& m, const Normal& components) {
        CHECK(components.means().allFinite());
        for (Index k = 0; k < m.size(); ++k)
            CHECK((components.means().col(2 * k) - components.means().col(2 * k + 1)).norm() > 0.05);
    };
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        const auto m = KMeans{.seed = seed}(mixed, x);
        check_parted(m, m.emission().components());
        const auto by_chance = RandomResponsibilities{seed}(mixed, x);
        check_parted(by_chance, by_chance.emission().components());
        CHECK(KMeans{.seed = seed}(mixed, x).to_vector() == m.to_vector());
        const auto fit = latent::fit(m, x);
        CHECK(fit.objective >
              latent::fit(HiddenMarkovModel<Normal>(2, 2), x, KMeans{.seed = seed}).objective);
    }
    const TiedEmission<Mixtures> groups(Mixtures(1, 2, 2), {0, 0});
    const auto tied = SomeLabels{}(HiddenMarkovModel<TiedEmission<Mixtures>>(groups), x);
    CHECK(tied.emission().family().components().means().col(0) !=
          tied.emission().family().components().means().col(1));

    // Of a shape whose components differ, the shape says which is which.
    const Mixtures different(Eigen::Matrix2d::Constant(0.5),
                             Normal(Eigen::MatrixXd{{0, 3, 0, 3}, {0, 0, 3, 3}},
                                    std::vector<Eigen::MatrixXd>(4, Eigen::Matrix2d::Identity())));
    const HiddenMarkovModel<Mixtures> given(MarkovChain(2), different);
    const Eigen::MatrixXd near = observations();
    const auto m = SomeLabels{}(given, near);
    CHECK(m.emission().components().means()(0, 0) < m.emission().components().means()(0, 1));
    CHECK(m.emission().components().means()(0, 2) < m.emission().components().means()(0, 3));
}

TEMPLATE_TEST_CASE("restarts fit from every seed and keep the best", "", KMeans, RandomResponsibilities,
                   RandomValues) {
    const Eigen::MatrixXd x = observations();
    const Sequences<double> ragged(x, lengths);
    const auto result =
        Restarts<TestType>{.number = 4, .start = seeded<TestType>(5)}.fit(Model(3, 2), ragged);
    REQUIRE(result.all.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) {
        const auto alone = latent::fit(Model(3, 2), ragged, seeded<TestType>(5 + i));
        CHECK(result.all[i].trace == alone.trace);
        CHECK(result.all[i].objective <= result.best().objective);
    }
    CHECK(result.agreeing() >= 1);
    const auto of_matrices = restarts(2, Model(3, 2), as_matrices(x), 5);
    CHECK(of_matrices.all[0].objective == latent::fit(Model(3, 2), ragged, KMeans{.seed = 5}).objective);
}

TEST_CASE("fewer observations than states, and labels that do not fit, are refused") {
    const Eigen::MatrixXd x = observations();
    const Eigen::MatrixXd two = x.leftCols(2);
    CHECK_THROWS_WITH(KMeans{}(shape(), two), "latent::KMeans: K = 3 components, but only 2 observations");
    CHECK_THROWS_WITH(RandomValues{}(shape(), two),
                      "latent::RandomValues: K = 3 components, but only 2 observations");
    CHECK_THROWS_WITH((Labels{{0, 1}}(shape(), x)), "latent::Labels: 2 labels given for 128 observations");
    std::vector<Index> labels(n, 0);
    labels[5] = 3;
    CHECK_THROWS_WITH(Labels{labels}(shape(), Sequences<double>(x, lengths)),
                      "latent::Labels: labels[5] is 3, expected 0 … 2");
}
