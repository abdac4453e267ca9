// Densities whose logarithms are linear in the observations.
#include "latent/emission/natural_family.hpp"

#include "catch.hpp"
#include "naive_mixture.hpp"

using namespace latent;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// log p(x | k) = η_k · x − A_k.
template <class Scalar>
struct Linear : NaturalFamily<Scalar> {
    Linear(const Eigen::MatrixXd& natural, const Eigen::VectorXd& log_partition) {
        this->set(natural, log_partition);
    }
};

}  // namespace

TEMPLATE_TEST_CASE("log-densities are linear in the observations", "", double, float) {
    const Eigen::MatrixXd natural{{1, -0.5, 2}, {0.25, 3, -1}};
    const Linear<TestType> family(natural, Eigen::Vector3d(0.5, 1, 2));
    for (const Index n : {1, 255, 256, 257, 1000}) {
        const auto x = naive::observations<TestType>(2, n, 0);
        Panel<TestType> out;
        family.log_density(naive::packed(x), out);
        REQUIRE(out.size() == n);
        double worst = 0;
        for (Index i = 0; i < n; ++i)
            for (Index k = 0; k < 3; ++k) {
                const double expected =
                    natural.col(k).dot(x.col(i).template cast<double>()) - (k == 0 ? 0.5 : double(k));
                worst = std::max(worst, std::abs(static_cast<double>(out(i, k)) - expected));
            }
        CHECK(worst < 40 * std::numeric_limits<TestType>::epsilon());
        for (Index i = n; i < out.padded(); ++i) CHECK(out(i, 1) == 0);
    }
}

TEST_CASE("an infinite natural parameter leaves one value possible") {
    const Linear<double> family(Eigen::MatrixXd{{-infinity, infinity, 1}}, Eigen::Vector3d::Zero());
    const auto x = naive::packed<double>(Eigen::MatrixXd{{0, 1}});
    Panel<double> out;
    family.log_density(x, out);
    CHECK(out(0, 0) == 0);
    CHECK(out(1, 0) == -infinity);
    CHECK(out(0, 1) == -infinity);
    CHECK(out(1, 1) == 0);
    CHECK(out(1, 2) == 1);
    WeightedSums s{Eigen::Vector3d(4, 4, 4), Eigen::MatrixXd{{0, 4, 2}}};
    CHECK(family.expected_log_density(s) == 2);
    s.sum(0, 0) = 1;
    CHECK(family.expected_log_density(s) == -infinity);
    s.sum << 0, 3, 2;
    CHECK(family.expected_log_density(s) == -infinity);
}

TEST_CASE("components are the same where their natural parameters are") {
    CHECK(Linear<double>(Eigen::MatrixXd{{1, 1}, {-infinity, -infinity}}, Eigen::Vector2d(3, 3)).all_equal());
    CHECK_FALSE(Linear<double>(Eigen::MatrixXd{{1, 1}, {2, 3}}, Eigen::Vector2d(3, 3)).all_equal());
}
