// Components put into the order of others.
#include "latent/uncertainty/aligned.hpp"

#include <algorithm>
#include <numeric>

#include "catch.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/emission/with_noise.hpp"
#include "naive_mixture.hpp"

using namespace latent;

TEST_CASE("the least assignment is the best of all orders") {
    Random random(1);
    for (const Index K : {1, 2, 3, 5, 6})
        for (int trial = 0; trial < 20; ++trial) {
            Eigen::MatrixXd costs(K, K);
            for (double& cost : costs.reshaped())
                cost = trial % 2 ? random.normal() : std::floor(4 * random.uniform());
            const auto total = [&](const std::vector<Index>& order) {
                double sum = 0;
                for (Index i = 0; i < K; ++i) sum += costs(i, order[static_cast<std::size_t>(i)]);
                return sum;
            };
            std::vector<Index> order(static_cast<std::size_t>(K));
            std::iota(order.begin(), order.end(), Index{0});
            double least = total(order);
            while (std::ranges::next_permutation(order).found) least = std::min(least, total(order));
            std::vector<Index> found = detail::least_assignment(costs);
            CHECK_THAT(total(found), WithinAbs(least, 1e-12));
            std::ranges::sort(found);
            CHECK(std::ranges::equal(found, order));  // a permutation
        }
}

TEST_CASE("components that changed places change back") {
    Random random(2);
    const auto model = naive::random_mixture<Gaussian<Full>>(4, 2);
    const Eigen::MatrixXd x = model.sample(300, random);
    const Eigen::MatrixXd probabilities = model.predict_proba(x);
    CHECK(aligned(model, probabilities, x).means() == model.means());
    const auto moved = reordered(model, {2, 0, 3, 1});
    CHECK(moved.means() != model.means());
    CHECK(aligned(moved, probabilities, x).means() == model.means());
    CHECK(aligned(moved, probabilities, x).weights() == model.weights());
}

TEST_CASE("states change back, and noise stays the last") {
    Random random(3);
    const HMM<Poisson<>> chain(Eigen::Vector2d(0.4, 0.6), Eigen::Matrix2d{{0.8, 0.2}, {0.3, 0.7}},
                               Poisson<>(Eigen::RowVector2d(1, 9)));
    const Eigen::MatrixXd x = chain.sample(200, random).x;
    const auto back = aligned(reordered(chain, {1, 0}), chain.predict_proba(x), x);
    CHECK(back.transition() == chain.transition());
    CHECK(back.emission().rates() == chain.emission().rates());
    CHECK_THROWS_AS(aligned(chain, Eigen::MatrixXd::Ones(3, 200), x), std::invalid_argument);

    const BoundingBox box{Eigen::VectorXd::Constant(2, -20), Eigen::VectorXd::Constant(2, 20)};
    const Mixture<WithNoise<Gaussian<>>> noisy(
        Eigen::Vector3d(0.3, 0.5, 0.2),
        WithNoise<Gaussian<>>(naive::random_gaussian<Gaussian<Full>>(2, 2), box));
    const Eigen::MatrixXd y = noisy.sample(200, random);
    CHECK(aligned(reordered(noisy, {1, 0, 2}), noisy.predict_proba(y), y).weights() == noisy.weights());
}
