// The most probable path of each sequence of a block (Viterbi 1967).
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "latent/chain/few_state_paths.hpp"
#include "latent/chain/segments.hpp"
#include "latent/kernel/viterbi.hpp"

namespace latent::detail {

/// Maxima over the paths, in logarithms throughout: best(j, t) = log p(x_t | j) + max_i (best(i, t − 1) + log A(i, j)). Of
/// states that are equally good to the last bit, the first is taken: at a sequence's end, and at each step of the way back.
/// An observation that is impossible after those before it says nothing about the states. Time T·K²; memory T·K, and T
/// bytes for two to four states.
template <class Chain>
class MostProbablePaths {
  public:
    void prepare(const Chain& chain) { chain_ = &chain; }

    /// `path` become the states of the block's steps. Returns log p(x, z) of each sequence, −inf where it is impossible.
    const Eigen::VectorXd& find(const ChainBlock& block, Index* path) {
        if (!found_by_few(block, path)) find_by_rows(block, path);
        return log_probability_;
    }

  private:
    bool found_by_few(const ChainBlock& block, Index* path) {
        const auto found = [&](auto& few) { return few.find(*chain_, block, path, log_probability_); };
        return states() == 2   ? found(two_)
               : states() == 3 ? found(three_)
               : states() == 4 ? found(four_)
                               : false;
    }
    void find_by_rows(const ChainBlock& block, Index* path);
    void go_back(const SequenceBounds& x, Index* path);
    Index states() const { return chain_->size(); }
    bool ends_nowhere(Index t) const {
        return Eigen::Map<const Eigen::VectorXd>(best_[t], states()).maxCoeff() == MaxSum::none;
    }
    template <class Transition>
    [[gnu::always_inline]] inline void go_on(const Transition& a, Index c, Index from, Index end);
    template <class Transition>
    [[gnu::always_inline]] inline void go_over(const Transition& a, Index c);
    bool possible(Index begin, Index end) const;

    const Chain* chain_ = nullptr;
    Segments segments_;
    PackedTransition<MaxSum> log_transition_;
    StateRows best_;                 // see viterbi_steps
    StateRows log_density_;          // of a segment
    std::vector<Index> impossible_;  // steps
    Eigen::VectorXd log_probability_;
    FewStatePaths<2> two_;
    FewStatePaths<3> three_;
    FewStatePaths<4> four_;
};

/// Steps from … end − 1 of segment c, within a sequence.
template <class Chain>
template <class Transition>
void MostProbablePaths<Chain>::go_on(const Transition& a, Index c, Index from, Index end) {
    const Index first = segments_.first(c);
    const bool begins = segments_.starts(c)[from];
    if (begins)
        best_.fill(
            first + from, [&](Index k) { return std::log(chain_->initial()(k)) + log_density_[from][k]; },
            MaxSum::none);
    viterbi_steps(a, log_density_, first, best_, first + from + (begins ? 1 : 0), first + end);
}

/// All steps of segment c. Where paths end at an impossible observation, they go on as if it had not been made.
template <class Chain>
template <class Transition>
void MostProbablePaths<Chain>::go_over(const Transition& a, Index c) {
    const Index first = segments_.first(c), n = segments_.steps(c);
    for (Index t = 0, end = 0; t < n; t = end) {
        for (end = t + 1; end < n && !segments_.starts(c)[end];) ++end;
        go_on(a, c, t, end);
        for (Index s = t; ends_nowhere(first + end - 1); ++s) {
            while (!ends_nowhere(first + s)) ++s;
            log_density_.fill(s, [](Index) { return 0.0; });
            impossible_.push_back(first + s);
            go_on(a, c, s, end);
            if (ends_nowhere(first + s)) break;  // NaN: no path is known
        }
    }
}

/// Whether all of the steps begin … end − 1 are.
template <class Chain>
bool MostProbablePaths<Chain>::possible(Index begin, Index end) const {
    const auto next = std::lower_bound(impossible_.begin(), impossible_.end(), begin);
    return next == impossible_.end() || *next >= end;
}

template <class Chain>
void MostProbablePaths<Chain>::find_by_rows(const ChainBlock& block, Index* path) {
    const SequenceBounds& x = block.x;
    segments_.cut(x, states());
    log_transition_.assign(chain_->transition().array().log());
    best_.resize(x.steps(), states());
    log_density_.resize(segments_.longest(), states());
    impossible_.clear();
    for (Index c = 0; c < segments_.size(); ++c) {
        block.emission.pack(0, segments_.first(c), segments_.steps(c));
        to_rows(block.emission.logs(0, 1), log_density_);
        log_transition_.with([&](const auto& a) LATENT_ALWAYS_INLINE { go_over(a, c); });
    }
    go_back(x, path);
}

/// From the sequences' last steps to their first.
template <class Chain>
void MostProbablePaths<Chain>::go_back(const SequenceBounds& x, Index* path) {
    log_probability_.setZero(x.size());
    const std::vector<double> zeros(static_cast<std::size_t>(best_.padded()), 0.0);
    for (Index i = 0; i < x.size(); ++i) {
        const double* log_a = zeros.data();
        for (Index t = x.first(i + 1) - 1; t >= x.first(i); --t) {
            path[t] = best_state(states(), best_[t], log_a);
            if (t + 1 == x.first(i + 1))
                log_probability_(i) = possible(x.first(i), x.first(i + 1)) ? best_[t][path[t]] : MaxSum::none;
            log_a = log_transition_.column(path[t]);
        }
    }
}

}  // namespace latent::detail
