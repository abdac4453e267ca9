// Numbers that no double holds: each has a level besides its value.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "latent/kernel/power_of_two.hpp"
#include "latent/kernel/state_rows.hpp"

namespace latent::detail {

/// Binary digits from a level to the next: least_number is a number of value 1, one level down.
inline constexpr double level_digits = 500;

/// value · 2^(500 level), not negative. Zero or settled: least_number ≤ value < 2, so that no product of two values underflows. NaN
/// stays one.
struct Levelled {
    double value = 0, level = 0;

    void settle() {
        for (; value > 0 && value < least_number; --level) value /= least_number;
        for (; value >= 2 && value < std::numeric_limits<double>::infinity(); ++level) value *= least_number;
    }
    /// As a number of this level: 0 where it is far below, and not for levels above.
    double at(double other) const {
        const double below = other - level;
        if (below > 2) return value > 0 ? 0 : value;
        return below > 1 ? value * least_number * least_number : below > 0 ? value * least_number : value;
    }
    double log() const { return std::log(value) + level_digits * std::numbers::ln2 * level; }
    friend Levelled operator*(const Levelled& a, const Levelled& b) {
        Levelled product{a.value * b.value, a.level + b.level};
        product.settle();
        return product;
    }
    friend Levelled operator+(const Levelled& a, const Levelled& b) {
        if (a.value == 0) return b;
        if (b.value == 0) return a;
        const double top = std::max(a.level, b.level);
        Levelled sum{a.at(top) + b.at(top), top};
        sum.settle();
        return sum;
    }
};

/// A number that is not positive as the exponent of e: e^−1000 is a number, too.
inline Levelled levelled_exp(double x) {
    constexpr double step = level_digits * std::numbers::ln2;
    if (x == -std::numeric_limits<double>::infinity()) return {};
    const double level = std::ceil(x / step);
    if (!(level <= 0)) return {std::numeric_limits<double>::quiet_NaN(), 0};
    // Of an exponent that has no digits left behind the point the remainder has none: any will do.
    Levelled power{std::exp(std::clamp(x - level * step, -step, 0.0)), level};
    power.settle();
    return power;
}

/// A row of them, a number for each state and zeros behind. It is a view: who has it may write. A flat row is all of level 0,
/// an ordinary row of doubles; its levels are not looked at.
struct LevelledRow {
    double *value, *level;
    unsigned char* flat;
    Index padded;

    Levelled operator[](Index k) const { return {value[k], *flat ? 0 : level[k]}; }
    /// The row := number(k), which may be made of what was there; k counts the padding, too.
    template <class Number>
    void fill(const Number& number) const {
        bool even = true;
        for (Index k = 0; k < padded; ++k) {
            const Levelled to = number(k);
            value[k] = to.value;
            level[k] = to.level;
            even = even && to.level == 0;
        }
        *flat = even;
    }
    /// Level of the highest that are not zero; −inf where there are none.
    double highest() const {
        double top = -std::numeric_limits<double>::infinity();
        for (Index k = 0; k < padded; ++k)
            if (value[k] != 0) top = std::max(top, (*this)[k].level);
        return top;
    }
    struct Sum {
        double value;   ///< 1 ≤ value < 2, or 0, or NaN
        double digits;  ///< binary: value · 2^digits was the sum
    };
    /// Multiplies all by the same power of two, so that their sum becomes that value; the row is flat then where all are of level
    /// 0. A row of zeros stays as it is. One NaN makes NaN of all.
    Sum scale_to_one() const {
        const double top = highest();
        double sum = 0;
        for (Index k = 0; k < padded; ++k) sum += (*this)[k].at(std::max(top, (*this)[k].level));
        if (sum == 0) return {0, 0};
        if (!(sum > 0)) {
            std::fill_n(value, padded, sum);
            *flat = 1;
            return {sum, 0};
        }
        const double scale = unit_scale(sum);
        fill([&](Index k) {
            Levelled number = (*this)[k];
            if (number.value == 0) return Levelled{};
            number.value *= scale;
            number.level -= top;
            number.settle();
            return number;
        });
        return {sum * scale, level_digits * top + exponent_of(sum)};
    }
    /// What is below level 0 becomes zero.
    void flatten() const {
        for (Index k = 0; k < padded; ++k)
            if ((*this)[k].level < 0) value[k] = 0;
        *flat = 1;
    }
};

/// A table of such rows. `resize` makes them flat and zero.
class LevelledRows {
  public:
    void resize(Index rows, Index states) {
        value_.resize(rows, states);
        level_.resize(rows, states);
        flat_.assign(static_cast<std::size_t>(rows), 1);
        for (Index t = 0; t < rows; ++t) value_.fill(t, [](Index) { return 0.0; });
    }
    LevelledRow operator[](Index t) {
        return {value_[t], level_[t], &flat_[static_cast<std::size_t>(t)], value_.padded()};
    }
    Index padded() const { return value_.padded(); }

  private:
    StateRows value_, level_;
    std::vector<unsigned char> flat_;
};

/// See below; in registers of Bytes.
template <Index Bytes>
struct CombineLevels {
    using L = Lane<double, Bytes>;
    /// Of a number that is zero: below all others.
    static constexpr double nowhere = -0x1p1000;

    [[gnu::always_inline]] static void run(const LevelledRow* x, const double* rows, Index stride,
                                           const LevelledRow* out) {
        const LevelledRow in = *x, to = *out;
        std::fill_n(to.value, to.padded, 0.0);
        std::fill_n(to.level, to.padded, nowhere);
        for (Index i = 0; i < in.padded; ++i) {
            const Levelled from = in[i];
            if (from.value == 0) continue;
            for (Index j = 0; j < to.padded; j += lanes<double, Bytes>) {
                L term, level, value, top;
                load(rows + i * stride + j, term);
                multiply(from, term, level);
                load(to.value + j, value);
                load(to.level + j, top);
                add(term, level, value, top);
                store(to.value + j, value);
                store(to.level + j, top);
            }
        }
        to.fill([&](Index j) {
            Levelled sum{to.value[j], to.level[j]};
            if (sum.value == 0) return Levelled{};
            sum.settle();
            return sum;
        });
    }

  private:
    /// a := x · a, at `level`. Both are raised by a level before, so that nothing underflows.
    [[gnu::always_inline]] static void multiply(const Levelled& x, L& a, L& level) {
        constexpr double up = 1 / least_number;
        a = (a * up) * (x.value * up);
        L down, factor;
        select(a >= 1.0, L(1.0 - L{}), L(2.0 - L{}), down);
        select(a >= 1.0, L(least_number - L{}), L(1.0 - L{}), factor);
        select(a >= up, L{}, down, down);
        select(a >= up, L(least_number * least_number - L{}), factor, factor);
        a *= factor;
        select(a > 0.0, L(x.level - down), L(nowhere - L{}), level);
    }
    /// value at `top` += term at `level`.
    [[gnu::always_inline]] static void add(const L& term, const L& level, L& value, L& top) {
        L common = top, own, others;
        take_larger(common, level);
        share(L(common - top), own);
        share(L(common - level), others);
        value = value * own + term * others;
        top = common;
    }
    /// What a number counts for that is so many levels below another.
    [[gnu::always_inline]] static void share(const L& below, L& factor) {
        select(below < 2.0, L(least_number - L{}), L{}, factor);
        select(below < 1.0, L(1.0 - L{}), factor, factor);
    }
};

/// out(j) = Σ_i x(i) · rows[i][j]; `out` is another row. Time K².
inline void combine_levels(const LevelledRow& x, RowsAt<const double> rows, const LevelledRow& out) {
    with_registers<state_bytes>([&](auto bytes) {
        in_registers<CombineLevels<bytes()>, bytes()>(&x, rows.first, rows.stride, &out);
    });
}

}  // namespace latent::detail
