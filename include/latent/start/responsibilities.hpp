// Starts that say which observation belongs to which component: given labels, or chance.
#pragma once

#include <bit>
#include <tuple>
#include <utility>
#include <vector>

#include "latent/core/units.hpp"
#include "latent/data/observations_of.hpp"
#include "latent/estep/batch.hpp"
#include "latent/execution/processes.hpp"
#include "latent/execution/sequential.hpp"
#include "latent/mstep/maximum_likelihood.hpp"
#include "latent/mstep/remedy_of.hpp"

namespace latent {

// A start goes through the units as an E-step does, by the same executions, and holds no more of the data than one: so
// it runs on threads, from files and over processes. What it says of a unit are `responsibilities(first, x, room)`: a
// function r(i, k) of the observations of x, the first of which is number `first`. `room` is what it may remember of a
// unit, a default-constructed Responsibilities::Room.

namespace detail {

/// r(i, k) of any kind, which must outlive it: models compile their part of a start once, whatever the start.
class Responsibility {
  public:
    template <class R>
    explicit Responsibility(const R& r)
        : of_(&r), call_([](const void* of, Index i, Index k) {
              return static_cast<double>((*static_cast<const R*>(of))(i, k));
          }) {}
    double operator()(Index i, Index k) const { return call_(of_, i, k); }

  private:
    const void* of_;
    double (*call_)(const void*, Index, Index);
};

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

/// The statistics of all units under the responsibilities, about the model's present means.
template <class M, class Units, class Responsibilities, class X>
Assigned<typename M::Statistics> assigned(const M& model, const Units& units,
                                          const Responsibilities& responsibilities, const X& execution) {
    struct Scratch {
        typename M::Posterior q;
        typename Responsibilities::Room room;
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
            const Responsibility r(given);
            model.assign(unit, r, scratch.q);
            model.accumulate(unit, scratch.q, sum.statistics);
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
                                        const Responsibilities& responsibilities, const X& execution) {
    auto sum = assigned(model, units, responsibilities, execution);
    const double n = static_cast<double>(total(execution, units.cols()));
    if (!(sum.count.minCoeff() > 1e-12 / n * sum.count.sum())) {  // as good as empty
        const Everything everything{1 / static_cast<double>(model.size())};
        auto whole = assigned(model, units, everything, execution);
        scale(whole.statistics, 1 / n);
        add(sum.statistics, whole.statistics);
    }
    if constexpr (requires { model.add_one(sum.statistics); }) model.add_one(sum.statistics);
    return std::move(sum.statistics);
}

/// The data as the model's units, checked: at least K observations, of the model's dimension, that its emission can take.
/// Throws std::invalid_argument, in the name of `start`. One pass over the data.
template <class M, class Data, class X>
decltype(auto) checked_units(const char* start, const M& model, const Data& data, const X& execution) {
    decltype(auto) units = units_of(execution, model, data);
    check_data(execution, units.cols(), [&] {
        require(units.rows() == model.dimension(), "latent::", start, ": the observations have ",
                units.rows(), " rows (and ", units.cols(), " columns), expected d = ", model.dimension(),
                " rows: one observation a column");
        for (Index u = 0; u < units.size(); ++u) {
            const auto& unit = units[u];
            const auto& x = observations_of(unit);
            check_with(model.emission(), x);
        }
    });
    const Index n = total(execution, units.cols());
    require(n >= model.size(), "latent::", start, ": K = ", model.size(), " components, but only ", n,
            " observations");
    return units;
}

/// Whether the emission has parts that are alike where those of a shape are, and can part them.
template <class M>
concept Parted = requires(M m, Random& random) {
    m.emission().part(random);
};

/// The model whose parameters follow from the responsibilities. Two M-steps: the first finds the means, the second
/// takes the statistics about them, so that data far from the origin lose nothing. An emission of mixtures whose
/// components are all alike then parts them, by `seed`. Throws std::invalid_argument, in the name of `start`, where
/// a dimension of the data is constant and the emission cannot be.
template <class M, class Units, class Responsibilities, class X>
M from_responsibilities(const char* start, M model, const Units& units,
                        const Responsibilities& responsibilities, std::uint64_t seed, const X& execution) {
    bool alike = false;
    if constexpr (Parted<M>) alike = model.emission().same();
    const auto statistics = [&] { return statistics_under(model, units, responsibilities, execution); };
    const auto maximize = about(MaximumLikelihood<>{}, model, units, execution);
    Journal journal, far_away;
    model.maximize(statistics());  // its variances are noise far from the shape's means, even negative
    require(admit(maximize, model, far_away), "latent::", start,
            ": a component has a variance of 0 that no floor can mend: is a column of the data constant?");
    const auto step = [&] { maximize(model, statistics(), journal); };
    step();
    if constexpr (Parted<M>)
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
    auto operator()(Index first, const Unit&, Room&) const {
        return [this, first](Index i, Index k) {
            return labels[static_cast<std::size_t>(first + i)] == k ? 1 : 0;
        };
    }
};

/// Responsibilities drawn uniformly: those of observation `number`, x_i, from the
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
                Random numbers = stream(first + i, x, i);
                double total = 0;
                for (double& value : room.row) total += value = numbers.uniform();
                for (double& value : room.row) value /= total;
                room.drawn = i;
            }
            return room.row[static_cast<std::size_t>(k)];
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
};

/// Begins with responsibilities drawn uniformly for each observation. Every component starts near the overall
/// distribution: a start that knows nothing, slow and often poor, but one that favours no geometry.
struct RandomResponsibilities {
    std::uint64_t seed = 0;

    template <class M, class Data, class X = Sequential>
    M operator()(const M& shape, const Data& data, const X& execution = {}) const {
        const auto& units = detail::checked_units("RandomResponsibilities", shape, data, execution);
        const Index before = detail::before(execution, units.cols());
        const auto stream = [this, before](Index i, const auto&, Index) {
            return Random(seed, static_cast<std::uint64_t>(before + i));
        };
        return detail::from_responsibilities(
            "RandomResponsibilities", shape, units,
            detail::DrawnResponsibilities<decltype(stream)>{shape.size(), stream}, seed, execution);
    }
};

/// The same drawn once for each distinct observation: equal ones are shared out alike. The start for symbols and
/// counts, of which there are few: their components differ from the beginning.
struct RandomValues {
    std::uint64_t seed = 0;

    template <class M, class Data, class X = Sequential>
    M operator()(const M& shape, const Data& data, const X& execution = {}) const {
        const auto stream = [this](Index, const auto& x, Index i) {
            std::uint64_t name = seed;
            for (Index j = 0; j < x.rows(); ++j)
                name = Random(name, std::bit_cast<std::uint64_t>(static_cast<double>(x(j, i))))();
            return Random(name);
        };
        return detail::from_responsibilities(
            "RandomValues", shape, detail::checked_units("RandomValues", shape, data, execution),
            detail::DrawnResponsibilities<decltype(stream)>{shape.size(), stream}, seed, execution);
    }
};

}  // namespace latent
