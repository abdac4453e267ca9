// What a type is called in a file: the same by every compiler.
#pragma once

#include <initializer_list>
#include <string>

#include "latent/core/archivable.hpp"

namespace latent::detail {

template <class T>
std::string type_name();

/// Their names, each with a comma behind it.
template <class... T>
std::string type_names() {
    std::string names;
    for (std::string (*const name)() : std::initializer_list<std::string (*)()>{&type_name<T>...})
        (names += name()) += ',';
    return names;
}

template <class T>
std::string container_name(const std::vector<T>*) {
    return "[" + type_name<T>() + "]";
}
template <class T, std::size_t n>
std::string container_name(const std::array<T, n>*) {
    return "[" + std::to_string(n) + " " + type_name<T>() + "]";
}
template <class T>
std::string container_name(const std::optional<T>*) {
    return type_name<T>() + "?";
}
template <class A, class B>
std::string container_name(const std::pair<A, B>*) {
    return "(" + type_name<A>() + "," + type_name<B>() + ")";
}
template <class... T>
std::string container_name(const std::tuple<T...>*) {
    return "(" + type_names<std::remove_cvref_t<T>...>() + ")";
}

/// The scalar and the shape, as far as it is fixed: "f8[*x1]".
template <PlainEigen T>
std::string matrix_name() {
    const auto length = [](int n) { return n == Eigen::Dynamic ? "*" : std::to_string(n); };
    const bool by_rows = T::IsRowMajor && !T::IsVectorAtCompileTime;
    return type_name<typename T::Scalar>() + "[" + length(T::RowsAtCompileTime) + "x" +
           length(T::ColsAtCompileTime) + (by_rows ? " by rows]" : "]");
}

/// The names of the members' types.
template <class... Members, class... Classes>
std::string member_names(const std::tuple<Members Classes::*...>*) {
    return type_names<Members...>();
}

/// A name of an Archivable type: numbers are a kind and their bytes, a class is what it calls itself
/// (T::type_name()), if it does, and all its members. Types of one name are written and read alike.
template <class T>
std::string type_name() {
    if constexpr (std::is_same_v<T, std::string>) {
        return "text";
    } else if constexpr (Arithmetic<T> || std::is_enum_v<T>) {
        const char kind = std::is_enum_v<T>             ? 'e'
                          : std::is_same_v<T, bool>     ? 'b'
                          : std::is_same_v<T, char>     ? 'c'
                          : std::is_floating_point_v<T> ? 'f'
                          : std::is_signed_v<T>         ? 'i'
                                                        : 'u';
        return kind + std::to_string(sizeof(T));
    } else if constexpr (PlainEigen<T>) {
        return matrix_name<T>();
    } else if constexpr (WithMembers<T> || Fielded<T>) {
        constexpr auto members = members_of<T>();
        std::string name;
        if constexpr (requires {
                          { T::type_name() } -> std::convertible_to<std::string>;
                      })
            name = T::type_name();
        return name + "{" + member_names(&members) + "}";
    } else {
        return container_name(static_cast<const T*>(nullptr));
    }
}

}  // namespace latent::detail
