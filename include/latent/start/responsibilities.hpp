// Starts that say which observation belongs to which component: given labels, or chance.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "latent/core/observations_of.hpp"
#include "latent/core/processes.hpp"
#include "latent/core/responsibility.hpp"
#include "latent/core/room.hpp"
#include "latent/core/seen_dimensions.hpp"
#include "latent/core/sequential.hpp"
#include "latent/core/units.hpp"
#include "latent/data/known.hpp"
#include "latent/data/scale.hpp"
#include "latent/estep/batch.hpp"
#include "latent/mstep/maximum_likelihood.hpp"
#include "latent/mstep/remedy_of.hpp"

namespace latent {

// A start goes through the units as an E-step does, by the same executions, and holds no more of the data than one: so
// it runs on threads, from files and over processes. What it says of a unit are `responsibilities(first, x, room)`: a
// function r(i, k) of the observations of x, the first of which is number `first`. `room` is what it may remember of a
// unit, a default-constructed Responsibilities::Room.

namespace detail {

/// Statistics under given responsibilities, and how many observations each component has of them.
template <class S>
struct Assigned {
    S statistics;
    Eigen::VectorXd count;  // K
    static constexpr auto fields() { return std::tuple{&Assigned::statistics, &Assigned::count}; }
};

/// All observations belong to all components alike.
struct Everything {
    using Room = char;
    double share = 1;  ///< 1 / K

    template <class Unit>
    auto operator()(Index, const Unit&, Room&) const {
        return [share = share](Index, Index) { return share; };
    }
};

/// A unit of other observations.
template <class Scalar>
Observations<Scalar> of_observations(const Observations<Scalar>&, const Observations<Scalar>& x) {
    return x;
}
template <class Unit, class Scalar>
Unit of_observations(const Unit& unit, const Observations<Scalar>& x) {
    return unit.of(x);
}

/// What a start puts into missing cells until there are parameters that know better: in each dimension a value that was
/// seen, in the middle of a few hundred observations.
struct Filling {
    Eigen::VectorXd value;  ///< d; none where nothing is missing

    template <class Unit, class Scalar>
    Unit fill(const Unit& unit, MatrixX<Scalar>& memory) const {
        const auto& x = observations_of(unit);
        memory = x.matrix();
        for (Index i = 0; i < memory.cols(); ++i)
            for (Index j = 0; j < memory.rows(); ++j)
                if (std::isnan(memory(j, i))) memory(j, i) = static_cast<Scalar>(value(j));
        return of_observations(unit, Observations<Scalar>(memory).with_weights(x.weights()));
    }
};

template <class Scalar, class Units, class X>
Filling filling(const Units& units, const X& execution) {
    if (agreed(execution, may_lack_cells(units) ? 1 : 0) == 0) return {};
    auto few = few_numbers<Scalar>(units, execution);
    Filling filling{Eigen::VectorXd::Zero(std::ssize(few))};
    for (Index j = 0; j < filling.value.size(); ++j) {
        auto& seen = few[static_cast<std::size_t>(j)].numbers;
        if (seen.empty()) continue;  // of no observation that counts
        const auto middle = seen.begin() + std::ssize(seen) / 2;
        std::nth_element(seen.begin(), middle, seen.end());
        filling.value(j) = *middle;
    }
    return filling;
}

/// The statistics of all units under the responsibilities, about the model's present means; known labels are obeyed.
template <class M, class Units, class Responsibilities, class X>
Assigned<typename M::Statistics> assigned(const M& model, const Units& units,
                                          const Responsibilities& responsibilities, const Filling& filling,
                                          const X& execution) {
    struct Scratch {
        typename M::Posterior q;
        typename Responsibilities::Room room;
        MatrixX<typename M::Scalar> memory;
    };
    using Sum = Assigned<typename M::Statistics>;
    Sum total;
    execution.template reduction<Sum, Scratch>()(
        slices_of(units, units.size()),
        [&](Sum& sum) {
            reset(model, sum.statistics);
            sum.count.setZero(model.size());
        },
        [&](Sum& sum, Scratch& scratch, Index u) {
            const auto& unit = units[u];
            const auto& x = observations_of(unit);
            const auto given = responsibilities(units.first(u), x, scratch.room);
            const auto obedient = [&](Index i, Index k) {
                const Index label = x.labels() ? x.labels()[i] : -1;
                return label < 0 ? static_cast<double>(given(i, k)) : label == k ? 1.0 : 0.0;
            };
            const Responsibility r(obedient);
            const auto see = [&](const auto& seen) {
                model.set_posterior(seen, r, scratch.q);
                model.accumulate(seen, scratch.q, sum.statistics);
            };
            if (filling.value.size() > 0)
                see(filling.fill(unit, scratch.memory));
            else
                see(unit);
            for (Index i = 0; i < x.cols(); ++i)
                for (Index k = 0; k < model.size(); ++k) sum.count(k) += x.weight(i) * r(i, k);
        },
        total);
    return total;
}

/// The statistics under the responsibilities. Where these leave a component empty, all components have a little of all
/// observations beside: the empty one begins with the parameters of the whole, and not with those of the shape, which know
/// nothing of the data's place and scale.
template <class M, class Units, class Responsibilities, class X>
typename M::Statistics statistics_under(const M& model, const Units& units,
                                        const Responsibilities& responsibilities, const Filling& filling,
                                        const X& execution) {
    auto sum = assigned(model, units, responsibilities, filling, execution);
    const double n = static_cast<double>(total(execution, units.cols()));
    if (!(sum.count.minCoeff() > 1e-12 / n * sum.count.sum())) {  // as good as empty
        const Everything everything{1 / static_cast<double>(model.size())};
        auto whole = assigned(model, units, everything, filling, execution);
        latent::scale(whole.statistics, 1 / n);
        latent::add(sum.statistics, whole.statistics);
    }
    if constexpr (AddsOne<M>) model.add_one(sum.statistics);
    return std::move(sum.statistics);
}

/// Whether a start can put a model of type M anywhere; what it lacks for that does not compile.
template <class M>
constexpr bool can_start() {
    constexpr bool scalar = requires { typename M::Scalar; };
    constexpr bool shape = requires(const M m) {
        m.size();
        m.dimension();
    };
    constexpr bool set_posterior =
        requires(const M m, const typename M::Unit& x, const Responsibility& r, typename M::Posterior& q) {
        m.set_posterior(x, r, q);
    };
    static_assert(scalar, "latent: a start needs the model's type Scalar, float or double: see Startable");
    static_assert(shape, "latent: a start needs the model's size() and dimension(): see Startable");
    static_assert(set_posterior,
                  "latent: a start needs the model's set_posterior(x, r, q) const, with const Unit& x, const "
                  "Responsibility& r, Posterior& q: see Startable");
    static_assert(Startable<M> || !(scalar && shape && set_posterior),
                  "latent: a start needs a model that is Startable (core/concepts.hpp)");
    return Startable<M>;
}

/// Throws std::invalid_argument, in the name of `start`, where a sample of about so many observations is too small for K components.
inline void require_sample(const char* start, Index sample, Index K) {
    require(sample == 0 || sample >= K, "latent::", start, ": sample is ", sample,
            ", expected 0 (all observations) or at least K = ", K);
}

/// Throws std::invalid_argument, in the name of `start`, unless the observations are of the model's dimension and its emission
/// can take them. One pass over the data.
template <class M, class Units>
void check_observations(const char* start, const M& model, const Units& units) {
    require(model.size() > 0, "latent::", start, ": this model is empty: nothing was assigned to it");
    require(units.rows() == model.dimension(), "latent::", start, ": the observations have ", units.rows(),
            " rows (and ", units.cols(), " columns), expected d = ", model.dimension(),
            " rows: one observation a column");
    if constexpr (WithEmission<M>) {
        for (Index u = 0; u < units.size(); ++u) {
            const auto& unit = units[u];
            const auto& x = observations_of(unit);
            require_cells(start, model.emission(), x);
            check_with(model.emission(), x);
            if (x.informed()) require_known(start, x, model.size());
        }
    } else {
        check_with(model, units);
    }
}

/// The data as the model's units, checked: at least K observations, of the model's dimension, that its emission can take.
/// Throws std::invalid_argument, in the name of `start`. One pass over the data.
template <class M, class Data, class X>
decltype(auto) checked_units(const char* start, const M& model, const Data& data, const X& execution) {
    decltype(auto) units = units_of(execution, model, data);
    static_assert(ObservationUnits<std::remove_cvref_t<decltype(units)>>,
                  "latent: a start needs units of observations: rows(), cols(), first(u), size() and [u], "
                  "see ObservationUnits");
    check_data(execution, units.cols(), [&] { check_observations(start, model, units); });
    require_seen_dimensions(start, units, execution);
    const Index n = total(execution, units.cols());
    require(n >= model.size(), "latent::", start, ": K = ", model.size(), " components, but only ", n,
            " observations");
    return units;
}

/// The model whose parameters follow from the responsibilities. Two M-steps: the first finds the means, the second
/// takes the statistics about them, so that data far from the origin lose nothing. (Where cells are missing, these two are
/// of data with them filled in, and five more of what was seen.) An emission of mixtures whose
/// components are all alike then parts them, by `seed`. Throws std::invalid_argument, in the name of `start`, where
/// a dimension of the data is constant and the emission cannot be.
template <class M, class Units, class Responsibilities, class X>
M from_responsibilities(const char* start, M model, const Units& units,
                        const Responsibilities& responsibilities, std::uint64_t seed, const X& execution) {
    bool alike = false;
    if constexpr (PartsEmission<M>) alike = model.emission().all_equal();
    const Filling filled = filling<typename M::Scalar>(units, execution), as_seen;
    const auto statistics = [&](const Filling& filling) {
        return statistics_under(model, units, responsibilities, filling, execution);
    };
    const auto maximize = about(MaximumLikelihood<>{}, model, units, execution);
    Journal journal, far_away;
    model.maximize(statistics(filled));  // its variances are noise far from the shape's means, even negative
    require(admit(maximize, model, far_away), "latent::", start,
            ": a component has a variance of 0 that no floor can mend: is a column of the data constant?");
    const auto step = [&] { maximize(model, statistics(as_seen), journal); };
    step();
    for (int again = 0; again < 4 && filled.value.size() > 0; ++again)
        step();  // what was filled in is forgotten
    if constexpr (PartsEmission<M>)
        if (alike) {
            Random random(seed, 0, 1);
            model.emission().part(random);
            step();
        }
    for (const Event& e : journal.events())
        require(e.action != Action::gave_up, "latent::", start, ": component ", e.component, " has a ",
                e.cause, " that no floor can mend: is a column of the data constant?");
    return model;
}

/// Each observation is wholly in the component of its label.
struct GivenLabels {
    using Room = std::vector<Index>;
    const std::vector<Index>& labels;

    template <class Unit>
    auto operator()(Index first, const Unit& x, Room&) const {
        return [this, first, &x](Index i, Index k) {
            return labels[static_cast<std::size_t>(x.place(first, i))] == k ? 1 : 0;
        };
    }
};

/// A twentieth of every observation is noise, the rest what the start says.
template <class Responsibilities>
struct BesideNoise {
    using Room = typename Responsibilities::Room;
    Responsibilities given;
    Index noise;

    template <class Unit>
    auto operator()(Index first, const Unit& x, Room& room) const {
        return [r = given(first, x, room), noise = noise](Index i, Index k) {
            return 0.95 * static_cast<double>(r(i, k)) + (k == noise ? 0.05 : 0.0);
        };
    }
};

/// What the start says for a model of this kind.
template <class M, class Responsibilities>
auto beside_noise(const M& model, Responsibilities given) {
    if constexpr (WithNoiseComponent<M>)
        return BesideNoise<Responsibilities>{std::move(given), model.emission().noise()};
    else
        return given;
}

/// Responsibilities drawn uniformly, 0 for components that are none: those of observation `number`, x_i, from the
/// stream stream(number, x, i).
template <class Stream>
struct DrawnResponsibilities {
    struct Room {
        std::vector<double> row;
        Index drawn = -1;
    };
    Index components;
    Stream stream;

    template <class Scalar>
    auto operator()(Index first, const Observations<Scalar>& x, Room& room) const {
        room.row.resize(static_cast<std::size_t>(components));
        room.drawn = -1;
        return [this, first, x, &room](Index i, Index k) {
            if (i != room.drawn) {
                Random numbers = stream(x.place(first, i), x, i);
                double total = 0;
                for (double& value : room.row) total += value = numbers.uniform();
                for (double& value : room.row) value /= total;
                room.drawn = i;
            }
            return k < components ? room.row[static_cast<std::size_t>(k)] : 0;
        };
    }
};

}  // namespace detail

/// Begins with each observation wholly in the component that its label names.
/// Throws std::invalid_argument on a label outside 0 … K − 1 or a wrong number of them.
struct Labels {
    std::vector<Index> labels;  ///< n values 0 … K − 1

    template <class M, class Data, class X = Sequential>
    M operator()(const M& shape, const Data& data, const X& execution = {}) const {
        if constexpr (detail::can_start<M>()) {
            const auto& units = detail::checked_units("Labels", shape, data, execution);
            detail::together(execution, [&] {
                detail::require(std::ssize(labels) == units.cols(), "latent::Labels: ", labels.size(),
                                " labels given for ", units.cols(), " observations");
                for (std::size_t i = 0; i < labels.size(); ++i)
                    detail::require(labels[i] >= 0 && labels[i] < shape.size(), "latent::Labels: labels[", i,
                                    "] is ", labels[i], ", expected 0 … ", shape.size() - 1);
            });
            return detail::from_responsibilities("Labels", shape, units, detail::GivenLabels{labels}, 0,
                                                 execution);
        }
    }
};

/// Begins with responsibilities drawn uniformly for each observation. Every component starts near the overall
/// distribution: a start that knows nothing, slow and often poor, but one that favours no geometry.
struct RandomResponsibilities {
    std::uint64_t seed = 0;

    template <class M, class Data, class X = Sequential>
    M operator()(const M& shape, const Data& data, const X& execution = {}) const {
        if constexpr (detail::can_start<M>()) {
            const auto& units = detail::checked_units("RandomResponsibilities", shape, data, execution);
            const Index before = detail::before(execution, units.cols());
            const auto stream = [this, before](Index i, const auto&, Index) {
                return Random(seed, static_cast<std::uint64_t>(before + i));
            };
            return detail::from_responsibilities(
                "RandomResponsibilities", shape, units,
                detail::beside_noise(
                    shape,
                    detail::DrawnResponsibilities<decltype(stream)>{detail::components_of(shape), stream}),
                seed, execution);
        }
    }
};

/// The same drawn once for each distinct observation: equal ones are shared out alike. The start for symbols and
/// counts, of which there are few: their components differ from the beginning.
struct RandomValues {
    std::uint64_t seed = 0;

    template <class M, class Data, class X = Sequential>
    M operator()(const M& shape, const Data& data, const X& execution = {}) const {
        if constexpr (detail::can_start<M>()) {
            const auto stream = [this](Index, const auto& x, Index i) {
                std::uint64_t name = seed;
                for (Index j = 0; j < x.rows(); ++j)
                    name = Random(name, std::bit_cast<std::uint64_t>(static_cast<double>(x(j, i))))();
                return Random(name);
            };
            return detail::from_responsibilities(
                "RandomValues", shape, detail::checked_units("RandomValues", shape, data, execution),
                detail::beside_noise(
                    shape,
                    detail::DrawnResponsibilities<decltype(stream)>{detail::components_of(shape), stream}),
                seed, execution);
        }
    }
};

}  // namespace latent
