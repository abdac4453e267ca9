// What the kit must know about hidden Markov models, whatever their emission: an observation is a sequence, and
// its hidden state a whole path.
#pragma once

#include <cmath>
#include <vector>

#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/hidden_markov_prior.hpp"

namespace kit {

/// Sequences that own their memory.
template <class Scalar>
struct OwnedSequences {
    latent::MatrixX<Scalar> x;
    std::vector<latent::Index> lengths;
};

template <class Scalar>
void append(OwnedSequences<Scalar>& data, const latent::MatrixX<Scalar>& sequence) {
    data.x.conservativeResize(Eigen::NoChange, data.x.cols() + sequence.cols());
    data.x.rightCols(sequence.cols()) = sequence;
    data.lengths.push_back(sequence.cols());
}
/// The weights of sequences, one an observation.
template <class Scalar>
std::vector<double> each_step(const OwnedSequences<Scalar>& data, const std::vector<double>& weights) {
    std::vector<double> each;
    for (std::size_t i = 0; i < weights.size(); ++i)
        each.insert(each.end(), static_cast<std::size_t>(data.lengths[i]), weights[i]);
    return each;
}

// Chains of three states: the truth, and the start near it.

/// Everything is free.
struct FreeChain {
    static latent::MarkovChain truth() {
        return {Eigen::Vector3d(0.5, 0.3, 0.2), Eigen::Matrix3d{{.6, .3, .1}, {.1, .7, .2}, {.2, .3, .5}}};
    }
    static latent::MarkovChain start() {
        return {Eigen::Vector3d(0.4, 0.3, 0.3), Eigen::Matrix3d{{.5, .2, .3}, {.3, .4, .3}, {.3, .3, .4}}};
    }
};

/// The initial distribution is the stationary one.
struct StationaryChain {
    static latent::MarkovChain stationary(latent::MarkovChain chain) {
        chain.set_stationary();
        return chain;
    }
    static latent::MarkovChain truth() { return stationary(FreeChain::truth()); }
    static latent::MarkovChain start() { return stationary(FreeChain::start()); }
};

/// Zeros, and the last two rows are one.
struct StructuredChain {
    static latent::MarkovChain tied(double begin, double leave, double go_back) {
        latent::MarkovChain chain(
            Eigen::Vector3d(begin, 0, 1 - begin),
            Eigen::Matrix3d{{1 - leave, leave, 0}, {go_back, .6 - go_back, .4}, {go_back, .6 - go_back, .4}});
        chain.tie_rows({7, 3, 3});
        return chain;
    }
    static latent::MarkovChain truth() { return tied(0.6, 0.4, 0.2); }
    static latent::MarkovChain start() { return tied(0.5, 0.6, 0.3); }
};

/// The subject (see model_properties.hpp) made of a Chain and of the components of a mixture's subject.
template <class Mixture, class Chain = FreeChain>
struct HiddenMarkovSubject : Mixture {
    using Index = latent::Index;
    using Emission = std::remove_cvref_t<decltype(Mixture::truth().emission())>;
    using Scalar = typename Emission::Scalar;
    using Model = latent::HiddenMarkovModel<Emission>;
    using Data = OwnedSequences<Scalar>;
    using Blocks = latent::SequenceBlocks<Scalar>;
    static constexpr Index block_steps = 9;

    static Model truth() { return {Chain::truth(), Mixture::truth().emission()}; }
    static Model start() { return {Chain::start(), Mixture::start().emission()}; }
    static auto prior() {
        const auto emission = Mixture::prior().emission;
        return latent::HiddenMarkovPrior<std::remove_const_t<decltype(emission)>>{1.5, 1.7, 0.5, emission};
    }

    /// Of one to four steps.
    static Data draw(Index n, latent::Random& random) {
        const Model model = truth();
        Data data{{model.dimension(), 0}, {}};
        for (Index i = 0; i < n; ++i) append<Scalar>(data, model.sample(1 + random.below(4), random).x);
        return data;
    }
    static Blocks units(const Data& data) {
        return {latent::Sequences<Scalar>(latent::Observations<Scalar>(data.x), data.lengths), block_steps};
    }
    static Index count(const Data& data) { return std::ssize(data.lengths); }

    /// Paths of sequence i; the state at step t is digit t of z.
    static Index states(const Data& data, Index i) {
        Index paths = 1;
        for (Index t = 0; t < length(data, i); ++t) paths *= Mixture::states;
        return paths;
    }
    static double log_joint(const Model& m, const Data& data, Index i, Index z) {
        double total = 0;
        for (Index t = 0, before = 0; t < length(data, i); ++t, z /= Mixture::states) {
            const Index state = z % Mixture::states;
            const Eigen::VectorXd x = data.x.col(first(data, i) + t).template cast<double>();
            total += std::log(t == 0 ? m.initial()(state) : m.transition()(before, state)) +
                     Mixture::log_density(m.emission(), x, state);
            before = state;
        }
        return total;
    }

    /// The weights of sequences become those of their observations.
    static Blocks weighted_units(const Data& data, std::vector<double>& weights) {
        weights = each_step(data, weights);
        const latent::Observations<Scalar> x(data.x.data(), data.x.rows(), data.x.cols(), 1, data.x.rows(),
                                             weights.data());
        return {latent::Sequences<Scalar>(x, data.lengths), block_steps};
    }
    static Data repeat(const Data& data, const std::vector<double>& weights) {
        Data copies{{data.x.rows(), 0}, {}};
        for (Index i = 0; i < count(data); ++i)
            for (double w = weights[static_cast<std::size_t>(i)]; w > 0; --w)
                append<Scalar>(copies, data.x.middleCols(first(data, i), length(data, i)));
        return copies;
    }

  private:
    static Index length(const Data& data, Index i) { return data.lengths[static_cast<std::size_t>(i)]; }
    static Index first(const Data& data, Index i) {
        Index sum = 0;
        for (Index j = 0; j < i; ++j) sum += length(data, j);
        return sum;
    }
};

}  // namespace kit
