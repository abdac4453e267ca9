// How an emission's prior is asked: of the emission itself, or of the family within it.
#include "latent/emission/emission_prior.hpp"

#include "catch.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/tied_emission.hpp"

using namespace latent;

TEST_CASE("a flat prior has seen nothing") {
    CHECK(FlatPrior{}(Categorical<>(2, 3)).count == Eigen::MatrixXd::Zero(3, 2));
}

TEST_CASE("the prior of a family is that of an emission it is within") {
    const Categorical<> family(2, 3);
    const TiedEmission<Categorical<>> tied(family, {0, 1, 1});
    const Eigen::MatrixXd seen = detail::pseudo_observations(DirichletPrior{3}, family).count;
    CHECK(seen == Eigen::MatrixXd::Constant(3, 2, 2));
    CHECK(detail::pseudo_observations(DirichletPrior{3}, tied).count == seen);
}
