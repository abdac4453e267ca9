// Sorts as the standard's does, whatever the numbers.
#include "latent/core/sort_few.hpp"

#include <limits>

#include "catch.hpp"
#include "latent/core/random.hpp"

using namespace latent;

namespace {

void require_sorted(std::vector<double> x) {
    std::vector<double> expected = x;
    std::sort(expected.begin(), expected.end());
    detail::sort_few(x);
    CHECK(x == expected);
}

std::vector<double> draws(std::size_t n, double (*transform)(double)) {
    Random random(n);
    std::vector<double> x(n);
    for (double& value : x) value = transform(random.normal());
    return x;
}

}  // namespace

TEST_CASE("few numbers are sorted, however many there are and however they are spread") {
    for (const std::size_t n : {0U, 1U, 2U, 3U, 17U, 256U, 1000U}) {
        require_sorted(draws(n, [](double z) { return z; }));
        require_sorted(draws(n, [](double z) { return std::exp(5 * z); }));
        require_sorted(draws(n, [](double z) { return std::floor(z); }));
        require_sorted(std::vector<double>(n, 3.5));
    }
}

TEST_CASE("numbers whose range is too large or too small to share out are sorted all the same") {
    constexpr double largest = std::numeric_limits<double>::max(), least = 5e-324;
    require_sorted({1, largest, -largest, 0, 2});
    require_sorted({least, 0, 2 * least, 0, -least});
    require_sorted({1e100, 1, 3, 2, -1e100, 0});
    require_sorted({std::numeric_limits<double>::infinity(), 1, 0});
}
