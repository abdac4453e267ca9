// Counts cut into units: each ray is in one of them, with all that belongs to it.
#include "latent/model/ray_counts.hpp"

#include <set>

#include "discs.hpp"
#include "latent/core/random.hpp"

using namespace latent;

TEST_CASE("units have every so-manieth view, and each ray once") {
    const Discs discs;
    const Eigen::MatrixXd a = discs.system;
    const Eigen::VectorXd background = Eigen::VectorXd::LinSpaced(a.rows(), 0.1, 5),
                          x = Discs::read("phantom");
    for (const Index view : {0, 1, 7, 25, 450, 1000})
        for (const Index units : {1, 4, 16}) {
            CAPTURE(view, units);
            const RayCounts data(discs.system, discs.counts, {view, units, background});
            std::set<Index> seen;
            std::vector<double> forward;
            Eigen::VectorXd backward;
            for (Index u = 0; u < data.size(); ++u) {
                const auto block = data[u];
                CHECK(data.first(u + 1) - data.first(u) == block.size());
                block.forward(x, forward);
                Eigen::VectorXd own = Eigen::VectorXd::Zero(a.rows());
                std::vector<double> numbers(forward.size());
                for (std::size_t i = 0; i < forward.size(); ++i) {
                    const Index ray = block.ray(static_cast<Index>(i));
                    CHECK(seen.insert(ray).second);
                    CHECK(block.counts()[i] == discs.counts(ray));
                    CHECK_THAT(forward[i], WithinRel(a.row(ray).dot(x) + background(ray), 1e-12));
                    own(ray) = numbers[i] = 1 + static_cast<double>(i);
                }
                block.backward(numbers, backward);
                CHECK((backward - a.transpose() * own).cwiseAbs().maxCoeff() < 1e-9);
                const Eigen::VectorXd exposure = a.transpose() * (own.array() > 0).cast<double>().matrix();
                CHECK((block.exposure() - exposure).cwiseAbs().maxCoeff() < 1e-12);
            }
            CHECK(std::ssize(seen) == a.rows());
        }
    CHECK(RayCounts(discs.system, discs.counts, {.view = 25, .units = 4})[1].ray(25) == 5 * 25);
}

TEST_CASE("factorials belong to the units") {
    const Discs discs;
    const auto data = discs.data();
    double all = 0, expected = 0;
    for (Index u = 0; u < data.size(); ++u) all += data[u].log_factorials();
    for (const double y : discs.counts) expected += std::lgamma(y + 1);
    CHECK_THAT(all, WithinRel(expected, 1e-13));
}

TEST_CASE("counts that are none are refused") {
    const Discs discs;
    const auto with = [&](Index i, double y) {
        Eigen::VectorXd counts = discs.counts;
        counts(i) = y;
        return counts;
    };
    CHECK_THROWS_WITH(RayCounts(discs.system, with(7, -1)),
                      "latent::RayCounts: counts(7) is -1, expected a finite number ≥ 0");
    CHECK_THROWS_WITH(RayCounts(discs.system, with(0, std::nan(""))), ContainsSubstring("counts(0) is nan"));
    CHECK_THROWS_WITH(RayCounts(discs.system, with(2, HUGE_VAL)), ContainsSubstring("counts(2) is inf"));
    CHECK_THROWS_WITH(
        RayCounts(discs.system, discs.counts.head(4)),
        "latent::RayCounts: counts has 4 elements, expected one for each of the projector's 450 rays");
    CHECK_THROWS_WITH(RayCounts(discs.system, discs.counts, {.background = Eigen::VectorXd::Ones(3)}),
                      ContainsSubstring("background has 3 elements"));
    CHECK_THROWS_WITH(RayCounts(discs.system, discs.counts, {.background = with(5, -2)}),
                      ContainsSubstring("background(5) is -2"));
    CHECK_THROWS_WITH(RayCounts(discs.system, discs.counts, {.units = 0}), ContainsSubstring("units is 0"));
    CHECK_THROWS_WITH(RayCounts(discs.system, discs.counts, {.view = -1}), ContainsSubstring("view is -1"));
    const SystemMatrix nothing(0, 3);
    CHECK_THROWS_WITH(RayCounts(nothing, Eigen::VectorXd()), ContainsSubstring("0 rays and 3 pixels"));
}

namespace {

struct Negative {
    static Index rays() { return 1; }
    static Index pixels() { return 2; }
    static void forward(Index, std::span<const double>, std::span<double>) {}
    static void backward(Index, std::span<const double>, std::span<double> x) { x[1] -= 1; }
};

}  // namespace

TEST_CASE("a projector that sees less than nothing is refused") {
    CHECK_THROWS_WITH(RayCounts(Negative{}, Eigen::VectorXd::Ones(1)),
                      ContainsSubstring("entries for pixel 1 add up to -1"));
}
