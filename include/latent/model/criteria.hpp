// Information criteria (BIC, AIC, AICc): what a better likelihood may cost in parameters.
#pragma once

#include <cmath>
#include <limits>

namespace latent {

/// parameters · log n − 2 log-likelihood (Schwarz 1978), n the sum of the observations' weights: the smaller, the better.
struct Bic {
    static constexpr const char* name = "BIC";

    double operator()(double log_likelihood, double parameters, double n) const {
        return parameters * std::log(n) - 2 * log_likelihood;
    }
};

/// 2 · parameters − 2 log-likelihood (Akaike 1974): the smaller, the better.
struct Aic {
    static constexpr const char* name = "AIC";

    double operator()(double log_likelihood, double parameters, double = 0) const {
        return 2 * parameters - 2 * log_likelihood;
    }
};

/// AIC + 2p(p + 1)/(n − p − 1), p the parameters (Hurvich & Tsai 1989), for few observations: the smaller, the better; infinite
/// where n ≤ p + 1.
struct Aicc {
    static constexpr const char* name = "AICc";

    double operator()(double log_likelihood, double parameters, double n) const {
        const double left = n - parameters - 1;
        if (!(left > 0)) return std::numeric_limits<double>::infinity();
        return Aic{}(log_likelihood, parameters) + 2 * parameters * (parameters + 1) / left;
    }
};

}  // namespace latent
