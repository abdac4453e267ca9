// Predictive densities against ratios of likelihoods.
#include "latent/model/predictive.hpp"

#include "catch.hpp"
#include "latent/model/univariate.hpp"

using namespace latent;

namespace {

const Eigen::Matrix2d transition{{0.9, 0.1}, {0.3, 0.7}};

GaussianHMM<> model() {
    return {Eigen::Vector2d(0.2, 0.8), transition,
            Gaussian<>(Eigen::RowVector2d(0, 3),
                       {Eigen::MatrixXd::Constant(1, 1, 1), Eigen::MatrixXd::Constant(1, 1, 4)})};
}

}  // namespace

TEST_CASE("a predictive density is the likelihood of one observation more") {
    const auto hmm = model();
    const Eigen::RowVectorXd x{{0.1, 2, 5, -1, 3, 3.5}};
    for (Index n = 1; n < x.size(); ++n) {
        const Eigen::RowVectorXd before = x.head(n);
        const auto next = predictive(hmm, before);
        for (const double y : {-3.0, 0.0, 1.5, 9.0}) {
            Eigen::RowVectorXd longer(n + 1);
            longer << before, y;
            const Eigen::MatrixXd one = Eigen::MatrixXd::Constant(1, 1, y);
            CHECK_THAT(next.score(one), WithinAbs(hmm.score(longer) - hmm.score(before), 1e-12));
        }
    }
}

TEST_CASE("further ahead the chain moves on, to its stationary distribution") {
    const auto hmm = model();
    const Eigen::RowVectorXd x{{0.1, 2, 5}};
    const Eigen::VectorXd one = predictive(hmm, x).weights();
    CHECK((predictive(hmm, x, 3).weights() - transition.transpose() * transition.transpose() * one).norm() <
          1e-14);
    const auto far = predictive(hmm, x, 1000);
    CHECK((far.weights() - Eigen::Vector2d(0.75, 0.25)).norm() < 1e-12);
    CHECK_THAT(cdf(far, quantile(far, 0.3)), WithinRel(0.3, 1e-13));
}

TEST_CASE("states are predicted from the observations before, in each sequence") {
    const auto hmm = model();
    const Eigen::RowVectorXd x{{0.1, 2, 5, -1, 3}};
    const std::vector<Index> lengths = {3, 2};
    const Eigen::MatrixXd states = predict_states(hmm, {x, lengths});
    REQUIRE(states.cols() == 5);
    CHECK(states.col(0) == hmm.initial());
    CHECK(states.col(3) == hmm.initial());
    const Eigen::RowVectorXd two = x.head(2), one = x.segment(3, 1);
    CHECK((states.col(2) - predictive(hmm, two).weights()).norm() < 1e-15);
    CHECK((states.col(4) - predictive(hmm, one).weights()).norm() < 1e-15);
}

TEST_CASE("no step ahead is refused") {
    const Eigen::RowVectorXd x{{0.1, 2}};
    for (const Index steps : {0, -1})
        CHECK_THROWS_WITH(predictive(model(), x, steps), ContainsSubstring("latent::predictive: steps is"));
}
