// EM of factor analysis that other software made, iteration by iteration.
#include "case.hpp"
#include "catch.hpp"
#include "latent/emission/factor_analyzers.hpp"

using namespace latent;
using namespace reference;

TEST_CASE("factor analysis of the attitude data") {
    const Case c("factor_analysis/attitude-2");
    const auto matrix = [&](const char* what) { return Eigen::MatrixXd(c.read(what).transpose()); };
    const FactorAnalyzers<> start(c.column("mean"), {matrix("loadings0")}, c.column("uniquenesses0"));
    const auto fitted = c.fit(Mixture(start), c.x).model.emission();
    c.check_near(fitted.means().transpose(), "mean");
    c.check_near(fitted.loadings(0).transpose(), "loadings");
    c.check_near(fitted.uniquenesses().transpose(), "uniquenesses");
    c.check_near(fitted.scores(c.x), "scores");
}
