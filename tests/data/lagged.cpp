// Lags stand where they should, sequences end where they end, and autoregressions that switch are found.
#include "latent/data/lagged.hpp"

#include <array>

#include "catch.hpp"
#include "latent/emission/linear_regressions.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"

using namespace latent;

TEST_CASE("lags stand beside their responses, the nearest first") {
    const Eigen::MatrixXd x{{1, 1, 1, 1, 1}, {10, 11, 12, 13, 14}, {0, 1, 2, 3, 4}};
    const Eigen::MatrixXd expected{{1, 1, 1}, {12, 13, 14}, {1, 2, 3}, {0, 1, 2}, {2, 3, 4}};
    CHECK(lagged(x, 2) == expected);
    CHECK(lagged(x, 0) == x);
    CHECK(lagged(x.row(2), 4) == Eigen::MatrixXd(Eigen::Vector<double, 5>(3, 2, 1, 0, 4)));
}

TEST_CASE("no sequence looks back into the one before") {
    const Eigen::MatrixXd x{{0, 1, 2, 7, 8, 9, 9}};
    const std::array<Index, 2> lengths{3, 4};
    const auto each = lagged(Sequences<double>(x, lengths), 1);
    REQUIRE(each.size() == 2);
    CHECK(each[0] == Eigen::MatrixXd{{0, 1}, {1, 2}});
    CHECK(each[1] == Eigen::MatrixXd{{7, 8, 9}, {8, 9, 9}});
    CHECK_THROWS_WITH(lagged(Sequences<double>(x, lengths), 3),
                      "latent::lagged: the series is 1 × 3, expected more than p = 3 observations");
    CHECK_THROWS_WITH(lagged(x, -1), "latent::lagged: p is -1, expected 0 or more");
}

TEST_CASE("two regimes of an autoregression of order two are found, and when they rule") {
    const Eigen::MatrixXd truth{{1.2, -0.8}, {0.9, 0.2}, {-0.3, 0.1}};  // intercept, y_{t−1}, y_{t−2}
    Random random(12);
    const Index n = 3000;
    Eigen::MatrixXd x = Eigen::MatrixXd::Ones(2, n);
    x.row(1).setZero();
    std::vector<Index> regime(n, 0);
    for (Index t = 2; t < n; ++t) {
        const auto now = static_cast<std::size_t>(t);
        regime[now] = random.uniform() < 0.97 ? regime[now - 1] : 1 - regime[now - 1];
        x(1, t) =
            Eigen::Vector3d(1, x(1, t - 1), x(1, t - 2)).dot(truth.col(regime[now])) + 0.5 * random.normal();
    }
    const Eigen::MatrixXd data = lagged(x, 2);
    const LinearRegressions<> start(Eigen::MatrixXd{{1, -1}, {0, 0}, {0, 0}}, Eigen::Vector2d(1, 1));
    const auto fitted = fit(
        HMM<LinearRegressions<>>(Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{0.9, 0.1}, {0.1, 0.9}}, start),
        data);
    CHECK(fitted.converged());
    CHECK((fitted.model.emission().coefficients() - truth).cwiseAbs().maxCoeff() < 0.09);
    CHECK((fitted.model.emission().deviations().array() - 0.5).abs().maxCoeff() < 0.03);
    CHECK(std::abs(fitted.model.transition()(0, 0) - 0.97) < 0.02);
    const auto path = fitted.model.viterbi(data).states;
    Index agree = 0;
    for (std::size_t t = 0; t < path.size(); ++t) agree += path[t] == regime[t + 2];
    CHECK(agree > 2908);  // 97 in 100
}
