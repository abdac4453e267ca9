// The conjugate prior of probabilities.
#include "latent/emission/dirichlet_prior.hpp"

#include <cmath>
#include <limits>

#include "catch.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/multinomial.hpp"

using latent::Categorical;
using latent::Multinomial;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Two features of three symbols, two components; one probability is zero.
const Eigen::MatrixXd two_features{{0.2, 0.5}, {0.3, 0.5}, {0.5, 0}, {0.1, 0.6}, {0.1, 0.3}, {0.8, 0.1}};
/// Three outcomes, two components; one outcome is impossible.
const Eigen::MatrixXd probabilities{{0.2, 0.5}, {0.3, 0}, {0.5, 0.5}};

}  // namespace

TEST_CASE("a Dirichlet prior has the mode of its pseudo-counts, and zeros of an alphabet stay zero") {
    Categorical<> family(two_features, 2);
    auto s = latent::DirichletPrior{.concentration = 3}(family);
    s.count(0, 0) += 10;
    family.maximize(s);
    CHECK_THAT(family.probabilities()(0, 0), WithinRel((10.0 + 2) / (10 + 6), 1e-12));
    CHECK_THAT(family.probabilities()(1, 0), WithinRel(2.0 / (10 + 6), 1e-12));
    CHECK_THAT(family.probabilities()(0, 1), WithinRel(0.5, 1e-12));
    CHECK(family.probabilities()(2, 1) == 0);
    CHECK(family.coordinates() == 7);
    for (const double wrong : {infinity, std::nan("")})
        CHECK_THROWS_WITH((latent::DirichletPrior{.concentration = wrong}(family)),
                          ContainsSubstring("expected at least 1, and finite"));
    CHECK_THROWS_WITH((latent::DirichletPrior{.concentration = 0.5}(family)),
                      ContainsSubstring("concentration is 0.5, expected at least 1"));
}

TEST_CASE("a Dirichlet prior has the mode of its pseudo-counts, and impossible outcomes stay so") {
    Multinomial<> family(probabilities);
    auto s = latent::DirichletPrior{.concentration = 2}(family);
    CHECK(std::isfinite(family.expected_log_density(s)));
    s.sum(0, 0) += 5;
    family.maximize(s);
    CHECK(family.probabilities().col(0).isApprox(Eigen::Vector3d(6, 1, 1) / 8, 1e-15));
    CHECK(family.probabilities().col(1) == Eigen::Vector3d(0.5, 0, 0.5));
    CHECK_THROWS_WITH((latent::DirichletPrior{.concentration = 0}(family)),
                      ContainsSubstring("concentration is 0"));
}
