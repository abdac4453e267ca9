// HiddenMarkovModel's longer members: queries first, then inference, then what changes the states.
#pragma once

#include "latent/model/hidden_markov_model.hpp"

namespace latent {

template <Emission E>
HiddenMarkovModel<E>::HiddenMarkovModel(MarkovChain chain, E emission)
    : chain_(std::move(chain)), emission_(std::move(emission)) {
    detail::require(chain_.size() == emission_.size(), "latent::HiddenMarkovModel: the chain has ",
                    chain_.size(), " states, but the emission has ", emission_.size());
}

// -------------------------------------------------------------------------------------------------- queries

template <Emission E>
SequenceBlocks<typename E::Scalar> HiddenMarkovModel<E>::checked(const Data& x) const {
    SequenceBlocks<Scalar> blocks = units(x);
    check(blocks);
    return blocks;
}

template <Emission E>
template <class Visit>
void HiddenMarkovModel<E>::for_each_sequence(const Data& x, const Visit& visit) const {
    checked(x);
    detail::ChainInference<E> inference;
    inference.prepare(chain_, emission_);
    for (Index i = 0; i < x.size(); ++i)
        visit(i, x.first(i), Unit(x[i], x.ends().subspan(static_cast<std::size_t>(i), 2)), inference);
}

template <Emission E>
double HiddenMarkovModel<E>::score(const Data& x) const {
    const auto blocks = checked(x);
    detail::ChainInference<E> inference;
    detail::SmallChainInference<E> small;
    inference.prepare(chain_, emission_);
    double total = 0;
    for (Index b = 0; b < blocks.size(); ++b) total += log_likelihood(blocks[b], inference, small, nullptr);
    return total;
}

template <Emission E>
Eigen::VectorXd HiddenMarkovModel<E>::score_sequences(const Data& x) const {
    Eigen::VectorXd result(x.size());
    for_each_sequence(x, [&](Index i, Index, const Unit& sequence, auto& inference) {
        result(i) = inference.log_likelihood(sequence.unweighted());
    });
    return result;
}

template <Emission E>
Eigen::VectorXd HiddenMarkovModel<E>::score_samples(const Data& x) const {
    Eigen::VectorXd result(x.all().cols());
    for_each_sequence(x, [&](Index, Index first, const Unit& sequence, auto& inference) {
        double before = 1;  // Σ α of the step before, scaled as the step uses it
        const bool scaled = inference.forward(sequence, [&](Index begin, const detail::Segment& s, Index n) {
            for (Index t = 0; t < n; ++t) {
                double sum = 0;
                for (Index k = 0; k < size(); ++k) sum += s.alpha[t + 1][k];
                result(first + begin + t) = std::log(sum / before) + s.shift[static_cast<std::size_t>(t)];
                before = sum * detail::unit_scale(sum);
            }
        });
        if (scaled) return;
        auto logs = inference.log_chain(sequence.all());
        logs.forward();
        double log_before = 0;
        for (Index t = 0; t < logs.steps(); ++t) {
            const double now = detail::log_sum_exp(size(), [&](Index k) { return logs.alpha(k, t); });
            result(first + t) = now == log_before ? now : now - log_before;
            log_before = now;
        }
    });
    return result;
}

template <Emission E>
Eigen::MatrixXd HiddenMarkovModel<E>::filter(const Data& x) const {
    Eigen::MatrixXd result(size(), x.all().cols());
    for_each_sequence(x, [&](Index, Index first, const Unit& sequence, auto& inference) {
        const bool scaled = inference.forward(sequence, [&](Index begin, const detail::Segment& s, Index n) {
            for (Index t = 0; t < n; ++t) {
                const Eigen::Map<const Eigen::VectorXd> alpha(s.alpha[t + 1], size());
                result.col(first + begin + t) = alpha / alpha.sum();
            }
        });
        if (scaled) return;
        auto logs = inference.log_chain(sequence.all());
        logs.forward();
        for (Index t = 0; t < logs.steps(); ++t) {
            const double now = detail::log_sum_exp(size(), [&](Index k) { return logs.alpha(k, t); });
            for (Index k = 0; k < size(); ++k)
                result(k, first + t) = std::isfinite(now) ? std::exp(logs.alpha(k, t) - now) : 0;
        }
    });
    return result;
}

template <Emission E>
Eigen::MatrixXd HiddenMarkovModel<E>::predict_proba(const Data& x) const {
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(size(), x.all().cols());
    auto counts = chain_.zero_statistics();
    for_each_sequence(x, [&](Index, Index first, const Unit& sequence, auto& inference) {
        inference.forward_backward(
            sequence.unweighted(), counts,
            [&](int, Index begin, const Panel<Scalar>&, const Panel<Scalar>& posterior) {
                for (Index k = 0; k < size(); ++k)
                    for (Index t = 0; t < posterior.size(); ++t)
                        result(k, first + begin + t) = static_cast<double>(posterior(t, k));
            },
            [] {});
    });
    return result;
}

template <Emission E>
Eigen::MatrixXd HiddenMarkovModel<E>::expected_moves(const Data& x) const {
    const auto blocks = checked(x);
    detail::ChainInference<E> inference;
    inference.prepare(chain_, emission_);
    MarkovChainStatistics total = chain_.zero_statistics(), counts;
    for (Index b = 0; b < blocks.size(); ++b) {
        chain_.reset(counts);
        inference.forward_backward(
            blocks[b], counts, [](int, Index, const Panel<Scalar>&, const Panel<Scalar>&) {},
            [&] { chain_.reset(counts); });
        add(total, counts);
    }
    return total.transition;
}

template <Emission E>
ViterbiPath HiddenMarkovModel<E>::viterbi(const Data& x) const {
    ViterbiPath result{{}, Eigen::VectorXd(x.size())};
    result.states.reserve(static_cast<std::size_t>(x.all().cols()));
    std::vector<Index> path;
    for_each_sequence(x, [&](Index i, Index, const Unit& sequence, auto& inference) {
        inference.viterbi(sequence, path, [&](Index, double log_p) { result.log_probability(i) = log_p; });
        result.states.insert(result.states.end(), path.begin(), path.end());
    });
    return result;
}

template <Emission E>
std::vector<Index> HiddenMarkovModel<E>::predict_marginal(const Data& x) const {
    const Eigen::MatrixXd posterior = predict_proba(x);
    std::vector<Index> states(static_cast<std::size_t>(posterior.cols()));
    for (Index t = 0; t < posterior.cols(); ++t)
        posterior.col(t).maxCoeff(&states[static_cast<std::size_t>(t)]);
    return states;
}

template <Emission E>
std::vector<Index> HiddenMarkovModel<E>::sample_states(const Data& x, Random& random) const {
    std::vector<Index> states, path;
    for_each_sequence(x, [&](Index, Index, const Unit& sequence, auto& inference) {
        inference.sample_paths(sequence, random, path);
        states.insert(states.end(), path.begin(), path.end());
    });
    return states;
}

template <Emission E>
HiddenMarkovDraw<typename E::Scalar> HiddenMarkovModel<E>::sample(Index n, Random& random) const {
    HiddenMarkovDraw<Scalar> draw{MatrixX<Scalar>(dimension(), n), {}};
    Index state = 0;
    for (Index t = 0; t < n; ++t) {
        state = t == 0 ? random.categorical(initial(), size())
                       : random.categorical(transition().row(state), size());
        draw.states.push_back(state);
        emission_.sample(state, random, draw.x.col(t).data());
    }
    return draw;
}

template <Emission E>
Eigen::MatrixXd HiddenMarkovModel<E>::forecast_states(const Data& x, Index steps) const {
    detail::require(steps >= 0, "latent::HiddenMarkovModel::forecast_states: steps is ", steps,
                    ", expected at least 0");
    detail::require(x.size() > 0, "latent::HiddenMarkovModel: there are no observations");
    Eigen::VectorXd now = filter(Data(x[x.size() - 1])).rightCols(1);
    Eigen::MatrixXd result(size(), steps);
    for (Index s = 0; s < steps; ++s) result.col(s) = now = chain_.after(now, 1);
    return result;
}

template <Emission E>
double HiddenMarkovModel<E>::bic(const Data& x) const {
    double n = 0;
    for (Index i = 0; i < x.all().cols(); ++i) n += x.all().weight(i);
    return static_cast<double>(parameters()) * std::log(n) - 2 * score(x);
}

template <Emission E>
std::optional<Impossible> HiddenMarkovModel<E>::impossible(const Data& x) const {
    std::optional<Impossible> found;
    for_each_sequence(x, [&](Index i, Index, const Unit& sequence, auto& inference) {
        if (found || inference.forward(sequence, [](Index, const detail::Segment&, Index) {})) return;
        auto logs = inference.log_chain(sequence.all());
        logs.forward();
        const Index step = logs.impossible();
        if (step < logs.steps()) found = Impossible{i, step};
    });
    return found;
}

// ------------------------------------------------------------------------------------------------ inference

template <Emission E>
void HiddenMarkovModel<E>::check(const SequenceBlocks<Scalar>& x) const {
    const Observations<Scalar>& all = x.all();
    detail::require(x.size() > 0, "latent::HiddenMarkovModel: there are no observations");
    detail::require(all.rows() == dimension(), "latent::HiddenMarkovModel: observations have ", all.rows(),
                    " rows (and ", all.cols(), " columns), expected d = ", dimension(),
                    " rows: one observation a column");
    if constexpr (requires { emission_.check(all); }) emission_.check(all);
    if (!all.weights()) return;
    for (Index i = 0; i < x.sequences().size(); ++i)
        for (Index t = x.sequences().first(i); t < x.sequences().first(i + 1); ++t)
            detail::require(all.weight(t) >= 0 && std::isfinite(all.weight(t)) &&
                                all.weight(t) == all.weight(x.sequences().first(i)),
                            "latent::HiddenMarkovModel: the weight of observation ", t, " is ", all.weight(t),
                            ", expected a finite number ≥ 0, the same for all of sequence ", i);
}

template <Emission E>
std::string HiddenMarkovModel<E>::explain(const SequenceBlocks<Scalar>& x) const {
    const auto found = impossible(x.sequences());
    if (!found) return {};
    return detail::text("sequence ", found->sequence, " is impossible from its step ", found->step,
                        " on: no state that can be reached emits what is observed there");
}

template <Emission E>
auto HiddenMarkovModel<E>::collector(Posterior& q) const {
    reset(q.statistics);
    detail::reset(emission_, q.second_half);
    q.inference.crew = q.crew;
    return [this, &q](int half, Index, const Panel<Scalar>& x, const Panel<Scalar>& posterior) {
        emission_.accumulate(x, posterior, half == 0 ? q.statistics.emission : q.second_half);
    };
}

template <Emission E>
double HiddenMarkovModel<E>::infer(const Unit& x, Posterior& q, double beta) const {
    const auto collect = collector(q);
    if (q.small.suits(chain_, x)) {
        double total = 0;
        const bool sound = q.small.with(size(), [&](auto& lanes) {
            return lanes.expectation(chain_, emission_, beta, x, q.crew, total, q.statistics.chain,
                                     q.statistics.emission);
        });
        if (sound) return total / beta;
        collector(q);
    }
    q.inference.prepare(chain_, emission_, beta);
    const double log_p = q.inference.forward_backward(x, q.statistics.chain, collect, [&] { collector(q); });
    add(q.statistics.emission, q.second_half);
    return log_p / beta;
}

template <Emission E>
double HiddenMarkovModel<E>::log_likelihood(const Unit& x, detail::ChainInference<E>& inference,
                                            detail::SmallChainInference<E>& small, detail::Crew* crew) const {
    double total = 0;
    const bool sound = small.suits(chain_, x) && small.with(size(), [&](auto& lanes) {
        return lanes.log_likelihood(chain_, emission_, 1, x, crew, total);
    });
    return sound ? total : inference.log_likelihood(x);
}

template <Emission E>
double HiddenMarkovModel<E>::decode(const Unit& x, Posterior& q) const {
    const auto collect = collector(q);
    double total = 0;
    q.inference.prepare(chain_, emission_);
    q.inference.viterbi(x, q.path, [&](Index i, double log_p) {
        if (x.weight(i) > 0) total += x.weight(i) * log_p;
    });
    q.inference.assign_paths(x, q.path, q.statistics.chain, collect);
    return total;
}

template <Emission E>
double HiddenMarkovModel<E>::sample(const Unit& x, Random& random, Posterior& q) const {
    const auto collect = collector(q);
    q.inference.prepare(chain_, emission_);
    const double total = q.inference.sample_paths(x, random, q.path);
    q.inference.assign_paths(x, q.path, q.statistics.chain, collect);
    // With the bits of infer.
    return q.small.suits(chain_, x) ? log_likelihood(x, q.inference, q.small, q.crew) : total;
}

template <Emission E>
template <class Responsibility>
void HiddenMarkovModel<E>::assign(const Unit& x, const Responsibility& r, Posterior& q) const {
    const auto collect = collector(q);
    MarkovChainStatistics& counts = q.statistics.chain;
    for (Index i = 0; i < x.size(); ++i) {
        const double w = x.weight(i);
        for (Index k = 0; k < size(); ++k)
            if (initial()(k) > 0) counts.initial(k) += w * static_cast<double>(r(x.first(i), k));
        for (Index t = x.first(i) + 1; t < x.first(i + 1); ++t)
            for (Index a = 0; a < size(); ++a) {
                const double from = w * static_cast<double>(r(t - 1, a));
                for (Index b = 0; from > 0 && b < size(); ++b)
                    if (transition()(a, b) > 0)
                        counts.transition(a, b) += from * static_cast<double>(r(t, b));
            }
    }
    q.inference.prepare(chain_, emission_);
    q.inference.assign(
        0, x.all(), [&](Index t, Index k) { return x.all().weight(t) * static_cast<double>(r(t, k)); },
        collect);
}

template <Emission E>
std::vector<double> HiddenMarkovModel<E>::to_vector() const requires VectorizableEmission<E> {
    const auto own = static_cast<std::size_t>(chain_.coordinates());
    std::vector<double> v(own + (emission_fixed_ ? 0 : static_cast<std::size_t>(emission_.coordinates())));
    chain_.to_vector(v);
    if (!emission_fixed_) emission_.to_vector(std::span(v).subspan(own));
    return v;
}

template <Emission E>
void HiddenMarkovModel<E>::from_vector(std::span<const double> v) requires VectorizableEmission<E> {
    chain_.from_vector(v);
    if (!emission_fixed_) emission_.from_vector(v.subspan(static_cast<std::size_t>(chain_.coordinates())));
}

// --------------------------------------------------------------------------------------------------- states

template <Emission E>
bool HiddenMarkovModel<E>::respawn(Index k, Random& random) requires Collapsible<E> {
    if (size() == 1) return false;
    Eigen::VectorXd heavy = stationary_distribution(transition());
    if (!heavy.allFinite()) heavy = initial();
    heavy(k) = -1;
    Index from = 0;
    heavy.maxCoeff(&from);
    emission_.respawn(k, from, random);
    Eigen::MatrixXd moves = transition();
    moves.row(k) = moves.row(from);
    for (Index i = 0; i < size(); ++i)  // half of what went to `from` goes to k, too
        moves(i, k) = moves(i, from) = 0.5 * (moves(i, k) + moves(i, from));
    Eigen::VectorXd begin = initial();
    begin(k) = begin(from) = 0.5 * (begin(k) + begin(from));
    const bool stationary = chain_.stationary();
    chain_ = MarkovChain(begin, moves);
    chain_.set_stationary(stationary);
    return true;
}

template <Emission E>
bool HiddenMarkovModel<E>::remove(Index k) requires Collapsible<E> {
    if (size() == 1) return false;
    chain_.remove(k);
    emission_.remove(k);
    return true;
}

}  // namespace latent
