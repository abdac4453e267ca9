// Errors at the edge of the interface: an exception that names the function, the argument and what was found.
#pragma once

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

}  // namespace latent::detail
