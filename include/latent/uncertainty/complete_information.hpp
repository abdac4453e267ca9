// What the data would say of a model's parameters if nothing were hidden: directions, and how long a standard error is in them.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "latent/core/small_matrix.hpp"
#include "latent/uncertainty/surroundings.hpp"

namespace latent::detail {

/// Q(θ') = E[log p(x, z | θ') | x, θ], by the statistics of the model in the middle. It needs no look at the data.
template <class M>
class CompleteInformation {
  public:
    CompleteInformation(Surroundings<M>& near, const typename M::Statistics& statistics)
        : near_(near), statistics_(statistics), top_(near.middle().expected_log_joint(statistics)) {}

    /// The axes of the surroundings become directions in which −Q'' is the identity. Returns those in which there is no
    /// information, p rows, each of length one. Q is asked 4 p² times.
    Eigen::MatrixXd whiten() {
        drop_what_is_unknown();
        turn_to(information());
        drop_what_is_unknown();
        turn_to(information());
        Eigen::MatrixXd none(near_.axes.rows(), std::ssize(unknown_));
        for (Index k = 0; k < none.cols(); ++k) none.col(k) = unknown_[static_cast<std::size_t>(k)];
        return none;
    }

  private:
    /// 2 Q(θ) − Q(θ + step · direction) − Q(θ − step · direction).
    double fall(const Eigen::VectorXd& direction, double step) const {
        const auto q = [&](double s) { return near_.at(direction, s).expected_log_joint(statistics_); };
        return 2 * top_ - q(step) - q(-step);
    }
    /// How far it is along the direction to where Q has fallen by a half: one standard error. 0 where Q is flat, or bends
    /// so within that range that no normal distribution describes it, as it does beside probabilities of zero.
    double standard_error(const Eigen::VectorXd& direction) const {
        double step = 1;
        for (int i = 0; i < 200; ++i) {
            const double now = fall(direction, step);
            if (!std::isfinite(now)) {
                step /= 16;
            } else if (now > 0.5 && now < 2) {
                const double inside = 64 * fall(direction, step / 8);
                return inside > now / 4 && inside < now * 4 ? step : 0;
            } else {
                step *= now > 1e-12 ? std::clamp(1 / std::sqrt(now), 1e-6, 64.0) : 64;
            }
        }
        return 0;
    }
    /// Axes get the length of a standard error, and are left out where they have none.
    void drop_what_is_unknown() {
        Eigen::MatrixXd& axes = near_.axes;
        Index kept = 0;
        for (Index k = 0; k < axes.cols(); ++k) {
            const Eigen::VectorXd axis = axes.col(k);
            const double length = standard_error(axis);
            if (length > 0)
                axes.col(kept++) = length * axis;
            else
                unknown_.push_back(axis.normalized());
        }
        axes.conservativeResize(Eigen::NoChange, kept);
    }
    /// −∂²Q along the direction, by differences of the fourth order.
    double curvature(const Eigen::VectorXd& direction) const {
        const double h = differencing_step;
        return (16 * fall(direction, h) - fall(direction, 2 * h)) / (12 * h * h);
    }
    /// −Q'' along the axes, off the diagonal by what is left of the curvature along the sum of two.
    Eigen::MatrixXd information() const {
        const Eigen::MatrixXd& axes = near_.axes;
        Eigen::MatrixXd result(axes.cols(), axes.cols());
        for (Index k = 0; k < axes.cols(); ++k) {
            result(k, k) = curvature(axes.col(k));
            for (Index j = 0; j < k; ++j)
                result(j, k) = result(k, j) =
                    (curvature(axes.col(j) + axes.col(k)) - result(j, j) - result(k, k)) / 2;
        }
        return result;
    }
    /// The axes become those of the information, in standard errors.
    void turn_to(const Eigen::MatrixXd& information) {
        constexpr double least = 1e-9;
        const Eigensystem own = eigensystem(information);
        const Eigen::VectorXd lengths = own.values.cwiseMax(least).cwiseSqrt().cwiseInverse();
        near_.axes *= own.vectors * lengths.asDiagonal();
    }

    Surroundings<M>& near_;
    const typename M::Statistics& statistics_;
    double top_;
    std::vector<Eigen::VectorXd> unknown_;
};

}  // namespace latent::detail
