// The fits of a selection, and the parts of its criterion, as tasks that are shared out.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <variant>
#include <vector>

#include "latent/core/archive.hpp"
#include "latent/core/sum_of_weights.hpp"
#include "latent/selection/candidates.hpp"
#include "latent/selection/distinct_points.hpp"
#include "latent/selection/selection_result.hpp"
#include "latent/selection/share_out.hpp"

namespace latent::detail {

/// What tasks came to, for the processes that did not do them.
struct Parcels {
    std::vector<std::pair<Index, std::string>> all;  ///< the task and the bytes
    static constexpr auto members() { return std::tuple{&Parcels::all}; }
};
inline void add(Parcels& into, const Parcels& from) {
    into.all.insert(into.all.end(), from.all.begin(), from.all.end());
}

/// One selection of candidates of the types M.
template <class Policy, class Data, class... M>
class SelectionRun {
    using AnyFit = std::variant<Result<M>...>;
    using Families = std::tuple<Candidates<M>...>;
    static constexpr bool processes = Distributed<decltype(Policy::execution)>;

    /// The fit of a shape, or a part of its criterion.
    struct Task {
        std::size_t family, shape;  // shapes are counted within their family
        std::size_t candidate;      // and candidates over all
        Index part;                 // −1: the fit
        Index number;               // in the order of declaration
        double cost;
    };
    struct Outcome {
        std::optional<AnyFit> fit;
        double seconds = 0;
        std::vector<double> parts;
    };

  public:
    SelectionRun(const Policy& policy, const Families& families, const Data& data)
        : policy_(policy), families_(families), data_(data) {
        for_each_index<sizeof...(M)>([&](auto family) { add_tasks<family>(); });
        require(!outcomes_.empty(), "latent::Selection: there is no shape to fit");
        std::stable_sort(tasks_.begin(), tasks_.end(), [](const Task& a, const Task& b) {
            return a.cost > b.cost;
        });  // so that none is long at the end
    }

    SelectionResult<M...> run() {
        const Parcels parcels = share_out<Parcels>(
            policy_.execution, std::ssize(tasks_), [](Parcels& some) { some.all.clear(); },
            [&](Parcels& some, Index i) {
                with_shape(at(i), [&](auto family, const auto& shape) { work<family>(i, shape, some); });
            });
        if constexpr (processes)
            for (const auto& [i, bytes] : parcels.all)
                with_shape(at(i), [&, &task = at(i), &text = bytes](auto family, const auto& shape) {
                    unpack<family>(task, shape, text);
                });
        return compared();
    }

  private:
    const Task& at(Index i) const { return tasks_[static_cast<std::size_t>(i)]; }

    template <std::size_t family>
    void add_tasks() {
        const auto& shapes = std::get<family>(families_).shapes;
        Index parts = 0;
        if constexpr (PartedCriterion<decltype(policy_.criterion)>) parts = policy_.criterion.parts();
        for (std::size_t s = 0; s < shapes.size(); ++s) {
            const auto cost = static_cast<double>(shapes[s].parameters());
            for (Index part = -1; part < parts; ++part)
                tasks_.push_back({family, s, outcomes_.size(), part, std::ssize(tasks_), cost});
            outcomes_.emplace_back().parts.resize(static_cast<std::size_t>(std::max<Index>(parts, 0)));
        }
    }

    /// visit(family, a constant, and the shape).
    template <class Visit>
    void with_shape(const Task& task, const Visit& visit) const {
        for_each_index<sizeof...(M)>([&](auto family) {
            if (family == task.family) visit(family, std::get<family>(families_).shapes[task.shape]);
        });
    }

    template <class Shape>
    decltype(auto) units(const Shape& shape) const {
        return units_of(policy_.restarts.em.execution, shape, data_);
    }

    /// What fits a task's model, whose checkpoint is its own.
    auto fits_of(const Task& task) const {
        auto fits = policy_.restarts;
        if constexpr (NumberedCheckpoint<decltype(fits.em.checkpoint)>)
            fits.em.checkpoint = fits.em.checkpoint.numbered(task.number);
        return fits;
    }

    template <std::size_t family, class Shape>
    void work(Index i, const Shape& shape, Parcels& parcels) {
        const Task& task = at(i);
        Outcome& outcome = outcomes_[task.candidate];
        ArchiveWriter bytes;
        if (task.part < 0) {
            const auto begin = std::chrono::steady_clock::now();
            auto fit = fits_of(task).fit(shape, data_).best();
            if constexpr (!Distributed<decltype(policy_.restarts.em.execution)>)
                note_few_points(fit, units(shape));
            outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
            if constexpr (processes) bytes.write(fit), bytes.write(outcome.seconds);
            outcome.fit.emplace(std::in_place_index<family>, std::move(fit));
        } else if constexpr (PartedCriterion<decltype(policy_.criterion)>) {
            double& value = outcome.parts[static_cast<std::size_t>(task.part)];
            value = policy_.criterion.part(task.part, shape, units(shape), fits_of(task));
            if constexpr (processes) bytes.write(value);
        }
        if constexpr (processes) parcels.all.emplace_back(i, std::move(bytes).bytes());
    }

    template <std::size_t family, class Shape>
    void unpack(const Task& task, const Shape& shape, const std::string& bytes) {
        Outcome& outcome = outcomes_[task.candidate];
        ArchiveReader reader(bytes);
        if (task.part >= 0) return reader.read(outcome.parts[static_cast<std::size_t>(task.part)]);
        Result<Shape> fit{.model = shape, .trace = {}, .events = {}};
        reader.read(fit);
        reader.read(outcome.seconds);
        outcome.fit.emplace(std::in_place_index<family>, std::move(fit));
    }

    template <class Shape>
    double judge(const Result<Shape>& fit, const Shape& shape, const std::vector<double>& parts) const {
        const auto& criterion = policy_.criterion;
        const auto& execution = policy_.restarts.em.execution;
        const auto& data = units(shape);
        using Units = std::remove_cvref_t<decltype(data)>;
        using C = std::remove_cvref_t<decltype(criterion)>;
        static_assert(SelectionCriterion<C, Result<Shape>, Units, std::remove_cvref_t<decltype(execution)>>,
                      "latent: the criterion is none for this model and these data, see SelectionCriterion");
        if constexpr (PartedCriterion<C>) {
            return std::accumulate(parts.begin(), parts.end(), 0.0);
        } else if constexpr (NumericCriterion<C>) {
            return criterion(fit.log_likelihood, static_cast<double>(fit.parameters()),
                             sum_of_weights(data, execution));
        } else {
            return criterion(fit, data, execution);
        }
    }

    std::string criterion_name() const {
        if constexpr (NamedCriterion<decltype(policy_.criterion)>) {
            return policy_.criterion.name;
        } else {
            return "criterion";
        }
    }

    SelectionResult<M...> compared() {
        SelectionResult<M...> result{.criterion = criterion_name()};
        result.table.resize(outcomes_.size());
        for (const Task& task : tasks_)
            if (task.part < 0)
                with_shape(task, [&](auto family, const auto& shape) {
                    const Outcome& outcome = outcomes_[task.candidate];
                    const auto& fit = std::get<family>(*outcome.fit);
                    result.table[task.candidate] = {.name = std::get<family>(families_).name,
                                                    .components = shape.size(),
                                                    .parameters = fit.parameters(),
                                                    .criterion = judge(fit, shape, outcome.parts),
                                                    .log_likelihood = fit.log_likelihood,
                                                    .status = fit.status,
                                                    .sound = fit.sound(),
                                                    .seconds = outcome.seconds};
                });
        result.order = ranked(result.table, policy_.restarts.spurious);
        for (Outcome& outcome : outcomes_) {
            if constexpr (sizeof...(M) == 1) {
                result.all.push_back(std::get<0>(*std::move(outcome.fit)));
            } else {
                result.all.push_back(*std::move(outcome.fit));
            }
        }
        return result;
    }

    const Policy& policy_;
    const Families& families_;
    const Data& data_;
    std::vector<Task> tasks_;
    std::vector<Outcome> outcomes_;
};

}  // namespace latent::detail
