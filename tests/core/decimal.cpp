// Numbers read from text: what std::from_chars does, by whatever the standard library has.
#include "latent/core/decimal.hpp"

#include <cmath>
#include <cstring>

#include "catch.hpp"
#include "latent/core/random.hpp"

using namespace latent;

namespace {

/// What either way reads, equal to the bit.
std::errc read(std::string_view text, double& value) {
    double other = value;
    const std::errc error = detail::parse_decimal(text, value);
#if !defined(_WIN32)
    CAPTURE(std::string(text), value, other);
    CHECK(detail::decimal_by_strtod(text, other) == error);
    CHECK(std::memcmp(&value, &other, sizeof value) == 0);
#endif
    return error;
}

}  // namespace

TEST_CASE("a number reads as what its digits say, to the last bit") {
    double value = 0;
    for (const auto& [text, expected] : {std::pair{"0", 0.0},
                                         {"-0", -0.0},
                                         {"1.5", 1.5},
                                         {".5", 0.5},
                                         {"5.", 5.0},
                                         {"-1e3", -1000.0},
                                         {"1E+3", 1000.0},
                                         {"0.1", 0.1},
                                         {"4.9e-324", 4.9e-324},
                                         {"1e308", 1e308},
                                         {"inf", INFINITY},
                                         {"-Infinity", -INFINITY},
                                         {"0e999", 0.0}}) {
        CHECK(read(text, value) == std::errc{});
        CHECK(value == expected);
    }
    CHECK(read("NaN", value) == std::errc{});
    CHECK(std::isnan(value));
    Random random(1);
    for (int i = 0; i < 1000; ++i) {
        const double x = random.normal() * std::exp(200 * random.normal());
        char digits[64];
        REQUIRE(read({digits, static_cast<std::size_t>(std::snprintf(digits, sizeof digits, "%.17g", x))},
                     value) == std::errc{});
        CHECK(value == x);
    }
}

TEST_CASE("what is not a number all through, or too large for one, is told apart, and the value is kept") {
    double value = 7;
    for (const char* text :
         {"", " 1", "1 ", "+1", "--1", "1,5", "0x10", "1e", "1e+", "e5", ".", "abc", "1.2.3", "na", "12a"})
        CHECK(read(text, value) == std::errc::invalid_argument);
    for (const char* text : {"1e999", "-1e400", "1e-999"})
        CHECK(read(text, value) == std::errc::result_out_of_range);
    CHECK(value == 7);
}

TEST_CASE("whole numbers are read likewise") {
    int value = 7;
    CHECK(detail::parse_decimal("-12", value) == std::errc{});
    CHECK(value == -12);
    CHECK(detail::parse_decimal("1.5", value) == std::errc::invalid_argument);
    CHECK(detail::parse_decimal("99999999999", value) == std::errc::result_out_of_range);
}
