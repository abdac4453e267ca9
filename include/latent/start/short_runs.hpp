// A start that is itself the best of short fits from starts of several kinds.
#pragma once

#include "latent/start/restarts.hpp"

namespace latent {

namespace detail {

/// Starts of four kinds in turn, by the seed: clusters of k-means in units of the dimensions' scales, and in one unit for all;
/// cells of k-means++ centres; cells of observations drawn at random.
struct VariedStart {
    std::uint64_t seed = 0;

    template <class M, class Data, class X = Sequential>
    M operator()(const M& shape, const Data& data, const X& execution = {}) const {
        const std::uint64_t number = seed / 4;
        switch (seed % 4) {
            case 0:
                return KMeans{.seed = number}(shape, data, execution);
            case 1:
                return KMeans{.seed = number, .scaled = false}(shape, data, execution);
            case 2:
                return KMeansPlusPlus{.seed = number}(shape, data, execution);
            default:
                return RandomObservations{.seed = number}(shape, data, execution);
        }
    }
};

}  // namespace detail

/// Begins where the best of `number` short fits ended: em-EM (Biernacki, Celeux & Govaert 2003, "Choosing starting values for the EM
/// algorithm"). No one kind of start is the best for all data, so they begin with clusters of k-means, of dimensions scaled and not,
/// with cells of k-means++ centres and of observations drawn at random, in turn; fits that collapse rank last. It costs as much as
/// number · iterations iterations of EM, and finds the best optimum far more often than one start. The result depends on the seed
/// alone. Throws std::invalid_argument as KMeans does, and where number < 1 or iterations < 0.
struct ShortRuns {
    std::uint64_t seed = 0;
    int number = 12;      ///< short fits
    int iterations = 30;  ///< of each, at most

    template <class M, class Data, class X = Sequential>
    M operator()(const M& shape, const Data& data, const X& execution = {}) const {
        if constexpr (detail::can_start<M>()) {
            detail::require(number > 0, "latent::ShortRuns: number is ", number, ", expected at least 1");
            detail::require(iterations >= 0, "latent::ShortRuns: iterations is ", iterations,
                            ", expected 0 or more");
            using EM = ExpectationMaximization<Batch<>, MaximumLikelihood<>, X>;
            const EM em{{}, {}, execution, {}, {.tolerance = 1e-5}, {.iterations = iterations}, {}};
            const Restarts<detail::VariedStart, EM> runs{
                number, {.seed = seed * static_cast<std::uint64_t>(number)}, em};
            return runs.fit(shape, data).best().model;
        }
    }
};

}  // namespace latent
