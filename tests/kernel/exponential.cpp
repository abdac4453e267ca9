// The exponential of a register, against that of long double.
#include "latent/kernel/exponential.hpp"

#include <cmath>
#include <limits>

#include "catch.hpp"
#include "every_width.hpp"
#include "naive.hpp"

using namespace latent::detail;
using naive::Real;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The last lane of a register that is full of x.
template <class Scalar>
Scalar exp_in_a_lane(Scalar x) {
    Scalar e = 0;
    with_registers([&](auto bytes) {
        call_in_registers<bytes()>([&]() __attribute__((always_inline)) {
            Lane<Scalar, bytes()> lane = x - Lane<Scalar, bytes()>{};
            exp_of_negative<Scalar>(lane);
            e = lane[lanes<Scalar, bytes()> - 1];
        });
    });
    return e;
}

}  // namespace

TEMPLATE_TEST_CASE("exp_of_negative is accurate, and zero far below", "[kernel]", double, float) {
    IN_REGISTERS_OF_EVERY_WIDTH();
    constexpr TestType smallest = ExpConstants<TestType>::smallest;
    Real worst = 0;
    for (int i = 0; i <= 100000; ++i) {
        const TestType x = smallest * static_cast<TestType>(i) / 100000;
        const Real expected = std::exp(Real(x));
        worst = std::max(worst, std::abs(Real(exp_in_a_lane(x)) - expected) / expected);
    }
    CHECK(double(worst / std::numeric_limits<TestType>::epsilon()) < 1.5);
    const auto exp = [](double x) { return exp_in_a_lane(static_cast<TestType>(x)); };
    CHECK(exp(0) == TestType(1));
    CHECK(exp(-1000) == TestType(0));
    CHECK(exp(-1e30) == TestType(0));
    CHECK(exp(-infinity) == TestType(0));
    CHECK(std::isnan(exp(std::numeric_limits<double>::quiet_NaN())));
}
