// A whole model without the library's own parts: two coins, one of them picked and tossed ten times a round.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <tuple>
#include <vector>

#include "latent/core/random.hpp"

namespace kit {

using Pair = std::array<double, 2>;  // a number for each coin

/// Mixture of two binomial distributions on the numbers of heads, after Do & Batzoglou (2008), "What is the
/// expectation maximization algorithm?". A unit is one round.
struct Coins {
    Pair weight, bias;
    static constexpr auto members() { return std::tuple{&Coins::weight, &Coins::bias}; }

    using Unit = int;
    using Posterior = Pair;
    struct Statistics {
        Pair rounds{}, heads{}, tails{};
        static constexpr auto fields() {
            return std::tuple{&Statistics::rounds, &Statistics::heads, &Statistics::tails};
        }
    };
    double log_joint(std::size_t k, double rounds, double heads, double tails) const {
        const auto times_log = [](double n, double p) { return n == 0 ? 0.0 : n * std::log(p); };
        return times_log(rounds, weight[k]) + times_log(heads, bias[k]) + times_log(tails, 1 - bias[k]);
    }

    Statistics zero_statistics() const { return {}; }
    double infer(int heads, Pair& q, double beta = 1) const {
        for (const auto k : {0u, 1u}) q[k] = std::exp(beta * log_joint(k, 1, heads, 10 - heads));
        const double total = q[0] + q[1];
        q = {q[0] / total, q[1] / total};
        return std::log(total) / beta;
    }
    void accumulate(int heads, const Pair& q, Statistics& s) const {
        for (const auto k : {0u, 1u})
            s.rounds[k] += q[k], s.heads[k] += q[k] * heads, s.tails[k] += q[k] * (10 - heads);
    }
    void maximize(const Statistics& s) {
        for (const auto k : {0u, 1u}) {
            weight[k] = s.rounds[k] / (s.rounds[0] + s.rounds[1]);
            if (s.heads[k] + s.tails[k] > 0) bias[k] = s.heads[k] / (s.heads[k] + s.tails[k]);
        }
    }
    double expected_log_joint(const Statistics& s) const {
        return log_joint(0, s.rounds[0], s.heads[0], s.tails[0]) +
               log_joint(1, s.rounds[1], s.heads[1], s.tails[1]);
    }

    double decode(int heads, Pair& q) const {
        const double log_p = infer(heads, q), likelier = std::max(q[0], q[1]);
        q = q[0] < q[1] ? Pair{0, 1} : Pair{1, 0};
        return log_p + std::log(likelier);
    }
    double sample(int heads, latent::Random& random, Pair& q) const {
        const double log_p = infer(heads, q);
        q = random.uniform() < q[0] ? Pair{1, 0} : Pair{0, 1};
        return log_p;
    }
    static double logit(double p) { return std::log(p / (1 - p)); }
    std::vector<double> to_vector() const { return {logit(weight[0]), logit(bias[0]), logit(bias[1])}; }
    void from_vector(std::span<const double> v) {
        const auto p = [&](std::size_t i) { return 1 / (1 + std::exp(-v[i])); };
        weight = {p(0), 1 - p(0)};
        bias = {p(1), p(2)};
    }
};

/// Both biases ~ Beta(heads + 1, tails + 1), the weights ~ Dirichlet(rounds + 1, rounds + 1).
struct CoinsPrior {
    double rounds = 0, heads = 0, tails = 0;

    Coins::Statistics operator()(const Coins&) const {
        return {{rounds, rounds}, {heads, heads}, {tails, tails}};
    }
};

/// Do & Batzoglou's five rounds, and where they start; they keep both weights at a half.
inline const std::vector<int> published_rounds{5, 9, 8, 4, 7};
inline const Coins published_start{{0.5, 0.5}, {0.6, 0.5}};

}  // namespace kit
