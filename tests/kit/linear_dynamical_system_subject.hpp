// What the kit must know about linear dynamical systems.
#pragma once

#include "kit/hidden_markov_subject.hpp"
#include "latent/model/linear_dynamical_system.hpp"

namespace kit {

/// Two states, seen as two numbers; sequences of one to four steps, a tenth of their cells missing.
struct LinearDynamicalSystemSubject {
    using Index = latent::Index;
    using Model = latent::LinearDynamicalSystem;
    using Data = OwnedSequences<double>;
    using Blocks = latent::SequenceBlocks<double>;
    static constexpr Index states = 0;  // too many to count
    static constexpr double rounding = std::numeric_limits<double>::epsilon(), recovery = 1;
    static constexpr Index block_steps = 9;

    static Model model(double stay, double noise) {
        const Eigen::Matrix2d covariance{{1, 0.3}, {0.3, 0.8}};
        return Model({.observation = Eigen::Matrix2d{{1, 0.2}, {-0.3, 1}},
                      .transition = Eigen::Matrix2d{{stay, 0.2}, {-0.2, stay}},
                      .observation_covariance = noise * covariance,
                      .state_covariance = 0.5 * covariance,
                      .initial_mean = Eigen::Vector2d(1, -1),
                      .initial_covariance = covariance});
    }
    static Model truth() { return model(0.8, 0.5); }
    static Model start() { return model(0.6, 0.8); }
    static auto prior() {
        return [](const Model& m) { return m.zero_statistics(); };
    }

    static Data draw(Index n, latent::Random& random) {
        Data data{{2, 0}, {}};
        for (Index i = 0; i < n; ++i) append<double>(data, truth().sample(1 + random.below(4), random).x);
        for (double& value : data.x.reshaped())
            if (random.uniform() < 0.1) value = std::numeric_limits<double>::quiet_NaN();
        return data;
    }
    static Blocks units(const Data& data) {
        return {latent::Sequences<double>(latent::Observations<double>(data.x).with_missing(), data.lengths),
                block_steps};
    }
    static Index count(const Data& data) { return std::ssize(data.lengths); }
    static double log_joint(const Model&, const Data&, Index, Index) { return 0; }  // never asked

    /// The weights of sequences become those of their observations.
    static Blocks weighted_units(const Data& data, std::vector<double>& weights) {
        weights = each_step(data, weights);
        const latent::Observations<double> x(data.x.data(), 2, data.x.cols(), 1, 2, weights.data());
        return {latent::Sequences<double>(x.with_missing(), data.lengths), block_steps};
    }
    static Data repeat(const Data& data, const std::vector<double>& weights) {
        Data copies{{2, 0}, {}};
        Index first = 0;
        for (std::size_t i = 0; i < data.lengths.size(); first += data.lengths[i++])
            for (double w = weights[i]; w > 0; --w)
                append<double>(copies, data.x.middleCols(first, data.lengths[i]));
        return copies;
    }
};

}  // namespace kit
