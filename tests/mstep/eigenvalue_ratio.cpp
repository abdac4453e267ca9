// Variances that differ by so much and no more.
#include "latent/mstep/eigenvalue_ratio.hpp"

#include <Eigen/Eigenvalues>

#include "catch.hpp"
#include "latent/latent.hpp"
#include "naive_mixture.hpp"

using namespace latent;

namespace {

/// Two clusters, and three observations nearly on a line that draw a component onto them.
Eigen::MatrixXd with_a_trap() {
    Eigen::MatrixXd x = naive::observations<double>(2, 60, 0);
    for (Index i = 0; i < 4; ++i)
        x.col(i) = Eigen::Vector2d(6 + 0.3 * static_cast<double>(i), 6 + (i % 2 == 0 ? 1e-3 : 0));
    return x;
}

template <class E>
Mixture<E> start_at_the_trap() {
    Mixture<E> shape(3, 2);
    std::vector<Index> labels(60);
    for (std::size_t i = 0; i < 60; ++i) labels[i] = i < 4 ? 2 : static_cast<Index>(i % 2);
    return Labels{labels}(shape, with_a_trap());
}

template <class E>
Eigen::MatrixXd shape_of(const E& emission, Index k) {
    if constexpr (requires { emission.scale(k); })
        return emission.scale(k);
    else
        return emission.covariance(k);
}

/// The largest and the least eigenvalue in units of the data's squared scale.
template <class M>
double ratio_of(const M& model, const Eigen::VectorXd& scale) {
    double least = std::numeric_limits<double>::infinity(), largest = 0;
    for (Index k = 0; k < model.size(); ++k) {
        const Eigen::MatrixXd units = scale.cwiseInverse().asDiagonal();
        const Eigen::VectorXd values =
            Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(units * shape_of(model.emission(), k) * units)
                .eigenvalues();
        least = std::min(least, values.minCoeff());
        largest = std::max(largest, values.maxCoeff());
    }
    return largest / least;
}

}  // namespace

TEMPLATE_TEST_CASE("variances stay within the ratio, and the objective never falls", "", Gaussian<Full>,
                   Gaussian<Tied>, Gaussian<Diagonal>, Gaussian<Spherical>, Gaussian<EEI>, Gaussian<EII>,
                   StudentT<Full>) {
    const Eigen::MatrixXd x = with_a_trap();
    for (const double most : {1.0, 5.0, 50.0}) {
        CAPTURE(most);
        const ExpectationMaximization<Batch<>, MaximumLikelihood<EigenvalueRatio>> em{
            .mstep = {{.most = most}}, .limits = {.iterations = 300}};
        const auto fit = em.fit(start_at_the_trap<TestType>(), x);
        const Eigen::VectorXd scale = fit.model.data_scale(Sequences<double>(x), Sequential{});
        // The spherical ones know one scale for all dimensions.
        const bool spherical =
            std::is_same_v<TestType, Gaussian<Spherical>> || std::is_same_v<TestType, Gaussian<EII>>;
        const Eigen::VectorXd units = spherical ? Eigen::VectorXd::Ones(2) : scale;
        CHECK(ratio_of(fit.model, units) < most * (1 + 1e-9));
        CHECK(fit.status != Status::degenerate);
        CHECK(fit.status != Status::objective_decreased);
        for (std::size_t i = 2; i < fit.trace.size(); ++i) CHECK(fit.trace[i] > fit.trace[i - 1] - 1e-9);
    }
}

TEST_CASE("a bound on the ratio cures a spurious optimum that the floor leaves") {
    const Eigen::MatrixXd x = with_a_trap();
    const auto start = start_at_the_trap<Gaussian<>>();
    const auto spurious = fit(start, x, MaximumLikelihood<>{});
    const auto cured = fit(start, x, MaximumLikelihood<EigenvalueRatio>{{.most = 30}});
    CHECK(spurious.log_likelihood > cured.log_likelihood + 5);
    CHECK(spurious.model.weights()(2) < 0.1);
    CHECK(cured.converged());
    REQUIRE_FALSE(cured.events.empty());
    CHECK(cured.events.front().cause == Cause::unequal_variances);
}

TEST_CASE("a wide bound changes nothing, and accelerated points obey a narrow one") {
    const Eigen::MatrixXd x = naive::observations<double>(2, 60, 0);
    const auto start = KMeans{}(GaussianMixture<>(2, 2), x);
    const auto free = fit(start, x),
               bounded = fit(start, x, MaximumLikelihood<EigenvalueRatio>{{.most = 1e6}});
    CHECK(free.trace == bounded.trace);
    CHECK(bounded.events.empty());
    const auto fast = fit(start, x, MaximumLikelihood<EigenvalueRatio>{{.most = 1.5}}, Squarem{});
    CHECK(ratio_of(fast.model, fast.model.data_scale(Sequences<double>(x), Sequential{})) < 1.5 * (1 + 1e-9));
}

TEST_CASE("a ratio below one is refused") {
    const Eigen::MatrixXd x = naive::observations<double>(2, 20, 0);
    CHECK_THROWS_WITH(fit(GaussianMixture<>(1, 2), x, MaximumLikelihood<EigenvalueRatio>{{.most = 0.5}}),
                      ContainsSubstring("latent::EigenvalueRatio: most is 0.5"));
}
