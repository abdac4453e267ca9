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
template <class Scalar>
struct RowSums {
    Lane<Scalar> shift, rest;
};

/// One register of rows: p holds log-densities and becomes responsibilities. A row of −inf becomes 1/K each.
/// K is the number of components where that is known at compile time, and 0 where it is not.
template <int K, class Scalar>
[[gnu::always_inline]] inline RowSums<Scalar> normalize_rows(Scalar* p, Index stride, Index components,
                                                             const double* log_weight) {
    using L = Lane<Scalar>;
    constexpr Scalar one = 1;
    const auto joint = [&](Index k) -> L {
        return load(p + k * stride) + static_cast<Scalar>(log_weight[k]);
    };
    if constexpr (K == 1) {
        const L only = joint(0);
        store(p, broadcast(one));
        return {only, broadcast(one)};
    } else if constexpr (K == 2) {  // one exponential: exp(−|difference|) : 1
        const L first = joint(0), second = joint(1);
        const L difference = first == second ? L{} : L(first - second);  // −inf − (−inf) would be NaN
        const L e = exp_of_negative<Scalar>(difference > Scalar(0) ? L(-difference) : difference);
        const L rest = e + one, major = one / rest, minor = e * major;
        store(p, difference > Scalar(0) ? major : minor);
        store(p + stride, difference > Scalar(0) ? minor : major);
        return {first > second ? first : second, rest};
    } else {
        const Index size = K > 0 ? K : components;
        L top = broadcast(std::numeric_limits<Scalar>::lowest()), rest = {};
#pragma GCC unroll 4
        for (Index k = 0; k < size; ++k) {
            const L value = joint(k);
            top = value > top ? value : top;
        }
#pragma GCC unroll 4
        for (Index k = 0; k < size; ++k) {
            const L e = exp_of_negative<Scalar>(joint(k) - top);
            store(p + k * stride, e);
            rest += e;
        }
        const L inverse = rest == Scalar(0) ? L{} : L(one / rest);
        const L uniform = rest == Scalar(0) ? broadcast(one / static_cast<Scalar>(size)) : L{};
#pragma GCC unroll 4
        for (Index k = 0; k < size; ++k) store(p + k * stride, load(p + k * stride) * inverse + uniform);
        return {top, rest};
    }
}

/// Normalizes the rows of `count` columns from column `first` on and zeroes their filler; calls each(i, sums, rows)
/// for every register of rows, of which the first `rows` are observations i, i + 1, …
template <class Scalar, class Each>
void normalize_each(Panel<Scalar>& p, Index first, Index count, const double* log_weight, const Each& each) {
    constexpr int known = 4;  // up to three components by name, any number beyond
    with_size<known>(count, [&](auto size) {
        constexpr int K = size() < known ? size() : 0;
        for (Index i = 0; i < p.size(); i += lanes<Scalar>)
            each(i, normalize_rows<K>(p.column(first) + i, p.stride(), count, log_weight),
                 std::min(lanes<Scalar>, p.size() - i));
    });
    for (Index k = first; k < first + count; ++k)
        std::fill(p.column(k) + p.size(), p.column(k) + p.padded(), Scalar(0));
}

/// Log-densities in some columns plus log weights become responsibilities p(k | x_i); log_sum[i] = log Σ_k exp(...).
/// A row of −inf has the log-sum −inf and the responsibilities 1/K; a NaN stays NaN. The filler rows become
/// zero. (Not inlined: g++ 12 crashes on it inside a caller that it vectorizes for AVX-512.)
template <class Scalar>
[[gnu::noinline]] void normalize(Panel<Scalar>& p, Index first, Index components, const double* log_weight,
                                 double* log_sum) {
    normalize_each(p, first, components, log_weight, [&](Index i, const RowSums<Scalar>& sums, Index count) {
        for (Index l = 0; l < count; ++l)
            log_sum[i + l] = static_cast<double>(sums.shift[l]) + std::log(static_cast<double>(sums.rest[l]));
    });
}

/// The same of all columns.
template <class Scalar>
void normalize(Panel<Scalar>& p, const double* log_weight, double* log_sum) {
    normalize(p, 0, p.columns(), log_weight, log_sum);
}

/// The sum of logarithms of numbers in [1, largest], in lanes: they are multiplied, and the logarithm is
/// taken of a product long before it overflows. Shifts are summed beside, in double since they can be large.
template <class Scalar>
class LogSum {
  public:
    explicit LogSum(Index largest)
        : longest_(static_cast<Index>(0.9 * std::log(std::numeric_limits<Scalar>::max()) /
                                      std::log(static_cast<double>(largest) + 1))) {}

    [[gnu::always_inline]] void add(const RowSums<Scalar>& sums) {
        shifts_ += __builtin_convertvector(sums.shift, Doubles<Scalar>);
        product_ *= sums.rest;
        if (++factors_ == longest_) flush();
    }

    double value() {
        flush();
        double total = 0;
        for (Index l = 0; l < lanes<Scalar>; ++l) total += shifts_[l];
        return total;
    }

  private:
    void flush() {
        for (Index l = 0; l < lanes<Scalar>; ++l) shifts_[l] += std::log(static_cast<double>(product_[l]));
        product_ = broadcast(Scalar(1));
        factors_ = 0;
    }

    Index longest_, factors_ = 0;
    Lane<Scalar> product_ = broadcast(Scalar(1));
    Doubles<Scalar> shifts_ = {};
};

/// The same, returning Σ_i log Σ_k exp(...) with one logarithm for many observations.
template <class Scalar>
double normalize(Panel<Scalar>& p, const double* log_weight) {
    LogSum<Scalar> total(p.columns());
    normalize_each(p, 0, p.columns(), log_weight, [&](Index, RowSums<Scalar> sums, Index count) {
        for (Index l = count; l < lanes<Scalar>; ++l) {
            sums.shift[l] = 0;
            sums.rest[l] = 1;
        }
        total.add(sums);
    });
    return total.value();
}

/// Adds every column's sum over the observations to add_to (K values); the filler must be zero.
template <class Scalar>
void column_sums(const Panel<Scalar>& p, double* add_to) {
    for (Index k = 0; k < p.columns(); ++k) add_to[k] += sum(p.column(k), p.padded());
}

/// Multiplies every entry by beta, the inverse temperature of deterministic annealing.
template <class Scalar>
void scale(Panel<Scalar>& p, double beta) {
    for (Index k = 0; k < p.columns(); ++k)
        for (Index i = 0; i < p.padded(); ++i) p(i, k) *= static_cast<Scalar>(beta);
}

}  // namespace latent::detail
