// Numbers of models by name.
#include "latent/uncertainty/natural_parameters.hpp"

#include "catch.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/emission/product.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"

using namespace latent;

namespace {

using Names = std::vector<std::string>;

double value_of(const NaturalParameters& parameters, const std::string& name) {
    const auto found = std::ranges::find(parameters.names, name);
    REQUIRE(found != parameters.names.end());
    return parameters.values(found - parameters.names.begin());
}

}  // namespace

TEST_CASE("a Gaussian mixture has weights, means, covariances and deviations") {
    const GaussianMixture<> model(Eigen::Vector2d(0.25, 0.75), Gaussian<>(Eigen::Matrix2d{{1, 2}, {3, 4}},
                                                                          {Eigen::Matrix2d{{4, 1}, {1, 9}},
                                                                           Eigen::Matrix2d{{1, 0}, {0, 1}}}));
    const NaturalParameters natural = natural_parameters(model);
    CHECK(natural.names == Names{"weights[0]", "weights[1]", "means[0][0]", "means[0][1]", "means[1][0]",
                                 "means[1][1]", "covariances[0][0][0]", "covariances[0][1][0]",
                                 "covariances[0][1][1]", "covariances[1][0][0]", "covariances[1][1][0]",
                                 "covariances[1][1][1]", "deviations[0][0]", "deviations[0][1]",
                                 "deviations[1][0]", "deviations[1][1]"});
    CHECK(std::ssize(natural.names) == natural.values.size());
    CHECK(value_of(natural, "weights[1]") == 0.75);
    CHECK(value_of(natural, "means[1][0]") == 2);
    CHECK(value_of(natural, "covariances[0][1][0]") == 1);
    CHECK(value_of(natural, "deviations[0][1]") == 3);
}

TEST_CASE("a symmetric transition matrix is whole") {
    const HMM<Poisson<>> model(Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{0.9, 0.1}, {0.1, 0.9}},
                               Poisson<>(Eigen::RowVector2d(1, 2)));
    const NaturalParameters natural = natural_parameters(model);
    for (const char* name : {"initial[0]", "transition[0][1]", "transition[1][0]", "rates[1][0]"})
        CHECK(std::ranges::count(natural.names, name) == 1);
    CHECK(value_of(natural, "transition[1][0]") == 0.1);
}

TEST_CASE("blocks of a product keep their numbers") {
    const Mixture<Product<Poisson<>, Poisson<>>> model(Product<Poisson<>, Poisson<>>(
        Poisson<>(Eigen::RowVector2d(1, 2)), Poisson<>(Eigen::RowVector2d(3, 4))));
    const NaturalParameters natural = natural_parameters(model);
    CHECK(value_of(natural, "blocks[0].rates[1][0]") == 2);
    CHECK(value_of(natural, "blocks[1].rates[0][0]") == 3);
}
