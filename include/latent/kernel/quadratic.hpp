// Gaussian log-densities of a block of observations: quadratic forms in registers.
#pragma once

#include <algorithm>
#include <tuple>
#include <vector>

#include "latent/core/compiled.hpp"
#include "latent/data/panel.hpp"
#include "latent/kernel/dispatch.hpp"
#include "latent/kernel/lanes.hpp"

namespace latent::detail {

/// What the kernels read of K components: each one's numbers in a row, its constant first; then what a family has `behind`.
template <class Scalar>
class PackedComponents {
  public:
    Index dimension() const { return d_; }
    Index size() const { return size_; }
    const Scalar* component(Index k) const { return packed_.data() + k * length_; }
    /// All of its members, see Archivable.
    static constexpr auto members() {
        return std::tuple{&PackedComponents::d_, &PackedComponents::size_, &PackedComponents::length_,
                          &PackedComponents::packed_};
    }

  protected:
    void resize(Index d, Index K, Index length, Index behind = 0) {
        d_ = d;
        size_ = K;
        length_ = length;
        packed_.assign(static_cast<std::size_t>(K * length + behind), Scalar(0));
    }
    /// Where the numbers after component k's constant go.
    Scalar* write(Index k, double constant) {
        Scalar* to = packed_.data() + k * length_;
        *to = static_cast<Scalar>(constant);
        return to + 1;
    }
    const Scalar* behind() const { return component(size_); }
    Scalar* behind() { return packed_.data() + size_ * length_; }
    /// W carries the factor ½ of the exponent.
    static constexpr double sqrt_half = 0.70710678118654752440;

  private:
    Index d_ = 0, size_ = 0, length_ = 0;
    std::vector<Scalar> packed_;
};

/// Parameters of K densities constant_k − ½‖W_k(x − m_k)‖² with W_k = L_k⁻¹ lower triangular, as the kernel
/// reads them.
///
/// For float the mean is split, m = hi + lo with hi = float(m), and z = W(x − hi) − W·lo starts from −W·lo:
/// data far from the origin lose nothing to the rounding of the mean. A component is its constant, hi (d
/// values), then W in blocks of four rows. Where four does not divide d, zero rows are added at the top,
/// where rows are shortest. A block is its start values (4), then its columns (4 values each).
template <class Scalar>
class TriangularDensity : public PackedComponents<Scalar> {
  public:
    static constexpr Index rows = 4;

    /// Room for K components of dimension d; only this allocates.
    void resize(Index d, Index K) {
        Index length = 1 + d;
        for (Index end = first_block(d); end <= d; end += rows) length += rows * (end + 1);
        PackedComponents<Scalar>::resize(d, K, length);
    }

    /// Component k: mean m (d values), W (d × d, the lower triangle is read) and the constant. Costs d².
    void set(Index k, const double* mean, const Eigen::Ref<const Eigen::MatrixXd>& inverse_factor,
             double constant) {
        const Index d = this->dimension();
        Scalar* high = this->write(k, constant);
        for (Index j = 0; j < d; ++j) high[j] = static_cast<Scalar>(mean[j]);
        Scalar* start = high + d;
        for (Index end = first_block(d); end <= d; start += rows * (end + 1), end += rows)
            for (Index r = 0; r < rows; ++r) {
                const Index i = end - rows + r;
                double bias = 0;
                for (Index j = 0; j <= i; ++j) {
                    const double w = this->sqrt_half * inverse_factor(i, j);
                    start[rows * (j + 1) + r] = static_cast<Scalar>(w);
                    bias -= w * (mean[j] - static_cast<double>(high[j]));
                }
                start[r] = static_cast<Scalar>(bias);
            }
    }

    /// Columns of the first block of rows: 1 … 4.
    static Index first_block(Index d) { return (d - 1) % rows + 1; }
};

/// The largest dimension whose W stays in registers: one block of rows.
inline constexpr int resident_rows = 4;

/// Registers of observations in a tile of four rows: as many as leave room in the register file.
template <Index Bytes>
inline constexpr int tile_lanes = Bytes == 64   ? 4
                                  : Bytes == 32 ? 3
                                                : 2;

/// z = W·v begins with the rounding of the mean, see TriangularDensity; of a double there is none.
template <class Scalar, class L>
[[gnu::always_inline]] inline void begin_product(Scalar start, L& z) {
    z = std::is_same_v<Scalar, double> ? L{} : L(start - L{});
}

/// constant − ‖W(x − m)‖² for `tiles` times N registers of observations; x and out point at the first.
template <int N, Index Bytes, class Scalar>
struct TriangularTile {
    using L = Lane<Scalar, Bytes>;
    static constexpr int rows = TriangularDensity<Scalar>::rows;
    static constexpr Index width = lanes<Scalar, Bytes>;

    [[gnu::always_inline]] static void run(const Scalar* x, Index stride, Index d, const Scalar* component,
                                           Scalar* out, Index tiles) {
        for (; tiles > 0; --tiles, x += N * width, out += N * width) tile(x, stride, d, component, out);
    }

  private:
    [[gnu::always_inline]] static void tile(const Scalar* x, Index stride, Index d, const Scalar* component,
                                            Scalar* out) {
        const Scalar *mean = component + 1, *w = mean + d;
        L square[N] = {};
        for (Index end = TriangularDensity<Scalar>::first_block(d); end <= d; end += rows) {
            L z[N][rows];
#pragma GCC unroll 4
            for (int r = 0; r < rows; ++r)
#pragma GCC unroll 4
                for (int a = 0; a < N; ++a) begin_product(w[r], z[a][r]);
            w += rows;
            Index j = 0;
            const Index full = end < rows ? end : end - rows;  // columns that all four rows have
            for (; j < full; ++j, w += rows) multiply_add<0>(x + j * stride, mean[j], w, z);
            if (j < end) {
                multiply_add<0>(x + j * stride, mean[j], w, z);
                multiply_add<1>(x + (j + 1) * stride, mean[j + 1], w + rows, z);
                multiply_add<2>(x + (j + 2) * stride, mean[j + 2], w + 2 * rows, z);
                multiply_add<3>(x + (j + 3) * stride, mean[j + 3], w + 3 * rows, z);
                w += rows * rows;
            }
#pragma GCC unroll 4
            for (int a = 0; a < N; ++a)
#pragma GCC unroll 4
                for (int r = 0; r < rows; ++r) square[a] += z[a][r] * z[a][r];
        }
#pragma GCC unroll 4
        for (int a = 0; a < N; ++a) store(out + a * width, L(component[0] - square[a]));
    }
    /// z_r += w_r (x − mean) of one column, for rows r ≥ First.
    template <int First>
    [[gnu::always_inline]] static void multiply_add(const Scalar* x, Scalar mean, const Scalar* w,
                                                    L (&z)[N][rows]) {
        L v[N];
#pragma GCC unroll 4
        for (int a = 0; a < N; ++a) {
            load(x + a * width, v[a]);
            v[a] -= mean;
        }
#pragma GCC unroll 4
        for (int r = First; r < rows; ++r)
#pragma GCC unroll 4
            for (int a = 0; a < N; ++a) z[a][r] += v[a] * w[r];
    }
};

/// The same over a whole column for a dimension known at compile time: all of W stays in registers.
template <int D, Index Bytes, class Scalar>
struct TriangularColumn {
    [[gnu::always_inline]] static void run(const Scalar* x, Index stride, Index n, const Scalar* component,
                                           Scalar* out) {
        using L = Lane<Scalar, Bytes>;
        constexpr Index width = lanes<Scalar, Bytes>;
        constexpr int rows = TriangularDensity<Scalar>::rows;
        const Scalar *mean = component + 1, *start = mean + D + (rows - D);
        for (Index i = 0; i < n; i += width) {
            L v[D], log_density = component[0] - L{};
#pragma GCC unroll 4
            for (int j = 0; j < D; ++j) {
                load(x + j * stride + i, v[j]);
                v[j] -= mean[j];
            }
#pragma GCC unroll 4
            for (int r = 0; r < D; ++r) {
                L z;
                begin_product(start[r], z);
#pragma GCC unroll 4
                for (int j = 0; j <= r; ++j) z += v[j] * start[rows * (j + 1) + r];
                log_density -= z * z;
            }
            store(out + i, log_density);
        }
    }
};

/// Calls f(std::integral_constant<int, N>(), first, tiles) for as many tiles of Max registers as n has, and once for
/// what is left.
template <int Max, class F>
void in_tiles(Index n, const F& f) {
    if (n >= Max) f(std::integral_constant<int, Max>(), Index(0), n / Max);
    if (n % Max > 0) with_size<Max>(n % Max, [&](auto size) { f(size, n / Max * Max, Index(1)); });
}

/// A kernel of one component, as above, for all of them: x and out point at the first observation, and a component's densities are
/// `between` after those of the one before. In one call, for of a single observation a component takes no longer than a call.
template <class Kernel>
struct OfAllComponents {
    template <class Scalar, class... Tiles>
    [[gnu::always_inline]] static void run(const Scalar* x, Index stride, Index size,
                                           const PackedComponents<Scalar>* density, Scalar* out,
                                           Index between, Tiles... tiles) {
        for (Index k = 0, K = density->size(); k < K; ++k, out += between)
            Kernel::run(x, stride, size, density->component(k), out, tiles...);
    }
};

/// See below; in registers of Bytes.
template <Index Bytes, class Scalar>
void log_density(const Panel<Scalar>& x, const TriangularDensity<Scalar>& density, Panel<Scalar>& out) {
    const Index d = density.dimension();
    const PackedComponents<Scalar>* const all = &density;
    if (d <= resident_rows)
        with_size<resident_rows>(d, [&](auto D) {
            in_registers<OfAllComponents<TriangularColumn<D(), Bytes, Scalar>>, Bytes>(
                x.column(0), x.stride(), x.padded(), all, out.column(0), out.stride());
        });
    else
        in_tiles<tile_lanes<Bytes>>(x.padded() / lanes<Scalar, Bytes>, [&](auto N, Index first, Index tiles) {
            const Index i = first * lanes<Scalar, Bytes>;
            in_registers<OfAllComponents<TriangularTile<N(), Bytes, Scalar>>, Bytes>(
                x.column(0) + i, x.stride(), d, all, out.column(0) + i, out.stride(), tiles);
        });
}

/// out(i, k) = constant_k − ½‖W_k(x_i − m_k)‖², n × K. The filler rows stay finite. Costs n·K·d²/2
/// multiply-adds.
template <class Scalar>
void log_density(const Panel<Scalar>& x, const TriangularDensity<Scalar>& density, Panel<Scalar>& out) {
    out.resize(x.size(), density.size());
    with_registers([&](auto bytes) { log_density<bytes()>(x, density, out); });
}

/// Parameters of K densities constant_k − ½ Σ_j (w_kj (x_j − m_kj))², as the kernel reads them: for each
/// dimension its hi, start value and w (see TriangularDensity). Behind are the same numbers once more, components side by side.
template <class Scalar>
class DiagonalDensity : public PackedComponents<Scalar> {
  public:
    static constexpr Index entry = 3;

    /// Room for K components of dimension d; only this allocates.
    void resize(Index d, Index K) {
        const Index length = 1 + d * entry;
        PackedComponents<Scalar>::resize(d, K, length, length * padded(K));
    }

    /// Component k: mean m and w = 1/deviation (d values each), and the constant.
    void set(Index k, const double* mean, const double* inverse_deviations, double constant) {
        Scalar* to = this->write(k, constant);
        for (Index j = 0; j < this->dimension(); ++j, to += entry) {
            const double w = this->sqrt_half * inverse_deviations[j];
            to[0] = static_cast<Scalar>(mean[j]);
            to[1] = static_cast<Scalar>(-w * (mean[j] - static_cast<double>(to[0])));
            to[2] = static_cast<Scalar>(w);
        }
        for (Index n = 0; n < 1 + this->dimension() * entry; ++n)
            this->behind()[n * padded(this->size()) + k] = this->component(k)[n];
    }

    /// Number n of each component, in whole registers.
    const Scalar* side_by_side(Index n) const { return this->behind() + n * padded(this->size()); }

  private:
    static Index padded(Index K) {
        constexpr Index line = lanes<Scalar, 64>;
        return (K + line - 1) / line * line;
    }
};

/// constant − Σ_j (w_j (x_j − m_j))² of a single observation, as a filter is fed: components in the lanes. With the bits of
/// DiagonalTile, and the same for a cache line of rows.
template <Index Bytes, class Scalar>
struct DiagonalOfOne {
    [[gnu::always_inline]] static void run(const Scalar* x, Index stride,
                                           const DiagonalDensity<Scalar>* density, Scalar* out,
                                           Index between) {
        using L = Lane<Scalar, Bytes>;
        constexpr Index width = lanes<Scalar, Bytes>;
        const Index K = density->size(), d = density->dimension();
        for (Index k = 0; k < K; k += width) {
            L constant, square = {};
            load(density->side_by_side(0) + k, constant);
            for (Index j = 0; j < d; ++j) {
                L mean, start = {}, w;
                const Index n = 1 + j * DiagonalDensity<Scalar>::entry;
                load(density->side_by_side(n) + k, mean);
                if (!std::is_same_v<Scalar, double>) load(density->side_by_side(n + 1) + k, start);
                load(density->side_by_side(n + 2) + k, w);
                const L z = (x[j * stride] - mean) * w + start;
                square += z * z;
            }
            constant = constant - square;
            for (Index l = 0; l < std::min(width, K - k); ++l)
                for (Index i = 0; i < lanes<Scalar, 64>; i += width)
                    store(out + (k + l) * between + i, L(constant[l] - L{}));
        }
    }
};

/// constant − Σ_j (w_j (x_j − m_j))² for `tiles` times N registers of observations.
template <int N, Index Bytes, class Scalar>
struct DiagonalTile {
    [[gnu::always_inline]] static void run(const Scalar* x, Index stride, Index d, const Scalar* component,
                                           Scalar* out, Index tiles) {
        using L = Lane<Scalar, Bytes>;
        constexpr Index width = lanes<Scalar, Bytes>;
        for (; tiles > 0; --tiles, x += N * width, out += N * width) {
            const Scalar* w = component + 1;
            L square[N] = {};
            for (Index j = 0; j < d; ++j, w += DiagonalDensity<Scalar>::entry) {
                L start;
                begin_product(w[1], start);
#pragma GCC unroll 8
                for (int a = 0; a < N; ++a) {
                    L v;
                    load(x + j * stride + a * width, v);
                    const L z = (v - w[0]) * w[2] + start;
                    square[a] += z * z;
                }
            }
#pragma GCC unroll 8
            for (int a = 0; a < N; ++a) store(out + a * width, L(component[0] - square[a]));
        }
    }
};

/// Parameters of K densities constant_k − ½ w_k² ‖x − m_k‖², as the kernel reads them: ½w², then for each dimension its hi
/// and lo (see TriangularDensity).
template <class Scalar>
class SphericalDensity : public PackedComponents<Scalar> {
  public:
    /// Room for K components of dimension d; only this allocates.
    void resize(Index d, Index K) { PackedComponents<Scalar>::resize(d, K, 2 + 2 * d); }

    /// Component k: mean m (d values), w = 1/deviation, and the constant.
    void set(Index k, const double* mean, double inverse_deviation, double constant) {
        Scalar* to = this->write(k, constant);
        *to++ = static_cast<Scalar>(0.5 * inverse_deviation * inverse_deviation);
        for (Index j = 0; j < this->dimension(); ++j, to += 2) {
            to[0] = static_cast<Scalar>(mean[j]);
            to[1] = static_cast<Scalar>(mean[j] - static_cast<double>(to[0]));
        }
    }
};

/// constant − ½w² Σ_j (x_j − m_j)² for `tiles` times N registers of observations.
template <int N, Index Bytes, class Scalar>
struct SphericalTile {
    [[gnu::always_inline]] static void run(const Scalar* x, Index stride, Index d, const Scalar* component,
                                           Scalar* out, Index tiles) {
        using L = Lane<Scalar, Bytes>;
        constexpr Index width = lanes<Scalar, Bytes>;
        for (; tiles > 0; --tiles, x += N * width, out += N * width) {
            const Scalar* mean = component + 2;
            L square[N] = {};
            for (Index j = 0; j < d; ++j, mean += 2)
#pragma GCC unroll 8
                for (int a = 0; a < N; ++a) {
                    L v;
                    load(x + j * stride + a * width, v);
                    v -= mean[0];
                    if (!std::is_same_v<Scalar, double>) v -= mean[1];
                    square[a] += v * v;
                }
#pragma GCC unroll 8
            for (int a = 0; a < N; ++a) store(out + a * width, L(component[0] - component[1] * square[a]));
        }
    }
};

/// The columns of out, in tiles.
template <template <int, Index, class> class Tile, class Density, class Scalar>
void log_density_in_tiles(const Panel<Scalar>& x, const Density& density, Panel<Scalar>& out) {
    out.resize(x.size(), density.size());
    const PackedComponents<Scalar>* const all = &density;
    with_registers([&](auto bytes) {
        constexpr Index width = lanes<Scalar, bytes()>;
        in_tiles<8>(x.padded() / width, [&](auto N, Index first, Index tiles) {
            const Index i = first * width;
            in_registers<OfAllComponents<Tile<N(), bytes(), Scalar>>, bytes()>(
                x.column(0) + i, x.stride(), density.dimension(), all, out.column(0) + i, out.stride(),
                tiles);
        });
    });
}

/// out(i, k) = constant_k − ½ Σ_j (w_kj (x_ij − m_kj))², n × K. Costs 3·n·K·d operations.
template <class Scalar>
void log_density(const Panel<Scalar>& x, const DiagonalDensity<Scalar>& density, Panel<Scalar>& out) {
    if (x.size() == 1) {
        out.resize(1, density.size());
        return with_registers([&](auto bytes) {
            in_registers<DiagonalOfOne<bytes(), Scalar>, bytes()>(x.column(0), x.stride(), &density,
                                                                  out.column(0), out.stride());
        });
    }
    log_density_in_tiles<DiagonalTile>(x, density, out);
}

/// out(i, k) = constant_k − ½ w_k² ‖x_i − m_k‖², n × K. Costs 2·n·K·d operations.
template <class Scalar>
void log_density(const Panel<Scalar>& x, const SphericalDensity<Scalar>& density, Panel<Scalar>& out) {
    log_density_in_tiles<SphericalTile>(x, density, out);
}

#define LATENT_QUADRATIC(S)                                                                                 \
    LATENT_INSTANTIATE(kernel,                                                                              \
                       void log_density<S>(const Panel<S>&, const TriangularDensity<S>&, Panel<S>&));       \
    LATENT_INSTANTIATE(kernel, void log_density<S>(const Panel<S>&, const DiagonalDensity<S>&, Panel<S>&)); \
    LATENT_INSTANTIATE(kernel, void log_density<S>(const Panel<S>&, const SphericalDensity<S>&, Panel<S>&))
LATENT_FOR_SCALARS(LATENT_QUADRATIC);
#undef LATENT_QUADRATIC

}  // namespace latent::detail
