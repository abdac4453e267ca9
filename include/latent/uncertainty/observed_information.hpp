// The observed information of a fitted model: how sharply the likelihood bends, and how much of that hidden data took.
#pragma once

#include <vector>

#include "latent/core/processes.hpp"
#include "latent/core/sequential.hpp"
#include "latent/core/units.hpp"
#include "latent/estep/batch.hpp"
#include "latent/uncertainty/complete_information.hpp"

namespace latent {

/// The observed information of p coordinates (to_vector) at a model, I = I_c − I_m: that of complete data less what is
/// missing (Orchard & Woodbury 1972; Louis 1982). It is kept in directions in which I_c is the identity, r ≤ p of them,
/// so that the scales of the coordinates are nothing to it, and I is 1 − missing.
struct ObservedInformation {
    Eigen::MatrixXd axes;     ///< p × r: the directions, each as long as the complete data's standard error
    Eigen::MatrixXd missing;  ///< r × r: I_m in them, symmetric
    Eigen::MatrixXd unknown;  ///< p × (p − r): directions of which even the complete data say nothing
    Eigen::VectorXd score;    ///< r: the slope of the log-likelihood in them, 0 at a maximum
    double asymmetry =
        0;  ///< how far the missing information was from symmetric: its numerical error, in units of I_c
    double log_likelihood = 0;  ///< of the model
    Index evaluations = 0;      ///< E-steps made, 4 r + 1
};

namespace detail {

/// The gradient at the model in the middle of Q(θ') by the statistics, along the axes: by Fisher's identity the score,
/// where the statistics are the model's own.
template <class M>
class CompleteScore {
  public:
    explicit CompleteScore(const Surroundings<M>& near) {
        for (Index k = 0; k < near.size(); ++k)
            for (const double place : {1, -1, 2, -2})
                beside_.push_back(near.at(near.axes.col(k), place * differencing_step));
    }
    Eigen::VectorXd operator()(const typename M::Statistics& statistics) const {
        Eigen::VectorXd slope(std::ssize(beside_) / 4);
        for (std::size_t k = 0; k < beside_.size() / 4; ++k) {
            const auto q = [&](std::size_t i) { return beside_[4 * k + i].expected_log_joint(statistics); };
            slope(static_cast<Index>(k)) = (8 * (q(0) - q(1)) - (q(2) - q(3))) / (12 * differencing_step);
        }
        return slope;
    }

  private:
    std::vector<M> beside_;
};

}  // namespace detail

/// The observed information of the data at the model, which should be a maximum of the likelihood: what a fit ended with.
///
/// By the derivatives of Q(θ' | θ) = E[log p(x, z | θ') | x, θ] alone (Oakes 1999): I = −∂²Q/∂θ'² − ∂²Q/∂θ' ∂θ at θ' = θ.
/// The first is the complete information, and needs no look at the data; of the second, the missing information, each row
/// takes four E-steps beside the model. Both are central differences of the fourth order, a tenth of a standard error
/// apart; the relative error is about 10⁻⁷. A fit's prior has no part in it.
///
/// Throws std::invalid_argument on data that the model cannot take or whose log-likelihood is not finite. Time: 4 p + 1
/// E-steps, and 12 p² expected log-likelihoods, which cost no look at the data. Memory: 4 p models.
template <Vectorizable M, class Data, Execution X = Sequential>
ObservedInformation observed_information(const M& model, const Data& data, const X& execution = {}) {
    const auto& units = detail::units_of(execution, model, data);
    detail::check_data(execution, std::ssize(units), [&] { detail::check_with(model, units); });
    const Batch<> estep;
    auto workspace = estep.workspace(model, units, execution);
    Expectation<typename M::Statistics> expectation;
    ObservedInformation result;
    const auto statistics = [&](const M& at) -> const typename M::Statistics& {
        estep(at, units, 0, workspace, expectation);
        ++result.evaluations;
        return expectation.statistics;
    };

    const typename M::Statistics own = statistics(model);
    result.log_likelihood = expectation.objective;
    detail::require(std::isfinite(result.log_likelihood),
                    "latent::observed_information: the log-likelihood of the data is ", result.log_likelihood,
                    ", expected a finite number");
    detail::Surroundings<M> near(model);
    result.unknown = detail::CompleteInformation<M>(near, own).whiten();
    const detail::CompleteScore<M> score(near);
    result.axes = near.axes;
    result.score = score(own);
    Eigen::MatrixXd missing(near.size(), near.size());
    for (Index k = 0; k < near.size(); ++k) {
        // 8 s(h) + s(−2h) − (8 s(−h) + s(2h)), of which each half is statistics of data: Q is linear in them
        const auto half = [&](double step) {
            typename M::Statistics sum = statistics(near.at(near.axes.col(k), step));
            scale(sum, 8);
            add(sum, statistics(near.at(near.axes.col(k), -2 * step)));
            return score(sum);
        };
        missing.col(k) = (half(detail::differencing_step) - half(-detail::differencing_step)) /
                         (12 * detail::differencing_step);
    }
    result.missing = (missing + missing.transpose()) / 2;
    if (missing.size() > 0) result.asymmetry = (missing - missing.transpose()).cwiseAbs().maxCoeff();
    return result;
}

}  // namespace latent
