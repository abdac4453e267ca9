// The few types that every part of latent shares.
#pragma once

#include <Eigen/Core>
#include <cstdint>

namespace latent {

/// Signed index of observations, components, units and dimensions: Eigen's own.
using Index = Eigen::Index;

/// Column-major matrix of any scalar, one observation a column (d × n).
template <class Scalar>
using MatrixX = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

/// A block of observations laid out for the vector unit, see data/panel.hpp.
template <class Scalar>
class Panel;

/// Where a unit is being inferred: which iteration of the driver, and the unit's index in the whole data.
/// Random numbers are keyed by it, so that a fit can be replayed on any number of workers.
struct Key {
    std::uint64_t iteration = 0;  ///< of the driver, from 0
    std::uint64_t unit = 0;       ///< its index in the whole data, from 0
};

}  // namespace latent
