// Properties of draws: they are observations, and come from the density.
#pragma once

#include "latent/check/emission_trial.hpp"
#include "latent/core/units.hpp"

namespace latent::detail {

template <class T>
MatrixX<typename T::Scalar> draws_of(const T& t, Index k) {
    MatrixX<typename T::Scalar> x(t.emission.dimension(), 1000);
    Random random(22, static_cast<std::uint64_t>(k));
    for (Index i = 0; i < x.cols(); ++i) t.emission.sample(k, random, x.col(i).data());
    return x;
}

template <class T>
std::string draws_are_observations(const T& t) {
    for (Index k = 0; k < t.emission.size(); ++k) {
        const auto x = draws_of(t, k);
        const Observations<typename T::Scalar> view(x);
        check_with(t.emission, view);
        const Eigen::MatrixXd log_p = t.log_densities(t.emission, view);
        for (Index i = 0; i < log_p.rows(); ++i)
            if (!std::isfinite(log_p(i, k)))
                return text("a draw of component ", k, " is ", x(0, i), x.rows() > 1 ? ", …," : "",
                            " whose log p(x | k) is ", log_p(i, k));
    }
    return {};
}

/// E[∂ log p(x | k) / ∂ v] = 0 over draws x of component k, to six standard errors: the scale, the location, whatever has
/// a coordinate.
template <class T>
std::string scores_average_zero(const T& t) {
    const std::vector<double> v = coordinates_of(t.emission);
    const double step = std::cbrt(t.rounding);
    for (Index k = 0; k < t.emission.size(); ++k) {
        const auto x = draws_of(t, k);
        const Observations<typename T::Scalar> view(x);
        for (std::size_t j = 0; j < v.size(); ++j) {
            const auto moved = [&](double h) {
                std::vector<double> w = v;
                w[j] += h;
                return Eigen::VectorXd(t.log_densities(family_at(t.emission, w), view).col(k));
            };
            const Eigen::VectorXd score = (moved(step) - moved(-step)) / (2 * step);
            const double mean = score.mean(), n = static_cast<double>(score.size());
            const double error = std::sqrt((score.array() - mean).square().sum()) / n;
            if (!near(mean, 0, 6 * error + 100 * step * step * (1 + t.size)))
                return text("over ", n, " draws of component ", k,
                            " the slope of log p(x | k) along coordinate ", j, " is ", mean,
                            " in the mean, expected 0 ± ", error);
        }
    }
    return {};
}

}  // namespace latent::detail
