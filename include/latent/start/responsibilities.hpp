// Starts that say which observation belongs to which component: given labels, or chance.
#pragma once

#include <bit>
#include <vector>

#include "latent/core/units.hpp"
#include "latent/data/sequences.hpp"
#include "latent/mstep/maximum_likelihood.hpp"

namespace latent {

namespace detail {

/// The statistics of all observations under responsibilities r(i, k), about the model's present means.
template <class M, class Data, class Responsibility>
typename M::Statistics statistics_under(const M& model, const Data& x, const Responsibility& r) {
    const auto& units = units_of(model, x);
    typename M::Posterior q;
    auto statistics = model.zero_statistics();
    for (Index u = 0; u < units.size(); ++u) {
        const auto unit = units[u];
        model.assign(
            unit, [&](Index i, Index k) { return r(units.first(u) + i, k); }, q);
        model.accumulate(unit, q, statistics);
    }
    if constexpr (requires { model.add_one(statistics); }) model.add_one(statistics);
    return statistics;
}

/// Whether the emission has parts that are alike where those of a shape are, and can part them.
template <class M>
concept Parted = requires(M m, Random& random) {
    m.emission().part(random);
};

/// The model whose parameters follow from responsibilities r(i, k) of all observations. Two M-steps: the
/// first finds the means, the second takes the statistics about them, so that data far from the origin lose
/// nothing. An emission of mixtures whose components are all alike then parts them, by `seed`. Throws
/// std::invalid_argument, in the name of `start`, where the data cannot give K proper components.
template <class M, class Data, class Responsibility>
M from_responsibilities(const char* start, M model, const Data& x, const Responsibility& r,
                        std::uint64_t seed) {
    const auto& units = units_of(model, x);
    require(units.all().cols() >= model.size(), "latent::", start, ": K = ", model.size(),
            " components, but only ", units.all().cols(), " observations");
    if constexpr (requires { model.emission().check(units.all()); }) model.emission().check(units.all());
    bool alike = false;
    if constexpr (Parted<M>) alike = model.emission().same();
    model.maximize(statistics_under(model, units, r));  // its variances are noise far from the shape's means
    Journal journal;
    const auto step = [&] { MaximumLikelihood<>{}(model, statistics_under(model, units, r), journal); };
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

/// The same, each observation wholly in the component of its label.
template <class M, class Data>
M from_labels(const char* start, const M& shape, const Data& x, const std::vector<Index>& labels,
              std::uint64_t seed) {
    const auto one = [&](Index i, Index k) { return labels[static_cast<std::size_t>(i)] == k ? 1 : 0; };
    return from_responsibilities(start, shape, x, one, seed);
}

}  // namespace detail

/// Begins with each observation wholly in the component that its label names.
/// Throws std::invalid_argument on a label outside 0 … K − 1 or a wrong number of them.
struct Labels {
    std::vector<Index> labels;  ///< n values 0 … K − 1

    template <class M, class Data>
    M operator()(const M& shape, const Data& x) const {
        const Index n = detail::units_of(shape, x).all().cols();
        detail::require(std::ssize(labels) == n, "latent::Labels: ", labels.size(), " labels given for ", n,
                        " observations");
        for (std::size_t i = 0; i < labels.size(); ++i)
            detail::require(labels[i] >= 0 && labels[i] < shape.size(), "latent::Labels: labels[", i, "] is ",
                            labels[i], ", expected 0 … ", shape.size() - 1);
        return detail::from_labels("Labels", shape, x, labels, 0);
    }
};

namespace detail {

/// The model under responsibilities drawn uniformly, observation i's from the stream stream(i).
template <class M, class Data, class Stream>
M from_random(const char* start, const M& shape, const Data& x, const Stream& stream, std::uint64_t seed) {
    std::vector<double> row(static_cast<std::size_t>(shape.size()));
    Index drawn = -1;
    const auto random = [&](Index i, Index k) {
        if (i != drawn) {
            Random numbers = stream(i);
            double total = 0;
            for (double& value : row) total += value = numbers.uniform();
            for (double& value : row) value /= total;
            drawn = i;
        }
        return row[static_cast<std::size_t>(k)];
    };
    return from_responsibilities(start, shape, x, random, seed);
}

}  // namespace detail

/// Begins with responsibilities drawn uniformly for each observation. Every component starts near the overall
/// distribution: a start that knows nothing, slow and often poor, but one that favours no geometry.
struct RandomResponsibilities {
    std::uint64_t seed = 0;

    template <class M, class Data>
    M operator()(const M& shape, const Data& x) const {
        return detail::from_random(
            "RandomResponsibilities", shape, x,
            [&](Index i) { return Random(seed, static_cast<std::uint64_t>(i)); }, seed);
    }
};

/// The same drawn once for each distinct observation: equal ones are shared out alike. The start for symbols and
/// counts, of which there are few: their components differ from the beginning.
struct RandomValues {
    std::uint64_t seed = 0;

    template <class M, class Data>
    M operator()(const M& shape, const Data& x) const {
        const auto& units = detail::units_of(shape, x);
        const auto& all = units.all();
        return detail::from_random(
            "RandomValues", shape, units,
            [&](Index i) {
                std::uint64_t name = seed;
                for (Index j = 0; j < all.rows(); ++j)
                    name = Random(name, std::bit_cast<std::uint64_t>(static_cast<double>(all(j, i))))();
                return Random(name);
            },
            seed);
    }
};

}  // namespace latent
