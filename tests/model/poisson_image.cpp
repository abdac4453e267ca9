// Reconstruction from Poisson counts: published numbers, images that other software computed, and what EM promises.
#include "latent/model/poisson_image.hpp"

#include <numeric>

#include "discs.hpp"
#include "kit/resumption.hpp"
#include "latent/acceleration/anderson.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/check/check_model.hpp"
#include "latent/emission/gamma_prior.hpp"
#include "latent/estep/stepwise.hpp"
#include "latent/execution/threads.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/fit.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"
#include "latent/observer/observers.hpp"

using namespace latent;

namespace {

using Images = std::vector<PoissonImage<>>;

/// The image at the start and after each iteration.
template <class Data, class... Policies>
Images images(const PoissonImage<>& start, const Data& data, int iterations, const Policies&... policies) {
    Images all;
    fit(start, data, History<PoissonImage<>>{&all}, Aitken{0}, Limits{.iterations = iterations}, policies...);
    REQUIRE(std::ssize(all) == iterations + 1);
    return all;
}

PoissonImage<> uniform() { return PoissonImage(Discs::size * Discs::size); }

/// The published example: four rays, three pixels.
struct Published {
    SystemMatrix system =
        Eigen::MatrixXd{{0.5, 0.1, 0.2}, {0.2, 0.3, 0.1}, {0.2, 0.2, 0.4}, {0.1, 0.4, 0.3}}.sparseView();
    Eigen::VectorXd counts = Eigen::Vector4d(30, 25, 45, 20);
    RayCounts<SparseProjector> data{system, counts};
    PoissonImage<> start{Eigen::VectorXd(Eigen::Vector3d::Constant(40))};
};

double log_factorials(const Eigen::VectorXd& counts) {
    return std::accumulate(counts.begin(), counts.end(), 0.0,
                           [](double sum, double y) { return sum + std::lgamma(y + 1); });
}

}  // namespace

TEST_CASE("published: four rays, three pixels") {
    const Published p;
    const Images all = images(p.start, p.data, 2);
    CHECK((all[1].image() - Eigen::Vector3d(40.833333, 37.5, 41.666667)).cwiseAbs().maxCoeff() < 5.1e-7);
    CHECK((all[2].image() - Eigen::Vector3d(41.455129, 35.324159, 43.220712)).cwiseAbs().maxCoeff() < 5.1e-7);
    const auto end = fit(p.start, p.data, Aitken{0}, Limits{.iterations = 20'000});
    CHECK((end.model.image() - Eigen::Vector3d(42.859608, 14.225576, 62.914816)).cwiseAbs().maxCoeff() <
          5.1e-7);
    CHECK_THAT(end.log_likelihood + log_factorials(p.counts), WithinAbs(290.0379864758, 1e-9));
}

TEST_CASE("images and log-likelihoods are those of other software") {
    const Discs discs;
    const Eigen::VectorXd trace = Discs::read("loglik");
    const PoissonImage start(Discs::read("image0"));
    Images all;
    for (const RayOptions& options :
         {RayOptions{}, RayOptions{.view = Discs::bins}, RayOptions{.units = 1}}) {
        const RayCounts data(discs.system, discs.counts, options);
        all.clear();
        const auto result =
            fit(start, data, History<PoissonImage<>>{&all}, Aitken{0}, Limits{.iterations = 100});
        REQUIRE(std::ssize(result.trace) == trace.size());
        for (Index t = 0; t < trace.size(); ++t)
            CHECK_THAT(result.trace[static_cast<std::size_t>(t)] + log_factorials(discs.counts),
                       WithinRel(trace(t), 1e-12));
        for (const std::size_t t : {1u, 2u, 5u, 20u, 100u}) {
            CAPTURE(t);
            const Eigen::ArrayXd expected = Discs::read("image" + std::to_string(t));
            CHECK(((all[t].image().array() - expected).abs() / expected.max(1)).maxCoeff() < 1e-9);
        }
    }
}

TEST_CASE("counts are preserved, whatever the unit") {
    const Discs discs;
    const Eigen::VectorXd exposure = discs.system.transpose() * Eigen::VectorXd::Ones(discs.system.rows());
    for (const auto& image : images(uniform(), discs.data(), 8))
        if (image.image()(0) != 1)
            CHECK_THAT(image.image().dot(exposure), WithinRel(discs.counts.sum(), 1e-13));
}

TEST_CASE("an image is a model") {
    const Published p;
    Eigen::VectorXd background = Eigen::Vector4d(3, 0, 1, 2);
    const PoissonImage<> halfway(Eigen::VectorXd(Eigen::Vector3d(50, 20, 40)));
    for (const bool with : {false, true}) {
        const RayCounts data(p.system, p.counts, {.background = with ? background : Eigen::VectorXd()});
        const auto report = check_model(halfway, data);
        CAPTURE(report);
        CHECK(report.ok());
    }
}

TEST_CASE("images: any number of threads gives the same bits", "[threads]") {
    const Discs discs;
    const auto data = discs.data();
    const auto expected = fit(uniform(), data, Limits{.iterations = 30});
    for (const Index workers : {2, 3, 5}) {
        const auto shared = fit(uniform(), data, Limits{.iterations = 30}, Threads{workers});
        CHECK(shared.model.image() == expected.model.image());
        CHECK(shared.trace == expected.trace);
    }
}

TEST_CASE("a fit of an image goes on from a checkpoint") {
    const Discs discs;
    const auto data = discs.data();
    kit::check_resumption(Batch<>{}, MaximumLikelihood<>{}, Plain{}, uniform(), data, 10);
    kit::check_resumption(Batch<>{}, MaximumLikelihood<>{}, Squarem{}, uniform(), data, 6);
    kit::check_resumption(Stepwise<>{.burn_in = 100}, MaximumLikelihood<>{}, Plain{}, uniform(), data, 20);
}

TEST_CASE("accelerations reach in a few steps what EM creeps to") {
    const Discs discs;
    const auto data = discs.data();
    const auto plain = fit(uniform(), data, Aitken{0}, Limits{.iterations = 1000});
    const auto squared = fit(uniform(), data, Squarem{}, Aitken{0}, Limits{.iterations = 60});
    CHECK(squared.evaluations < 250);
    CHECK(squared.log_likelihood > plain.log_likelihood);
    CHECK(std::ranges::is_sorted(squared.trace));
    const auto mixed = fit(uniform(), data, Anderson{}, Aitken{0}, Limits{.iterations = 200});
    CHECK(mixed.evaluations < 250);
    CHECK(mixed.log_likelihood > plain.log_likelihood);
}

TEST_CASE("zeros stay zero, and are no coordinates") {
    const Published p;
    const PoissonImage start(Eigen::VectorXd(Eigen::Vector3d(40, 0, 40)));
    CHECK(start.parameters() == 2);
    CHECK(start.to_vector().size() == 2);
    for (const auto& image : images(start, p.data, 5)) CHECK(image.image()(1) == 0);
    CHECK(fit(start, p.data, Squarem{}).model.image()(1) == 0);
    const auto map = fit(start, p.data, MaximumAPosteriori{GammaPrior{.shape = 3, .rate = 1}});
    CHECK(map.model.image()(1) == 0);
    CHECK(std::isfinite(map.objective));
}

TEST_CASE("intensities that vanish become zero before they are denormal") {
    SystemMatrix system =
        Eigen::MatrixXd{{1, 1}, {0, 1}}.sparseView();  // what the second pixel sends the second ray sees
    const RayCounts data(system, Eigen::Vector2d(10, 0));
    const auto result = fit(PoissonImage(2), data, Aitken{0}, Limits{.iterations = 2000});
    CHECK(result.model.image()(0) == 10);
    CHECK(result.model.image()(1) == 0);
    CHECK(std::isfinite(result.log_likelihood));
}

TEST_CASE("pixels that no ray sees keep their intensity") {
    SystemMatrix system = Eigen::MatrixXd{{1, 0}, {1, 0}}.sparseView();
    const RayCounts data(system, Eigen::Vector2d(4, 8));
    const auto result = fit(PoissonImage(2), data);
    CHECK(result.model.image() == Eigen::Vector2d(6, 1));
}

TEST_CASE("the background explains what it can") {
    SystemMatrix system = Eigen::MatrixXd{{1}, {2}}.sparseView();
    const Eigen::Vector2d counts(13, 26);
    const RayCounts data(system, counts, {.background = Eigen::Vector2d(3, 6)});
    CHECK_THAT(fit(PoissonImage(1), data, Aitken{1e-16}).model.image()(0), WithinAbs(10, 1e-6));
}

TEST_CASE("a Gamma prior's mode is where the slope of the log posterior is zero, and EM climbs to it") {
    const Discs discs;
    const auto data = discs.data();
    const GammaPrior prior{.shape = 1.5, .rate = 0.25};
    const auto result = fit(uniform(), data, MaximumAPosteriori{prior}, Squarem{}, Aitken{1e-16});
    CHECK(result.converged());
    for (std::size_t t = 1; t < result.trace.size(); ++t)
        REQUIRE(result.trace[t] >= result.trace[t - 1] - 1e-13 * std::abs(result.trace[t]));
    const Eigen::MatrixXd a = discs.system;
    const auto log_posterior = [&](const Eigen::VectorXd& image) {
        const Eigen::ArrayXd expected = a * image, y = discs.counts;
        return ((y > 0).select(y * expected.log(), 0) - expected).sum() - log_factorials(discs.counts) +
               ((prior.shape - 1) * image.array().log() - prior.rate * image.array()).sum();
    };
    const Eigen::VectorXd mode = result.model.image();
    CHECK_THAT(result.objective, WithinRel(log_posterior(mode), 1e-12));
    for (Index j = 0; j < mode.size(); j += 17) {
        Eigen::VectorXd up = mode, down = mode;
        up(j) *= 1.001, down(j) *= 0.999;
        CHECK_THAT((log_posterior(up) - log_posterior(down)) / 0.002, WithinAbs(0, 2e-3));
    }
    // One step of it by hand.
    const auto steps = images(uniform(), data, 1, MaximumAPosteriori{prior});
    const Eigen::ArrayXd ratio = discs.counts.array() / (a * uniform().image()).array().max(1e-300);
    const Eigen::ArrayXd sent = a.transpose() * ratio.matrix(), exposure = a.colwise().sum().transpose();
    const Eigen::ArrayXd expected = (sent + prior.shape - 1) / (exposure + prior.rate);
    CHECK((steps[1].image().array() - expected).abs().maxCoeff() < 1e-12);
}

TEST_CASE("ordered subsets: each pass has every subset once, and a step is the subset's own update") {
    const Discs discs;
    constexpr Index subsets = 6;
    const RayCounts data(discs.system, discs.counts, {.view = Discs::bins, .units = subsets});
    const Images all = images(uniform(), data, 2 * subsets, Stepwise<>{.batch = 1, .burn_in = 1000});
    const Eigen::MatrixXd a = discs.system;
    const auto update = [&](const Eigen::VectorXd& image, Index subset) {
        Eigen::ArrayXd sent = Eigen::ArrayXd::Zero(image.size()), exposure = sent;
        for (Index i = 0; i < a.rows(); ++i) {
            if (i / Discs::bins % subsets != subset) continue;
            const double expected = a.row(i).dot(image);
            exposure += a.row(i).array().transpose();
            if (discs.counts(i) > 0) sent += a.row(i).array().transpose() * discs.counts(i) / expected;
        }
        return Eigen::VectorXd((exposure > 0).select(image.array() * sent / exposure, image.array()));
    };
    for (const std::size_t pass : {0u, 1u}) {
        std::vector<Index> visited;
        for (std::size_t step = pass * subsets; step < (pass + 1) * subsets; ++step)
            for (Index subset = 0; subset < subsets; ++subset)
                if ((update(all[step].image(), subset) - all[step + 1].image()).cwiseAbs().maxCoeff() < 1e-12)
                    visited.push_back(subset);
        CHECK(std::ssize(visited) == subsets);
        std::ranges::sort(visited);
        CHECK(std::ranges::adjacent_find(visited) == visited.end());
    }
    // A pass does about what six iterations do.
    const auto score = [&](const PoissonImage<>& image) {
        return fit(image, data, Limits{.iterations = 0}).log_likelihood;
    };
    CHECK(score(all[subsets]) > score(images(uniform(), data, 4).back()));
}

TEST_CASE("what cannot be is told, and is no NaN") {
    const Discs discs;
    const auto data = discs.data();
    CHECK_THROWS_WITH(fit(PoissonImage(9), data),
                      "latent::PoissonImage: the image has 9 pixels, the projector 256");
    CHECK_THROWS_WITH(PoissonImage(Eigen::VectorXd(Eigen::Vector2d(1, -2))),
                      ContainsSubstring("image(1) is -2"));
    CHECK_THROWS_WITH(PoissonImage(Eigen::VectorXd(Eigen::Vector2d(NAN, 1))),
                      ContainsSubstring("image(0) is nan"));
    CHECK_THROWS_WITH(PoissonImage(0), ContainsSubstring("no pixels"));
    Eigen::VectorXd counts = discs.counts;
    REQUIRE(discs.system.row(2).nonZeros() == 0);
    counts(2) = 4;
    const RayCounts blind(discs.system, counts, {.view = Discs::bins});
    CHECK_THROWS_WITH(fit(uniform(), blind),
                      ContainsSubstring("ray 2 has 4 counts, expected none: it sees no pixel"));
    const RayCounts lit(discs.system, counts, {.background = Eigen::VectorXd::Constant(450, 0.1)});
    CHECK(std::isfinite(fit(uniform(), lit, Limits{.iterations = 3}).log_likelihood));
    const PoissonImage dark(Eigen::VectorXd(Eigen::VectorXd::Zero(256)));
    CHECK_THROWS_WITH(fit(dark, data), ContainsSubstring("it sees no pixel above zero"));
}
