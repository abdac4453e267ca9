// All the numbers of some statistics as one run of bytes: how they travel and are stored.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>

#include "latent/core/additive.hpp"

namespace latent::detail {

/// f(span) on each run of numbers of s, as for_each_leaf, and on those of its centres.
template <class F, class S>
void for_each_number(const F& f, S& s) {
    using T = std::remove_const_t<S>;
    if constexpr (Arithmetic<T> || PlainEigen<T>) {
        for_each_leaf(f, s);
    } else if constexpr (Fielded<T>) {
        if constexpr (Centred<T>) for_each_number(f, s.centre);
        const auto visit = [&](auto member) { for_each_number(f, s.*member); };
        std::apply([&](auto... members) { (visit(members), ...); }, T::fields());
    } else {
        for (std::size_t i = 0; i < s.size(); ++i) for_each_number(f, s[i]);
    }
}

/// How many bytes the numbers of s take.
template <class S>
std::size_t bytes_of(const S& s) {
    std::size_t bytes = 0;
    for_each_number([&](auto run) { bytes += run.size_bytes(); }, s);
    return bytes;
}

/// The numbers of s to bytes_of(s) bytes.
template <class S>
void write_numbers(const S& s, std::byte* to) {
    const auto write = [&](auto run) {
        if (!run.empty()) std::memcpy(to, run.data(), run.size_bytes());
        to += run.size_bytes();
    };
    for_each_number(write, s);
}

/// The numbers of s, whose shape stays, from bytes_of(s) bytes.
template <class S>
void read_numbers(S& s, const std::byte* from) {
    const auto read = [&](auto run) {
        if (!run.empty()) std::memcpy(run.data(), from, run.size_bytes());
        from += run.size_bytes();
    };
    for_each_number(read, s);
}

}  // namespace latent::detail
