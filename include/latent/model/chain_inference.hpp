// What is inferred about the states of a block of sequences: a forward and a backward sweep over segments.
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "latent/core/concepts.hpp"
#include "latent/data/sequence_blocks.hpp"
#include "latent/execution/crew.hpp"
#include "latent/kernel/forward_backward.hpp"
#include "latent/kernel/log_chain.hpp"
#include "latent/kernel/pack.hpp"
#include "latent/kernel/viterbi.hpp"
#include "latent/model/block_densities.hpp"
#include "latent/model/markov_chain.hpp"

namespace latent::detail {

/// A segment's densities relative to the largest of their step, and the forward variables.
struct Segment {
    StateRows b, alpha;  // see forward_steps: one row more for what comes before, two for what is behind
    std::vector<double> shift;  // the logarithm that a step's densities are relative to
};

/// What one worker needs to go over segments: a segment's observations, densities and posteriors.
template <Emission E>
struct SegmentScratch {
    using Scalar = typename E::Scalar;
    Panel<Scalar> x, posterior;
    BlockDensities<E> densities;
    StateRows gamma, pairs;
    Segment spare;
};

/// Inference on blocks of sequences; an object lives across many and keeps its memory.
///
/// A block is cut into segments of some steps. The forward sweep keeps the forward variables of all segments
/// where that takes little memory, else only those at the segments' beginnings (checkpoints), and the backward
/// sweep makes a segment's anew. Either way the bits are the same. The two halves of a long block have sums of
/// their own, so that two workers can make them: one goes forward over the first half while the other goes
/// backward over the second.
///
/// Where scaled numbers underflow, a block is done once more in the log domain.
template <Emission E>
class ChainInference {
  public:
    using Scalar = typename E::Scalar;
    using Block = SequenceBlock<Scalar>;

    /// The model of what follows: p(z, x)^beta. Costs K².
    void prepare(const MarkovChain& chain, const E& emission, double beta = 1) {
        chain_ = &chain;
        emission_ = &emission;
        beta_ = beta;
        initial_.resize(1, chain.size());
        initial_.fill(0, [&](Index k) { return power(chain.initial()(k)); });
        if (beta == 1) {
            transition_.assign(chain.transition());
        } else {
            transition_.assign(chain.transition().unaryExpr([&](double p) { return power(p); }));
        }
    }

    /// A second worker for long blocks, or null.
    Crew* crew = nullptr;
    /// Steps a segment.
    static constexpr Index segment_steps = 256;
    /// Numbers (steps × states) up to which everything is kept between the sweeps.
    Index resident_numbers = Index{1} << 20;

    /// Σ log p(x) over the sequences, each times its weight; −inf where one is impossible.
    double log_likelihood(const Block& x);

    /// The forward sweep alone: each_segment(first, segment, n) is called for each segment in order. False where
    /// scaled numbers do not carry it: then log_chain does.
    template <class EachSegment>
    bool forward(const Block& x, const EachSegment& each_segment);

    /// Returns as log_likelihood, and tells the posterior: collect(half, first, x, posterior) is called for segments
    /// of observations, in any order, with p(z_t | x) times the sequence's weight, n × K; the chain's expected
    /// counts are added to `counts`. Calls of one half come from one thread. Where the block must be done once
    /// more, reset() is called before, and shall undo what was collected and counted.
    template <class Collect, class Reset>
    double forward_backward(const Block& x, MarkovChainStatistics& counts, const Collect& collect,
                            const Reset& reset);

    /// Paths of the block's sequences drawn from p(z | x). Returns as log_likelihood.
    double sample_paths(const Block& x, Random& random, std::vector<Index>& path);

    /// The most probable paths; each(i, log p(x, z)) is called for each sequence. Memory: T·K.
    template <class Each>
    void viterbi(const Block& x, std::vector<Index>& path, const Each& each);

    /// The posterior that is one at the paths, counted and collected as by forward_backward.
    template <class Collect>
    void assign_paths(const Block& x, const std::vector<Index>& path, MarkovChainStatistics& counts,
                      const Collect& collect);

    /// Calls collect with the posterior value(t, k) of the observations x, the first of which is step `first`.
    template <class Value, class Collect>
    void assign(Index first, const Observations<Scalar>& x, const Value& value, const Collect& collect);

    /// One sequence in the log domain, no pass made yet.
    LogChain log_chain(const Observations<Scalar>& x);

  private:
    double power(double p) const { return p > 0 ? std::pow(p, beta_) : 0.0; }

    /// The block that is being worked on, cut into segments.
    void begin(const Block& x);
    Index segments() const { return (x_->steps() + segment_steps - 1) / segment_steps; }
    /// Segments before this one are the first half; short blocks have only that.
    Index middle() const { return segments() < 8 ? segments() : segments() / 2; }
    int half(Index c) const { return c < middle() ? 0 : 1; }
    Index first_step(Index c) const { return c * segment_steps; }
    Index steps(Index c) const { return std::min(segment_steps, x_->steps() - first_step(c)); }
    const unsigned char* starts(Index c) const { return starts_.data() + first_step(c); }
    Segment& segment(Index c) { return segments_[static_cast<std::size_t>(resident_ ? c : half(c))]; }
    double weight(Index t) const { return x_->all().weight(t); }
    Observations<Scalar> observations(Index c) const { return x_->all().middle(first_step(c), steps(c)); }

    const Panel<double>& log_densities(const Observations<Scalar>& x, SegmentScratch<E>& scratch) const;
    void load(Index c, Segment& s, SegmentScratch<E>& scratch) const;
    bool forward_segment(Index c, Segment& s, Likelihood& likelihood, double& total);
    void restore(Index c, Segment& s);
    template <class EachSegment>
    bool forward_sweep(Index begin, Index end, const EachSegment& each_segment);
    double log_likelihood() const;
    void behind_the_end(int half);
    bool backward_boundary(Index begin, Index end, int half);
    template <class Collect>
    bool backward_sweep(Index begin, Index end, MarkovChainStatistics& counts, const Collect& collect);
    template <class Collect>
    bool both_sweeps(MarkovChainStatistics& counts, const Collect& collect);
    template <class Collect>
    double in_logs(MarkovChainStatistics& counts, const Collect& collect);
    const MarkovChain* chain_ = nullptr;
    const E* emission_ = nullptr;
    double beta_ = 1;
    StateRows initial_;
    PackedTransition<SumProduct> transition_;
    PackedTransition<MaxSum> log_transition_;

    const Block* x_ = nullptr;
    std::vector<unsigned char> starts_;  // whether a sequence starts at a step; true behind the last one
    bool resident_ = true;
    std::vector<Segment> segments_;        // all of them, or one a half
    std::vector<Likelihood> likelihoods_;  // before each segment, and behind the last
    StateRows checkpoints_;                // forward variables before each segment
    SegmentScratch<E> scratch_[2];
    double totals_[2] = {0, 0};     // log-likelihood of the sequences that end in a half
    double next_sums_[2] = {1, 1};  // Σ of w in row 0 of each half's boundary
    StateRows boundary_[2];         // w where a half's backward sweep stands
    MarkovChainStatistics second_half_;
    StateRows best_;
};

// ------------------------------------------------------------------------------------------------ densities

template <Emission E>
const Panel<double>& ChainInference<E>::log_densities(const Observations<Scalar>& x,
                                                      SegmentScratch<E>& scratch) const {
    pack(x, scratch.x);
    return scratch.densities.logs(*emission_, beta_, scratch.x);
}

template <Emission E>
void ChainInference<E>::load(Index c, Segment& s, SegmentScratch<E>& scratch) const {
    s.b.resize(segment_steps + 2, chain_->size());
    s.alpha.resize(segment_steps + 1, chain_->size());
    s.shift.resize(static_cast<std::size_t>(segment_steps) + 64);
    pack(observations(c), scratch.x);
    to_rows(scratch.densities.relative(*emission_, beta_, scratch.x, s.shift.data()), s.b);
}

// --------------------------------------------------------------------------------------------------- sweeps

template <Emission E>
void ChainInference<E>::begin(const Block& x) {
    x_ = &x;
    starts_.assign(static_cast<std::size_t>(x.steps()) + 1, 0);
    for (Index i = 0; i <= x.size(); ++i) starts_[static_cast<std::size_t>(x.first(i))] = 1;
    resident_ = x.steps() * chain_->size() <= resident_numbers;
    const auto needed = static_cast<std::size_t>(resident_ ? segments() : 2);
    if (segments_.size() < needed) segments_.resize(needed);
    likelihoods_.assign(static_cast<std::size_t>(segments()) + 1, {});
    checkpoints_.resize(segments() + 1, chain_->size());
    checkpoints_.fill(0, [](Index) { return 0.0; });
    totals_[0] = totals_[1] = 0;
}

/// Forward over segment c from its checkpoint; adds the log-likelihoods of sequences that end before its last
/// step to total.
template <Emission E>
bool ChainInference<E>::forward_segment(Index c, Segment& s, Likelihood& likelihood, double& total) {
    std::copy_n(checkpoints_[c], checkpoints_.stride(), s.alpha[0]);
    likelihood = likelihoods_[static_cast<std::size_t>(c)];
    const auto ended = [&](Index t, const Likelihood& l) {
        if (first_step(c) + t > 0) total += weight(first_step(c) + t - 1) * l.log();
    };
    return transition_.with([&](const auto& a) {
        return forward_steps(a, initial_[0], s.b, s.alpha, starts(c), steps(c), likelihood, ended);
    });
}

/// Segment c as its forward sweep left it, where only its checkpoint was kept.
template <Emission E>
void ChainInference<E>::restore(Index c, Segment& s) {
    Likelihood likelihood;
    double ignored = 0;
    load(c, s, scratch_[half(c)]);
    forward_segment(c, s, likelihood, ignored);
}

template <Emission E>
template <class EachSegment>
bool ChainInference<E>::forward_sweep(Index begin, Index end, const EachSegment& each_segment) {
    for (Index c = begin; c < end; ++c) {
        Segment& s = segment(c);
        double& total = totals_[half(c)];
        load(c, s, scratch_[half(c)]);
        if (!forward_segment(c, s, likelihoods_[static_cast<std::size_t>(c) + 1], total)) return false;
        for (Index t = 0; t < steps(c); ++t)
            total += weight(first_step(c) + t) * s.shift[static_cast<std::size_t>(t)];
        std::copy_n(s.alpha[steps(c)], checkpoints_.stride(), checkpoints_[c + 1]);
        each_segment(first_step(c), s, steps(c));
    }
    return true;
}

/// After the forward sweep of all segments.
template <Emission E>
double ChainInference<E>::log_likelihood() const {
    return totals_[0] + totals_[1] + weight(x_->steps() - 1) * likelihoods_.back().log();
}

/// The backward sweep of a half shall begin behind the block's last step.
template <Emission E>
void ChainInference<E>::behind_the_end(int half) {
    boundary_[half].resize(1, chain_->size());
    boundary_[half].fill(0, [](Index) { return 0.0; });
    next_sums_[half] = 1;
}

/// Only w at the first step of segment `begin`, from the block's end.
template <Emission E>
bool ChainInference<E>::backward_boundary(Index begin, Index end, int half) {
    behind_the_end(half);
    StateRows& next = boundary_[half];
    Segment& s = scratch_[half].spare;
    for (Index c = end - 1; c >= begin; --c) {
        load(c, s, scratch_[half]);
        std::copy_n(next[0], next.stride(), s.b[steps(c)]);
        const bool sound = transition_.with([&](const auto& a) {
            return detail::backward_boundary(a, s.b, starts(c), steps(c), next_sums_[half]);
        });
        if (!sound) return false;
        std::copy_n(s.b[0], next.stride(), next[0]);
    }
    return true;
}

/// Backward over segments begin … end − 1, all of one half, from the w in its boundary.
template <Emission E>
template <class Collect>
bool ChainInference<E>::backward_sweep(Index begin, Index end, MarkovChainStatistics& counts,
                                       const Collect& collect) {
    const int h = half(begin);
    SegmentScratch<E>& scratch = scratch_[h];
    StateRows &next = boundary_[h], &gamma = scratch.gamma, &pairs = scratch.pairs;
    gamma.resize(segment_steps, chain_->size());
    pairs.resize(next.stride(), chain_->size());
    for (Index i = 0; i < next.stride(); ++i) pairs.fill(i, [](Index) { return 0.0; });
    for (Index c = end - 1; c >= begin; --c) {
        const Index n = steps(c), first = first_step(c);
        Segment& s = segment(c);
        if (!resident_) restore(c, s);
        std::copy_n(next[0], next.stride(), s.b[n]);
        const bool sound = transition_.with([&](const auto& a) {
            const bool all = backward_steps(a, s.b, s.alpha, gamma, starts(c), n, next_sums_[h],
                                            [&](Index t) { return weight(first + t); });
            if (all) a.add_pairs(s.alpha, s.b, n, pairs);
            return all;
        });
        if (!sound) return false;
        std::copy_n(s.b[0], next.stride(), next[0]);
        for (Index t = 0; t < n; ++t)
            for (Index k = 0; starts(c)[t] && k < chain_->size(); ++k) counts.initial(k) += gamma[t][k];
        if (resident_) pack(observations(c), scratch.x);
        to_panel(gamma, n, scratch.posterior);
        collect(h, first, scratch.x, scratch.posterior);
    }
    for (Index i = 0; i < chain_->size(); ++i)
        for (Index j = 0; j < chain_->size(); ++j)
            counts.transition(i, j) += transition_.row(i)[j] * pairs[i][j];
    return true;
}

/// Both sweeps over both halves, by one worker or by two: the same bits.
template <Emission E>
template <class Collect>
bool ChainInference<E>::both_sweeps(MarkovChainStatistics& counts, const Collect& collect) {
    const auto nothing = [](Index, const Segment&, Index) {};
    const Index all = segments(), middle = this->middle();
    const auto first_back = [&] { return backward_sweep(0, middle, counts, collect); };
    if (middle == all) {
        behind_the_end(0);
        return forward_sweep(0, all, nothing) && first_back();
    }
    chain_->reset(second_half_);
    const auto second = [&] {
        behind_the_end(1);
        return forward_sweep(middle, all, nothing) && backward_sweep(middle, all, second_half_, collect);
    };
    const auto hand_over = [&] {
        std::swap(boundary_[0], boundary_[1]);
        next_sums_[0] = next_sums_[1];
    };
    bool sound[2] = {true, true};
    if (crew) {
        crew->run([&](Index worker) {
            if (worker == 0) sound[0] = forward_sweep(0, middle, nothing);
            if (worker == 1) sound[1] = backward_boundary(middle, all, 1);
        });
        if (!sound[0] || !sound[1]) return false;
        hand_over();
        crew->run([&](Index worker) {
            if (worker == 0) sound[0] = first_back();
            if (worker == 1) sound[1] = second();
        });
    } else {
        sound[0] = forward_sweep(0, middle, nothing) && second();
        if (sound[0]) hand_over();
        sound[0] = sound[0] && first_back();
    }
    if (!sound[0] || !sound[1]) return false;
    add(counts, second_half_);
    return true;
}

// -------------------------------------------------------------------------------------------- the log domain

template <Emission E>
LogChain ChainInference<E>::log_chain(const Observations<Scalar>& x) {
    LogChain logs{beta_ * chain_->initial().array().log(),
                  beta_ * chain_->transition().array().log(),
                  Eigen::MatrixXd(chain_->size(), x.cols()),
                  {},
                  {}};
    for (Index first = 0; first < x.cols(); first += segment_steps) {
        const auto& p =
            log_densities(x.middle(first, std::min(segment_steps, x.cols() - first)), scratch_[0]);
        for (Index t = 0; t < p.size(); ++t)
            for (Index k = 0; k < p.columns(); ++k) logs.density(k, first + t) = p(t, k);
    }
    return logs;
}

template <Emission E>
template <class Value, class Collect>
void ChainInference<E>::assign(Index first, const Observations<Scalar>& x, const Value& value,
                               const Collect& collect) {
    SegmentScratch<E>& scratch = scratch_[0];
    for (Index begin = 0; begin < x.cols(); begin += segment_steps) {
        const Index n = std::min(segment_steps, x.cols() - begin);
        pack(x.middle(begin, n), scratch.x);
        scratch.posterior.resize(n, chain_->size());
        for (Index k = 0; k < chain_->size(); ++k)
            for (Index t = 0; t < scratch.posterior.padded(); ++t)
                scratch.posterior(t, k) = t < n ? static_cast<Scalar>(value(begin + t, k)) : Scalar(0);
        collect(0, first + begin, scratch.x, scratch.posterior);
    }
}

template <Emission E>
template <class Collect>
double ChainInference<E>::in_logs(MarkovChainStatistics& counts, const Collect& collect) {
    double total = 0;
    for (Index i = 0; i < x_->size(); ++i) {
        const double w = x_->weight(i);
        if (!(w > 0)) continue;
        LogChain logs = log_chain((*x_)[i]);
        const double log_p = logs.forward();
        total += w * log_p;
        if (!std::isfinite(log_p)) continue;  // nothing can be expected of it
        logs.backward();
        const auto posterior = [&](Index t, Index k) { return w * logs.posterior(t, k, log_p); };
        for (Index k = 0; k < chain_->size(); ++k) counts.initial(k) += posterior(0, k);
        for (Index t = 0; t + 1 < logs.steps(); ++t)
            for (Index a = 0; a < chain_->size(); ++a)
                for (Index b = 0; b < chain_->size(); ++b)
                    if (transition_.row(a)[b] > 0) counts.transition(a, b) += w * logs.move(t, a, b, log_p);
        assign(x_->first(i), (*x_)[i], posterior, collect);
    }
    return total;
}

// -------------------------------------------------------------------------------------------------- answers

template <Emission E>
template <class EachSegment>
bool ChainInference<E>::forward(const Block& x, const EachSegment& each_segment) {
    begin(x);
    return forward_sweep(0, segments(), each_segment);
}

template <Emission E>
double ChainInference<E>::log_likelihood(const Block& x) {
    if (forward(x, [](Index, const Segment&, Index) {})) return log_likelihood();
    double total = 0;
    for (Index i = 0; i < x.size(); ++i)
        if (x.weight(i) > 0) total += x.weight(i) * log_chain(x[i]).forward();
    return total;
}

template <Emission E>
template <class Collect, class Reset>
double ChainInference<E>::forward_backward(const Block& x, MarkovChainStatistics& counts,
                                           const Collect& collect, const Reset& reset) {
    begin(x);
    if (both_sweeps(counts, collect)) return log_likelihood();
    reset();
    return in_logs(counts, collect);
}

template <Emission E>
double ChainInference<E>::sample_paths(const Block& x, Random& random, std::vector<Index>& path) {
    const Index K = chain_->size();
    path.resize(static_cast<std::size_t>(x.steps()));
    const auto draw = [&](Index t, const auto& weight_of) {
        path[static_cast<std::size_t>(t)] = random.categorical(weight_of, K);
    };
    const auto next = [&](Index t) { return transition_.column(path[static_cast<std::size_t>(t) + 1]); };
    if (forward(x, [](Index, const Segment&, Index) {})) {
        for (Index c = segments() - 1; c >= 0; --c) {
            Segment& s = segment(c);
            if (!resident_) restore(c, s);
            for (Index t = steps(c) - 1; t >= 0; --t) {
                const double *alpha = s.alpha[t + 1],
                             *to = starts(c)[t + 1] ? nullptr : next(first_step(c) + t);
                draw(first_step(c) + t, [&](Index i) { return to ? alpha[i] * to[i] : alpha[i]; });
            }
        }
        return log_likelihood();
    }
    double total = 0;
    for (Index i = 0; i < x.size(); ++i) {
        LogChain logs = log_chain(x[i]);
        const double log_p = logs.forward();
        if (x.weight(i) > 0) total += x.weight(i) * log_p;
        Eigen::VectorXd log_weight(K);
        for (Index t = x.length(i) - 1; t >= 0; --t) {
            log_weight = logs.alpha.col(t);
            if (t + 1 < x.length(i))
                log_weight += logs.transition.col(path[static_cast<std::size_t>(x.first(i) + t) + 1]);
            const double top = log_weight.maxCoeff();
            draw(x.first(i) + t,
                 [&](Index k) { return std::isfinite(top) ? std::exp(log_weight(k) - top) : 1; });
        }
    }
    return total;
}

template <Emission E>
template <class Each>
void ChainInference<E>::viterbi(const Block& x, std::vector<Index>& path, const Each& each) {
    const Index K = chain_->size();
    begin(x);
    log_transition_.assign(chain_->transition().array().log());
    path.resize(static_cast<std::size_t>(x.steps()));
    best_.resize(x.steps(), K);
    StateRows& log_density = scratch_[0].gamma;
    log_density.resize(segment_steps, K);
    for (Index c = 0; c < segments(); ++c) {
        const Index first = first_step(c);
        to_rows(log_densities(observations(c), scratch_[0]), log_density);
        log_transition_.with([&](const auto& a) {
            for (Index t = 0, end = 0; t < steps(c); t = end) {
                for (end = t + 1; end < steps(c) && !starts(c)[end];) ++end;
                if (starts(c)[t])
                    best_.fill(
                        first + t,
                        [&](Index k) { return std::log(chain_->initial()(k)) + log_density[t][k]; },
                        MaxSum::none);
                viterbi_steps(a, log_density, first, best_, first + t + (starts(c)[t] ? 1 : 0), first + end);
            }
        });
    }
    const std::vector<double> zeros(static_cast<std::size_t>(K), 0.0);
    for (Index i = 0; i < x.size(); ++i) {
        const double* log_a = zeros.data();
        for (Index t = x.first(i + 1) - 1; t >= x.first(i); --t) {
            const Index state = best_state(K, best_[t], log_a);
            if (t + 1 == x.first(i + 1)) each(i, best_[t][state]);
            path[static_cast<std::size_t>(t)] = state;
            log_a = log_transition_.column(state);
        }
    }
}

template <Emission E>
template <class Collect>
void ChainInference<E>::assign_paths(const Block& x, const std::vector<Index>& path,
                                     MarkovChainStatistics& counts, const Collect& collect) {
    const auto state = [&](Index t) { return path[static_cast<std::size_t>(t)]; };
    for (Index i = 0; i < x.size(); ++i) {
        counts.initial(state(x.first(i))) += x.weight(i);
        for (Index t = x.first(i) + 1; t < x.first(i + 1); ++t)
            counts.transition(state(t - 1), state(t)) += x.weight(i);
    }
    assign(
        0, x.all(), [&](Index t, Index k) { return state(t) == k ? x.all().weight(t) : 0.0; }, collect);
}

}  // namespace latent::detail
