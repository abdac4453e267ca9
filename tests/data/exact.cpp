// Whole numbers as floating-point ones: exactly, or not at all.
#include "latent/data/exact.hpp"

#include <cstdint>
#include <limits>

#include "catch.hpp"

using latent::detail::holds;

TEST_CASE("a whole number is held as long as its odd part has no more digits than the scalar") {
    constexpr std::int64_t odd = (std::int64_t{1} << 53) + 1;
    CHECK(holds<double>(odd - 1));
    CHECK_FALSE(holds<double>(odd));
    CHECK(holds<double>(2 * odd - 2));
    CHECK_FALSE(holds<double>(-odd));
    CHECK(holds<double>(-(odd - 1)));
    CHECK(holds<float>(1 << 24));
    CHECK_FALSE(holds<float>((1 << 24) + 1));
    CHECK(holds<float>((1 << 24) + 2));
    CHECK(holds<double>(std::numeric_limits<std::int64_t>::min()));
    CHECK_FALSE(holds<double>(std::numeric_limits<std::int64_t>::max()));
    CHECK_FALSE(holds<double>(std::numeric_limits<std::uint64_t>::max()));
    CHECK(holds<double>(std::int64_t{0}));
    CHECK(holds<float>(true));
}

TEST_CASE("what is held is what a conversion there and back gives") {
    std::uint64_t number = 1;
    for (int i = 0; i < 2000; ++i) {
        number = number * 6364136223846793005u + 1442695040888963407u;
        const auto some = static_cast<std::int32_t>(number >> (32 + i % 20));
        CHECK(holds<float>(some) == (static_cast<std::int64_t>(static_cast<float>(some)) == some));
    }
}
