// The emission's densities of a block of observations, as the passes over hidden states need them.
#pragma once

#include <algorithm>
#include <type_traits>
#include <vector>

#include "latent/core/concepts.hpp"
#include "latent/kernel/relative_density.hpp"
#include "latent/kernel/softmax.hpp"

namespace latent::detail {

/// p(x_t | k)^beta of packed observations, in double; an object keeps its memory across many blocks.
template <Emission E>
class BlockDensities {
  public:
    using Scalar = typename E::Scalar;

    /// beta · log p(x_t | k), n × K.
    const Panel<double>& logs(const E& emission, double beta, const Panel<Scalar>& x) {
        emission.log_density(x, density_);
        if (beta != 1) scale(density_, beta);
        if constexpr (std::is_same_v<Scalar, double>) {
            return density_;
        } else {
            return widen();
        }
    }

    /// p(x_t | k)^beta · exp(−shift[t]), n × K; shift has room for the padded panel. It may be overwritten.
    Panel<double>& relative(const E& emission, double beta, const Panel<Scalar>& x, double* shift) {
        if constexpr (requires { emission.density(x, density_); }) {
            if (beta == 1) {  // plain probabilities: relative to one
                emission.density(x, density_);
                std::fill_n(shift, x.padded(), 0.0);
                if constexpr (std::is_same_v<Scalar, double>) {
                    return density_;
                } else {
                    return widen();
                }
            }
        }
        relative_density(logs(emission, beta, x), relative_, shift);
        return relative_;
    }

  private:
    Panel<double>& widen() {
        wide_.resize(density_.size(), density_.columns());
        for (Index k = 0; k < density_.columns(); ++k)
            for (Index t = 0; t < wide_.padded(); ++t)
                wide_(t, k) = static_cast<double>(density_(std::min(t, density_.size() - 1), k));
        return wide_;
    }

    Panel<Scalar> density_;
    Panel<double> wide_, relative_;
};

}  // namespace latent::detail
