// Gamma prior: conjugate to rates.
#pragma once

#include <cmath>

#include "latent/core/checks.hpp"
#include "latent/core/saved.hpp"
#include "latent/emission/weighted_sums.hpp"

namespace latent {

template <class>
class Poisson;
template <class>
class Exponential;
template <class>
class PoissonImage;

/// Rates ~ Gamma(shape, rate), density ∝ λ^(shape − 1) exp(−rate·λ), as pseudo-observations: for counts, `rate` of
/// them with the sum shape − 1; for waiting times, shape − 1 of them with the sum `rate` (Gelman et al. 2013,
/// section 2.6). A Poisson rate of exactly zero stays zero. Of a PoissonImage, where the rate is in
/// the unit of exposures, they are the pixels' intensities.
struct GammaPrior {
    double shape = 1;  ///< ≥ 1
    double rate = 0;   ///< ≥ 0

    static std::string type_name() { return "GammaPrior"; }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("shape", &GammaPrior::shape), named("rate", &GammaPrior::rate)};
    }

    /// Throws std::invalid_argument where shape < 1 (the posterior's mode would lie on the boundary) or rate < 0,
    /// or one is not finite.
    template <class Scalar>
    WeightedSums operator()(const Poisson<Scalar>& p) const {
        return counts_seen(p.rates());
    }
    template <class P>
    WeightedSums operator()(const PoissonImage<P>& p) const {
        return counts_seen(p.image().transpose());
    }
    template <class Scalar>
    WeightedSums operator()(const Exponential<Scalar>& e) const {
        check();
        return {Eigen::VectorXd::Constant(e.size(), shape - 1),
                Eigen::MatrixXd::Constant(e.dimension(), e.size(), rate)};
    }

  private:
    /// Of rates of counts, d × K; none of a rate of zero.
    template <class Rates>
    WeightedSums counts_seen(const Rates& rates) const {
        check();
        return {Eigen::VectorXd::Constant(rates.cols(), rate),
                (rates.array() > 0).template cast<double>() * (shape - 1)};
    }
    void check() const {
        detail::require(shape >= 1 && rate >= 0 && std::isfinite(shape) && std::isfinite(rate),
                        "latent::GammaPrior: shape is ", shape, " and rate is ", rate,
                        ", expected finite numbers, shape ≥ 1 and rate ≥ 0");
    }
};

}  // namespace latent
