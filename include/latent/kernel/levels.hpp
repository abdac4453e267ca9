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

/// Binary digits from a level to the next: least_sum is a number of value 1, one level down.
inline constexpr double level_digits = 500;

/// value · 2^(500 level), not negative. Zero or settled: least_sum ≤ value < 2, so that no product of two values underflows. NaN
/// stays one.
struct Levelled {
    double value = 0, level = 0;

    void settle() {
        for (; value > 0 && value < least_sum; --level) value /= least_sum;
        for (; value >= 2 && value < std::numeric_limits<double>::infinity(); ++level) value *= least_sum;
    }
    /// As a number of this level: 0 where it is far below, and not for levels above.
    double at(double other) const {
        const double below = other - level;
        if (below > 2) return value > 0 ? 0 : value;
        return below > 1 ? value * least_sum * least_sum : below > 0 ? value * least_sum : value;
    }
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
    Levelled power{std::exp(x - level * step), level};
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
    /// Level of the highest that are not zero and below `bound`; −inf where there are none.
    double highest(double bound = std::numeric_limits<double>::infinity()) const {
        double top = -std::numeric_limits<double>::infinity();
        for (Index k = 0; k < padded; ++k) {
            const Levelled number = (*this)[k];
            if (number.value != 0 && number.level < bound) top = std::max(top, number.level);
        }
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

/// out(j) = Σ_i x(i) · row(i)[j]: the numbers of a level at a time, the highest first. Time K², and K for each level there is.
/// `room`: padded numbers.
template <class Row>
void combine_levels(const LevelledRow& x, const Row& row, const LevelledRow& out, double* room) {
    const Index n = x.padded;
    out.fill([](Index) { return Levelled{}; });
    for (double top = x.highest(); top > -std::numeric_limits<double>::infinity(); top = x.highest(top)) {
        std::fill_n(room, n, 0.0);
        for (Index i = 0; i < n; ++i) {
            if (x[i].value == 0 || x[i].level != top) continue;
            const double weight = x.value[i] / least_sum;  // no product with it underflows
            const double* const a = row(i);
            for (Index j = 0; j < n; ++j) room[j] += weight * a[j];
        }
        out.fill([&](Index j) {
            Levelled sum{room[j], top - 1};
            if (sum.value == 0) return out[j];
            sum.settle();
            return out[j] + sum;
        });
    }
}

}  // namespace latent::detail
