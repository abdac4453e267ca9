// The conjugate prior of rates.
#include "latent/emission/gamma_prior.hpp"

#include <cmath>
#include <limits>

#include "catch.hpp"
#include "latent/emission/exponential.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/model/poisson_image.hpp"

using latent::Exponential;

TEST_CASE("a gamma prior moves the rates as its pseudo-counts do") {
    latent::Poisson<> family(Eigen::RowVector2d(1, 2));
    auto s = latent::GammaPrior{.shape = 3, .rate = 2}(family);
    s.count(0) += 10;
    s.sum(0, 0) += 30;
    family.maximize(s);
    CHECK_THAT(family.rates()(0, 0), WithinRel((30.0 + 3 - 1) / (10 + 2), 1e-15));
    CHECK_THAT(family.rates()(0, 1), WithinRel((3.0 - 1) / 2, 1e-15));
    CHECK_THROWS_WITH((latent::GammaPrior{.shape = 0.5, .rate = 2}(family)),
                      ContainsSubstring("shape is 0.5"));
}

TEST_CASE("a gamma prior on waiting times is that many of them") {
    Exponential<> family(Eigen::MatrixXd{{2, 0.5}, {0.25, 3}});
    auto s = latent::GammaPrior{.shape = 3, .rate = 2}(family);
    s.count(0) += 10;
    s.sum.col(0) += Eigen::Vector2d(30, 5);
    family.maximize(s);
    CHECK_THAT(family.rates()(0, 0), WithinRel((10 + 3.0 - 1) / (30 + 2), 1e-15));
    CHECK_THAT(family.rates()(1, 0), WithinRel((10 + 3.0 - 1) / (5 + 2), 1e-15));
    CHECK_THAT(family.rates()(0, 1), WithinRel((3.0 - 1) / 2, 1e-15));
    CHECK_THROWS_WITH((latent::GammaPrior{.shape = 2, .rate = -1}(family)), ContainsSubstring("rate is -1"));
    CHECK_THROWS_WITH((latent::GammaPrior{.shape = 2, .rate = std::nan("")}(family)),
                      ContainsSubstring("rate is nan"));
    CHECK_THROWS_WITH((latent::GammaPrior{.shape = std::numeric_limits<double>::infinity()}(family)),
                      ContainsSubstring("shape is inf"));
}

TEST_CASE("a gamma prior on an image is that much exposure and that many counts") {
    latent::PoissonImage<> image(Eigen::VectorXd(Eigen::Vector3d(5, 0, 7)));
    auto s = latent::GammaPrior{.shape = 3, .rate = 2}(image);
    s.count += Eigen::Vector3d(10, 4, 0);
    s.sum(0, 0) += 30;
    image.maximize(s);
    CHECK(image.image().isApprox(Eigen::Vector3d(32.0 / 12, 0, 1), 1e-15));
    CHECK_THROWS_WITH((latent::GammaPrior{.shape = 0.5, .rate = 2}(image)),
                      ContainsSubstring("shape is 0.5"));
}
