// Log-densities become densities relative to the largest of their step, which neither over- nor underflow.
#pragma once

#include <algorithm>
#include <limits>

#include "latent/kernel/exponential.hpp"
#include "latent/kernel/panel.hpp"

namespace latent::detail {

/// out(t, k) = exp(log_density(t, k) − shift[t]), shift[t] = max_k log_density(t, k), for n × K panels; `shift`
/// has room for padded() values. A row of −inf becomes zeros with the lowest finite shift; a NaN stays one.
/// The two panels may be the same.
[[gnu::noinline]] inline void relative_density(const Panel<double>& log_density, Panel<double>& out,
                                               double* shift) {
    using L = Lane<double>;
    if (&out != &log_density) out.resize(log_density.size(), log_density.columns());
    for (Index t = 0; t < log_density.padded(); t += lanes<double>) {
        L top = broadcast(std::numeric_limits<double>::lowest());
        for (Index k = 0; k < log_density.columns(); ++k) {
            const L value = load(log_density.column(k) + t);
            top = value > top ? value : top;
        }
        store(shift + t, top);
        for (Index k = 0; k < log_density.columns(); ++k) {
            L relative = load(log_density.column(k) + t) - top;
            exp_of_negative<double>(relative);
            store(out.column(k) + t, relative);
        }
    }
}

}  // namespace latent::detail
