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

/// A segment's densities relative to the largest of their step, and what the first pass over it found.
struct Segment {
    StateRows b, alpha;         // see KeepAlpha: one row more for what comes before, two for what is behind
    std::vector<double> due;    // see KeepBeta
    std::vector<double> shift;  // the logarithm that a step's densities are relative to
};

/// Inference on blocks of sequences; an object lives across many and keeps its memory.
///
/// A block is cut into segments of some steps, and a long one into two halves. First one pass goes forward over the
/// first half and another backward over the second, inwards until they meet; then both go on, outwards, over what the
/// other has left, and make the posteriors. The two are independent: one worker takes their steps side by side, or two
/// workers one pass each, with the same bits. What the first passes find is kept for all segments where that takes
/// little memory, else only at the segments' ends (checkpoints), and the second passes make a segment's anew. Either way
/// the bits are the same.
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
    /// Steps a segment: what the passes work on at a time stays in the second cache.
    Index segment_steps() const { return std::clamp<Index>(4096 / chain_->size() / 64 * 64, 64, 256); }
    /// Numbers (steps × states) up to which everything is kept between the sweeps.
    Index resident_numbers = Index{1} << 21;

    /// Σ log p(x) over the sequences, each times its weight; −inf where one is impossible.
    double log_likelihood(BlockEmission& emission, const SequenceBounds& x);

    /// The forward sweep alone: each_segment(first, segment, n) is called for each segment in order. False where
    /// scaled numbers do not carry it: then log_chain does.
    template <class EachSegment>
    bool forward(BlockEmission& emission, const SequenceBounds& x, const EachSegment& each_segment);

    /// Σ α of a step, to the last bit as the forward pass has it: where a sum is nearly a power of two, another order of
    /// summation may be scaled by another one.
    double sum_of(const double* alpha) const;

    /// Returns as log_likelihood; the emission collects the posterior p(z_t | x) times the sequence's weight, and
    /// `counts` become the chain's expected counts.
    double forward_backward(BlockEmission& emission, const SequenceBounds& x, MarkovChainStatistics& counts);

    /// Paths of the block's sequences drawn from p(z | x). Returns as log_likelihood.
    double sample_paths(BlockEmission& emission, const SequenceBounds& x, Random& random,
                        std::vector<Index>& path);

    /// The most probable paths; each(i, log p(x, z)) is called for each sequence, −inf where it is impossible. Memory: T·K.
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
    Index segments() const { return (x_->steps() + segment_steps() - 1) / segment_steps(); }
    /// Segments before this one are the first half; short blocks have only that.
    Index middle() const { return segments() < 8 ? segments() : segments() / 2; }
    Index half(Index c) const { return c < middle() ? 0 : 1; }
    Index first_step(Index c) const { return c * segment_steps(); }
    Index steps(Index c) const { return std::min(segment_steps(), x_->steps() - first_step(c)); }
    const unsigned char* starts(Index c) const { return starts_.data() + first_step(c); }
    Segment& segment(Index c) { return segments_[static_cast<std::size_t>(resident_ ? c : half(c))]; }

    void load(Index c);
    /// Whether a pass finds something for the first time, or again what is known at the segment's ends.
    enum class Finds { anew, again };
    template <class ForwardRows, class BackwardRows>
    bool pass(Index c, const ForwardRows& forward_rows, Index d, const BackwardRows& backward_rows,
              Finds finds);
    bool inwards(Index c, Index d, Finds finds = Finds::anew);
    bool outwards(Index c, Index d);
    void collect(Index c);
    template <class EachSegment>
    bool forward_sweep(const EachSegment& each_segment);
    template <class Visit>
    bool both_ways(Index forward, Index forward_end, Index backward, Index backward_end, const Visit& visit);
    bool both_sweeps(MarkovChainStatistics& counts);
    double log_likelihood() const;
    double in_logs(MarkovChainStatistics& counts);

    /// Instead of a segment, where a pass is at its end.
    static constexpr Index no_segment = -1;
    Index steps_of(Index c) const { return c == no_segment ? 0 : steps(c); }
    /// Whose rows a pass gets: its own, or, where it has no step to go, those of the other pass of the same worker.
    static Index either(Index own, Index other) { return own == no_segment ? other : own; }

    /// What a worker needs to go over the segments of a half.
    struct Half {
        StateRows gamma, pairs, two;  // two: rows for what moves from a step to the next
        Panel<double> posterior;
        Eigen::VectorXd initial;  // the posterior where sequences begin
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
    StateRows alphas_;                     // forward variables before each segment, and behind the last …
    std::vector<Likelihood> likelihoods_;  // … and the likelihood so far
    StateRows ws_;                         // w of the step behind, likewise …
    std::vector<double> w_sums_;           // … and its sum
    std::vector<double> shifts_;           // of each segment: Σ shift, …
    std::vector<double> ended_;            // … and the rest of what the sequences that ended there had
    Half halves_[2];
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
    const auto ends = static_cast<std::size_t>(segments()) + 1;
    likelihoods_.assign(ends, {});
    w_sums_.assign(ends, 1.0);
    shifts_.assign(ends, 0.0);
    ended_.assign(ends, 0.0);
    alphas_.resize(segments() + 1, chain_->size());
    alphas_.fill(0, [](Index) { return 0.0; });
    ws_.resize(segments() + 1, chain_->size());
    ws_.fill(segments(), [](Index) { return 0.0; });
    for (Half& half : halves_) half.two.resize(2, chain_->size());
}

/// The densities of segment c.
template <class Chain>
void ChainInference<Chain>::load(Index c) {
    Segment& s = segment(c);
    s.b.resize(segment_steps() + 2, chain_->size());
    s.alpha.resize(segment_steps() + 1, chain_->size());
    s.due.resize(static_cast<std::size_t>(segment_steps()));
    s.shift.resize(static_cast<std::size_t>(segment_steps()) + 64);
    emission_->pack(half(c), first_step(c), steps(c));
    to_rows(emission_->relative(half(c), beta_, s.shift.data()), s.b);
    double& total = shifts_[static_cast<std::size_t>(c)] = 0;
    for (Index t = 0; t < steps(c); ++t)
        total += x_->weight_at(first_step(c) + t) * s.shift[static_cast<std::size_t>(t)];
}

/// Forward over segment c and backward over segment d, either of which may be no_segment.
template <class Chain>
template <class ForwardRows, class BackwardRows>
bool ChainInference<Chain>::pass(Index c, const ForwardRows& forward_rows, Index d,
                                 const BackwardRows& backward_rows, Finds finds) {
    const Index n = steps_of(c), m = steps_of(d), some_c = either(c, d), some_d = either(d, c);
    Likelihood likelihood;
    double w_sum = 1, total = 0;
    if (n > 0) {
        std::copy_n(alphas_[c], alphas_.padded(), forward_rows.before(0));
        likelihood = likelihoods_[static_cast<std::size_t>(c)];
    }
    if (m > 0) {
        std::copy_n(ws_[d + 1], ws_.padded(), backward_rows.behind(m));
        w_sum = w_sums_[static_cast<std::size_t>(d) + 1];
    }
    const auto ended = [&](Index t, const Likelihood& l) {
        if (first_step(c) + t > 0) total += x_->weight_at(first_step(c) + t - 1) * l.log();
    };
    const bool sound = transition_.with([&](const auto& a) __attribute__((always_inline)) {
        ForwardPass forward(a, initial_[0], segment(some_c).b.at(), starts(some_c), !transition_.mixes(),
                            likelihood, forward_rows, ended);
        BackwardPass backward(a, segment(some_d).b.at(), starts(some_d), w_sum, backward_rows);
        step_both(a, forward, n, backward, m);
        likelihood = forward.likelihood;
        w_sum = backward.w_sum;
        return forward.sound && backward.sound;
    });
    if (finds == Finds::again) return sound;  // the other worker may be reading where they meet
    if (n > 0) {
        std::copy_n(forward_rows.before(n), alphas_.padded(), alphas_[c + 1]);
        likelihoods_[static_cast<std::size_t>(c) + 1] = likelihood;
        ended_[static_cast<std::size_t>(c)] = total;
    }
    if (m > 0) {
        std::copy_n(backward_rows.behind(0), ws_.padded(), ws_[d]);
        w_sums_[static_cast<std::size_t>(d)] = w_sum;
    }
    return sound;
}

/// The first passes, over a segment each: forward over c, backward over d. They leave what KeepAlpha and KeepBeta say.
template <class Chain>
bool ChainInference<Chain>::inwards(Index c, Index d, Finds finds) {
    if (c != no_segment) load(c);
    if (d != no_segment) load(d);
    const Index some_c = either(c, d), some_d = either(d, c);
    Segment& behind = segment(some_d);
    return pass(c, KeepAlpha{segment(some_c).alpha.at()}, d,
                KeepBeta{behind.alpha.at(), at(half(some_d)).two.at(), behind.due.data()}, finds);
}

/// The second passes, over what the first have left; then the counts and the posteriors of both segments.
template <class Chain>
bool ChainInference<Chain>::outwards(Index c, Index d) {
    if (!resident_ && !inwards(d, c, Finds::again)) return false;
    if (c != no_segment) std::copy_n(ws_[c + 1], ws_.padded(), segment(c).b[steps(c)]);
    struct Weight {
        SequenceBounds x;
        Index first;
        double operator()(Index t) const { return x.weight_at(first + t); }
    };
    const auto posteriors = [&](Index some) {
        return PosteriorRows<Weight>{
            segment(some).alpha.at(), at(half(some)).gamma.at(), {*x_, first_step(some)}};
    };
    const Index some_c = either(c, d), some_d = either(d, c);
    const MeetBeta<Weight> forward{posteriors(some_c), segment(some_c).b.at(), at(half(some_c)).two.at(),
                                   segment(some_c).due.data()};
    const MeetAlpha<Weight> backward{posteriors(some_d), segment(some_d).b.at(), steps_of(d)};
    if (!pass(c, forward, d, backward, Finds::anew)) return false;
    if (c != no_segment) collect(c);
    if (d != no_segment) collect(d);
    return true;
}

/// The posteriors of segment c go where they are counted.
template <class Chain>
void ChainInference<Chain>::collect(Index c) {
    Half& own = at(half(c));
    Segment& s = segment(c);
    transition_.with([&](const auto& a)
                         __attribute__((always_inline)) { a.add_pairs(s.alpha, s.b, steps(c), own.pairs); });
    for (Index t = 0; t < steps(c); ++t)
        for (Index k = 0; starts(c)[t] && k < chain_->size(); ++k) own.initial(k) += own.gamma[t][k];
    if (resident_) emission_->pack(half(c), first_step(c), steps(c));
    to_panel(own.gamma, steps(c), own.posterior);
    emission_->collect(half(c), half(c), first_step(c), own.posterior);
}

template <class Chain>
template <class EachSegment>
bool ChainInference<Chain>::forward_sweep(const EachSegment& each_segment) {
    for (Index c = 0; c < segments(); ++c) {
        if (!inwards(c, no_segment)) return false;
        each_segment(first_step(c), segment(c), steps(c));
    }
    return !likelihoods_.back().suspicious();
}

/// visit(c, d) with c going up to forward_end and d down to backward_end, by one worker or by two.
template <class Chain>
template <class Visit>
bool ChainInference<Chain>::both_ways(Index forward, Index forward_end, Index backward, Index backward_end,
                                      const Visit& visit) {
    const auto go = [&](Index c, Index d) {
        while (c < forward_end || d >= backward_end) {
            if (!visit(c < forward_end ? c : no_segment, d >= backward_end ? d : no_segment)) return false;
            ++c, --d;
        }
        return true;
    };
    if (!crew || forward == forward_end || backward < backward_end) return go(forward, backward);
    bool sound[2] = {true, true};
    crew->run([&](Index worker) {
        if (worker == 0) sound[0] = go(forward, backward_end - 1);
        if (worker == 1) sound[1] = go(forward_end, backward);
    });
    return sound[0] && sound[1];
}

/// All passes over the block, whose posteriors the emission collects.
template <class Chain>
bool ChainInference<Chain>::both_sweeps(MarkovChainStatistics& counts) {
    const Index K = chain_->size(), all = segments(), middle = this->middle();
    for (Half& half : halves_) {
        half.initial.setZero(K);
        half.gamma.resize(segment_steps(), K);
        half.pairs.resize(padded_states(K), K);
        for (Index i = 0; i < half.pairs.padded(); ++i) half.pairs.fill(i, [](Index) { return 0.0; });
    }
    const bool sound =
        both_ways(0, middle, all - 1, middle, [&](Index c, Index d) { return inwards(c, d); }) &&
        both_ways(middle, all, middle - 1, 0, [&](Index c, Index d) { return outwards(c, d); });
    if (!sound || likelihoods_.back().suspicious()) return false;
    chain_->reset(counts);
    for (const Half& half : halves_) {
        counts.initial += half.initial;
        for (Index i = 0; i < K; ++i)
            for (Index j = 0; j < K; ++j) counts.transition(i, j) += transition_.row(i)[j] * half.pairs[i][j];
    }
    return true;
}

/// After a forward pass over all segments.
template <class Chain>
double ChainInference<Chain>::log_likelihood() const {
    double total = x_->weight_at(x_->steps() - 1) * likelihoods_.back().log();
    for (Index c = 0; c < segments(); ++c)
        total += shifts_[static_cast<std::size_t>(c)] + ended_[static_cast<std::size_t>(c)];
    return total;
}

// -------------------------------------------------------------------------------------------- the log domain

template <class Chain>
LogChain ChainInference<Chain>::log_chain(BlockEmission& emission, Index first, Index n) const {
    LogChain logs{.initial = beta_ * chain_->initial().array().log(),
                  .transition = beta_ * chain_->transition().array().log(),
                  .density = Eigen::MatrixXd(chain_->size(), n)};
    for (Index begin = 0; begin < n; begin += segment_steps()) {
        emission.pack(0, first + begin, std::min(segment_steps(), n - begin));
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
    for (Index begin = first; begin < first + n; begin += segment_steps()) {
        const Index count = std::min(segment_steps(), first + n - begin);
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
        if (std::isnan(log_p)) continue;  // nothing can be expected of it
        logs.backward();
        for (Index k = 0; k < chain_->size(); ++k) counts.initial(k) += w * logs.posterior(0, k);
        for (Index t = 0; t + 1 < logs.steps(); ++t)
            logs.moves(t, [&](Index a, Index b, double p) { counts.transition(a, b) += w * p; });
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
    return forward_sweep(each_segment);
}

template <class Chain>
double ChainInference<Chain>::sum_of(const double* alpha) const {
    const Index width = transition_.with(
        [](const auto& a) { return lanes<double, std::remove_cvref_t<decltype(a)>::Bytes>; });
    double lane[lanes<double, 64>] = {}, sum = 0;
    for (Index k = 0; k < chain_->size(); ++k) lane[k % width] += alpha[k];
    for (Index l = 0; l < width; ++l) sum += lane[l];
    return sum;
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
    if (forward_sweep([](Index, const Segment&, Index) {})) {
        for (Index c = segments() - 1; c >= 0; --c) {
            if (!resident_) inwards(c, no_segment, Finds::again);
            const Segment& s = segment(c);
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
            const double top = log_weight.maxCoeff();
            draw(now, [&](Index k) { return probability(log_weight(k) - top); });
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
    log_density.resize(segment_steps(), K);
    std::vector<Index> impossible;  // steps
    const auto ends_nowhere = [&](Index t) {
        return Eigen::Map<const Eigen::VectorXd>(best_[t], K).maxCoeff() == MaxSum::none;
    };
    for (Index c = 0; c < segments(); ++c) {
        const Index first = first_step(c);
        emission.pack(0, first, steps(c));
        to_rows(emission.logs(0, 1), log_density);
        log_transition_.with([&](const auto& a) __attribute__((always_inline)) {
            for (Index t = 0, end = 0; t < steps(c); t = end) {
                for (end = t + 1; end < steps(c) && !starts(c)[end];) ++end;
                const auto go_on = [&](Index from) __attribute__((always_inline)) {
                    const bool begins = starts(c)[from];
                    if (begins)
                        best_.fill(
                            first + from,
                            [&](Index k) { return std::log(chain_->initial()(k)) + log_density[from][k]; },
                            MaxSum::none);
                    viterbi_steps(a, log_density, first, best_, first + from + (begins ? 1 : 0), first + end);
                };
                go_on(t);
                for (Index s = t; ends_nowhere(first + end - 1); ++s) {
                    while (!ends_nowhere(first + s)) ++s;
                    log_density.fill(s, [](Index) { return 0.0; });  // as if it had not been observed
                    impossible.push_back(first + s);
                    go_on(s);
                    if (ends_nowhere(first + s)) break;  // NaN: no path is known
                }
            }
        });
    }
    const auto possible = [&](Index i) {
        const auto next = std::lower_bound(impossible.begin(), impossible.end(), x.first(i));
        return next == impossible.end() || *next >= x.first(i + 1);
    };
    const std::vector<double> zeros(static_cast<std::size_t>(best_.padded()), 0.0);
    for (Index i = 0; i < x.size(); ++i) {
        const double* log_a = zeros.data();
        for (Index t = x.first(i + 1) - 1; t >= x.first(i); --t) {
            const Index state = best_state(K, best_[t], log_a);
            if (t + 1 == x.first(i + 1)) each(i, possible(i) ? best_[t][state] : MaxSum::none);
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
