// What can be written down and read back: all of it, or nothing.
#include "latent/core/archivable.hpp"

#include "catch.hpp"

using namespace latent;

namespace {

struct Whole {
    double a = 0;
    int b = 0;
    static constexpr auto members() { return std::tuple{&Whole::a, &Whole::b}; }
};
struct Part {
    double a = 0, b = 0;
    static constexpr auto members() { return std::tuple{&Part::a}; }
};
struct About {  // statistics, with the centre that is no field
    double sum = 0, centre = 0;
    static constexpr auto fields() { return std::tuple{&About::sum}; }
    void recentre(double) {}
};

static_assert(Archivable<Whole> && Archivable<std::vector<Whole>> && Archivable<std::tuple<Whole&, int&>>);
static_assert(!Archivable<Part> && !Archivable<std::vector<Part>> && !Archivable<std::optional<Part>>);
static_assert(!Archivable<std::pair<int, Part>> && !Archivable<std::tuple<Part&>>);
static_assert(!Archivable<double*> && !Archivable<long double> && !Archivable<std::vector<double*>>);
static_assert(Archivable<About>);
static_assert(detail::raw_run<double> && !detail::raw_run<bool> && !detail::raw_run<Whole>);

}  // namespace

TEST_CASE("the members of statistics are their fields, and the centre they are taken about") {
    STATIC_REQUIRE(std::tuple_size_v<decltype(detail::members_of<About>())> == 2);
    STATIC_REQUIRE(std::get<1>(detail::members_of<About>()) == &About::centre);
    STATIC_REQUIRE(std::tuple_size_v<decltype(detail::members_of<Whole>())> == 2);
}

TEST_CASE("the size of a class is told from its members, padding included") {
    constexpr auto whole = Whole::members();
    constexpr auto part = Part::members();
    STATIC_REQUIRE(detail::size_of_members(&whole) == sizeof(Whole));
    STATIC_REQUIRE(detail::size_of_members(&part) < sizeof(Part));
}
