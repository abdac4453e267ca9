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
                                        double& count, double* first, double* second, Index ld) {
    Lane<Scalar> total[1 + D + D * (D + 1) / 2] = {};  // Σw, Σwv, and the rows of Σwvvᵀ
    for (Index i = 0; i < x.padded(); i += lanes<Scalar>) {
        const Lane<Scalar> w = load(weight + i);
        Lane<Scalar> v[D];
        total[0] += w;
#pragma GCC unroll 8
        for (int r = 0, next = 1 + D; r < D; ++r) {
            v[r] = load(x.column(r) + i) - centre[r];
            const Lane<Scalar> u = w * v[r];
            total[1 + r] += u;
#pragma GCC unroll 8
            for (int c = 0; c <= r; ++c) total[next++] += u * v[c];
        }
    }
    const auto added = sums<Scalar>(total);
    auto next = added.begin();
    count += *next++;
    for (int r = 0; r < D; ++r) first[r] += *next++;
    for (int r = 0; r < D; ++r)
        for (int c = 0; c <= r; ++c) second[r + c * ld] += *next++;
}

/// Four columns u = w (x − c) of a stretch of observations, in the cache while every tile of their rows is
/// computed.
template <class Scalar>
struct WeightedColumns {
    static constexpr Index width = 4, length = 4096 / static_cast<Index>(sizeof(Scalar));
    alignas(64) Scalar values[width][length];
};

/// The sums over a stretch of u_r v_c with v = x − centre: four rows r for each of `Width` columns c.
template <int Width, class Scalar>
[[gnu::noinline]] auto scatter_tile(const WeightedColumns<Scalar>& u, const Scalar* const* x,
                                    const Scalar* centre, Index n) {
    Lane<Scalar> total[4 * Width] = {};
    for (Index i = 0; i < n; i += lanes<Scalar>)
#pragma GCC unroll 4
        for (int c = 0; c < Width; ++c) {
            const Lane<Scalar> v = load(x[c] + i) - centre[c];
#pragma GCC unroll 4
            for (int r = 0; r < 4; ++r) total[4 * c + r] += load(u.values[r] + i) * v;
        }
    return sums<Scalar>(total);
}

/// Any dimension, in tiles. Rows are taken in fours from the last one down, so the block that four does not
/// fill is at the top, where rows are shortest; there a row that does not exist repeats row 0 and is dropped.
template <class Scalar>
void tiled_scatter(const Panel<Scalar>& x, const Scalar* weight, const Scalar* centre, double& count,
                   double* first, double* scatter, Index ld) {
    constexpr int width = register_bytes == 64 ? 4 : 2;
    const Index d = x.columns(), top = (d - 1) % 4 - 3;
    WeightedColumns<Scalar> u;
    for (Index begin = 0; begin < x.padded(); begin += u.length) {
        const Index n = std::min(u.length, x.padded() - begin);
        Lane<Scalar> total = {};
        for (Index i = 0; i < n; i += lanes<Scalar>) total += load(weight + begin + i);
        count += sum<Scalar>(total);
        for (Index row = top; row < d; row += 4) {
            for (Index r = 0; r < 4; ++r) {
                const Index j = std::max(row + r, Index(0));
                Lane<Scalar> added = {};
                for (Index i = 0; i < n; i += lanes<Scalar>) {
                    const Lane<Scalar> value =
                        load(weight + begin + i) * (load(x.column(j) + begin + i) - centre[j]);
                    store(u.values[r] + i, value);
                    added += value;
                }
                if (row + r >= 0) first[j] += sum<Scalar>(added);
            }
            for (Index column = top; column < row + 4; column += width) {
                const Scalar* from[width];
                Scalar c[width];
                for (Index s = 0; s < width; ++s) {
                    const Index j = std::max(column + s, Index(0));
                    from[s] = x.column(j) + begin;
                    c[s] = centre[j];
                }
                const auto tile = scatter_tile<width>(u, from, c, n);
                for (Index r = 0; r < 4; ++r)
                    for (Index s = 0; s < width; ++s)
                        if (column + s >= 0 && column + s <= row + r)
                            scatter[row + r + (column + s) * ld] += tile[static_cast<std::size_t>(4 * s + r)];
            }
        }
    }
}

/// Adds Σw, Σw(x−c) (d values) and the lower triangle of Σw(x−c)(x−c)ᵀ (d × d, column-major, leading
/// dimension ld) over a block. The weights of the filler rows must be zero. Costs n·d²/2 multiply-adds.
template <class Scalar>
void add_scatter(const Panel<Scalar>& x, const Scalar* weight, const Scalar* centre, double& count,
                 double* first, double* scatter, Index ld) {
    const auto with = [&](auto kernel) { kernel(x, weight, centre, count, first, scatter, ld); };
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
                                        const Scalar* centre, double* first, double* second) {
    Lane<Scalar> total[2 * N] = {};
    for (Index i = 0; i < n; i += lanes<Scalar>) {
        const Lane<Scalar> w = load(weight + i);
#pragma GCC unroll 4
        for (int j = 0; j < N; ++j) {
            const Lane<Scalar> v = load(x + j * stride + i) - centre[j], u = w * v;
            total[2 * j] += u;
            total[2 * j + 1] += u * v;
        }
    }
    const auto added = sums<Scalar>(total);
    for (std::size_t j = 0; j < N; ++j) {
        first[j] += added[2 * j];
        second[j] += added[2 * j + 1];
    }
}

/// Adds Σw, Σw(x−c) and Σw(x−c)∘(x−c) (d values each) over a block. The weights of the filler rows must be
/// zero.
template <class Scalar>
void add_scatter_diagonal(const Panel<Scalar>& x, const Scalar* weight, const Scalar* centre, double& count,
                          double* first, double* squares) {
    const Index d = x.columns();
    Lane<Scalar> total = {};
    for (Index i = 0; i < x.padded(); i += lanes<Scalar>) total += load(weight + i);
    count += sum<Scalar>(total);
    Index j = 0;
    for (; j + 4 <= d; j += 4)
        diagonal_scatter<4>(x.column(j), x.stride(), x.padded(), weight, centre + j, first + j, squares + j);
    for (; j < d; ++j)
        diagonal_scatter<1>(x.column(j), x.stride(), x.padded(), weight, centre + j, first + j, squares + j);
}

/// Adds Σw, Σw(x−c) (d values) and Σw‖x−c‖² over a block. The weights of the filler rows must be zero.
template <class Scalar>
void add_scatter_spherical(const Panel<Scalar>& x, const Scalar* weight, const Scalar* centre, double& count,
                           double* first, double& square) {
    const Index d = x.columns();
    Lane<Scalar> total = {};
    for (Index i = 0; i < x.padded(); i += lanes<Scalar>) total += load(weight + i);
    count += sum<Scalar>(total);
    for (Index j = 0; j < d; ++j) {
        double own = 0;
        diagonal_scatter<1>(x.column(j), x.stride(), x.padded(), weight, centre + j, first + j, &own);
        square += own;
    }
}

}  // namespace latent::detail
