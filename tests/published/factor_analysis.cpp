// Factors whose estimates are printed in manuals and papers.
#include <Eigen/Cholesky>

#include "catch.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/data/csv.hpp"
#include "latent/emission/factor_analyzers.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"
#include "latent/start/k_means.hpp"

using namespace latent;

namespace {

/// Six tests of ability and intelligence: general, picture, blocks, maze, reading, vocab (Smith & Stanley 1983).
Eigen::MatrixXd correlations() {
    Eigen::MatrixXd r = Eigen::MatrixXd::Identity(6, 6);
    const double below[] = {.466265, .551663, .572436, .340325, .193099, .445090, .576480, .262923,
                            .354025, .183964, .514406, .239277, .356472, .218837, .791378};
    const double* next = below;
    for (Index i = 1; i < 6; ++i)
        for (Index j = 0; j < i; ++j) r(i, j) = r(j, i) = *next++;
    return r;
}

/// 112 observations of mean 0 that have these correlations, and variances 1.
Eigen::MatrixXd tested() {
    Random random(1);
    Eigen::MatrixXd x(6, 112);
    for (double& value : x.reshaped()) value = random.normal();
    x.colwise() -= x.rowwise().mean().eval();
    const Eigen::MatrixXd own = x * x.transpose() / 112, wanted = correlations();
    const Eigen::MatrixXd white = own.llt().matrixL().solve(x);
    return wanted.llt().matrixL() * white;
}

/// F = log |Σ| + tr(Σ⁻¹ R) − log |R| − d.
double discrepancy(const FactorAnalyzers<>& e) {
    const auto log_determinant = [](const Eigen::MatrixXd& a) {
        return 2 * a.llt().matrixLLT().diagonal().array().log().sum();
    };
    const Eigen::MatrixXd r = correlations();
    return log_determinant(e.covariance(0)) + (e.precision(0) * r).trace() - log_determinant(r) - 6;
}

template <class... Policies>
auto explain_ability(Index factors, const Policies&... policies) {
    return fit(Mixture<FactorAnalyzers<>>(1, 6, factors), tested(), KMeans{}, Aitken{1e-13},
               Limits{.iterations = 20'000}, policies...);
}

}  // namespace

TEST_CASE("ability has the published uniquenesses") {
    const auto one = explain_ability(1, Squarem{}).model.emission();
    const Eigen::VectorXd of_one{{.534602, .852580, .748170, .910150, .231715, .279741}};
    CHECK((one.uniquenesses() - of_one).cwiseAbs().maxCoeff() <
          3e-5);  // here the slope is 1e-15, there it was less flat
    CHECK_THAT(discrepancy(one), WithinAbs(.6993450, 1e-6));
    const auto two = explain_ability(2, Squarem{});
    const Eigen::VectorXd of_two{{.455224, .589332, .218180, .769422, .052452, .333588}};
    CAPTURE(two.trace.size(), two.status);
    CHECK((two.model.emission().uniquenesses() - of_two).cwiseAbs().maxCoeff() < 5e-5);
    CHECK_THAT(discrepancy(two.model.emission()), WithinAbs(.0571602, 1e-6));
    const auto plain = explain_ability(2);
    CAPTURE(plain.trace.size(), plain.status);
    CHECK((plain.model.emission().uniquenesses() - of_two).cwiseAbs().maxCoeff() < 5e-5);
    CHECK(two.trace.size() * 10 < plain.trace.size());
}

TEST_CASE("iris has the published principal components") {
    const Eigen::MatrixXd x =
        read_csv(std::filesystem::path(LATENT_TEST_DATA) / "labels/iris-labels-full-3/X.csv").values;
    const double noise[] = {.1141390796, .0506821479}, loglik[] = {-470.669458, -404.962780};
    for (const Index q : {1, 2}) {
        const auto fitted = fit(Mixture<FactorAnalyzers<Spherical>>(1, 4, q), x, KMeans{}).model;
        CHECK_THAT(fitted.emission().uniquenesses()(0, 0), WithinAbs(noise[q - 1], 1e-9));
        CHECK_THAT(fitted.score(x), WithinAbs(loglik[q - 1], 1e-5));
    }
}
