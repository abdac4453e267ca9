// The conjugate prior of rates.
#pragma once

#include <cmath>

#include "latent/core/checks.hpp"
#include "latent/emission/weighted_sums.hpp"

namespace latent {

template <class>
class Poisson;
template <class>
class Exponential;

/// Rates ~ Gamma(shape, rate), density ∝ λ^(shape − 1) exp(−rate·λ), as pseudo-observations: for counts, `rate` of
/// them with the sum shape − 1; for waiting times, shape − 1 of them with the sum `rate` (Gelman et al. 2013,
/// section 2.6). A Poisson rate of exactly zero stays zero.
struct GammaPrior {
    double shape = 1;  ///< ≥ 1
    double rate = 0;   ///< ≥ 0

    /// Throws std::invalid_argument where shape < 1 (the posterior's mode would lie on the boundary) or rate < 0,
    /// or one is not finite.
    template <class Scalar>
    WeightedSums operator()(const Poisson<Scalar>& p) const {
        check();
        return {Eigen::VectorXd::Constant(p.size(), rate),
                (p.rates().array() > 0).template cast<double>() * (shape - 1)};
    }
    template <class Scalar>
    WeightedSums operator()(const Exponential<Scalar>& e) const {
        check();
        return {Eigen::VectorXd::Constant(e.size(), shape - 1),
                Eigen::MatrixXd::Constant(e.dimension(), e.size(), rate)};
    }

  private:
    void check() const {
        detail::require(shape >= 1 && rate >= 0 && std::isfinite(shape) && std::isfinite(rate),
                        "latent::GammaPrior: shape is ", shape, " and rate is ", rate,
                        ", expected finite numbers, shape ≥ 1 and rate ≥ 0");
    }
};

}  // namespace latent
