// Anderson mixing (1965): the last few steps of an iteration tell, together, where the next one should lead.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

#include "latent/core/small_matrix.hpp"

namespace latent::detail {

/// The differences of the last points x and of their residuals f = F(x) − x, and what they say about the next point.
/// (A template, always of double, so that only its callers compile it.)
template <class Scalar>
class BasicAndersonHistory {
  public:
    using Vector = Eigen::VectorX<Scalar>;
    using Matrix = Eigen::MatrixX<Scalar>;

    /// Forgets everything: the next point is the first.
    void restart() { used_ = 0; }

    /// The point that the residual f at x leads to, x + f where nothing is known yet. `order` differences are kept;
    /// when they are full they are forgotten, and gathered anew. `damping` in [0, 1] is the squared length of the
    /// combination relative to that of the least-squares one.
    std::vector<double> next(const std::vector<double>& x, const std::vector<double>& image, Index order,
                             double damping) {
        const auto p = static_cast<Index>(x.size());
        const Eigen::Map<const Vector> at(x.data(), p), to(image.data(), p);
        if (p != x_.size() || order != steps_.cols()) {
            steps_.setZero(p, order);
            changes_.setZero(p, order);
            used_ = 0;
        } else if (used_ == order + 1) {
            used_ = 1;  // x_ and f_ stay: the first difference of the new cycle leads from them
        }
        if (used_ > 0) {
            steps_.col(used_ - 1) = at - x_;
            changes_.col(used_ - 1) = (to - at) - f_;
        }
        x_ = at;
        f_ = to - at;
        ++used_;
        std::vector<double> result = image;
        if (used_ > 1) {
            const Vector combination = combine(damping);
            Eigen::Map<Vector>(result.data(), p) -=
                (steps_.leftCols(used_ - 1) + changes_.leftCols(used_ - 1)) * combination;
        }
        return result;
    }

    /// How much longer an EM step is than what is left of it in the next: the rate of linear convergence along the
    /// last difference, in [0, 1).
    double rate() const {
        if (used_ < 2) return 0;
        const auto step = steps_.col(used_ - 2), change = changes_.col(used_ - 2);
        const double before = step.norm(), after = (step + change).norm();
        return before > 0 ? std::min(after / before, 1 - 1e-9) : 0.0;
    }

    /// All of its members, see Archivable.
    static constexpr auto members() {
        return std::tuple{&BasicAndersonHistory::used_, &BasicAndersonHistory::x_, &BasicAndersonHistory::f_,
                          &BasicAndersonHistory::steps_, &BasicAndersonHistory::changes_};
    }

  private:
    /// argmin ‖f − C γ‖² + λ‖γ‖², C the changes, with λ such that ‖γ‖² is `damping` times its value at λ = 0.
    Vector combine(double damping) const {
        const auto changes = changes_.leftCols(used_ - 1);
        Matrix vectors = changes.transpose() * changes;
        const Vector right = changes.transpose() * f_;
        eigen_columns(vectors);
        Vector values = vectors.colwise().norm();
        const double negligible = 1e-14 * values.maxCoeff();
        Vector projected(values.size());
        for (Index i = 0; i < values.size(); ++i) {
            if (values(i) > negligible) {
                projected(i) = vectors.col(i).dot(right) / values(i);
            } else {
                values(i) = 1;
                projected(i) = 0;
            }
        }
        const auto squared_length = [&](double lambda) {
            return (projected.array() / (values.array() + lambda)).square().sum();
        };
        const double wanted = damping * squared_length(0);
        double low = 0, high = values.maxCoeff();
        while (squared_length(high) > wanted && high < 1e300) high *= 16;
        for (int halving = 0; halving < 60 && damping < 1; ++halving) {
            const double middle = 0.5 * (low + high);
            (squared_length(middle) > wanted ? low : high) = middle;
        }
        Vector combination = Vector::Zero(values.size());
        for (Index i = 0; i < values.size(); ++i)
            if (projected(i) != 0)  // a column of zeros has no direction
                combination += projected(i) / (values(i) + low) * vectors.col(i).normalized();
        return combination;
    }

    Index used_ = 0;  // points seen in this cycle; one more than differences
    Vector x_, f_;    // of the last point
    Matrix steps_, changes_;
};

using AndersonHistory = BasicAndersonHistory<double>;

}  // namespace latent::detail
