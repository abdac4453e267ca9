// Many starts, the best kept.
#include "latent/start/restarts.hpp"

#include "catch.hpp"
#include "latent/execution/threads.hpp"
#include "latent/fit.hpp"
#include "latent/start/responsibilities.hpp"
#include "naive_mixture.hpp"

using namespace latent;

namespace {

Eigen::MatrixXd clusters(Index n) {
    Random random(3);
    return naive::random_mixture<Gaussian<Full>>(4, 2, 10).sample(n, random);
}

}  // namespace

TEST_CASE("restarts report every fit, in the order of the seeds, and the best") {
    const Eigen::MatrixXd x = clusters(200);
    const GaussianMixture<> shape(4, 2);
    const auto result =
        Restarts<KMeansPlusPlus>{.number = 6, .start = {.seed = 3}, .spurious = true}.fit(shape, x);
    REQUIRE(result.all.size() == 6);
    double best = -std::numeric_limits<double>::infinity();
    int agreeing = 0;
    for (std::size_t i = 0; i < 6; ++i) {
        const auto alone = fit(shape, x, KMeansPlusPlus{.seed = 3 + i});
        CHECK(naive::same_bits(result.all[i].model, alone.model));
        CHECK(result.all[i].trace == alone.trace);
        best = std::max(best, alone.objective);
    }
    for (const auto& one : result.all)
        if (std::abs(one.objective - best) <= 1e-6 * std::abs(best)) ++agreeing;
    CHECK(result.best().objective == best);
    CHECK(result.agreeing() == agreeing);
    CHECK(result.agreeing(0) >= 1);
    CHECK(result.agreeing(1e9) == 6);
}

TEST_CASE("the best of restarts that nobody keeps is a value") {
    const Eigen::MatrixXd x = clusters(50);
    const GaussianMixture<> shape(2, 2);
    const auto& best = restarts(2, shape, x).best();
    static_assert(std::is_same_v<decltype(restarts(2, shape, x).best()), Result<GaussianMixture<>>>);
    const auto kept = restarts(2, shape, x);
    CHECK(&kept.best() == &kept.all[kept.best_index]);
    CHECK(naive::same_bits(best.model, kept.best().model));
}

TEST_CASE("the short form begins with k-means") {
    const Eigen::MatrixXd x = clusters(200);
    const auto result = restarts(3, GaussianMixture<>(4, 2), x, 5);
    REQUIRE(result.all.size() == 3);
    const auto second = fit(GaussianMixture<>(4, 2), x, KMeans{.seed = 6});
    CHECK(naive::same_bits(result.all[1].model, second.model));
}

TEST_CASE("restarts have the same bits on any number of threads") {
    const Eigen::MatrixXd x = clusters(6000);
    using EM = ExpectationMaximization<Batch<>, MaximumLikelihood<>, Threads>;
    const GaussianMixture<Diagonal> shape(4, 2);
    const auto on = [&](Index workers) {
        const EM em{{}, {}, {workers}, {}, {}, {.iterations = 5}, {}};
        return Restarts<KMeans, EM>{2, {.seed = 0}, em}.fit(shape, x);
    };
    const auto one = on(1);
    for (const Index workers : {2, 3}) {
        const auto many = on(workers);
        CHECK(many.best_index == one.best_index);
        for (std::size_t i = 0; i < 2; ++i) {
            CHECK(naive::same_bits(many.all[i].model, one.all[i].model));
            CHECK(many.all[i].trace == one.all[i].trace);
        }
    }
}

TEST_CASE("whole fits are shared out among threads, and the result is the same bits") {
    const Eigen::MatrixXd x = clusters(300);
    const GaussianMixture<> shape(4, 2);
    const auto alone = Restarts<KMeansPlusPlus>{.number = 9, .start = {.seed = 2}}.fit(shape, x);
    for (const Index workers : {1, 2, 3}) {
        const auto together =
            Restarts<KMeansPlusPlus, ExpectationMaximization<>, Threads>{9, {.seed = 2}, {}, {workers}}.fit(
                shape, x);
        REQUIRE(together.all.size() == 9);
        CHECK(together.best_index == alone.best_index);
        for (std::size_t i = 0; i < 9; ++i)
            CHECK(naive::same_bits(together.all[i].model, alone.all[i].model));
    }
    CHECK_THROWS_WITH((Restarts<KMeans, ExpectationMaximization<>, Threads>{3, {}, {}, {2}}.fit(
                          GaussianMixture<>(400, 2), x)),
                      EndsWith("K = 400 components, but only 300 observations"));
}

TEST_CASE("a fit with a spurious component is the best only where there is no other, or where asked") {
    Eigen::MatrixXd x = clusters(60);
    x.rightCols(4) = x.col(0).replicate(1, 4);
    const GaussianMixture<> shape(5, 2);
    const auto result = restarts(30, shape, x);
    const auto value = Restarts<>{.number = 30, .spurious = true}.fit(shape, x);
    bool spurious = false, sound = false;
    double highest = -1e300, highest_sound = -1e300;
    for (const auto& one : result.all) {
        (one.sound() ? sound : spurious) = true;
        highest = std::max(highest, one.objective);
        if (one.sound()) highest_sound = std::max(highest_sound, one.objective);
    }
    REQUIRE((spurious && sound));
    REQUIRE(highest > highest_sound);
    CHECK(result.best().objective == highest_sound);
    CHECK(value.best().objective == highest);
    CHECK_FALSE(value.best().sound());
}

TEST_CASE("a degenerate fit is the best only where all are") {
    RestartsResult<GaussianMixture<>> result;
    const auto best_after = [&](Status status, double objective) {
        result.add_fit({.model = GaussianMixture<>(1, 1),
                        .objective = objective,
                        .status = status,
                        .trace = {},
                        .events = {}});
        return result.best_index;
    };
    CHECK(best_after(Status::degenerate, 5) == 0);
    CHECK(best_after(Status::degenerate, 7) == 1);
    CHECK(best_after(Status::converged, 1) == 2);
    CHECK(best_after(Status::degenerate, 9) == 2);
    CHECK(best_after(Status::iteration_limit, 3) == 4);
    CHECK(result.best().objective == 3);
}

TEST_CASE("no restart at all is refused") {
    const Eigen::MatrixXd x = clusters(20);
    CHECK_THROWS_WITH(restarts(0, GaussianMixture<>(2, 2), x),
                      "latent::Restarts: number is 0, expected at least 1");
}

namespace {

/// Fits of K components to the data, from k-means, and what EM makes of components begun at the truth.
void check_as_good_as_truth(const Eigen::MatrixXd& x, const Eigen::MatrixXd& truth) {
    const auto found = restarts(10, GaussianMixture<>(truth.cols(), x.rows()), x).best();
    const auto expected =
        fit(GaussianMixture<>(Gaussian<>::alike(truth, Eigen::VectorXd::Ones(x.rows()))), x);
    CHECK(found.converged());
    CHECK(found.log_likelihood >= expected.log_likelihood - 1e-6 * std::abs(expected.log_likelihood));
    for (Index k = 0; k < 2; ++k) {  // the two clusters themselves
        const double nearest = (found.model.means().colwise() - truth.col(k)).colwise().norm().minCoeff();
        CHECK(nearest < 0.5);
    }
}

/// Two clusters in two columns.
Eigen::MatrixXd two_clusters(Index n, double apart, std::uint64_t seed) {
    Random random(seed);
    Eigen::MatrixXd x(2, n);
    for (Index i = 0; i < n; ++i) {
        const double second = static_cast<double>(i % 2);
        x.col(i) << apart * second + random.normal(), 3 * second + random.normal();
    }
    return x;
}

}  // namespace

TEST_CASE("one value far out, a sentinel or a misread number, does not hide the clusters") {
    for (Index column = 0; column < 2; ++column)
        for (const double value : {-9999.0, 1e5, 1e6, -1e6, 1e100}) {
            CAPTURE(column, value);
            Eigen::MatrixXd x = two_clusters(501, 8, 3);
            x(column, 500) = value;
            Eigen::MatrixXd truth(2, 3);
            truth << 0, 8, x(0, 500), 0, 3, x(1, 500);
            check_as_good_as_truth(x, truth);
        }
    Eigen::MatrixXd x = two_clusters(501, 8, 3);
    x(0, 500) = 1e300;
    CHECK_THROWS_WITH(restarts(2, GaussianMixture<>(3, 2), x), ContainsSubstring("whose square overflows"));
}

TEST_CASE("the values of one column, one of them 1e6") {
    Random random(1);
    std::vector<double> x;
    for (int i = 0; i < 500; ++i) x.push_back(8 * (i % 2) + random.normal());
    x.push_back(1e6);
    Eigen::RowVectorXd means = restarts(10, GaussianMixture<>(3, 1), x).best().model.means();
    std::sort(means.begin(), means.end());
    CHECK_THAT(means(0), WithinAbs(0, 0.2));
    CHECK_THAT(means(1), WithinAbs(8, 0.2));
    CHECK_THAT(means(2), WithinRel(1e6, 1e-12));
}

TEST_CASE("one value in a hundred far out, heavy tails, mostly equal values, clusters far apart") {
    Eigen::MatrixXd x = two_clusters(500, 8, 3).topRows(1);
    for (const double size : {2e3, 2e6}) {
        Random random(5);
        for (Index i = 0; i < 5; ++i) x(0, 97 * i) = size * (random.uniform() - 0.5);
        check_as_good_as_truth(x, Eigen::RowVector3d(0, 8, 50));
    }
    Random random(7);
    for (Index i = 0; i < 500; ++i)
        x(0, i) = 80 * static_cast<double>(i % 2) + random.normal() / std::sqrt(std::abs(random.normal()));
    check_as_good_as_truth(x, Eigen::RowVector2d(0, 80));
    for (const Index every : {10, 100}) {
        for (Index i = 0; i < 500; ++i) x(0, i) = i % every == 0 ? 5 + random.normal() : 0;
        check_as_good_as_truth(x, Eigen::RowVector2d(0, 5));
    }
    Eigen::MatrixXd far(2, 2);
    far << 0, 1e5, 0, 3;
    check_as_good_as_truth(two_clusters(500, 1e5, 9), far);
    check_as_good_as_truth(two_clusters(500, 1e5, 9).topRows(1), far.topRows(1));
}

TEST_CASE("more components than values, in any units") {
    Eigen::RowVectorXd x(30);
    for (Index i = 0; i < 30; ++i) x(i) = 1e6 * static_cast<double>(i % 3);
    const auto check = [](const auto& fit) {
        CHECK((fit.converged() || fit.status == Status::iteration_limit));
        CHECK(fit.iterations > 0);
        CHECK(std::isfinite(fit.log_likelihood));
        CHECK_FALSE(fit.sound());
    };
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
        check(fit(GaussianMixture<>(4, 1), x, KMeans{seed}));
        check(fit(GaussianMixture<Spherical>(4, 1), x, KMeansPlusPlus{seed}));
    }
}

TEST_CASE("a component on fewer observations than it has dimensions is told") {
    Eigen::MatrixXd x = two_clusters(60, 8, 3);
    x.conservativeResize(3, 62);
    Random random(2);
    for (Index i = 0; i < 62; ++i) x(2, i) = random.normal();
    x.col(60) << 40, 40, 0;  // two of three dimensions, apart from each other: no variance is small
    x.col(61) << 41, 42, 2;
    Labels pair;
    for (Index i = 0; i < 62; ++i) pair.labels.push_back(i < 60 ? 0 : 1);
    const GaussianMixture<Diagonal> shape(2, 3);
    const auto few = fit(shape, x, pair);
    REQUIRE(few.flaws.size() == 1);
    CHECK(few.flaws[0].component == 1);
    CHECK(few.flaws[0].cause == Cause::few_observations);
    CHECK_FALSE(few.sound());
}
