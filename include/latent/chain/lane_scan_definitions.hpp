// LaneScan's longer members: bundles, densities, passes.
#pragma once

#include "latent/chain/filtered_steps.hpp"
#include "latent/chain/lane_scan.hpp"

namespace latent::detail {

template <int K>
void LaneScan<K>::prepare(const MarkovChain& chain, double beta, const ChainBlock& block, bool keep) {
    emission_ = &block.emission;
    beta_ = beta;
    helpers_ = block.helpers;
    keep_ = keep;
    keep_shifts_ = false;
    const auto power = [&](double p) { return p > 0 && beta != 1 ? std::pow(p, beta) : p; };
    for (int i = 0; i < K; ++i) {
        parameters_.initial[i] = power(chain.initial()(i));
        for (int j = 0; j < K; ++j) parameters_.transition[i][j] = power(chain.transition()(i, j));
    }
    block.x.mark_starts(starts_);
    constexpr Index worth_a_bundle = Index{1} << 14, most = 32;
    const Index steps = block.x.steps(), count = std::clamp<Index>(steps / worth_a_bundle, 1, most);
    bundles_.resize(static_cast<std::size_t>(count));
    for (Index b = 0; b < count; ++b) {
        bundle(b).assign(starts_, steps * b / count, steps * (b + 1) / count);
        chain.reset(bundle(b).counts);
    }
    scratch_.resize(std::max(scratch_.size(), static_cast<std::size_t>(workers())));
    emission_->prepare(workers(), count);
}

/// The observations of a segment's rows; filler repeats some observation.
template <int K>
void LaneScan<K>::pack(const Bundle& bundle, Index c, Index worker) {
    const Index n = bundle.rows(c).steps, last = static_cast<Index>(starts_.size()) - 2;
    std::vector<Index>& steps = scratch(worker).steps;
    steps.resize(static_cast<std::size_t>(chains * n));
    for (Index l = 0; l < chains; ++l) {
        // the step of row 0
        const Index before = bundle.step(l, c, 0);
        const Index first = std::min(bundle.cut[l], last);
        for (Index s = 0; s < n; ++s)
            steps[static_cast<std::size_t>(chains * s + l)] = std::max(before + s, first);
    }
    emission_->pack(worker, steps.data(), chains * n);
}

/// The densities of a segment's rows, relative to the largest of each, filler one; returns Σ of their logarithms.
template <int K>
double LaneScan<K>::load(const Bundle& bundle, Index c, Index worker, Panel<double>& b) {
    std::vector<double>& shift = scratch(worker).shift;
    shift.resize(static_cast<std::size_t>(chains * Bundle::segment_steps) + 64);
    pack(bundle, c, worker);
    const Panel<double>& p = emission_->relative(worker, beta_, shift.data());
    const ChainRows r = bundle.rows(c);
    b.resize(chains * (Bundle::segment_steps + 1), keep_shifts_ ? K + 1 : K);
    for (Index k = 0; k < K; ++k) std::copy_n(p.column(k), chains * r.steps, b.column(k));
    if (keep_shifts_) std::copy_n(shift.data(), chains * r.steps, b.column(K));
    for (Index s = 0; s < r.steps; ++s)
        for (Index l = 0; r.special[s] && l < chains; ++l)
            if (r(s, l) == ChainStep::filler) {
                for (Index k = 0; k < K; ++k) b(chains * s + l, k) = 1;
                shift[static_cast<std::size_t>(chains * s + l)] = 0;
            }
    return sum(shift.data(), chains * r.steps);
}

/// All chains' operators or distributions, then the scan over them.
template <int K>
std::optional<double> LaneScan<K>::first_pass() {
    const bool sound = for_each_bundle([&](Index b, Index worker) {
        Bundle& own = bundle(b);
        const auto count = static_cast<std::size_t>(own.segments());
        if (keep_) own.densities.resize(std::max(count, own.densities.size()));
        return own.whole ? lead_through(own, worker, own.states) : lead_through(own, worker, own.operators);
    });
    if (!sound) return {};
    const std::optional<double> log_p = enter_chains(bundles_);
    return log_p && return_to_chains(bundles_) ? log_p : std::nullopt;
}

/// `states` of the bundle, before each segment and behind the last.
template <int K>
template <class States>
bool LaneScan<K>::lead_through(Bundle& bundle, Index worker, States& states) {
    const Index count = bundle.segments();
    bundle.shifts = 0;
    states.resize(static_cast<std::size_t>(count) + 1);
    states[0].begin();
    for (Index c = 0; c < count; ++c) {
        Panel<double>& b = densities(bundle, c, worker);
        bundle.shifts += load(bundle, c, worker, b);
        auto& state = states[static_cast<std::size_t>(c) + 1] = states[static_cast<std::size_t>(c)];
        advance_chains(parameters_, bundle.rows(c), b.column(0), b.stride(), state, nullptr);
    }
    return states.back().sound();
}

/// Forward once more.
template <int K>
template <class Visit>
bool LaneScan<K>::visit_steps(Bundle& bundle, Index worker, const Visit& visit) {
    Panel<double>& alpha = scratch(worker).alpha;
    alpha.resize(chains * (Bundle::segment_steps + 1), K);
    for (Index c = 0; c < bundle.segments(); ++c) {
        const ChainRows r = bundle.rows(c);
        Panel<double>& b = densities(bundle, c, worker);
        if (!keep_) load(bundle, c, worker, b);
        ChainState<K, 1> state = bundle.before(c);
        double before[chains];
        for (Index l = 0; l < chains; ++l) before[l] = state.sum(l) * state.scale[l];
        advance_chains(parameters_, r, b.column(0), b.stride(), state, alpha.column(0));
        if (!state.sound()) return false;
        for (Index row = 0; row < chains * r.steps; ++row) {
            const Index s = row / chains, l = row % chains;
            const LaneStep<K> step(&alpha(row, 0), alpha.stride(), before[l], b(row, K));
            if (r(s, l) != ChainStep::filler) visit(bundle.step(l, c, s), step);
            before[l] = step.sum() * unit_scale(step.sum());
        }
    }
    return true;
}

template <int K>
bool LaneScan<K>::second_pass(Index index, Index worker) {
    Bundle& own = bundle(index);
    ChainReturn<K> back;
    double pairs[K][K] = {};
    for (Index l = 0; l < chains; ++l)
        for (int k = 0; k < K; ++k) back.ends[k][l] = own.returning[l][k];
    for (Index c = own.segments() - 1; c >= 0; --c)
        if (!return_over(own, index, c, worker, back, pairs)) return false;
    const Panel<double>& first = densities(own, 0, worker);
    for (Index l = 0; !own.whole && l < chains; ++l)
        for (int k = 0; k < K; ++k) own.first_w[l][k] = first(chains * own.filler(l) + l, k);
    for (int i = 0; i < K; ++i)
        for (int j = 0; j < K; ++j) own.counts.transition(i, j) += parameters_.transition[i][j] * pairs[i][j];
    return true;
}

/// Segment c of the bundle: forward once more, and backward; its posteriors go where they are counted.
template <int K>
bool LaneScan<K>::return_over(Bundle& bundle, Index index, Index c, Index worker, ChainReturn<K>& back,
                              double (&pairs)[K][K]) {
    Panel<double>&alpha = scratch(worker).alpha, &gamma = scratch(worker).gamma;
    const ChainRows r = bundle.rows(c);
    Panel<double>& b = densities(bundle, c, worker);
    if (keep_) {
        pack(bundle, c, worker);
    } else {
        load(bundle, c, worker, b);
    }
    alpha.resize(chains * (Bundle::segment_steps + 1), K);
    gamma.resize(chains * r.steps, K);
    ChainState<K, 1> state = bundle.before(c);
    advance_chains(parameters_, r, b.column(0), b.stride(), state, alpha.column(0));
    if (!state.sound()) return false;
    if (c + 1 == bundle.segments())
        for (Index l = 0; l < chains; ++l)
            for (int k = 0; k < K; ++k) bundle.last_alpha[l][k] = state.value(l, 0, k);
    return_chains(parameters_, r, b.column(0), alpha.column(0), gamma.column(0), gamma.stride(), b.stride(),
                  back);
    if (!back.sound) return false;
    add_pairs_of_chains(alpha.column(0), b.column(0), b.stride(), chains * r.steps, pairs);
    for (Index s = 0; s < r.steps; ++s)
        for (Index l = 0; r.special[s] && l < chains; ++l)
            for (Index k = 0; r(s, l) == ChainStep::start && k < K; ++k)
                bundle.counts.initial(k) += gamma(chains * s + l, k);
    emission_->collect(worker, index, c * Bundle::segment_steps, gamma);
    return true;
}

}  // namespace latent::detail
