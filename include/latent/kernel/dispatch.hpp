// From what is known at run time to what is known at compile time: a size, so that loops over it unroll into registers;
// the machine's registers, where the compiler was not told.
#pragma once

#include <algorithm>
#include <type_traits>

#include "latent/kernel/lanes.hpp"

namespace latent::detail {

/// Calls f(std::integral_constant<int, n>()) for 1 ≤ n ≤ Max; a larger n counts as Max.
template <int Max, class F>
[[gnu::always_inline]] inline auto with_size(Index n, const F& f) {
    if constexpr (Max > 1)
        if (n < Max) return with_size<Max - 1>(n, f);
    return f(std::integral_constant<int, Max>());
}

/// Cuts 0 … n − 1 into pieces of Max, the last one what is left, and calls f(its size as above, its first
/// index).
template <int Max, class F>
[[gnu::always_inline]] inline void in_pieces(Index n, const F& f) {
    for (Index first = 0; first < n; first += Max)
        with_size<Max>(n - first, [&](auto size) LATENT_ALWAYS_INLINE { f(size, first); });
}

// A kernel is a type with `run`, always inlined, and the Bytes of the registers it works in. On x86 a build without flags
// for the machine has it three times, for SSE2, AVX2 and AVX-512, each inlined into a function that may use those
// instructions: programs built with plain -O2 run as fast as with -march=native, and anywhere. With the flags, and
// elsewhere, it is there once, and calling it costs nothing. LATENT_NO_DISPATCH forgoes it.
//
// Objects of one program must be built for one machine. A namespace by register width would not change that: Eigen's own
// functions, of the same names in each, allocate and free memory by the flags.
#if !defined(LATENT_NO_DISPATCH) && defined(__x86_64__) && defined(__GNUC__)
inline constexpr bool dispatches = register_bytes == 16;

template <class Kernel, class... Arguments>
[[gnu::noinline, gnu::target("avx2,fma")]] auto run_avx2(Arguments... arguments) {
    return Kernel::run(arguments...);
}
template <class Kernel, class... Arguments>
[[gnu::noinline, gnu::target("avx512f,avx512dq,avx512vl,avx2,fma")]] auto run_avx512(Arguments... arguments) {
    return Kernel::run(arguments...);
}

/// Bytes of the widest registers that this machine has and a kernel is there for. Tests lower it, between kernels, to run
/// those for narrower ones too.
inline Index& machine_registers() {
    static Index bytes = []() -> Index {
        __builtin_cpu_init();
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
            __builtin_cpu_supports("avx512vl"))
            return 64;
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 32 : 16;
    }();
    return bytes;
}
#else
inline constexpr bool dispatches = false;
template <class Kernel, class... Arguments>
void run_avx2(Arguments...);  // never called, nor run_avx512 and machine_registers
template <class Kernel, class... Arguments>
void run_avx512(Arguments...);
Index& machine_registers();
#endif

template <class Kernel, class... Arguments>
[[gnu::noinline]] auto run_built(Arguments... arguments) {
    return Kernel::run(arguments...);
}

/// Runs a kernel, whose arguments are numbers and pointers, with the instructions that its registers need. Only where
/// the machine has them: see with_registers.
template <class Kernel, Index Bytes, class... Arguments>
auto in_registers(Arguments... arguments) {
    if constexpr (Bytes <= register_bytes) {
        return run_built<Kernel>(arguments...);
    } else if constexpr (Bytes == 32) {
        return run_avx2<Kernel>(arguments...);
    } else {
        return run_avx512<Kernel>(arguments...);
    }
}

/// The same of a function object that is always inlined, as a lambda is with the attribute.
template <class F>
struct CalledKernel {
    [[gnu::always_inline]] static auto run(const F* f) { return (*f)(); }
};
template <Index Bytes, class F>
auto call_in_registers(const F& f) {
    return in_registers<CalledKernel<F>, Bytes>(&f);
}

/// Calls f(std::integral_constant<int, Bytes>()) with the widest registers, of at most Most bytes, that build and machine
/// have together.
template <int Most = 64, class F>
auto with_registers(const F& f) {
    if constexpr (dispatches) {
        switch (machine_registers()) {
            case 64:
                return f(std::integral_constant<int, std::min(64, Most)>());
            case 32:
                return f(std::integral_constant<int, std::min(32, Most)>());
        }
    }
    return f(std::integral_constant<int, std::min(static_cast<int>(register_bytes), Most)>());
}

}  // namespace latent::detail
