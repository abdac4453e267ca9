// What the kernels are timed on: a block of observations, densities, a chain. Sizes are those of the library's blocks.
#pragma once

#include <vector>

#include "latent/core/random.hpp"
#include "latent/kernel/forward_backward.hpp"
#include "latent/kernel/pack.hpp"
#include "latent/kernel/quadratic.hpp"
#include "latent/kernel/scatter.hpp"
#include "latent/kernel/softmax.hpp"

namespace kernel_inputs {

using latent::Index;

inline Eigen::MatrixXd normal(Index rows, Index columns, std::uint64_t seed = 1) {
    latent::Random random(seed);
    Eigen::MatrixXd m(rows, columns);
    for (double& value : m.reshaped()) value = random.normal();
    return m;
}
inline Eigen::MatrixXd uniform(Index rows, Index columns) {
    latent::Random random(1);
    Eigen::MatrixXd m(rows, columns);
    for (double& value : m.reshaped()) value = 0.1 + random.uniform();
    return m;
}

/// n observations of d coordinates, as the kernels read them.
struct Block {
    Eigen::MatrixXd x;
    latent::Panel<double> panel;

    Block(Index n, Index d) : x(normal(d, n)) {
        latent::detail::pack(latent::Observations<double>(x), panel);
    }
};

/// K components of d dimensions: means, lower triangular inverse factors side by side (of which the diagonals serve
/// as inverse deviations), and the kernel's form of them.
struct Triangular {
    Eigen::MatrixXd means, factors;
    latent::detail::TriangularDensity<double> density;

    Triangular(Index d, Index K) : means(normal(d, K, 2)), factors(normal(d, d * K, 3)) {
        density.resize(d, K);
        for (Index k = 0; k < K; ++k) {
            auto w = factors.middleCols(k * d, d);
            w.triangularView<Eigen::StrictlyUpper>().setZero();
            w *= 0.1;
            w.diagonal().setOnes();
            density.set(k, means.col(k).data(), w, -1);
        }
    }
};
struct Diagonal {
    Eigen::MatrixXd means, inverse_deviations;
    latent::detail::DiagonalDensity<double> density;

    Diagonal(Index d, Index K) : means(normal(d, K, 2)), inverse_deviations(uniform(d, K)) {
        density.resize(d, K);
        for (Index k = 0; k < K; ++k)
            density.set(k, means.col(k).data(), inverse_deviations.col(k).data(), -1);
    }
};

/// A panel of n × K numbers.
inline latent::Panel<double> panel(const Eigen::MatrixXd& values) {
    latent::Panel<double> p;
    p.resize(values.rows(), values.cols());
    for (Index k = 0; k < values.cols(); ++k) {
        std::fill(p.column(k), p.column(k) + p.padded(), 0.0);
        std::copy_n(values.col(k).data(), values.rows(), p.column(k));
    }
    return p;
}

/// A chain of K states over n steps, and room for a forward and a backward pass.
struct Chain {
    Index n;
    Eigen::MatrixXd transition, densities;  ///< K × K; K × n
    Eigen::VectorXd initial;
    latent::detail::PackedTransition<latent::detail::SumProduct> packed;
    latent::detail::StateRows start, b, alpha, gamma, pairs;
    std::vector<unsigned char> starts;

    Chain(Index K, Index steps) : n(steps), transition(uniform(K, K)), densities(uniform(K, steps)) {
        transition.array().colwise() /= transition.rowwise().sum().array().eval();
        initial = Eigen::VectorXd::Constant(K, 1.0 / static_cast<double>(K));
        packed.assign(transition);
        start.resize(1, K);
        start.fill(0, [&](Index k) { return initial(k); });
        alpha.resize(n + 1, K), b.resize(n + 2, K), gamma.resize(n, K);
        pairs.resize(b.stride(), K);
        starts.assign(static_cast<std::size_t>(n) + 1, 0);
        starts.front() = starts.back() = 1;
    }

    /// Forward, backward, posteriors and the sum of pairs; the log-likelihood.
    double forward_backward() {
        using namespace latent::detail;
        for (Index t = 0; t < n; ++t) b.fill(t, [&](Index k) { return densities(k, t); });
        for (Index i = 0; i < pairs.stride(); ++i) pairs.fill(i, [](Index) { return 0.0; });
        b.fill(n, [](Index) { return 0.0; });
        alpha.fill(0, [](Index) { return 0.0; });
        struct One {
            double operator()(Index) const { return 1; }
        };
        const auto ended = [](Index, const Likelihood&) {};
        return packed.with([&](const auto& a) __attribute__((always_inline)) {
            ForwardPass forward(a, start[0], b.at(), starts.data(), false, {}, KeepAlpha{alpha.at()}, ended);
            for (Index t = 0; t < n; ++t) forward.step(t);
            const MeetAlpha<One> rows{{alpha.at(), gamma.at(), {}}, b.at(), n};
            BackwardPass backward(a, b.at(), starts.data(), 1, rows);
            for (Index t = n - 1; t >= 0; --t) backward.step(t);
            a.add_pairs(alpha, b, n, pairs);
            return forward.likelihood.log();
        });
    }
};

}  // namespace kernel_inputs
