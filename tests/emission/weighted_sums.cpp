// The sufficient statistics of densities that know the observations by their mean.
#include "latent/emission/weighted_sums.hpp"

#include "catch.hpp"
#include "latent/core/additive.hpp"
#include "naive_mixture.hpp"

using namespace latent;

static_assert(Additive<WeightedSums>);

TEMPLATE_TEST_CASE("counts and sums of weighted observations", "", double, float) {
    const auto x = naive::observations<TestType>(2, 30, 1);
    const Eigen::MatrixXd r = naive::observations<double>(30, 3, 0, 2).cwiseAbs();
    WeightedSums s{Eigen::VectorXd::Zero(3), Eigen::MatrixXd::Zero(2, 3)};
    s.accumulate(naive::packed(x), naive::table<TestType>(r, TestType(0)));
    const double tolerance = 60 * std::numeric_limits<TestType>::epsilon();
    CHECK(s.count.isApprox(r.colwise().sum().transpose(), tolerance));
    CHECK(s.sum.isApprox(x.template cast<double>() * r, tolerance));
}
