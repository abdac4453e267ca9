// Anderson acceleration: the last few EM steps tell, together, where the next one should lead.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>
#include <vector>

#include "latent/core/concepts.hpp"
#include "latent/kernel/small_matrix.hpp"

namespace latent {

namespace detail {

/// The differences of the last points x and of their residuals f = F(x) − x, and what they say about the next point.
/// (A template, always of double, so that only a program that accelerates compiles it.)
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

}  // namespace detail

/// Damped Anderson acceleration with restarts and a monotone guard, after DAAREM (Henderson & Varadhan 2019, "Damped
/// Anderson acceleration with restarts and monotonicity control for accelerating EM and EM-like algorithms"). In the
/// model's unconstrained coordinates, with x the present point, f = F(x) − x its EM step and X, C the last differences
/// of x and f, the next point is x + f − (X + C) γ, γ the damped least-squares solution of C γ = f. A point that is
/// worse than the present one is replaced by the EM step, so the objective never falls; success lessens the damping,
/// failure strengthens it.
///
/// Evaluations: one an iteration, two where the guard steps in; SQUAREM makes three or four, and a step of it counts
/// about as much as three of these. Memory: one more state, and 2 · order vectors of the model's coordinates.
/// A fit throws std::invalid_argument unless 1 ≤ order ≤ 1000.
struct Anderson {
    Index order = 10;  ///< differences kept; at most half the number of coordinates are used

    static constexpr bool plain = false;

    void check() const {
        detail::require(order >= 1 && order <= 1000, "latent::Anderson: order is ", order,
                        ", expected 1 … 1000");
    }

    template <class M>
    auto memory(const State<M>& state) const {
        struct Memory {
            State<M> step;
            detail::AndersonHistory history{};
            double accepted = 0;  // cycles without the guard, which lessen the damping
            double gain = 0;      // of the last iteration
        };
        return Memory{state};
    }
    template <class Memory>
    auto lasting(Memory& memory) const {
        return std::tie(memory.history, memory.accepted, memory.gain);
    }

    template <class M, class Maximize, class Evaluate, class Memory>
    double operator()(const State<M>& state, State<M>& next, const Maximize& maximize,
                      const Evaluate& evaluate, Memory& memory) const {
        static_assert(Vectorizable<M>, "latent: Anderson needs M::to_vector() and M::from_vector(v)");
        State<M>& step = memory.step;
        const bool smooth = maximize(state, step);
        const auto here = state.model.to_vector(), image = step.model.to_vector();
        const auto p = static_cast<Index>(here.size());
        const bool comparable =
            smooth && here.size() == image.size() && p > 0;  // none was dropped or emptied
        const bool accepted = comparable && maximize.attempt([&] {
            const Index columns = std::clamp<Index>((p + 1) / 2, 1, order);
            const double damping = 1 / (1 + std::pow(1.2, 25 - memory.accepted));
            next.model = step.model;
            next.model.from_vector(memory.history.next(here, image, columns, damping));
            if (!maximize.admit(next.model)) return false;
            evaluate(next);
            return next.objective >= state.objective;  // false for a NaN too
        });
        const double rate = memory.history.rate();
        if (accepted) {
            memory.accepted += 1;
        } else {
            memory.accepted = std::max(memory.accepted - static_cast<double>(order), -50.0);
            memory.history.restart();
            std::swap(next, step);
            evaluate(next);
        }
        const double before = std::exchange(memory.gain, std::abs(next.objective - state.objective));
        return std::max(before, memory.gain) / (1 - rate * rate);
    }
};

}  // namespace latent
