// One random problem fitted: a model, a start, an E-step, a remedy, an acceleration, an execution, all drawn.
#pragma once

#include <optional>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "catch.hpp"
#include "fuzz/problems.hpp"
#include "fuzz/promises.hpp"
#include "latent/latent.hpp"

namespace fuzz {

/// Any of the starts.
struct AnyStart {
    Index which = 0;
    std::uint64_t seed = 0;
    static constexpr const char* names[] = {
        "KMeans", "KMeansPlusPlus", "RandomObservations", "RandomResponsibilities", "RandomValues", "Labels"};

    explicit AnyStart(latent::Random& random)
        : which(random.below(std::ssize(names))), seed(static_cast<std::uint64_t>(random.below(1000))) {}
    const char* name() const { return names[which]; }

    template <class M, class Data>
    M operator()(const M& shape, const Data& x, Index n) const {
        switch (which) {
            case 0:
                return latent::KMeans{.seed = seed}(shape, x);
            case 1:
                return latent::KMeansPlusPlus{.seed = seed}(shape, x);
            case 2:
                return latent::RandomObservations{.seed = seed}(shape, x);
            case 3:
                return latent::RandomResponsibilities{.seed = seed}(shape, x);
            case 4:
                return latent::RandomValues{.seed = seed}(shape, x);
            default: {
                latent::Labels labels;
                latent::Random random(seed);
                for (Index i = 0; i < n; ++i) labels.labels.push_back(random.below(shape.size()));
                return labels(shape, x);
            }
        }
    }
};

/// Any of the accelerations, so that a program compiles the driver once for all of them.
struct AnyAcceleration {
    static constexpr bool plain = false;
    Index which = 0;

    template <class M>
    auto memory(const latent::State<M>& s) const {
        return std::tuple{latent::Plain{}.memory(s), latent::Squarem{}.memory(s),
                          latent::Anderson{}.memory(s)};
    }
    template <class M, class Maximize, class Evaluate, class Memory>
    double operator()(const latent::State<M>& state, latent::State<M>& next, const Maximize& maximize,
                      const Evaluate& evaluate, Memory& memory) const {
        if (which == 1) return latent::Squarem{}(state, next, maximize, evaluate, std::get<1>(memory));
        if (which == 2) return latent::Anderson{}(state, next, maximize, evaluate, std::get<2>(memory));
        return latent::Plain{}(state, next, maximize, evaluate, std::get<0>(memory));
    }
};

// Kinds of fits. Each draws what is left to draw, and returns a fit and one that differs in what must not matter.

template <class EM>
struct Drawn {
    const char* name;
    EM em, again;
};

struct Exact {
    static auto draw(latent::Random& random, latent::Limits limits) {
        static constexpr const char* names[] = {"Soft", "Soft, Squarem", "Soft, Anderson"};
        using EM = latent::ExpectationMaximization<latent::Batch<>, latent::MaximumLikelihood<>,
                                                   latent::Threads, AnyAcceleration>;
        const AnyAcceleration any{random.below(3)};
        return Drawn<EM>{names[any.which],
                         {.execution = {3}, .acceleration = any, .limits = limits},
                         {.execution = {1}, .acceleration = any, .limits = limits}};
    }
};

/// An E-step and a remedy, and how they are seeded.
template <class EStep, class Remedy>
struct Plainly {
    using EM = latent::ExpectationMaximization<EStep, latent::MaximumLikelihood<Remedy>>;
    static Drawn<EM> draw_from(const char* name, EM em, latent::Limits limits) {
        em.limits = limits;
        return {name, em, em};
    }
};
struct Unmended : Plainly<latent::Batch<>, latent::NoRemedy> {
    static auto draw(latent::Random&, latent::Limits limits) {
        return draw_from("Soft, NoRemedy", {}, limits);
    }
};
struct HardDropped : Plainly<latent::Batch<latent::Hard>, latent::Drop> {
    static auto draw(latent::Random&, latent::Limits limits) { return draw_from("Hard, Drop", {}, limits); }
};
struct StochasticReseeded : Plainly<latent::Batch<latent::Stochastic>, latent::Reseed> {
    static auto draw(latent::Random& random, latent::Limits limits) {
        const auto seed = static_cast<std::uint64_t>(random.below(1000));
        return draw_from("Stochastic, Reseed",
                         {.estep = {.rule = {.seed = seed}}, .mstep = {.remedy = {.seed = seed}}}, limits);
    }
};
struct MiniBatches : Plainly<latent::Stepwise<>, latent::VarianceFloor> {
    static auto draw(latent::Random& random, latent::Limits limits) {
        return draw_from("Stepwise", {.estep = {.batch = 1 + random.below(3)}}, limits);
    }
};
struct AnnealedRidge : Plainly<latent::Batch<latent::Annealed>, latent::Ridge> {
    static auto draw(latent::Random&, latent::Limits limits) {
        return draw_from("Annealed, Ridge", {}, limits);
    }
};
struct TruncatedTails : Plainly<latent::Batch<latent::Truncated>, latent::VarianceFloor> {
    static auto draw(latent::Random&, latent::Limits limits) { return draw_from("Truncated", {}, limits); }
};

/// What a program compiles: kinds of fits, none where the model is not asked for.
template <class... Kind>
struct Kinds {};

/// What `f` does is what is promised: it adds to `broken`, or refuses by name.
template <class F>
void check(const std::string& name, const F& f) {
    Broken broken;
    try {
        f(broken);
    } catch (const std::invalid_argument& e) {
        broken.unless(std::string(e.what()).starts_with("latent::"), "refused by ", e.what());
    } catch (const std::exception& e) {
        broken.unless(false, "exception: ", e.what());
    }
    INFO(name);
    CHECK(broken.text() == "");
}

template <class EM, class M, class Data>
void check_drawn(const Drawn<EM>& drawn, const M& start, const Data& x, const std::string& name) {
    check(name + ", " + drawn.name, [&](Broken& broken) {
        const auto fit = drawn.em.fit(start, x);
        check_fit(drawn.em, fit, x, broken);
        const auto same = drawn.again.fit(start, x);
        broken.unless(bits(same.model) == bits(fit.model) && same.status == fit.status &&
                          same.trace.size() == fit.trace.size(),
                      "the same fit has other bits");
    });
}

/// A start, and a fit of one of the kinds from there.
template <class M, class Data, class... Kind>
void check_problem(Kinds<Kind...>, const M& shape, const Data& x, Problem& p, const std::string& family) {
    const AnyStart start(p.random);
    const std::string name = latent::detail::text("seed ", p.seed, ": ", family, " K = ", p.K, ", ", p.d,
                                                  " × ", p.n, " ", p.kind, ", ", start.name());
    std::optional<M> begin;
    check(name, [&](Broken& broken) {
        begin = start(shape, x, p.n);
        check_parameters(*begin, broken);
    });
    if (!begin) return;
    const Index chosen = p.random.below(sizeof...(Kind));
    Index number = 0;
    const auto check_if_chosen = [&](auto kind) {
        if (number++ == chosen)
            check_drawn(decltype(kind)::draw(p.random, {.iterations = 40}), *begin, x, name);
    };
    (check_if_chosen(Kind()), ...);
}

/// `count` problems of a family, as mixtures or hidden Markov models: shape(problem) draws the data and returns K
/// densities.
template <class MixtureKinds, class ChainKinds, class Shape>
void check_family(const std::string& family, std::uint64_t count, const Shape& shape) {
    constexpr bool mixtures = !std::is_same_v<MixtureKinds, Kinds<>>,
                   chains = !std::is_same_v<ChainKinds, Kinds<>>;
    const Seeds seeds(count);
    for (std::uint64_t seed = seeds.first; seed < seeds.first + seeds.count; ++seed) {
        Problem p{seed};
        const auto emission = shape(p);
        using Emission = std::remove_const_t<decltype(emission)>;
        const bool chain = chains && (!mixtures || happens(p.random, 0.5));
        p.draw_weights(chain);
        if constexpr (chains)
            if (chain)
                check_problem(ChainKinds(), latent::HiddenMarkovModel<Emission>(emission),
                              latent::Sequences<double>(p.observations(), p.lengths), p, "HMM " + family);
        if constexpr (mixtures)
            if (!chain)
                check_problem(MixtureKinds(), latent::Mixture<Emission>(emission), p.observations(), p,
                              "mixture " + family);
    }
}

}  // namespace fuzz
