// SQUAREM: where EM creeps it leaps, and never downwards.
#include "kit/acceleration_properties.hpp"
#include "latent/acceleration/squarem.hpp"

using namespace latent;

TEST_CASE("two Poisson components for death notices: 2055 steps of EM, under 120 with SQUAREM") {
    const auto em = kit::fit_notices<Plain>();
    CHECK(em.status == Status::stopped);
    CHECK_THAT(em.trace.front(), WithinAbs(-1992.723266, 1e-6));
    CHECK(std::abs(em.evaluations - 2055) <= 1);
    CHECK((kit::parameters(em.model) - kit::published_notices).norm() < 1e-7 / (1 - 0.9956662));
    kit::finds_what_em_creeps_to<Squarem>(120);
}

TEST_CASE("the default criterion takes SQUAREM's own estimate of the way to go") {
    kit::estimates_the_way_to_go<Squarem>(120);
}

TEMPLATE_TEST_CASE("SQUAREM never lowers the objective and ends at the model's own", "", Soft, Hard) {
    kit::never_lowers_the_objective<TestType, Squarem>();
}

TEST_CASE("an extrapolation that leads astray is replaced by two EM steps") {
    kit::falls_back_on_em<Squarem>(10, 20);
}
