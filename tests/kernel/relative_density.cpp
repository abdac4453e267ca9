// Densities relative to the largest of their step.
#include "latent/kernel/relative_density.hpp"

#include <cmath>

#include "catch.hpp"
#include "every_width.hpp"
#include "naive.hpp"

using namespace latent::detail;
using latent::Index;
using naive::Real;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Relative {
    latent::Panel<double> p;
    std::vector<double> shift;
};

Relative relative(const Eigen::MatrixXd& log_density, bool in_place) {
    auto logs = naive::table<double>(log_density, 0.0);
    Relative r{{}, std::vector<double>(static_cast<std::size_t>(logs.padded()))};
    if (!in_place) {
        relative_density(logs, r.p, r.shift.data());
        return r;
    }
    relative_density(logs, logs, r.shift.data());
    r.p = std::move(logs);
    return r;
}

}  // namespace

TEST_CASE("relative densities are exp of the difference from the largest", "[kernel]") {
    IN_REGISTERS_OF_EVERY_WIDTH();
    for (const Index K : {1, 2, 3, 4, 7})
        for (const Index n : {1, 8, 37})
            for (const double offset : {0.0, -1e4, 1e5})
                for (const bool in_place : {false, true}) {
                    CAPTURE(K, n, offset, in_place);
                    const Eigen::MatrixXd logs = (30 * naive::observations<double>(n, K, 0)).array() + offset;
                    const Relative r = relative(logs, in_place);
                    REQUIRE(r.p.size() == n);
                    REQUIRE(r.p.columns() == K);
                    Real worst = 0;
                    for (Index t = 0; t < n; ++t) {
                        const double top = logs.row(t).maxCoeff();
                        CHECK(r.shift[static_cast<std::size_t>(t)] == top);
                        for (Index k = 0; k < K; ++k) {
                            const Real expected = std::exp(Real(logs(t, k) - top));
                            worst = std::max(worst, std::abs(Real(r.p(t, k)) / expected - 1));
                        }
                    }
                    CHECK(double(worst) < 1e-15);
                    for (Index t = 0; t < r.p.padded(); ++t)
                        for (Index k = 0; k < K; ++k) CHECK(std::isfinite(r.p(t, k)));
                }
}

TEST_CASE("impossible states are zero, impossible steps all zeros, and NaN stays", "[kernel]") {
    IN_REGISTERS_OF_EVERY_WIDTH();
    for (const Index K : {2, 3, 5}) {
        CAPTURE(K);
        Eigen::MatrixXd logs = naive::observations<double>(20, K, -3);
        logs(4, 0) = -infinity;
        logs.row(7).setConstant(-infinity);
        logs(11, K - 1) = std::numeric_limits<double>::quiet_NaN();
        logs(12, 0) = logs(12, K - 1) - 1e4;
        const Relative r = relative(logs, false);
        CHECK(r.p(4, 0) == 0);
        CHECK(r.shift[4] == logs.row(4).tail(K - 1).maxCoeff());
        for (Index k = 0; k < K; ++k) CHECK(r.p(7, k) == 0);
        CHECK(r.shift[7] == std::numeric_limits<double>::lowest());
        CHECK(std::isnan(r.p(11, K - 1)));
        CHECK(r.p(12, 0) == 0);
        for (Index t = 0; t < 20; ++t)
            if (t != 7 && t != 11) {
                double most = 0;
                for (Index k = 0; k < K; ++k) most = std::max(most, r.p(t, k));
                CHECK(most == 1);
            }
    }
}
