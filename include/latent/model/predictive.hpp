// What a hidden Markov model says of the observations to come.
#pragma once

#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"

namespace latent {

/// The density of the observation `steps` after the last sequence's end, p(x_{T + steps} | x_1 … x_T): a mixture of the states'
/// densities, weighted by how probable they are then. So conditional, quantile, highest_density_region and all else of mixtures
/// hold for it. Throws std::invalid_argument for steps < 1, and on data that the model cannot take.
template <Emission E, class Data = Sequences<typename E::Scalar>>
Mixture<E> predictive(const HiddenMarkovModel<E>& model, const Data& x, Index steps = 1) {
    detail::require(steps > 0, "latent::predictive: steps is ", steps, ", expected at least 1");
    const Eigen::VectorXd weights = model.forecast_states(x, steps).rightCols(1);
    return {weights / weights.sum(), model.emission()};
}

/// p(z_t | x_1 … x_{t−1}), each state before its own observation is seen: K × n; at the beginning of a sequence p(z_1).
template <Emission E>
Eigen::MatrixXd predict_states(const HiddenMarkovModel<E>& model,
                               const typename HiddenMarkovModel<E>::Data& x) {
    const Eigen::MatrixXd filtered = model.filter(x);
    Eigen::MatrixXd predicted(filtered.rows(), filtered.cols());
    for (Index i = 0; i < x.size(); ++i) {
        const Index begin = x.first(i), after = x.length(i) - 1;
        predicted.col(begin) = model.initial();
        predicted.middleCols(begin + 1, after) =
            model.transition().transpose() * filtered.middleCols(begin, after);
    }
    return predicted;
}

}  // namespace latent
