// Orthogonal axes of covariances: eigenvectors, axes that several matrices share, and their angles.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "latent/core/small_matrix.hpp"
#include "latent/emission/covariance/axes.hpp"

namespace latent::detail {

/// Scatters in common axes D, and the variances along these.
template <class S>
struct CommonAxes {
    Eigen::MatrixX<S> vectors;                ///< D, d × d
    std::vector<Eigen::MatrixX<S>> scatters;  ///< Dᵀ W_k D
    Eigen::MatrixX<S> variances;              ///< d × K

    CommonAxes(const Eigen::MatrixX<S>& w, const Eigen::MatrixX<S>& d) : vectors(d) {
        for (Index k = 0; k < w.cols() / d.rows(); ++k)
            scatters.emplace_back(
                d.transpose().lazyProduct(w.middleCols(k * d.rows(), d.rows()).lazyProduct(d)));
    }
    /// The scatters' diagonals, d × K.
    Eigen::MatrixX<S> along() const {
        Eigen::MatrixX<S> all(vectors.rows(), std::ssize(scatters));
        for (Index k = 0; k < all.cols(); ++k) all.col(k) = scatters[static_cast<std::size_t>(k)].diagonal();
        return all;
    }

    /// Turns axes p and q by the angle that is best given the variances, the maximum of Σ_k tr(W_k Σ_k⁻¹) in closed form, and
    /// fits the variances to that: with volumes that are equal their product stays. Returns the sine of twice the angle.
    template <Across volume>
    double turn_pair(Index p, Index q, const Eigen::RowVectorX<S>& counts) {
        double cosine = 0, sine = 0;  // of twice the angle, times a length
        for (Index k = 0; k < variances.cols(); ++k) {
            const Eigen::MatrixX<S>& b = scatters[static_cast<std::size_t>(k)];
            const double gap = 1 / variances(q, k) - 1 / variances(p, k);
            cosine += gap * (b(p, p) - b(q, q)) / 2;
            sine += gap * b(p, q);
        }
        const double length = std::hypot(cosine, sine);
        if (!(length > 0) || !std::isfinite(length)) return 0;
        const double half = std::atan2(sine, cosine) / 2;
        const Eigen::JacobiRotation<double> rotation(std::cos(half), -std::sin(half));
        vectors.applyOnTheRight(p, q, rotation);
        for (Index k = 0; k < variances.cols(); ++k) {
            Eigen::MatrixX<S>& b = scatters[static_cast<std::size_t>(k)];
            turn(b, p, q, rotation);
            const double scale = volume == Across::equal
                                     ? std::sqrt(variances(p, k) / b(p, p) * (variances(q, k) / b(q, q)))
                                     : 1 / counts(k);
            variances(p, k) = scale * b(p, p);
            variances(q, k) = scale * b(q, q);
        }
        return sine / length;
    }
};

/// Common axes of scatters W_k, d × d side by side, and variances along them, from these axes on: every pair of them in turn
/// (Flury & Gautschi 1986), and then the variances. No step lowers the likelihood; it stops where no pair turns any more.
template <Across volume, class S = double>
CommonAxes<S> common_axes(const MatrixOf<S>& w, const RowOf<S>& counts, const MatrixOf<S>& from) {
    constexpr int most = 200;
    constexpr double enough = 1e-9;
    const RowOf<S> ones = RowOf<S>::Ones(counts.size());
    CommonAxes<S> axes(w, from);
    double turned = 1;
    for (int sweep = 0; turned > enough && sweep < most; ++sweep) {
        axes.variances = axis_variances<volume, Across::varying, S>(axes.along(), counts, ones);
        if (!are_variances<S>(axes.variances)) return axes;
        turned = 0;
        for (Index q = 1; q < from.rows(); ++q)
            for (Index p = 0; p < q; ++p)
                turned = std::max(turned, std::abs(axes.template turn_pair<volume>(p, q, counts)));
    }
    axes.variances = axis_variances<volume, Across::varying, S>(axes.along(), counts, ones);
    return axes;
}

/// The axes that covariances, d × d side by side, share: of a sum of them in which each counts differently, so that no
/// two axes look alike that are not alike in each.
template <class S = double>
MatrixOf<S> shared_axes(const MatrixOf<S>& covariances) {
    const Index d = covariances.rows();
    MatrixOf<S> sum = MatrixOf<S>::Zero(d, d);
    double share = 0;
    for (Index k = 0; k < covariances.cols() / d; ++k) {
        share = std::fmod(share + 0.6180339887498949, 1);
        const auto one = covariances.middleCols(k * d, d);
        sum += (1 + share) / one.trace() * one;
    }
    return eigensystem<S>(sum).vectors;
}

/// d(d − 1)/2 angles of orthogonal axes, whatever their signs: of the rotations that turn them into the coordinates' (Givens).
template <class S = double>
double* write_angles(MatrixOf<S> axes, double* to) {
    for (Index p = 0; p < axes.cols(); ++p) {
        if (axes(p, p) < 0) axes.col(p) *= -1;
        for (Index i = p + 1; i < axes.rows(); ++i) {
            const double angle = std::atan2(axes(i, p), axes(p, p));
            axes.applyOnTheLeft(p, i, Eigen::JacobiRotation<double>(std::cos(angle), std::sin(angle)));
            *to++ = angle;
        }
    }
    return to;
}
/// The reverse: any angles make axes.
template <class S = double>
const double* read_angles(const double* from, MatrixOf<S>& axes) {
    const Index d = axes.rows();
    const double* last = from + d * (d - 1) / 2;
    axes.setIdentity();
    const double* next = last;
    for (Index p = d - 1; p >= 0; --p)
        for (Index i = d - 1; i > p; --i) {
            --next;
            axes.applyOnTheLeft(p, i, Eigen::JacobiRotation<double>(std::cos(*next), -std::sin(*next)));
        }
    return last;
}

}  // namespace latent::detail
