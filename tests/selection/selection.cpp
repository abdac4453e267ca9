// How many components: the criterion's least value, whatever works on it.
#include "latent/selection/selection.hpp"

#include <filesystem>

#include "catch.hpp"
#include "latent/data/csv.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/execution/threads.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "naive_mixture.hpp"

using namespace latent;

namespace {

std::vector<GaussianMixture<>> shapes(Index most) {
    std::vector<GaussianMixture<>> all;
    for (Index K = 1; K <= most; ++K) all.emplace_back(K, 2);
    return all;
}

Eigen::MatrixXd three_clusters(Index n) {
    Random random(3);
    Eigen::MatrixXd x = GaussianMixture<>(1, 2).sample(n, random);
    for (Index i = 0; i < n; ++i) x.col(i).array() += 12.0 * static_cast<double>(i % 3);
    return x;
}

}  // namespace

TEST_CASE("the best of a selection that nobody keeps is a value") {
    const Eigen::MatrixXd x = three_clusters(60);
    const auto& best = Selection<>{}.fit(shapes(2), x).best();
    static_assert(
        std::is_same_v<decltype(Selection<>{}.fit(shapes(2), x).best()), Result<GaussianMixture<>>>);
    const auto kept = Selection<>{}.fit(shapes(2), x);
    CHECK(&kept.best() == &kept.all[kept.best_index()]);
    CHECK(naive::same_bits(best.model, kept.best().model));
}

TEST_CASE("three clusters are found to be three, by both criteria of the models") {
    const Eigen::MatrixXd x = three_clusters(300);
    const auto bic = Selection<>{}.fit(shapes(4), x);
    REQUIRE(bic.all.size() == 4);
    CHECK(bic.best().model.size() == 3);
    const auto aic = Selection<Aic>{}.fit(shapes(4), x);
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK_THAT(bic.table[i].criterion, WithinRel(bic.all[i].model.bic(x), 1e-13));
        CHECK_THAT(aic.table[i].criterion, WithinRel(aic.all[i].model.aic(x), 1e-13));
        CHECK(bic.table[i].criterion >= bic.table[bic.best_index()].criterion);
    }
}

TEST_CASE("a selection has the same bits on any number of threads, which share data or fits") {
    const Eigen::MatrixXd x = three_clusters(6000);
    const auto alone = Selection<>{.restarts = {.number = 2}}.fit(shapes(3), x);
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Threads> em{.execution = {2}};
    const auto data_shared =
        Selection<Bic, Restarts<KMeans, decltype(em)>>{{}, {2, {}, em}}.fit(shapes(3), x);
    const auto fits_shared = Selection<Bic, Restarts<KMeans, ExpectationMaximization<>, Threads>>{
        {}, {2, {}, {}, {2}}}.fit(shapes(3), x);
    const auto shapes_shared = Selection<Bic, Restarts<>, Threads>{{}, {2}, {3}}.fit(shapes(3), x);
    for (std::size_t i = 0; i < 3; ++i)
        for (const auto* shared : {&data_shared, &fits_shared, &shapes_shared})
            CHECK(naive::same_bits(shared->all[i].model, alone.all[i].model));
}

TEST_CASE("weights count as copies, and hidden Markov models are selected alike") {
    const Eigen::RowVectorXd x{{3, 4, 12, 2, 13, 14, 3, 11, 12, 3, 2, 4}};
    const Eigen::VectorXd w = Eigen::VectorXd::Constant(12, 2.0);
    using Model = HMM<Poisson<>>;
    const auto once = Selection<>{}.fit(std::vector<Model>{Model(1, 1), Model(2, 1)}, x);
    CHECK_THAT(once.table[1].criterion, WithinRel(once.all[1].model.bic(x), 1e-13));
    const auto counted = weighted(x, w);
    const auto twice = Selection<>{}.fit(std::vector<Model>{Model(1, 1), Model(2, 1)}, counted);
    CHECK_THAT(twice.table[1].criterion, WithinRel(twice.all[1].model.bic(counted), 1e-13));
}

namespace {

/// The criterion of K = 1 … most full normals, from the default starts, and how many components are chosen.
struct Choice {
    std::vector<double> bic;
    Index components;

    Choice(const Eigen::MatrixXd& x, Index most) {
        std::vector<GaussianMixture<>> candidates;
        for (Index K = 1; K <= most; ++K) candidates.emplace_back(K, x.rows());
        const auto result = Selection<>{}.fit(candidates, x);
        for (const Candidate& c : result.table) bic.push_back(c.criterion);
        components = result.best().model.size();
        CHECK(result.best().sound());
    }
};

Eigen::MatrixXd read(const char* name) {
    return read_csv(std::filesystem::path(LATENT_TEST_DATA) / name).values;
}

}  // namespace

TEST_CASE("real data: the choice of mclust's VVV among 1 to 8 components, or a better one") {
    Eigen::MatrixXd wine = read("selection/wine.csv");
    wine.colwise() -= wine.rowwise().mean().eval();
    for (Index j = 0; j < wine.rows(); ++j)
        wine.row(j) /= std::sqrt(wine.row(j).squaredNorm() / static_cast<double>(wine.cols()));
    const Choice flowers(read("mixtures/iris-full-3/X.csv"), 8), wines(wine, 5);
    CHECK(flowers.components == 2);
    CHECK_THAT(flowers.bic[1], WithinAbs(574.02, 0.01));
    CHECK_THAT(flowers.bic[2], WithinAbs(580.84, 0.01));
    CHECK(wines.components == 2);
    CHECK(wines.bic[1] < 5608.4);  // mclust's start from a hierarchy ends at 5709.4
    const Choice geyser(read("mixtures/faithful-full-2/X.csv"), 5);
    CHECK(geyser.components == 2);
    CHECK_THAT(geyser.bic[1], WithinAbs(2322.19, 0.01));
    const Choice lakes(read("mixtures/acidity-full-2/X.csv"), 5);
    CHECK(lakes.components ==
          2);  // mclust takes 3 with 397.91; its two components end at 399.69, and these lower
    CHECK(lakes.bic[1] < 394.6);
    const Choice thyroid(read("selection/thyroid.csv"), 5), diabetes(read("selection/diabetes.csv"), 5);
    CHECK(thyroid.components == 3);
    CHECK_THAT(thyroid.bic[2], WithinAbs(4809.76, 0.01));
    CHECK(diabetes.components == 3);
    CHECK(diabetes.bic[2] < 4751.33);
}

TEST_CASE("no shape at all is refused") {
    CHECK_THROWS_WITH(Selection<>{}.fit(std::vector<GaussianMixture<>>{}, three_clusters(9)),
                      "latent::Selection: there is no shape to fit");
}
