// Properties of a model's inferences: they are what enumeration of the hidden states says they are.
#pragma once

#include "catch.hpp"
#include "kit/enumeration.hpp"
#include "latent/estep/annealed.hpp"
#include "latent/estep/hard.hpp"
#include "latent/estep/stochastic.hpp"

namespace kit {

/// An E-step by `rule` has the objective and the expected log joint of the enumerated one. (Of a model with
/// further hidden variables beside z, S::augmented, the expected log joint is another function:
/// gradients_agree checks it.)
template <class S, class Rule>
void check_against(const Enumerated& expected, const Rule& rule, const typename S::Data& data) {
    const auto model = S::start();
    const auto e = expect(rule, model, S::units(data));
    const double gain = S::truth().expected_log_joint(e.statistics) - model.expected_log_joint(e.statistics);
    const double tolerance = 100 * S::rounding * (std::abs(expected.objective) + std::abs(expected.gain));
    CHECK_THAT(e.objective, WithinAbs(expected.objective, tolerance));
    if constexpr (!requires { S::augmented; }) CHECK_THAT(gain, WithinAbs(expected.gain, tolerance));
}

template <class S>
void inference_equals_enumeration() {
    latent::Random random(1);
    const auto data = S::draw(60, random);
    const auto tempered = [&](double beta) {
        return enumerate_tempered<S>(S::start(), S::truth(), data, beta);
    };
    check_against<S>(tempered(1), latent::Soft{}, data);
    check_against<S>(tempered(1), latent::Annealed{.beta = 1}, data);
    check_against<S>(tempered(0.5), latent::Annealed{.beta = 0.5}, data);
    check_against<S>(tempered(0.01), latent::Annealed{.beta = 0.01}, data);  // nearly flat
    check_against<S>(enumerate_hard<S>(S::start(), S::truth(), data), latent::Hard{}, data);
}

/// Statistics of many draws have the mean of those of the exact posterior, to five standard errors.
template <class S>
void draws_follow_the_posterior() {
    latent::Random random(2);
    const auto data = S::draw(40, random);
    const auto model = S::start();
    const auto exact = expect(latent::Soft{}, model, S::units(data));
    const std::vector<double> expected = flat(exact.statistics);
    constexpr int draws = 300;
    std::vector<double> sum(expected.size()), squares(expected.size());
    for (int t = 0; t < draws; ++t) {
        const auto drawn = expect(latent::Stochastic{.seed = 3}, model, S::units(data), t);
        REQUIRE(drawn.objective == exact.objective);
        const std::vector<double> values = flat(drawn.statistics);
        for (std::size_t i = 0; i < values.size(); ++i) {
            sum[i] += values[i] - expected[i];
            squares[i] += (values[i] - expected[i]) * (values[i] - expected[i]);
        }
    }
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double error = std::sqrt(squares[i]) / draws;
        CHECK(std::abs(sum[i] / draws) <= 5 * error + 100 * S::rounding * std::abs(expected[i]));
    }
}

/// Units shared out at random among three sums, which are then added: the statistics of the whole.
template <class S>
void shards_add_up() {
    latent::Random random(4);
    const auto data = S::draw(100, random);
    const auto& units = S::units(data);
    const auto model = S::start();
    std::vector shards(3, model.zero_statistics());
    typename S::Model::Posterior q;
    for (Index i = 0; i < std::ssize(units); ++i) {
        const auto& x = units[static_cast<decltype(units.size())>(i)];
        model.infer(x, q);
        model.accumulate(x, q, shards[static_cast<std::size_t>(random.below(3))]);
    }
    latent::add(shards[0], shards[1]);
    latent::add(shards[0], shards[2]);
    const std::vector<double> whole = flat(expect(latent::Soft{}, model, units).statistics);
    CHECK(distance(flat(shards[0]), whole) < 1e-12 * distance(whole, std::vector(whole.size(), 0.0)));
}

/// An observation of weight w counts as w of them; weight zero, as none.
template <class S>
void weights_are_copies() {
    latent::Random random(5);
    const auto data = S::draw(50, random);
    std::vector<double> weights;
    for (Index i = 0; i < S::count(data); ++i) weights.push_back(static_cast<double>(random.below(4)));
    const auto copies = S::repeat(data, weights);
    const auto by_weight = expect(latent::Soft{}, S::start(), S::weighted_units(data, weights));
    const auto by_copies = expect(latent::Soft{}, S::start(), S::units(copies));
    CHECK_THAT(by_weight.objective, WithinRel(by_copies.objective, 100 * S::rounding));
    auto one = S::start(), other = S::start();
    one.maximize(by_weight.statistics);
    other.maximize(by_copies.statistics);
    CHECK(distance(one.to_vector(), other.to_vector()) < 1000 * S::rounding);
}

}  // namespace kit
