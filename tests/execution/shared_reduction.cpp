// Slices of the data shared out among the workers of a team.
#include "latent/execution/shared_reduction.hpp"

#include <chrono>
#include <memory>

#include "catch.hpp"

using namespace latent;

namespace {

int teams = 0, sections = 0;

/// Workers one after the other, the last one first.
class Backwards : public Workers {
  public:
    explicit Backwards(Index n) : workers_(n) { ++teams; }
    Index count() const override { return workers_; }

  private:
    void call(Function function, const void* argument) override {
        ++sections;
        for (Index worker = workers_ - 1; worker >= 0; --worker) function(argument, worker);
    }
    Index workers_;
};
using Shared = detail::SharedReduction<double, int, Backwards>;

/// Σ 1 / (i + 1) of so many units, whose last bits tell the order.
double harmonic(Shared& reduction, Index n, std::chrono::microseconds each) {
    double total = -1;
    reduction(
        Slices(n, 8), [](double& sum) { sum = 0; },
        [&](double& sum, int&, Index i) {
            const auto end = std::chrono::steady_clock::now() + each;
            while (std::chrono::steady_clock::now() < end) {
            }
            sum += 1.0 / static_cast<double>(i + 1);
        },
        total);
    return total;
}

}  // namespace

TEST_CASE("whoever takes a slice, the sums are added in the slices' order") {
    teams = sections = 0;
    Shared alone(1), many(3);
    const double expected = harmonic(alone, 100, {});
    CHECK(teams == 0);
    for (int again = 1; again <= 3; ++again) {
        CHECK(harmonic(many, 100, std::chrono::microseconds(20)) == expected);
        CHECK(teams == 1);  // made once, when it is first of use
        CHECK(sections == again);
    }
}

TEST_CASE("a single slice is no work for several") {
    teams = 0;
    Shared many(3);
    CHECK(harmonic(many, 1, {}) == 1);
    CHECK(harmonic(many, 0, {}) == 0);
    CHECK(teams == 0);
}

TEST_CASE("of several exceptions that of the first slice is thrown") {
    Shared many(2);
    double total = 0;
    const auto fail = [](double&, int&, Index i) { throw std::runtime_error("unit " + std::to_string(i)); };
    CHECK_THROWS_WITH(many(
                          Slices(10), [](double& sum) { sum = 0; }, fail, total),
                      "unit 0");
}

TEST_CASE("a number of workers that makes no sense is refused") {
    CHECK_NOTHROW(detail::require_workers("Name", 0));
    CHECK_NOTHROW(detail::require_workers("Name", 65'536));
    for (const Index wrong : {-1, 65'537})
        CHECK_THROWS_WITH(detail::require_workers("Name", wrong),
                          StartsWith("latent::Name: workers is " + std::to_string(wrong)));
}
