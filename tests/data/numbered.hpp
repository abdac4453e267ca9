// Data that tell where each number comes from.
#pragma once

#include <Eigen/Core>

/// d × n numbers that are all different.
inline Eigen::MatrixXd numbered(Eigen::Index d, Eigen::Index n) {
    return Eigen::VectorXd::LinSpaced(d * n, 0, static_cast<double>(d * n - 1)).reshaped(d, n);
}
