// State space models whose estimates are printed in books.
#include "catch.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/data/known.hpp"
#include "latent/fit.hpp"
#include "latent/model/linear_dynamical_system.hpp"

using namespace latent;

namespace {

/// The yearly flow of the Nile at Aswan, 1871 to 1970.
const Eigen::RowVectorXd nile{
    {1120, 1160, 963,  1210, 1160, 1160, 813,  1230, 1370, 1140, 995,  935,  1110, 994, 1020, 960,  1180,
     799,  958,  1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774,  840,  874, 694,  940,  833,
     701,  916,  692,  1020, 1050, 969,  831,  726,  456,  824,  702,  1120, 1100, 832, 764,  821,  768,
     845,  864,  862,  698,  845,  744,  796,  1040, 759,  781,  865,  845,  944,  984, 897,  822,  1010,
     771,  676,  649,  846,  812,  742,  801,  1040, 860,  874,  848,  890,  744,  749, 838,  1050, 918,
     986,  797,  923,  975,  815,  1020, 906,  901,  1170, 912,  746,  919,  718,  714, 740}};

/// A random walk seen through noise, from p(x_1) = N(mean, variance).
LinearDynamicalSystem local_level(double noise, double step, double mean = 0, double variance = 1e7) {
    const auto one = [](double value) { return Eigen::MatrixXd::Constant(1, 1, value); };
    return LinearDynamicalSystem({.observation = one(1),
                                  .transition = one(1),
                                  .observation_covariance = one(noise),
                                  .state_covariance = one(step),
                                  .initial_mean = one(mean),
                                  .initial_covariance = one(variance)},
                                 {.observation_covariance = true, .state_covariance = true});
}
double noise(const LinearDynamicalSystem& m) { return m.observation_covariance()(0, 0); }
double step(const LinearDynamicalSystem& m) { return m.state_covariance()(0, 0); }

/// Nothing is known of x_1: it is what the first observation says, and the likelihood is that of the others.
LinearDynamicalSystem after_the_first(double noise, double step) {
    return local_level(noise, step, nile(0), noise + step);
}

}  // namespace

TEST_CASE("the Nile's level with a vague beginning: EM step by step") {
    const auto after = [](int iterations) {
        return fit(local_level(10000, 10000), nile, Limits{.iterations = iterations}, Aitken{0});
    };
    const auto first = after(1), fourth = after(4), late = after(49);
    CHECK_THAT(noise(first.model), WithinAbs(9752.2674, 5e-5));
    CHECK_THAT(step(first.model), WithinAbs(8767.2180, 5e-5));
    CHECK_THAT(first.objective, WithinAbs(-645.075415, 5e-7));
    CHECK_THAT(noise(fourth.model), WithinAbs(10276.2866, 5e-5));
    CHECK_THAT(step(fourth.model), WithinAbs(6729.4127, 5e-5));
    CHECK_THAT(noise(late.model), WithinAbs(14341.94, 5e-3));
    CHECK_THAT(step(late.model), WithinAbs(2009.67, 5e-3));
    CHECK_THAT(late.objective, WithinAbs(-641.655260, 5e-7));
    const auto end = after(375);
    CHECK_THAT(noise(end.model), WithinAbs(15099.565, 5e-4));
    CHECK_THAT(step(end.model), WithinAbs(1468.578, 5e-4));
    CHECK_THAT(end.objective, WithinAbs(-641.585578, 5e-7));
}

TEST_CASE(
    "the Nile's level when nothing is known of its beginning (Durbin & Koopman, table 2.1 and section 2.2)") {
    const auto model = after_the_first(15098.52, 1469.18);
    const Eigen::RowVectorXd rest = nile.tail(99);
    CHECK_THAT(model.score(rest), WithinAbs(-632.545625, 5e-7));
    const auto end = fit(local_level(10000, 10000, 0, 1e12), nile, Aitken{1e-13}, Squarem{});
    CHECK(end.converged());
    CHECK(end.evaluations < 100);  // EM: some hundreds
    CHECK_THAT(noise(end.model), WithinAbs(15098.52, 0.05));
    CHECK_THAT(step(end.model), WithinAbs(1469.18, 0.05));
    const auto states = local_level(15099, 1469.1, 0, 1e12).smooth(nile);
    CHECK_THAT(states.means(0), WithinAbs(1111.668, 5e-3));
    CHECK_THAT(states.means(1), WithinAbs(1110.858, 5e-3));
    CHECK_THAT(states.means(2), WithinAbs(1105.266, 5e-3));
    CHECK_THAT(states.covariances(0), WithinAbs(4032.158, 5e-3));
    CHECK_THAT(states.means(99), WithinAbs(798.370, 5e-3));
}

TEST_CASE("the Nile with two gaps of twenty years (Durbin & Koopman, section 2.7)") {
    Eigen::RowVectorXd gaps = nile;
    gaps.segment(20, 20).setConstant(std::numeric_limits<double>::quiet_NaN());
    gaps.segment(60, 20).setConstant(std::numeric_limits<double>::quiet_NaN());
    const auto states = local_level(15099, 1469.1, 0, 1e12).smooth(with_missing(gaps));
    CHECK_THAT(states.means(29), WithinAbs(903.421, 5e-3));
    CHECK_THAT(states.covariances(29), WithinAbs(9715.006, 5e-3));
    const Eigen::RowVectorXd rest = gaps.tail(99);
    CHECK_THAT(after_the_first(15099, 1469.1).score(with_missing(rest)),
               WithinAbs(-381.506001 + 0.5 * std::log(2 * std::numbers::pi), 5e-4));
}
