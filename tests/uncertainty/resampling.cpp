// Data drawn from data, and from models.
#include "latent/uncertainty/resampling.hpp"

#include "catch.hpp"
#include "latent/data/known.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"

using namespace latent;

namespace {

const Mixture<Poisson<>>& mixture() {
    static const Mixture<Poisson<>> model(Eigen::Vector2d(0.4, 0.6), Poisson<>(Eigen::RowVector2d(1, 9)));
    return model;
}
const HMM<Poisson<>>& chain() {
    static const HMM<Poisson<>> model(Eigen::Vector2d(0.4, 0.6), Eigen::Matrix2d{{0.8, 0.2}, {0.3, 0.7}},
                                      Poisson<>(Eigen::RowVector2d(1, 9)));
    return model;
}
const Eigen::MatrixXd& counts() {
    static const Eigen::MatrixXd x = Eigen::RowVectorXd::LinSpaced(60, 0, 59);
    return x;
}

}  // namespace

TEST_CASE("cases are drawn as often as there are, and by whole sequences") {
    Random random(1), again(1);
    const Observations<double> x(counts());
    const auto drawn = ResampleCases{}(mixture(), x, random), same = ResampleCases{}(mixture(), x, again);
    CHECK(drawn.weights == same.weights);
    double sum = 0;
    for (Index i = 0; i < 60; ++i) {
        sum += drawn.data.weight(i);
        CHECK(drawn.data.weight(i) == std::round(drawn.data.weight(i)));
    }
    CHECK(sum == 60);
    CHECK(drawn.values.size() == 0);  // no copy

    const std::vector<Index> lengths{10, 20, 30};
    const Sequences<double> sequences(counts(), lengths);
    const auto whole = ResampleCases{}(chain(), sequences, random);
    REQUIRE(whole.data.size() == 3);
    double pieces = 0;
    for (Index s = 0; s < 3; ++s) {
        const double weight = whole.data[s].weight(0);
        pieces += weight;
        for (Index t = 0; t < whole.data.length(s); ++t) CHECK(whole.data[s].weight(t) == weight);
    }
    CHECK(pieces == 3);
}

TEST_CASE("exponential weights have the mean one, and weights of one's own are kept") {
    Random random(2);
    const Eigen::VectorXd own = Eigen::VectorXd::LinSpaced(60, 0, 59);
    const auto drawn = ExponentialWeights{}(mixture(), Observations<double>(weighted(counts(), own)), random);
    double sum = 0;
    for (Index i = 1; i < 60; ++i) {
        CHECK(drawn.data.weight(i) > 0);
        sum += drawn.data.weight(i) / own(i);
    }
    CHECK(drawn.data.weight(0) == 0);
    CHECK(sum > 40);
    CHECK(sum <= 60 + 1e-9);
}

TEST_CASE("a model's draws have the shape of the data") {
    Random random(3);
    const auto drawn = Simulate{}(mixture(), Observations<double>(counts()), random);
    CHECK(drawn.data.cols() == 60);
    CHECK(drawn.data(0, 59) < 40);
    const std::vector<Index> lengths{10, 20, 30};
    const auto chains = Simulate{}(chain(), Sequences<double>(counts(), lengths), random);
    CHECK(chains.data.size() == 3);
    CHECK(chains.data.length(1) == 20);
    const Eigen::VectorXd own = Eigen::VectorXd::Ones(60);
    CHECK_THROWS_AS(Simulate{}(mixture(), Observations<double>(weighted(counts(), own)), random),
                    std::invalid_argument);
    CHECK_THROWS_AS(Simulate{}(mixture(), Observations<double>(with_missing(counts())), random),
                    std::invalid_argument);
    const std::vector<Index> labels(60, -1);
    CHECK_THROWS_AS(Simulate{}(mixture(), Observations<double>(labelled(counts(), labels)), random),
                    std::invalid_argument);
}
