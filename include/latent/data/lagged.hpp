// Responses beside those before them: the data of an autoregression.
#pragma once

#include <vector>

#include "latent/core/checks.hpp"
#include "latent/data/sequences.hpp"

namespace latent {

/// Of a series of n observations, d rows of which the last is the response y and the others are regressors, such as one that is
/// always 1: the regressors at time t, the responses y_{t−1}, …, y_{t−p}, and y_t, (d + p) × (n − p), t = p, …, n − 1. As
/// observations of LinearRegressions, or other regressions, in a hidden Markov model these are autoregressions of order p
/// whose coefficients switch (Hamilton 1989; his own model has means that switch, and with them p states back). The
/// likelihood is that given the first p responses. Throws std::invalid_argument unless n > p ≥ 0 and d ≥ 1.
inline Eigen::MatrixXd lagged(const Observations<double>& x, Index p) {
    const Index d = x.rows(), n = x.cols();
    detail::require(p >= 0, "latent::lagged: p is ", p, ", expected 0 or more");
    detail::require(d >= 1 && n > p, "latent::lagged: the series is ", d, " × ", n,
                    ", expected more than p = ", p, " observations");
    Eigen::MatrixXd result(d + p, n - p);
    for (Index t = p; t < n; ++t) {
        for (Index j = 0; j < d - 1; ++j) result(j, t - p) = x(j, t);
        for (Index lag = 1; lag <= p; ++lag) result(d - 2 + lag, t - p) = x(d - 1, t - lag);
        result(d + p - 1, t - p) = x(d - 1, t);
    }
    return result;
}

/// The same of each of several sequences by itself: none looks back into the one before.
template <class Of>
std::vector<Eigen::MatrixXd> lagged(const Sequences<Of>& x, Index p) {
    std::vector<Eigen::MatrixXd> each;
    for (Index i = 0; i < x.size(); ++i) each.push_back(lagged(x[i], p));
    return each;
}

}  // namespace latent
