// How much a test does in a build without optimisation, as those with sanitizers are: everything takes fifty times as long there,
// and less of the same goes through the same code.
#pragma once

#ifdef __OPTIMIZE__
inline constexpr bool optimized = true;
#else
inline constexpr bool optimized = false;
#endif

/// `all`, and `some` in a build without optimisation.
template <class T>
constexpr T effort(T all, T some) {
    return optimized ? all : some;
}
