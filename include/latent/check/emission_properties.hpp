// Properties of component densities: a panel at a time they are what they are one by one, and the M-step fits them.
#pragma once

#include "latent/check/emission_trial.hpp"

namespace latent::detail {

// Each says what is wrong, in a sentence; nothing where the property holds.

template <class T>
std::string densities_are_numbers(const T& t) {
    for (Index k = 0; k < t.densities.cols(); ++k)
        for (Index i = 0; i < t.densities.rows(); ++i)
            if (const double log_p = t.densities(i, k); !(log_p < std::numeric_limits<double>::infinity()))
                return text("log p(x | k) of observation ", i, ", component ", k, ", is ", log_p,
                            ", expected a finite number or -inf");
    return {};
}

/// In blocks of any length, whatever the filler and whatever the table held before.
template <class T>
std::string blocks_do_not_matter(const T& t) {
    for (const Index length : {1, 2, 7, 33})
        for (Index first = 0; first < t.x.cols(); first += length) {
            const Index n = std::min(length, t.x.cols() - first);
            const auto block = t.log_densities(t.emission, t.x.middle(first, n), 0);
            const std::string wrong = t.compare(block, t.densities, first);
            if (!wrong.empty())
                return text("in blocks of ", length, " observations ", wrong, " as in one block");
        }
    return {};
}

template <class T>
std::string weights_of_zero_add_nothing(const T& t) {
    auto s = t.here;
    t.accumulate(MatrixX<typename T::Scalar>::Zero(t.x.cols(), t.emission.size()), 0, t.x.cols(), s);
    return difference(s, t.here, 4500 * epsilon_of(s));
}

template <class T>
std::string weights_are_factors(const T& t) {
    auto twice = t.here;
    latent::add(twice, typename T::Statistics(t.here));
    const std::string wrong = difference(t.accumulated(2 * t.weights), twice, 4500 * t.rounding);
    return wrong.empty() ? wrong : "with weights twice as large " + wrong + ", twice what it was";
}

template <class T>
std::string blocks_add_up(const T& t) {
    auto s = t.emission.zero_statistics();
    const Index n = t.x.cols();
    for (Index first = 0; first < n; first += 7)
        t.accumulate(t.weights, first, std::min<Index>(7, n - first), s, 0);
    const std::string wrong = difference(s, t.here, 4500 * t.rounding);
    return wrong.empty() ? wrong : "in blocks of 7 observations " + wrong + " as in one block";
}

/// With no observations at all the parameters stay; with none of one component, all densities remain numbers.
template <class T>
std::string empty_components_stay(const T& t) {
    const auto same = t.maximized(t.emission.zero_statistics());
    const std::string wrong = t.compare(t.log_densities(same, t.x), t.densities);
    if (!wrong.empty()) return "after maximize(zero_statistics()) " + wrong + " as before";
    for (Index k = 0; k < t.emission.size(); ++k) {
        auto weights = t.weights;
        weights.col(k).setZero();
        const Eigen::MatrixXd log_p = t.log_densities(t.maximized(t.accumulated(weights)), t.x);
        for (Index i = 0; i < log_p.rows(); ++i)
            if (std::isnan(log_p(i, k)))
                return text("after maximize with no weight for component ", k,
                            " its log p(x) of observation ", i, " is NaN");
    }
    return {};
}

/// Σ r log p gains at least what expected_log_density gains (as much, where no variables are hidden in the density).
template <class T>
std::string density_bound_holds(const T& t) {
    const auto next = t.maximized(t.here);
    const double gain = t.expected(next) - t.expected(t.emission);
    const double bound = next.expected_log_density(t.here) - t.emission.expected_log_density(t.here);
    if (gain >= bound - t.slack()) return {};
    return text("by maximize(s) the sum of r log p(x | k) changes by ", gain,
                ", but expected_log_density(s) by ", bound, ", which it cannot fall short of");
}

template <class T>
std::string density_gradients_agree(const T& t) {
    const std::vector<double> v = coordinates_of(t.emission);
    const double step = std::cbrt(t.rounding);
    const Gradient sum =
        gradient([&](const std::vector<double>& w) { return t.expected(family_at(t.emission, w)); }, v, step);
    const Gradient own = gradient(
        [&](const std::vector<double>& w) { return family_at(t.emission, w).expected_log_density(t.here); },
        v, step);
    const double tolerance =
        100 * step * step * t.count * (1 + t.size) + 4 * std::max(largest(sum.error), largest(own.error));
    for (std::size_t i = 0; i < v.size(); ++i)
        if (!near(sum.slope[i], own.slope[i], tolerance))
            return text("along coordinate ", i, " the sum of r log p(x | k) has the slope ", sum.slope[i],
                        ", but expected_log_density(s) of the same r has ", own.slope[i]);
    return {};
}

template <class T>
std::string all_coordinates_are_written(const T& t) {
    const auto n = static_cast<std::size_t>(t.emission.coordinates());
    const double unwritten = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> v(n + 8, unwritten);
    t.emission.to_vector(std::span(v).first(n));
    for (std::size_t i = 0; i < v.size(); ++i)
        if (std::isnan(v[i]) == (i < n))
            return text("coordinates() is ", n, ", but to_vector(span) ", i < n ? "leaves" : "writes",
                        " number ", i);
    return {};
}

}  // namespace latent::detail
