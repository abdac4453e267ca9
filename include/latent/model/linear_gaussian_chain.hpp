// A chain of hidden normal states, each of which depends linearly on the one before and emits an observation.
#pragma once

#include <array>
#include <span>
#include <tuple>

#include "latent/model/linear_gaussian.hpp"

namespace latent {

/// Expected sufficient statistics of a LinearGaussianChain.
///
/// (A template, always of double, so that a program compiles only the members it calls.)
template <class Scalar>
struct BasicLinearGaussianChainStatistics {
    BasicLinearGaussianStatistics<Scalar> initial, transition, observation;

    static constexpr auto fields() {
        using S = BasicLinearGaussianChainStatistics;
        return std::tuple{&S::initial, &S::transition, &S::observation};
    }
};
/// That of double, as models have it.
using LinearGaussianChainStatistics = BasicLinearGaussianChainStatistics<double>;

/// x_1 ~ initial, x_{t+1} | x_t ~ transition, y_t | x_t ~ observation: states x of s numbers, observations y of d. (initial
/// depends on the number 1.) Each of the three is estimated by itself.
///
/// (A template, always of double, so that a program compiles only the members it calls.)
template <class Scalar>
struct BasicLinearGaussianChain {
    BasicLinearGaussian<Scalar> initial, transition, observation;

    using Statistics = BasicLinearGaussianChainStatistics<Scalar>;
    std::array<const BasicLinearGaussian<Scalar>*, 3> parts() const {
        return {&initial, &transition, &observation};
    }
    std::array<BasicLinearGaussian<Scalar>*, 3> parts() { return {&initial, &transition, &observation}; }

    Statistics zero_statistics() const {
        return {initial.zero_statistics(), transition.zero_statistics(), observation.zero_statistics()};
    }
    void reset(Statistics& s) const {
        initial.reset(s.initial);
        transition.reset(s.transition);
        observation.reset(s.observation);
    }
    void maximize(const Statistics& s) {
        initial.maximize(s.initial);
        transition.maximize(s.transition);
        observation.maximize(s.observation);
    }
    double expected_log_density(const Statistics& s) const {
        return initial.expected_log_density(s.initial) + transition.expected_log_density(s.transition) +
               observation.expected_log_density(s.observation);
    }

    /// Free parameters, and as many coordinates.
    Index parameters() const {
        return initial.parameters() + transition.parameters() + observation.parameters();
    }
    void to_vector(std::span<double> v) const {
        for (const BasicLinearGaussian<Scalar>* part : parts()) {
            part->to_vector(v);
            v = v.subspan(static_cast<std::size_t>(part->parameters()));
        }
    }
    void from_vector(std::span<const double> v) {
        for (BasicLinearGaussian<Scalar>* part : parts()) {
            part->from_vector(v);
            v = v.subspan(static_cast<std::size_t>(part->parameters()));
        }
    }

    /// All of its members, see Archivable.
    static constexpr auto members() {
        using C = BasicLinearGaussianChain;
        return std::tuple{&C::initial, &C::transition, &C::observation};
    }
};
/// That of double, as models have it.
using LinearGaussianChain = BasicLinearGaussianChain<double>;

}  // namespace latent
