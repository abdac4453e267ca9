// Bad observations are refused by name.
#pragma once

#include <cmath>
#include <limits>

#include "latent/data/sequences.hpp"

namespace latent::detail {

/// Throws std::invalid_argument, in the name of `owner`, on a number of rows other than d.
template <class Scalar>
void require_rows(const char* owner, const Observations<Scalar>& x, Index d) {
    require(x.rows() == d, "latent::", owner, ": observations have ", x.rows(), " rows, expected d = ", d,
            ": one observation a column");
}

/// The same, or naming the first
/// value that is not valid(value) and what was expected of it, which is only then written out.
template <class Scalar, class Valid, class... Expected>
void require_observations(const char* owner, const Observations<Scalar>& x, Index d, const Valid& valid,
                          const Expected&... expected) {
    require_rows(owner, x, d);
    for (Index i = 0; i < x.cols(); ++i)
        for (Index j = 0; j < d; ++j) {
            const auto value = static_cast<double>(x(j, i));
            require(valid(value) || (x.missing() && std::isnan(value)), "latent::", owner, ": observation ",
                    x.number(i), ", dimension ", x.first_row() + j, " is ", value, ", expected ",
                    expected...);
        }
}

/// Numbers below it can be squared, and sums of a million squares taken.
template <class Scalar>
double largest_squarable() {
    return std::sqrt(static_cast<double>(std::numeric_limits<Scalar>::max())) / 1e3;
}
/// The same, or naming the first value that is not finite or whose square overflows.
template <class Scalar>
void require_squarable(const char* owner, const Observations<Scalar>& x, Index d) {
    const double limit = largest_squarable<Scalar>();
    require_observations(
        owner, x, d, [limit](double value) { return std::abs(value) < limit; }, "a finite number below ",
        limit);
}

/// Whether it is 0, 1, 2, …
inline bool is_count(double value) {
    return value >= 0 && value == std::floor(value) && std::isfinite(value);
}

}  // namespace latent::detail
