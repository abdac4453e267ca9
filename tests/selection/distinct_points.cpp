// Components on copies of a few points.
#include "latent/selection/distinct_points.hpp"

#include "catch.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"

using namespace latent;

TEST_CASE("equal observations are one point") {
    const Eigen::MatrixXd x{{1, 2, 1, 1, 2}, {0, 0, 0, 3, 0}};
    std::vector<Index> point;
    CHECK(detail::number_points(Observations<double>(x), point) == 3);
    CHECK(point == std::vector<Index>{0, 2, 0, 1, 2});
}

TEST_CASE("a share is on few points where nearly all of it is") {
    CHECK(detail::on_few(Eigen::Vector4d(5, 0.001, 5, 0), 2));
    CHECK_FALSE(detail::on_few(Eigen::Vector4d(5, 0.1, 5, 0), 2));
    CHECK(detail::on_few(Eigen::Vector2d(5, 5), 2));
    CHECK(detail::on_few(Eigen::Vector2d(5, 5), 3));
}

TEST_CASE("a component on twenty copies of two points is spurious, one on many points is not") {
    Random random(3);
    Eigen::MatrixXd x = GaussianMixture<>(1, 2).sample(60, random);
    for (Index i = 0; i < 20; ++i) x.col(i) = Eigen::Vector2d(100 + static_cast<double>(i % 2), 100);
    const Gaussian<Spherical> two(Eigen::MatrixXd{{0, 100.5}, {0, 100}},
                                  {Eigen::Matrix2d::Identity(), Eigen::Matrix2d::Identity() / 4});
    auto fit = latent::fit(GaussianMixture<Spherical>(two), x);
    REQUIRE(fit.sound());
    const auto units = fit.model.units(x);
    detail::note_few_points(fit, units);
    CHECK(fit.flaws == std::vector<Flaw>{{1, Cause::few_observations}});
    detail::note_few_points(fit, units);
    CHECK(fit.flaws.size() == 1);
}
