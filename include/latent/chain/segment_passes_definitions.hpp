// SegmentPasses' longer members.
#pragma once

#include "latent/chain/segment_passes.hpp"

namespace latent::detail {

template <class Chain>
void SegmentPasses<Chain>::prepare(const Chain& chain, double beta) {
    chain_ = &chain;
    beta_ = beta;
    packed_ = false;
}

/// Costs K², so it waits until a block comes that needs it.
template <class Chain>
void SegmentPasses<Chain>::pack_chain() {
    if (packed_) return;
    initial_.resize(1, states());
    initial_.fill(0, [&](Index k) { return power(chain_->initial()(k)); });
    if (beta_ == 1) {
        transition_.assign(chain_->transition());
    } else {
        transition_.assign(chain_->transition().unaryExpr([&](double p) { return power(p); }));
    }
    packed_ = true;
}

template <class Chain>
void SegmentPasses<Chain>::begin(const ChainBlock& block, Index resident_numbers) {
    pack_chain();
    emission_ = &block.emission;
    segments_.cut(block.x, states());
    emission_->prepare(2, segments_.halves());
    resident_ = block.x.steps() * states() <= resident_numbers;
    const auto needed = static_cast<std::size_t>(resident_ ? segments_.size() : 2);
    if (rooms_.size() < needed) rooms_.resize(needed);
    const auto ends = static_cast<std::size_t>(segments_.size()) + 1;
    likelihoods_.assign(ends, {});
    w_sums_.assign(ends, 1.0);
    shifts_.assign(ends, 0.0);
    ended_.assign(ends, 0.0);
    alphas_.resize(segments_.size() + 1, states());
    alphas_.fill(0, [](Index) { return 0.0; });
    ws_.resize(segments_.size() + 1, states());
    ws_.fill(segments_.size(), [](Index) { return 0.0; });
    for (Half& half : halves_) half.two.resize(2, states());
}

/// The densities of segment c.
template <class Chain>
void SegmentPasses<Chain>::load(Index c) {
    if (c == Segments::none) return;
    const Index most = segments_.longest(), first = segments_.first(c), n = segments_.steps(c);
    const Index worker = segments_.half(c);
    Segment& s = segment(c);
    s.b.resize(most + 2, states());
    s.alpha.resize(most + 1, states());
    s.due.resize(static_cast<std::size_t>(most));
    s.sums.resize(static_cast<std::size_t>(most) + 1);
    s.shift.resize(static_cast<std::size_t>(most) + 64);
    emission_->pack(worker, first, n);
    to_rows(emission_->relative(worker, beta_, s.shift.data()), s.b);
    double& total = shifts_[static_cast<std::size_t>(c)] = 0;
    for (Index t = 0; t < n; ++t)
        total += segments_.x().weight_at(first + t) * s.shift[static_cast<std::size_t>(t)];
}

/// Forward over segment c and backward over segment d.
template <class Chain>
template <class ForwardRows, class BackwardRows>
bool SegmentPasses<Chain>::pass(Index c, const ForwardRows& forward_rows, Index d,
                                const BackwardRows& backward_rows, Finds finds) {
    const Index n = segments_.steps(c), m = segments_.steps(d), some_c = either(c, d), some_d = either(d, c);
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
        const Index now = segments_.first(c) + t;
        if (now > 0) total += segments_.x().weight_at(now - 1) * l.log();
    };
    const bool sound = transition_.with([&](const auto& a) LATENT_ALWAYS_INLINE {
        ForwardPass forward(a, initial_[0], segment(some_c).b.at(), segments_.starts(some_c),
                            !transition_.mixes(), likelihood, forward_rows, ended);
        BackwardPass backward(a, segment(some_d).b.at(), segments_.starts(some_d), w_sum, backward_rows);
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

template <class Chain>
bool SegmentPasses<Chain>::inwards(Index c, Index d, Finds finds) {
    load(c);
    load(d);
    const Index some_c = either(c, d), some_d = either(d, c);
    Segment& behind = segment(some_d);
    Segment& own = segment(some_c);
    if (c != Segments::none) own.sums[0] = likelihoods_[static_cast<std::size_t>(c)].sum;
    return pass(c, KeepAlpha{own.alpha.at(), own.sums.data()}, d,
                KeepBeta{behind.alpha.at(), half(some_d).two.at(), behind.due.data()}, finds);
}

template <class Chain>
auto SegmentPasses<Chain>::posteriors(Index c) -> PosteriorRows<Weight> {
    return {segment(c).alpha.at(), half(c).gamma.at(), {segments_.x(), segments_.first(c)}};
}

template <class Chain>
bool SegmentPasses<Chain>::outwards(Index c, Index d) {
    if (!resident_ && !inwards(d, c, Finds::again)) return false;
    if (c != Segments::none) std::copy_n(ws_[c + 1], ws_.padded(), segment(c).b[segments_.steps(c)]);
    const Index some_c = either(c, d), some_d = either(d, c);
    const MeetBeta<Weight> forward{posteriors(some_c), segment(some_c).b.at(), half(some_c).two.at(),
                                   segment(some_c).due.data()};
    const MeetAlpha<Weight> backward{posteriors(some_d), segment(some_d).b.at(), segments_.steps(d)};
    if (!pass(c, forward, d, backward, Finds::anew)) return false;
    if (c != Segments::none) collect(c);
    if (d != Segments::none) collect(d);
    return true;
}

/// The posteriors of segment c go where they are counted.
template <class Chain>
void SegmentPasses<Chain>::collect(Index c) {
    const Index first = segments_.first(c), n = segments_.steps(c), worker = segments_.half(c);
    Half& own = half(c);
    Segment& s = segment(c);
    transition_.with([&](const auto& a) LATENT_ALWAYS_INLINE { a.add_pairs(s.alpha, s.b, n, own.pairs); });
    for (Index t = 0; t < n; ++t)
        for (Index k = 0; segments_.starts(c)[t] && k < states(); ++k) own.initial(k) += own.gamma[t][k];
    if (resident_) emission_->pack(worker, first, n);
    to_panel(own.gamma, n, own.posterior);
    emission_->collect(worker, worker, first, own.posterior);
}

template <class Chain>
double SegmentPasses<Chain>::log_likelihood() const {
    double total = segments_.x().weight_at(segments_.x().steps() - 1) * likelihoods_.back().log();
    for (Index c = 0; c < segments_.size(); ++c)
        total += shifts_[static_cast<std::size_t>(c)] + ended_[static_cast<std::size_t>(c)];
    return total;
}

template <class Chain>
void SegmentPasses<Chain>::begin_counts() {
    for (Half& half : halves_) {
        half.initial.setZero(states());
        half.gamma.resize(segments_.longest(), states());
        half.pairs.resize(padded_states(states()), states());
        for (Index i = 0; i < half.pairs.padded(); ++i) half.pairs.fill(i, [](Index) { return 0.0; });
    }
}

template <class Chain>
void SegmentPasses<Chain>::count(MarkovChainStatistics& counts) const {
    chain_->reset(counts);
    for (const Half& half : halves_) {
        counts.initial += half.initial;
        for (Index i = 0; i < states(); ++i)
            for (Index j = 0; j < states(); ++j)
                counts.transition(i, j) += transition_.row(i)[j] * half.pairs[i][j];
    }
}

}  // namespace latent::detail
