// Log-densities become densities relative to the largest of their step, which neither over- nor underflow.
#pragma once

#include <algorithm>
#include <limits>

#include "latent/data/panel.hpp"
#include "latent/kernel/dispatch.hpp"
#include "latent/kernel/exponential.hpp"

namespace latent::detail {

/// See below; in registers of Bytes.
template <Index Bytes>
struct RelativeDensity {
    [[gnu::always_inline]] static void run(const Panel<double>* log_density, Panel<double>* out,
                                           double* shift) {
        using L = Lane<double, Bytes>;
        for (Index t = 0; t < log_density->padded(); t += lanes<double, Bytes>) {
            L top = std::numeric_limits<double>::lowest() - L{};
            for (Index k = 0; k < log_density->columns(); ++k) {
                L value;
                load(log_density->column(k) + t, value);
                take_larger(top, value);
            }
            store(shift + t, top);
            for (Index k = 0; k < log_density->columns(); ++k) {
                L relative;
                load(log_density->column(k) + t, relative);
                relative -= top;
                exp_of_negative<double>(relative);
                store(out->column(k) + t, relative);
            }
        }
    }
};

/// out(t, k) = exp(log_density(t, k) − shift[t]), shift[t] = max_k log_density(t, k), for n × K panels; `shift`
/// has room for padded() values. A row of −inf becomes zeros with the lowest finite shift; a NaN stays one.
/// The two panels may be the same.
inline void relative_density(const Panel<double>& log_density, Panel<double>& out, double* shift) {
    if (&out != &log_density) out.resize(log_density.size(), log_density.columns());
    with_registers(
        [&](auto bytes) { in_registers<RelativeDensity<bytes()>, bytes()>(&log_density, &out, shift); });
}

}  // namespace latent::detail
