// A model's surroundings: the models near it in its coordinates, and derivatives there.
#pragma once

#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/core/concepts.hpp"

namespace latent::detail {

/// f'(0) by central differences at ±step and ±2 step, f being a number or a vector; off by step⁴ f⁽⁵⁾ / 30, and exactly 0
/// where f does not change.
template <class F>
auto derivative(const F& f, double step) {
    using Value = std::remove_cvref_t<decltype(f(step))>;
    const Value near = f(step) - f(-step), far = f(2 * step) - f(-2 * step);
    return Value((near * 8 - far) / (12 * step));
}

/// How far derivatives look, in directions in which the complete data's standard error is one: far enough that rounding is
/// nothing, and near enough that the fifth derivatives are.
inline constexpr double differencing_step = 0.1;

/// The models at coordinates θ + axes u, θ those of a model in the middle: u has a number a column of the axes.
template <Vectorizable M>
class Surroundings {
  public:
    /// Its axes are the coordinates.
    explicit Surroundings(const M& model) : model_(&model), middle_(model.to_vector()) {
        axes = Eigen::MatrixXd::Identity(std::ssize(middle_), std::ssize(middle_));
    }

    Eigen::MatrixXd axes;

    const M& middle() const { return *model_; }
    Index size() const { return axes.cols(); }
    /// The model at θ + step · direction, the direction in coordinates.
    M at(const Eigen::VectorXd& direction, double step) const {
        std::vector<double> moved = middle_;
        for (std::size_t i = 0; i < moved.size(); ++i) moved[i] += step * direction(static_cast<Index>(i));
        M model = *model_;
        model.from_vector(moved);
        return model;
    }
    /// The derivatives along the axes of f(model), a vector: a column an axis, each by four models.
    template <class F>
    Eigen::MatrixXd derivatives(const F& f, Index rows) const {
        Eigen::MatrixXd result(rows, size());
        for (Index k = 0; k < size(); ++k)
            result.col(k) = derivative([&](double step) { return Eigen::VectorXd(f(at(axes.col(k), step))); },
                                       differencing_step);
        return result;
    }

  private:
    const M* model_;
    std::vector<double> middle_;
};

}  // namespace latent::detail
