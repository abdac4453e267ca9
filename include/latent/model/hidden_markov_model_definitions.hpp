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
    check_data(blocks);
    return blocks;
}

template <Emission E>
template <class Cut, class Visit>
void HiddenMarkovModel<E>::for_each_sequence_cut(const Cut& x, const Visit& visit) const {
    check_data(x);
    Posterior q;
    q.inference.prepare(chain_);
    const auto nothing = [](auto&&...) {};
    for (Index b = 0; b < x.size(); ++b) {
        const auto& block = x[b];
        for (Index i = 0; i < block.size(); ++i) {
            const Unit sequence = block.sequence(i).unweighted();
            const auto& all = sequence.all();
            detail::BlockEmissionOf emission(emission_, all, q.workers, nothing, nothing);
            visit(x.first_sequence(b) + i, x.first(b) + block.first(i), sequence, emission, q.inference);
        }
    }
}

template <Emission E>
template <class Cut>
double HiddenMarkovModel<E>::score_cut(const Cut& x) const {
    check_data(x);
    Posterior q;
    double total = 0;
    const auto nothing = [](auto&&...) {};
    for (Index b = 0; b < x.size(); ++b) {
        const auto& block = x[b];
        detail::BlockEmissionOf emission(emission_, block.all(), q.workers, nothing, nothing);
        total += log_likelihood(block, emission, q);
    }
    return total;
}

template <Emission E>
Eigen::VectorXd HiddenMarkovModel<E>::score_sequences(const Data& x) const {
    Eigen::VectorXd result(x.size());
    for_each_sequence(x, [&](Index i, Index, const Unit& sequence, auto& emission, auto& inference) {
        result(i) = inference.log_likelihood(emission, sequence);
    });
    return result;
}

template <Emission E>
Eigen::VectorXd HiddenMarkovModel<E>::score_samples(const Data& x) const {
    Eigen::VectorXd result(x.all().cols());
    for_each_sequence(x, [&](Index, Index first, const Unit& sequence, auto& emission, auto& inference) {
        double before = 1;  // Σ α of the step before, scaled as the step uses it
        const auto each_segment = [&](Index begin, const detail::Segment& s, Index n) {
            for (Index t = 0; t < n; ++t) {
                const double sum = inference.sum_of(s.alpha[t + 1]);
                result(first + begin + t) = std::log(sum / before) + s.shift[static_cast<std::size_t>(t)];
                before = sum * detail::unit_scale(sum);
            }
        };
        if (inference.forward(emission, sequence, each_segment)) return;
        auto logs = inference.log_chain(emission, 0, sequence.steps());
        logs.forward();
        result.segment(first, sequence.steps()) = logs.conditional;
    });
    return result;
}

template <Emission E>
Eigen::MatrixXd HiddenMarkovModel<E>::filter(const Data& x) const {
    Eigen::MatrixXd result(size(), x.all().cols());
    for_each_sequence(x, [&](Index, Index first, const Unit& sequence, auto& emission, auto& inference) {
        const auto each_segment = [&](Index begin, const detail::Segment& s, Index n) {
            for (Index t = 0; t < n; ++t) {
                const Eigen::Map<const Eigen::VectorXd> alpha(s.alpha[t + 1], size());
                result.col(first + begin + t) = alpha / alpha.sum();
            }
        };
        if (inference.forward(emission, sequence, each_segment)) return;
        auto logs = inference.log_chain(emission, 0, sequence.steps());
        logs.forward();
        result.middleCols(first, sequence.steps()) = logs.alpha.unaryExpr(&detail::probability);
    });
    return result;
}

template <Emission E>
Eigen::MatrixXd HiddenMarkovModel<E>::predict_proba(const Data& x) const {
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(size(), x.all().cols());
    Posterior q;
    MarkovChainStatistics counts;
    for_each_sequence(x, [&](Index, Index first, const Unit& sequence, auto&, auto& inference) {
        const auto write = [&](Index, Index begin, const Panel<Scalar>&, const Panel<Scalar>& posterior) {
            for (Index k = 0; k < size(); ++k)
                for (Index t = 0; t < posterior.size(); ++t)
                    result(k, first + begin + t) = static_cast<double>(posterior(t, k));
        };
        const auto nothing = [](Index) {};
        detail::BlockEmissionOf emission(emission_, sequence.all(), q.workers, nothing, write);
        inference.forward_backward(emission, sequence, counts);
    });
    return result;
}

template <Emission E>
Eigen::MatrixXd HiddenMarkovModel<E>::expected_moves(const Data& x) const {
    const auto blocks = checked(x);
    Posterior q;
    MarkovChainStatistics total = chain_.zero_statistics(), counts;
    const auto nothing = [](auto&&...) {};
    q.inference.prepare(chain_);
    for (Index b = 0; b < blocks.size(); ++b) {
        const Unit block = blocks[b];
        detail::BlockEmissionOf emission(emission_, block.all(), q.workers, nothing, nothing);
        q.inference.forward_backward(emission, block, counts);
        add(total, counts);
    }
    return total.transition;
}

template <Emission E>
ViterbiPath HiddenMarkovModel<E>::viterbi(const Data& x) const {
    ViterbiPath result{{}, Eigen::VectorXd(x.size())};
    result.states.reserve(static_cast<std::size_t>(x.all().cols()));
    std::vector<Index> path;
    for_each_sequence(x, [&](Index i, Index, const Unit& sequence, auto& emission, auto& inference) {
        inference.viterbi(emission, sequence, path,
                          [&](Index, double log_p) { result.log_probability(i) = log_p; });
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
    for_each_sequence(x, [&](Index, Index, const Unit& sequence, auto& emission, auto& inference) {
        inference.sample_paths(emission, sequence, random, path);
        states.insert(states.end(), path.begin(), path.end());
    });
    return states;
}

template <Emission E>
HiddenMarkovDraw<typename E::Scalar> HiddenMarkovModel<E>::sample(Index n, Random& random) const {
    detail::require(n >= 0, "latent::HiddenMarkovModel::sample: n is ", n, ", expected at least 0");
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
    checked(x);
    Eigen::VectorXd now = filter(Data(x[x.size() - 1])).rightCols(1);
    Eigen::MatrixXd result(size(), steps);
    for (Index s = 0; s < steps; ++s) result.col(s) = now = chain_.after(now, 1);
    return result;
}

template <Emission E>
template <class Cut>
std::optional<Impossible> HiddenMarkovModel<E>::impossible_cut(const Cut& x) const {
    std::optional<Impossible> found;
    for_each_sequence_cut(x, [&](Index i, Index, const Unit& sequence, auto& emission, auto& inference) {
        const auto nothing = [](auto&&...) {};
        if (found || inference.forward(emission, sequence, nothing)) return;
        auto logs = inference.log_chain(emission, 0, sequence.steps());
        logs.forward();
        const Index step = logs.impossible();
        if (step < logs.steps()) found = Impossible{i, step};
    });
    return found;
}

// ------------------------------------------------------------------------------------------------ inference

template <Emission E>
template <class Cut>
void HiddenMarkovModel<E>::check_cut(const Cut& x) const {
    detail::require(check_data(x) > 0, "latent::HiddenMarkovModel: all weights are zero");
    const bool alike = size() > 1 && emission_.same() && !emission_fixed_ &&
                       (chain_.after(initial(), 1) - initial()).cwiseAbs().maxCoeff() < 1e-12;
    detail::require(!alike, "latent::HiddenMarkovModel: all ", size(),
                    " states are identical, and EM could never part them: begin with a start, such as "
                    "KMeans{}(model, data)");
}

template <Emission E>
template <class Cut>
double HiddenMarkovModel<E>::check_data(const Cut& x) const {
    detail::require(x.size() > 0, "latent::HiddenMarkovModel: there are no observations");
    detail::require(x.rows() == dimension(), "latent::HiddenMarkovModel: observations have ", x.rows(),
                    " rows (and ", x.cols(), " columns), expected d = ", dimension(),
                    " rows: one observation a column");
    double total = 0;
    for (Index b = 0; b < x.size(); ++b) {
        const auto& block = x[b];
        detail::check_with(emission_, block.all());
        for (Index i = 0; i < block.size(); ++i) {
            if (block.weighted()) check_weight(block, i, x.first_sequence(b) + i);
            total += block.weight(i);
        }
    }
    return total;
}

/// Of the block's sequence i, which is number `sequence` of all.
template <Emission E>
void HiddenMarkovModel<E>::check_weight(const Unit& block, Index i, Index sequence) const {
    for (Index t = block.first(i); t < block.first(i + 1); ++t) {
        const double weight = block.weight_at(t);
        detail::require(weight >= 0 && std::isfinite(weight) && weight == block.weight(i),
                        "latent::HiddenMarkovModel: the weight of observation ", block.all().first() + t,
                        " is ", weight, ", expected a finite number ≥ 0, the same for all of sequence ",
                        sequence);
    }
}

template <Emission E>
template <class Cut>
std::string HiddenMarkovModel<E>::explain_cut(const Cut& x) const {
    const auto found = impossible_cut(x);
    if (!found) return {};
    return detail::text("sequence ", found->sequence, " is impossible from its step ", found->step,
                        " on: no state that can be reached emits what is observed there");
}

template <Emission E>
template <class Visit>
double HiddenMarkovModel<E>::collecting(const Unit& x, Posterior& q, const Visit& visit) const {
    const auto prepare = [&](Index parts) {
        if (std::ssize(q.parts) < parts) q.parts.resize(static_cast<std::size_t>(parts));
        for (Index part = 0; part < parts; ++part)
            detail::reset(emission_, q.parts[static_cast<std::size_t>(part)]);
        q.parts_used = parts;
    };
    const auto collect = [&](Index part, Index, const Panel<Scalar>& block, const Panel<Scalar>& posterior) {
        emission_.accumulate(block, posterior, q.parts[static_cast<std::size_t>(part)]);
    };
    detail::BlockEmissionOf emission(emission_, x.all(), q.workers, prepare, collect);
    q.inference.crew = q.crew;
    const double objective = visit(emission);
    q.statistics.emission = q.parts.front();
    for (Index part = 1; part < q.parts_used; ++part)
        add(q.statistics.emission, q.parts[static_cast<std::size_t>(part)]);
    return objective;
}

template <Emission E>
double HiddenMarkovModel<E>::infer(const Unit& x, Posterior& q, double beta) const {
    return collecting(x, q, [&](detail::BlockEmission& emission) {
        double total = 0;
        const bool done = q.small.suits(chain_, x) && q.small.with(size(), [&](auto& lanes) {
            return lanes.expectation(chain_, emission, beta, x, q.crew, total, q.statistics.chain);
        });
        if (done) return total / beta;
        q.inference.prepare(chain_, beta);
        return q.inference.forward_backward(emission, x, q.statistics.chain) / beta;
    });
}

template <Emission E>
double HiddenMarkovModel<E>::log_likelihood(const Unit& x, detail::BlockEmission& emission,
                                            Posterior& q) const {
    double total = 0;
    const bool done = q.small.suits(chain_, x) && q.small.with(size(), [&](auto& lanes) {
        return lanes.log_likelihood(chain_, emission, 1, x, q.crew, total);
    });
    if (done) return total;
    q.inference.prepare(chain_);
    return q.inference.log_likelihood(emission, x);
}

template <Emission E>
double HiddenMarkovModel<E>::decode(const Unit& x, Posterior& q) const {
    return collecting(x, q, [&](detail::BlockEmission& emission) {
        double total = 0;
        q.inference.prepare(chain_);
        q.inference.viterbi(emission, x, q.path, [&](Index i, double log_p) {
            if (x.weight(i) > 0) total += x.weight(i) * log_p;
        });
        q.inference.assign_paths(emission, x, q.path, q.statistics.chain);
        return total;
    });
}

template <Emission E>
double HiddenMarkovModel<E>::sample(const Unit& x, Random& random, Posterior& q) const {
    return collecting(x, q, [&](detail::BlockEmission& emission) {
        q.inference.prepare(chain_);
        double total = q.inference.sample_paths(emission, x, random, q.path);
        if (q.small.suits(chain_, x)) total = log_likelihood(x, emission, q);  // the bits of infer
        q.inference.assign_paths(emission, x, q.path, q.statistics.chain);
        return total;
    });
}

template <Emission E>
template <class Responsibility>
void HiddenMarkovModel<E>::assign(const Unit& x, const Responsibility& r, Posterior& q) const {
    MarkovChainStatistics& counts = q.statistics.chain;
    chain_.reset(counts);
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
    collecting(x, q, [&](detail::BlockEmission& emission) {
        q.inference.prepare(chain_);
        q.inference.assign(emission, 0, x.steps(),
                           [&](Index t, Index k) { return x.weight_at(t) * static_cast<double>(r(t, k)); });
        return 0.0;
    });
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
    chain_.split(from, k);
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
