// The pieces that data are made of, each independent of the others: observations, or whole sequences.
#pragma once

#include <vector>

#include "latent/core/concepts.hpp"
#include "latent/data/observations.hpp"
#include "latent/data/sequences.hpp"

namespace latent::detail {

/// A model that tells the pieces of its data apart.
template <class M>
concept OfPieces = ScoresSequences<M> || ScoresObservations<M>;

/// What a model's data are a view of: Sequences or Observations in memory.
template <class M>
struct Pieces {
    using Data = typename M::Unit;
};
template <ScoresSequences M>
struct Pieces<M> {
    using Data = typename M::Data;
};
template <OfPieces M>
using PiecesOf = typename Pieces<M>::Data;

template <class Scalar>
const Observations<Scalar>& all_of(const Observations<Scalar>& x) {
    return x;
}
template <class Scalar>
const Observations<Scalar>& all_of(const Sequences<Scalar>& x) {
    return x.all();
}
template <class Scalar>
Index number_of_pieces(const Observations<Scalar>& x) {
    return x.cols();
}
template <class Scalar>
Index number_of_pieces(const Sequences<Scalar>& x) {
    return x.size();
}
/// How many observations piece i has.
template <class Scalar>
Index length_of_piece(const Observations<Scalar>&, Index) {
    return 1;
}
template <class Scalar>
Index length_of_piece(const Sequences<Scalar>& x, Index i) {
    return x.length(i);
}
/// The number of piece i, whatever order a model has put them into.
template <class Scalar>
Index number_of_piece(const Observations<Scalar>& x, Index i) {
    return x.place(0, i);
}
template <class Scalar>
Index number_of_piece(const Sequences<Scalar>&, Index i) {
    return i;
}
/// Other observations, cut into such pieces.
template <class Scalar>
Observations<Scalar> cut_like(const Observations<Scalar>&, const Observations<Scalar>& other) {
    return other;
}
template <class Scalar>
Sequences<Scalar> cut_like(const Sequences<Scalar>& x, const Observations<Scalar>& other) {
    std::vector<Index> lengths;
    for (Index i = 0; i < x.size(); ++i) lengths.push_back(x.length(i));
    return {other, lengths};
}

/// A weight a piece.
template <class Data>
Eigen::VectorXd weights_of_pieces(const Data& x) {
    Eigen::VectorXd weights(number_of_pieces(x));
    for (Index i = 0, first = 0; i < weights.size(); first += length_of_piece(x, i++))
        weights(i) = all_of(x).weight(first);
    return weights;
}

/// log p of each piece, its weight left out.
template <class M, class Data, class X>
Eigen::VectorXd score_pieces(const M& model, const Data& x, const X& execution) {
    if constexpr (ScoresSequences<M>) {
        return model.score_sequences(x, execution);
    } else {
        return model.score_samples(x, execution);
    }
}

}  // namespace latent::detail
