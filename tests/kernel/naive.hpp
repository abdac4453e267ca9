// What the kernel tests compare with: random blocks, and plain loops in long double.
#pragma once

#include <Eigen/Core>
#include <random>
#include <vector>

#include "latent/kernel/pack.hpp"

namespace naive {

using latent::Index;
using Real = long double;
using Matrix = latent::MatrixX<Real>;
using Vector = Eigen::Matrix<Real, Eigen::Dynamic, 1>;

/// d × n observations around `offset`, rounded to Scalar.
template <class Scalar>
latent::MatrixX<Scalar> observations(Index d, Index n, double offset, unsigned seed = 1) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    latent::MatrixX<Scalar> x(d, n);
    for (Index i = 0; i < n; ++i)
        for (Index j = 0; j < d; ++j) x(j, i) = static_cast<Scalar>(offset + normal(random));
    return x;
}

template <class Scalar>
latent::Panel<Scalar> packed(const latent::MatrixX<Scalar>& x) {
    latent::Panel<Scalar> panel;
    latent::detail::pack(latent::Observations<Scalar>(x), panel);
    return panel;
}

/// A panel with the given entries; the filler rows hold `filler`.
template <class Scalar>
latent::Panel<Scalar> table(const Eigen::MatrixXd& values, Scalar filler) {
    latent::Panel<Scalar> panel;
    panel.resize(values.rows(), values.cols());
    for (Index k = 0; k < values.cols(); ++k)
        for (Index i = 0; i < panel.padded(); ++i)
            panel(i, k) = i < values.rows() ? static_cast<Scalar>(values(i, k)) : filler;
    return panel;
}

}  // namespace naive
