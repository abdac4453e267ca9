// A fit as its user chose it: from which start, how often, for how long.
#pragma once

#include <algorithm>
#include <iostream>

#include "fit_options.hpp"
#include "latent/checkpoint/checkpoint.hpp"
#include "latent/execution/threads.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/mstep/remedies.hpp"
#include "latent/observer/observers.hpp"
#include "latent/start/k_means.hpp"
#include "latent/start/quantiles.hpp"
#include "latent/start/responsibilities.hpp"
#include "latent/start/short_runs.hpp"
#include "latent/start/ward.hpp"

/// The start of the name FitOptions::init.
struct NamedStart {
    std::uint64_t seed = 0;
    std::string name;

    template <class M, class Data, class X = latent::Sequential>
    M operator()(const M& shape, const Data& data, const X& execution = {}) const {
        if (name == "short-runs") return latent::ShortRuns{seed}(shape, data, execution);
        if (name == "kmeans++") return latent::KMeansPlusPlus{seed}(shape, data, execution);
        if (name == "ward") return latent::Ward{seed}(shape, data, execution);
        if (name == "quantiles") return latent::Quantiles{seed}(shape, data, execution);
        if (name == "random") return latent::RandomResponsibilities{seed}(shape, data, execution);
        if (name == "values") return latent::RandomValues{seed}(shape, data, execution);
        return latent::KMeans{seed}(shape, data, execution);
    }
};

/// What the model says of the data, as the result of no fit.
template <class M, class Data>
latent::Result<M> judged(const M& model, const Data& data) {
    latent::Result<M> result{.model = model, .trace = {}, .events = {}};
    result.log_likelihood = result.objective = model.score(data);
    return result;
}

/// Fits from `model`, which has the start parameters where FitOptions::start names some or load a model, and is a shape for
/// the best of several starts otherwise. `n` is the number of observations.
template <class M, class Data>
latent::Result<M> fit_as_chosen(const FitOptions& options, const M& model, const Data& data,
                                latent::Index n) {
    if (options.predict) return judged(model, data);
    using EM = latent::ExpectationMaximization<latent::Batch<>, latent::MaximumLikelihood<>, latent::Threads,
                                               latent::Plain, latent::Aitken, latent::PrintProgress,
                                               latent::Checkpoint>;
    const EM em{.mstep = {{.relative = options.floor ? latent::VarianceFloor{}.relative : 0}},
                .execution = {options.threads},
                .convergence = {options.tolerance},
                .limits = {.iterations = options.iterations},
                .observer = {.out = &std::cerr, .every = 2.0},  // a short run stays silent
                .checkpoint = {.path = options.checkpoint}};
    const latent::Index K = latent::detail::components_of(model);  // without noise
    latent::detail::require(options.components == 0 || options.components == K, "--", options.noun, ": ",
                            options.components, " asked for, but ",
                            (options.load.empty() ? options.start : options.load).string(), " has ", K);
    require_enough(options, model.size(), n);
    if (!options.start.empty() || !options.load.empty()) return em.fit(model, data);
    if (!options.start_labels.empty()) return em.fit(latent::Labels{options.start_labels}(model, data), data);
    const NamedStart start{options.seed, options.init};
    const auto fits = latent::Restarts<NamedStart, EM>{options.restarts, start, em}.fit(model, data);
    if (options.restarts > 1) {
        const auto spurious = std::ranges::count_if(fits.all, [](const auto& fit) { return !fit.sound(); });
        std::cout << "best of " << options.restarts << " starts, " << fits.agreeing()
                  << " of which came within 1e-6 of its log-likelihood\n";
        if (spurious > 0)
            std::cout << spurious
                      << " of them had spurious components, or broke down, and rank below the others\n";
    }
    return fits.best();
}
