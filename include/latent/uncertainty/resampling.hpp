// Data like those of a fit, made by chance: what a bootstrap fits again and again.
#pragma once

#include <cmath>
#include <utility>
#include <vector>

#include "latent/core/random.hpp"
#include "latent/data/pieces.hpp"

namespace latent {

/// Data, and the memory that they are a view of.
template <class Data>
struct Resampled {
    using Scalar = typename Data::Scalar;
    MatrixX<Scalar> values;
    std::vector<double> weights;  ///< one an observation
    Data data;

    Resampled(MatrixX<Scalar> own, const Data& like)
        : values(std::move(own)), data(detail::cut_like(like, Observations<Scalar>(values))) {}
    /// The same observations, with all that is known of them, their weights times those given: one a piece.
    Resampled(const Data& given, const Eigen::VectorXd& factors) : data(given) {
        for (Index i = 0, first = 0; i < factors.size(); ++i)
            for (Index t = 0; t < detail::length_of_piece(given, i); ++t, ++first)
                weights.push_back(factors(i) * detail::all_of(given).weight(first));
        data = detail::cut_like(given, detail::all_of(given).with_weights(weights.data()));
    }
    Resampled(Resampled&&) noexcept = default;
    Resampled(const Resampled&) = delete;  // its data would view the memory of another
    Resampled& operator=(const Resampled&) = delete;
    Resampled& operator=(Resampled&&) = delete;
    ~Resampled() = default;
};

namespace detail {

/// How many pieces the data have; throws std::invalid_argument where there is but one, which would be drawn each time.
template <class Data>
Index pieces_to_resample(const char* resampling, const Data& data) {
    const Index n = number_of_pieces(data);
    require(n > 1, "latent::", resampling,
            ": the data are one piece, which cannot be resampled: take Simulate");
    return n;
}

}  // namespace detail

/// As many observations, or sequences, drawn from those that there are, with replacement (Efron 1979): how often each was
/// drawn is its weight. One that has a weight is drawn with it.
struct ResampleCases {
    template <class M, class Data>
    Resampled<Data> operator()(const M&, const Data& data, Random& random) const {
        const Index n = detail::pieces_to_resample("ResampleCases", data);
        Eigen::VectorXd times = Eigen::VectorXd::Zero(n);
        for (Index i = 0; i < n; ++i) ++times(random.below(n));
        return {data, times};
    }
};

/// Weights that are exponential draws with the mean one, for observations or sequences: the weighted likelihood bootstrap
/// (Newton & Raftery 1994), in effect a draw from the posterior under a vague prior. None of them is lost.
struct ExponentialWeights {
    template <class M, class Data>
    Resampled<Data> operator()(const M&, const Data& data, Random& random) const {
        Eigen::VectorXd weights(detail::pieces_to_resample("ExponentialWeights", data));
        for (double& weight : weights) weight = -std::log1p(-random.uniform());
        weights *= static_cast<double>(weights.size()) / weights.sum();
        return {data, weights};
    }
};

/// Draws from the model, as many and as long as the data: the parametric bootstrap. Throws std::invalid_argument where
/// the data have missing cells, weights, labels or a prior, of which a model can make no others.
struct Simulate {
    template <class M, class Data>
    Resampled<Data> operator()(const M& model, const Data& data, Random& random) const {
        const auto& x = detail::all_of(data);
        detail::require(!x.missing() && !x.weights() && !x.informed(),
                        "latent::Simulate: the data have missing cells, weights or known components: "
                        "resample cases instead");
        MatrixX<typename Data::Scalar> draws(x.rows(), x.cols());
        if constexpr (ScoresSequences<M>) {
            for (Index i = 0, first = 0; i < detail::number_of_pieces(data); ++i) {
                const Index length = detail::length_of_piece(data, i);
                draws.middleCols(first, length) = observed(model.sample(length, random));
                first += length;
            }
        } else {
            draws = model.sample(x.cols(), random);
        }
        return {std::move(draws), data};
    }

  private:
    template <class Draw>
    static auto observed(Draw draw) {
        if constexpr (requires { draw.x; })
            return std::move(draw.x);
        else
            return std::move(draw.y);
    }
};

}  // namespace latent
