// Weighted sums of centred observations and of their products, over a block.
#pragma once

#include <algorithm>
#include <vector>

#include "latent/core/compiled.hpp"
#include "latent/data/panel.hpp"
#include "latent/kernel/dispatch.hpp"
#include "latent/kernel/lanes.hpp"

namespace latent::detail {

/// Columns of a tile; its rows are four.
template <Index Bytes>
inline constexpr int tile_columns = Bytes == 64 ? 4 : 2;

/// The largest dimension whose sums all stay in registers.
template <Index Bytes>
inline constexpr int resident_scatter = Bytes == 64 ? 5 : 3;

/// Rows u = w (x − c) of a stretch of observations, in the cache while every tile they are part of is
/// computed.
template <class Scalar, Index Bytes>
struct WeightedRows {
    static constexpr Index rows = 4, length = 4096 / static_cast<Index>(sizeof(Scalar));
    Lane<Scalar, Bytes> values[rows]
                              [length / lanes<Scalar, Bytes> + 1];  // one more: power-of-two strides alias
};

/// The sums of rows First … D − 1 of D columns with themselves: Σwv and the lower triangle of Σwvvᵀ, v = x − c, all in
/// registers, and Σw with row 0. Keeps u = wv where the caller asks for it. Few sums are taken by two registers of
/// observations in turn, or an addition would wait for the one before.
template <int D, int First, Index Bytes, class Scalar>
struct ScatterCorner {
    using L = Lane<Scalar, Bytes>;
    using Kept = WeightedRows<Scalar, Bytes>;
    static constexpr Index width = lanes<Scalar, Bytes>;
    static constexpr int turns = D == 1 && Bytes < 64 ? 2 : 1;
    static constexpr int count = 1 + (D - First) + (D * (D + 1) - First * (First + 1)) / 2;

    [[gnu::always_inline]] static void run(const Scalar* x, Index stride, Index n, const Scalar* weight,
                                           const Scalar* centre, double* counted, double* first,
                                           double* second, Index ld, Kept* keep) {
        L total[turns][count] = {};
        for (Index i = 0; i < n; i += turns * width)
#pragma GCC unroll 2
            for (int a = 0; a < turns; ++a)
                add(x + i + a * width, stride, weight + i + a * width, centre, total[a], keep, i / width + a);
#pragma GCC unroll 16
        for (int s = 0; s < count && turns == 2; ++s) total[0][s] += total[turns - 1][s];
        const auto added = sums<Scalar>(total[0]);
        auto next = added.begin();
        if (First == 0) *counted += *next;
        ++next;
        for (int r = First; r < D; ++r) first[r] += *next++;
        for (int r = First; r < D; ++r)
            for (int c = 0; c <= r; ++c) second[r + c * ld] += *next++;
    }

  private:
    [[gnu::always_inline]] static void add(const Scalar* x, Index stride, const Scalar* weight,
                                           const Scalar* centre, L (&total)[count], Kept* keep, Index at) {
        L w, v[D];
        load(weight, w);
        if (First == 0) total[0] += w;
#pragma GCC unroll 8
        for (int c = 0; c < D; ++c) {
            load(x + c * stride, v[c]);
            v[c] -= centre[c];
        }
#pragma GCC unroll 8
        for (int r = First, next = 1 + D - First; r < D; ++r) {
            const L u = w * v[r];
            if (D <= Kept::rows && keep) keep->values[r][at] = u;
            total[1 + r - First] += u;
#pragma GCC unroll 8
            for (int c = 0; c <= r; ++c) total[next++] += u * v[c];
        }
    }
};

/// Adds Σ u_r v_c for the four rows kept in u and C columns v = x − centre.
template <int C, Index Bytes, class Scalar>
struct ScatterTile {
    [[gnu::always_inline]] static void run(const WeightedRows<Scalar, Bytes>* u, const Scalar* x,
                                           Index stride, Index n, const Scalar* centre, double* second,
                                           Index ld) {
        using L = Lane<Scalar, Bytes>;
        constexpr int rows = WeightedRows<Scalar, Bytes>::rows;
        L total[rows * C] = {};
        for (Index i = 0; i < n; i += lanes<Scalar, Bytes>) {
            L v[C];
#pragma GCC unroll 4
            for (int c = 0; c < C; ++c) {
                load(x + c * stride + i, v[c]);
                v[c] -= centre[c];
            }
#pragma GCC unroll 4
            for (int r = 0; r < rows; ++r) {
                L row;
                load_once(u->values[r][i / lanes<Scalar, Bytes>], row);
#pragma GCC unroll 4
                for (int c = 0; c < C; ++c) total[rows * c + r] += row * v[c];
            }
        }
        const auto added = sums<Scalar>(total);
        auto next = added.begin();
        for (int c = 0; c < C; ++c)
            for (int r = 0; r < rows; ++r) second[r + c * ld] += *next++;
    }
};

/// All sums of d ≤ Max columns with themselves.
template <int Max, Index Bytes, class Scalar>
void scatter_corner(Index d, const Scalar* x, Index stride, Index n, const Scalar* weight,
                    const Scalar* centre, double& count, double* first, double* second, Index ld,
                    WeightedRows<Scalar, Bytes>* keep) {
    const auto rows = [&](auto D, auto First) {
        in_registers<ScatterCorner<D(), First(), Bytes, Scalar>, Bytes>(x, stride, n, weight, centre, &count,
                                                                        first, second, ld, keep);
    };
    with_size<Max>(d, [&](auto D) {
        constexpr int half = D() > resident_scatter<Bytes> ? D() / 2 : 0;
        if constexpr (half > 0) rows(std::integral_constant<int, half>(), std::integral_constant<int, 0>());
        rows(D, std::integral_constant<int, half>());
    });
}

/// Any dimension: rows in fours, the first block taking what four does not divide; each block's corner on the
/// diagonal, then its tiles to the left.
template <Index Bytes, class Scalar>
void tiled_scatter(const Panel<Scalar>& x, const Scalar* weight, const Scalar* centre, double& count,
                   double* first, double* second, Index ld) {
    using Rows = WeightedRows<Scalar, Bytes>;
    const Index d = x.columns(), stride = x.stride();
    Rows u;
    for (Index begin = 0; begin < x.padded(); begin += Rows::length) {
        const Index n = std::min(Rows::length, x.padded() - begin);
        double counted = 0;
        for (Index row = 0, rows = (d - 1) % Rows::rows + 1; row < d; row += rows, rows = Rows::rows) {
            counted = 0;
            scatter_corner<4, Bytes>(rows, x.column(row) + begin, stride, n, weight + begin, centre + row,
                                     counted, first + row, second + row + row * ld, ld,
                                     row > 0 ? &u : nullptr);
            in_pieces<tile_columns<Bytes>>(row, [&](auto C, Index column) {
                in_registers<ScatterTile<C(), Bytes, Scalar>, Bytes>(
                    static_cast<const Rows*>(&u), x.column(column) + begin, stride, n, centre + column,
                    second + row + column * ld, ld);
            });
        }
        count += counted;
    }
}

/// The observations of a block whose weights are not zero, and these weights, side by side.
template <class Scalar>
class Weighty {
  public:
    /// Those of the block, where it pays to leave the others out: in so many dimensions that products cost more than
    /// that, and where they are less than half of the block; else null. They last until the next call on this thread.
    static const Weighty* few(const Panel<Scalar>& x, const Scalar* weight) {
        constexpr Index dimension = 32;
        if (x.columns() < dimension) return nullptr;
        static thread_local Weighty some;
        return some.gather(x, weight) ? &some : nullptr;
    }

    const Panel<Scalar>& x() const { return x_; }
    const Scalar* weights() const { return weights_.column(0); }

  private:
    bool gather(const Panel<Scalar>& x, const Scalar* weight) {
        typename Register<Scalar>::Bits zeros = {};
        for (Index i = 0; i < x.padded(); i += lanes<Scalar>) zeros -= load(weight + i) == Scalar(0);
        Index count = x.padded();
        for (Index l = 0; l < lanes<Scalar>; ++l) count -= static_cast<Index>(zeros[l]);
        if (2 * count >= x.size()) return false;
        chosen_.clear();
        for (Index i = 0; i < x.size(); ++i)
            if (weight[i] != 0) chosen_.push_back(i);
        x_.resize(count, x.columns());
        weights_.resize(count, 1);
        for (Index j = 0; j < x.columns(); ++j) gather(x.column(j), x_.column(j), x.column(j)[0]);
        gather(weight, weights_.column(0), 0);
        return true;
    }
    void gather(const Scalar* from, Scalar* to, Scalar filler) const {
        for (const Index i : chosen_) *to++ = from[i];
        std::fill(to, to + x_.padded() - x_.size(), filler);
    }

    std::vector<Index> chosen_;
    Panel<Scalar> x_, weights_;
};

/// Adds Σw, Σw(x−c) (d values) and the lower triangle of Σw(x−c)(x−c)ᵀ (d × d, column-major, leading
/// dimension ld) over a block. The weights of the filler rows must be zero. Costs n·d²/2 multiply-adds; from d = 32 on
/// n is the number of weights that are not zero, where these are few.
template <class Scalar>
void add_scatter(const Panel<Scalar>& x, const Scalar* weight, const Scalar* centre, double& count,
                 double* first, double* second, Index ld) {
    const Weighty<Scalar>* few = Weighty<Scalar>::few(x, weight);
    with_registers([&](auto bytes) {
        constexpr Index Bytes = bytes();
        if (x.columns() > resident_scatter<Bytes>)
            return tiled_scatter<Bytes>(few ? few->x() : x, few ? few->weights() : weight, centre, count,
                                        first, second, ld);
        WeightedRows<Scalar, Bytes>* const nowhere = nullptr;
        scatter_corner<resident_scatter<Bytes>, Bytes>(x.columns(), x.column(0), x.stride(), x.padded(),
                                                       weight, centre, count, first, second, ld, nowhere);
    });
}

/// Columns whose diagonal sums are taken together.
template <Index Bytes>
inline constexpr int diagonal_columns = Bytes == 64 ? 8 : 4;

/// Adds Σwv and Σwv² of N columns v = x − centre.
template <int N, Index Bytes, class Scalar>
struct DiagonalScatter {
    [[gnu::always_inline]] static void run(const Scalar* x, Index stride, Index n, const Scalar* weight,
                                           const Scalar* centre, double* first, double* squares) {
        using L = Lane<Scalar, Bytes>;
        L total[2 * N] = {};
        for (Index i = 0; i < n; i += lanes<Scalar, Bytes>) {
            L w;
            load(weight + i, w);
#pragma GCC unroll 8
            for (int j = 0; j < N; ++j) {
                L v;
                load(x + j * stride + i, v);
                v -= centre[j];
                const L u = w * v;
                total[j] += u;
                total[N + j] += u * v;
            }
        }
        const auto added = sums<Scalar>(total);
        auto next = added.begin();
        for (int j = 0; j < N; ++j) first[j] += *next++;
        for (int j = 0; j < N; ++j) squares[j] += *next++;
    }
};

/// Adds Σwv of each column v = x − centre to first[j], and Σwv² to what squares(j) points at.
template <class Scalar, class Squares>
void scatter_columns(const Panel<Scalar>& x, const Scalar* weight, const Scalar* centre, double* first,
                     const Squares& squares) {
    with_registers([&](auto bytes) {
        constexpr Index Bytes = bytes();
        in_pieces<diagonal_columns<Bytes>>(x.columns(), [&](auto N, Index j) {
            double added[N()] = {};
            in_registers<DiagonalScatter<N(), Bytes, Scalar>, Bytes>(x.column(j), x.stride(), x.padded(),
                                                                     weight, centre + j, first + j,
                                                                     static_cast<double*>(added));
            for (int c = 0; c < N(); ++c) *squares(j + c) += added[c];
        });
    });
}

/// Adds Σw, Σw(x−c) and Σw(x−c)∘(x−c) (d values each) over a block. The weights of the filler rows must be
/// zero.
template <class Scalar>
void add_scatter_diagonal(const Panel<Scalar>& x, const Scalar* weight, const Scalar* centre, double& count,
                          double* first, double* squares) {
    count += sum(weight, x.padded());
    scatter_columns(x, weight, centre, first, [&](Index j) { return squares + j; });
}

/// Adds Σw, Σw(x−c) (d values) and Σw‖x−c‖² over a block. The weights of the filler rows must be zero.
template <class Scalar>
void add_scatter_spherical(const Panel<Scalar>& x, const Scalar* weight, const Scalar* centre, double& count,
                           double* first, double& square) {
    count += sum(weight, x.padded());
    scatter_columns(x, weight, centre, first, [&](Index) { return &square; });
}

#define LATENT_SCATTER(S)                                                                                    \
    LATENT_INSTANTIATE(                                                                                      \
        kernel, void add_scatter<S>(const Panel<S>&, const S*, const S*, double&, double*, double*, Index)); \
    LATENT_INSTANTIATE(kernel, void add_scatter_diagonal<S>(const Panel<S>&, const S*, const S*, double&,    \
                                                            double*, double*));                              \
    LATENT_INSTANTIATE(kernel, void add_scatter_spherical<S>(const Panel<S>&, const S*, const S*, double&,   \
                                                             double*, double&))
LATENT_FOR_SCALARS(LATENT_SCATTER);
#undef LATENT_SCATTER

}  // namespace latent::detail
