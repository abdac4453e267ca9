// Dirichlet prior: conjugate to probabilities.
#pragma once

#include <cmath>

#include "latent/core/checks.hpp"
#include "latent/core/saved.hpp"
#include "latent/core/types.hpp"

namespace latent {

template <class>
class Categorical;
template <class>
class Multinomial;

/// Probabilities ~ Dirichlet(concentration, …, concentration): as pseudo-observations, concentration − 1 of
/// every symbol. The M-step is the posterior's mode (count + α − 1) / Σ (count + α − 1) (Gelman et al. 2013,
/// section 3.4). Probabilities of exactly zero get none, and stay zero.
struct DirichletPrior {
    double concentration = 1;  ///< α ≥ 1; 1 is flat

    static std::string type_name() { return "DirichletPrior"; }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("concentration", &DirichletPrior::concentration)};
    }

    /// Throws std::invalid_argument where α < 1 (the posterior's mode would lie on the boundary).
    template <class Scalar>
    typename Categorical<Scalar>::Statistics operator()(const Categorical<Scalar>& c) const {
        return {pseudo_counts(c.probabilities())};
    }
    template <class Scalar>
    typename Multinomial<Scalar>::Statistics operator()(const Multinomial<Scalar>& m) const {
        return {Eigen::VectorXd::Zero(m.size()), pseudo_counts(m.probabilities())};
    }

  private:
    Eigen::MatrixXd pseudo_counts(const Eigen::MatrixXd& probabilities) const {
        detail::require(concentration >= 1 && std::isfinite(concentration),
                        "latent::DirichletPrior: concentration is ", concentration,
                        ", expected at least 1, and finite");
        return (probabilities.array() > 0).cast<double>() * (concentration - 1);
    }
};

}  // namespace latent
