// Inference on blocks of sequences for chains of up to four states: eight runs of steps in the lanes.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numbers>
#include <tuple>
#include <type_traits>
#include <vector>

#include "latent/data/sequence_blocks.hpp"
#include "latent/execution/crew.hpp"
#include "latent/kernel/chain_lanes.hpp"
#include "latent/model/block_densities.hpp"
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

    bool empty(Index l) const { return cut[l] == cut[l + 1]; }
    Index filler(Index l) const { return steps - (cut[l + 1] - cut[l]); }
};

/// Inference by bundles of chains. The first pass makes each chain's distribution at its end or, for chains that begin
/// inside a sequence, the operator that leads from its beginning to its end; a scan over the chains then knows where
/// each begins and what returns to its end; the second pass goes over each segment forward and backward. Bundles are
/// independent but for the scan, so workers share them out; their results are added in order: the same bits for any
/// number of workers.
template <Emission E, int K>
class LaneInference {
  public:
    using Scalar = typename E::Scalar;
    using Block = SequenceBlock<Scalar>;
    using Statistics = typename E::Statistics;

    /// Steps of eight chains in a segment.
    static constexpr Index segment_steps = 64;
    /// Numbers (steps × states) up to which densities are kept between the passes.
    static constexpr Index resident_numbers = Index{1} << 20;

    /// Σ log p(x) of the sequences. False where scaled numbers do not carry it.
    bool log_likelihood(const MarkovChain& chain, const E& emission, double beta, const Block& x, Crew* crew,
                        double& total) {
        prepare(chain, emission, beta, x, crew, false);
        return first_pass() && scan(total);
    }

    /// The same, and adds the expected counts and the emission's expected statistics to what is given.
    bool expectation(const MarkovChain& chain, const E& emission, double beta, const Block& x, Crew* crew,
                     double& total, MarkovChainStatistics& counts, Statistics& statistics) {
        prepare(chain, emission, beta, x, crew, x.steps() * K <= resident_numbers);
        if (!first_pass() || !scan(total)) return false;
        results_.resize(bundles_.size());
        const bool sound = for_each_bundle([&](Index b, Scratch& scratch) {
            Sums& sums = results_[static_cast<std::size_t>(b)];
            chain_->reset(sums.counts);
            reset(*emission_, sums.emission);
            return second_pass(bundles_[static_cast<std::size_t>(b)], scratch, sums);
        });
        if (!sound) return false;
        for (Sums& sums : results_) {
            add(counts, sums.counts);
            add(statistics, sums.emission);
        }
        add_crossings(counts);
        return true;
    }

  private:
    using Bundle = ChainBundle<K>;
    struct Sums {
        MarkovChainStatistics counts;
        Statistics emission;
    };
    struct Scratch {
        Panel<Scalar> x, posterior;
        Panel<double> b, alpha, gamma;
        BlockDensities<E> densities;
        std::vector<double> shift;
    };

    void prepare(const MarkovChain& chain, const E& emission, double beta, const Block& x, Crew* crew,
                 bool keep);
    void cut_bundle(Bundle& bundle, Index begin, Index end);
    void mark(Bundle& bundle) const;
    static Index segments(const Bundle& b) { return (b.steps + segment_steps - 1) / segment_steps; }
    static ChainRows rows(const Bundle& b, Index c) {
        const Index first = c * segment_steps;
        return {b.kind.data() + chains * first, b.special.data() + first,
                std::min(segment_steps, b.steps - first)};
    }
    void pack_segment(const Bundle& bundle, Index c, Panel<Scalar>& panel) const;
    double load(const Bundle& bundle, Index c, Scratch& scratch, Panel<double>& b) const;
    bool first_pass();
    bool scan(double& total);
    bool second_pass(Bundle& bundle, Scratch& scratch, Sums& sums);
    void add_crossings(MarkovChainStatistics& counts) const;
    ChainState<K, 1> entering(const Bundle& bundle, Index c) const;

    /// visit(bundle, scratch) for all bundles, by all workers there are; whether every visit returned true.
    template <class Visit>
    bool for_each_bundle(const Visit& visit) {
        std::atomic<Index> next = 0;
        std::atomic<bool> sound = true;
        const auto work = [&](Index worker) {
            for (Index b = next++; b < std::ssize(bundles_); b = next++)
                if (!visit(b, scratch_[static_cast<std::size_t>(worker)])) sound = false;
        };
        const bool together = crew_ && bundles_.size() > 1;
        scratch_.resize(together ? static_cast<std::size_t>(crew_->workers())
                                 : std::max<std::size_t>(1, scratch_.size()));
        if (together) {
            crew_->run(work);
        } else {
            work(0);
        }
        return sound;
    }

    const MarkovChain* chain_ = nullptr;
    const E* emission_ = nullptr;
    double beta_ = 1;
    const Block* x_ = nullptr;
    Crew* crew_ = nullptr;
    bool keep_ = false;
    ChainParameters<K> parameters_;
    std::vector<unsigned char> starts_;
    std::vector<Bundle> bundles_;
    std::vector<Scratch> scratch_;
    std::vector<Sums> results_;
};

// --------------------------------------------------------------------------------------------------- cutting

template <Emission E, int K>
void LaneInference<E, K>::prepare(const MarkovChain& chain, const E& emission, double beta, const Block& x,
                                  Crew* crew, bool keep) {
    chain_ = &chain;
    emission_ = &emission;
    beta_ = beta;
    x_ = &x;
    crew_ = crew;
    keep_ = keep;
    const auto power = [&](double p) { return p > 0 && beta != 1 ? std::pow(p, beta) : p; };
    for (int i = 0; i < K; ++i) {
        parameters_.initial[i] = power(chain.initial()(i));
        for (int j = 0; j < K; ++j) parameters_.transition[i][j] = power(chain.transition()(i, j));
    }
    starts_.assign(static_cast<std::size_t>(x.steps()) + 1, 0);
    for (Index i = 0; i <= x.size(); ++i) starts_[static_cast<std::size_t>(x.first(i))] = 1;
    constexpr Index worth_a_bundle = Index{1} << 16, most = 32;
    const Index count = std::clamp<Index>(x.steps() / worth_a_bundle, 1, most);
    bundles_.resize(static_cast<std::size_t>(count));
    for (Index b = 0; b < count; ++b)
        cut_bundle(bundles_[static_cast<std::size_t>(b)], x.steps() * b / count, x.steps() * (b + 1) / count);
}

/// Eight chains of steps begin … end − 1: of whole sequences where those are short enough to share them out evenly,
/// else of equal lengths.
template <Emission E, int K>
void LaneInference<E, K>::cut_bundle(Bundle& bundle, Index begin, Index end) {
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

template <Emission E, int K>
void LaneInference<E, K>::mark(Bundle& bundle) const {
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
template <Emission E, int K>
void LaneInference<E, K>::pack_segment(const Bundle& bundle, Index c, Panel<Scalar>& panel) const {
    const Observations<Scalar>& x = x_->all();
    const Index n = rows(bundle, c).steps, first = c * segment_steps;
    panel.resize(chains * n, x.rows());
    for (Index j = 0; j < x.rows(); ++j) {
        Scalar* to = panel.column(j);
        const Scalar* from = x.data() + j * x.row_stride();
        for (Index l = 0; l < chains; ++l) {
            const Index before =
                bundle.cut[l + 1] - bundle.steps + first;  // the step of row 0; filler is earlier
            const Index held = std::min(bundle.cut[l], x.cols() - 1);
            for (Index s = 0; s < n; ++s)
                to[chains * s + l] = from[std::max(before + s, held) * x.column_stride()];
        }
        std::fill(to + panel.size(), to + panel.padded(), to[panel.size() - 1]);
    }
}

/// The densities of a segment's rows, relative to the largest of each, filler one; returns Σ of their logarithms.
template <Emission E, int K>
double LaneInference<E, K>::load(const Bundle& bundle, Index c, Scratch& scratch, Panel<double>& b) const {
    pack_segment(bundle, c, scratch.x);
    scratch.shift.resize(static_cast<std::size_t>(chains * segment_steps) + 64);
    const Panel<double>& p = scratch.densities.relative(*emission_, beta_, scratch.x, scratch.shift.data());
    const ChainRows r = rows(bundle, c);
    b.resize(chains * (segment_steps + 1), K);
    for (Index k = 0; k < K; ++k) std::copy_n(p.column(k), chains * r.steps, b.column(k));
    for (Index s = 0; s < r.steps; ++s)
        for (Index l = 0; r.special[s] && l < chains; ++l)
            if (r(s, l) == ChainStep::filler) {
                for (Index k = 0; k < K; ++k) b(chains * s + l, k) = 1;
                scratch.shift[static_cast<std::size_t>(chains * s + l)] = 0;
            }
    return sum(scratch.shift.data(), chains * r.steps);
}

// ---------------------------------------------------------------------------------------------------- passes

template <Emission E, int K>
bool LaneInference<E, K>::first_pass() {
    return for_each_bundle([&](Index index, Scratch& scratch) {
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
                Panel<double>& b = keep_ ? bundle.densities[static_cast<std::size_t>(c)] : scratch.b;
                bundle.shifts += load(bundle, c, scratch, b);
                auto& state = marks[static_cast<std::size_t>(c) + 1] = marks[static_cast<std::size_t>(c)];
                advance_chains(parameters_, rows(bundle, c), b.column(0), b.stride(), state, nullptr);
            }
            return marks.back().sound();
        };
        return bundle.whole ? pass(bundle.states) : pass(bundle.operators);
    });
}

/// From the chains' operators to where each begins and ends, and the log-likelihood.
template <Emission E, int K>
bool LaneInference<E, K>::scan(double& total) {
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
template <Emission E, int K>
ChainState<K, 1> LaneInference<E, K>::entering(const Bundle& bundle, Index c) const {
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

template <Emission E, int K>
bool LaneInference<E, K>::second_pass(Bundle& bundle, Scratch& scratch, Sums& sums) {
    ChainReturn<K> back;
    double pairs[K][K] = {};
    for (Index l = 0; l < chains; ++l)
        for (int k = 0; k < K; ++k) back.ends[k][l] = bundle.returning[l][k];
    for (Index c = segments(bundle) - 1; c >= 0; --c) {
        const ChainRows r = rows(bundle, c);
        Panel<double>& b = keep_ ? bundle.densities[static_cast<std::size_t>(c)] : scratch.b;
        if (keep_) {
            pack_segment(bundle, c, scratch.x);
        } else {
            load(bundle, c, scratch, b);
        }
        scratch.alpha.resize(chains * (segment_steps + 1), K);
        scratch.gamma.resize(chains * r.steps, K);
        ChainState<K, 1> state = entering(bundle, c);
        advance_chains(parameters_, r, b.column(0), b.stride(), state, scratch.alpha.column(0));
        if (!state.sound()) return false;
        if (c + 1 == segments(bundle))
            for (Index l = 0; l < chains; ++l)
                for (int k = 0; k < K; ++k) bundle.last_alpha[l][k] = state.value(l, 0, k);
        return_chains(parameters_, r, b.column(0), scratch.alpha.column(0), scratch.gamma.column(0),
                      scratch.gamma.stride(), b.stride(), back);
        if (!back.sound) return false;
        add_pairs_of_chains(scratch.alpha.column(0), b.column(0), b.stride(), chains * r.steps, pairs);
        for (Index s = 0; s < r.steps; ++s)
            for (Index l = 0; r.special[s] && l < chains; ++l)
                for (Index k = 0; r(s, l) == ChainStep::start && k < K; ++k)
                    sums.counts.initial(k) += scratch.gamma(chains * s + l, k);
        if constexpr (std::is_same_v<Scalar, double>) {
            emission_->accumulate(scratch.x, scratch.gamma, sums.emission);
        } else {
            scratch.posterior.resize(scratch.gamma.size(), K);
            for (Index k = 0; k < K; ++k)
                for (Index row = 0; row < scratch.posterior.padded(); ++row)
                    scratch.posterior(row, k) =
                        row < scratch.gamma.size() ? static_cast<Scalar>(scratch.gamma(row, k)) : Scalar(0);
            emission_->accumulate(scratch.x, scratch.posterior, sums.emission);
        }
    }
    const Panel<double>& first = keep_ ? bundle.densities.front() : scratch.b;
    for (Index l = 0; !bundle.whole && l < chains; ++l)
        for (int k = 0; k < K; ++k) bundle.first_w[l][k] = first(chains * bundle.filler(l) + l, k);
    for (int i = 0; i < K; ++i)
        for (int j = 0; j < K; ++j)
            sums.counts.transition(i, j) += parameters_.transition[i][j] * pairs[i][j];
    return true;
}

/// The moves from one chain's last step to the next one's first, within a sequence.
template <Emission E, int K>
void LaneInference<E, K>::add_crossings(MarkovChainStatistics& counts) const {
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
template <Emission E>
class SmallChainInference {
  public:
    /// Whether a block is for it: few states, some hundred steps, and no weights.
    static bool suits(const MarkovChain& chain, const SequenceBlock<typename E::Scalar>& x) {
        return chain.size() <= most_states && x.steps() >= 256 && !x.all().weights();
    }
    /// use(lane inference), where the block suits.
    template <class Use>
    bool with(Index K, const Use& use) {
        if (K == 1) return use(std::get<0>(all_));
        if (K == 2) return use(std::get<1>(all_));
        return K == 3 ? use(std::get<2>(all_)) : use(std::get<3>(all_));
    }

  private:
    static constexpr Index most_states = 4;
    std::tuple<LaneInference<E, 1>, LaneInference<E, 2>, LaneInference<E, 3>, LaneInference<E, 4>> all_;
};

}  // namespace latent::detail
