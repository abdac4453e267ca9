// The exponential of a register of arguments that are not positive.
#pragma once

#include "latent/kernel/lanes.hpp"

namespace latent::detail {

/// What exp needs to know of a scalar type.
template <class Scalar>
struct ExpConstants;
template <>
struct ExpConstants<double> {
    static constexpr double smallest = -708, to_integer = 0x1.8p52;
    static constexpr double log2_high = 0x1.62e42fefa3000p-1, log2_low = 0x1.3de6af278ece6p-42;
    static constexpr int mantissa_bits = 52, bias = 1023;
    // (exp(r) − 1 − r)/r² on |r| ≤ ½ log 2 through its Chebyshev nodes; the relative error of exp is 2e-17.
    static constexpr double polynomial[] = {
        0x1.0000000000001p-1,  0x1.5555555555556p-3,  0x1.5555555553d63p-5,  0x1.11111111109b3p-7,
        0x1.6c16c1788bd90p-10, 0x1.a01a01a7c41d5p-13, 0x1.a019b90d2ae7ap-16, 0x1.71de0dae63bb3p-19,
        0x1.289185613a3d6p-22, 0x1.af38a9b0ec855p-26};
};
template <>
struct ExpConstants<float> {
    static constexpr float smallest = -87, to_integer = 0x1.8p23f;
    static constexpr float log2_high = 0x1.62e4p-1f, log2_low = 0x1.7f7d1cp-20f;
    static constexpr int mantissa_bits = 23, bias = 127;
    static constexpr float polynomial[] = {0x1.0000000b9129bp-1f,  0x1.5555555a78ed4p-3f,
                                           0x1.5554e9063586ep-5f,  0x1.1110e0f238322p-7f,
                                           0x1.6d43246b523b4p-10f, 0x1.a124f19fe89acp-13f};
};

/// x := exp(x) for x ≤ 0, to 2 ulp; exactly zero below −708 (float: −87), NaN for NaN.
/// x = n·log 2 + r with n the nearest integer, found by adding a number so large that only integers are left.
template <class Scalar, class L>
[[gnu::always_inline]] inline void exp_of_negative(L& x) {
    using C = ExpConstants<Scalar>;
    using Bits = typename Register<Scalar, sizeof(L)>::Bits;
    constexpr Scalar log2_e = Scalar(0x1.71547652b82fep+0);
    constexpr int terms = static_cast<int>(sizeof C::polynomial / sizeof(Scalar));
    const L shifted = x * log2_e + C::to_integer, n = shifted - C::to_integer;
    const L r = (x - n * C::log2_high) - n * C::log2_low;
    // In pairs c_i + c_{i+1}·r, then Horner in r²: half the latency of Horner in r.
    const L square = r * r;
    L p = C::polynomial[terms - 1] * r + C::polynomial[terms - 2];
#pragma GCC unroll 8
    for (int i = terms - 4; i >= 0; i -= 2) p = p * square + (C::polynomial[i + 1] * r + C::polynomial[i]);
    p = p * square + r;
    // The low bits of `shifted` are n as an integer: moved into the exponent they are 2ⁿ.
    Bits exponent;
    L power;
    reinterpret(shifted, exponent);
    reinterpret(Bits((exponent + C::bias) << C::mantissa_bits), power);
    select(x < C::smallest, L{}, L(p * power + power), x);
}

}  // namespace latent::detail
