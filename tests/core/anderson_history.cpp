// Anderson mixing of linear iterations, whose fixed points are known.
#include "latent/core/anderson_history.hpp"

#include <vector>

#include "catch.hpp"

using namespace latent;

TEST_CASE("of a linear iteration in p dimensions, p + 1 residuals find the fixed point") {
    const Eigen::Matrix3d contraction{{0.9, 0.05, 0}, {0.02, 0.8, 0.1}, {0, 0.03, 0.95}};
    const Eigen::Vector3d limit(1, -2, 3);
    detail::AndersonHistory history;
    std::vector<double> x{0, 0, 0};
    const auto image = [&] {
        const Eigen::Vector3d to = limit + contraction * (Eigen::Map<Eigen::Vector3d>(x.data()) - limit);
        return std::vector<double>(to.begin(), to.end());
    };
    x = history.next(x, image(), 3, 1);
    for (int i = 0; i < 3; ++i) x = history.next(x, image(), 3, 1);
    CHECK((Eigen::Map<Eigen::Vector3d>(x.data()) - limit).norm() < 1e-5);
}

TEST_CASE("strong damping shortens the combination, none leaves it, and a full history starts anew") {
    detail::AndersonHistory free, damped;
    const auto image = [](const std::vector<double>& x) {
        return std::vector<double>{0.9 * x[0] + 1, 0.5 * x[1] - 1};
    };
    std::vector<double> a{0, 0}, b{0, 0};
    for (int i = 0; i < 2; ++i) {
        a = free.next(a, image(a), 2, 1);
        b = damped.next(b, image(b), 2, 1e-6);
    }
    const auto plain = image(image({0, 0}));
    CHECK(std::abs(b[0] - plain[0]) < 0.01);
    CHECK(a[0] > plain[0] + 1);
    for (int i = 0; i < 10; ++i) a = free.next(a, image(a), 2, 1);
    CHECK_THAT(a[0], WithinAbs(10, 1e-6));
    CHECK_THAT(a[1], WithinAbs(-2, 1e-6));
}
