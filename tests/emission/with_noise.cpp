// A family and noise: outliers belong to a component of constant density, and to no other.
#include "latent/emission/with_noise.hpp"

#include "catch.hpp"
#include "kit/checked.hpp"
#include "latent/check/check_emission.hpp"
#include "latent/core/archive.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/emission/normal_inverse_wishart.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/impute.hpp"
#include "latent/model/mixture_prior.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"
#include "latent/start/k_means.hpp"

using namespace latent;

namespace {

using Noisy = WithNoise<Gaussian<>>;

static_assert(Collapsible<Noisy> && VectorizableEmission<Noisy> && NoisyEmission<Noisy> && Rounding<Noisy>);
static_assert(Archivable<Noisy> && Archivable<Noisy::Statistics> && !WithMeans<Noisy>);
static_assert(!Collapsible<WithNoise<Poisson<>>>);

const Eigen::Matrix2d one = Eigen::Matrix2d::Identity();

Gaussian<> two_clouds() { return {Eigen::Matrix2d{{0, 8}, {0, 3}}, {one, one}}; }
Noisy noisy() { return {two_clouds(), BoundingBox{Eigen::Vector2d(-30, -20), Eigen::Vector2d(30, 40)}}; }

/// Half and half, and 5 % of outliers.
Eigen::MatrixXd observations(Index n) {
    Random random(3);
    return Mixture<Noisy>(Eigen::Vector3d(0.475, 0.475, 0.05), noisy()).sample(n, random);
}

/// The clouds are found, and what lies apart belongs to none.
void check_found(const Mixture<Noisy>& found) {
    const Eigen::MatrixXd& means = found.emission().family().means();
    const Index left = means(0, 0) < means(0, 1) ? 0 : 1;
    CHECK((means.col(left) - Eigen::Vector2d(0, 0)).norm() < 0.3);
    CHECK((means.col(1 - left) - Eigen::Vector2d(8, 3)).norm() < 0.3);
    CHECK((found.emission().family().covariance(0) - one).cwiseAbs().maxCoeff() < 0.4);
    CHECK(std::abs(found.weights()(2) - 0.05) < 0.03);
    CHECK(found.predict(Eigen::Vector2d(-25, 30).eval()).front() == 2);
}

}  // namespace

TEST_CASE("a family with noise is an emission") {
    const Eigen::MatrixXd x = observations(200);
    const CheckReport report = check_emission(noisy(), x);
    INFO(report);
    CHECK(report.ok());
}

TEST_CASE("the noise is 1/volume everywhere, the others are the family") {
    const Noisy e(two_clouds(), 50.0);
    const Eigen::MatrixXd x{{0, 5, 1e6}, {0, 5, -1e6}};
    const Eigen::MatrixXd found = detail::EmissionTrial<Noisy>::log_densities(e, x);
    CHECK(found.leftCols(2) == detail::EmissionTrial<Gaussian<>>::log_densities(e.family(), x));
    CHECK((found.col(2).array() + std::log(50)).abs().maxCoeff() < 1e-15);
    CHECK(e.size() == 3);
    CHECK(e.noise() == 2);
    CHECK(e.parameters() == 10);
    CHECK_THAT(e.volume(), WithinRel(50, 1e-14));
}

TEST_CASE("the volume is that of the data's box") {
    const Eigen::MatrixXd x{{0, 5, 1}, {2, 2.5, -1}};
    CHECK_THAT(bounding_box_volume(x), WithinRel(5 * 3.5, 1e-14));
    CHECK_THAT(WithNoise(Gaussian<>(2, 2), x).volume(), WithinRel(5 * 3.5, 1e-14));
    const Eigen::VectorXd weights = Eigen::Vector3d(1, 0, 2);
    CHECK_THAT(WithNoise(Gaussian<>(2, 2), weighted(x, weights)).volume(), WithinRel(3, 1e-14));
    Eigen::MatrixXd flat = x;
    flat.row(1).setConstant(4);
    CHECK_THROWS_WITH(bounding_box_volume(flat), ContainsSubstring("dimension 1 ranges from 4 to 4"));
    flat(0, 2) = std::numeric_limits<double>::infinity();
    CHECK_THROWS_WITH(bounding_box_volume(flat), ContainsSubstring("observation 2, dimension 0 is inf"));
    CHECK_THROWS_WITH(WithNoise(Gaussian<>(2, 2), 0.0), ContainsSubstring("the volume is 0"));
    const Eigen::MatrixXd line = x.topRows(1);
    CHECK_THROWS_WITH(WithNoise(Gaussian<>(2, 2), line), ContainsSubstring("the box has 1 dimensions"));
}

TEST_CASE("noise is drawn from its box, and from no volume without a place") {
    const Eigen::MatrixXd x =
        Mixture<Noisy>(Eigen::Vector3d(0, 0, 1), noisy()).sample(500, *std::make_unique<Random>(2));
    CHECK(x.row(0).minCoeff() >= -30);
    CHECK(x.row(0).maxCoeff() <= 30);
    CHECK(std::abs(x.row(1).mean() - 10) < 3);
    Random random(1);
    double to[2];
    const Noisy nowhere(two_clouds(), 50.0);
    nowhere.sample(0, random, to);
    CHECK_THROWS_AS(nowhere.sample(2, random, to), std::logic_error);
}

TEST_CASE("a room of noise changes no bit") {
    const Noisy e = noisy();
    const Eigen::MatrixXd x = observations(50);
    Noisy::Room room;
    Panel<double> panel, plain, with_room;
    detail::pack(Observations<double>(x), panel);
    e.log_density(panel, plain);
    e.log_density(panel, with_room, room);
    for (Index k = 0; k < 3; ++k)
        CHECK(std::equal(plain.column(k), plain.column(k) + plain.padded(), with_room.column(k)));
    auto a = e.zero_statistics(), b = a;
    e.accumulate(panel, plain, a);
    e.accumulate(panel, plain, room, b);
    CHECK(a.family.sum == b.family.sum);
    CHECK(a.count == b.count);
    CHECK(a.noise == b.noise);
}

TEST_CASE("starts leave the noise a twentieth of all observations, and fits find the clouds") {
    const Eigen::MatrixXd x = observations(1000);
    const Mixture<Noisy> shape(WithNoise(Gaussian<>(2, 2), x));
    const auto drawn = RandomResponsibilities{.seed = 1}(shape, x);
    CHECK_THAT(drawn.weights()(2), WithinRel(0.05, 1e-12));
    CHECK_THAT(RandomValues{.seed = 1}(shape, x).weights()(2), WithinRel(0.05, 1e-12));
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
        CAPTURE(seed);
        const auto start = KMeans{.seed = seed}(shape, x);
        CHECK(start.weights()(2) >= 0.05);
        CHECK(start.weights()(2) < 0.12);  // and the whole of what lies far from all clusters
        const auto result = fit(start, x);
        CHECK(result.converged());
        CHECK(result.sound());
        check_found(result.model);
    }
}

TEST_CASE("labels may name the noise") {
    const Eigen::MatrixXd x{{0, 1, 0, 20, 9, 8, 8}, {0, 0, 1, 20, 3, 4, 3}};
    const Mixture<Noisy> shape(WithNoise(Gaussian<>(2, 2), x));
    const auto m = Labels{{0, 0, 0, 2, 1, 1, 1}}(shape, x);
    CHECK_THAT(m.weights()(2), WithinRel(1.0 / 7, 1e-9));
}

TEST_CASE("noise that nothing is left for is no flaw") {
    Random random(3);
    const Eigen::MatrixXd x = Mixture<Gaussian<>>(two_clouds()).sample(300, random);
    const auto result = fit(Mixture(WithNoise(two_clouds(), 1e6)), x);
    CHECK(result.converged());
    CHECK(result.model.weights()(2) < 1e-3);
    CHECK(result.sound());
}

TEST_CASE("the noise never collapses, and outlives neither the last component nor another") {
    Noisy e = noisy();
    const Eigen::VectorXd floor = Eigen::Vector2d(9, 9);
    CHECK(e.collapse_cause(0, floor) == Cause::singular_covariance);
    CHECK_FALSE(e.collapse_cause(2, floor));
    CHECK(e.floor_variances(2, floor));
    Random random(4);
    e.split_from(0, 2, random);
    CHECK(e.family().means().col(0) != Eigen::Vector2d(0, 0));
    Mixture<Noisy> m(noisy());
    CHECK(m.remove(0));
    CHECK(m.size() == 2);
    CHECK(m.emission().family().means().col(0) == Eigen::Vector2d(8, 3));
    CHECK_FALSE(m.remove(0));
    HiddenMarkovModel<Noisy> chain(noisy());
    CHECK(chain.remove(1));
    CHECK_FALSE(chain.remove(0));
}

TEST_CASE("the family's prior is the noisy one's") {
    const NormalInverseWishart prior{Eigen::Vector2d(1, 1), 2, 5, one};
    const auto s = detail::pseudo_observations(prior, noisy());
    CHECK(s.noise == 0);
    CHECK(s.family.mean_count == Eigen::Vector2d(2, 2));
}

TEST_CASE("hidden Markov models leave outliers to a state of noise") {
    const Eigen::MatrixXd x = observations(600);
    const auto result = fit(HiddenMarkovModel<Noisy>(WithNoise(Gaussian<>(2, 2), x)), x, KMeans{.seed = 1});
    CHECK(result.converged());
    CHECK((result.model.emission().family().covariance(0) - one).cwiseAbs().maxCoeff() < 0.5);
}

TEST_CASE("noise is uniform over the box in what is seen of an observation") {
    const double none = std::numeric_limits<double>::quiet_NaN();
    const latent::BoundingBox box{Eigen::Vector2d(-8, -4), Eigen::Vector2d(8, 6)};
    using E = latent::WithNoise<latent::Gaussian<>>;
    const E family(latent::Gaussian<>(Eigen::MatrixXd{{0}, {1}}, {Eigen::MatrixXd{{1, 0.5}, {0.5, 1}}}), box);
    const latent::Mixture<E> model(Eigen::Vector2d(0.7, 0.3), family);
    const Eigen::MatrixXd x{{1}, {none}};
    const double normal = std::exp(-0.5) / std::sqrt(2 * std::numbers::pi);
    CHECK_THAT(model.score(latent::with_missing(x)), WithinRel(std::log(0.7 * normal + 0.3 / 16), 1e-13));
    const Eigen::MatrixXd r = model.predict_proba(latent::with_missing(x));
    const auto filled = latent::impute(model, latent::with_missing(x));
    CHECK_THAT(filled.x(1, 0), WithinAbs(r(0, 0) * 1.5 + r(1, 0) * 1, 1e-13));
    CHECK_FALSE(E(family.family(), 160.0).takes_missing());  // a volume alone has no edges
    CHECK_THROWS_WITH((latent::Mixture<E>(E(family.family(), 160.0)).score(latent::with_missing(x))),
                      StartsWith("latent::Mixture: its densities cannot do without a cell"));

    latent::Random random(5);
    Eigen::MatrixXd many = model.sample(60, random);
    for (double& value : many.reshaped())
        if (random.uniform() < 0.25) value = none;
    const auto report = kit::checked(model, latent::Blocks<double>(latent::with_missing(many), 9));
    INFO(report);
    CHECK(report.ok());
}
