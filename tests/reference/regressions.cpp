// EM of mixtures of regressions that other software made, iteration by iteration.
#include "case.hpp"
#include "catch.hpp"
#include "latent/emission/binomial_regressions.hpp"
#include "latent/emission/linear_regressions.hpp"
#include "latent/emission/poisson_regressions.hpp"

using namespace latent;
using namespace reference;

TEST_CASE("a mixture of two linear regressions") {
    const Case c("regressions/npreg-linear-2");
    Eigen::MatrixXd x(c.x.rows() + 1, c.x.cols());
    x << c.x, c.read("y");
    const LinearRegressions<> start(c.read("coefficients0"), c.column("deviations0"));
    const auto fitted = c.fit(Mixture(c.column("weights0"), start), x).model;
    c.check_near(fitted.weights().transpose(), "weights");
    c.check_near(fitted.emission().coefficients(), "coefficients");
    c.check_near(fitted.emission().deviations().transpose(), "deviations");
    c.check_near(fitted.predict_proba(x), "posterior");
}

namespace {

/// With exact maxima in every M-step.
template <class E>
void check_regressions(const Case& c, const Eigen::MatrixXd& x) {
    const auto fitted = c.fit(Mixture(c.column("weights0"), E(c.read("coefficients0"))), x).model;
    c.check_near(fitted.weights().transpose(), "weights");
    c.check_near(fitted.emission().coefficients(), "coefficients", 1e-8);
    c.check_near(fitted.predict_proba(x), "posterior", 1e-8);
}

}  // namespace

TEST_CASE("a mixture of two Poisson regressions") {
    const Case c("regressions/npreg-poisson-2");
    Eigen::MatrixXd x(c.x.rows() + 1, c.x.cols());
    x << c.x, c.read("y");
    check_regressions<PoissonRegressions<>>(c, x);
}

TEST_CASE("a mixture of two logistic regressions") {
    const Case c("regressions/simulated-binomial-2");
    Eigen::MatrixXd x(c.x.rows() + 2, c.x.cols());
    x << c.x, c.read("trials"), c.read("y");
    check_regressions<BinomialRegressions<>>(c, x);
}
