// EM of mixtures of regressions that other software made, iteration by iteration.
#include "case.hpp"
#include "catch.hpp"
#include "latent/emission/linear_regressions.hpp"

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
