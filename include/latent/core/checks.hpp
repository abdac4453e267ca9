// Errors at the edge of the interface: an exception that names the function, the argument and what was found.
#pragma once

#include <limits>
#include <sstream>
#include <stdexcept>

namespace latent::detail {

/// The arguments written one after the other, as std::ostream writes them.
template <class... Parts>
std::string text(const Parts&... parts) {
    std::ostringstream out;
    out.precision(10);
    (out << ... << parts);
    return out.str();
}

/// Throws std::invalid_argument with the parts joined, unless `valid`.
template <class... Parts>
void require(bool valid, const Parts&... parts) {
    if (!valid) throw std::invalid_argument(text(parts...));
}

/// Throws std::invalid_argument, in the policy's name, unless 0 ≤ value < ∞.
inline void require_amount(const char* policy, const char* member, double value) {
    require(value >= 0 && value < std::numeric_limits<double>::infinity(), "latent::", policy, ": ", member,
            " is ", value, ", expected a finite number of 0 or more");
}

/// What a policy says of its own numbers, see core/concepts.hpp.
template <class Policy>
void check(const Policy& policy) {
    if constexpr (requires { policy.check(); }) policy.check();
}

}  // namespace latent::detail
