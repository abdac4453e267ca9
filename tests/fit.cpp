// A fit by policies that are known by what they are: the same bits as from an aggregate in which each has its place.
#include "latent/fit.hpp"

#include <sstream>

#include "catch.hpp"
#include "kit/absent_file.hpp"
#include "kit/resumption.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/checkpoint/checkpoint.hpp"
#include "latent/convergence/any_of.hpp"
#include "latent/convergence/relative_change.hpp"
#include "latent/estep/hard.hpp"
#include "latent/estep/stepwise.hpp"
#include "latent/execution/threads.hpp"
#include "latent/model/mixture_prior.hpp"
#include "latent/mstep/frozen.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"
#include "latent/observer/observers.hpp"
#include "latent/start/k_means.hpp"

using namespace latent;

namespace {

Eigen::MatrixXd two_clusters() {
    Random random(3);
    Eigen::MatrixXd x = GaussianMixture<>(1, 2).sample(90, random);
    for (Index i = 0; i < x.cols(); i += 2) x.col(i).array() += 2.5;
    return x;
}

const Eigen::MatrixXd x = two_clusters();
const GaussianMixture<> shape(2, 2);

template <class A, class B>
void check_same_fit(const A& fit, const B& expected) {
    kit::check_same(fit, expected);
    CHECK(fit.iterations > 0);
}

}  // namespace

TEST_CASE("without a start a fit begins at the model's own parameters, with the default policies") {
    const auto start = KMeans{.seed = 1}(shape, x);
    check_same_fit(fit(start, x), ExpectationMaximization<>{}.fit(start, x));
    check_same_fit(fit(shape, x, KMeans{.seed = 1}), ExpectationMaximization<>{}.fit(start, x));
}

TEST_CASE("policies come in any order, each in its place") {
    using EM = ExpectationMaximization<Batch<>, MaximumAPosteriori<MixturePrior<>>, Threads, Squarem,
                                       RelativeChange, History<GaussianMixture<>>>;
    const MaximumAPosteriori<MixturePrior<>> map{{2.0}};
    std::vector<GaussianMixture<>> expected_path, path, reversed_path;
    const auto expected =
        EM{{}, map, {.workers = 2}, {}, {.tolerance = 1e-5}, {.iterations = 40}, {&expected_path}}.fit(
            KMeans{.seed = 1}(shape, x), x);
    const KMeans start{.seed = 1};
    const Threads threads{.workers = 2};
    const RelativeChange close{.tolerance = 1e-5};
    const Limits limits{.iterations = 40};
    check_same_fit(
        fit(shape, x, start, map, threads, Squarem{}, close, limits, History<GaussianMixture<>>{&path}),
        expected);
    check_same_fit(fit(shape, x, History<GaussianMixture<>>{&reversed_path}, limits, close, Squarem{},
                       threads, map, start),
                   expected);
    CHECK(path.size() == expected_path.size());
    CHECK(reversed_path.size() == expected_path.size());
}

TEST_CASE("a rule by itself goes through all units, and a sweep is taken as it is") {
    const auto start = KMeans{.seed = 1}(shape, x);
    check_same_fit(fit(start, x, Hard{}), ExpectationMaximization<Batch<Hard>>{}.fit(start, x));
    check_same_fit(fit(start, x, Batch<Hard>{}), ExpectationMaximization<Batch<Hard>>{}.fit(start, x));
    const Stepwise<> stepwise{.decay = 0.6};
    const Limits limits{.iterations = 5};
    check_same_fit(fit(start, x, limits, stepwise),
                   ExpectationMaximization<Stepwise<>>{.estep = stepwise, .limits = limits}.fit(start, x));
}

TEST_CASE("function objects are known by their arguments") {
    int seen = 0, begun = 0;
    const auto watch = [&](const Progress&, const auto&) { ++seen; };
    const auto stop = [&](const Progress& p, const GaussianMixture<>&) { return p.iteration < 2; };
    const auto at_once = [](const Progress& p) { return p.iteration == 3; };
    const auto begin = [&](const GaussianMixture<>& model, const Eigen::MatrixXd& data) {
        ++begun;
        return KMeans{.seed = 2}(model, data);
    };
    const auto fixed = fit(shape, x, watch, at_once, begin);
    CHECK(fixed.iterations == 3);
    CHECK(fixed.converged());
    CHECK(seen == 4);
    CHECK(begun == 1);
    CHECK(fit(shape, x, begin, stop).status == Status::stopped);
    const auto weights = [](auto& next, const auto& current) { next.set_weights(current.weights()); };
    CHECK(fit(shape, x, begin, Frozen{weights}).model.weights() == begin(shape, x).weights());
}

TEST_CASE("a checkpoint has its place as well, and so has everything that watches or judges") {
    const kit::AbsentFile file;
    std::ostringstream out;
    const auto once = fit(shape, x, KMeans{.seed = 1}, Checkpoint{.path = file.path}, PrintProgress{&out},
                          AnyOf{Aitken{}, RelativeChange{1e-14}});
    const auto again = fit(shape, x, AnyOf{Aitken{}, RelativeChange{1e-14}}, Checkpoint{.path = file.path},
                           KMeans{.seed = 1});
    check_same_fit(again, once);
    CHECK_FALSE(out.str().empty());
}

TEST_CASE("what is wrong with a policy's numbers is said whatever its place") {
    CHECK_THROWS_WITH(fit(shape, x, Limits{.iterations = -1}, KMeans{}),
                      "latent::Limits: iterations is -1, expected 0 or more");
    CHECK_THROWS_WITH(fit(shape, x, Threads{.workers = -1}, KMeans{}),
                      StartsWith("latent::Threads: workers is -1"));
}
