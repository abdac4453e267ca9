// What is saved of a value: its parameters, each by a name.
#pragma once

#include <type_traits>
#include <utility>

namespace latent {

/// What a parameter has to do with the components of the value: nothing; a matrix of them with a column a component, which is
/// how it stands in files; a vector or list with an element a component, or else one for all; a matrix with a row and a column
/// a component; a value, or several, that have the same components.
enum class SavedAs { plain, columns, each, square, components };

/// A parameter in files: its name, and the member, or member function, that is its value.
template <class Member>
struct Saved {
    const char* name;             ///< in files
    Member member;                ///< a pointer to it
    SavedAs as = SavedAs::plain;  ///< what it has to do with the components
    bool optional = false;        ///< where a file lacks it, it is a value-initialised one
};

/// A parameter that every file has.
template <class Member>
constexpr Saved<Member> named(const char* name, Member member, SavedAs as = SavedAs::plain) {
    return {name, member, as};
}
/// What files that were made by hand, or before there was such a part, may lack; where it is a count of 0, all do.
template <class Member>
constexpr Saved<Member> named_optional(const char* name, Member member, SavedAs as = SavedAs::plain) {
    return {name, member, as, true};
}

namespace detail {

/// A T of its parameters: T::restored(values…), or T{values…}, or T(values…).
template <class T, class... Values>
T made_of(Values&... values) {
    if constexpr (requires { T::restored(std::move(values)...); })
        return T::restored(std::move(values)...);
    else if constexpr (std::is_aggregate_v<T>)
        return T{std::move(values)...};
    else
        return T(std::move(values)...);
}

}  // namespace detail

}  // namespace latent
