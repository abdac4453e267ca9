// Errors that other software computed, and those that were printed: Hasselblad's deaths, Old Faithful, Rao's linkage.
#include "latent/uncertainty/standard_errors.hpp"

#include <array>

#include "latent/acceleration/squarem.hpp"
#include "latent/fit.hpp"
#include "latent/model/sorted.hpp"
#include "reference/case.hpp"

namespace {

using namespace latent;

/// The first line of numbers below the names.
Eigen::VectorXd numbers(const reference::Folder& folder, const std::string& what) {
    return folder.read(what).col(0);
}

/// The fit with the smaller mean first, as the files have it.
template <class M>
M fitted(const M& start, const Eigen::MatrixXd& x) {
    const auto fit = latent::fit(start, x, Squarem{}, Aitken{1e-15}, Limits{.iterations = 10'000});
    return sorted(fit.model, By::mean);
}

void check_near(double value, double expected) { CHECK_THAT(value, WithinRel(expected, 1e-5)); }

/// Multinomial cells 1/2 + θ/4, (1 − θ)/4, (1 − θ)/4, θ/4, the first of which is 1/2 and θ/4 hidden in one. A unit is a cell's
/// number; the coordinate is the logit of θ.
struct Linkage {
    using Unit = int;
    using Posterior = double;  // how much of the observation is of a cell with θ
    struct Statistics {
        double with = 0, without = 0;
        static constexpr auto fields() { return std::tuple{&Statistics::with, &Statistics::without}; }
    };
    double theta = 0.5;

    Statistics zero_statistics() const { return {}; }
    double infer(int cell, double& q) const {
        q = cell == 0 ? theta / (2 + theta) : cell == 3 ? 1 : 0;
        return std::log(cell == 0 ? 0.5 + theta / 4 : cell == 3 ? theta / 4 : (1 - theta) / 4);
    }
    void accumulate(int cell, double q, Statistics& s) const {
        s.with += q;
        s.without += cell == 1 || cell == 2 ? 1 : 0;
    }
    void maximize(const Statistics& s) { theta = s.with / (s.with + s.without); }
    double expected_log_joint(const Statistics& s) const {
        return s.with * std::log(theta) + s.without * std::log(1 - theta);
    }
    std::vector<double> to_vector() const { return {std::log(theta / (1 - theta))}; }
    void from_vector(std::span<const double> v) { theta = 1 / (1 + std::exp(-v[0])); }
    static constexpr auto saved() { return std::tuple{named("theta", &Linkage::theta)}; }
};

}  // namespace

TEST_CASE("errors of Hasselblad's deaths") {
    const reference::Folder deaths("standard_errors/deaths-poisson-2");
    const Eigen::MatrixXd x = deaths.read("X");
    const auto model =
        fitted(Mixture<Poisson<>>(Eigen::Vector2d(0.3, 0.7), Poisson<>(Eigen::RowVector2d(1, 2.5))), x);
    const StandardErrors errors = standard_errors(model, x);
    const Eigen::VectorXd expected =
        numbers(deaths, "standard_errors");  // weight_1, rate_1, rate_2, weight_2
    const Eigen::VectorXd estimates = numbers(deaths, "estimates");
    const std::array<std::string, 4> names{"weights[0]", "rates[0][0]", "rates[1][0]", "weights[1]"};
    for (Index j = 0; j < 4; ++j) {
        CAPTURE(names[static_cast<std::size_t>(j)]);
        check_near(errors.error(names[static_cast<std::size_t>(j)]), expected(j));
    }
    check_near(errors.estimates.values(2), estimates(1));
    for (const auto& [name, printed] :
         {std::pair{"weights[0]", 0.194684}, {"rates[0][0]", 0.350030}, {"rates[1][0]", 0.250478}})
        CHECK_THAT(errors.error(name), WithinAbs(printed, 1e-6));
    const Eigen::MatrixXd covariance = deaths.read("covariance");  // weight_1, rate_1, rate_2
    check_near(errors.covariance(0, 2), covariance(0, 1));
    check_near(errors.covariance(2, 3), covariance(1, 2));
    REQUIRE(errors.missing.size() == 3);
    const Eigen::VectorXd rates = deaths.column("rate_of_convergence");
    CHECK((errors.missing - rates).cwiseAbs().maxCoeff() < 1e-8);
    CHECK(errors.unidentified.empty());
    CHECK(errors.distance < 1e-4);
    CHECK(errors.evaluations == 13);
}

TEST_CASE("errors of two normal clusters of Old Faithful's waiting times") {
    const reference::Folder faithful("standard_errors/faithful-normals-2");
    const Eigen::MatrixXd x = faithful.read("X");
    const GaussianMixture<> start(
        Eigen::Vector2d(0.4, 0.6),
        Gaussian<>(Eigen::RowVector2d(55, 80),
                   std::vector<Eigen::MatrixXd>(2, Eigen::MatrixXd::Constant(1, 1, 36))));
    const StandardErrors errors = standard_errors(fitted(start, x), x);
    // weight_1, mean_1, mean_2, deviation_1, deviation_2, weight_2
    const Eigen::VectorXd expected = numbers(faithful, "standard_errors");
    const std::array<std::string, 6> names{"weights[0]",       "means[0][0]",      "means[1][0]",
                                           "deviations[0][0]", "deviations[1][0]", "weights[1]"};
    for (Index j = 0; j < 6; ++j) {
        CAPTURE(names[static_cast<std::size_t>(j)]);
        check_near(errors.error(names[static_cast<std::size_t>(j)]), expected(j));
    }
    const double deviation = numbers(faithful, "estimates")(3);
    check_near(errors.error("covariances[0][0]"), 2 * deviation * expected(3));
    const Eigen::VectorXd rates = faithful.column("rate_of_convergence");
    CHECK((errors.missing - rates).cwiseAbs().maxCoeff() < 1e-8);
}

TEST_CASE("the error of the linkage data's only parameter") {
    const reference::Folder linkage("standard_errors/linkage");
    const std::vector<Index> counts = linkage.whole("counts");
    std::vector<int> cells;
    for (int cell = 0; cell < 4; ++cell)
        cells.insert(cells.end(), static_cast<std::size_t>(counts[static_cast<std::size_t>(cell)]), cell);
    const auto fit = latent::fit(Linkage{}, cells, Aitken{1e-15});
    const StandardErrors errors = standard_errors(fit.model, cells);
    check_near(errors.estimates.values(0), 0.6268214978709824);
    check_near(errors.error("theta"), 0.051467349200888683);
    CHECK_THAT(errors.error("theta"), WithinAbs(0.0514673, 5e-8));
    CHECK_THAT(errors.missing(0), WithinAbs(0.13277873374559887, 1e-8));
}
