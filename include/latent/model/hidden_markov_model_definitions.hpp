// HiddenMarkovModel's longer members: queries first, then inference.
#pragma once

#include "latent/model/hidden_markov_model.hpp"

namespace latent {

// -------------------------------------------------------------------------------------------------- queries

template <class E>
template <class Sum, class Cut, class X, class Visit>
Sum HiddenMarkovModel<E>::sum_over(const Cut& blocks, const X& execution, const Sum& zero,
                                   const Visit& visit) const {
    detail::check_data(execution, blocks.cols(), [&] { require_shape(blocks); });
    Sum total = zero;
    execution.template reduction<Sum, Posterior>()(
        blocks.slices(), [&](Sum& sum) { sum = zero; },
        [&](Sum& sum, Posterior& q, Index b) {
            const Unit block = blocks[b];
            check_block(block, blocks.first_sequence(b));
            q.inference.prepare(chain_);
            visit(sum, b, block, q);
        },
        total);
    return total;
}

template <class E>
template <class Cut, class Visit>
void HiddenMarkovModel<E>::for_each_sequence_of(const Cut& blocks, Index b, const Unit& block, Posterior& q,
                                                const Visit& visit) const {
    const auto nothing = [](auto&&...) {};
    for (Index i = 0; i < block.size(); ++i) {
        const Unit sequence = block.sequence(i).unweighted();
        const auto& all = sequence.all();
        detail::BlockEmissionOf emission(emission_, all, q.workers, nothing, nothing);
        visit(blocks.first_sequence(b) + i, blocks.first(b) + block.first(i), sequence,
              detail::ChainBlock{emission, sequence, q.helpers, true}, q);
    }
}

template <class E>
template <class Cut, class X, class Visit>
void HiddenMarkovModel<E>::for_each_step(const Cut& blocks, const X& execution, const Visit& visit) const {
    sum_over(blocks, execution, 0, [&](int&, Index b, const Unit& block, Posterior& q) {
        const Unit all = block.unweighted();
        const Index first = blocks.first(b);
        detail::BlockEmissionOf emission(emission_, all.all(), q.workers, detail::ignores_all,
                                         detail::ignores_all);
        q.inference.for_each_step({emission, all, q.helpers},
                                  [&](Index t, const auto& step) { visit(first + t, step); });
    });
}

template <class E>
template <class D, Execution X>
double HiddenMarkovModel<E>::score(const D& x, const X& execution) const {
    const auto nothing = [](auto&&...) {};
    return sum_over(detail::units_of(execution, *this, x), execution, 0.0,
                    [&](double& sum, Index, const Unit& block, Posterior& q) {
                        detail::BlockEmissionOf emission(emission_, block.all(), q.workers, nothing, nothing);
                        sum += q.inference.log_likelihood({emission, block, q.helpers});
                    });
}

template <class E>
template <class D, Execution X>
Eigen::VectorXd HiddenMarkovModel<E>::score_sequences(const D& x, const X& execution) const {
    const auto& blocks = detail::units_of(execution, *this, x);
    Eigen::VectorXd result(blocks.first_sequence(blocks.size()));
    for_each_sequence(blocks, execution, [&](Index i, Index, const Unit&, const auto& block, Posterior& q) {
        result(i) = q.inference.log_likelihood(block);
    });
    return result;
}

template <class E>
template <class D, Execution X>
Eigen::VectorXd HiddenMarkovModel<E>::score_samples(const D& x, const X& execution) const {
    const auto& blocks = detail::units_of(execution, *this, x);
    Eigen::VectorXd relative(blocks.cols()), shift(blocks.cols());
    for_each_step(blocks, execution, [&](Index t, const auto& step) {
        relative(t) = step.relative();
        shift(t) = step.shift();
    });
    detail::take_log_probabilities(relative, shift);
    return relative;
}

template <class E>
template <class D, Execution X>
Eigen::MatrixXd HiddenMarkovModel<E>::filter(const D& x, const X& execution) const {
    const auto& blocks = detail::units_of(execution, *this, x);
    Eigen::MatrixXd result(size(), blocks.cols());
    for_each_step(blocks, execution, [&](Index t, const auto& step) { step.probabilities(result.col(t)); });
    return result;
}

template <class E>
template <class D, Execution X>
Eigen::MatrixXd HiddenMarkovModel<E>::predict_proba(const D& x, const X& execution) const {
    const auto& blocks = detail::units_of(execution, *this, x);
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(size(), blocks.cols());
    sum_over(blocks, execution, 0, [&](int&, Index b, const Unit& block, Posterior& q) {
        const Unit all = block.unweighted();
        detail::PosteriorColumns<E> emission(emission_, all.all(), q.workers,
                                             result.middleCols(blocks.first(b), all.steps()));
        q.inference.expectation({emission, all, q.helpers}, q.statistics.chain);
    });
    return result;
}

template <class E>
template <class D, Execution X>
Eigen::MatrixXd HiddenMarkovModel<E>::expected_moves(const D& x, const X& execution) const {
    const Eigen::MatrixXd none = Eigen::MatrixXd::Zero(size(), size());
    const auto nothing = [](auto&&...) {};
    return sum_over(detail::units_of(execution, *this, x), execution, none,
                    [&](Eigen::MatrixXd& sum, Index, const Unit& block, Posterior& q) {
                        detail::BlockEmissionOf emission(emission_, block.all(), q.workers, nothing, nothing);
                        q.inference.expectation({emission, block, q.helpers}, q.statistics.chain);
                        sum += q.statistics.chain.transition;
                    });
}

template <class E>
template <class D, Execution X>
ViterbiPath HiddenMarkovModel<E>::viterbi(const D& x, const X& execution) const {
    const auto& blocks = detail::units_of(execution, *this, x);
    ViterbiPath result{std::vector<Index>(static_cast<std::size_t>(blocks.cols())),
                       Eigen::VectorXd(blocks.first_sequence(blocks.size()))};
    const auto nothing = [](auto&&...) {};
    sum_over(blocks, execution, 0, [&](int&, Index b, const Unit& block, Posterior& q) {
        detail::BlockEmissionOf emission(emission_, block.all(), q.workers, nothing, nothing);
        result.log_probability.segment(blocks.first_sequence(b), block.size()) =
            q.inference.most_probable_paths({emission, block}, result.states.data() + blocks.first(b));
    });
    return result;
}

template <class E>
template <class D, Execution X>
std::vector<Index> HiddenMarkovModel<E>::predict_marginal(const D& x, const X& execution) const {
    return detail::most_probable(predict_proba(x, execution));
}

template <class E>
template <class D>
std::vector<Index> HiddenMarkovModel<E>::sample_states(const D& x, Random& random) const {
    const auto& blocks = detail::units_of(*this, x);
    std::vector<Index> states;
    for_each_sequence(blocks, Sequential{}, [&](Index, Index, const Unit&, const auto& block, Posterior& q) {
        q.inference.sample_paths(block, random, q.path);
        states.insert(states.end(), q.path.begin(), q.path.end());
    });
    return states;
}

template <class E>
HiddenMarkovDraw<typename E::Scalar> HiddenMarkovModel<E>::sample(Index n, Random& random) const {
    this->require_states();
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

template <class E>
template <class D, Execution X>
Eigen::MatrixXd HiddenMarkovModel<E>::forecast_states(const D& x, Index steps, const X& execution) const {
    detail::require(steps >= 0, "latent::HiddenMarkovModel::forecast_states: steps is ", steps,
                    ", expected at least 0");
    const auto& blocks = detail::units_of(execution, *this, x);
    sum_over(blocks, execution, 0, [](auto&&...) {});  // to check them
    require_shape(blocks);                             // a process may have none
    const Unit block = blocks[blocks.size() - 1];
    Eigen::VectorXd now = filter(Data(block[block.size() - 1])).rightCols(1);
    Eigen::MatrixXd result(size(), steps);
    for (Index s = 0; s < steps; ++s) result.col(s) = now = chain_.after(now, 1);
    return result;
}

template <class E>
template <class D, Execution X>
std::optional<Impossible> HiddenMarkovModel<E>::impossible(const D& x, const X& execution) const {
    const auto& blocks = detail::units_of(execution, *this, x);
    const Index before = detail::before(execution, blocks.first_sequence(blocks.size()));
    using Found = std::optional<Impossible>;
    return sum_over(blocks, execution, Found{}, [&](Found& found, Index b, const Unit& block, Posterior& q) {
        const auto look = [&](Index i, Index, const Unit&, const auto& sequence, Posterior&) {
            if (found) return;
            q.inference.for_each_step(sequence, [&](Index t, const auto& step) {
                if (!found && step.impossible()) found = Impossible{before + i, t};
            });
        };
        for_each_sequence_of(blocks, b, block, q, look);
    });
}

// ------------------------------------------------------------------------------------------------ inference

template <class E>
template <detail::CutInto<SequenceBlock<typename E::Scalar>> Cut>
void HiddenMarkovModel<E>::check(const Cut& x) const {
    require_shape(x);
    double weight = 0;
    for (Index b = 0; b < x.size(); ++b) {
        const Unit block = x[b];
        weight += check_block(block, x.first_sequence(b));
    }
    detail::require(weight > 0, "latent::HiddenMarkovModel: all weights are zero");
    const bool alike = size() > 1 && emission_.all_equal() && !emission_fixed_ &&
                       (chain_.after(initial(), 1) - initial()).cwiseAbs().maxCoeff() < 1e-12;
    detail::require(!alike, "latent::HiddenMarkovModel: all ", size(),
                    " states are identical, and EM could never part them: begin with a start, such as "
                    "KMeans{}(model, data)");
}

template <class E>
template <class Cut>
void HiddenMarkovModel<E>::require_shape(const Cut& blocks) const {
    this->require_states();
    detail::require(blocks.size() > 0, "latent::HiddenMarkovModel: there are no observations");
    detail::require(blocks.rows() == dimension(), "latent::HiddenMarkovModel: observations have ",
                    blocks.rows(), " rows (and ", blocks.cols(), " columns), expected d = ", dimension(),
                    " rows: one observation a column");
}

template <class E>
double HiddenMarkovModel<E>::check_block(const Unit& block, Index first) const {
    detail::require_cells("HiddenMarkovModel", emission_, block.all());
    detail::check_with(emission_, block.all());
    if (block.all().informed()) detail::require_known("HiddenMarkovModel", block.all(), size());
    return detail::require_sequence_weights("HiddenMarkovModel", block, first);
}

template <class E>
template <detail::CutInto<SequenceBlock<typename E::Scalar>> Cut>
std::string HiddenMarkovModel<E>::explain(const Cut& x) const {
    const auto found = impossible(x);
    if (!found) return {};
    return detail::text("sequence ", found->sequence, " is impossible from its step ", found->step,
                        " on: no state that can be reached emits what is observed there");
}

template <class E>
template <class Visit>
double HiddenMarkovModel<E>::collecting(const Unit& x, Posterior& q, const Visit& visit) const {
    const auto prepare = [&](Index parts) {
        if (std::ssize(q.parts) < parts) q.parts.resize(static_cast<std::size_t>(parts));
        for (Index part = 0; part < parts; ++part)
            detail::reset(emission_, q.parts[static_cast<std::size_t>(part)]);
        q.parts_used = parts;
    };
    const auto collect = [&](Index part, Index, const auto& block, const auto& posterior, auto& room) {
        detail::accumulate(emission_, block, posterior, room, q.parts[static_cast<std::size_t>(part)]);
    };
    detail::BlockEmissionOf emission(emission_, x.all(), q.workers, prepare, collect);
    const double objective = visit(emission);
    q.statistics.emission = q.parts.front();
    for (Index part = 1; part < q.parts_used; ++part)
        add(q.statistics.emission, q.parts[static_cast<std::size_t>(part)]);
    return objective;
}

template <class E>
double HiddenMarkovModel<E>::infer(const Unit& x, Posterior& q, double beta) const {
    return collecting(x, q, [&](detail::BlockEmission& emission) {
        q.inference.prepare(chain_, beta);
        return q.inference.expectation({emission, x, q.helpers}, q.statistics.chain) / beta;
    });
}

template <class E>
double HiddenMarkovModel<E>::decode(const Unit& x, Posterior& q) const {
    return collecting(x, q, [&](detail::BlockEmission& emission) {
        const detail::ChainBlock block{emission, x, q.helpers};
        q.inference.prepare(chain_);
        q.path.resize(static_cast<std::size_t>(x.steps()));
        const Eigen::VectorXd& log_p = q.inference.most_probable_paths(block, q.path.data());
        double total = 0;
        for (Index i = 0; i < log_p.size(); ++i)
            if (x.weight(i) > 0) total += x.weight(i) * log_p(i);
        q.inference.assign_paths(block, q.path, q.statistics.chain);
        return total;
    });
}

template <class E>
double HiddenMarkovModel<E>::sample(const Unit& x, Random& random, Posterior& q) const {
    return collecting(x, q, [&](detail::BlockEmission& emission) {
        const detail::ChainBlock block{emission, x, q.helpers};
        q.inference.prepare(chain_);
        const double total = q.inference.sample_paths(block, random, q.path);
        q.inference.assign_paths(block, q.path, q.statistics.chain);
        return total;
    });
}

template <class E>
template <class Responsibility>
void HiddenMarkovModel<E>::set_posterior(const Unit& x, const Responsibility& r, Posterior& q) const {
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
        q.inference.set_posterior(
            {emission, x}, [&](Index t, Index k) { return x.weight_at(t) * static_cast<double>(r(t, k)); });
        return 0.0;
    });
}

}  // namespace latent
