// Errors at the edge of the interface.
#include "latent/core/checks.hpp"

#include "catch.hpp"

using namespace latent;

TEST_CASE("what is required throws its parts joined, and nothing where it is so") {
    CHECK_NOTHROW(detail::require(true, "unused ", 1));
    CHECK_THROWS_AS(detail::require(false, "x"), std::invalid_argument);
    const std::string name = "weights";
    CHECK_THROWS_WITH(detail::require(false, name, " is ", 3, ", expected ", 0.1, ' ', 1e-20),
                      "weights is 3, expected 0.1 1e-20");
    CHECK(detail::text(1.0 / 3) == "0.3333333333");
}

TEST_CASE("an amount is a finite number of 0 or more") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (const double good : {0.0, 1e-300, 1e300})
        CHECK_NOTHROW(detail::require_amount("Policy", "member", good));
    for (const double bad : {-1e-300, infinity, -infinity, std::nan("")})
        CHECK_THROWS_AS(detail::require_amount("Policy", "member", bad), std::invalid_argument);
    CHECK_THROWS_WITH(detail::require_amount("Policy", "member", -1),
                      "latent::Policy: member is -1, expected a finite number of 0 or more");
}

TEST_CASE("a policy is asked about its numbers where it has something to say") {
    struct Strict {
        int* asked;
        void check() const { ++*asked; }
    };
    struct Silent {};
    int asked = 0;
    detail::check(Strict{&asked});
    detail::check(Silent{});
    CHECK(asked == 1);
}
