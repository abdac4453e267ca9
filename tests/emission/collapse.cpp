// What a Gaussian offers the remedies: finding a collapsed component, and repairing it.
#include <Eigen/Eigenvalues>

#include "catch.hpp"
#include "latent/emission/exponential.hpp"
#include "latent/emission/gamma.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/emission/von_mises.hpp"
#include "naive_mixture.hpp"

using namespace latent;
using naive::Families;

namespace {

/// Two components, each of half the data of its own, far apart; the first is thin in its first dimension.
template <class Family>
struct Fitted {
    static constexpr Index n = 60, d = 3;
    Family g;
    Eigen::VectorXd spread;  // the overall variances

    explicit Fitted(double thinness = 1e-2, const Family& start = naive::random_gaussian<Family>(2, d))
        : g(start) {
        auto x = naive::observations<typename Family::Scalar>(d, n, 3);
        Eigen::MatrixXd weights = Eigen::MatrixXd::Zero(n, 2);
        for (Index i = 0; i < n; ++i) {
            weights(i, i % 2) = 1;
            x(0, i) *= static_cast<typename Family::Scalar>(i % 2 == 0 ? thinness : 1);
            x(1, i) += static_cast<typename Family::Scalar>(i % 2 == 0 ? 20 : 0);
        }
        auto s = g.zero_statistics();
        g.accumulate(naive::packed(x), naive::table(weights, typename Family::Scalar(0)), s);
        g.maximize(s);
        const Eigen::MatrixXd data = x.template cast<double>();
        spread = (data.colwise() - Eigen::VectorXd(data.rowwise().mean())).rowwise().squaredNorm() / n;
    }

    /// `relative` times the overall variances.
    Eigen::VectorXd floor(double relative) const { return relative * spread; }
    /// The least variance of component k in any direction, as a share of the overall variance.
    double least(Index k) const {
        if constexpr (std::is_same_v<typename Family::Covariance, Spherical>) {
            return g.covariance(k)(0, 0) / spread.mean();
        } else {
            const Eigen::VectorXd scale = spread.cwiseSqrt().cwiseInverse();
            const Eigen::MatrixXd scaled = scale.asDiagonal() * g.covariance(k) * scale.asDiagonal();
            return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(scaled).eigenvalues().minCoeff();
        }
    }
};

constexpr double tolerance = 1e-4;  // the spread is that of float data in float families

}  // namespace

TEMPLATE_LIST_TEST_CASE("a component is flawed when its least relative variance is below the floor", "",
                        Families) {
    const Fitted<TestType> f;
    for (const Index k : {0, 1}) {
        CHECK_FALSE(f.g.collapse_cause(k, {}));
        CHECK_FALSE(f.g.collapse_cause(k, f.floor(f.least(k) * (1 - tolerance))));
        CHECK(f.g.collapse_cause(k, f.floor(f.least(k) * (1 + tolerance))) == Cause::singular_covariance);
    }
}

TEMPLATE_LIST_TEST_CASE("floor_variances lifts the least relative variance to the floor and spares the rest",
                        "", Families) {
    for (const double factor : {0.5, 3.0}) {
        Fitted<TestType> f;
        const TestType before = f.g;
        const double floor = factor * f.least(0);
        REQUIRE(f.g.floor_variances(0, f.floor(floor)));
        CHECK_FALSE(f.g.collapse_cause(0, f.floor(floor * (1 - tolerance))));
        if (factor < 1) {
            CHECK(f.g.covariance(0).isApprox(before.covariance(0), 1e-12));
        } else {
            CHECK_THAT(f.least(0), WithinRel(floor, tolerance));
            CHECK(f.g.covariance(0).trace() >= before.covariance(0).trace());
        }
        CHECK(f.g.means() == before.means());
        CHECK((f.g.precision(0) * f.g.covariance(0)).isIdentity(1e-9));
        if (!TestType::Covariance::shared) CHECK(f.g.covariance(1) == before.covariance(1));
    }
}

TEMPLATE_TEST_CASE("floor_variances mends a singular covariance", "", Gaussian<Full>, Gaussian<Diagonal>,
                   (Gaussian<Full, float>), (Gaussian<Diagonal, float>)) {
    Fitted<TestType> f(0, TestType(2, 3));  // about zero nothing is rounded
    CHECK(f.g.collapse_cause(0, {}) == Cause::singular_covariance);
    REQUIRE(f.g.floor_variances(0, f.floor(1e-6)));
    CHECK_FALSE(f.g.collapse_cause(0, f.floor(1e-6 * (1 - tolerance))));
    CHECK_THAT(f.least(0), WithinRel(1e-6, tolerance));
}

TEMPLATE_LIST_TEST_CASE("floor_variances cannot help where the floor is singular", "", Families) {
    Fitted<TestType> f;
    const Eigen::VectorXd nothing = Eigen::VectorXd::Zero(f.d);
    CHECK(f.g.collapse_cause(0, nothing) == Cause::singular_covariance);
    CHECK_FALSE(f.g.floor_variances(0, nothing));
    CHECK_FALSE(f.g.floor_variances(0, {}));
}

TEMPLATE_LIST_TEST_CASE("share is a component's part of the observations", "", Families) {
    const Fitted<TestType> f;
    CHECK_THAT(f.g.share(0), WithinRel(0.5, 1e-12));
    CHECK_THAT(f.g.share(1), WithinRel(0.5, 1e-12));
}

TEMPLATE_LIST_TEST_CASE("add_ridge adds to every variance", "", Families) {
    using Covariance = typename TestType::Covariance;
    Fitted<TestType> f;
    const TestType before = f.g;
    f.g.add_ridge((0.5 * f.spread).array() + 0.25);
    const Eigen::MatrixXd added =
        naive::structured<Covariance>(Eigen::MatrixXd((0.5 * f.spread.array() + 0.25).matrix().asDiagonal()));
    for (const Index k : {0, 1}) CHECK(f.g.covariance(k).isApprox(before.covariance(k) + added, 1e-6));
    CHECK((f.g.precision(1) * f.g.covariance(1)).isIdentity(1e-9));
}

TEMPLATE_LIST_TEST_CASE("split_from copies another component about a random point of it", "", Families) {
    Fitted<TestType> f;
    const TestType before = f.g;
    Random random(5), again(5);
    f.g.split_from(0, 1, random);
    CHECK(f.g.covariance(0) == before.covariance(1));
    CHECK(f.g.means().col(1) == before.means().col(1));
    const Eigen::VectorXd step = f.g.means().col(0) - before.means().col(1);
    CHECK(step.norm() > 0);
    CHECK(step.dot(before.precision(1) * step) < 25 * f.d);  // within five deviations
    CHECK_FALSE(f.g.collapse_cause(0, {}));
    TestType repeated = before;
    repeated.split_from(0, 1, again);
    CHECK(repeated.means() == f.g.means());
}

TEMPLATE_LIST_TEST_CASE("remove takes one component out and leaves the others as they are", "", Families) {
    const auto before = naive::random_gaussian<TestType>(3, 2);
    for (const Index k : {0, 1, 2}) {
        TestType g = before;
        g.remove(k);
        REQUIRE(g.size() == 2);
        for (const Index to : {0, 1}) {
            const Index from = to < k ? to : to + 1;
            CHECK(g.means().col(to) == before.means().col(from));
            CHECK(g.covariance(to) == before.covariance(from));
            CHECK(g.precision(to) == before.precision(from));
        }
    }
}

TEMPLATE_TEST_CASE("families of one variance a dimension split, add a ridge and remove as the Gaussian does",
                   "", Exponential<>, Gamma<>, VonMises<>) {
    TestType g(3, 2);
    Eigen::MatrixXd x(2, 90), weights = Eigen::MatrixXd::Zero(90, 3);
    Random random(1);
    for (Index i = 0; i < x.cols(); ++i) {
        weights(i, i % 3) = i % 3 == 2 ? 0 : 1;
        for (double& value : x.col(i)) value = 0.3 + static_cast<double>(i % 3) + 0.2 * random.uniform();
    }
    const auto maximize = [&] {
        auto s = g.zero_statistics();
        g.accumulate(naive::packed(x), naive::table(weights, 0.0), s);
        g.maximize(s);
    };
    maximize(), maximize();
    const Eigen::Vector2d low(1e-9, 1e-9), high(100, 1e-9);
    CHECK_FALSE(g.collapse_cause(0, low));
    CHECK(g.collapse_cause(1, high) == Cause::singular_covariance);
    CHECK(g.collapse_cause(2, {}) == Cause::empty_component);
    CHECK(g.share(0) == 0.5);
    CHECK(g.share(2) == 0);
    const auto coordinates = [](const TestType& family) {
        std::vector<double> v(static_cast<std::size_t>(family.coordinates()));
        family.to_vector(v);
        return v;
    };
    TestType spawned = g, inflated = g, removed = g;
    spawned.split_from(2, 0, random);
    CHECK_FALSE(spawned.collapse_cause(2, low));
    CHECK_FALSE(spawned.all_equal());
    CHECK(coordinates(spawned) != coordinates(g));
    CHECK(spawned.share(2) == spawned.share(0));
    inflated.add_ridge(high);
    CHECK_FALSE(inflated.collapse_cause(0, high));
    CHECK_FALSE(inflated.collapse_cause(1, high));
    removed.remove(0);
    REQUIRE(removed.size() == 2);
    CHECK(removed.collapse_cause(1, {}) == Cause::empty_component);
    Panel<double> before, after;
    g.log_density(naive::packed(x), before);
    removed.log_density(naive::packed(x), after);
    CHECK(after(7, 0) == before(7, 1));
    CHECK(after(7, 1) == before(7, 2));
}
