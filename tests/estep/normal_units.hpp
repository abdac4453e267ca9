// Two normal clusters in units of a hundred observations, and fits of them by E-steps of all kinds.
#pragma once

#include "kit/gaussian_subject.hpp"
#include "latent/expectation_maximization.hpp"

namespace normal_units {

using namespace latent;

using Subject = kit::GaussianSubject<Full, double>;

inline const Eigen::MatrixXd& many() {
    static const Eigen::MatrixXd x = [] {
        Random random(20);
        return Subject::draw(20'000, random);
    }();
    return x;
}

/// 200 units of 100 observations.
inline Blocks<double> units() { return Blocks<double>(many(), 100); }

template <class Rule>
auto after(const Rule& estep, int iterations) {
    const ExpectationMaximization<Rule> em{.estep = estep, .limits = {.iterations = iterations}};
    return em.fit(Subject::start(), units());
}

inline double maximum() {
    static const double objective = latent::fit(Subject::start(), units()).objective;
    return objective;
}

}  // namespace normal_units
