// Errors at the edge of the interface: an exception that names the function, the argument and what was found.
#pragma once

#include <cmath>
#include <initializer_list>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <type_traits>

namespace latent::detail {

/// Something that std::ostream can write, whatever its type: the compiler looks for its operator once a type, not once
/// a sentence. Literals of all lengths are one type.
class Part {
  public:
    explicit Part(const char* text) : value_(text), write_(&write_text) {}
    template <class T>
    explicit Part(const T& value) : value_(&value), write_(&write_value<T>) {}

    void write(std::ostream& out) const { write_(out, value_); }

  private:
    static void write_text(std::ostream& out, const void* text) { out << static_cast<const char*>(text); }
    template <class T>
    static void write_value(std::ostream& out, const void* address) {
        const T& value = *static_cast<const T*>(address);
        if constexpr (std::is_floating_point_v<T>)
            if (std::isnan(value)) return void(out << "nan");  // whatever its sign
        out << value;
    }

    const void* value_;
    void (*write_)(std::ostream&, const void*);
};

/// The parts written one after the other, as std::ostream writes them.
inline std::string joined(std::initializer_list<Part> parts) {
    std::ostringstream out;
    out.precision(10);
    for (const Part& part : parts) part.write(out);
    return out.str();
}
template <class... Parts>
std::string text(const Parts&... parts) {
    return joined({Part(parts)...});
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
