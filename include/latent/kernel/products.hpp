// A panel times a matrix, from either side: numbers linear in the observations, and weighted sums of these.
#pragma once

#include <algorithm>

#include "latent/core/compiled.hpp"
#include "latent/data/panel.hpp"
#include "latent/kernel/dispatch.hpp"
#include "latent/kernel/lanes.hpp"

namespace latent::detail {

// In double whatever the scalar: counts are large, and what is linear in them cancels.

/// As many scalars as a register holds doubles, as doubles.
template <class L>
[[gnu::always_inline]] inline void load_doubles(const double* from, L& lane) {
    load(from, lane);
}
template <class L>
[[gnu::always_inline]] inline void load_doubles(const float* from, L& lane) {
    Vector<float, sizeof(L) / 2> floats;
    std::memcpy(&floats, from, sizeof floats);
    convert(floats, lane);
}
template <class L>
[[gnu::always_inline]] inline void store_doubles(double* to, const L& lane) {
    store(to, lane);
}
template <class L>
[[gnu::always_inline]] inline void store_doubles(float* to, const L& lane) {
    Vector<float, sizeof(L) / 2> floats;
    convert(lane, floats);
    std::memcpy(to, &floats, sizeof floats);
}

/// out(i, c) = start_i + constant_c + Σ_j x_ij slope_jc for C columns c; slope_jc is at slope[j·ld + c].
template <int C, Index Bytes, class Scalar>
struct LinearTile {
    [[gnu::always_inline]] static void run(const Scalar* x, Index stride, Index n, Index d,
                                           const double* start, const double* constant, const double* slope,
                                           Index ld, Scalar* out, Index out_stride) {
        using L = Lane<double, Bytes>;
        for (Index i = 0; i < n; i += lanes<double, Bytes>) {
            L begin, total[C];
            load(start + i, begin);
#pragma GCC unroll 8
            for (int c = 0; c < C; ++c) total[c] = begin + constant[c];
            for (Index j = 0; j < d; ++j) {
                L v;
                load_doubles(x + j * stride + i, v);
#pragma GCC unroll 8
                for (int c = 0; c < C; ++c) total[c] += v * slope[j * ld + c];
            }
#pragma GCC unroll 8
            for (int c = 0; c < C; ++c) store_doubles(out + c * out_stride + i, total[c]);
        }
    }
};

/// The same of n rows of x from `begin` on (both whole cache lines), for all K columns of out: slope is K × d,
/// column-major. Costs n·K·d multiply-adds.
template <class Scalar>
void linear(const Panel<Scalar>& x, Index begin, Index n, const double* start, const double* constant,
            const double* slope, Panel<Scalar>& out) {
    with_registers([&](auto bytes) {
        in_pieces<8>(out.columns(), [&](auto C, Index k) {
            in_registers<LinearTile<C(), bytes(), Scalar>, bytes()>(
                x.column(0) + begin, x.stride(), n, x.columns(), start, constant + k, slope + k,
                out.columns(), out.column(k) + begin, out.stride());
        });
    });
}

/// Adds Σ_i w_ic to count[c] and Σ_i w_ic x_ij to sum[c·ld + j], for D columns j of x and C columns c of w, all of
/// one stride.
template <int D, int C, Index Bytes, class Scalar>
struct SumsTile {
    [[gnu::always_inline]] static void run(const Scalar* x, const Scalar* weight, Index stride, Index n,
                                           double* count, double* sum, Index ld) {
        using L = Lane<double, Bytes>;
        L total[C * (1 + D)] = {};
        for (Index i = 0; i < n; i += lanes<double, Bytes>) {
            L v[D];
#pragma GCC unroll 8
            for (int j = 0; j < D; ++j) load_doubles(x + j * stride + i, v[j]);
#pragma GCC unroll 8
            for (int c = 0; c < C; ++c) {
                L w;
                load_doubles(weight + c * stride + i, w);
                total[c * (1 + D)] += w;
#pragma GCC unroll 8
                for (int j = 0; j < D; ++j) total[c * (1 + D) + 1 + j] += w * v[j];
            }
        }
        const auto added = sums<double>(total);
        auto next = added.begin();
        for (int c = 0; c < C; ++c) {
            count[c] += *next++;
            for (int j = 0; j < D; ++j) sum[c * ld + j] += *next++;
        }
    }
};

/// Adds Σ_i w_ik to count (K values) and Σ_i w_ik x_i to the columns of sum (d × K). The weights of the filler rows
/// must be zero. Costs n·K·d multiply-adds.
template <class Scalar>
void add_weighted_sums(const Panel<Scalar>& x, const Panel<Scalar>& weights, double* count, double* sum) {
    const Index d = x.columns();
    with_registers([&](auto bytes) {
        in_pieces<2>(weights.columns(), [&](auto C, Index k) {
            in_pieces<4>(d, [&](auto D, Index j) {
                double counted[2] = {};
                in_registers<SumsTile<D(), C(), bytes(), Scalar>, bytes()>(
                    x.column(j), weights.column(k), x.stride(), x.padded(), static_cast<double*>(counted),
                    sum + k * d + j, d);
                for (int c = 0; c < C() && j == 0; ++c) count[k + c] += counted[c];
            });
        });
    });
}

#define LATENT_PRODUCTS(S)                                                                                 \
    LATENT_INSTANTIATE(kernel, void linear<S>(const Panel<S>&, Index, Index, const double*, const double*, \
                                              const double*, Panel<S>&));                                  \
    LATENT_INSTANTIATE(kernel, void add_weighted_sums<S>(const Panel<S>&, const Panel<S>&, double*, double*))
LATENT_FOR_SCALARS(LATENT_PRODUCTS);
#undef LATENT_PRODUCTS

}  // namespace latent::detail
