// The bootstrap.
#include "latent/uncertainty/bootstrap.hpp"

#include <sstream>

#include "catch.hpp"
#include "effort.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/execution/threads.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/uncertainty/robust_errors.hpp"

using namespace latent;

namespace {

using Em = ExpectationMaximization<>;

const Mixture<Poisson<>>& truth() {
    static const Mixture<Poisson<>> model(Eigen::Vector2d(0.4, 0.6), Poisson<>(Eigen::RowVector2d(2, 12)));
    return model;
}
const Eigen::MatrixXd& counts() {
    static const Eigen::MatrixXd x = [] {
        Random random(1);
        return truth().sample(300, random);
    }();
    return x;
}

/// The draws' errors are those of the theory, but for chance: that of 300 draws is 4 %.
template <class R, class M, class Data>
void check_errors(const R& resampling, const M& model, const Data& x, const StandardErrors& expected,
                  double precision) {
    constexpr int number = effort(300, 60);
    const BootstrapResult result = Bootstrap<R>{.number = number, .resampling = resampling}.run(model, x);
    REQUIRE(result.draws.cols() + result.failed == number);
    CHECK(result.failed == 0);
    CHECK(result.unconverged == 0);
    REQUIRE(result.estimates.names == expected.estimates.names);
    for (Index j = 0; j < expected.errors.size(); ++j) {
        CAPTURE(result.estimates.names[static_cast<std::size_t>(j)]);
        CHECK_THAT(result.errors()(j), WithinRel(expected.errors(j), effort(1.0, 2.0) * precision));
        CHECK(std::abs(result.bias()(j)) < expected.errors(j));
    }
    CHECK((result.interval().col(0).array() < result.estimates.values.array()).all());
    CHECK((result.interval().col(1).array() > result.estimates.values.array()).all());
}

/// Fits whose components have changed places.
struct Swapping {
    template <class M, class Data>
    Result<M> fit(const M& model, const Data& data) const {
        Result<M> result = Em{}.fit(model, data);
        result.model = reordered(result.model, {1, 0});
        return result;
    }
};

}  // namespace

TEST_CASE("all three bootstraps of a mixture find the errors of the theory") {
    const auto model = fit(truth(), counts()).model;
    const StandardErrors plain = standard_errors(model, counts()), robust = robust_errors(model, counts());
    check_errors(ResampleCases{}, model, counts(), robust, 0.2);
    check_errors(ExponentialWeights{}, model, counts(), robust, 0.2);
    check_errors(Simulate{}, model, counts(), plain, 0.2);
}

TEST_CASE("hidden Markov models are bootstrapped by sequence") {
    Random random(2);
    const HMM<Poisson<>> chain(Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{0.8, 0.2}, {0.3, 0.7}},
                               Poisson<>(Eigen::RowVector2d(2, 9)));
    const Eigen::MatrixXd x = chain.sample(2000, random).x;
    const std::vector<Index> lengths(100, 20);
    const Sequences<double> sequences(x, lengths);
    const auto model = fit(chain, sequences, Aitken{1e-12}).model;
    check_errors(ResampleCases{}, model, sequences, robust_errors(model, sequences), 0.25);
    check_errors(Simulate{}, model, sequences, standard_errors(model, sequences), 0.25);
}

TEST_CASE("the draws are the same for any number of workers, and follow the seed") {
    const auto model = fit(truth(), counts()).model;
    const BootstrapResult alone = Bootstrap<>{.number = 20}.run(model, counts());
    for (const Index workers : {1, 2, 3}) {
        const Bootstrap<ResampleCases, Em, Threads> bootstrap{.number = 20, .execution = {workers}};
        CHECK(bootstrap.run(model, counts()).draws == alone.draws);
    }
    const Bootstrap<ResampleCases, ExpectationMaximization<Batch<>, MaximumLikelihood<>, Threads>> within{
        .number = 20, .em = {.execution = {2}}};
    CHECK(within.run(model, counts()).draws == alone.draws);
    CHECK(Bootstrap<>{.number = 20, .seed = 2}.run(model, counts()).draws != alone.draws);
    CHECK(Bootstrap<>{.number = 10}.run(model, counts()).draws == alone.draws.leftCols(10));
}

TEST_CASE("components that change places in a fit are put back") {
    const auto model = fit(truth(), counts()).model;
    const Bootstrap<ResampleCases, Swapping> swapping{.number = 20};
    CHECK(swapping.run(model, counts()).draws == Bootstrap<>{.number = 20}.run(model, counts()).draws);
}

TEST_CASE("what went wrong is counted, and too few draws are refused") {
    const auto model = fit(truth(), counts()).model;
    const Bootstrap<ResampleCases, Em> hasty{.number = 5, .em = {.limits = {.iterations = 1}}};
    const BootstrapResult result = hasty.run(model, counts());
    CHECK(result.unconverged == 5);
    std::ostringstream out;
    out << result;
    CHECK(out.str().find("5 of 5 fits did not converge") != std::string::npos);
    CHECK_THROWS_AS(Bootstrap<>{.number = 1}.run(model, counts()), std::invalid_argument);
    CHECK_THROWS_AS(result.interval(0), std::invalid_argument);
}

TEST_CASE("what is one piece cannot be resampled, and fits of another shape are counted as failed") {
    Random random(2);
    const HMM<Poisson<>> chain(Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{0.8, 0.2}, {0.3, 0.7}},
                               Poisson<>(Eigen::RowVector2d(2, 9)));
    const Eigen::MatrixXd x = chain.sample(60, random).x;
    CHECK_THROWS_WITH(
        Bootstrap<>{.number = 3}.run(chain, x),
        "latent::ResampleCases: the data are one piece, which cannot be resampled: take Simulate");
    CHECK_THROWS_WITH(
        Bootstrap<ExponentialWeights>{.number = 3}.run(chain, x),
        "latent::ExponentialWeights: the data are one piece, which cannot be resampled: take Simulate");

    const GaussianMixture<> model(
        Eigen::Vector2d(0.5, 0.5),
        Gaussian<>(Eigen::RowVector2d(0, 9), {Eigen::MatrixXd::Ones(1, 1), Eigen::MatrixXd::Ones(1, 1)}));
    Eigen::MatrixXd y = model.sample(30, random);
    y(0, 0) = 1000;
    GaussianMixture<> with_outlier = model;
    with_outlier.emission() = Gaussian<>(Eigen::RowVector2d(5, 1000),
                                         {25 * Eigen::MatrixXd::Ones(1, 1), Eigen::MatrixXd::Ones(1, 1)});
    using Dropping = ExpectationMaximization<Batch<>, MaximumLikelihood<Drop>>;
    CHECK_THROWS_WITH((Bootstrap<ResampleCases, Dropping>{.number = 12}.run(with_outlier, y)),
                      ContainsSubstring("12 of 12 fits broke down"));  // the outlier's component is dropped
}
