// Stepwise (mini-batch) E-step: visits a few units, and blends them with what was seen before.
#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "latent/estep/batch.hpp"

namespace latent {

/// Stepwise (online, mini-batch) EM: the running statistics become (1 − γₜ) s + γₜ ŝₜ, with ŝₜ the statistics
/// of the next `batch` units, scaled up to the whole data (Cappé & Moulines 2009, "On-line
/// expectation-maximization"; Liang & Klein 2009). γ is 1 for the first `burn_in` steps, then (t +
/// offset)^−decay: the conditions for convergence are ½ < decay ≤ 1. The units come in a new random order in
/// every pass.
///
/// An iteration of the driver is one mini-batch: give it a budget by Limits::iterations (passes × ⌈units /
/// batch⌉); |Δ objective| says nothing here. The objective of an iteration is an estimate; the driver adds
/// the exact one at the end. With Stochastic and batch = 0 (all units) this is SAEM. Over several processes each
/// takes `batch` of its own units in a step, scaled up to its own shard.
template <class Rule = Soft>
struct Stepwise {
    Rule rule{};             ///< how each unit is inferred
    Index batch = 1;         ///< units in a step; 0: all
    double decay = 0.7;      ///< how fast γ falls
    double offset = 1.0;     ///< γ of step t after the burn-in is (t + offset)^−decay
    int burn_in = 1;         ///< steps in which what was seen before is forgotten
    std::uint64_t seed = 0;  ///< of the order of the units

    static constexpr bool monotone = false;
    static constexpr bool exact = false;
    static constexpr bool settled(int) { return false; }

    void check() const {
        detail::check(rule);
        detail::require(batch >= 0, "latent::Stepwise: batch is ", batch, ", expected 0 (all units) or more");
        detail::require_amount("Stepwise", "decay", decay);
        detail::require_amount("Stepwise", "offset", offset);
        detail::require(burn_in >= 0, "latent::Stepwise: burn_in is ", burn_in, ", expected 0 or more");
    }

    /// γ of the E-step number `step` = 0, 1, …
    double gain(int step) const {
        return step < std::max(1, burn_in) ? 1.0
                                           : std::min(1.0, std::pow(step - burn_in + 1 + offset, -decay));
    }

    template <class M, class Units, class X>
    auto workspace(const M&, const Units& units, const X& execution) const {
        using Sum = Expectation<typename M::Statistics>;
        struct Workspace {
            decltype(execution.template reduction<Sum, typename M::Posterior>()) reduction;
            Sum running{};
            std::vector<Index> order{};
            Index pass = -1;
        };
        Workspace w{execution.template reduction<Sum, typename M::Posterior>()};
        w.order.resize(static_cast<std::size_t>(std::ssize(units)));
        return w;
    }

    /// The order of the units is drawn again from the seed and the iteration.
    template <class Workspace>
    auto lasting(Workspace& w) const {
        return std::tie(w.running);
    }

    template <class M, class Units, class Workspace>
    void operator()(const M& model, const Units& units, int iteration, Workspace& w,
                    Expectation<typename M::Statistics>& expectation) const {
        const Index all = std::ssize(units);
        const Index count = batch > 0 ? std::min(batch, all) : all;
        const Index steps = count > 0 ? all / count : 1;  // in a pass; a remainder waits for another order
        if (iteration / steps != w.pass) shuffle(w, iteration / steps);
        const Index first = iteration % steps * count;
        const auto visit = [&](Index i) { return w.order[static_cast<std::size_t>(first + i)]; };
        const double gamma = gain(iteration);
        const double factor = count > 0 ? gamma * static_cast<double>(all) / static_cast<double>(count) : 1;
        constexpr bool distributed = DistributedReduction<decltype(w.reduction)>;
        if constexpr (distributed) w.reduction.scale = factor;
        detail::expect(rule, model, units, iteration, count, visit, w.reduction, expectation);
        if constexpr (!distributed) scale(expectation, factor);
        if (gamma < 1) {
            scale(w.running, 1 - gamma);
            add(expectation, w.running);  // in this order: about the newest centre
        }
        w.running = expectation;
    }

  private:
    template <class Workspace>
    void shuffle(Workspace& w, Index pass) const {
        std::iota(w.order.begin(), w.order.end(), Index{0});
        Random random(seed, static_cast<std::uint64_t>(pass));
        random.shuffle(w.order);
        w.pass = pass;
    }
};

}  // namespace latent
