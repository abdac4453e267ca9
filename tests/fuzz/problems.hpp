// Random problems: small data of every kind that has been known to hurt, drawn from a seed.
#pragma once

#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "latent/core/random.hpp"
#include "latent/data/sequences.hpp"

namespace fuzz {

using latent::Index;

/// The problems first … first + count − 1. LATENT_FUZZ_SEED and LATENT_FUZZ_COUNT ask for others than those of the suite.
struct Seeds {
    std::uint64_t first = 1, count = 0;

    explicit Seeds(std::uint64_t usual) : count(usual) {
#ifndef NDEBUG
        count /= 10;  // a build that is thirty times slower, for the sake of its assertions
#endif
        if (const char* text = std::getenv("LATENT_FUZZ_SEED")) first = std::strtoull(text, nullptr, 10);
        if (const char* text = std::getenv("LATENT_FUZZ_COUNT")) count = std::strtoull(text, nullptr, 10);
    }
};

inline bool happens(latent::Random& random, double probability) { return random.uniform() < probability; }

/// Kinds of real numbers, observation i, dimension j.
struct Reals {
    const char* name;
    double (*value)(latent::Random& random, Index i, Index j);
};
inline constexpr Reals reals[] = {
    {"normal", [](auto& r, Index, Index) { return r.normal(); }},
    {"two clusters", [](auto& r, Index i, Index) { return r.normal() + 6 * static_cast<double>(i % 2); }},
    {"ties", [](auto& r, Index, Index) { return std::floor(3 * r.uniform()); }},
    {"a constant dimension", [](auto& r, Index, Index j) { return j == 0 ? 5.0 : r.normal(); }},
    {"constant", [](auto&, Index, Index) { return 0.1; }},
    {"mostly zero", [](auto& r, Index, Index) { return happens(r, 0.8) ? 0.0 : r.normal(); }},
    {"zeros of either sign", [](auto& r, Index, Index) { return happens(r, 0.5) ? 0.0 : -0.0; }},
    {"far from 0", [](auto& r, Index, Index) { return 1e9 + r.normal(); }},
    {"scale 1e-150", [](auto& r, Index, Index) { return 1e-150 * r.normal(); }},
    {"scale 1e150", [](auto& r, Index, Index) { return 1e150 * r.normal(); }},
    {"scale 1e-300", [](auto& r, Index, Index) { return 1e-300 * r.normal(); }},
    {"scale 1e300", [](auto& r, Index, Index) { return 1e300 * r.normal(); }},
    {"denormal", [](auto& r, Index, Index) { return 5e-321 * r.normal(); }},
    {"an outlier of 1e6", [](auto& r, Index i, Index) { return i == 0 ? 1e6 : r.normal(); }},
    {"an outlier of 1e100", [](auto& r, Index i, Index) { return i == 0 ? 1e100 : r.normal(); }},
    {"-9999 for missing",
     [](auto& r, Index, Index j) { return j == 0 && happens(r, 0.2) ? -9999 : r.normal(); }},
    {"heavy tails", [](auto& r, Index, Index) { return std::exp(20 * r.normal()); }},
    {"near copies of three values",
     [](auto& r, Index i, Index) { return 10 * static_cast<double>(i % 3) + 1e-13 * r.normal(); }},
    {"clusters 1e5 deviations apart",
     [](auto& r, Index i, Index) { return 1e5 * static_cast<double>(i % 2) + r.normal(); }},
};

/// A problem's data and what is said about them where a promise is broken.
struct Problem {
    std::uint64_t seed;
    latent::Random random{seed};
    Index d = below(4) + 1, n = below(happens(random, 0.2) ? 300 : 40) + 1, K = below(5) + 1;
    std::string kind{};
    Eigen::MatrixXd x{};           // d × n
    Eigen::VectorXd weights{};     // n, or none
    std::vector<Index> lengths{};  // of sequences

    Index below(Index bound) { return random.below(bound); }

    /// Real numbers; now and then an observation or a dimension is there twice.
    void draw_reals() {
        const Reals& of = reals[static_cast<std::size_t>(below(std::ssize(reals)))];
        fill([&](Index i, Index j) { return of.value(random, i, j); });
        kind = of.name;
        if (happens(random, 0.1)) x.col(n - 1) = x.col(0);
        if (d > 1 && happens(random, 0.15)) {
            x.row(d - 1) = 0.5 * x.row(0);
            kind += ", collinear";
        }
    }
    /// 0 … most.
    void draw_counts(double most) {
        const double top = happens(random, 0.2) ? 0 : std::floor(most * random.uniform());
        fill([&](Index, Index) { return std::floor((top + 1) * random.uniform()); });
        kind = "0 … " + std::to_string(top);
    }
    /// Each observation so many trials, shared out among the dimensions.
    void draw_trials(Index trials) {
        x.setZero(d, n);
        for (Index i = 0; i < n; ++i)
            for (Index trial = 0; trial < trials; ++trial) x(below(1 + below(d)), i) += 1;
        kind = std::to_string(trials) + " trials";
    }
    /// Weights, now and then: of observations, or the same for a whole sequence.
    void draw_weights(bool of_sequences) {
        for (Index left = n; left > 0; left -= lengths.back())
            lengths.push_back(std::min(left, below(happens(random, 0.2) ? 200 : 12) + 1));
        if (!happens(random, 0.25)) return;
        kind += ", weighted";
        weights.resize(n);
        for (Index unit = 0, t = 0; t < n; ++unit) {
            const Index length = of_sequences ? lengths[static_cast<std::size_t>(unit)] : 1;
            const double one = random.uniform();
            weights.segment(t, length).setConstant(one < 0.3   ? 0
                                                   : one < 0.4 ? 1e-200
                                                   : one < 0.5 ? 1e6
                                                               : one);
            t += length;
        }
    }
    latent::Observations<double> observations() const {
        return weights.size() > 0 ? latent::weighted(x, weights) : latent::Observations<double>(x);
    }

  private:
    template <class Value>
    void fill(const Value& value) {
        x.resize(d, n);
        for (Index i = 0; i < n; ++i)
            for (Index j = 0; j < d; ++j) x(j, i) = value(i, j);
    }
};

}  // namespace fuzz
