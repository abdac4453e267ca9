// Waiting times.
#pragma once

#include <cmath>
#include <limits>
#include <span>

#include "latent/emission/gamma_prior.hpp"
#include "latent/emission/log_coordinates.hpp"
#include "latent/emission/natural_family.hpp"
#include "latent/emission/observation_checks.hpp"

namespace latent {

/// K densities of d independent waiting times, p(x | k) = Π_j λ_jk exp(−λ_jk x_j) for x_j ≥ 0: an Emission, a
/// NaturalFamily with η = −λ and A = −Σ_j log λ_j. Time n·K·d.
///
/// A component whose observations are all 0 in one dimension has an infinite rate there and an infinite
/// likelihood: the fit ends as Status::degenerate. A GammaPrior with rate > 0 prevents it.
template <class Scalar_ = double>
class Exponential : public NaturalFamily<Scalar_> {
    using Base = NaturalFamily<Scalar_>;

  public:
    using Scalar = Scalar_;
    using Statistics = WeightedSums;
    using Base::dimension, Base::size;

    /// K times rate 1: a shape for a start.
    Exponential(Index K, Index d) : Exponential(Eigen::MatrixXd(Eigen::MatrixXd::Ones(d, K))) {}

    /// Given rates, d × K. Throws std::invalid_argument where one is not positive or not finite.
    explicit Exponential(const Eigen::MatrixXd& rates) : rates_(rates) {
        detail::require(rates.size() > 0, "latent::Exponential: rates is ", rates.rows(), " × ", rates.cols(),
                        ", expected d × K, not empty");
        for (Index k = 0; k < rates.cols(); ++k)
            for (Index j = 0; j < rates.rows(); ++j)
                detail::require(std::isfinite(rates(j, k)) && rates(j, k) > 0, "latent::Exponential: rates(",
                                j, ", ", k, ") is ", rates(j, k), ", expected a finite number > 0");
        update();
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

    /// λ_k = count_k / sum_k; a component without observations keeps its rates.
    void maximize(const Statistics& s) {
        for (Index k = 0; k < size(); ++k)
            if (s.count(k) > 0) rates_.col(k) = s.count(k) * s.sum.col(k).cwiseInverse();
        update();
    }

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
        update();
    }

    /// Throws std::invalid_argument on a wrong number of rows or a value that is negative or not finite.
    void check(const Observations<Scalar>& x) const {
        const auto valid = [](double value) { return value >= 0 && std::isfinite(value); };
        detail::require_observations("Exponential", x, dimension(), valid, "a finite number ≥ 0");
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "Exponential"; }
    static constexpr auto members() {
        return std::tuple_cat(Base::members(), std::tuple{&Exponential::rates_, &Exponential::means_});
    }

  private:
    void update() {
        means_ = rates_.cwiseInverse();
        this->set(-rates_, -rates_.array().log().matrix().colwise().sum().transpose());
    }

    Eigen::MatrixXd rates_, means_;  // d × K
};

}  // namespace latent
