// Weighted sums of centred observations and of their products, over a block.
#pragma once

#include <algorithm>

#include "latent/kernel/lanes.hpp"
#include "latent/kernel/panel.hpp"

namespace latent::detail {

/// The largest dimension whose sums all fit in the register file.
inline constexpr Index resident_dimension = register_bytes == 64 ? 5 : 3;

/// All of one component's sums for a dimension known at compile time, every one in its register.
template <int D, class Scalar>
[[gnu::noinline]] void resident_scatter(const Panel<Scalar>& x, const Scalar* weight, const Scalar* centre,
                                        double& count, double* sums, double* scatter, Index ld) {
    Lane<Scalar> total = {}, first[D] = {}, second[D][D] = {};
    for (Index i = 0; i < x.padded(); i += lanes<Scalar>) {
        const Lane<Scalar> w = load(weight + i);
        Lane<Scalar> v[D];
        total += w;
#pragma GCC unroll 8
        for (int r = 0; r < D; ++r) {
            v[r] = load(x.column(r) + i) - centre[r];
            const Lane<Scalar> u = w * v[r];
            first[r] += u;
#pragma GCC unroll 8
            for (int c = 0; c <= r; ++c) second[r][c] += u * v[c];
        }
    }
    count += static_cast<double>(sum<Scalar>(total));
    for (int r = 0; r < D; ++r) {
        sums[r] += static_cast<double>(sum<Scalar>(first[r]));
        for (int c = 0; c <= r; ++c) scatter[r + c * ld] += static_cast<double>(sum<Scalar>(second[r][c]));
    }
}

/// Four columns u = w (x − c) of a stretch of observations, in the cache while every tile of their rows is
/// computed.
template <class Scalar>
struct WeightedColumns {
    static constexpr Index width = 4, length = 4096 / static_cast<Index>(sizeof(Scalar));
    alignas(64) Scalar values[width][length];
};

/// The sums over a stretch of u_r v_c with v = x − centre for four rows r and `width` columns c: out[r][c].
template <int Width, class Scalar>
[[gnu::noinline]] void scatter_tile(const WeightedColumns<Scalar>& u, const Scalar* const* x,
                                    const Scalar* centre, Index n, double (*out)[Width]) {
    Lane<Scalar> total[4][Width] = {};
    for (Index i = 0; i < n; i += lanes<Scalar>)
#pragma GCC unroll 4
        for (int c = 0; c < Width; ++c) {
            const Lane<Scalar> v = load(x[c] + i) - centre[c];
#pragma GCC unroll 4
            for (int r = 0; r < 4; ++r) total[r][c] += load(u.values[r] + i) * v;
        }
    for (int r = 0; r < 4; ++r)
        for (int c = 0; c < Width; ++c) out[r][c] = static_cast<double>(sum<Scalar>(total[r][c]));
}

/// Any dimension, in tiles. Rows are taken in fours from the last one down, so the block that four does not
/// fill is at the top, where rows are shortest; there a row that does not exist repeats row 0 and is dropped.
template <class Scalar>
void tiled_scatter(const Panel<Scalar>& x, const Scalar* weight, const Scalar* centre, double& count,
                   double* sums, double* scatter, Index ld) {
    constexpr int width = register_bytes == 64 ? 4 : 2;
    const Index d = x.columns(), top = (d - 1) % 4 - 3;
    WeightedColumns<Scalar> u;
    for (Index first = 0; first < x.padded(); first += u.length) {
        const Index n = std::min(u.length, x.padded() - first);
        Lane<Scalar> total = {};
        for (Index i = 0; i < n; i += lanes<Scalar>) total += load(weight + first + i);
        count += static_cast<double>(sum<Scalar>(total));
        for (Index row = top; row < d; row += 4) {
            for (Index r = 0; r < 4; ++r) {
                const Index j = std::max(row + r, Index(0));
                Lane<Scalar> added = {};
                for (Index i = 0; i < n; i += lanes<Scalar>) {
                    const Lane<Scalar> value =
                        load(weight + first + i) * (load(x.column(j) + first + i) - centre[j]);
                    store(u.values[r] + i, value);
                    added += value;
                }
                if (row + r >= 0) sums[j] += static_cast<double>(sum<Scalar>(added));
            }
            for (Index column = top; column < row + 4; column += width) {
                const Scalar* from[width];
                Scalar c[width];
                double tile[4][width];
                for (Index s = 0; s < width; ++s) {
                    const Index j = std::max(column + s, Index(0));
                    from[s] = x.column(j) + first;
                    c[s] = centre[j];
                }
                scatter_tile<width>(u, from, c, n, tile);
                for (Index r = 0; r < 4; ++r)
                    for (Index s = 0; s < width; ++s)
                        if (column + s >= 0 && column + s <= row + r)
                            scatter[row + r + (column + s) * ld] += tile[r][s];
            }
        }
    }
}

/// Adds Σw, Σw(x−c) (d values) and the lower triangle of Σw(x−c)(x−c)ᵀ (d × d, column-major, leading
/// dimension ld) over a block. The weights of the filler rows must be zero. Costs n·d²/2 multiply-adds.
template <class Scalar>
void add_scatter(const Panel<Scalar>& x, const Scalar* weight, const Scalar* centre, double& count,
                 double* sums, double* scatter, Index ld) {
    const auto with = [&](auto kernel) { kernel(x, weight, centre, count, sums, scatter, ld); };
    if (x.columns() > resident_dimension) return with(tiled_scatter<Scalar>);
    switch (x.columns()) {
        case 1:
            return with(resident_scatter<1, Scalar>);
        case 2:
            return with(resident_scatter<2, Scalar>);
        case 3:
            return with(resident_scatter<3, Scalar>);
        case 4:
            return with(resident_scatter<4, Scalar>);
        default:
            return with(resident_scatter<5, Scalar>);
    }
}

/// The diagonal sums of N columns from x, which are `stride` apart.
template <int N, class Scalar>
[[gnu::noinline]] void diagonal_scatter(const Scalar* x, Index stride, Index n, const Scalar* weight,
                                        const Scalar* centre, double* sums, double* squares) {
    Lane<Scalar> first[N] = {}, second[N] = {};
    for (Index i = 0; i < n; i += lanes<Scalar>) {
        const Lane<Scalar> w = load(weight + i);
#pragma GCC unroll 4
        for (int j = 0; j < N; ++j) {
            const Lane<Scalar> v = load(x + j * stride + i) - centre[j], u = w * v;
            first[j] += u;
            second[j] += u * v;
        }
    }
    for (int j = 0; j < N; ++j) {
        sums[j] += static_cast<double>(sum<Scalar>(first[j]));
        squares[j] += static_cast<double>(sum<Scalar>(second[j]));
    }
}

/// Adds Σw, Σw(x−c) and Σw(x−c)∘(x−c) (d values each) over a block. The weights of the filler rows must be
/// zero.
template <class Scalar>
void add_scatter_diagonal(const Panel<Scalar>& x, const Scalar* weight, const Scalar* centre, double& count,
                          double* sums, double* squares) {
    const Index d = x.columns();
    Lane<Scalar> total = {};
    for (Index i = 0; i < x.padded(); i += lanes<Scalar>) total += load(weight + i);
    count += static_cast<double>(sum<Scalar>(total));
    Index j = 0;
    for (; j + 4 <= d; j += 4)
        diagonal_scatter<4>(x.column(j), x.stride(), x.padded(), weight, centre + j, sums + j, squares + j);
    for (; j < d; ++j)
        diagonal_scatter<1>(x.column(j), x.stride(), x.padded(), weight, centre + j, sums + j, squares + j);
}

/// Adds Σw, Σw(x−c) (d values) and Σw‖x−c‖² over a block. The weights of the filler rows must be zero.
template <class Scalar>
void add_scatter_spherical(const Panel<Scalar>& x, const Scalar* weight, const Scalar* centre, double& count,
                           double* sums, double& square) {
    const Index d = x.columns();
    Lane<Scalar> total = {};
    for (Index i = 0; i < x.padded(); i += lanes<Scalar>) total += load(weight + i);
    count += static_cast<double>(sum<Scalar>(total));
    for (Index j = 0; j < d; ++j) {
        double own = 0;
        diagonal_scatter<1>(x.column(j), x.stride(), x.padded(), weight, centre + j, sums + j, &own);
        square += own;
    }
}

}  // namespace latent::detail
