// The driver: expectation, maximisation, judgement, again. It knows no model, no data layout, no thread and
// no prior.
#pragma once

#include <iterator>
#include <type_traits>
#include <utility>

#include "latent/acceleration/plain.hpp"
#include "latent/checkpoint/no_checkpoint.hpp"
#include "latent/convergence/aitken.hpp"
#include "latent/core/concepts.hpp"
#include "latent/core/processes.hpp"
#include "latent/core/seen_dimensions.hpp"
#include "latent/core/sequential.hpp"
#include "latent/core/sum_of_weights.hpp"
#include "latent/core/units.hpp"
#include "latent/driver/contracts.hpp"
#include "latent/driver/loop.hpp"
#include "latent/driver/result.hpp"
#include "latent/estep/batch.hpp"
#include "latent/mstep/maximum_likelihood.hpp"
#include "latent/observer/silent.hpp"

namespace latent {

/// Expectation-maximization as an aggregate of policies, each a value:
/// `ExpectationMaximization{.mstep = MaximumAPosteriori{prior}, .execution = Threads{}}.fit(model, data)`.
/// (clang before 17 wants the types written out: `ExpectationMaximization<Batch<>, MaximumLikelihood<>,
/// Threads>{…}`.) The defaults are exact maximum likelihood on one thread. It holds no state: a fit can be
/// repeated from it.
template <class EStepPolicy = Batch<Soft>, class MStepPolicy = MaximumLikelihood<>,
          class ExecutionPolicy = Sequential, class AccelerationPolicy = Plain,
          class ConvergencePolicy = Aitken, class ObserverPolicy = Silent,
          class CheckpointPolicy = NoCheckpoint>
struct ExpectationMaximization {
    EStepPolicy estep{};                ///< see EStep
    MStepPolicy mstep{};                ///< see MStep
    ExecutionPolicy execution{};        ///< see Execution
    AccelerationPolicy acceleration{};  ///< see Acceleration
    ConvergencePolicy convergence{};    ///< see Convergence
    Limits limits{};                    ///< when to stop in any case
    ObserverPolicy observer{};          ///< see Observer
    CheckpointPolicy checkpoint{};      ///< see Checkpointing

    /// Fits `model`, beginning at its parameters, to `data`: anything the model cuts into units, or a range of its units.
    /// A numeric breakdown is no exception but Status::degenerate, with the last finite model. Throws
    /// std::invalid_argument where the model's check of the data or a policy's of its numbers does and where there are no
    /// data, std::runtime_error where a source or a checkpoint cannot be read or written, and what the observer, the prior
    /// and the remedy Throw do. With an execution over several processes each of them calls it with its own shard, and all
    /// of them return the same, or throw. Time: one pass over the data an evaluation. Memory: two models with their
    /// statistics, and what execution and acceleration need.
    template <class M, class Data>
    Result<M> fit(M model, const Data& data) const {
        if constexpr (detail::is_model<M>()) {
            const auto& units = detail::units_of(execution, model, data);
            if constexpr (detail::are_policies<ExpectationMaximization, M,
                                               std::remove_cvref_t<decltype(units)>>()) {
                detail::together(execution, [&] { check(); });
                detail::check_data(execution, std::ssize(units), [&] { detail::check_with(model, units); });
                detail::require_sizes(model);
                detail::require_seen_dimensions("fit", units, execution);
                const double observations = detail::sum_of_weights(units, execution);
                detail::require(observations > 0, "latent::fit: there are no data to fit the model to");
                return detail::Loop(*this, std::move(model), units, observations).run();
            }
        }
    }

    /// Throws std::invalid_argument, in the policy's name, where a policy's numbers make no sense. fit calls it.
    void check() const {
        detail::check(estep);
        detail::check(mstep);
        detail::check(execution);
        detail::check(acceleration);
        detail::check(convergence);
        detail::check(limits);
        detail::check(observer);
        detail::check(checkpoint);
    }

    /// Whether an iteration can never lower the objective.
    static constexpr bool monotone = detail::monotone<EStepPolicy> && detail::monotone<MStepPolicy>;
};

}  // namespace latent
