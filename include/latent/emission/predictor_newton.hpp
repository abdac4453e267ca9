// Newton's method for coefficients, where the log-likelihood is concave in what they predict.
#pragma once

#include <cmath>

#include "latent/core/small_matrix.hpp"
#include "latent/emission/weighted_sample.hpp"

namespace latent::detail {

/// The log-density of a response at a linear predictor η, up to a constant, its slope, and minus its curvature, ≥ 0.
struct PredictorTerm {
    double value, slope, information;
};

/// Σ_i w_i ℓ(x_iᵀβ; y_i) of component k of a weighted sample, x being the first p numbers of an observation and y those
/// behind; Response::term(η, y) → PredictorTerm, concave in η, as of exponential families with their own link.
template <class Response>
class PredictorLikelihood {
  public:
    PredictorLikelihood(const WeightedSample& sample, Index k, Index p)
        : observations_(sample.observations()), weights_(sample.weights()), k_(k), p_(p) {}

    double count() const { return weights_.row(k_).sum(); }
    double value(const Eigen::VectorXd& beta) const {
        double total = 0;
        for_each(
            [&](double w, auto x, const double* y) { total += w * Response::term(x.dot(beta), y).value; });
        return total;
    }
    /// The gradient, and the information, whose lower triangle is filled.
    void slopes(const Eigen::VectorXd& beta, Eigen::VectorXd& gradient, Eigen::MatrixXd& information) const {
        gradient.setZero(p_), information.setZero(p_, p_);
        for_each([&](double w, auto x, const double* y) {
            const PredictorTerm term = Response::term(x.dot(beta), y);
            gradient += w * term.slope * x;
            add_square(w * term.information, x, information);
        });
    }
    /// The number of directions that the regressors have.
    Index rank() const {
        Eigen::MatrixXd square = Eigen::MatrixXd::Zero(p_, p_);
        for_each([&](double w, auto x, const double*) { add_square(w, x, square); });
        return semidefinite_cholesky(square);
    }
    /// max |x_iᵀ step|.
    double farthest(const Eigen::VectorXd& step) const {
        double result = 0;
        for_each([&](double, auto x, const double*) { result = std::max(result, std::abs(x.dot(step))); });
        return result;
    }

  private:
    template <class Visit>
    void for_each(const Visit& visit) const {
        for (Index i = 0; i < weights_.cols(); ++i) {
            const double* observation = observations_.data() + i * observations_.rows();
            if (const double w = weights_(k_, i); w > 0)
                visit(w, Eigen::Map<const Eigen::VectorXd>(observation, p_), observation + p_);
        }
    }
    template <class X>
    static void add_square(double w, const X& x, Eigen::MatrixXd& to) {
        for (Index b = 0; b < to.cols(); ++b)
            for (Index a = b; a < to.rows(); ++a) to(a, b) += w * x(a) * x(b);
    }

    Eigen::Map<const Eigen::MatrixXd> observations_, weights_;
    Index k_, p_;
};

/// Replaces β by the maximum of a concave likelihood with the members that PredictorLikelihood has, exact to rounding; in directions that the regressors do not have it stays. Newton's method, that
/// is, iteratively reweighted least squares (Nelder & Wedderburn 1972), from β or from 0, whichever is likelier, each step
/// halved until the likelihood rises. Where there is no maximum, because the likelihood grows for ever along some direction
/// (Albert & Anderson 1984), β is finite, so far out that 1e-14 of a nat an observation is left to gain; then returns false.
/// Time: an exponential and p² a distinct observation and step; three to eight steps.
template <class Likelihood>
bool maximize_predictor(const Likelihood& likelihood, Eigen::VectorXd& beta) {
    const double enough = 1e-14 * likelihood.count();
    const Eigen::VectorXd zero = Eigen::VectorXd::Zero(beta.size());
    double top = likelihood.value(beta);
    if (const double at_zero = likelihood.value(zero); !(top >= at_zero)) beta = zero, top = at_zero;
    Eigen::VectorXd gradient, step;
    Eigen::MatrixXd factor;
    for (int iteration = 0; iteration < 200; ++iteration) {
        likelihood.slopes(beta, gradient, factor);
        const Index rank = semidefinite_cholesky(factor);
        invert_lower(factor);
        step = factor.transpose().lazyProduct((factor.lazyProduct(gradient)).eval());
        if (!step.allFinite()) return false;
        const double gain = gradient.dot(step);  // twice that of the step
        if (!(gain > enough)) {
            if (likelihood.farthest(step) > 0.01 || rank < likelihood.rank()) return false;
            beta += step;
            return true;
        }
        Eigen::VectorXd next = beta + step;
        double there = likelihood.value(next);
        for (int halving = 0; !(there > top) && halving < 64; ++halving) {
            step /= 2;
            next = beta + step;
            there = likelihood.value(next);
        }
        if (!(there > top)) return true;  // by rounding there is nothing left to gain
        beta = next, top = there;
    }
    return false;
}

}  // namespace latent::detail
