// Standard errors that hold where the model is not the truth: the sandwich.
#pragma once

#include "latent/data/pieces.hpp"
#include "latent/uncertainty/standard_errors.hpp"

namespace latent {

/// Standard errors from the sandwich I⁻¹ B I⁻¹ (Huber 1967; White 1982), I the observed information and B the sum of s sᵀ
/// over the observations, or over the sequences of a model of sequences, s the slope of a piece's log-likelihood. They
/// hold for the parameters nearest to the truth where the model is not it; few pieces, such as one sequence, say nothing
/// of B. A weight of w is w copies.
///
/// Throws what observed_information does, and std::invalid_argument where there are fewer pieces than free parameters,
/// for then B is singular. Time: 8 p + 1 passes over the data. Memory: p numbers a piece.
template <Vectorizable M, class Data, Execution X = Sequential, class F = detail::SavedNumbers>
StandardErrors robust_errors(const M& model, const Data& data, const X& execution = {},
                             const F& natural = {}) {
    static_assert(
        detail::OfPieces<M>,
        "latent: robust_errors needs the log-likelihoods of the pieces of data: see ScoresSequences, "
        "ScoresObservations");
    static_assert(!Distributed<X>, "latent: robust_errors works within one process");
    const detail::PiecesOf<M> pieces(data);
    const ObservedInformation information = observed_information(model, pieces, execution);
    const Index n = detail::number_of_pieces(pieces), p = information.axes.cols();
    detail::require(n > p, "latent::robust_errors: ", n, " independent pieces of data for ", p,
                    " free parameters, expected more");
    detail::Surroundings<M> near(model);
    near.axes = information.axes;
    const Eigen::MatrixXd scores =
        near.derivatives([&](const M& at) { return detail::score_pieces(at, pieces, execution); }, n);
    detail::InvertedInformation inverse = detail::inverted(information);
    const Eigen::MatrixXd spread =
        scores.transpose() * detail::weights_of_pieces(pieces).asDiagonal() * scores;
    inverse.covariance = (inverse.covariance * spread * inverse.covariance).eval();
    StandardErrors result = detail::errors_of(model, information, inverse, natural);
    result.evaluations += 4 * p;
    return result;
}

}  // namespace latent
