// The bootstrap of the likelihood ratio: published statistics, and the same bits for any number of workers.
#include "latent/selection/likelihood_ratio_test.hpp"

#include "catch.hpp"
#include "latent/data/csv.hpp"
#include "latent/data/known.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/execution/threads.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"

using namespace latent;

TEST_CASE("Old Faithful: the statistics of mclust, or of a better maximum") {
    const Eigen::MatrixXd x =
        read_csv(std::filesystem::path(LATENT_TEST_DATA) / "mixtures/faithful-full-2/X.csv").values;
    const auto at = [&](Index K) {
        return likelihood_ratio_test(x, GaussianMixture<>(K, 2), GaussianMixture<>(K + 1, 2), Replicates{1},
                                     Starts{5});
    };
    CHECK_THAT(at(1).statistic, WithinAbs(319.0654, 1e-3));  // mclust stops at 1e-5 of its log-likelihood
    CHECK(at(2).statistic > 6.1305);  // mclust's one start of three components ends lower
}

TEST_CASE("a bootstrap is the same for any number of workers, and its p-value counts") {
    Random random(5);
    Eigen::MatrixXd x = GaussianMixture<>(1, 1).sample(60, random);
    const auto run = [&](const auto& execution) {
        return likelihood_ratio_test(x, GaussianMixture<>(1, 1), GaussianMixture<>(2, 1), Replicates{9, 3},
                                     Starts{2}, execution, Limits{.iterations = 200});
    };
    const auto alone = run(Sequential{});
    for (const Index workers : {1, 2, 4}) CHECK(run(Threads{workers}).replicates == alone.replicates);
    CHECK(alone.replicates.size() == 9);
    CHECK(alone.replicates.minCoeff() >= 0);
    const auto above = (alone.replicates.array() >= alone.statistic).count();
    CHECK(alone.p_value == static_cast<double>(1 + above) / 10);
    CHECK(alone.p_value > 0.1);
    for (Index i = 0; i < x.cols(); i += 2) x(0, i) += 20;
    CHECK(run(Threads{}).p_value == 0.1);
}

TEST_CASE("states are tested on sequences of the same lengths, what no draw has is refused") {
    const std::vector<std::vector<double>> x{{3, 4, 12, 2, 13, 14}, {3, 11, 12, 3, 2, 4, 3}};
    const auto test =
        likelihood_ratio_test(x, HMM<Poisson<>>(1, 1), HMM<Poisson<>>(2, 1), Replicates{9}, Starts{2});
    CHECK(test.p_value == 0.1);
    const Eigen::MatrixXd y = Eigen::MatrixXd::Random(1, 20);
    const Eigen::VectorXd w = Eigen::VectorXd::Ones(20);
    const GaussianMixture<> one(1, 1);
    CHECK_THROWS_WITH(likelihood_ratio_test(weighted(y, w), one, one), ContainsSubstring("have weights"));
    CHECK_THROWS_WITH(likelihood_ratio_test(y, one, one, Replicates{0}), ContainsSubstring("number is 0"));
}
