// Observations whose missing cells were filled in.
#pragma once

#include "latent/core/types.hpp"

namespace latent {

/// Observations whose missing cells were filled in with what a model expects there.
template <class Scalar>
struct Imputation {
    MatrixX<Scalar> x;          ///< d × n: what is seen, and E[missing | seen] under the model
    Eigen::MatrixXd variances;  ///< d × n: Var[missing | seen], 0 where a cell is seen
};

}  // namespace latent
