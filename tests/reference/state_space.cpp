// EM of linear Gaussian state space models that other software made, iteration by iteration.
#include "case.hpp"
#include "catch.hpp"
#include "latent/data/known.hpp"
#include "latent/execution/threads.hpp"
#include "latent/model/linear_dynamical_system.hpp"

using namespace latent;
using namespace reference;

namespace {

/// A folder with its series, a step a line.
struct Series : Case {
    explicit Series(const char* name) : Case(name, {.missing = true}, "y") {}
    Eigen::MatrixXd start(const char* what) const { return read(std::string(what) + "0").transpose(); }
};

void reproduce(const char* name) {
    const Series c(name);
    const LinearDynamicalSystem start({.observation = c.start("observation"),
                                       .transition = c.start("transition"),
                                       .observation_covariance = c.start("observation_covariance"),
                                       .state_covariance = c.start("state_covariance"),
                                       .initial_mean = c.start("initial_mean"),
                                       .initial_covariance = c.start("initial_covariance")},
                                      {.observation_covariance = true, .state_covariance = true});
    const auto y = with_missing(c.x);
    const auto fitted = c.fit(start, y).model;
    c.check_near(fitted.observation_covariance(), "observation_covariance");
    c.check_near(fitted.state_covariance(), "state_covariance");
    const SmoothedStates states = fitted.smooth(y);
    c.check_near(states.means, "smoothed_means");
    c.check_near(states.covariances, "smoothed_covariances");
    c.check_near(impute(fitted, y).x, "imputed");
    CHECK_THAT(fitted.score(y), WithinRel(c.trace(c.trace.size() - 1), 1e-9));
}

}  // namespace

TEST_CASE("the Nile: a local level") { reproduce("state_space/nile-local-level"); }
TEST_CASE("the Nile with twice twenty years missing") { reproduce("state_space/nile-missing-local-level"); }
TEST_CASE("an object in the plane, seen with noise and gaps") { reproduce("state_space/tracking"); }
