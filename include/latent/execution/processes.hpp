// What the driver asks of an execution that spans several processes. It costs nothing with any other.
#pragma once

#include "latent/core/concepts.hpp"

namespace latent::detail {

/// f() here; where it throws on any process, an exception on all of them.
template <class X, class F>
decltype(auto) together(const X& execution, const F& f) {
    if constexpr (Distributed<X>) {
        return execution.together(f);
    } else {
        return f();
    }
}

/// One value on all processes: that of the first on which it is not T{}.
template <class X, class T>
T agreed(const X& execution, T value) {
    if constexpr (Distributed<X>) {
        return execution.agree(std::move(value));
    } else {
        return value;
    }
}

/// Σ n over the processes.
template <class X>
Index total(const X& execution, Index n) {
    if constexpr (Distributed<X>) {
        return execution.total(n);
    } else {
        return n;
    }
}

/// The number in the whole data of this process's first unit.
template <class Reduction>
Index first_unit(Reduction& reduction, Index units) {
    if constexpr (requires { reduction.first_unit(units); }) {
        return reduction.first_unit(units);
    } else {
        return 0;
    }
}

}  // namespace latent::detail
