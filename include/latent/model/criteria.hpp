// Information criteria (AIC, BIC): what a better likelihood may cost in parameters.
#pragma once

#include <cmath>

namespace latent {

/// parameters · log n − 2 log-likelihood (Schwarz 1978), n the sum of the observations' weights: the smaller, the better.
struct Bic {
    double operator()(double log_likelihood, double parameters, double n) const {
        return parameters * std::log(n) - 2 * log_likelihood;
    }
};

/// 2 · parameters − 2 log-likelihood (Akaike 1974): the smaller, the better.
struct Aic {
    double operator()(double log_likelihood, double parameters, double = 0) const {
        return 2 * parameters - 2 * log_likelihood;
    }
};

}  // namespace latent
