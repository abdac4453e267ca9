// LinearDynamicalSystem's longer members: parameters and inference.
#pragma once

#include "latent/model/linear_dynamical_system.hpp"

namespace latent {

// ----------------------------------------------------------------------------------------------- parameters

template <class Scalar>
BasicLinearDynamicalSystem<Scalar>::BasicLinearDynamicalSystem(const StateSpaceParameters& given,
                                                               const Estimated& estimated) {
    const auto name = [](const char* what) { return detail::text("latent::LinearDynamicalSystem: ", what); };
    const Index d = given.observation.rows(), s = given.observation.cols();
    detail::require(d > 0 && s > 0, name("observation"), " is ", d, " × ", s, ", expected d × s, not empty");
    detail::require(given.transition.rows() == s && given.transition.cols() == s, name("transition"), " is ",
                    given.transition.rows(), " × ", given.transition.cols(), ", expected s × s = ", s, " × ",
                    s, " as observation has ", s, " columns");
    detail::require(given.initial_mean.size() == s, name("initial_mean"), " has ", given.initial_mean.size(),
                    " values, expected s = ", s);
    chain_.initial = {given.initial_mean,           given.initial_covariance, estimated.initial_mean,
                      estimated.initial_covariance, name("initial_mean"),     name("initial_covariance")};
    chain_.transition = {given.transition,           given.state_covariance, estimated.transition,
                         estimated.state_covariance, name("transition"),     name("state_covariance")};
    chain_.observation = {given.observation,     given.observation_covariance,
                          estimated.observation, estimated.observation_covariance,
                          name("observation"),   name("observation_covariance")};
}

template <class Scalar>
BasicLinearDynamicalSystem<Scalar> BasicLinearDynamicalSystem<Scalar>::restored(
    Eigen::MatrixX<Scalar> observation, Eigen::MatrixX<Scalar> transition,
    Eigen::MatrixX<Scalar> observation_covariance, Eigen::MatrixX<Scalar> state_covariance,
    Eigen::VectorX<Scalar> initial_mean, Eigen::MatrixX<Scalar> initial_covariance,
    const Estimated& estimated) {
    return BasicLinearDynamicalSystem<Scalar>(
        {std::move(observation), std::move(transition), std::move(observation_covariance),
         std::move(state_covariance), std::move(initial_mean), std::move(initial_covariance)},
        estimated);
}

template <class Scalar>
Estimated BasicLinearDynamicalSystem<Scalar>::estimated() const {
    return {chain_.observation.estimates_coefficients(), chain_.transition.estimates_coefficients(),
            chain_.observation.estimates_covariance(),   chain_.transition.estimates_covariance(),
            chain_.initial.estimates_coefficients(),     chain_.initial.estimates_covariance()};
}

// ------------------------------------------------------------------------------------------------ inference

template <class Scalar>
double BasicLinearDynamicalSystem<Scalar>::infer(const Unit& y, Posterior& q, Random* random) const {
    q.inference.prepare();
    reset(q.statistics);
    double total = 0;
    for (Index i = 0; i < y.size(); ++i) {
        const double weight = y.weight(i);
        if (weight == 0) continue;
        const double log_p = q.inference.filter(chain_, y[i]);
        if (!std::isfinite(log_p)) return log_p;
        total += weight * log_p;
        q.inference.collect(chain_, y[i], weight, random, q.statistics);
    }
    return total;
}

template <class Scalar>
template <class Cut>
void BasicLinearDynamicalSystem<Scalar>::require_shape(const Cut& blocks) const {
    require_parameters();
    detail::require(blocks.size() > 0, "latent::LinearDynamicalSystem: there are no observations");
    detail::require(blocks.rows() == dimension(), "latent::LinearDynamicalSystem: observations have ",
                    blocks.rows(), " rows (and ", blocks.cols(), " columns), expected d = ", dimension(),
                    " rows: one observation a column");
}

template <class Scalar>
double BasicLinearDynamicalSystem<Scalar>::check_block(const Unit& block, Index first) const {
    detail::require_observations(
        "LinearDynamicalSystem", block.all(), dimension(), [](double value) { return std::isfinite(value); },
        "a finite number");
    detail::require(!block.all().informed(),
                    "latent::LinearDynamicalSystem: its states are no components that could be known: give "
                    "observations without labels and priors");
    return detail::require_sequence_weights("LinearDynamicalSystem", block, first);
}

template <class Scalar>
template <detail::CutInto<SequenceBlock<double>> Cut>
void BasicLinearDynamicalSystem<Scalar>::check(const Cut& y) const {
    require_shape(y);
    double weight = 0;
    for (Index b = 0; b < y.size(); ++b) weight += check_block(y[b], y.first_sequence(b));
    detail::require(weight > 0, "latent::LinearDynamicalSystem: all weights are zero");
}

template <class Scalar>
template <detail::CutInto<SequenceBlock<double>> Cut>
std::string BasicLinearDynamicalSystem<Scalar>::explain(const Cut& y) const {
    detail::KalmanInference<Scalar> inference;
    for (Index b = 0; b < y.size(); ++b) {
        const Unit block = y[b];
        for (Index i = 0; i < block.size(); ++i) {
            Index impossible = -1;
            inference.filter(chain_, block[i], [&](Index t, double log_p) {
                if (impossible < 0 && !std::isfinite(log_p)) impossible = t;
            });
            if (impossible >= 0)
                return detail::text("the observation at step ", impossible, " of sequence ",
                                    y.first_sequence(b) + i,
                                    " has no density: given those before, its covariance is singular, no "
                                    "more than rounding, or not finite");
        }
    }
    return {};
}

}  // namespace latent
