// Log-densities of a block become responsibilities: log-sum-exp over the components, observations in lanes.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "latent/kernel/exponential.hpp"
#include "latent/kernel/panel.hpp"

namespace latent::detail {

/// The sum of a row's exponentials: exp(shift) · rest. Kept apart until a logarithm is needed.
template <class Scalar>
struct RowSums {
    Lane<Scalar> shift, rest;
};

/// One register of rows: p holds log-densities and becomes responsibilities. A row of −inf becomes 1/K each.
template <class Scalar>
inline RowSums<Scalar> normalize_rows(Scalar* p, Index stride, Index K, const double* log_weight) {
    using L = Lane<Scalar>;
    const auto joint = [&](Index k) -> L {
        return load(p + k * stride) + static_cast<Scalar>(log_weight[k]);
    };
    L top = joint(0);
    if (K == 1) {
        store(p, broadcast(Scalar(1)));
        return {top, broadcast(Scalar(1))};
    }
    if (K == 2) {  // one exponential: exp(−|difference|) : 1
        const L second = joint(1), difference = top == second ? L{} : L(top - second);
        const L e = exp_of_negative<Scalar>(difference > Scalar(0) ? L(-difference) : difference);
        const L rest = e + Scalar(1), major = Scalar(1) / rest, minor = e * major;
        store(p, difference > Scalar(0) ? major : minor);
        store(p + stride, difference > Scalar(0) ? minor : major);
        return {top > second ? top : second, rest};
    }
    for (Index k = 1; k < K; ++k) {
        const L value = joint(k);
        top = value > top ? value : top;
    }
    L rest = {};
    for (Index k = 0; k < K; ++k) {
        const L value = joint(k);
        const L e =
            exp_of_negative<Scalar>(value == top ? L{} : L(value - top));  // −inf − (−inf) would be NaN
        store(p + k * stride, e);
        rest += e;
    }
    const L inverse = Scalar(1) / rest;
    for (Index k = 0; k < K; ++k) store(p + k * stride, load(p + k * stride) * inverse);
    return {top, rest};
}

/// Normalizes all rows and zeroes the filler; calls each(i, sums, count) for every register of rows, of which
/// the first `count` are observations i, i + 1, …
template <class Scalar, class Each>
void normalize_each(Panel<Scalar>& p, const double* log_weight, const Each& each) {
    for (Index i = 0; i < p.size(); i += lanes<Scalar>)
        each(i, normalize_rows(p.column(0) + i, p.stride(), p.columns(), log_weight),
             std::min(lanes<Scalar>, p.size() - i));
    for (Index k = 0; k < p.columns(); ++k)
        std::fill(p.column(k) + p.size(), p.column(k) + p.padded(), Scalar(0));
}

/// Log-densities (n × K) plus log weights become responsibilities p(k | x_i); log_sum[i] = log Σ_k exp(...).
/// A row of −inf has the log-sum −inf and the responsibilities 1/K; a NaN stays NaN. The filler rows become
/// zero.
template <class Scalar>
void normalize(Panel<Scalar>& p, const double* log_weight, double* log_sum) {
    normalize_each(p, log_weight, [&](Index i, const RowSums<Scalar>& sums, Index count) {
        for (Index l = 0; l < count; ++l)
            log_sum[i + l] = static_cast<double>(sums.shift[l]) + std::log(static_cast<double>(sums.rest[l]));
    });
}

/// The same, returning Σ_i log Σ_k exp(...). The rests, each in [1, K], are multiplied, and one logarithm is
/// taken of a product long before it overflows.
template <class Scalar>
double normalize(Panel<Scalar>& p, const double* log_weight) {
    const double room = 0.9 * std::log(std::numeric_limits<Scalar>::max());
    const Index longest = static_cast<Index>(room / std::log(static_cast<double>(p.columns() + 1)));
    double total = 0, shifts[lanes<Scalar>] = {};  // in double for float too: their sum is large
    Index factors = 0;
    Lane<Scalar> product = broadcast(Scalar(1));
    const auto flush = [&] {
        for (Index l = 0; l < lanes<Scalar>; ++l) total += std::log(static_cast<double>(product[l]));
        product = broadcast(Scalar(1));
        factors = 0;
    };
    normalize_each(p, log_weight, [&](Index, const RowSums<Scalar>& sums, Index count) {
        if (count == lanes<Scalar>) {
            for (Index l = 0; l < count; ++l) shifts[l] += static_cast<double>(sums.shift[l]);
            product *= sums.rest;
            if (++factors == longest) flush();
            return;
        }
        for (Index l = 0; l < count; ++l)
            total += static_cast<double>(sums.shift[l]) + std::log(static_cast<double>(sums.rest[l]));
    });
    flush();
    for (const double shift : shifts) total += shift;
    return total;
}

/// Adds every column's sum over the observations to add_to (K values); the filler must be zero.
template <class Scalar>
void column_sums(const Panel<Scalar>& p, double* add_to) {
    for (Index k = 0; k < p.columns(); ++k) {
        Lane<Scalar> total = {};
        for (Index i = 0; i < p.padded(); i += lanes<Scalar>) total += load(p.column(k) + i);
        add_to[k] += sum<Scalar>(total);
    }
}

/// Multiplies every entry by beta, the inverse temperature of deterministic annealing.
template <class Scalar>
void scale(Panel<Scalar>& p, double beta) {
    for (Index k = 0; k < p.columns(); ++k)
        for (Index i = 0; i < p.padded(); ++i) p(i, k) *= static_cast<Scalar>(beta);
}

}  // namespace latent::detail
