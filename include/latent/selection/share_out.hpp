// Whole tasks, such as fits, shared out among threads or processes.
#pragma once

#include "latent/core/concepts.hpp"
#include "latent/core/processes.hpp"

namespace latent::detail {

/// work(sum, i) for i = 0 … n − 1, in this order by whoever is free; processes, which all make this call, take them in turn.
/// Returns what they added to what reset(sum) makes, on all of them.
template <class Sum, class X, class Reset, class Work>
Sum share_out(const X& execution, Index n, const Reset& reset, const Work& work) {
    const Index parts = total(execution, 1), part = before(execution, 1);
    const Index own = (n - part + parts - 1) / parts;
    Sum sum{};
    execution.template reduction<Sum, char>()(
        Slices(own, own), reset, [&](Sum& some, char&, Index i) { work(some, part + i * parts); }, sum);
    return sum;
}

}  // namespace latent::detail
