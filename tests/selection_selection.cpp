// How many components: the criterion's least value, whatever works on it.
#include "latent/selection/selection.hpp"

#include "catch.hpp"
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

TEST_CASE("three clusters are found to be three, by both criteria of the models") {
    const Eigen::MatrixXd x = three_clusters(300);
    const auto bic = Selection<>{}.fit(shapes(4), x);
    REQUIRE(bic.all.size() == 4);
    CHECK(bic.best().model.size() == 3);
    const auto aic = Selection<Aic>{}.fit(shapes(4), x);
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK_THAT(bic.criterion[i], WithinRel(bic.all[i].model.bic(x), 1e-13));
        CHECK_THAT(aic.criterion[i], WithinRel(aic.all[i].model.aic(x), 1e-13));
        CHECK(bic.criterion[i] >= bic.criterion[bic.best_index]);
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
    CHECK(data_shared.criterion == alone.criterion);
    CHECK(fits_shared.criterion == alone.criterion);
}

TEST_CASE("weights count as copies, and hidden Markov models are selected alike") {
    const Eigen::RowVectorXd x{{3, 4, 12, 2, 13, 14, 3, 11, 12, 3, 2, 4}};
    const Eigen::VectorXd w = Eigen::VectorXd::Constant(12, 2.0);
    using Model = HMM<Poisson<>>;
    const auto once = Selection<>{}.fit(std::vector<Model>{Model(1, 1), Model(2, 1)}, x);
    CHECK_THAT(once.criterion[1], WithinRel(once.all[1].model.bic(x), 1e-13));
    const auto counted = weighted(x, w);
    const auto twice = Selection<>{}.fit(std::vector<Model>{Model(1, 1), Model(2, 1)}, counted);
    CHECK_THAT(twice.criterion[1], WithinRel(twice.all[1].model.bic(counted), 1e-13));
}

TEST_CASE("no shape at all is refused") {
    CHECK_THROWS_WITH(Selection<>{}.fit(std::vector<GaussianMixture<>>{}, three_clusters(9)),
                      "latent::Selection: there is no shape to fit");
}
