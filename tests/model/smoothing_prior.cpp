// The prior by which neighbours are alike: its slope, its sum over neighbours, and what it makes of an image.
#include "latent/model/smoothing_prior.hpp"

#include "discs.hpp"
#include "latent/core/random.hpp"
#include "latent/fit.hpp"
#include "latent/mstep/one_step_late.hpp"

using namespace latent;

namespace {

PoissonImage<> noise(Index pixels, double size) {
    Random random(3);
    return PoissonImage(
        Eigen::VectorXd(Eigen::VectorXd::NullaryExpr(pixels, [&] { return size * random.uniform(); })));
}

}  // namespace

TEST_CASE("the slope is that of the log prior") {
    for (const double scale : {0.1, 1.0, 30.0}) {
        const SmoothingPrior prior{.columns = 4, .strength = 0.7, .scale = scale};
        const PoissonImage<> image = noise(12, 10);
        const WeightedSums slope = prior(image);
        CHECK(slope.sum.isZero());
        for (Index j = 0; j < image.size(); ++j) {
            Eigen::VectorXd up = image.image(), down = up;
            up(j) += 1e-5, down(j) -= 1e-5;
            const double difference =
                (prior.log_prior(PoissonImage(up)) - prior.log_prior(PoissonImage(down))) / 2e-5;
            CHECK_THAT(-slope.count(j), WithinAbs(difference, 1e-7));
        }
    }
}

TEST_CASE("each pair of neighbours counts once, and rows do not go on in the next one") {
    const SmoothingPrior prior{.columns = 3, .strength = 2, .scale = 4};
    const Eigen::MatrixXd rows{{1, 5, 2}, {7, 3, 100}};
    const PoissonImage<> image(Eigen::VectorXd(rows.transpose().reshaped()));
    double expected = 0;
    for (const double d : {4.0, 3.0, 4.0, 97.0, 6.0, 2.0, 98.0})
        expected -= 2 * 4 * std::log(std::cosh(d / 4));
    CHECK_THAT(prior.log_prior(image), WithinRel(expected, 1e-13));
    const PoissonImage<> flat(Eigen::VectorXd(Eigen::VectorXd::Constant(6, 3)));
    CHECK(prior.log_prior(flat) == 0);
    CHECK(prior(flat).count.isZero());
    CHECK(std::isfinite(prior.log_prior(PoissonImage(Eigen::VectorXd(Eigen::Vector3d(0, 1e300, 0))))));
}

TEST_CASE("one step late, smoothing finds an image nearer to the truth") {
    const Discs discs;
    const auto data = discs.data();
    const PoissonImage start(Discs::size * Discs::size);
    const Eigen::VectorXd phantom = Discs::read("phantom");
    const SmoothingPrior prior{.columns = Discs::size, .strength = 0.2, .scale = 2};
    const auto smooth = fit(start, data, OneStepLate{prior}, Aitken{0}, Limits{.iterations = 1000});
    const auto rough = fit(start, data, Limits{.iterations = 300});
    CHECK((smooth.model.image() - phantom).norm() < 0.5 * (rough.model.image() - phantom).norm());
    CHECK(std::ranges::is_sorted(smooth.trace));  // as weak a prior as this
    CHECK_THAT(smooth.objective - smooth.log_likelihood, WithinRel(prior.log_prior(smooth.model), 1e-9));
    // At the fixed point the slopes of likelihood and prior cancel, or the pixel is near zero.
    const Eigen::MatrixXd a = discs.system;
    const Eigen::ArrayXd expected = a * smooth.model.image(), y = discs.counts;
    const Eigen::ArrayXd slope = (a.transpose() * ((y > 0).select(y / expected, 0) - 1).matrix()).array() -
                                 prior(smooth.model).count.array();
    CHECK((slope * smooth.model.image().array()).abs().maxCoeff() < 0.05);
}

TEST_CASE("a prior that takes all exposure ends a fit, and it is told why") {
    const Discs discs;
    const auto result = fit(noise(Discs::size * Discs::size, 100), discs.data(),
                            OneStepLate{SmoothingPrior{.columns = Discs::size, .strength = 1e3}});
    CHECK(result.status == Status::degenerate);
    CHECK_THAT(result.explanation,
               ContainsSubstring("has no finite intensity: a prior took all of its exposure"));
    CHECK(result.model.image().allFinite());
}

TEST_CASE("a smoothing prior's numbers make sense") {
    const Discs discs;
    const auto run = [&](const SmoothingPrior& prior) {
        return fit(PoissonImage(256), discs.data(), OneStepLate{prior}, Limits{.iterations = 1});
    };
    CHECK_THROWS_WITH(run({.columns = 0}), ContainsSubstring("columns is 0"));
    CHECK_THROWS_WITH(run({.columns = 16, .strength = -1}), ContainsSubstring("strength is -1"));
    CHECK_THROWS_WITH(run({.columns = 16, .scale = 0}), ContainsSubstring("scale is 0"));
    CHECK_THROWS_WITH(run({.columns = 7}),
                      ContainsSubstring("256 pixels has no whole number of rows with 7"));
}
