// Poisson distribution: counts.
#pragma once

#include <cmath>
#include <limits>
#include <span>

#include "latent/core/compiled.hpp"
#include "latent/core/log_coordinates.hpp"
#include "latent/core/saved.hpp"
#include "latent/emission/component_counts.hpp"
#include "latent/emission/count_deviance.hpp"
#include "latent/emission/gamma_prior.hpp"
#include "latent/emission/incomplete_functions.hpp"
#include "latent/emission/independent_features.hpp"
#include "latent/emission/log_factorial.hpp"
#include "latent/emission/natural_family.hpp"
#include "latent/emission/observation_checks.hpp"
#include "latent/emission/restricted_emission.hpp"

namespace latent {

/// Sufficient statistics of K Poisson densities.
using PoissonStatistics = WeightedSums;

/// K densities of d independent counts, p(x | k) = Π_j λ_jk^x_j exp(−λ_jk) / x_j!: an Emission, a NaturalFamily with
/// η = log λ and A = Σ_j λ_j. Time n·K·d, and n·d table look-ups for the factorials; n·K·d logarithms where counts are
/// 8192 or more, whose densities are computed about the rates, so that they lose no digits.
template <class Scalar_ = double>
class Poisson : public NaturalFamily<Scalar_>, public detail::IndependentFeatures<Poisson<Scalar_>, Scalar_> {
    using Base = NaturalFamily<Scalar_>;
    using Features = detail::IndependentFeatures<Poisson<Scalar_>, Scalar_>;
    friend Features;

  public:
    using Scalar = Scalar_;
    using Features::log_density, Features::accumulate;
    using Statistics = WeightedSums;
    using Base::dimension, Base::size, Base::accumulate;

    /// An empty one, K = 0: to be assigned to.
    Poisson() = default;

    /// K times rate 1: a shape for a start.
    Poisson(Index K, Index d) : Poisson(Eigen::MatrixXd(Eigen::MatrixXd::Ones(d, K))) {}

    /// Given rates, d × K. Throws std::invalid_argument where one is negative or not finite.
    explicit Poisson(const Eigen::MatrixXd& rates) : rates_(rates) {
        detail::require(rates.size() > 0, "latent::Poisson: rates is ", rates.rows(), " × ", rates.cols(),
                        ", expected d × K, not empty");
        for (Index k = 0; k < rates.cols(); ++k)
            for (Index j = 0; j < rates.rows(); ++j)
                detail::require(std::isfinite(rates(j, k)) && rates(j, k) >= 0, "latent::Poisson: rates(", j,
                                ", ", k, ") is ", rates(j, k), ", expected a finite number ≥ 0");
        update();
    }

    /// d × K.
    const Eigen::MatrixXd& rates() const { return rates_; }
    const Eigen::MatrixXd& means() const { return rates_; }
    Index parameters() const { return rates_.size(); }

    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        Base::log_density(x, out, [&](Index begin, Index n, double* h) {
            std::fill_n(h, n, 0.0);
            for (Index j = 0; j < dimension(); ++j)
                detail::subtract_log_factorials(x.column(j) + begin, n, h);
        });
        detail::large_count_densities(
            x, rates_, [](Index) { return std::pair(0.0, 1.0); }, out);
    }

    /// λ_k = sum_k / count_k; a component without observations keeps its rates.
    void maximize(const Statistics& s) {
        for (Index k = 0; k < size(); ++k)
            if (s.count(k) > 0) rates_.col(k) = s.sum.col(k) / s.count(k);
        update();
    }

    // Constraints on the means: see RestrictableEmission.
    bool obey(const Restrictions& r, Statistics& s) const {
        return detail::obey_by_means("Poisson", 0, std::numeric_limits<double>::infinity(), r, s);
    }
    Index fixed_parameters(const Restrictions& r) const { return detail::fixed_means(r, dimension()); }

    /// Draws by inversion in steps of rate at most 500 (a sum of Poisson variables is one).
    void sample(Index k, Random& random, Scalar* x) const {
        for (Index j = 0; j < dimension(); ++j) {
            double count = 0;
            for (double left = rates_(j, k); left > 0; left -= 500)
                count += draw(std::min(left, 500.0), random);
            x[j] = static_cast<Scalar>(count);
        }
    }

    /// log λ, those of zero left out: they stay zero.
    Index coordinates() const { return detail::positive(rates_); }
    void to_vector(std::span<double> v) const { detail::logs_of_positive(rates_, v); }
    void from_vector(std::span<const double> v) {
        detail::positive_from_logs(v, rates_);
        update();
    }

    /// Throws std::invalid_argument on a wrong number of rows or a value that is no count.
    void check(const Observations<Scalar>& x) const {
        detail::require_observations("Poisson", x, dimension(), detail::is_count, "a count 0, 1, 2, …");
    }

    /// See WithDistribution.
    static constexpr bool discrete = true;
    double cdf(Index k, double x) const { return tails(k, x).lower; }
    double survival(Index k, double x) const { return tails(k, x).upper; }

    // ------------------------------------------------------------------ missing cells: see IndependentFeatures

    static constexpr auto parameter_tables() { return std::tuple{&Poisson::rates_}; }
    void expect_feature(Index j, Index k, double count, Statistics& s) const {
        s.sum(j, k) += count * rates_(j, k);
    }
    double unseen_mean(Index k, Index j) const { return rates_(j, k); }
    double unseen_variance(Index k, Index j) const { return rates_(j, k); }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "Poisson"; }
    static constexpr auto members() { return std::tuple_cat(Base::members(), std::tuple{&Poisson::rates_}); }
    /// What save writes, see Savable.
    static constexpr auto saved() { return std::tuple{named("rates", &Poisson::rates_, SavedAs::columns)}; }

  private:
    /// P(X ≤ x) = Q(⌊x⌋ + 1, λ).
    detail::Tails tails(Index k, double x) const {
        if (x < 0) return {0, 1};
        const auto [upper, lower] = detail::incomplete_gamma(std::floor(x) + 1, rates_(0, k));
        return {lower, upper};
    }
    void update() { this->set(rates_.array().log().matrix(), rates_.colwise().sum().transpose()); }

    static double draw(double rate, Random& random) {
        double count = 0, probability = std::exp(-rate), left = random.uniform() - probability;
        while (left >= 0 && count < 10 * rate + 100) {
            probability *= rate / ++count;
            left -= probability;
        }
        return count;
    }

    Eigen::MatrixXd rates_;  // d × K
};

LATENT_INSTANTIATE(emission, class Poisson<double>);
LATENT_INSTANTIATE(emission, class detail::MissingCells<Poisson<double>>);

}  // namespace latent
