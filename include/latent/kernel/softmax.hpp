// Log-densities of a block become responsibilities: log-sum-exp over the components, observations in lanes.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "latent/kernel/dispatch.hpp"
#include "latent/kernel/exponential.hpp"
#include "latent/kernel/panel.hpp"

namespace latent::detail {

/// The sum of a row's exponentials: exp(shift) · rest. Kept apart until a logarithm is needed.
template <class L>
struct RowSums {
    L shift, rest;
};

/// One register of rows: p holds log-densities and becomes responsibilities. A row of −inf becomes 1/K each.
/// K is the number of components where that is known at compile time, and 0 where it is not.
template <int K, Index Bytes, class Scalar>
[[gnu::always_inline]] inline RowSums<Lane<Scalar, Bytes>> normalize_rows(Scalar* p, Index stride,
                                                                          Index components,
                                                                          const double* log_weight) {
    using L = Lane<Scalar, Bytes>;
    constexpr Scalar one = 1;
    const L ones = one - L{};
    const auto joint = [&](Index k, L & out) __attribute__((always_inline)) {
        load(p + k * stride, out);
        out += static_cast<Scalar>(log_weight[k]);
    };
    if constexpr (K == 1) {
        L only;
        joint(0, only);
        store(p, ones);
        return {only, ones};
    } else if constexpr (K == 2) {  // one exponential: exp(−|difference|) : 1
        L first, second;
        joint(0, first);
        joint(1, second);
        const L difference = first == second ? L{} : L(first - second);  // −inf − (−inf) would be NaN
        L e = difference > Scalar(0) ? L(-difference) : difference;
        exp_of_negative<Scalar>(e);
        const L rest = e + one, major = one / rest, minor = e * major;
        store(p, difference > Scalar(0) ? major : minor);
        store(p + stride, difference > Scalar(0) ? minor : major);
        return {first > second ? first : second, rest};
    } else {
        const Index size = K > 0 ? K : components;
        L top = std::numeric_limits<Scalar>::lowest() - L{}, rest = {};
#pragma GCC unroll 4
        for (Index k = 0; k < size; ++k) {
            L value;
            joint(k, value);
            top = value > top ? value : top;
        }
#pragma GCC unroll 4
        for (Index k = 0; k < size; ++k) {
            L e;
            joint(k, e);
            e -= top;
            exp_of_negative<Scalar>(e);
            store(p + k * stride, e);
            rest += e;
        }
        const L inverse = rest == Scalar(0) ? L{} : L(one / rest);
        const L uniform = rest == Scalar(0) ? L(one / static_cast<Scalar>(size) - L{}) : L{};
#pragma GCC unroll 4
        for (Index k = 0; k < size; ++k) {
            L e;
            load(p + k * stride, e);
            store(p + k * stride, L(e * inverse + uniform));
        }
        return {top, rest};
    }
}

/// Normalizes n rows; log_sum[i] = log Σ_k exp(...) of each.
template <int K, Index Bytes, class Scalar>
struct NormalizeRows {
    [[gnu::always_inline]] static void run(Scalar* p, Index stride, Index components, Index n,
                                           const double* log_weight, double* log_sum) {
        constexpr Index width = lanes<Scalar, Bytes>;
        for (Index i = 0; i < n; i += width) {
            const auto sums = normalize_rows<K, Bytes>(p + i, stride, components, log_weight);
            for (Index l = 0; l < std::min(width, n - i); ++l)
                log_sum[i + l] =
                    static_cast<double>(sums.shift[l]) + std::log(static_cast<double>(sums.rest[l]));
        }
    }
};

/// Normalizes n rows; *total = Σ_i log Σ_k exp(...), with one logarithm for many observations: sums lie in [1, K], they
/// are multiplied, and the logarithm is taken of a product long before it overflows. Shifts are summed beside, in double
/// since they can be large.
template <int K, Index Bytes, class Scalar>
struct NormalizeAll {
    [[gnu::always_inline]] static void run(Scalar* p, Index stride, Index components, Index n,
                                           const double* log_weight, double* total) {
        constexpr Index width = lanes<Scalar, Bytes>;
        const auto longest =
            static_cast<Index>(0.9 * std::log(static_cast<double>(std::numeric_limits<Scalar>::max())) /
                               std::log(static_cast<double>(components) + 1));
        Doubles<Scalar, Bytes> shifts = {};
        *total = 0;
        for (Index i = 0; i < n;) {
            Lane<Scalar, Bytes> product = Scalar(1) - Lane<Scalar, Bytes>{};
            for (Index factors = 0; factors < longest && i < n; ++factors, i += width) {
                auto sums = normalize_rows<K, Bytes>(p + i, stride, components, log_weight);
                for (Index l = n - i; l < width; ++l) {  // filler counts for nothing
                    sums.shift[l] = 0;
                    sums.rest[l] = 1;
                }
                shifts += __builtin_convertvector(sums.shift, Doubles<Scalar, Bytes>);
                product *= sums.rest;
            }
            for (Index l = 0; l < width; ++l) *total += std::log(static_cast<double>(product[l]));
        }
        for (Index l = 0; l < width; ++l) *total += shifts[l];
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
/// A row of −inf has the log-sum −inf and the responsibilities 1/K; a NaN stays NaN. The filler rows become
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
            const Lane<Scalar> r = load(p.column(k) + i);
            store(p.column(k) + i, r < threshold ? Lane<Scalar>{} : r);
        }
}

/// Multiplies every entry by beta, the inverse temperature of deterministic annealing.
template <class Scalar>
void scale(Panel<Scalar>& p, double beta) {
    for (Index k = 0; k < p.columns(); ++k)
        for (Index i = 0; i < p.padded(); ++i) p(i, k) *= static_cast<Scalar>(beta);
}

}  // namespace latent::detail
