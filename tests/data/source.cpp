// Data that are read when they are needed: the bits of data in memory, block by block.
#include <atomic>
#include <mutex>

#include "catch.hpp"
#include "latent/data/npy.hpp"
#include "latent/data/raw_file.hpp"
#include "latent/data/shard.hpp"
#include "latent/estep/stepwise.hpp"
#include "latent/estep/stochastic.hpp"
#include "latent/execution/threads.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/fit.hpp"
#include "latent/selection/selection.hpp"
#include "naive_mixture.hpp"
#include "temporary_file.hpp"

using namespace latent;

namespace {

/// A source of one's own: a matrix, and a count of how often each observation was read.
struct Counted {
    using Scalar = double;
    Eigen::MatrixXd x;
    mutable std::vector<int> reads = std::vector<int>(static_cast<std::size_t>(x.cols()));
    mutable std::mutex mutex = {};
    std::atomic<Index> fails_at = -1;

    explicit Counted(Eigen::MatrixXd observations) : x(std::move(observations)) {}
    Index rows() const { return x.rows(); }
    Index cols() const { return x.cols(); }
    void read(Index first, Index count, double* to) const {
        if (first <= fails_at && fails_at < first + count) throw std::runtime_error("the disk is gone");
        std::copy_n(x.col(first).data(), x.rows() * count, to);
        const std::scoped_lock lock(mutex);
        for (Index i = first; i < first + count; ++i) ++reads[static_cast<std::size_t>(i)];
    }
};

template <class Family>
MatrixX<typename Family::Scalar> drawn(const Mixture<Family>& m, Index n) {
    Random random(5);
    return m.sample(n, random);
}

template <class EStep, class X>
using Fit = ExpectationMaximization<EStep, MaximumLikelihood<>, X, Plain, Aitken>;
template <class EStep, class X>
Fit<EStep, X> few_iterations(EStep estep, X execution, int iterations = 4) {
    return {estep, {}, execution, {}, Aitken{0}, {.iterations = iterations}, {}};
}

/// A fit from `source` has the bits of one from x, with any execution.
template <class M, class X, class Source, class EStep = Batch<>>
void check_same_bits(const M& model, const X& x, const Source& source, EStep estep = {}) {
    const auto expected = few_iterations(estep, Sequential{}).fit(model, x);
    const auto check = [&](const auto& fit) {
        CHECK(fit.trace == expected.trace);
        CHECK(fit.log_likelihood == expected.log_likelihood);
        CHECK(naive::same_bits(fit.model, expected.model));
    };
    check(few_iterations(estep, Sequential{}).fit(model, source));
    for (const Index workers : {1, 2, 3}) check(few_iterations(estep, Threads{workers}).fit(model, source));
}

}  // namespace

TEST_CASE("a fit from a file has the bits of one from memory") {
    const TemporaryFile file;
    for (const Index d : {2, 5, 9}) {
        const auto m = naive::random_mixture<Gaussian<Full>>(3, d, 1);
        const Eigen::MatrixXd x = drawn(m, 7001);
        write_npy(file.path, x);
        check_same_bits(m, x, NpyFile<>(file.path));
    }
    const auto m = naive::random_mixture<Gaussian<Diagonal>>(3, 1, 1);
    const Eigen::MatrixXd x = drawn(m, 7001);
    file.write({reinterpret_cast<const char*>(x.data()), sizeof(double) * 7001});
    check_same_bits(m, x, RawFile<>(file.path, 1));
}

TEST_CASE("float from a file") {
    const TemporaryFile file;
    const auto m = naive::random_mixture<Gaussian<Full, float>>(3, 2, 1);
    const Eigen::MatrixXf x = drawn(m, 3000);
    write_npy(file.path, x);
    check_same_bits(m, x, NpyFile<float>(file.path));
}

TEST_CASE("random and stepwise E-steps from a source have the bits of those in memory") {
    const auto m = naive::random_mixture<Gaussian<Full>>(3, 2, 1);
    const Counted source(drawn(m, 9000));
    check_same_bits(m, source.x, source, Batch<Stochastic>{});
    check_same_bits(m, source.x, source, Stepwise<>{.batch = 2});
}

TEST_CASE("one stepwise pass over a source comes close to the batch optimum") {
    const auto clusters = [](const Eigen::MatrixXd& means, double variance) {
        return GaussianMixture<Full>(Gaussian<Full>(
            means, std::vector<Eigen::MatrixXd>(3, variance * Eigen::MatrixXd::Identity(2, 2))));
    };
    const Eigen::MatrixXd means{{0, 4, 0}, {0, 0, 4}};
    const Counted source(drawn(clusters(means, 1), 40'000));
    const auto start = clusters(means.array() + 0.8, 2);
    const auto best = ExpectationMaximization<>{}.fit(start, source);
    REQUIRE(best.converged());
    const auto blocks = static_cast<int>(start.units(source).size());
    const auto pass = few_iterations(Stepwise<>{}, Sequential{}, blocks).fit(start, source);
    const auto below = [&](double log_likelihood) { return (best.log_likelihood - log_likelihood) / 40'000; };
    INFO("nats an observation below the optimum: " << below(pass.log_likelihood) << ", the start "
                                                   << below(start.score(source)));
    CHECK(below(pass.log_likelihood) > 0);
    CHECK(below(pass.log_likelihood) < 0.01 * below(start.score(source)));
}

TEST_CASE(
    "every observation is read once an E-step, once to be checked, and of few blocks for the data's scale") {
    const auto m = naive::random_mixture<Gaussian<Full>>(3, 2, 1);
    const Counted source(drawn(m, 5000));
    const auto fit = few_iterations(Batch<>{}, Threads{2}).fit(m, source);
    CHECK(fit.evaluations == 5);
    CHECK(source.reads == std::vector<int>(5000, 7));
    const Counted large(drawn(m, 600'000));  // 586 blocks, of which 256 at most hold one that is looked at
    few_iterations(Batch<>{}, Threads{2}).fit(m, large);
    const auto looked_at = std::count(large.reads.begin(), large.reads.end(), 7);
    CHECK(looked_at <= 256 * 1024);
    CHECK(std::count(large.reads.begin(), large.reads.end(), 6) == 600'000 - looked_at);
}

TEST_CASE("questions to a model about a source") {
    const auto m = naive::random_mixture<Gaussian<Full>>(3, 2, 1);
    const Counted source(drawn(m, 5000));
    CHECK(m.score(source) == m.score(source.x));
    CHECK(m.score_samples(source) == m.score_samples(source.x));
    CHECK(m.predict(source) == m.predict(source.x));
    CHECK(m.aic(source) == m.aic(source.x));
    CHECK(m.bic(source) == m.bic(source.x));
    CHECK_THROWS_WITH(
        naive::random_mixture<Gaussian<Full>>(3, 4).score(source),
        "latent::Mixture: observations have 2 rows (and 5000 columns), expected d = 4 rows: one "
        "observation a column");
}

TEMPLATE_TEST_CASE("starts have the bits that they have in memory", "", KMeans, KMeansPlusPlus,
                   RandomObservations, RandomResponsibilities, RandomValues) {
    Random random(5);
    const Counted source(naive::random_mixture<Gaussian<Full>>(3, 2, 4).sample(5000, random));
    const GaussianMixture<> shape(3, 2);
    const auto expected = TestType{1}(shape, source.x);
    for (const Index workers : {1, 2, 3})
        CHECK(naive::same_bits(TestType{1}(shape, source, Threads{workers}), expected));
}

TEST_CASE("restarts and selection run on a source") {
    Random random(5);
    const Counted source(naive::random_mixture<Gaussian<Full>>(2, 2, 8).sample(1000, random));
    const std::vector<GaussianMixture<>> shapes{GaussianMixture<>(1, 2), GaussianMixture<>(2, 2)};
    const Selection<> select{.restarts = {.number = 2}};
    CHECK(select.fit(shapes, source).best().log_likelihood ==
          select.fit(shapes, source.x).best().log_likelihood);
}

TEST_CASE("a source's units are shared out among processes as those in memory are") {
    const Counted source(Eigen::MatrixXd::Random(3, 20'000));
    const auto model = naive::random_mixture<Gaussian<Full>>(3, 3);
    const Observations<double> in_memory(source.x);
    Index next = 0;
    for (Index part = 0; part < 3; ++part) {
        const auto read = shard(model, source, part, 3);
        const auto seen = shard(model, in_memory, part, 3);
        REQUIRE(read.size() == seen.size());
        CHECK(read.slices().count() == seen.slices().count());
        for (Index b = 0; b < read.size(); ++b) {
            CHECK(read[b].matrix() == seen[b].matrix());
            CHECK(read[b].number(0) == next);
            next += read[b].cols();
        }
    }
    CHECK(next == 20'000);
}

TEST_CASE("memory and sources are seen alike") {
    STATIC_REQUIRE(ObservationView<Observations<float>>);
    STATIC_REQUIRE(ObservationView<SourceView<Counted>>);
    STATIC_REQUIRE_FALSE(std::constructible_from<SourceView<Counted>, Counted>);  // would dangle
    const Counted source(Eigen::MatrixXd::Random(3, 10));
    const SourceView<Counted> view = source;
    CHECK(view.rows() == 3);
    CHECK(view.cols() == 10);
    const auto part = view.middle(2, 7).middle(1, 5);
    CHECK(part.cols() == 5);
    CHECK(source.reads == std::vector<int>(10));  // nothing, until it is looked at
    const auto seen = part.view(1, 3), expected = Observations<double>(source.x).middle(3, 5).view(1, 3);
    CHECK(seen.matrix() == expected.matrix());
    CHECK(seen.number(0) == 4);
    CHECK(expected.number(0) == 4);
    CHECK(source.reads == std::vector<int>{0, 0, 0, 0, 1, 1, 1, 0, 0, 0});
}

TEST_CASE("what is looked at holds its memory, and gives it back to be used again") {
    const Counted source(Eigen::MatrixXd::Random(3, 10));
    const auto outlives = SourceView<Counted>(source).view(4, 4);
    CHECK(outlives.matrix() == source.x.middleCols(4, 4));
    const SourceView<Counted> view = source;
    const auto a = view.view(0, 2);
    const double* memory = nullptr;
    {
        const auto b = view.view(2, 4), part = b.middle(1, 2);
        memory = b.data();
        CHECK(memory != a.data());
        CHECK(part.matrix() == source.x.middleCols(3, 2));
    }
    const auto part = [&] { return view.view(2, 4).middle(1, 2); }();
    CHECK(part.data() == memory + 3);
    CHECK(part.matrix() == source.x.middleCols(3, 2));
    CHECK(a.matrix() == source.x.leftCols(2));
}

TEST_CASE("what is wrong in a source is named by its number in the whole") {
    const auto m = naive::random_mixture<Gaussian<Full>>(3, 2, 1);
    Counted source(drawn(m, 3000));
    source.x(1, 2500) = std::nan("");
    CHECK_THROWS_WITH(fit(m, source),
                      "latent::Gaussian: observation 2500, dimension 1 is nan, expected a finite number");
    CHECK_THROWS_WITH(
        fit(naive::random_mixture<Gaussian<Full>>(3, 3), source),
        StartsWith("latent::Mixture: observations have 2 rows (and 3000 columns), expected d = 3"));
    CHECK_THROWS_WITH(fit(m, Counted(Eigen::MatrixXd(2, 0))), "latent::Mixture: there are no observations");
}

TEST_CASE("a source that fails ends the fit with its own words") {
    const auto m = naive::random_mixture<Gaussian<Full>>(3, 2, 1);
    Counted source(drawn(m, 30'000));
    struct Failure {
        Counted& source;
        bool operator()(const Progress& p, const Mixture<Gaussian<Full>>&) const {
            if (p.iteration == 2) source.fails_at = 20'000;
            return true;
        }
    };
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Threads, Plain, Aitken, Failure> em{
        {}, {}, {2}, {}, Aitken{0}, {.iterations = 10}, {source}};
    CHECK_THROWS_WITH(em.fit(m, source), "the disk is gone");
}
