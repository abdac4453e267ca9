// What can be written down and read back.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "latent/core/additive.hpp"

namespace latent {

namespace detail {

template <class T>
concept WithMembers = requires {
    T::members();
};

/// The members that make up a value: T::members(), or statistics' fields and the centre they are taken about.
template <class T>
    requires(WithMembers<T> || Fielded<T>)
constexpr auto members_of() {
    if constexpr (WithMembers<T>) {
        return T::members();
    } else if constexpr (Centred<T>) {
        return std::tuple_cat(T::fields(), std::tuple{&T::centre});
    } else {
        return T::fields();
    }
}

/// The size of a class that has these members and no other.
template <class... Members, class... Classes>
constexpr std::size_t size_of_members(const std::tuple<Members Classes::*...>*) {
    std::size_t end = 0, strictest = 1;
    const auto round_up = [](std::size_t at, std::size_t alignment) {
        return (at + alignment - 1) / alignment * alignment;
    };
    ((end = round_up(end, alignof(Members)) + sizeof(Members),
      strictest = alignof(Members) > strictest ? alignof(Members) : strictest),
     ...);
    return round_up(end, strictest);
}

template <class T>
inline constexpr bool archivable = std::is_enum_v<T> || (Arithmetic<T> && sizeof(T) <= 8);
template <class... Members, class... Classes>
constexpr bool all_archivable(const std::tuple<Members Classes::*...>*) {
    return (archivable<Members> && ...);
}
/// Whether a run of such numbers is read and written as one.
template <class T>
inline constexpr bool raw_run = Arithmetic<T> && !std::is_same_v<T, bool>;
/// A member that was forgotten would be lost without a word: those named must fill the class.
template <class T>
    requires((WithMembers<T> || Fielded<T>)&&!PlainEigen<T>)
inline constexpr bool archivable<T> = [] {
    constexpr auto members = members_of<T>();
    const bool complete = std::is_empty_v<T> || sizeof(T) <= size_of_members(&members);
    return complete && all_archivable(&members);
}();
template <PlainEigen T>
inline constexpr bool archivable<T> = archivable<typename T::Scalar>;
template <>
inline constexpr bool archivable<std::string> = true;
template <class T>
inline constexpr bool archivable<std::vector<T>> = archivable<T>;
template <class T>
inline constexpr bool archivable<std::optional<T>> = archivable<T>;
template <class T, std::size_t n>
inline constexpr bool archivable<std::array<T, n>> = archivable<T>;
template <class A, class B>
inline constexpr bool archivable<std::pair<A, B>> = archivable<A>&& archivable<B>;
/// Of values or of references to them.
template <class... T>
inline constexpr bool archivable<std::tuple<T...>> = (archivable<std::remove_cvref_t<T>> && ...);

}  // namespace detail

/// A value that can be written down and read back, bit for bit: a number, an enumeration, a string, an Eigen matrix;
/// a std::vector, array, optional, pair or tuple of such; sufficient statistics (Additive); and any class T that
/// names its members once, private ones and those of its bases too, in the order in which they are declared:
///   `static constexpr auto members() { return std::tuple{&T::weights, &T::means}; }`.
/// A class some of whose members are not named is none. Members must have a value, scratch memory too. (A member that
/// hides in the padding between the others is overlooked; so do not forget a bool.) What is not default-constructible is read
/// into what is there: a vector must then have as many elements as were written, an optional its value. A class may say what it is called,
/// `static std::string type_name()`, so that none with members of the same types is taken for it.
template <class T>
concept Archivable = detail::archivable<T>;

}  // namespace latent
