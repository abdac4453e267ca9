// Gaussian mixtures with a uniform component for outliers, as other software fitted them, iteration by iteration.
#include "case.hpp"
#include "catch.hpp"
#include "latent/emission/with_noise.hpp"

using namespace latent;
using namespace reference;

namespace {

template <class Covariance>
void reproduce(const char* name) {
    using Noisy = WithNoise<Gaussian<Covariance>>;
    const Case c(name);
    const Noisy noisy(emission<Gaussian<Covariance>>(c, "0"), c.x);
    const auto model = c.fit(Mixture<Noisy>(c.column("weights0"), noisy), c.x).model;
    c.check_near(model.weights().transpose(), "weights");
    check_near(model.emission().family(), Files{c});
    c.check_near(model.predict_proba(c.x), "responsibilities");
}

}  // namespace

TEST_CASE("a chevron in noise, two full components") { reproduce<Full>("noise/chevron-noise-full-2"); }
TEST_CASE("Old Faithful and forty uniform points, two diagonal components") {
    reproduce<Diagonal>("noise/faithful-noise-diagonal-2");
}
