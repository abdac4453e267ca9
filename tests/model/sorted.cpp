// Components in another order: the same model, whatever it is made of.
#include "latent/model/sorted.hpp"

#include "catch.hpp"
#include "latent/latent.hpp"

using namespace latent;

namespace {

const Eigen::MatrixXd means{{3, 1, 2}, {5, 7, 6}};
const Eigen::Vector3d weights(0.3, 0.2, 0.5);
const std::vector<Index> order{2, 0, 1};

std::vector<Eigen::MatrixXd> covariances() {
    std::vector<Eigen::MatrixXd> all;
    for (const double v : {1.0, 2.0, 3.0}) all.emplace_back(v * Eigen::Matrix2d{{1, 0.2}, {0.2, 2}});
    return all;
}

/// log p(x, k) of each is that of the component it was.
template <class E>
void check_reordered(const E& emission) {
    const Mixture<E> before(weights, emission);
    const Mixture<E> after = reordered(before, order);
    Random random(3);
    const auto x = before.sample(30, random);
    const Eigen::MatrixXd expected = before.predict_proba(x)(order, Eigen::all);
    CHECK((after.predict_proba(x) - expected).cwiseAbs().maxCoeff() < 1e-12);
    CHECK((after.score_samples(x) - before.score_samples(x)).cwiseAbs().maxCoeff() < 1e-12);
    CHECK(after.parameters() == before.parameters());
}

}  // namespace

TEST_CASE("a mixture of any family is the same in another order") {
    const Gaussian<> normal(means, covariances());
    check_reordered(normal);
    check_reordered(Gaussian<Tied>(means, {covariances()[1]}));
    check_reordered(StudentT<>(means, covariances(), Eigen::Vector3d(3, 5, 9)));
    check_reordered(StudentT<Tied>(means, {covariances()[1]}, Eigen::Vector3d(3, 5, 9)));
    check_reordered(Poisson<>(means));
    check_reordered(Gamma<>(means, means.reverse()));
    check_reordered(Categorical<>(
        Eigen::MatrixXd{{0.2, 0.5, 0.1}, {0.8, 0.5, 0.9}, {0.3, 0.6, 0.5}, {0.7, 0.4, 0.5}}, 2));
    check_reordered(Product(Poisson<>(means), Gaussian<>(normal)));
    using Any = OneOf<Poisson<>, Gaussian<>>;
    check_reordered(ProductOf(std::vector<Any>{Any(Poisson<>(means)), Any(normal)}));
    check_reordered(TiedEmission(Poisson<>(means.leftCols(2)), {1, 0, 1}));
    const Eigen::MatrixXd six{{1, 2, 3, 4, 5, 6}};
    check_reordered(
        MixtureEmission<Poisson<>>(Eigen::MatrixXd{{0.1, 0.2, 0.3}, {0.9, 0.8, 0.7}}, Poisson<>(six)));
}
TEST_CASE("so is a hidden Markov model, with the structure of its chain") {
    MarkovChain chain(weights, Eigen::Matrix3d{{0.5, 0.5, 0}, {0.2, 0.2, 0.6}, {0.3, 0.7, 0}});
    chain.set_transition(Eigen::Matrix3d{{0.5, 0.5, 0}, {0.2, 0.2, 0.6}, {0.5, 0.5, 0}});
    chain.tie_rows({1, 2, 1});
    const HiddenMarkovModel<Poisson<>> before(chain, Poisson<>(means.topRows(1)));
    const auto after = reordered(before, order);
    Random random(3);
    const auto x = before.sample(50, random).x;
    CHECK_THAT(after.score(x), WithinRel(before.score(x), 1e-13));
    CHECK(after.parameters() == before.parameters());
    for (Index i = 0; i < 3; ++i)
        for (Index j = 0; j < 3; ++j)
            CHECK(after.transition()(i, j) == before.transition()(order[static_cast<std::size_t>(i)],
                                                                  order[static_cast<std::size_t>(j)]));
}
TEST_CASE("noise stays the last component") {
    const Mixture model(Eigen::Vector4d(0.1, 0.3, 0.2, 0.4),
                        WithNoise(Gaussian<>(means, covariances()), 50.0));
    const auto by_weight = sorted(model, By::weight);
    CHECK(by_weight.weights() == Eigen::Vector4d(0.3, 0.2, 0.1, 0.4));
    CHECK_THAT(by_weight.score(means), WithinRel(model.score(means), 1e-13));
    CHECK_THROWS_WITH(reordered(model, {3, 0, 1, 2}), ContainsSubstring("the noise is to be the last"));
}
TEST_CASE("components are sorted by weight, mean or any key") {
    const Mixture<Gaussian<>> model(weights, Gaussian<>(means, covariances()));
    CHECK(sorted(model, By::weight).weights() == Eigen::Vector3d(0.5, 0.3, 0.2));
    CHECK(sorted(model, By::mean).means().row(0) == Eigen::RowVector3d(1, 2, 3));
    CHECK(sorted(model, [&](Index k) { return model.means()(1, k); }).weights() ==
          Eigen::Vector3d(0.3, 0.5, 0.2));
    const HiddenMarkovModel<Poisson<>> states(
        MarkovChain(Eigen::Vector2d(0.9, 0.1), Eigen::Matrix2d{{0.5, 0.5}, {0.1, 0.9}}),
        Poisson<>(Eigen::RowVector2d(1, 2)));
    CHECK(sorted(states, By::weight).initial() == Eigen::Vector2d(0.1, 0.9));
    CHECK_THROWS_WITH(sorted(Mixture<Categorical<>>(2, 3), By::mean), ContainsSubstring("have no means"));
}
TEST_CASE("an order that is no permutation is refused") {
    const Mixture<Gaussian<>> model(weights, Gaussian<>(means, covariances()));
    for (const std::vector<Index>& wrong : {std::vector<Index>{0, 1}, {0, 1, 1}, {0, 1, 3}, {}})
        CHECK_THROWS_WITH(reordered(model, wrong), "latent::reordered: the order is no permutation of 0 … 2");
}
