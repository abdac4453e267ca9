// Incomplete data whose estimates are printed in books and papers.
#include "catch.hpp"
#include "latent/data/known.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"

using namespace latent;

namespace {

const double none = std::numeric_limits<double>::quiet_NaN();

/// One normal density fitted to what is seen, from the start given.
Result<GaussianMixture<>> normal(const Eigen::MatrixXd& x, const Eigen::MatrixXd& covariance) {
    const GaussianMixture<> start(Gaussian<>(Eigen::MatrixXd::Zero(x.rows(), 1), {covariance}));
    return fit(start, with_missing(x), Aitken{1e-14}, Limits{.iterations = 100'000});
}

}  // namespace

TEST_CASE("Hald's cement data (Little & Rubin, Statistical Analysis with Missing Data)") {
    const Eigen::MatrixXd x{
        {7, 1, 11, 11, 7, 11, 3, 1, 2, none, none, none, none},
        {26, 29, 56, 31, 52, 55, 71, 31, 54, none, none, none, none},
        {6, 15, 8, 8, 6, 9, 17, 22, 18, 4, 23, 9, 8},
        {60, 52, 20, 47, 33, 22, none, none, none, none, none, none, none},
        {78.5, 74.3, 104.3, 87.6, 95.9, 109.2, 102.7, 72.5, 93.1, 115.9, 83.8, 113.3, 109.4}};
    const auto fit = normal(x, 1000 * Eigen::MatrixXd::Identity(5, 5));
    CHECK_THAT(fit.objective, WithinAbs(-132.925250, 1e-5));
    const Eigen::VectorXd mean{{6.655166, 49.965259, 11.769231, 27.047090, 95.423077}};
    CHECK((fit.model.means().col(0) - mean).cwiseAbs().maxCoeff() < 1e-3);
    CHECK_THAT(fit.model.covariance(0)(0, 0), WithinAbs(21.825568, 1e-3));
    CHECK_THAT(fit.model.covariance(0)(0, 1), WithinAbs(20.864334, 1e-3));
    CHECK_THAT(fit.model.covariance(0)(4, 4), WithinAbs(208.904852, 1e-3));
}

TEST_CASE("apples: worms in the crop, with six counts missing, which have a closed form") {
    Eigen::MatrixXd x(2, 18);
    x << 8, 6, 11, 22, 14, 17, 18, 24, 19, 23, 26, 40, 4, 4, 5, 6, 8, 10,  //
        59, 58, 56, 53, 50, 45, 43, 42, 39, 38, 30, 27, none, none, none, none, none, none;
    const auto fit = normal(x, 100 * Eigen::MatrixXd::Identity(2, 2));
    CHECK_THAT(fit.model.means()(0, 0), WithinAbs(14.722222, 1e-5));
    CHECK_THAT(fit.model.means()(1, 0), WithinAbs(49.333333, 1e-5));
    CHECK_THAT(fit.model.covariance(0)(0, 0), WithinAbs(89.533951, 1e-4));
    CHECK_THAT(fit.model.covariance(0)(0, 1), WithinAbs(-90.696723, 1e-4));
    CHECK_THAT(fit.model.covariance(0)(1, 1), WithinAbs(114.694942, 1e-4));
}

TEST_CASE("Murray's data (1977): two maxima, and a saddle between them where EM stays") {
    Eigen::MatrixXd x(2, 12);
    x << 1, 1, -1, -1, 2, 2, -2, -2, none, none, none, none,  //
        1, -1, 1, -1, none, none, none, none, 2, 2, -2, -2;
    const auto saddle = normal(x, Eigen::MatrixXd::Identity(2, 2));
    CHECK_THAT(saddle.objective, WithinAbs(-30.033342, 1e-6));
    CHECK_THAT(saddle.model.covariance(0)(0, 0), WithinAbs(2.5, 1e-6));
    CHECK_THAT(saddle.model.covariance(0)(0, 1), WithinAbs(0, 1e-12));
    for (const double rho : {0.1, -0.1}) {
        const auto fit = normal(x, Eigen::MatrixXd{{1, rho}, {rho, 1}});
        CHECK_THAT(fit.objective, WithinAbs(-29.974286, 1e-6));
        CHECK_THAT(fit.model.covariance(0)(0, 0), WithinAbs(8.0 / 3, 1e-4));
        CHECK_THAT(fit.model.covariance(0)(0, 1), WithinAbs(rho > 0 ? 4.0 / 3 : -4.0 / 3, 1e-4));
    }
}
