// Negative binomial distribution: counts that vary more than Poisson's.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <span>

#include "latent/core/concepts.hpp"
#include "latent/core/log_coordinates.hpp"
#include "latent/core/saved.hpp"
#include "latent/emission/component_counts.hpp"
#include "latent/emission/incomplete_functions.hpp"
#include "latent/emission/independent_features.hpp"
#include "latent/emission/newton.hpp"
#include "latent/emission/observation_checks.hpp"
#include "latent/emission/parameter_checks.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/emission/special_functions.hpp"
#include "latent/emission/unit_gamma.hpp"

namespace latent {

/// Expected sufficient statistics of K negative binomial densities.
struct NegativeBinomialStatistics {
    Eigen::VectorXd count;   ///< Σ_i r_ik, K
    Eigen::MatrixXd sum;     ///< Σ_i r_ik x_i, d × K
    Eigen::MatrixXd excess;  ///< Σ_i r_ik (x_i − E[clusters | x_i]), d × K

    static constexpr auto fields() {
        using S = NegativeBinomialStatistics;
        return std::tuple{&S::count, &S::sum, &S::excess};
    }
};

/// K densities of d independent counts, of mean μ = μ_jk and size s = s_jk (variance μ + μ²/s):
///   p(x | k) = Π_j Γ(x_j + s) / (Γ(s) x_j!) (s / (s + μ))^s (μ / (s + μ))^x_j: an Emission.
/// Time n·K·d table look-ups for counts below 128, a few logarithms for larger ones.
///
/// No statistics of the data alone suffice for s, so an EM step is made: x is the sum of a Poisson number, of
/// mean s log(1 + μ/s), of clusters with a logarithmic number of events each (Quenouille 1949, "A relation
/// between the logarithmic, Poisson, and negative binomial series"; Adamidis 1999, "An EM algorithm for
/// estimating negative binomial parameters"). Given x there are Σ_{j < x} s/(s + j) clusters on average,
/// taken under the present parameters in `accumulate`; expected_log_density is that of counts and clusters
/// together. The likelihood never falls, the means are exact at once, and the sizes approach their limit
/// linearly, slowly where they are large (Squarem helps).
///
/// Sizes are kept between 10⁻¹² and 10⁶ times the mean: counts that vary no more than Poisson's would make
/// the size infinite.
template <class Scalar_ = double>
class NegativeBinomial : public detail::IndependentFeatures<NegativeBinomial<Scalar_>, Scalar_> {
    using Features = detail::IndependentFeatures<NegativeBinomial<Scalar_>, Scalar_>;
    friend Features;

  public:
    using Scalar = Scalar_;
    using Features::log_density, Features::accumulate;
    using Statistics = NegativeBinomialStatistics;

    /// An empty one, K = 0: to be assigned to.
    NegativeBinomial() = default;

    /// K times mean 1 and size 1: a shape for a start.
    NegativeBinomial(Index K, Index d)
        : NegativeBinomial(Eigen::MatrixXd::Ones(d, K), Eigen::MatrixXd::Ones(d, K)) {}

    /// Given means and sizes, d × K. Throws std::invalid_argument where a mean is negative, a size not
    /// positive, or one of them not finite.
    NegativeBinomial(const Eigen::MatrixXd& means, const Eigen::MatrixXd& sizes)
        : means_(means), sizes_(sizes) {
        const Index d = means.rows(), K = means.cols();
        detail::require_parameters(
            "NegativeBinomial", "means", means, d, K, [](double v) { return v >= 0 && std::isfinite(v); },
            "a finite number ≥ 0");
        detail::require_parameters("NegativeBinomial", "sizes", sizes, d, K, detail::finite_and_positive,
                                   "a finite number > 0");
        update();
    }

    Index size() const { return means_.cols(); }
    Index dimension() const { return means_.rows(); }
    /// d × K.
    const Eigen::MatrixXd& means() const { return means_; }
    /// d × K: s of the variance μ + μ²/s.
    const Eigen::MatrixXd& sizes() const { return sizes_; }
    Index parameters() const { return means_.size() + sizes_.size(); }

    // -------------------------------------------------------------------------------- the Emission contract

    Statistics zero_statistics() const {
        Statistics s;
        reset(s);
        return s;
    }
    void reset(Statistics& s) const {
        s.count.setZero(size());
        s.sum.setZero(dimension(), size());
        s.excess.setZero(dimension(), size());
    }

    /// What is below 0 has the density zero; fractions, which `check` refuses, are not looked for.
    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        out.resize(x.size(), size());
        for (Index k = 0; k < size(); ++k) {
            for (Index i = 0; i < x.size(); ++i) {
                double total = 0;
                for (Index j = 0; j < dimension(); ++j) total += log_mass(static_cast<double>(x(i, j)), j, k);
                out(i, k) = static_cast<Scalar>(total);
            }
            std::fill(out.column(k) + out.size(), out.column(k) + out.padded(), Scalar(0));
        }
    }

    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        for (Index k = 0; k < size(); ++k)
            for (Index i = 0; i < x.size(); ++i) {
                const auto weight = static_cast<double>(weights(i, k));
                s.count(k) += weight;
                for (Index j = 0; j < dimension(); ++j) {
                    const auto value = static_cast<double>(x(i, j));
                    s.sum(j, k) += weight * value;
                    s.excess(j, k) += weight * excess(value, j, k);
                }
            }
    }

    /// μ = the mean count, s log(1 + μ/s) = the mean number of clusters. A component without observations
    /// keeps its parameters, one of zeros only its size.
    void maximize(const Statistics& s) {
        for (Index k = 0; k < size(); ++k) {
            if (!(s.count(k) > detail::negligible_count)) continue;
            means_.col(k) = s.sum.col(k) / s.count(k);
            for (Index j = 0; j < dimension(); ++j)
                if (means_(j, k) > 0) sizes_(j, k) = means_(j, k) * size_ratio(s.excess(j, k) / s.sum(j, k));
        }
        update();
    }

    double expected_log_density(const Statistics& s) const {
        double total = 0;
        for (Index k = 0; k < size(); ++k)
            for (Index j = 0; j < dimension(); ++j) {
                const double mean = means_(j, k), size = sizes_(j, k), sum = s.sum(j, k);
                total -=
                    s.excess(j, k) * std::log(size) + (sum + s.count(k) * size) * std::log1p(mean / size);
                if (sum > 0) total += sum * std::log(mean);
            }
        return total;
    }

    bool all_equal() const { return detail::same_columns(means_) && detail::same_columns(sizes_); }

    /// A Poisson draw, its rate a gamma draw.
    void sample(Index k, Random& random, Scalar* x) const {
        for (Index j = 0; j < dimension(); ++j) {
            const double rate = means_(j, k) * detail::draw_unit_gamma(sizes_(j, k), random);
            Poisson<Scalar>(Eigen::MatrixXd::Constant(1, 1, rate)).sample(0, random, x + j);
        }
    }

    /// log μ, those of zero left out because they stay zero, and log s.
    Index coordinates() const { return detail::positive(means_) + sizes_.size(); }
    void to_vector(std::span<double> v) const {
        const auto own = static_cast<std::size_t>(detail::positive(means_));
        detail::logs_of_positive(means_, v.first(own));
        detail::logs_of_positive(sizes_, v.subspan(own));
    }
    void from_vector(std::span<const double> v) {
        const auto own = static_cast<std::size_t>(detail::positive(means_));
        detail::positive_from_logs(v.first(own), means_);
        detail::positive_from_logs(v.subspan(own), sizes_);
        update();
    }

    /// Throws std::invalid_argument on a wrong number of rows or a value that is no count.
    void check(const Observations<Scalar>& x) const {
        detail::require_observations("NegativeBinomial", x, dimension(), detail::is_count,
                                     "a count 0, 1, 2, …");
    }

    /// See WithDistribution.
    static constexpr bool discrete = true;
    double cdf(Index k, double x) const { return tails(k, x).lower; }
    double survival(Index k, double x) const { return tails(k, x).upper; }

    // ------------------------------------------------------------------ missing cells: see IndependentFeatures

    static constexpr auto parameter_tables() {
        return std::tuple{&NegativeBinomial::means_, &NegativeBinomial::sizes_};
    }
    void expect_feature(Index j, Index k, double count, Statistics& s) const {
        const double mean = means_(j, k), size = sizes_(j, k);
        s.sum(j, k) += count * mean;
        s.excess(j, k) += count * (mean - size * std::log1p(mean / size));
    }
    double unseen_mean(Index k, Index j) const { return means_(j, k); }
    double unseen_variance(Index k, Index j) const {
        return means_(j, k) + means_(j, k) * means_(j, k) / sizes_(j, k);
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "NegativeBinomial"; }
    static constexpr auto members() {
        return std::tuple{&NegativeBinomial::means_,      &NegativeBinomial::sizes_,
                          &NegativeBinomial::remainders_, &NegativeBinomial::log_minus_digammas_,
                          &NegativeBinomial::log_masses_, &NegativeBinomial::excesses_};
    }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("means", &NegativeBinomial::means_, SavedAs::columns),
                          named("sizes", &NegativeBinomial::sizes_, SavedAs::columns)};
    }

  private:
    /// P(X ≤ x) = I(s, ⌊x⌋ + 1) at s/(s + μ).
    detail::Tails tails(Index k, double x) const {
        const double mean = means_(0, k), size = sizes_(0, k);
        if (x < 0) return {0, 1};
        return detail::incomplete_beta(size, std::floor(x) + 1, size / (size + mean), mean / (size + mean));
    }
    static constexpr double least_ratio = 1e-12, largest_ratio = 1e6;  // of size to mean
    static constexpr double least_mean = 1e-250;
    static constexpr Index tabulated = 128;

    /// log p(x_j | k) of a count; of a large one by Stirling's formula, about the mean (after Loader 2000,
    /// "Fast and accurate computation of binomial probabilities"), where it loses no digits.
    double log_mass(double x, Index j, Index k) const {
        if (!(x >= 0)) return -std::numeric_limits<double>::infinity();
        if (x < tabulated) return log_masses_(static_cast<Index>(x), j + k * dimension());
        if (means_(j, k) == 0) return -std::numeric_limits<double>::infinity();
        const double mean = means_(j, k), size = sizes_(j, k), relative = (x - mean) / (size + mean);
        return x * std::log1p(-relative * size / x) + size * std::log1p(relative) -
               0.5 * std::log(2 * std::numbers::pi * x * (1 + x / size)) +
               detail::stirling_remainder(size + x) - remainders_(j, k) - detail::stirling_remainder(x);
    }
    /// x − Σ_{i < x} s / (s + i) of a count; the sum is s (ψ(s + x) − ψ(s)).
    double excess(double x, Index j, Index k) const {
        if (!(x >= 0)) return 0;
        if (x < tabulated) return excesses_(static_cast<Index>(x), j + k * dimension());
        const double size = sizes_(j, k);
        return x - size * (std::log1p(x / size) + log_minus_digammas_(j, k) -
                           detail::log_minus_digamma(size + x));
    }

    /// The ratio s/μ that has 1 − share clusters to an event, which is ratio·log(1 + 1/ratio). Newton's method
    /// on the logarithm of clusters/excess, which is nearly linear in log ratio.
    static double size_ratio(double share) {
        const auto equation = [&](double ratio) {
            const double log = std::log1p(1 / ratio), clusters = ratio * log, rest = 1 - clusters;
            return detail::Slope{std::log(clusters / rest) - std::log((1 - share) / share),
                                 (log - 1 / (1 + ratio)) / (clusters * rest)};
        };
        if (!(share > 0)) return largest_ratio;
        return detail::positive_root(equation, least_ratio, largest_ratio, (1 - share) / (2 * share));
    }

    /// Sizes within their bounds, and what the densities need of them. A mean on its way to 0 gets there while a count divided by
    /// the size, which goes along, is a number.
    void update() {
        for (Index k = 0; k < size(); ++k)
            for (Index j = 0; j < dimension(); ++j) {
                if (means_(j, k) < least_mean) means_(j, k) = 0;
                if (const double mean = means_(j, k); mean > 0)
                    sizes_(j, k) = std::clamp(sizes_(j, k), least_ratio * mean, largest_ratio * mean);
            }
        remainders_ = sizes_.unaryExpr(&detail::stirling_remainder);
        log_minus_digammas_ = sizes_.unaryExpr(&detail::log_minus_digamma);
        log_masses_.resize(tabulated, means_.size());
        excesses_.setZero(tabulated, means_.size());
        for (Index k = 0; k < size(); ++k)
            for (Index j = 0; j < dimension(); ++j) tabulate(j, k);
    }
    /// From x to x + 1 the mass is multiplied by (s + x)/(x + 1) · μ/(s + μ), and the excess grows by x/(s + x).
    void tabulate(Index j, Index k) {
        auto log_mass = log_masses_.col(j + k * dimension()), excess = excesses_.col(j + k * dimension());
        const double mean = means_(j, k), size = sizes_(j, k),
                     log_growth = std::log(mean) - std::log1p(mean / size);
        log_mass(0) = -size * std::log1p(mean / size);
        for (Index x = 0; x + 1 < tabulated; ++x) {
            const auto n = static_cast<double>(x);
            log_mass(x + 1) = log_mass(x) + log_growth + std::log1p(n / size) - std::log(n + 1);
            excess(x + 1) = excess(x) + n / (size + n);
        }
    }

    Eigen::MatrixXd means_, sizes_;                    // d × K
    Eigen::MatrixXd remainders_, log_minus_digammas_;  // of the sizes, for large counts
    Eigen::MatrixXd log_masses_, excesses_;            // of the counts 0 … 127, a column a density
};

}  // namespace latent
