// The most probable path of each sequence of a block, for chains with two to four states.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "latent/chain/scheme.hpp"
#include "latent/data/panel.hpp"
#include "latent/kernel/viterbi_pairs.hpp"

namespace latent::detail {

/// The way of MostProbablePaths for few states: the same sums, maxima and ties, to the last bit. A block of several
/// sequences goes in two runs, side by side. Memory: a byte a step.
template <int K>
class FewStatePaths {
  public:
    /// `path` become the states of the block's steps, and `log_probability` those of its sequences' paths. False where one is
    /// no finite number: what is found is then of no use.
    template <class Chain>
    bool find(const Chain& chain, const ChainBlock& block, Index* path, Eigen::VectorXd& log_probability);

  private:
    static constexpr Index segment_steps = 256;
    struct Run {
        Index begin, end, now;               // steps
        Index sequences_begin, sequences;    // those that lie in it, up to the one of the next steps
        Panel<double> best;                  // of the steps of a segment, and of the one before
        std::vector<unsigned char> sources;  // of the run's steps, and room
    };

    template <class Chain>
    void take_logarithms(const Chain& chain);
    void cut(const SequenceBounds& x);
    template <class... Runs>
    void advance(BlockEmission& emission, Index n, Runs&... runs);
    bool end_sequences(Run& run, const SequenceBounds& x, Index before, Index* path,
                       Eigen::VectorXd& log_probability);
    void go_back(const Run& run, const SequenceBounds& x, Index* path) const;

    ChainLogarithms<K> logs_;
    std::vector<unsigned char> starts_;
    std::array<Run, 2> runs_;
};

template <int K>
template <class Chain>
void FewStatePaths<K>::take_logarithms(const Chain& chain) {
    const Eigen::MatrixXd transition = chain.transition().array().log();  // with the bits of find_by_rows
    for (Index j = 0; j < 4; ++j) {
        logs_.initial[j] = j < K ? std::log(chain.initial()(j)) : MaxSum::none;
        for (Index i = 0; i < K; ++i) logs_.transition[i][j] = j < K ? transition(i, j) : MaxSum::none;
    }
}

/// The second run begins with the first sequence that starts behind the middle, if any does.
template <int K>
void FewStatePaths<K>::cut(const SequenceBounds& x) {
    Index half = 0;
    while (half < x.size() && x.first(half) < x.steps() / 2) ++half;
    const Index bounds[] = {0, half, x.size()};
    for (std::size_t r = 0; r < 2; ++r) {
        Run& run = runs_[r];
        run.sequences_begin = run.sequences = bounds[r];
        run.begin = run.now = x.first(bounds[r]);
        run.end = x.first(bounds[r + 1]);
        run.best.resize(segment_steps + 1 + lanes<double, 64>, K);
        run.sources.resize(static_cast<std::size_t>(run.end - run.begin + lanes<double, 64>));
        for (Index k = 0; k < K; ++k) run.best(0, k) = 0;
    }
}

/// The next n steps of each run.
template <int K>
template <class... Runs>
void FewStatePaths<K>::advance(BlockEmission& emission, Index n, Runs&... runs) {
    Index worker = 0;
    const auto pack = [&](Run& run) -> MaximaRun {
        emission.pack(worker, run.now, n);
        const Panel<double>& density = emission.logs(worker++, 1);
        return {{density.column(0), density.stride()},
                {run.best.column(0), run.best.stride()},
                starts_.data() + run.now};
    };
    const MaximaRun steps[] = {pack(runs)...};
    maxima_steps<K>(logs_, steps, n);
    const auto note = [&](Run& run) {
        maxima_sources<K>(logs_, {run.best.column(0), run.best.stride()}, n,
                          run.sources.data() + (run.now - run.begin));
        run.now += n;
    };
    (note(runs), ...);
}

/// Of the sequences that ended since step `before`, the last states; row 0 of the maxima becomes that of the last step.
template <int K>
bool FewStatePaths<K>::end_sequences(Run& run, const SequenceBounds& x, Index before, Index* path,
                                     Eigen::VectorXd& log_probability) {
    for (; run.sequences < x.size() && x.first(run.sequences + 1) <= run.now; ++run.sequences) {
        const Index last = x.first(run.sequences + 1) - 1, row = last - before + 1;
        Index state = 0;
        for (Index k = 1; k < K; ++k)
            if (run.best(row, k) > run.best(row, state)) state = k;
        path[last] = state;
        log_probability(run.sequences) = run.best(row, state);
        if (!std::isfinite(run.best(row, state))) return false;
    }
    for (Index k = 0; k < K; ++k) run.best(0, k) = run.best(run.now - before, k);
    return true;
}

/// From the sequences' last states to their first.
template <int K>
void FewStatePaths<K>::go_back(const Run& run, const SequenceBounds& x, Index* path) const {
    for (Index i = run.sequences - 1; i >= run.sequences_begin; --i) {
        Index state = path[x.first(i + 1) - 1];
        for (Index t = x.first(i + 1) - 1; t > x.first(i); --t)
            path[t - 1] = state = came_from(run.sources[static_cast<std::size_t>(t - run.begin)], state);
    }
}

template <int K>
template <class Chain>
bool FewStatePaths<K>::find(const Chain& chain, const ChainBlock& block, Index* path,
                            Eigen::VectorXd& log_probability) {
    const SequenceBounds& x = block.x;
    auto& [first, second] = runs_;
    take_logarithms(chain);
    x.mark_starts(starts_);
    cut(x);
    log_probability.resize(x.size());
    block.emission.prepare(2, 1);
    while (first.now < first.end || second.now < second.end) {
        const Index now[] = {first.now, second.now};
        const Index left = std::min(segment_steps, first.end - first.now),
                    right = std::min(segment_steps, second.end - second.now);
        if (left > 0 && right > 0)
            advance(block.emission, std::min(left, right), first, second);
        else if (left > 0)
            advance(block.emission, left, first);
        else
            advance(block.emission, right, second);
        if (!end_sequences(first, x, now[0], path, log_probability) ||
            !end_sequences(second, x, now[1], path, log_probability))
            return false;
    }
    go_back(first, x, path);
    go_back(second, x, path);
    return true;
}

}  // namespace latent::detail
