// Models that are members of something: empty until one is assigned, and then say so.
#include "catch.hpp"
#include "latent/latent.hpp"

using namespace latent;

namespace {

struct Station {
    GaussianMixture<> model;
    HiddenMarkovModel<Poisson<>> states;
};
const Eigen::MatrixXd x{{1, 2, 3, 4, 9, 8, 7}};

template <class M>
void check_empty(const M& model) {
    const auto says = ContainsSubstring("this model is empty: nothing was assigned to it");
    Random random(1);
    CHECK(model.size() == 0);
    CHECK_THROWS_WITH(model.score(x), says);
    CHECK_THROWS_WITH(model.predict(x), says);
    CHECK_THROWS_WITH(model.predict_proba(x), says);
    CHECK_THROWS_WITH(model.bic(x), says);
    CHECK_THROWS_WITH(model.sample(3, random), says);
    CHECK_THROWS_WITH(fit(model, x), says);
    CHECK_THROWS_WITH(fit(model, x, KMeans{.seed = 1}), says);
    CHECK_THROWS_WITH(fit(model, x, RandomResponsibilities{.seed = 1}), says);
    std::ostringstream out;
    out << model;
    CHECK(out.str() == "an empty model\n");
}

}  // namespace

TEST_CASE("a model that nothing was assigned to says so when it is used") {
    check_empty(Station().model);
    check_empty(Station().states);
    check_empty(Mixture<StudentT<>>());
    check_empty(Mixture<Gamma<>>());
    check_empty(Mixture<Categorical<>>());
    check_empty(HiddenMarkovModel<Product<Poisson<>, Gaussian<Diagonal>>>());
    check_empty(Mixture<ProductOf<OneOf<Gaussian<>, Poisson<>>>>());
    check_empty(Mixture<WithNoise<Gaussian<>>>());
    check_empty(HiddenMarkovModel<MixtureEmission<Gaussian<>>>());
}
TEST_CASE("what is assigned to it is the model") {
    Station station;
    station.model = fit(GaussianMixture<>(2, 1), x, KMeans{.seed = 1}).model;
    CHECK(station.model.size() == 2);
    CHECK(std::isfinite(station.model.score(x)));
}
