// Sums about a centre, moved to another.
#include "latent/emission/gaussian_statistics.hpp"

#include "catch.hpp"
#include "latent/emission/gaussian.hpp"
#include "naive_mixture.hpp"

using namespace latent;

TEMPLATE_TEST_CASE("statistics moved to another centre are those collected about it", "", Full, Tied,
                   Diagonal, Spherical) {
    constexpr Index d = 3, K = 2, n = 40;
    const auto x = naive::packed(naive::observations<double>(d, n, 1));
    const auto r = naive::table<double>(naive::observations<double>(n, K, 0, 2).cwiseAbs(), 0.0);
    const auto about = [&](const Eigen::MatrixXd& means) {
        const auto family = Gaussian<TestType>::alike(means, Eigen::VectorXd::Ones(d));
        auto s = family.zero_statistics();
        family.accumulate(x, r, s);
        return s;
    };
    const Eigen::MatrixXd here = naive::observations<double>(d, K, 0, 3), there = here.array() + 2;
    auto moved = about(here);
    moved.recentre(there);
    const auto expected = about(there);
    CHECK(moved.centre == there);
    CHECK(moved.sum.isApprox(expected.sum, 1e-12));
    CHECK(moved.mean_count == expected.mean_count);
    CHECK(moved.covariance_count == expected.covariance_count);
    // of matrices the lower triangle counts
    for (Index c = 0; c < moved.scatter.cols(); ++c)
        for (Index i = TestType::block_columns(d) == d ? c % d : 0; i < moved.scatter.rows(); ++i)
            CHECK_THAT(moved.scatter(i, c), WithinAbs(expected.scatter(i, c), 1e-10));
}
