// Missing cells filled in, by what a model expects of them given all that is seen.
#pragma once

#include <algorithm>
#include <cmath>

#include "latent/core/observations_of.hpp"
#include "latent/core/room.hpp"
#include "latent/kernel/pack.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/imputation.hpp"
#include "latent/model/mixture.hpp"

namespace latent {

namespace detail {

/// A model of densities that take missing cells.
template <class M>
concept Imputing = WithEmission<const M> && TakesMissing<EmissionOf<const M>>;

/// What a model's queries take, in memory.
template <class M>
struct DataOf {
    using Type = typename M::Unit;
};
template <Emission E>
struct DataOf<HiddenMarkovModel<E>> {
    using Type = Sequences<typename E::Scalar>;
};

/// The components of a draw of what is hidden: of a mixture, given p(k | x_i), each by itself; of a hidden Markov model paths.
template <Emission E, class Data>
std::vector<Index> drawn_components(const Mixture<E>& model, const Data& x, Random& random) {
    const Eigen::MatrixXd r = model.predict_proba(x);
    std::vector<Index> component;
    for (Index i = 0; i < r.cols(); ++i) component.push_back(random.categorical(r.col(i), model.size()));
    return component;
}
template <Emission E, class Data>
std::vector<Index> drawn_components(const HiddenMarkovModel<E>& model, const Data& x, Random& random) {
    return model.sample_states(x, random);
}

/// visit(first, x, room) for runs of observations some of whose cells are missing: packed, and their densities computed.
template <class E, class Scalar, class Visit>
void for_each_incomplete(const E& emission, const Observations<Scalar>& x, const Visit& visit) {
    Panel<Scalar> block, densities;
    RoomOf<E> room;
    for (Index first = 0; first < x.cols(); first += 512) {
        pack(x.view(first, std::min<Index>(512, x.cols() - first)), block);
        if (!block.missing()) continue;
        log_density(emission, block, densities, room);
        visit(first, block, room);
    }
}

/// x with value(j, i) in its missing cells.
template <class Scalar, class Value>
MatrixX<Scalar> filled(const Observations<Scalar>& x, const Value& value) {
    MatrixX<Scalar> result = x.matrix();
    for (Index i = 0; i < x.cols(); ++i)
        for (Index j = 0; j < x.rows(); ++j)
            if (std::isnan(result(j, i))) result(j, i) = static_cast<Scalar>(value(j, i));
    return result;
}

}  // namespace detail

/// The observations, d × n (of a hidden Markov model sequences of them), given with_missing, with their missing cells filled
/// in: E[x_missing | x_seen] under the model, over components and, of a hidden Markov model, over all of the sequence before
/// and after; with the variance of each. Of angles the mean direction and twice the circular variance; of symbols the most
/// probable one and how probable another is. Throws std::invalid_argument where the model cannot take the observations.
/// Time: a predict_proba, and d² a missing cell and component.
template <detail::Imputing M>
Imputation<typename M::Scalar> impute(const M& model, const typename detail::DataOf<M>::Type& data) {
    using Scalar = typename M::Scalar;
    const Observations<Scalar> x = detail::observations_of(data);
    const Eigen::MatrixXd posterior = model.predict_proba(data);
    Eigen::MatrixXd values = Eigen::MatrixXd::Zero(x.rows(), x.cols()), variances = values;
    Panel<Scalar> r;
    detail::for_each_incomplete(
        model.emission(), x, [&](Index first, const Panel<Scalar>& block, auto& room) {
            r.resize(block.size(), model.size());
            for (Index k = 0; k < r.columns(); ++k)
                for (Index i = 0; i < r.padded(); ++i)
                    r(i, k) = i < r.size() ? static_cast<Scalar>(posterior(k, first + i)) : Scalar(0);
            model.emission().impute(block, r, room, values.middleCols(first, block.size()),
                                    variances.middleCols(first, block.size()));
        });
    return {detail::filled(x, values), std::move(variances)};
}

/// The same with a draw of what is missing given what is seen, components or paths of states included: some of them make a
/// multiple imputation (Rubin 1987), whose spread is the uncertainty that is left.
template <detail::Imputing M>
MatrixX<typename M::Scalar> impute(const M& model, const typename detail::DataOf<M>::Type& data,
                                   Random& random) {
    using Scalar = typename M::Scalar;
    const Observations<Scalar> x = detail::observations_of(data);
    const std::vector<Index> component = detail::drawn_components(model, data, random);
    Eigen::MatrixXd values = Eigen::MatrixXd::Zero(x.rows(), x.cols());
    detail::for_each_incomplete(
        model.emission(), x, [&](Index first, const Panel<Scalar>& block, auto& room) {
            for (Index i = 0; i < block.size(); ++i)
                if (x.matrix().col(first + i).hasNaN())
                    model.emission().draw_hidden(block, i, component[static_cast<std::size_t>(first + i)],
                                                 random, room, values.col(first + i));
        });
    return detail::filled(x, values);
}

}  // namespace latent
