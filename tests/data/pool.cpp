// Things that cost something to make, lent to one user at a time.
#include "latent/data/pool.hpp"

#include "catch.hpp"

using latent::detail::Pool;

TEST_CASE("there are never more things than were out at once, and what is given back is lent again") {
    Pool<int> pool;
    int made = 0;
    const auto make = [&] { return std::make_unique<int>(++made); };
    {
        const auto first = pool.take(make), second = pool.take(make);
        CHECK(*first == 1);
        CHECK(*second == 2);
    }
    const Pool<int> copy = pool;  // shares what it lends
    for (int again = 0; again < 5; ++again) {
        const auto one = pool.take(make), other = copy.take(make);
        CHECK(&*one != &*other);
    }
    CHECK(made == 2);
    const auto one = pool.take(make), other = copy.take(make), third = pool.take(make);
    CHECK(made == 3);
}

TEST_CASE("a loan can be handed on, and outlives its pool") {
    auto pool = std::make_unique<Pool<int>>();
    auto loan = pool->take([] { return std::make_unique<int>(7); });
    pool.reset();
    const auto mine = std::move(loan);
    CHECK(*mine == 7);
}
