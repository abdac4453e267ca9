// What checks compare by: statistics as one vector, and derivatives by finite differences.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "latent/core/additive.hpp"
#include "latent/core/random.hpp"

namespace latent::detail {

/// All numbers of some statistics, one after the other, as they are once nothing has been added: those that are joined are in
/// order then.
template <class S>
std::vector<double> flat(const S& statistics) {
    S sum = statistics, nothing = statistics;
    latent::set_zero(nothing);
    latent::add(sum, nothing);
    std::vector<double> all;
    for_each_leaf([&](auto leaf) { all.insert(all.end(), leaf.begin(), leaf.end()); }, sum);
    return all;
}

/// ε of the coarsest floating-point numbers in some statistics.
template <class S>
double epsilon_of(const S& statistics) {
    double epsilon = std::numeric_limits<double>::epsilon();
    const auto visit = [&](auto leaf) {
        using Number = std::remove_cv_t<typename decltype(leaf)::element_type>;
        if constexpr (std::is_floating_point_v<Number>)
            epsilon = std::max(epsilon, static_cast<double>(std::numeric_limits<Number>::epsilon()));
    };
    for_each_leaf(visit, statistics);
    return epsilon;
}

/// Where number i of flat(statistics) stands: "statistics: field 2, number 0".
template <class S>
std::string place(const S& statistics, std::size_t i) {
    std::string where;
    if constexpr (Fielded<S>) {
        int field = 0;
        const auto visit = [&](auto member) {
            const std::size_t size = detail::flat(statistics.*member).size();
            if (where.empty() && i < size) where = text("field ", field, " of the statistics, number ", i);
            i -= std::min(i, size);
            ++field;
        };
        std::apply([&](auto... members) { (visit(members), ...); }, S::fields());
    }
    return where.empty() ? text("number ", i, " of the statistics") : where;
}

/// max |v_i| of those that are no NaN.
inline double largest(const std::vector<double>& v) {
    double result = 0;
    for (const double value : v) result = std::max(result, std::abs(value));
    return result;
}

inline bool finite(const std::vector<double>& v) {
    return std::all_of(v.begin(), v.end(), [](double value) { return std::isfinite(value); });
}

/// max |a_i − b_i|; infinite where the lengths differ or one is NaN.
inline double distance(const std::vector<double>& a, const std::vector<double>& b) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (a.size() != b.size()) return infinity;
    double result = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double apart = a[i] == b[i] ? 0 : std::abs(a[i] - b[i]);
        result = std::max(result, std::isnan(apart) ? infinity : apart);
    }
    return result;
}

/// Whether they are equal up to `tolerance`; a NaN equals nothing.
inline bool near(double a, double b, double tolerance) { return a == b || std::abs(a - b) <= tolerance; }

/// What is wrong with some statistics, nothing where they are `expected` up to `relative` of the largest.
template <class S>
std::string difference(const S& found, const S& expected, double relative) {
    const std::vector<double> a = detail::flat(found), b = detail::flat(expected);
    const double tolerance = relative * largest(b);
    if (a.size() != b.size()) return text("the statistics are ", a.size(), " numbers, expected ", b.size());
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!near(a[i], b[i], tolerance)) return text(place(found, i), " is ", a[i], ", expected ", b[i]);
    return {};
}

/// v with normal noise of the given deviation.
inline std::vector<double> disturbed(std::vector<double> v, double deviation, Random& random) {
    for (double& value : v) value += deviation * random.normal();
    return v;
}

/// ∂f / ∂v_i, and how far it may be from that.
struct Gradient {
    std::vector<double> slope, error;
};

/// By central differences of the given step; of twice the step, to know what that does to them.
inline Gradient gradient(const std::function<double(const std::vector<double>&)>& f, std::vector<double> v,
                         double step) {
    Gradient result;
    for (double& value : v) {
        const double middle = value;
        const auto slope = [&](double h) {
            value = middle + h;
            const double above = f(v);
            value = middle - h;
            const double below = f(v);
            value = middle;
            return (above - below) / (2 * h);
        };
        result.slope.push_back(slope(step));
        result.error.push_back(std::abs(result.slope.back() - slope(2 * step)));
    }
    return result;
}

}  // namespace latent::detail
