// Log-densities of a block become responsibilities: log-sum-exp over the components, observations in lanes.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "latent/core/compiled.hpp"
#include "latent/data/panel.hpp"
#include "latent/kernel/dispatch.hpp"
#include "latent/kernel/exponential.hpp"

namespace latent::detail {

/// Registers of rows in a strip. A strip goes through each stage before the next begins: within a register the stages wait
/// for each other, and a processor sees too little of the program to fill that wait with other registers' work.
inline constexpr int strip_registers = 16;

/// The sums of a strip's rows of exponentials: exp(shift) · rest. Kept apart until a logarithm is needed.
template <class Scalar, Index Bytes>
struct StripSums {
    Lane<Scalar, Bytes> shift[strip_registers], rest[strip_registers];
};

/// Normalizes a strip of rows, some registers of them. p holds log-densities and becomes responsibilities; a row of −inf
/// becomes 1/K each. K is the number of components where that is known at compile time, and 0 where it is not.
template <int K, Index Bytes, class Scalar>
struct NormalizeStrip {
    using L = Lane<Scalar, Bytes>;
    static constexpr Scalar one = 1;
    static constexpr Index width = lanes<Scalar, Bytes>;
    /// Registers whose exponentials are taken side by side, sharing the constants they load; `registers` must be a
    /// multiple. Panels are padded to more.
    static constexpr int together = Bytes == 64 ? 1 : 2;

    /// The registers that n ≤ strip rows take.
    static int registers(Index n) {
        constexpr Index rows = together * width;
        return static_cast<int>((n + rows - 1) / rows) * together;
    }
    [[gnu::always_inline]] static void run(Scalar* p, Index stride, Index components, int registers,
                                           const double* log_weight, StripSums<Scalar, Bytes>& sums) {
        if constexpr (K == 1) {
            for_each(p, registers, [&](Scalar* row, int a) LATENT_ALWAYS_INLINE {
                L only, certain = one - L{};
                joint(row, log_weight[0], only);
                sums.shift[a] = only;
                sums.rest[a] = certain;
                store(row, certain);
            });
        } else if constexpr (K == 2) {
            two(p, stride, registers, log_weight, sums);
        } else {
            any(p, stride, K > 0 ? K : components, registers, log_weight, sums);
        }
    }

  private:
    template <int Step = 1, class Visit>
    [[gnu::always_inline]] static void for_each(Scalar* p, int registers, const Visit& visit) {
        for (int a = 0; a < registers; a += Step) visit(p + a * width, a);
    }
    /// out := log w p(x), from log p(x).
    [[gnu::always_inline]] static void joint(const Scalar* p, double log_weight, L& out) {
        load(p, out);
        out += static_cast<Scalar>(log_weight);
    }

    /// Two components need one exponential: 1 and exp(−|difference|).
    [[gnu::always_inline]] static void two(Scalar* p, Index stride, int registers, const double* log_weight,
                                           StripSums<Scalar, Bytes>& sums) {
        L difference[strip_registers];
        for_each(p, registers, [&](Scalar* row, int a) LATENT_ALWAYS_INLINE {
            L first, second;
            joint(row, log_weight[0], first);
            joint(row + stride, log_weight[1], second);
            select(first > second, first, second, sums.shift[a]);
            select(first == second, L{}, L(first - second), difference[a]);  // −inf − (−inf) would be NaN
        });
        for_each(p, registers, [&](Scalar*, int a) LATENT_ALWAYS_INLINE {
            L e;
            select(difference[a] > Scalar(0), L(-difference[a]), difference[a], e);
            exp_of_negative<Scalar>(e);
            sums.rest[a] = e;
        });
        for_each(p, registers, [&](Scalar* row, int a) LATENT_ALWAYS_INLINE {
            const L e = sums.rest[a], major = one / (e + one), minor = e * major;
            sums.rest[a] = e + one;
            L here, there;
            select(difference[a] > Scalar(0), major, minor, here);
            select(difference[a] > Scalar(0), minor, major, there);
            store(row, here);
            store(row + stride, there);
        });
    }

    [[gnu::always_inline]] static void any(Scalar* p, Index stride, Index size, int registers,
                                           const double* log_weight, StripSums<Scalar, Bytes>& sums) {
        for_each(p, registers, [&](Scalar* row, int a) LATENT_ALWAYS_INLINE {
            L top = std::numeric_limits<Scalar>::lowest() - L{};
#pragma GCC unroll 4
            for (Index k = 0; k < size; ++k) {
                L value;
                joint(row + k * stride, log_weight[k], value);
                take_larger(top, value);
            }
            sums.shift[a] = top;
        });
        for_each<together>(p, registers, [&](Scalar* row, int a) LATENT_ALWAYS_INLINE {
            L top[together], rest[together];
#pragma GCC unroll 2
            for (int b = 0; b < together; ++b) top[b] = sums.shift[a + b], rest[b] = L{};
#pragma GCC unroll 1
            for (Index k = 0; k < size; ++k) {
                Scalar* const entries = row + k * stride;
                L e[together];
#pragma GCC unroll 2
                for (int b = 0; b < together; ++b) {
                    joint(entries + b * width, log_weight[k], e[b]);
                    e[b] -= top[b];
                }
#pragma GCC unroll 2
                for (int b = 0; b < together; ++b) exp_of_negative<Scalar>(e[b]);
#pragma GCC unroll 2
                for (int b = 0; b < together; ++b) {
                    store(entries + b * width, e[b]);
                    rest[b] += e[b];
                }
            }
#pragma GCC unroll 2
            for (int b = 0; b < together; ++b) sums.rest[a + b] = rest[b];
        });
        for_each(p, registers, [&](Scalar* row, int a) LATENT_ALWAYS_INLINE {
            const L rest = sums.rest[a];
            L factor, uniform;
            select(rest == Scalar(0), L{}, L(one / rest), factor);
            select(rest == Scalar(0), L(one / static_cast<Scalar>(size) - L{}), L{}, uniform);
#pragma GCC unroll 4
            for (Index k = 0; k < size; ++k) {
                L e;
                load(row + k * stride, e);
                store(row + k * stride, L(e * factor + uniform));
            }
        });
    }
};

/// Normalizes n rows; log_sum[i] = log Σ_k exp(...) of each.
template <int K, Index Bytes, class Scalar>
struct NormalizeRows {
    [[gnu::always_inline]] static void run(Scalar* p, Index stride, Index components, Index n,
                                           const double* log_weight, double* log_sum) {
        using Strip = NormalizeStrip<K, Bytes, Scalar>;
        constexpr Index width = lanes<Scalar, Bytes>;
        StripSums<Scalar, Bytes> sums;
        for (Index i = 0; i < n; i += strip_registers * width) {
            const Index rows = std::min(n - i, strip_registers * width);
            Strip::run(p + i, stride, components, Strip::registers(rows), log_weight, sums);
            for (Index l = 0; l < rows; ++l)
                log_sum[i + l] = static_cast<double>(sums.shift[l / width][l % width]) +
                                 std::log(static_cast<double>(sums.rest[l / width][l % width]));
        }
    }
};

/// Normalizes n rows; *total = Σ_i log Σ_k exp(...), with one logarithm for many observations: sums lie in [1, K], they
/// are multiplied, and the logarithm is taken of a product before a strip more could overflow it. Shifts are summed
/// beside. Both in double.
template <int K, Index Bytes, class Scalar>
struct NormalizeAll {
    [[gnu::always_inline]] static void run(Scalar* p, Index stride, Index components, Index n,
                                           const double* log_weight, double* total) {
        using Strip = NormalizeStrip<K, Bytes, Scalar>;
        using D = Doubles<Scalar, Bytes>;
        constexpr Index width = lanes<Scalar, Bytes>;
        const auto most = static_cast<int>(700 / std::log(static_cast<double>(components) + 1));
        StripSums<Scalar, Bytes> sums;
        D shifts = {}, product = 1.0 - D{};
        *total = 0;
        int factors = 0;
        for (Index i = 0; i < n; i += strip_registers * width) {
            const Index rows = std::min(n - i, strip_registers * width);
            const int registers = Strip::registers(rows);
            Strip::run(p + i, stride, components, registers, log_weight, sums);
            for (Index l = rows; l < registers * width; ++l) {  // filler counts for nothing
                sums.shift[l / width][l % width] = 0;
                sums.rest[l / width][l % width] = 1;
            }
            if ((factors += registers) > most) {
                *total += sum_of_logarithms(product);
                product = 1.0 - D{};
                factors = registers;
            }
            for (int a = 0; a < registers; ++a) {
                D shift, rest;
                convert(sums.shift[a], shift);
                convert(sums.rest[a], rest);
                shifts += shift;
                product *= rest;
            }
        }
        *total += sum_of_logarithms(product);
        for (Index l = 0; l < width; ++l) *total += shifts[l];
    }

  private:
    template <class D>
    [[gnu::always_inline]] static double sum_of_logarithms(const D& values) {
        double sum = 0;
        for (Index l = 0; l < lanes<Scalar, Bytes>; ++l) sum += std::log(values[l]);
        return sum;
    }
};

/// Runs Kernel, one of the two above, on `count` columns from column `first` on and zeroes their filler.
template <template <int, Index, class> class Kernel, class Scalar>
void normalize_with(Panel<Scalar>& p, Index first, Index count, const double* log_weight, double* out) {
    constexpr int known = 4;  // up to three components by name, any number beyond
    with_registers([&](auto bytes) {
        with_size<known>(count, [&](auto size) {
            constexpr int K = size() < known ? size() : 0;
            in_registers<Kernel<K, bytes(), Scalar>, bytes()>(p.column(first), p.stride(), count, p.size(),
                                                              log_weight, out);
        });
    });
    for (Index k = first; k < first + count; ++k)
        std::fill(p.column(k) + p.size(), p.column(k) + p.padded(), Scalar(0));
}

/// Log-densities in some columns plus log weights become responsibilities p(k | x_i); log_sum[i] = log Σ_k exp(...).
/// A row of −inf has the log-sum −inf and the responsibilities 1/K; a NaN gives the log-sum NaN. The filler rows become
/// zero.
template <class Scalar>
void normalize(Panel<Scalar>& p, Index first, Index components, const double* log_weight, double* log_sum) {
    normalize_with<NormalizeRows>(p, first, components, log_weight, log_sum);
}

/// The same of all columns.
template <class Scalar>
void normalize(Panel<Scalar>& p, const double* log_weight, double* log_sum) {
    normalize(p, 0, p.columns(), log_weight, log_sum);
}

/// The same, returning Σ_i log Σ_k exp(...).
template <class Scalar>
double normalize(Panel<Scalar>& p, const double* log_weight) {
    double total = 0;
    normalize_with<NormalizeAll>(p, 0, p.columns(), log_weight, &total);
    return total;
}

/// Adds every column's sum over the observations to add_to (K values); the filler must be zero.
template <class Scalar>
void column_sums(const Panel<Scalar>& p, double* add_to) {
    for (Index k = 0; k < p.columns(); ++k) add_to[k] += sum(p.column(k), p.padded());
}

/// Entries below `threshold` become zero.
template <class Scalar>
void zero_below(Panel<Scalar>& p, Scalar threshold) {
    for (Index k = 0; k < p.columns(); ++k)
        for (Index i = 0; i < p.padded(); i += lanes<Scalar>) {
            Lane<Scalar> r = load(p.column(k) + i);
            select(r < threshold, Lane<Scalar>{}, r, r);
            store(p.column(k) + i, r);
        }
}

/// Multiplies every entry by beta, the inverse temperature of deterministic annealing.
template <class Scalar>
void scale(Panel<Scalar>& p, double beta) {
    for (Index k = 0; k < p.columns(); ++k)
        for (Index i = 0; i < p.padded(); ++i) p(i, k) *= static_cast<Scalar>(beta);
}

#define LATENT_SOFTMAX(S)                                                                           \
    LATENT_INSTANTIATE(kernel, void normalize<S>(Panel<S>&, Index, Index, const double*, double*)); \
    LATENT_INSTANTIATE(kernel, void normalize<S>(Panel<S>&, const double*, double*));               \
    LATENT_INSTANTIATE(kernel, double normalize<S>(Panel<S>&, const double*));                      \
    LATENT_INSTANTIATE(kernel, void column_sums<S>(const Panel<S>&, double*));                      \
    LATENT_INSTANTIATE(kernel, void zero_below<S>(Panel<S>&, S));                                   \
    LATENT_INSTANTIATE(kernel, void scale<S>(Panel<S>&, double))
LATENT_FOR_SCALARS(LATENT_SOFTMAX);
#undef LATENT_SOFTMAX

}  // namespace latent::detail
