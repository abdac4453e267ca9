// The distribution in which a Markov chain stays.
#pragma once

#include <limits>
#include <type_traits>

#include "latent/core/types.hpp"

namespace latent {

namespace detail {

/// Whether states 0 … n − 1 all lead to state n, by way of each other.
template <class Scalar>
bool all_lead_to(Index n, const Eigen::MatrixX<Scalar>& a) {
    Eigen::Array<bool, Eigen::Dynamic, 1> leads = a.col(n).head(n).array() > 0;
    for (Index round = 0; round < n; ++round)
        for (Index i = 0; i < n; ++i)
            for (Index j = 0; j < n && !leads(i); ++j) leads(i) = a(i, j) > 0 && leads(j);
    return leads.all();
}

}  // namespace detail

/// The distribution δ with δA = δ of a stochastic matrix, by elimination without a subtraction (Grassmann,
/// Taksar & Heyman 1985, "Regenerative analysis and steady state distributions for Markov chains"): every
/// entry to full relative precision, zero for transient states. NaN where there is more than one closed class.
/// Time K³.
template <class Scalar = double>
Eigen::VectorX<Scalar> stationary_distribution(std::type_identity_t<Eigen::MatrixX<Scalar>> a) {
    const Index K = a.rows();
    Index base = 0;  // the states before it are transient
    for (Index n = K - 1; n > base; --n) {
        const double leaving = a.row(n).head(n).sum();
        if (!(leaving > 0) ||
            !(a.col(n).head(n) / leaving).allFinite()) {  // never, or in no time that a double holds
            if (!detail::all_lead_to(n, a))
                return Eigen::VectorX<Scalar>::Constant(K, std::numeric_limits<double>::quiet_NaN());
            base = n;
            break;
        }
        a.col(n).head(n) /= leaving;
        for (Index j = 0; j < n; ++j) a.col(j).head(n) += a(n, j) * a.col(n).head(n);
    }
    Eigen::VectorX<Scalar> delta = Eigen::VectorX<Scalar>::Zero(K);
    delta(base) = 1;
    for (Index n = base + 1; n < K; ++n) {
        delta(n) = delta.segment(base, n - base).dot(a.col(n).segment(base, n - base));
        if (delta(n) > 1e100) delta /= Scalar(delta(n));  // or the next could be infinite
    }
    return delta / delta.sum();
}

}  // namespace latent
