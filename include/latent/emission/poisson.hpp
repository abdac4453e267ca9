// Counts.
#pragma once

#include <cmath>
#include <span>

#include "latent/core/concepts.hpp"
#include "latent/data/sequences.hpp"
#include "latent/emission/log_factorial.hpp"

namespace latent {

/// Sufficient statistics of K Poisson densities.
struct PoissonStatistics {
    Eigen::VectorXd count;  ///< Σ_i r_ik, K
    Eigen::MatrixXd sum;    ///< Σ_i r_ik x_i, d × K

    static constexpr auto fields() { return std::tuple{&PoissonStatistics::count, &PoissonStatistics::sum}; }
};

/// K densities of d independent counts, p(x | k) = Π_j λ_jk^x_j exp(−λ_jk) / x_j!: an Emission.
/// Time n·K·d.
template <class Scalar_ = double>
class Poisson {
  public:
    using Scalar = Scalar_;
    using Statistics = PoissonStatistics;

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
    }

    Index size() const { return rates_.cols(); }
    Index dimension() const { return rates_.rows(); }
    /// d × K.
    const Eigen::MatrixXd& rates() const { return rates_; }
    const Eigen::MatrixXd& means() const { return rates_; }
    Index parameters() const { return rates_.size(); }

    Statistics zero_statistics() const {
        return {Eigen::VectorXd::Zero(size()), Eigen::MatrixXd::Zero(dimension(), size())};
    }

    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        out.resize(x.size(), size());
        for (Index i = 0; i < x.padded(); ++i) {
            double normalizer = 0;
            for (Index j = 0; j < dimension(); ++j)
                normalizer += detail::log_factorial(static_cast<double>(x(i, j)));
            for (Index k = 0; k < size(); ++k) {
                double log_density = -normalizer;
                for (Index j = 0; j < dimension(); ++j)
                    log_density += x_log_rate(static_cast<double>(x(i, j)), rates_(j, k)) - rates_(j, k);
                out(i, k) = static_cast<Scalar>(log_density);
            }
        }
    }

    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        for (Index k = 0; k < size(); ++k)
            for (Index i = 0; i < x.size(); ++i) {
                const auto weight = static_cast<double>(weights(i, k));
                s.count(k) += weight;
                for (Index j = 0; j < dimension(); ++j) s.sum(j, k) += weight * static_cast<double>(x(i, j));
            }
    }

    /// λ_k = sum_k / count_k; a component without observations keeps its rates.
    void maximize(const Statistics& s) {
        for (Index k = 0; k < size(); ++k)
            if (s.count(k) > 0) rates_.col(k) = s.sum.col(k) / s.count(k);
    }

    double expected_log_density(const Statistics& s) const {
        double total = 0;
        for (Index k = 0; k < size(); ++k)
            for (Index j = 0; j < dimension(); ++j)
                total += x_log_rate(s.sum(j, k), rates_(j, k)) - s.count(k) * rates_(j, k);
        return total;
    }

    bool same() const { return rates_ == rates_.col(0).replicate(1, size()); }

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
    Index coordinates() const { return (rates_.array() > 0).count(); }
    void to_vector(std::span<double> v) const {
        std::size_t next = 0;
        for (const double rate : rates_.reshaped())
            if (rate > 0) v[next++] = std::log(rate);
    }
    void from_vector(std::span<const double> v) {
        std::size_t next = 0;
        for (double& rate : rates_.reshaped())
            if (rate > 0) rate = std::exp(v[next++]);
    }

    /// Throws std::invalid_argument on a wrong number of rows or a value that is no count.
    void check(const Observations<Scalar>& x) const {
        detail::require(x.rows() == dimension(), "latent::Poisson: observations have ", x.rows(),
                        " rows, expected d = ", dimension(), ": one observation a column");
        for (Index i = 0; i < x.cols(); ++i)
            for (Index j = 0; j < x.rows(); ++j) {
                const auto value = static_cast<double>(x(j, i));
                detail::require(value >= 0 && value == std::floor(value) && std::isfinite(value),
                                "latent::Poisson: observation ", i, ", dimension ", j, " is ", value,
                                ", expected a count 0, 1, 2, …");
            }
    }

  private:
    /// x log λ, with 0 log 0 = 0.
    static double x_log_rate(double x, double rate) { return x > 0 ? x * std::log(rate) : 0.0; }

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

/// Rates ~ Gamma(shape, rate): as pseudo-observations, `rate` of them with the sum shape − 1.
struct GammaPrior {
    double shape = 1;
    double rate = 0;

    template <class Scalar>
    PoissonStatistics operator()(const Poisson<Scalar>& p) const {
        detail::require(shape >= 1 && rate >= 0, "latent::GammaPrior: shape is ", shape, " and rate is ",
                        rate, ", expected shape ≥ 1 and rate ≥ 0");
        return {Eigen::VectorXd::Constant(p.size(), rate),
                Eigen::MatrixXd::Constant(p.dimension(), p.size(), shape - 1)};
    }
};

}  // namespace latent
