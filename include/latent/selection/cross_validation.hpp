// Cross-validation: the likelihood of data that the model was not fitted to.
#pragma once

#include <numeric>
#include <type_traits>
#include <vector>

#include "latent/core/random.hpp"
#include "latent/data/blocks.hpp"
#include "latent/data/known.hpp"
#include "latent/data/pieces.hpp"
#include "latent/data/sequence_blocks.hpp"

namespace latent {

namespace detail {

/// Which of `folds` each of n belongs to: a random permutation is dealt out.
inline std::vector<Index> dealt_out(Index n, Index folds, std::uint64_t seed) {
    std::vector<Index> order(static_cast<std::size_t>(n)), fold(order.size());
    std::iota(order.begin(), order.end(), Index{0});
    Random(seed).shuffle(order);
    for (Index i = 0; i < n; ++i)
        fold[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])] = i % folds;
    return fold;
}

/// The independent pieces that units in memory are cut from.
template <class Scalar>
const Observations<Scalar>& pieces_of(const Blocks<Scalar>& units) {
    return units.all();
}
template <class Scalar>
const Sequences<Scalar>& pieces_of(const SequenceBlocks<Scalar>& units) {
    return units.sequences();
}

/// Some pieces; owns their memory.
template <class Pieces>
struct SomePieces {
    Picked<typename Pieces::Scalar> all;
    std::vector<Index> lengths;

    Pieces pieces() const {
        if constexpr (std::is_same_v<Pieces, Observations<typename Pieces::Scalar>>)
            return all.observations();
        else
            return {all.observations(), lengths};
    }
};
/// Those of which keep(number).
template <class Pieces, class Keep>
SomePieces<Pieces> some_of(const Pieces& x, const Keep& keep) {
    std::vector<Index> which, lengths;
    for (Index i = 0, first = 0; i < number_of_pieces(x); first += length_of_piece(x, i++)) {
        if (!keep(number_of_piece(x, i))) continue;
        lengths.push_back(length_of_piece(x, i));
        for (Index t = 0; t < lengths.back(); ++t) which.push_back(first + t);
    }
    return {{all_of(x), which}, lengths};
}

}  // namespace detail

/// −2 Σ log p(what is held out | the model fitted to the rest), over k folds (Smyth 2000): the smaller, the better. Observations
/// are dealt to the folds at random, for hidden Markov models whole sequences are. Of mixtures and hidden Markov models, of
/// data in memory; every candidate sees the same folds. Cost: k more fits a candidate, by as many starts each, and a copy of
/// the data a worker. Throws std::invalid_argument where there are not as many observations, or sequences, as folds.
struct CrossValidation {
    Index folds = 10;        ///< at least 2
    std::uint64_t seed = 1;  ///< of the deal
    static constexpr const char* name = "cross-validated -2 log-likelihood";

    Index parts() const { return folds; }
    /// −2 log-likelihood of fold i by what is fitted to the others.
    template <class M, class Units, class Fits>
    double part(Index i, const M& shape, const Units& units, const Fits& fits) const {
        const auto& pieces = detail::pieces_of(units);
        const Index n = detail::number_of_pieces(pieces);
        detail::require(folds >= 2 && folds <= n, "latent::CrossValidation: folds is ", folds,
                        ", expected 2 … ", n, ", as many as there are observations or sequences");
        const std::vector<Index> fold = detail::dealt_out(n, folds, seed);
        const auto held = [&](Index j) { return fold[static_cast<std::size_t>(j)] == i; };
        const auto rest = detail::some_of(pieces, [&](Index j) { return !held(j); });
        const auto fit = fits.fit(shape, rest.pieces()).best();
        const auto out = detail::some_of(pieces, held);
        return -2 * fit.model.score(out.pieces());
    }
};

}  // namespace latent
