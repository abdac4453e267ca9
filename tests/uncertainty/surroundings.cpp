// Derivatives at a model.
#include "latent/uncertainty/surroundings.hpp"

#include "catch.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/model/mixture.hpp"

using namespace latent;

TEST_CASE("a derivative is exact for polynomials of the fourth degree") {
    const auto f = [](double t) { return 3 + 2 * t - 5 * t * t + 7 * t * t * t - 11 * t * t * t * t; };
    CHECK_THAT(detail::derivative(f, 0.5), WithinRel(2.0, 1e-13));
}

TEST_CASE("what does not change has a derivative of zero to the bit") {
    CHECK(detail::derivative([](double) { return 1.0 / 3; }, 0.1) == 0);
    const Eigen::Vector2d slope =
        detail::derivative([](double t) { return Eigen::Vector2d(0.1 + t, 1.0 / 7); }, 0.1);
    CHECK_THAT(slope(0), WithinRel(1.0, 1e-13));
    CHECK(slope(1) == 0);
}

TEST_CASE("the models around one are those of its coordinates beside it") {
    const Mixture<Poisson<>> model(Eigen::Vector2d(0.3, 0.7), Poisson<>(Eigen::RowVector2d(1, 4)));
    detail::Surroundings<Mixture<Poisson<>>> near(model);
    REQUIRE(near.size() == 3);
    CHECK(near.at(Eigen::Vector3d(0, 0, 1), std::log(2)).emission().rates()(0, 0) ==
          model.emission().rates()(0, 0));
    CHECK_THAT(near.at(Eigen::Vector3d(0, 0, 1), std::log(2)).emission().rates()(0, 1),
               WithinRel(8.0, 1e-12));
    near.axes = Eigen::Vector3d(0, 2, 0);
    const auto rates = [](const auto& at) { return Eigen::VectorXd(at.emission().rates().transpose()); };
    const Eigen::MatrixXd slopes = near.derivatives(rates, 2);
    REQUIRE(slopes.cols() == 1);
    CHECK_THAT(slopes(0, 0), WithinRel(2.0, 1e-3));  // of e^{2 t} at 0, with steps of 0.1
    CHECK(slopes(1, 0) == 0);
}
