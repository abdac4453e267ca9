// Inference on blocks of sequences for chains of up to four states: eight runs of steps in the lanes.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numbers>
#include <vector>

#include "latent/execution/crew.hpp"
#include "latent/kernel/chain_lanes.hpp"
#include "latent/model/block_emission.hpp"
#include "latent/model/markov_chain.hpp"

namespace latent::detail {

/// Eight chains of consecutive steps of a block, and what is known of them after the first pass.
template <int K>
struct ChainBundle {
    Index cut[chains + 1] = {};  ///< chain l is steps cut[l] … cut[l + 1] − 1
    Index steps = 0;             ///< of the longest; a shorter one begins with filler
    bool whole = true;           ///< every chain begins where a sequence does
    std::vector<ChainStep> kind;
    std::vector<unsigned char> special;
    std::vector<ChainState<K, K>> operators;  ///< before each segment, and behind the last
    std::vector<ChainState<K, 1>> states;     ///< the same where chains are whole
    std::vector<Panel<double>> densities;     ///< of each segment, where they are kept
    double shifts = 0;                        ///< Σ of the logarithms that densities are relative to
    double entering[chains + 1][K] = {};      ///< distribution before each chain, and behind the last
    double returning[chains][K] = {};         ///< β behind each chain
    double last_alpha[chains][K] = {};        ///< forward variables at each chain's last step …
    double first_w[chains][K] = {};           ///< … and w = b ∘ β at its first, found by the second pass
    MarkovChainStatistics counts;

    bool empty(Index l) const { return cut[l] == cut[l + 1]; }
    Index filler(Index l) const { return steps - (cut[l + 1] - cut[l]); }
};

/// Inference by bundles of chains. The first pass makes each chain's distribution at its end or, for chains that begin
/// inside a sequence, the operator that leads from its beginning to its end; a scan over the chains then knows where
/// each begins and what returns to its end; the second pass goes over each segment forward and backward. Bundles are
/// independent but for the scan, so workers share them out; their results are added in order: the same bits for any
/// number of workers.
template <int K>
class LaneInference {
  public:
    /// Steps of eight chains in a segment.
    static constexpr Index segment_steps = 128;
    /// Numbers (steps × states) up to which densities are kept between the passes.
    static constexpr Index resident_numbers = Index{1} << 20;

    /// Σ log p(x) of the sequences. False where scaled numbers do not carry it.
    bool log_likelihood(const MarkovChain& chain, BlockEmission& emission, double beta,
                        const SequenceBounds& x, Crew* crew, double& total) {
        prepare(chain, emission, beta, x, crew, false);
        return first_pass() && scan(total);
    }

    /// The same; the emission collects the posteriors, of each bundle as a part, and `counts` become the chain's
    /// expected counts.
    bool expectation(const MarkovChain& chain, BlockEmission& emission, double beta, const SequenceBounds& x,
                     Crew* crew, double& total, MarkovChainStatistics& counts) {
        prepare(chain, emission, beta, x, crew, x.steps() * K <= resident_numbers);
        if (!first_pass() || !scan(total)) return false;
        const bool sound = for_each_bundle([&](Index b, Index worker) { return second_pass(b, worker); });
        if (!sound) return false;
        chain.reset(counts);
        for (const Bundle& bundle : bundles_) add(counts, bundle.counts);
        add_crossings(counts);
        return true;
    }

  private:
    using Bundle = ChainBundle<K>;
    struct Scratch {
        Panel<double> b, alpha, gamma;
        std::vector<double> shift;
        std::vector<Index> steps;
    };

    void prepare(const MarkovChain& chain, BlockEmission& emission, double beta, const SequenceBounds& x,
                 Crew* crew, bool keep);
    void cut_bundle(Bundle& bundle, Index begin, Index end);
    void mark(Bundle& bundle) const;
    static Index segments(const Bundle& b) { return (b.steps + segment_steps - 1) / segment_steps; }
    static ChainRows rows(const Bundle& b, Index c) {
        const Index first = c * segment_steps;
        return {b.kind.data() + chains * first, b.special.data() + first,
                std::min(segment_steps, b.steps - first)};
    }
    void pack(const Bundle& bundle, Index c, Index worker);
    double load(const Bundle& bundle, Index c, Index worker, Panel<double>& b);
    bool first_pass();
    bool scan(double& total);
    bool second_pass(Index index, Index worker);
    void add_crossings(MarkovChainStatistics& counts) const;
    ChainState<K, 1> entering(const Bundle& bundle, Index c) const;

    /// visit(bundle, worker) for all bundles, by all workers there are; whether every visit returned true.
    template <class Visit>
    bool for_each_bundle(const Visit& visit) {
        std::atomic<Index> next = 0;
        std::atomic<bool> sound = true;
        const auto work = [&](Index worker) {
            for (Index b = next++; b < std::ssize(bundles_); b = next++)
                if (!visit(b, worker)) sound = false;
        };
        if (workers() > 1) {
            crew_->run(work);
        } else {
            work(0);
        }
        return sound;
    }

    Index workers() const { return crew_ && bundles_.size() > 1 ? crew_->workers() : 1; }
    Scratch& scratch(Index worker) { return scratch_[static_cast<std::size_t>(worker)]; }

    BlockEmission* emission_ = nullptr;
    double beta_ = 1;
    Crew* crew_ = nullptr;
    bool keep_ = false;
    ChainParameters<K> parameters_;
    std::vector<unsigned char> starts_;
    std::vector<Bundle> bundles_;
    std::vector<Scratch> scratch_;
};

// --------------------------------------------------------------------------------------------------- cutting

template <int K>
void LaneInference<K>::prepare(const MarkovChain& chain, BlockEmission& emission, double beta,
                               const SequenceBounds& x, Crew* crew, bool keep) {
    emission_ = &emission;
    beta_ = beta;
    crew_ = crew;
    keep_ = keep;
    const auto power = [&](double p) { return p > 0 && beta != 1 ? std::pow(p, beta) : p; };
    for (int i = 0; i < K; ++i) {
        parameters_.initial[i] = power(chain.initial()(i));
        for (int j = 0; j < K; ++j) parameters_.transition[i][j] = power(chain.transition()(i, j));
    }
    x.mark_starts(starts_);
    constexpr Index worth_a_bundle = Index{1} << 14, most = 32;
    const Index count = std::clamp<Index>(x.steps() / worth_a_bundle, 1, most);
    bundles_.resize(static_cast<std::size_t>(count));
    for (Index b = 0; b < count; ++b)
        cut_bundle(bundles_[static_cast<std::size_t>(b)], x.steps() * b / count, x.steps() * (b + 1) / count);
    for (Bundle& bundle : bundles_) chain.reset(bundle.counts);
    scratch_.resize(std::max(scratch_.size(), static_cast<std::size_t>(workers())));
    emission.prepare(workers(), count);
}

/// Eight chains of steps begin … end − 1: of whole sequences where those are short enough to share them out evenly,
/// else of equal lengths.
template <int K>
void LaneInference<K>::cut_bundle(Bundle& bundle, Index begin, Index end) {
    Index longest = 0;
    bundle.cut[0] = begin;
    bundle.cut[chains] = end;
    for (Index l = 1; l < chains; ++l) {  // where the sequence starts that is nearest behind an even cut
        Index at = std::max(bundle.cut[l - 1], begin + (end - begin) * l / chains);
        while (at < end && !starts_[static_cast<std::size_t>(at)]) ++at;
        bundle.cut[l] = at;
    }
    for (Index l = 0; l < chains; ++l) longest = std::max(longest, bundle.cut[l + 1] - bundle.cut[l]);
    bundle.whole = starts_[static_cast<std::size_t>(begin)] && longest * chains * 2 <= (end - begin) * 3;
    if (!bundle.whole)
        for (Index l = 1; l < chains; ++l) bundle.cut[l] = begin + (end - begin) * l / chains;
    bundle.steps = 0;
    for (Index l = 0; l < chains; ++l)
        bundle.steps = std::max(bundle.steps, bundle.cut[l + 1] - bundle.cut[l]);
    mark(bundle);
}

template <int K>
void LaneInference<K>::mark(Bundle& bundle) const {
    bundle.kind.assign(static_cast<std::size_t>(chains * (bundle.steps + 1)), ChainStep::inside);
    bundle.special.assign(static_cast<std::size_t>(bundle.steps) + 1, 0);
    for (Index l = 0; l < chains; ++l) {
        const Index filler = bundle.filler(l);
        const auto set = [&](Index s, ChainStep kind) {
            bundle.kind[static_cast<std::size_t>(chains * s + l)] = kind;
            bundle.special[static_cast<std::size_t>(s)] = 1;
        };
        for (Index s = 0; s < filler; ++s) set(s, ChainStep::filler);
        for (Index t = bundle.cut[l]; t < bundle.cut[l + 1]; ++t)
            if (starts_[static_cast<std::size_t>(t)]) set(filler + t - bundle.cut[l], ChainStep::start);
    }
}

// ------------------------------------------------------------------------------------------------- densities

/// The observations of a segment's rows; filler repeats some observation.
template <int K>
void LaneInference<K>::pack(const Bundle& bundle, Index c, Index worker) {
    const Index n = rows(bundle, c).steps, last = static_cast<Index>(starts_.size()) - 2;
    std::vector<Index>& steps = scratch(worker).steps;
    steps.resize(static_cast<std::size_t>(chains * n));
    for (Index l = 0; l < chains; ++l) {
        const Index before = bundle.cut[l] - bundle.filler(l) + c * segment_steps;  // the step of row 0
        const Index first = std::min(bundle.cut[l], last);
        for (Index s = 0; s < n; ++s)
            steps[static_cast<std::size_t>(chains * s + l)] = std::max(before + s, first);
    }
    emission_->pack(worker, steps.data(), chains * n);
}

/// The densities of a segment's rows, relative to the largest of each, filler one; returns Σ of their logarithms.
template <int K>
double LaneInference<K>::load(const Bundle& bundle, Index c, Index worker, Panel<double>& b) {
    std::vector<double>& shift = scratch(worker).shift;
    shift.resize(static_cast<std::size_t>(chains * segment_steps) + 64);
    pack(bundle, c, worker);
    const Panel<double>& p = emission_->relative(worker, beta_, shift.data());
    const ChainRows r = rows(bundle, c);
    b.resize(chains * (segment_steps + 1), K);
    for (Index k = 0; k < K; ++k) std::copy_n(p.column(k), chains * r.steps, b.column(k));
    for (Index s = 0; s < r.steps; ++s)
        for (Index l = 0; r.special[s] && l < chains; ++l)
            if (r(s, l) == ChainStep::filler) {
                for (Index k = 0; k < K; ++k) b(chains * s + l, k) = 1;
                shift[static_cast<std::size_t>(chains * s + l)] = 0;
            }
    return sum(shift.data(), chains * r.steps);
}

// ---------------------------------------------------------------------------------------------------- passes

template <int K>
bool LaneInference<K>::first_pass() {
    return for_each_bundle([&](Index index, Index worker) {
        Bundle& bundle = bundles_[static_cast<std::size_t>(index)];
        const Index count = segments(bundle);
        if (keep_)
            bundle.densities.resize(
                static_cast<std::size_t>(std::max<Index>(count, std::ssize(bundle.densities))));
        bundle.shifts = 0;
        const auto pass = [&](auto& marks) {
            marks.resize(static_cast<std::size_t>(count) + 1);
            marks[0].begin();
            for (Index c = 0; c < count; ++c) {
                Panel<double>& b = keep_ ? bundle.densities[static_cast<std::size_t>(c)] : scratch(worker).b;
                bundle.shifts += load(bundle, c, worker, b);
                auto& state = marks[static_cast<std::size_t>(c) + 1] = marks[static_cast<std::size_t>(c)];
                advance_chains(parameters_, rows(bundle, c), b.column(0), b.stride(), state, nullptr);
            }
            return marks.back().sound();
        };
        return bundle.whole ? pass(bundle.states) : pass(bundle.operators);
    });
}

/// From the chains' operators to where each begins and ends, and the log-likelihood.
template <int K>
bool LaneInference<K>::scan(double& total) {
    double now[K] = {1};
    total = 0;
    for (Bundle& bundle : bundles_) {
        total += bundle.shifts;
        for (Index l = 0; l < chains; ++l) {
            double next[K] = {}, mass = 0;
            std::copy_n(now, K, bundle.entering[l]);
            if (bundle.empty(l)) continue;
            for (int k = 0; k < K; ++k) {
                if (bundle.whole) {
                    next[k] = bundle.states.back().value(l, 0, k);
                } else {
                    for (int i = 0; i < K; ++i) next[k] += now[i] * bundle.operators.back().value(l, i, k);
                }
                mass += next[k];
            }
            const std::int64_t exponent =
                bundle.whole ? bundle.states.back().exponent(l) : bundle.operators.back().exponent(l);
            if (!(mass >= least_sum)) return false;
            total += std::log(mass) + std::numbers::ln2 * static_cast<double>(exponent);
            for (int k = 0; k < K; ++k) now[k] = next[k] / mass;
        }
        std::copy_n(now, K, bundle.entering[chains]);
    }
    double back[K];
    std::fill_n(back, K, 1.0);
    for (auto bundle = bundles_.rbegin(); bundle != bundles_.rend(); ++bundle)
        for (Index l = chains - 1; l >= 0; --l) {
            std::copy_n(back, K, bundle->returning[l]);
            if (bundle->empty(l)) continue;
            double before[K] = {}, most = 0;
            for (int i = 0; i < K; ++i) {
                for (int k = 0; k < K; ++k)
                    before[i] += bundle->whole ? 1 : bundle->operators.back().value(l, i, k) * back[k];
                most = std::max(most, before[i]);
            }
            if (!(most > 0)) return false;
            for (int i = 0; i < K; ++i) back[i] = before[i] / most;
        }
    return true;
}

/// The chains' distributions before segment c.
template <int K>
ChainState<K, 1> LaneInference<K>::entering(const Bundle& bundle, Index c) const {
    if (bundle.whole) return bundle.states[static_cast<std::size_t>(c)];
    const ChainState<K, K>& operators = bundle.operators[static_cast<std::size_t>(c)];
    ChainState<K, 1> state;
    state.begin();
    for (Index l = 0; l < chains; ++l) {
        double next[K] = {}, mass = 0;
        for (int k = 0; k < K; ++k) {
            for (int i = 0; i < K; ++i) next[k] += bundle.entering[l][i] * operators.value(l, i, k);
            mass += next[k];
        }
        for (int k = 0; k < K; ++k) state.set(l, 0, k, next[k] / mass);
    }
    return state;
}

template <int K>
bool LaneInference<K>::second_pass(Index index, Index worker) {
    Bundle& bundle = bundles_[static_cast<std::size_t>(index)];
    Panel<double>&alpha = scratch(worker).alpha, &gamma = scratch(worker).gamma;
    ChainReturn<K> back;
    double pairs[K][K] = {};
    for (Index l = 0; l < chains; ++l)
        for (int k = 0; k < K; ++k) back.ends[k][l] = bundle.returning[l][k];
    for (Index c = segments(bundle) - 1; c >= 0; --c) {
        const ChainRows r = rows(bundle, c);
        Panel<double>& b = keep_ ? bundle.densities[static_cast<std::size_t>(c)] : scratch(worker).b;
        if (keep_) {
            pack(bundle, c, worker);
        } else {
            load(bundle, c, worker, b);
        }
        alpha.resize(chains * (segment_steps + 1), K);
        gamma.resize(chains * r.steps, K);
        ChainState<K, 1> state = entering(bundle, c);
        advance_chains(parameters_, r, b.column(0), b.stride(), state, alpha.column(0));
        if (!state.sound()) return false;
        if (c + 1 == segments(bundle))
            for (Index l = 0; l < chains; ++l)
                for (int k = 0; k < K; ++k) bundle.last_alpha[l][k] = state.value(l, 0, k);
        return_chains(parameters_, r, b.column(0), alpha.column(0), gamma.column(0), gamma.stride(),
                      b.stride(), back);
        if (!back.sound) return false;
        add_pairs_of_chains(alpha.column(0), b.column(0), b.stride(), chains * r.steps, pairs);
        for (Index s = 0; s < r.steps; ++s)
            for (Index l = 0; r.special[s] && l < chains; ++l)
                for (Index k = 0; r(s, l) == ChainStep::start && k < K; ++k)
                    bundle.counts.initial(k) += gamma(chains * s + l, k);
        emission_->collect(worker, index, c * segment_steps, gamma);
    }
    const Panel<double>& first = keep_ ? bundle.densities.front() : scratch(worker).b;
    for (Index l = 0; !bundle.whole && l < chains; ++l)
        for (int k = 0; k < K; ++k) bundle.first_w[l][k] = first(chains * bundle.filler(l) + l, k);
    for (int i = 0; i < K; ++i)
        for (int j = 0; j < K; ++j)
            bundle.counts.transition(i, j) += parameters_.transition[i][j] * pairs[i][j];
    return true;
}

/// The moves from one chain's last step to the next one's first, within a sequence.
template <int K>
void LaneInference<K>::add_crossings(MarkovChainStatistics& counts) const {
    const double* before = nullptr;  // forward variables at the step before
    for (const Bundle& bundle : bundles_)
        for (Index l = 0; l < chains; ++l) {
            if (bundle.empty(l)) continue;
            if (!starts_[static_cast<std::size_t>(bundle.cut[l])]) {
                double moves[K][K], total = 0;
                for (int i = 0; i < K; ++i)
                    for (int j = 0; j < K; ++j)
                        total += moves[i][j] =
                            before[i] * parameters_.transition[i][j] * bundle.first_w[l][j];
                for (int i = 0; i < K; ++i)
                    for (int j = 0; j < K; ++j) counts.transition(i, j) += moves[i][j] / total;
            }
            before = bundle.last_alpha[l];
        }
}

/// LaneInference of the number of states that a chain has.
class SmallChainInference {
  public:
    /// Whether a block is for it: few states, each reached from every other, some hundred steps, and no weights.
    static bool suits(const MarkovChain& chain, const SequenceBounds& x) {
        return chain.size() > 1 && chain.size() <= 4 && x.steps() >= 256 && !x.weighted() &&
               chain.transition().minCoeff() >= 0x1p-100;
    }
    /// use(the lane inference of K states), K = 2, 3, 4.
    template <class Use>
    bool with(Index K, const Use& use) {
        return K == 2 ? use(two_) : K == 3 ? use(three_) : use(four_);
    }

  private:
    LaneInference<2> two_;
    LaneInference<3> three_;
    LaneInference<4> four_;
};

}  // namespace latent::detail
