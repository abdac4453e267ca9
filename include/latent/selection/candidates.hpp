// What is compared: numbers of components or states, and families or covariance structures.
#pragma once

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/data/sequences.hpp"
#include "latent/emission/covariance/decomposed.hpp"
#include "latent/emission/gaussian.hpp"

namespace latent {

template <class E>
class Mixture;
template <class E>
class HiddenMarkovModel;

/// Shapes of one type, and what they are called together: a column of the table.
template <class M>
struct Candidates {
    std::string name;       ///< such as "VVV"
    std::vector<M> shapes;  ///< to be fitted, one a number of components
};

/// Mixtures of first, first + 1, … last components; see select.
struct Components {
    Index first = 1, last = 1;
    template <class E>
    using Model = Mixture<E>;
};
/// Hidden Markov models of first, first + 1, … last states; see select.
struct States {
    Index first = 1, last = 1;
    template <class E>
    using Model = HiddenMarkovModel<E>;
};

/// Emissions that are made of (K, d), and what they are called.
template <class... E>
struct Emissions {
    std::vector<std::string> names;
};

namespace detail {

template <class Numbers>
Numbers checked_numbers(const char* name, Index first, Index last) {
    require(1 <= first && first <= last, "latent::", name, ": from ", first, " to ", last,
            ", expected 1 ≤ first ≤ last");
    return {first, last};
}

/// The dimension of the observations.
template <class Data>
Index dimension_of(const Data& data) {
    if constexpr (requires { data.rows(); }) {
        return data.rows();
    } else {
        return Sequences<double>(data).rows();
    }
}

template <class M>
Candidates<M> candidates_of(std::string name, Index first, Index last, Index d) {
    Candidates<M> some{std::move(name), {}};
    for (Index K = first; K <= last; ++K) some.shapes.emplace_back(K, d);
    return some;
}

}  // namespace detail

/// Throws std::invalid_argument unless 1 ≤ first ≤ last.
inline Components components(Index first, Index last) {
    return detail::checked_numbers<Components>("components", first, last);
}
/// Throws std::invalid_argument unless 1 ≤ first ≤ last.
inline States states(Index first, Index last) {
    return detail::checked_numbers<States>("states", first, last);
}

/// Families that are made of (K, d): `emissions<Poisson<>, NegativeBinomial<>>()`.
template <class... E>
Emissions<E...> emissions() {
    return {{E::type_name()...}};
}
/// Normal densities of these covariance structures: `structures<Full, Tied>()`.
template <class... S>
Emissions<Gaussian<S>...> structures() {
    return {{S::name...}};
}
/// Of all fourteen structures of model-based clustering (Celeux & Govaert 1995), by their names there; those of few parameters
/// come first.
inline auto all_structures() {
    auto all = structures<EII, VII, EEI, VEI, EVI, VVI, EEE, VEE, EVE, VVE, EEV, VEV, EVV, VVV>();
    all.names = {"EII", "VII", "EEI", "VEI", "EVI", "VVI", "EEE",
                 "VEE", "EVE", "VVE", "EEV", "VEV", "EVV", "VVV"};
    return all;
}

namespace detail {

template <class Numbers, class... E, std::size_t... f>
std::tuple<Candidates<typename Numbers::template Model<E>>...> each_family(const Numbers& numbers,
                                                                           const Emissions<E...>& families,
                                                                           Index d,
                                                                           std::index_sequence<f...>) {
    return {candidates_of<typename Numbers::template Model<E>>(families.names[f], numbers.first, numbers.last,
                                                               d)...};
}

}  // namespace detail

/// Each family with each number of components or states, for observations of dimension d: what Selection::fit takes.
template <class Numbers, class... E>
auto candidates(const Numbers& numbers, const Emissions<E...>& families, Index d) {
    return detail::each_family(numbers, families, d, std::index_sequence_for<E...>());
}

}  // namespace latent
