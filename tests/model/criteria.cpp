// What a better likelihood may cost in parameters.
#include "latent/model/criteria.hpp"

#include <cmath>

#include "catch.hpp"

using latent::Aic, latent::Aicc, latent::Bic;

TEST_CASE("criteria are those of their authors: the smaller, the better") {
    CHECK_THAT(Bic{}(-120.5, 7, 50), WithinRel(7 * std::log(50) + 241, 1e-15));
    CHECK(Aic{}(-120.5, 7) == 255);
    CHECK(Aic{}(-120.5, 7, 50) == 255);
    CHECK(Bic{}(-120.5, 7, 1) == 241);
    CHECK(Bic{}(-100, 7, 50) < Bic{}(-101, 7, 50));
    CHECK(Bic{}(-100, 7, 50) < Bic{}(-100, 8, 50));
    CHECK_THAT(Aicc{}(-120.5, 7, 50), WithinRel(255 + 2.0 * 7 * 8 / 42, 1e-15));
    CHECK(Aicc{}(-120.5, 7, 8) == std::numeric_limits<double>::infinity());
}
