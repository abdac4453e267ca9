// A model on trial: what all of its properties are asked of.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "latent/check/numerics.hpp"
#include "latent/core/concepts.hpp"
#include "latent/core/sequential.hpp"
#include "latent/core/sum_of_weights.hpp"

namespace latent::detail {

// Not inlined: every property would compile the model anew.

/// The model whose coordinates are v.
template <class M>
[[gnu::noinline]] M at(M model, const std::vector<double>& v) {
    model.from_vector(std::span<const double>(v));
    return model;
}

/// A model and units of data, what one E-step makes of them, and how exact that can be.
template <class M, class Units>
struct ModelTrial {
    using Model = M;
    using Unit = typename M::Unit;
    using Posterior = typename M::Posterior;
    using Statistics = typename M::Statistics;
    /// How one unit is inferred: fills q and returns the unit's share of the objective.
    using Infer = double (*)(const M&, const Unit&, Posterior&);

    ModelTrial(const M& model_, const Units& units_)
        : model(model_),
          units(units_),
          here(expect(model)),
          exact(std::max(epsilon_of(model.zero_statistics()), parameter_epsilon())),
          rounding(std::max(exact, scalar_epsilon())),
          count(sum_of_weights(units, Sequential{})) {}

    Index size() const { return std::ssize(units); }
    decltype(auto) unit(Index i) const { return units[static_cast<decltype(units.size())>(i)]; }

    static double soft(const M& m, const Unit& x, Posterior& q) { return m.infer(x, q); }

    /// The E-step of units first, first + step, ….
    [[gnu::noinline]] Expectation<Statistics> expect(const M& m, Infer infer = soft, Index first = 0,
                                                     Index step = 1) const {
        Expectation<Statistics> e{m.zero_statistics(), 0};
        Posterior q;
        for (Index i = first; i < size(); i += step) {
            const auto& x = unit(i);
            e.objective += infer(m, x, q);
            m.accumulate(x, q, e.statistics);
        }
        return e;
    }
    /// One unit's E-step.
    [[gnu::noinline]] Expectation<Statistics> expect_unit(Index i, Posterior& q) const {
        Expectation<Statistics> e{model.zero_statistics(), 0};
        const auto& x = unit(i);
        e.objective = model.infer(x, q);
        model.accumulate(x, q, e.statistics);
        return e;
    }
    [[gnu::noinline]] M maximized(const M& from, const Statistics& s) const {
        M to = from;
        to.maximize(s);
        return to;
    }

    /// How far an objective may be from another one by rounding.
    double slack(double objective) const { return 100 * rounding * std::max(std::abs(objective), count); }

    const M& model;
    const Units& units;
    Expectation<Statistics> here;  ///< the model's own E-step
    double exact;                  ///< ε of statistics and parameters
    double rounding;               ///< ε of densities
    double count;                  ///< of the observations, by weight

  private:
    static constexpr double epsilon = std::numeric_limits<double>::epsilon();
    static constexpr double coarse = std::numeric_limits<float>::epsilon();

    static double scalar_epsilon() {
        if constexpr (requires { typename M::Scalar; })
            return std::is_same_v<typename M::Scalar, float> ? coarse : epsilon;
        using Objective =
            decltype(std::declval<const M&>().infer(std::declval<const Unit&>(), std::declval<Posterior&>()));
        return std::is_same_v<Objective, float> ? coarse : epsilon;
    }
    /// ε of float where the coordinates do not follow a change of their tenth digit.
    double parameter_epsilon() const {
        if constexpr (Vectorizable<M>) {
            std::vector<double> v = model.to_vector();
            const std::vector<double> before = detail::at(model, v).to_vector();
            for (double& value : v) value += 1e-10 * (1 + std::abs(value));
            const double change = distance(detail::at(model, v).to_vector(), before) / (1 + largest(v));
            if (!v.empty() && (change == 0 || change > 1e-9)) return coarse;
        }
        return epsilon;
    }
};

}  // namespace latent::detail
