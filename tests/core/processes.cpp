// What the driver asks of an execution that spans several processes.
#include "latent/core/processes.hpp"

#include "catch.hpp"
#include "latent/core/sequential.hpp"

using namespace latent;

namespace {

/// The second of three processes, which have 10, n and 100 of everything.
struct Second {
    Sequential inner{};
    template <class Sum, class Scratch>
    auto reduction() const {
        return inner.reduction<Sum, Scratch>();
    }
    template <class F>
    decltype(auto) together(const F& f) const {
        return f();
    }
    template <class T>
    T agree(T value) const {
        return value == T{} ? T{3} : value;
    }
    Index total(Index n) const { return 110 + n; }
    Index before(Index) const { return 10; }
};
static_assert(Distributed<Second> && !Distributed<Sequential>);

}  // namespace

TEST_CASE("one process has all there is") {
    const Sequential alone;
    CHECK(detail::together(alone, [] { return 7; }) == 7);
    CHECK(detail::agreed(alone, 0) == 0);
    CHECK(detail::total(alone, 5) == 5);
    CHECK(detail::before(alone, 5) == 0);
    CHECK(&detail::own(alone) == &alone);
    int units = 5;
    CHECK(detail::first_unit(units, 5) == 0);
}

TEST_CASE("one of several is told what the others have") {
    const Second second;
    CHECK(detail::together(second, [] { return 7; }) == 7);
    CHECK(detail::agreed(second, 0) == 3);
    CHECK(detail::agreed(second, 4) == 4);
    CHECK(detail::total(second, 5) == 115);
    CHECK(detail::before(second, 5) == 10);
    CHECK(&detail::own(second) == &second.inner);
}

TEST_CASE("a process without data checks none, unless no process has any") {
    int checked = 0;
    const auto check = [&] { ++checked; };
    detail::check_data(Second{}, 0, check);  // the others have some
    CHECK(checked == 0);
    detail::check_data(Second{}, 1, check);
    CHECK(checked == 1);
    detail::check_data(Sequential{}, 0, check);
    CHECK(checked == 2);
}
