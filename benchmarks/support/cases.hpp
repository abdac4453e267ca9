// The ten mixtures that are timed, and their data.
#pragma once

#include <string>

#include "latent/latent.hpp"

/// A mixture to time: n observations in d dimensions, K components.
struct Case {
    bool full;  ///< a whole covariance matrix for each component, or its diagonal
    latent::Index n, d, K;
    double prototype;  ///< ms an iteration of the prototype of the kernels, on a core whose dgemm did 100
                       ///< GFLOP/s

    std::string name() const {
        return (full ? "full " : "diagonal ") + std::to_string(n) + " x " + std::to_string(d) +
               ", K = " + std::to_string(K);
    }
};

inline constexpr Case cases[] = {{true, 1'000'000, 1, 2, 1.0}, {true, 1'000'000, 2, 3, 2.2},
                                 {true, 200'000, 8, 8, 3.4},   {true, 100'000, 16, 16, 9.9},
                                 {true, 50'000, 32, 32, 37},   {true, 20'000, 64, 16, 28},
                                 {true, 10'000, 128, 8, 29},   {false, 1'000'000, 2, 3, 2.3},
                                 {false, 200'000, 16, 32, 12}, {false, 100'000, 64, 64, 37}};

/// Well mixed clusters: means drawn with deviation 1.5, every observation one standard normal step from one.
template <class Model>
struct Problem {
    Eigen::MatrixXd x;  ///< d × n
    Model start;

    explicit Problem(const Case& c) : x(c.d, c.n), start(c.K, c.d) {
        latent::Random random(1);
        Eigen::MatrixXd means(c.d, c.K);
        for (double& m : means.reshaped()) m = 1.5 * random.normal();
        for (latent::Index i = 0; i < c.n; ++i)
            for (latent::Index j = 0; j < c.d; ++j) x(j, i) = means(j, i % c.K) + random.normal();
        const std::vector<Eigen::MatrixXd> unit(static_cast<std::size_t>(c.K),
                                                Eigen::MatrixXd::Identity(c.d, c.d));
        start = Model(typename std::remove_cvref_t<decltype(start.emission())>(means, unit));
    }
};
