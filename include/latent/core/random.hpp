// Reproducible random numbers: the stream depends on its key alone, never on the thread or the order of
// calls.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include "latent/core/types.hpp"

namespace latent {

/// A stream of random numbers named by a key (a seed, an iteration, a unit …): equal keys, equal streams, on
/// every platform. SplitMix64 (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators");
/// it is also a standard UniformRandomBitGenerator, for use with `<random>` and std::shuffle.
class Random {
  public:
    using result_type = std::uint64_t;

    /// The stream of the key (seed, a, b).
    explicit Random(std::uint64_t seed, std::uint64_t a = 0, std::uint64_t b = 0)
        : state_(mix(mix(mix(seed) + a) + b)) {}

    result_type operator()() { return mix(state_ += golden); }
    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

    /// Uniform on [0, 1), 53 random bits.
    double uniform() { return static_cast<double>((*this)() >> 11) * 0x1.0p-53; }

    /// Uniform on 0 … n − 1 (n ≥ 1; the bias is below n / 2⁵³).
    Index below(Index n) { return static_cast<Index>(uniform() * static_cast<double>(n)); }

    /// Standard normal (Box & Muller 1958).
    double normal() {
        const double radius = std::sqrt(-2.0 * std::log1p(-uniform()));
        return radius * std::cos(2.0 * std::numbers::pi * uniform());
    }

    /// Index i with probability weights[i] / Σ weights; weights(i) ≥ 0, not all zero, count of them.
    template <class Weights>
    Index categorical(const Weights& weights, Index count) {
        double total = 0;
        for (Index i = 0; i < count; ++i) total += static_cast<double>(weights(i));
        double left = uniform() * total;
        Index chosen = 0;
        for (Index i = 0; i < count; ++i) {
            const auto weight = static_cast<double>(weights(i));
            if (weight <= 0) continue;
            chosen = i;
            if (left < weight) break;
            left -= weight;
        }
        return chosen;
    }

    /// Puts the values in an order of which all are equally probable (Fisher & Yates 1938).
    template <class T>
    void shuffle(std::vector<T>& values) {
        for (Index i = std::ssize(values) - 1; i > 0; --i)
            std::swap(values[static_cast<std::size_t>(i)], values[static_cast<std::size_t>(below(i + 1))]);
    }

  private:
    static constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;
    static constexpr std::uint64_t mix(std::uint64_t z) {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    std::uint64_t state_;
};

}  // namespace latent
