// The classical M-step.
#include "latent/mstep/maximum_likelihood.hpp"

#include "catch.hpp"
#include "kit/coins.hpp"
#include "kit/numerics.hpp"
#include "latent/model/mixture.hpp"

using namespace latent;

TEST_CASE("a maximum likelihood step is the model's own, and has no penalty") {
    const auto s = kit::expect(Soft{}, kit::published_start, kit::published_rounds).statistics;
    kit::Coins stepped = kit::published_start, maximized = kit::published_start;
    Journal journal;
    MaximumLikelihood<>{}(stepped, s, journal);
    maximized.maximize(s);
    CHECK(stepped.weight == maximized.weight);
    CHECK(stepped.bias == maximized.bias);
    CHECK(journal.events().empty());
    CHECK(MaximumLikelihood<>{}.penalty(stepped) == 0);
}

TEST_CASE("after a maximum likelihood step the remedy is called, with its floor") {
    const Eigen::RowVectorXd x{{-1, 0, 1, 9, 9}};
    const Eigen::MatrixXd one = Eigen::MatrixXd::Identity(1, 1);
    GaussianMixture<> model(Gaussian<>(Eigen::RowVector2d(0, 9), {one, one}));
    const auto s = kit::expect(Soft{}, model, model.units(x)).statistics;
    Journal journal;
    MaximumLikelihood<>{{.floor = Eigen::VectorXd::Constant(1, 0.25)}}(model, s, journal);
    CHECK(model.covariance(1)(0, 0) == 0.25);
    REQUIRE(journal.events().size() == 1);
    CHECK(journal.events()[0].component == 1);
    CHECK(journal.events()[0].action == Action::floored);
    CHECK_THROWS_WITH((MaximumLikelihood<>{{-1.0}}.check()),
                      ContainsSubstring("VarianceFloor: relative is -1"));
}
