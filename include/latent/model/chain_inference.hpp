// What is inferred about the states of a block of sequences: a forward and a backward sweep over segments.
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "latent/execution/crew.hpp"
#include "latent/kernel/forward_backward.hpp"
#include "latent/kernel/log_chain.hpp"
#include "latent/kernel/viterbi.hpp"
#include "latent/model/block_emission.hpp"
#include "latent/model/markov_chain.hpp"

namespace latent::detail {

/// A segment's densities relative to the largest of their step, and the forward variables.
struct Segment {
    StateRows b, alpha;  // see forward_steps: one row more for what comes before, two for what is behind
    std::vector<double> shift;  // the logarithm that a step's densities are relative to
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
///
/// (A template, so that a program compiles only what it calls.)
template <class Chain>
class ChainInference {
  public:
    /// The model of what follows: p(z, x)^beta. Costs K².
    void prepare(const Chain& chain, double beta = 1);

    /// A second worker for long blocks, or null.
    Crew* crew = nullptr;
    /// Steps a segment.
    static constexpr Index segment_steps = 256;
    /// Numbers (steps × states) up to which everything is kept between the sweeps.
    Index resident_numbers = Index{1} << 21;

    /// Σ log p(x) over the sequences, each times its weight; −inf where one is impossible.
    double log_likelihood(BlockEmission& emission, const SequenceBounds& x);

    /// The forward sweep alone: each_segment(first, segment, n) is called for each segment in order. False where
    /// scaled numbers do not carry it: then log_chain does.
    template <class EachSegment>
    bool forward(BlockEmission& emission, const SequenceBounds& x, const EachSegment& each_segment);

    /// Returns as log_likelihood; the emission collects the posterior p(z_t | x) times the sequence's weight, and
    /// `counts` become the chain's expected counts.
    double forward_backward(BlockEmission& emission, const SequenceBounds& x, MarkovChainStatistics& counts);

    /// Paths of the block's sequences drawn from p(z | x). Returns as log_likelihood.
    double sample_paths(BlockEmission& emission, const SequenceBounds& x, Random& random,
                        std::vector<Index>& path);

    /// The most probable paths; each(i, log p(x, z)) is called for each sequence. Memory: T·K.
    template <class Each>
    void viterbi(BlockEmission& emission, const SequenceBounds& x, std::vector<Index>& path,
                 const Each& each);

    /// The emission collects the posterior that is one at the paths, and `counts` become the paths'.
    void assign_paths(BlockEmission& emission, const SequenceBounds& x, const std::vector<Index>& path,
                      MarkovChainStatistics& counts);

    /// The emission collects the posterior value(t, k) of steps first … first + n − 1.
    template <class Value>
    void assign(BlockEmission& emission, Index first, Index n, const Value& value);

    /// Steps first … first + n − 1 as one sequence in the log domain, no pass made yet.
    LogChain log_chain(BlockEmission& emission, Index first, Index n) const;

  private:
    double power(double p) const { return p > 0 ? std::pow(p, beta_) : 0.0; }

    /// The block that is being worked on, cut into segments.
    void begin(BlockEmission& emission, const SequenceBounds& x, bool keep);
    Index segments() const { return (x_->steps() + segment_steps - 1) / segment_steps; }
    /// Segments before this one are the first half; short blocks have only that.
    Index middle() const { return segments() < 8 ? segments() : segments() / 2; }
    Index half(Index c) const { return c < middle() ? 0 : 1; }
    Index first_step(Index c) const { return c * segment_steps; }
    Index steps(Index c) const { return std::min(segment_steps, x_->steps() - first_step(c)); }
    const unsigned char* starts(Index c) const { return starts_.data() + first_step(c); }
    Segment& segment(Index c) { return segments_[static_cast<std::size_t>(resident_ ? c : half(c))]; }

    void load(Index c, Segment& s) const;
    bool forward_segment(Index c, Segment& s, Likelihood& likelihood, double& total);
    void restore(Index c, Segment& s);
    template <class EachSegment>
    bool forward_sweep(Index begin, Index end, const EachSegment& each_segment);
    double log_likelihood() const;
    void behind_the_end(Index half);
    bool backward_boundary(Index begin, Index end, Index half);
    bool backward_sweep(Index begin, Index end, MarkovChainStatistics& counts);
    bool both_sweeps(MarkovChainStatistics& counts);
    double in_logs(MarkovChainStatistics& counts);

    /// What a worker needs to go over the segments of a half.
    struct Half {
        Segment spare;
        StateRows gamma, pairs, boundary;  // boundary: w where the backward sweep stands, …
        double boundary_sum = 1;           // … and its sum
        Panel<double> posterior;
        double total = 0;  // log-likelihood of the sequences that end in the half
    };
    Half& at(Index half) { return halves_[half]; }

    const Chain* chain_ = nullptr;
    double beta_ = 1;
    StateRows initial_;
    PackedTransition<SumProduct> transition_;
    PackedTransition<MaxSum> log_transition_;

    BlockEmission* emission_ = nullptr;
    const SequenceBounds* x_ = nullptr;
    std::vector<unsigned char> starts_;  // whether a sequence starts at a step; true behind the last one
    bool resident_ = true;
    std::vector<Segment> segments_;        // all of them, or one a half
    std::vector<Likelihood> likelihoods_;  // before each segment, and behind the last
    StateRows checkpoints_;                // forward variables before each segment
    Half halves_[2];
    MarkovChainStatistics second_half_;
    StateRows best_;
};

// --------------------------------------------------------------------------------------------------- sweeps

template <class Chain>
void ChainInference<Chain>::prepare(const Chain& chain, double beta) {
    chain_ = &chain;
    beta_ = beta;
    initial_.resize(1, chain.size());
    initial_.fill(0, [&](Index k) { return power(chain.initial()(k)); });
    if (beta == 1) {
        transition_.assign(chain.transition());
    } else {
        transition_.assign(chain.transition().unaryExpr([&](double p) { return power(p); }));
    }
}

template <class Chain>
void ChainInference<Chain>::begin(BlockEmission& emission, const SequenceBounds& x, bool keep) {
    emission_ = &emission;
    x_ = &x;
    emission.prepare(2, middle() < segments() ? 2 : 1);
    x.mark_starts(starts_);
    resident_ = keep && x.steps() * chain_->size() <= resident_numbers;
    const auto needed = static_cast<std::size_t>(resident_ ? segments() : 2);
    if (segments_.size() < needed) segments_.resize(needed);
    likelihoods_.assign(static_cast<std::size_t>(segments()) + 1, {});
    checkpoints_.resize(segments() + 1, chain_->size());
    checkpoints_.fill(0, [](Index) { return 0.0; });
    at(0).total = at(1).total = 0;
}

template <class Chain>
void ChainInference<Chain>::load(Index c, Segment& s) const {
    s.b.resize(segment_steps + 2, chain_->size());
    s.alpha.resize(segment_steps + 1, chain_->size());
    s.shift.resize(static_cast<std::size_t>(segment_steps) + 64);
    emission_->pack(half(c), first_step(c), steps(c));
    to_rows(emission_->relative(half(c), beta_, s.shift.data()), s.b);
}

/// Forward over segment c from its checkpoint; adds the log-likelihoods of sequences that end before its last
/// step to total.
template <class Chain>
bool ChainInference<Chain>::forward_segment(Index c, Segment& s, Likelihood& likelihood, double& total) {
    std::copy_n(checkpoints_[c], checkpoints_.padded(), s.alpha[0]);
    likelihood = likelihoods_[static_cast<std::size_t>(c)];
    const auto ended = [&](Index t, const Likelihood& l) {
        if (first_step(c) + t > 0) total += x_->weight_at(first_step(c) + t - 1) * l.log();
    };
    return transition_.with([&](const auto& a) __attribute__((always_inline)) {
        return forward_steps(a, initial_[0], s.b, s.alpha, starts(c), steps(c), !transition_.mixes(),
                             likelihood, ended);
    });
}

/// Segment c as its forward sweep left it, where only its checkpoint was kept.
template <class Chain>
void ChainInference<Chain>::restore(Index c, Segment& s) {
    Likelihood likelihood;
    double ignored = 0;
    load(c, s);
    forward_segment(c, s, likelihood, ignored);
}

template <class Chain>
template <class EachSegment>
bool ChainInference<Chain>::forward_sweep(Index begin, Index end, const EachSegment& each_segment) {
    for (Index c = begin; c < end; ++c) {
        Segment& s = segment(c);
        double& total = at(half(c)).total;
        load(c, s);
        if (!forward_segment(c, s, likelihoods_[static_cast<std::size_t>(c) + 1], total)) return false;
        for (Index t = 0; t < steps(c); ++t)
            total += x_->weight_at(first_step(c) + t) * s.shift[static_cast<std::size_t>(t)];
        std::copy_n(s.alpha[steps(c)], checkpoints_.padded(), checkpoints_[c + 1]);
        each_segment(first_step(c), s, steps(c));
    }
    return end < segments() || !likelihoods_.back().suspicious();
}

/// After the forward sweep of all segments.
template <class Chain>
double ChainInference<Chain>::log_likelihood() const {
    return halves_[0].total + halves_[1].total + x_->weight_at(x_->steps() - 1) * likelihoods_.back().log();
}

/// The backward sweep of a half shall begin behind the block's last step.
template <class Chain>
void ChainInference<Chain>::behind_the_end(Index half) {
    at(half).boundary.resize(1, chain_->size());
    at(half).boundary.fill(0, [](Index) { return 0.0; });
    at(half).boundary_sum = 1;
}

/// Only w at the first step of segment `begin`, from the block's end.
template <class Chain>
bool ChainInference<Chain>::backward_boundary(Index begin, Index end, Index half) {
    behind_the_end(half);
    StateRows& next = at(half).boundary;
    Segment& s = at(half).spare;
    for (Index c = end - 1; c >= begin; --c) {
        load(c, s);
        std::copy_n(next[0], next.padded(), s.b[steps(c)]);
        const bool sound = transition_.with([&](const auto& a) __attribute__((always_inline)) {
            return backward_steps(a, s.b, starts(c), steps(c), at(half).boundary_sum, NoPosterior{});
        });
        if (!sound) return false;
        std::copy_n(s.b[0], next.padded(), next[0]);
    }
    return true;
}

/// Backward over segments begin … end − 1, all of one half, from the w at its boundary.
template <class Chain>
bool ChainInference<Chain>::backward_sweep(Index begin, Index end, MarkovChainStatistics& counts) {
    Half& own = at(half(begin));
    StateRows &next = own.boundary, &gamma = own.gamma, &pairs = own.pairs;
    gamma.resize(segment_steps, chain_->size());
    pairs.resize(next.padded(), chain_->size());
    for (Index i = 0; i < next.padded(); ++i) pairs.fill(i, [](Index) { return 0.0; });
    for (Index c = end - 1; c >= begin; --c) {
        const Index n = steps(c), first = first_step(c);
        Segment& s = segment(c);
        if (!resident_) restore(c, s);
        std::copy_n(next[0], next.padded(), s.b[n]);
        const auto weight = [&](Index t) { return x_->weight_at(first + t); };
        const bool sound = transition_.with([&](const auto& a) __attribute__((always_inline)) {
            const bool all = backward_steps(a, s.b, starts(c), n, own.boundary_sum,
                                            PosteriorRows<decltype(weight)>{s.alpha, gamma, weight});
            if (all) a.add_pairs(s.alpha, s.b, n, pairs);
            return all;
        });
        if (!sound) return false;
        std::copy_n(s.b[0], next.padded(), next[0]);
        for (Index t = 0; t < n; ++t)
            for (Index k = 0; starts(c)[t] && k < chain_->size(); ++k) counts.initial(k) += gamma[t][k];
        if (resident_) emission_->pack(half(begin), first, n);
        to_panel(gamma, n, own.posterior);
        emission_->collect(half(begin), half(begin), first, own.posterior);
    }
    for (Index i = 0; i < chain_->size(); ++i)
        for (Index j = 0; j < chain_->size(); ++j)
            counts.transition(i, j) += transition_.row(i)[j] * pairs[i][j];
    return true;
}

/// Both sweeps over both halves, by one worker or by two: the same bits.
template <class Chain>
bool ChainInference<Chain>::both_sweeps(MarkovChainStatistics& counts) {
    const auto nothing = [](Index, const Segment&, Index) {};
    const Index all = segments(), middle = this->middle();
    chain_->reset(counts);
    if (middle == all) {
        behind_the_end(0);
        return forward_sweep(0, all, nothing) && backward_sweep(0, all, counts);
    }
    chain_->reset(second_half_);
    const auto second = [&] {
        behind_the_end(1);
        return forward_sweep(middle, all, nothing) && backward_sweep(middle, all, second_half_);
    };
    const auto hand_over = [&] {
        std::swap(at(0).boundary, at(1).boundary);
        at(0).boundary_sum = at(1).boundary_sum;
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
            if (worker == 0) sound[0] = backward_sweep(0, middle, counts);
            if (worker == 1) sound[1] = second();
        });
    } else {
        sound[0] = forward_sweep(0, middle, nothing) && second();
        if (sound[0]) hand_over();
        sound[0] = sound[0] && backward_sweep(0, middle, counts);
    }
    if (!sound[0] || !sound[1]) return false;
    add(counts, second_half_);
    return true;
}

// -------------------------------------------------------------------------------------------- the log domain

template <class Chain>
LogChain ChainInference<Chain>::log_chain(BlockEmission& emission, Index first, Index n) const {
    LogChain logs{.initial = beta_ * chain_->initial().array().log(),
                  .transition = beta_ * chain_->transition().array().log(),
                  .density = Eigen::MatrixXd(chain_->size(), n)};
    for (Index begin = 0; begin < n; begin += segment_steps) {
        emission.pack(0, first + begin, std::min(segment_steps, n - begin));
        const Panel<double>& p = emission.logs(0, beta_);
        for (Index t = 0; t < p.size(); ++t)
            for (Index k = 0; k < p.columns(); ++k) logs.density(k, begin + t) = p(t, k);
    }
    return logs;
}

template <class Chain>
template <class Value>
void ChainInference<Chain>::assign(BlockEmission& emission, Index first, Index n, const Value& value) {
    Panel<double>& posterior = at(0).posterior;
    for (Index begin = first; begin < first + n; begin += segment_steps) {
        const Index count = std::min(segment_steps, first + n - begin);
        emission.pack(0, begin, count);
        posterior.resize(count, chain_->size());
        for (Index k = 0; k < chain_->size(); ++k)
            for (Index t = 0; t < posterior.padded(); ++t)
                posterior(t, k) = t < count ? static_cast<double>(value(begin + t, k)) : 0.0;
        emission.collect(0, 0, begin, posterior);
    }
}

template <class Chain>
double ChainInference<Chain>::in_logs(MarkovChainStatistics& counts) {
    double total = 0;
    emission_->prepare(1, 1);
    chain_->reset(counts);
    for (Index i = 0; i < x_->size(); ++i) {
        const double w = x_->weight(i);
        if (!(w > 0)) continue;
        LogChain logs = log_chain(*emission_, x_->first(i), x_->length(i));
        const double log_p = logs.forward();
        total += w * log_p;
        if (!std::isfinite(log_p)) continue;  // nothing can be expected of it
        logs.backward();
        for (Index k = 0; k < chain_->size(); ++k) counts.initial(k) += w * logs.posterior(0, k);
        for (Index t = 0; t + 1 < logs.steps(); ++t)
            for (Index a = 0; a < chain_->size(); ++a)
                for (Index b = 0; b < chain_->size(); ++b)
                    if (transition_.row(a)[b] > 0) counts.transition(a, b) += w * logs.move(t, a, b);
        assign(*emission_, x_->first(i), x_->length(i),
               [&](Index t, Index k) { return w * logs.posterior(t - x_->first(i), k); });
    }
    return total;
}

// -------------------------------------------------------------------------------------------------- answers

template <class Chain>
template <class EachSegment>
bool ChainInference<Chain>::forward(BlockEmission& emission, const SequenceBounds& x,
                                    const EachSegment& each_segment) {
    begin(emission, x, false);
    return forward_sweep(0, segments(), each_segment);
}

template <class Chain>
double ChainInference<Chain>::log_likelihood(BlockEmission& emission, const SequenceBounds& x) {
    if (forward(emission, x, [](Index, const Segment&, Index) {})) return log_likelihood();
    double total = 0;
    for (Index i = 0; i < x.size(); ++i)
        if (x.weight(i) > 0) total += x.weight(i) * log_chain(emission, x.first(i), x.length(i)).forward();
    return total;
}

template <class Chain>
double ChainInference<Chain>::forward_backward(BlockEmission& emission, const SequenceBounds& x,
                                               MarkovChainStatistics& counts) {
    begin(emission, x, true);
    return both_sweeps(counts) ? log_likelihood() : in_logs(counts);
}

template <class Chain>
double ChainInference<Chain>::sample_paths(BlockEmission& emission, const SequenceBounds& x, Random& random,
                                           std::vector<Index>& path) {
    const Index K = chain_->size();
    path.resize(static_cast<std::size_t>(x.steps()));
    const auto draw = [&](Index t, const auto& weight_of) {
        path[static_cast<std::size_t>(t)] = random.categorical(weight_of, K);
    };
    begin(emission, x, true);
    if (forward_sweep(0, segments(), [](Index, const Segment&, Index) {})) {
        for (Index c = segments() - 1; c >= 0; --c) {
            Segment& s = segment(c);
            if (!resident_) restore(c, s);
            for (Index t = steps(c) - 1; t >= 0; --t) {
                const Index now = first_step(c) + t;
                const double* const alpha = s.alpha[t + 1];
                const double* const to =
                    starts(c)[t + 1] ? nullptr : transition_.column(path[static_cast<std::size_t>(now) + 1]);
                draw(now, [&](Index i) { return to ? alpha[i] * to[i] : alpha[i]; });
            }
        }
        return log_likelihood();
    }
    double total = 0;
    Eigen::VectorXd log_weight(K);
    for (Index i = 0; i < x.size(); ++i) {
        LogChain logs = log_chain(emission, x.first(i), x.length(i));
        const double log_p = logs.forward();
        if (x.weight(i) > 0) total += x.weight(i) * log_p;
        for (Index t = x.length(i) - 1; t >= 0; --t) {
            const Index now = x.first(i) + t;
            log_weight = logs.alpha.col(t);
            if (t + 1 < x.length(i))
                log_weight += logs.transition.col(path[static_cast<std::size_t>(now) + 1]);
            const double top = log_weight.maxCoeff();  // of an impossible sequence any path will do
            draw(now, [&](Index k) { return std::isfinite(top) ? std::exp(log_weight(k) - top) : 1; });
        }
    }
    return total;
}

template <class Chain>
template <class Each>
void ChainInference<Chain>::viterbi(BlockEmission& emission, const SequenceBounds& x,
                                    std::vector<Index>& path, const Each& each) {
    const Index K = chain_->size();
    begin(emission, x, true);
    log_transition_.assign(chain_->transition().array().log());
    path.resize(static_cast<std::size_t>(x.steps()));
    best_.resize(x.steps(), K);
    StateRows& log_density = at(0).gamma;
    log_density.resize(segment_steps, K);
    for (Index c = 0; c < segments(); ++c) {
        const Index first = first_step(c);
        emission.pack(0, first, steps(c));
        to_rows(emission.logs(0, 1), log_density);
        log_transition_.with([&](const auto& a) __attribute__((always_inline)) {
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
    const std::vector<double> zeros(static_cast<std::size_t>(best_.padded()), 0.0);
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

template <class Chain>
void ChainInference<Chain>::assign_paths(BlockEmission& emission, const SequenceBounds& x,
                                         const std::vector<Index>& path, MarkovChainStatistics& counts) {
    const auto state = [&](Index t) { return path[static_cast<std::size_t>(t)]; };
    emission.prepare(1, 1);
    chain_->reset(counts);
    for (Index i = 0; i < x.size(); ++i) {
        counts.initial(state(x.first(i))) += x.weight(i);
        for (Index t = x.first(i) + 1; t < x.first(i + 1); ++t)
            counts.transition(state(t - 1), state(t)) += x.weight(i);
    }
    assign(emission, 0, x.steps(), [&](Index t, Index k) { return state(t) == k ? x.weight_at(t) : 0.0; });
}

}  // namespace latent::detail
