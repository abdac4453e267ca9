// From what a user has to what a model infers at a time, and never unchecked.
#pragma once

#include <concepts>
#include <iterator>
#include <type_traits>

#include "latent/core/concepts.hpp"
#include "latent/core/types.hpp"

namespace latent::detail {

// Whether a type has a member of some name, whatever arguments it takes: in a class that inherits two of a name, the name is
// ambiguous. (What nothing can inherit from has it where it takes the arguments, no more can be seen.)
struct NamesUnits {
    void units();
};
struct NamesCheck {
    void check();
};
template <class T, class Name>
struct Both : T, Name {};

template <class T>
concept HasUnits = !std::is_final_v<T> && !requires {
    &Both<T, NamesUnits>::units;
};
template <class T>
concept HasCheck = !std::is_final_v<T> && !requires {
    &Both<T, NamesCheck>::check;
};

/// What can be counted and asked for its i-th element, which is a Unit. (Numbers lose nothing on the way to one.)
template <class Data, class Unit>
concept RangeOf = requires(const Data& data, Index i) {
    std::ssize(data);
    { data[static_cast<decltype(data.size())>(i)] } -> std::convertible_to<const Unit&>;
    requires !std::integral<Unit> ||
        !std::floating_point<std::remove_cvref_t<decltype(data[static_cast<decltype(data.size())>(i)])>>;
};

/// Observations that are cut into such units already, wherever they are.
template <class Cut, class Unit>
concept CutInto = ObservationUnits<Cut> && Sliced<Cut> && requires(const Cut& cut, Index i) {
    { cut[i] } -> std::convertible_to<const Unit&>;
};

/// The data as the model's units: cut by the model where it knows how, else taken as they are, a range of its units.
/// What is neither does not compile.
template <class M, class Data>
decltype(auto) units_of(const M& model, const Data& data) {
    if constexpr (requires { model.units(data); }) {
        return model.units(data);
    } else {
        static_assert(!HasUnits<M>, "latent: the model cannot cut these data into its units: see M::units");
        static_assert(HasUnits<M> || RangeOf<Data, typename M::Unit>,
                      "latent: the data are no range of the model's units: size() and [i] → M::Unit");
        return (data);
    }
}

/// owner.check(data), where a model or an emission has a check. One that does not take the data does not compile: no data
/// go unchecked because their type is another.
template <class Owner, class Data>
void check_with(const Owner& owner, const Data& data) {
    if constexpr (requires { owner.check(data); }) {
        owner.check(data);
    } else {
        static_assert(!HasCheck<Owner>, "latent: the model's or emission's check does not take these data");
    }
}

/// Σ log p of units, one after the other.
template <class M, class Units>
double score_in_turn(const M& model, const Units& units) {
    double total = 0;
    typename M::Posterior q;
    for (Index i = 0; i < units.size(); ++i) total += model.infer(units[i], q);
    return total;
}

}  // namespace latent::detail
