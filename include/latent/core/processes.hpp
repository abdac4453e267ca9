// What the driver asks of an execution that spans several processes. It costs nothing with any other.
#pragma once

#include "latent/core/concepts.hpp"
#include "latent/core/units.hpp"

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

/// This process's data as the model's units; where that throws on any process, an exception on all of them.
template <class X, class M, class Data>
decltype(auto) units_of(const X& execution, const M& model, const Data& data) {
    return together(execution, [&]() -> decltype(auto) { return units_of(model, data); });
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

/// Σ n over the processes before this one.
template <class X>
Index before(const X& execution, Index n) {
    if constexpr (Distributed<X>) {
        return execution.before(n);
    } else {
        return 0;
    }
}

/// check() of the data here, of which there are `own`: a process without any need not be right unless all are.
template <class X, class Check>
void check_data(const X& execution, Index own, const Check& check) {
    const Index all = total(execution, own);
    together(execution, [&] {
        if (own > 0 || all == 0) check();
    });
}

/// The execution for what every process does for itself.
template <class X>
const auto& own(const X& execution) {
    if constexpr (Distributed<X>) {
        return execution.inner;
    } else {
        return execution;
    }
}

/// The number in the whole data of this process's first unit.
template <class Reduction>
Index first_unit(Reduction& reduction, Index units) {
    if constexpr (DistributedReduction<Reduction>) {
        return reduction.first_unit(units);
    } else {
        return 0;
    }
}

}  // namespace latent::detail
