// The machine's speed at what it does best: the yardstick of every figure here.
#pragma once

#include <vector>

#include "support/timing.hpp"

#ifdef LATENT_HAS_CBLAS
#include <cblas.h>
#else
#include <Eigen/Core>
#endif

/// GFLOP/s of a product of two 1000 × 1000 matrices on one thread: by OpenBLAS where there is one, else by
/// Eigen.
inline double dgemm() {
    constexpr int n = 1000;
#ifdef LATENT_HAS_CBLAS
    openblas_set_num_threads(1);
    const std::vector<double> a(n * n, 1.0), b(n * n, 0.5);
    std::vector<double> c(n * n);
    const auto multiply = [&] {
        cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a.data(), n, b.data(), n, 0,
                    c.data(), n);
    };
#else
    const Eigen::MatrixXd a = Eigen::MatrixXd::Ones(n, n), b = a;
    Eigen::MatrixXd c(n, n);
    const auto multiply = [&] { c.noalias() = a * b; };
#endif
    return 2e-9 * n * n * n / shortest(15, multiply);
}
