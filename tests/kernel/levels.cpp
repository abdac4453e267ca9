// Numbers with levels, against their logarithms.
#include "latent/kernel/levels.hpp"

#include "catch.hpp"
#include "every_width.hpp"
#include "naive.hpp"

using namespace latent::detail;
using latent::Index;
using naive::Real;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
const double not_a_number = std::numeric_limits<double>::quiet_NaN();

Real log_of(const Levelled& x) {
    return std::log(Real(x.value)) + Real(level_digits) * std::numbers::ln2_v<Real> * Real(x.level);
}
bool settled(const Levelled& x) { return x.value == 0 || (x.value >= least_number && x.value < 2); }

/// log Σ exp.
Real log_sum(const std::vector<Real>& logs) {
    const Real top = *std::max_element(logs.begin(), logs.end());
    Real sum = 0;
    if (std::isinf(top)) return top;
    for (const Real x : logs) sum += std::exp(x - top);
    return top + std::log(sum);
}

/// So near as doubles can tell.
void check_log(const Levelled& x, Real expected) {
    CHECK(settled(x));
    if (std::isinf(expected))
        CHECK(x.value == 0);
    else
        CHECK(double(std::abs(log_of(x) - expected)) <= 1e-14 + 4e-16 * double(std::abs(expected)));
}

constexpr double exponents[] = {0,    -1e-9,   -1,   -340,     -346.5, -346.6, -347, -700,
                                -750, -1039.7, -2e3, -12345.6, -1e6,   -1e9,   -1e14};

}  // namespace

TEST_CASE("exponentials, products and sums of any size are those of logarithms", "[kernel]") {
    for (const double a : exponents) {
        CAPTURE(a);
        check_log(levelled_exp(a), a);
        CHECK_THAT(levelled_exp(a).log(), WithinAbs(a, 1e-14 - 4e-16 * a));
        for (const double b : exponents) {
            CAPTURE(b);
            check_log(levelled_exp(a) * levelled_exp(b), Real(a) + Real(b));
            check_log(levelled_exp(a) + levelled_exp(b), log_sum({Real(a), Real(b)}));
        }
        check_log(levelled_exp(a) + Levelled{}, a);
        check_log(Levelled{} + levelled_exp(a), a);
        check_log(levelled_exp(a) * Levelled{}, -infinity);
    }
    check_log(levelled_exp(-infinity), -infinity);
    CHECK(Levelled{}.log() == -infinity);
    for (const double value : {5e-324, 1e-310, 1e-200, 0.0, 1.0, 1.99, 2.0, 1e300}) {
        Levelled x{value, -3};
        const Real before = log_of(x);
        x.settle();
        check_log(x, before);
    }
}

TEST_CASE("an exponent that has no digits left is a number all the same", "[kernel]") {
    for (double a = -1; a > -1e300; a *= 1.7) {
        const Levelled power = levelled_exp(a);
        CHECK((power.value >= least_number && power.value < 2));
        CHECK_THAT(power.log(), WithinAbs(a, 1e-14 - 4e-16 * a));
    }
}

TEST_CASE("what is no number stays none, whatever its level", "[kernel]") {
    CHECK(std::isnan(levelled_exp(not_a_number).value));
    CHECK(std::isnan(levelled_exp(infinity).value));
    const Levelled none = levelled_exp(not_a_number);
    for (const Levelled& x : {Levelled{}, levelled_exp(0), levelled_exp(-1e6), Levelled{1, 1e6}}) {
        CHECK(std::isnan((x * none).value));
        if (x.value > 0) CHECK(std::isnan((x + none).value));
    }
    Levelled too_large{infinity, 0};
    too_large.settle();
    CHECK(too_large.value == infinity);
}

TEST_CASE("a number as one of a higher level", "[kernel]") {
    CHECK(Levelled{1.5, -7}.at(-7) == 1.5);
    CHECK(Levelled{1.5, -7}.at(-6) == 1.5 * 0x1p-500);
    CHECK(Levelled{1.5, -7}.at(-5) == 1.5 * 0x1p-1000);
    CHECK(Levelled{1.5, -7}.at(-4) == 0);
    CHECK(Levelled{0, 0}.at(5) == 0);
    CHECK(std::isnan(Levelled{not_a_number, -7}.at(0)));
}

TEST_CASE("a row is scaled to one, and is flat where it is a row of doubles", "[kernel]") {
    for (const Index K : {1, 3, 5, 17})
        for (const double step : {0.0, -1.0, -100.0, -340.0, -1e4}) {
            CAPTURE(K, step);
            LevelledRows rows;
            rows.resize(2, K);
            const LevelledRow row = rows[1];
            CHECK(*row.flat);
            std::vector<Real> logs;
            for (Index k = 0; k < K; ++k) logs.push_back(-1e5 + step * double(k) - 3);
            const auto original = [&](Index k) {
                return k < K ? levelled_exp(double(logs[std::size_t(k)])) : Levelled{};
            };
            row.fill(original);
            CHECK(!*row.flat);
            const auto sum = row.scale_to_one();
            const Real total = log_sum(logs);
            CHECK(sum.value >= 1);
            CHECK(sum.value < 2 + 1e-15);
            const Real log_scale = Real(sum.digits) * std::numbers::ln2_v<Real>;
            CHECK(double(std::abs(std::log(Real(sum.value)) + log_scale - total)) < 1e-10);
            double largest = 0;
            for (Index k = 0; k < row.padded; ++k) {
                CHECK(settled(row[k]));
                if (k >= K) CHECK(row[k].value == 0);
                if (k < K)
                    CHECK(double(std::abs(log_of(row[k]) + log_scale - logs[std::size_t(k)])) <
                          1e-10 + 1e-15 * double(std::abs(logs[std::size_t(k)])));
                largest = std::max(largest, row[k].at(0));
            }
            CHECK(largest >= 0.05);
            CHECK(bool(*row.flat) == (step * double(K - 1) > -346));
            row.flatten();
            CHECK(*row.flat);
            for (Index k = 0; k < K; ++k) CHECK((row.value[k] > 0) == (step * double(k) > -346));
        }
    LevelledRows rows;
    rows.resize(1, 3);
    CHECK(rows[0].highest() == -infinity);
    CHECK(rows[0].scale_to_one().value == 0);
    rows[0].fill([](Index k) { return k == 1 ? Levelled{not_a_number, -4} : Levelled{}; });
    CHECK(std::isnan(rows[0].scale_to_one().value));
    CHECK(std::isnan(rows[0].value[0]));
}

// Entries of the matrix as small as there are, and zeros.
TEST_CASE("a row with levels times a matrix is that of logarithms", "[kernel]") {
    IN_REGISTERS_OF_EVERY_WIDTH();
    constexpr double entries[] = {0.25, 0, 1, 1e-9, 1e-160, 0, 1e-308, 5e-324, 0.5, 1e-300, 1e-150};
    for (const Index K : {1, 2, 5, 12, 33})
        for (const double step : {0.0, -0.5, -120.0, -345.0, -346.0, -347.0, -800.0, -3e5}) {
            CAPTURE(K, step);
            LevelledRows rows;
            rows.resize(2, K);
            StateRows matrix;
            matrix.resize(padded_states(K), K);
            for (Index i = 0; i < matrix.padded(); ++i)
                matrix.fill(i, [&](Index j) { return i < K ? entries[(5 * i + 3 * j) % 11] : 0; });
            // Some of the numbers are zero, and the highest is anywhere.
            const auto log_x = [&](Index i) {
                return i % 5 == 3 && K > 2 ? Real(-infinity) : Real(step) * Real((7 * i + 4) % K);
            };
            rows[0].fill([&](Index i) { return i < K ? levelled_exp(double(log_x(i))) : Levelled{}; });
            combine_levels(rows[0], std::as_const(matrix).at(), rows[1]);
            for (Index j = 0; j < K; ++j) {
                std::vector<Real> terms;
                for (Index i = 0; i < K; ++i) terms.push_back(log_x(i) + std::log(Real(matrix[i][j])));
                check_log(rows[1][j], log_sum(terms));
            }
            for (Index j = K; j < rows.padded(); ++j) CHECK(rows[1][j].value == 0);
        }
}

TEST_CASE("what is no number reaches all that is summed with it", "[kernel]") {
    LevelledRows rows;
    rows.resize(2, 2);
    StateRows matrix;
    matrix.resize(padded_states(2), 2);
    for (Index i = 0; i < matrix.padded(); ++i) matrix.fill(i, [&](Index) { return i < 2 ? 0.5 : 0; });
    rows[0].fill([](Index i) {
        return i == 0 ? Levelled{not_a_number, -9} : i == 1 ? Levelled{1, 0} : Levelled{};
    });
    combine_levels(rows[0], std::as_const(matrix).at(), rows[1]);
    CHECK(std::isnan(rows[1][0].value));
    CHECK(std::isnan(rows[1][1].value));
}
