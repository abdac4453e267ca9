// Registers in standard C++: each operator beside the same of one number after the other. The kernels that work in them are
// tested as kernel@standard_lanes.
#include "latent/kernel/standard_lanes.hpp"

#include "catch.hpp"

using namespace latent;

namespace {

constexpr Index width = 4;
using Lanes = detail::StandardLanes<double, width>;
using Whole = detail::StandardLanes<std::int64_t, width>;

template <class L>
L counting(double first, double step) {
    L lanes;
    for (Index i = 0; i < width; ++i)
        lanes[i] =
            static_cast<std::remove_reference_t<decltype(lanes[0])>>(first + step * static_cast<double>(i));
    return lanes;
}

}  // namespace

TEST_CASE("lanes are added, multiplied and compared one by one, and with one number for all") {
    const Lanes a = counting<Lanes>(-1.5, 1), b = counting<Lanes>(2, -0.75), zero = {};
    Lanes sum = a, product = a, difference = a;
    sum += b;
    product *= b;
    difference -= 1;
    for (Index i = 0; i < width; ++i) {
        CHECK(zero[i] == 0);
        CHECK((a + b)[i] == a[i] + b[i]);
        CHECK(sum[i] == a[i] + b[i]);
        CHECK((a - b)[i] == a[i] - b[i]);
        CHECK((1 - a)[i] == 1 - a[i]);
        CHECK(difference[i] == a[i] - 1);
        CHECK((a * 3)[i] == a[i] * 3);
        CHECK(product[i] == a[i] * b[i]);
        CHECK((1 / b)[i] == 1 / b[i]);
        CHECK((-a)[i] == -a[i]);
        CHECK((a < b)[i] == (a[i] < b[i] ? -1 : 0));
        CHECK((a > b)[i] == (a[i] > b[i] ? -1 : 0));
        CHECK((a >= a)[i] == -1);
        CHECK((a == 0.5)[i] == (a[i] == 0.5 ? -1 : 0));
    }
    CHECK(std::signbit((-zero)[0]));
}

TEST_CASE("lanes of whole numbers are shifted and masked") {
    const Whole a = counting<Whole>(5, 3);
    Whole some = a;
    some |= 2;
    for (Index i = 0; i < width; ++i) {
        CHECK((a << 3)[i] == a[i] << 3);
        CHECK((a >> 1)[i] == a[i] >> 1);
        CHECK((a & 6)[i] == (a[i] & 6));
        CHECK(some[i] == (a[i] | 2));
    }
}
