// Components that share one matrix: what the matrix costs is paid once an observation, not once a component.
#pragma once

#include <algorithm>
#include <vector>

#include "latent/core/compiled.hpp"
#include "latent/kernel/products.hpp"
#include "latent/kernel/quadratic.hpp"
#include "latent/kernel/scatter.hpp"

namespace latent::detail {

/// n zeros, which stay where they are until more are asked for on this thread.
template <class Scalar = double>
const Scalar* zeros(Index n) {
    static thread_local std::vector<Scalar> values;
    if (n > std::ssize(values)) values.assign(static_cast<std::size_t>(n), Scalar(0));
    return values.data();
}

/// Parameters of K densities constant_k − ½‖W(x − m_k)‖² with one W = L⁻¹ for all, as the kernels read them.
///
/// An observation is whitened once, y = W(x − m_0), and compared with the whitened means: d² + Kd multiply-adds in place
/// of Kd²/2. Its rounding is that of distances between means, though; so where these are a thousand deviations apart, in
/// float, and where there is little to save, it is done as for a matrix each.
template <class Scalar>
class SharedTriangularDensity {
  public:
    /// Room for K components of dimension d; only this allocates.
    void resize(Index d, Index K) {
        each_.resize(d, K);
        whitened_.resize(d, K);
        factor_.setZero(d, d);
        origin_.setZero(d);
        step_.setZero(d);
    }

    /// See TriangularDensity; W must be the same for every k, and component 0 the first.
    void set(Index k, const double* mean, const Eigen::Ref<const Eigen::MatrixXd>& inverse_factor,
             double constant) {
        const Index d = origin_.size();
        each_.set(k, mean, inverse_factor, constant);
        if (k == 0) {
            factor_.triangularView<Eigen::Lower>() = inverse_factor;
            origin_ = Eigen::Map<const Eigen::VectorXd>(mean, d);
            reach_ = 0;
        }
        step_.setZero();
        for (Index j = 0; j < d; ++j) step_ += factor_.col(j) * (mean[j] - origin_(j));
        reach_ = std::max(reach_, step_.squaredNorm());
        whitened_.set(k, step_.data(), 1, constant);
    }

    bool whitens() const {
        const Index d = each_.dimension(), K = each_.size();
        return std::is_same_v<Scalar, double> && reach_ < 1e6 && K * d * d > 3 * (d * d + 2 * K * d);
    }
    const TriangularDensity<Scalar>& each() const { return each_; }
    /// What the panel y of whitened observations is compared with.
    const SphericalDensity<Scalar>& whitened() const { return whitened_; }
    /// y := W(x − m_0), n × d. `centred` is room.
    void whiten(const Panel<Scalar>& x, Panel<Scalar>& centred, Panel<Scalar>& y) const {
        centred.resize(x.size(), x.columns());
        for (Index j = 0; j < x.columns(); ++j)
            for (Index i = 0; i < x.padded(); ++i) centred(i, j) = x(i, j) - static_cast<Scalar>(origin_(j));
        y.resize(x.size(), x.columns());
        const double* const zero = zeros(std::max(x.padded(), x.columns()));
        linear(centred, 0, x.padded(), zero, zero, factor_.data(), y);
    }

    /// All of its members, see Archivable.
    static constexpr auto members() {
        using S = SharedTriangularDensity;
        return std::tuple{&S::each_, &S::whitened_, &S::factor_, &S::origin_, &S::step_, &S::reach_};
    }

  private:
    TriangularDensity<Scalar> each_;
    SphericalDensity<Scalar> whitened_;
    Eigen::MatrixXd factor_;         // W
    Eigen::VectorXd origin_, step_;  // m_0; room
    double reach_ = 0;               // the largest ‖W(m_k − m_0)‖²
};

/// out(i, k) = constant_k − ½‖W(x_i − m_k)‖², n × K.
template <class Scalar>
void log_density(const Panel<Scalar>& x, const SharedTriangularDensity<Scalar>& density, Panel<Scalar>& out) {
    if (!density.whitens()) return log_density(x, density.each(), out);
    static thread_local Panel<Scalar> centred, y;
    density.whiten(x, centred, y);
    log_density(y, density.whitened(), out);
}

/// Whether add_shared_scatter does less than add_scatter for each of K components.
inline bool shared_scatter_pays(Index d, Index K) { return K * d * d > 3 * (d * d + 4 * K * d + K * K) / 2; }

/// Adds, for K components with centres c_k (d × K) and weights w (n × K), Σ_i w_ik to count, Σ_i w_ik (x_i − c_k) to the
/// columns of sum (d × K), and the scatter of all, Σ_k Σ_i w_ik (x_i − c_k)(x_i − c_k)ᵀ, to the lower triangle of the
/// d × d matrix second; returns Σ w. The weights of the filler rows must be zero.
///
/// With w_i = Σ_k w_ik, the mean centre m_i = Σ_k w_ik c_k / w_i and P = Σ_i w_i. w_i.ᵀ / w_i, the scatter is that about the
/// m_i and that of the centres about them: Σ_i w_i (x_i − m_i)(x_i − m_i)ᵀ + ½ Σ_kl P_kl (c_k − c_l)(c_k − c_l)ᵀ. Sums of
/// squares, so nothing cancels, wherever the clusters lie. Costs n(d²/2 + 2Kd + K²/2) multiply-adds.
template <class Scalar>
double add_shared_scatter(const Panel<Scalar>& x, const Panel<Scalar>& weights, const Scalar* centres,
                          double* count, double* sum, double* second, Index ld) {
    const Index d = x.columns(), K = weights.columns(), padded = x.padded();
    static thread_local Panel<Scalar> rest, total;
    static thread_local Eigen::MatrixXd offsets, pairs, moves;
    static thread_local Eigen::VectorXd ignored;

    offsets.resize(d, K);
    for (Index k = 0; k < K; ++k)
        for (Index j = 0; j < d; ++j)
            offsets(j, k) = static_cast<double>(centres[k * d + j]) - static_cast<double>(centres[j]);
    total.resize(x.size(), 2);  // w_i and, where it is not zero, 1/w_i
    std::fill_n(total.column(0), padded, Scalar(0));
    for (Index k = 0; k < K; ++k)
        for (Index i = 0; i < padded; ++i) total(i, 0) += weights(i, k);
    for (Index i = 0; i < padded; ++i) total(i, 1) = total(i, 0) > 0 ? 1 / total(i, 0) : Scalar(0);

    rest.resize(x.size(), d);  // x_i − m_i, both relative to c_0
    const double* const zero = zeros(std::max(padded, d));
    linear(weights, 0, padded, zero, zero, offsets.data(), rest);
    for (Index j = 0; j < d; ++j)
        for (Index i = 0; i < padded; ++i) rest(i, j) = (x(i, j) - centres[j]) - rest(i, j) * total(i, 1);

    pairs.setZero(K, K);
    ignored.setZero(std::max(d, K));
    const Scalar* const origin = zeros<Scalar>(std::max(d, K));
    double counted = 0, unused = 0;
    add_weighted_sums(rest, weights, count, sum);
    add_scatter(rest, total.column(0), origin, counted, ignored.data(), second, ld);
    add_scatter(weights, total.column(1), origin, unused, ignored.data(), pairs.data(), K);

    moves.setZero(d, K);  // Σ_l P_kl (c_k − c_l)
    for (Index l = 0; l < K; ++l)
        for (Index k = l + 1; k < K; ++k)
            for (Index j = 0; j < d; ++j) {
                const double move = pairs(k, l) * (offsets(j, k) - offsets(j, l));
                moves(j, k) += move;
                moves(j, l) -= move;
            }
    for (Index k = 0; k < K; ++k)
        for (Index b = 0; b < d; ++b) {
            sum[k * d + b] -= moves(b, k);
            for (Index a = b; a < d; ++a) second[a + b * ld] += offsets(a, k) * moves(b, k);
        }
    return counted;
}

#define LATENT_SHARED_MATRIX(S)                                                                             \
    LATENT_INSTANTIATE(kernel,                                                                              \
                       void log_density<S>(const Panel<S>&, const SharedTriangularDensity<S>&, Panel<S>&)); \
    LATENT_INSTANTIATE(kernel, double add_shared_scatter<S>(const Panel<S>&, const Panel<S>&, const S*,     \
                                                            double*, double*, double*, Index))
LATENT_FOR_SCALARS(LATENT_SHARED_MATRIX);
#undef LATENT_SHARED_MATRIX

}  // namespace latent::detail
