// Exponential distribution: waiting times.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>

#include "latent/core/log_coordinates.hpp"
#include "latent/core/saved.hpp"
#include "latent/emission/component_counts.hpp"
#include "latent/emission/gamma_prior.hpp"
#include "latent/emission/independent_features.hpp"
#include "latent/emission/natural_family.hpp"
#include "latent/emission/observation_checks.hpp"
#include "latent/emission/parameter_checks.hpp"
#include "latent/emission/restricted_emission.hpp"

namespace latent {

/// K densities of d independent waiting times, p(x | k) = Π_j λ_jk exp(−λ_jk x_j) for x_j ≥ 0: an Emission, a
/// NaturalFamily with η = −λ and A = −Σ_j log λ_j. Time n·K·d.
///
/// A component whose observations are all 0 in one dimension would have an infinite rate there, and an infinite
/// likelihood. It has collapsed, as one of variance zero has, and the remedies apply: the family is Collapsible. The
/// variance is the mean's square, so a floor of it is one of the mean, and the best mean the nearest allowed one. A
/// GammaPrior with rate > 0 prevents it, too.
template <class Scalar_ = double>
class Exponential : public NaturalFamily<Scalar_>,
                    public detail::IndependentFeatures<Exponential<Scalar_>, Scalar_> {
    using Base = NaturalFamily<Scalar_>;
    using Features = detail::IndependentFeatures<Exponential<Scalar_>, Scalar_>;
    friend Features;

  public:
    using Scalar = Scalar_;
    using Features::log_density, Features::accumulate;
    using Statistics = WeightedSums;
    using Base::dimension, Base::size, Base::accumulate;

    /// An empty one, K = 0: to be assigned to.
    Exponential() = default;

    /// K times rate 1: a shape for a start.
    Exponential(Index K, Index d) : Exponential(Eigen::MatrixXd(Eigen::MatrixXd::Ones(d, K))) {}

    /// Given rates, d × K. Throws std::invalid_argument where one is not positive, or it or its mean not finite.
    explicit Exponential(const Eigen::MatrixXd& rates) : counts_(rates.cols()) {
        detail::require_parameters("Exponential", "rates", rates, rates.rows(), rates.cols(),
                                   detail::finite_and_positive, "a finite number > 0");
        means_ = rates.cwiseInverse();
        detail::require_parameters("Exponential", "the means of rates", means_, rates.rows(), rates.cols(),
                                   detail::finite_and_positive, "a finite number > 0");
        update();
        // As given, not as 1 / (1 / rate), which is what update() makes of them.
        rates_ = rates;  // NOLINT(cppcoreguidelines-prefer-member-initializer)
    }

    /// d × K.
    const Eigen::MatrixXd& rates() const { return rates_; }
    /// 1 / λ, d × K.
    const Eigen::MatrixXd& means() const { return means_; }
    Index parameters() const { return rates_.size(); }

    /// Zero for x < 0.
    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        constexpr double never = -std::numeric_limits<double>::infinity();
        Base::log_density(x, out, [&](Index begin, Index n, double* h) {
            std::fill_n(h, n, 0.0);
            for (Index j = 0; j < dimension(); ++j) {
                const Scalar* value = x.column(j) + begin;
                for (Index i = 0; i < n; ++i) h[i] = value[i] >= 0 ? h[i] : never;
            }
        });
    }

    /// 1 / λ_k = sum_k / count_k; a component without observations keeps its rates.
    void maximize(const Statistics& s) {
        counts_.set(s.count);
        for (Index k = 0; k < size(); ++k)
            if (s.count(k) > detail::negligible_count) means_.col(k) = s.sum.col(k) / s.count(k);
        update();
    }

    // Constraints on the means: see RestrictableEmission.
    bool obey(const Restrictions& r, Statistics& s) const {
        return detail::obey_by_means("Exponential", std::numeric_limits<double>::min(),
                                     std::numeric_limits<double>::infinity(), r, s);
    }
    Index fixed_parameters(const Restrictions& r) const { return detail::fixed_means(r, dimension()); }

    /// Draws by inversion.
    void sample(Index k, Random& random, Scalar* x) const {
        for (Index j = 0; j < dimension(); ++j)
            x[j] = static_cast<Scalar>(-std::log1p(-random.uniform()) * means_(j, k));
    }

    /// log λ.
    Index coordinates() const { return rates_.size(); }
    void to_vector(std::span<double> v) const { detail::logs_of_positive(rates_, v); }
    void from_vector(std::span<const double> v) {
        detail::positive_from_logs(v, rates_);
        means_ = rates_.cwiseInverse();
        update();
    }

    /// Throws std::invalid_argument on a wrong number of rows or a value that is negative, or so large that sums overflow.
    void check(const Observations<Scalar>& x) const {
        const auto valid = [](double value) { return value >= 0 && value <= 1e290; };
        detail::require_observations("Exponential", x, dimension(), valid, "a finite number 0 … 1e290");
    }

    /// See WithDistribution.
    double cdf(Index k, double x) const { return -std::expm1(-rates_(0, k) * std::max(x, 0.0)); }
    double survival(Index k, double x) const { return std::exp(-rates_(0, k) * std::max(x, 0.0)); }

    // ----------------------------------------------------------------------------- the Collapsible contract

    std::optional<Cause> collapse_cause(Index k, const Eigen::VectorXd& floor) const {
        return counts_.collapse_cause(
            k, dimension(), [&](Index j) { return deviation(j, k); },
            [&](Index j) { return least_deviation(floor, j); });
    }
    bool floor_variances(Index k, const Eigen::VectorXd& floor) {
        if (floor.size() == 0) return false;
        means_.col(k) = means_.col(k).cwiseMax(floor.cwiseSqrt());
        update();
        return !collapse_cause(k, floor);
    }
    void add_ridge(const Eigen::VectorXd& variances) {
        for (Index k = 0; k < size(); ++k)
            for (Index j = 0; j < dimension(); ++j)
                means_(j, k) = std::hypot(means_(j, k), std::sqrt(variances(j)));
        update();
    }
    double share(Index k) const { return counts_.share(k); }
    /// Of the mean of `from` and of a draw of it.
    void split_from(Index k, Index from, Random& random) {
        for (Index j = 0; j < dimension(); ++j)
            means_(j, k) = means_(j, from) * (1 - std::log1p(-random.uniform())) / 2;
        counts_.copy(k, from);
        update();
    }
    void remove(Index k) {
        counts_.remove(k);
        Features::remove(k);
    }

    // ------------------------------------------------------------------ missing cells: see IndependentFeatures

    static constexpr auto parameter_tables() { return std::tuple{&Exponential::means_}; }
    void expect_feature(Index j, Index k, double count, Statistics& s) const {
        s.sum(j, k) += count * means_(j, k);
    }
    double unseen_mean(Index k, Index j) const { return means_(j, k); }
    double unseen_variance(Index k, Index j) const { return means_(j, k) * means_(j, k); }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "Exponential"; }
    static constexpr auto members() {
        return std::tuple_cat(Base::members(),
                              std::tuple{&Exponential::rates_, &Exponential::means_, &Exponential::counts_});
    }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("rates", &Exponential::rates_, SavedAs::columns),
                          named("means", &Exponential::means_, SavedAs::columns)};
    }
    /// Both are parameters to the bit, for one is not the reciprocal of the other's.
    static Exponential restored(const Eigen::MatrixXd& rates, const Eigen::MatrixXd& means) {
        Exponential result(rates);
        detail::require(means.rows() == rates.rows() && means.cols() == rates.cols() &&
                            ((means.array() * rates.array() - 1).abs() < 1e-6).all(),
                        "latent::Exponential: means are not the reciprocals of rates");
        result.means_ = means;
        result.update();
        result.rates_ = rates;
        return result;
    }

  private:
    static constexpr double least_mean = std::numeric_limits<double>::min();

    double deviation(Index j, Index k) const { return means_(j, k); }
    static double least_deviation(const Eigen::VectorXd& floor, Index j) {
        return std::max(2 * least_mean, detail::least_deviation(floor, j));
    }

    /// Means within what has a reciprocal; the least one is that of a component without density.
    void update() {
        means_ = means_.cwiseMax(least_mean).cwiseMin(std::numeric_limits<double>::max());
        rates_ = means_.cwiseInverse();
        this->set(-rates_, -rates_.array().log().matrix().colwise().sum().transpose());
    }

    Eigen::MatrixXd rates_, means_;  // d × K
    detail::ComponentCounts counts_;
};

}  // namespace latent
