// Cross-validation: every observation is held out once, with what is known of it, and sequences are held out whole.
#include "latent/selection/cross_validation.hpp"

#include "catch.hpp"
#include "latent/data/known.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"
#include "latent/start/restarts.hpp"

using namespace latent;

TEST_CASE("one normal is cross-validated by hand") {
    Random random(3);
    const Eigen::MatrixXd x = GaussianMixture<>(1, 1).sample(30, random);
    const GaussianMixture<> shape(1, 1);
    const CrossValidation cv{.folds = 3, .seed = 7};
    const auto fold = detail::dealt_out(30, 3, 7);
    double sum = 0, expected = 0;
    for (Index i = 0; i < cv.parts(); ++i) {
        sum += cv.part(i, shape, shape.units(x), Restarts<>{.number = 1});
        CHECK(std::ranges::count(fold, i) == 10);
        double mean = 0, square = 0;
        for (Index j = 0; j < 30; ++j)
            if (fold[static_cast<std::size_t>(j)] != i)
                mean += x(0, j) / 20, square += x(0, j) * x(0, j) / 20;
        const double variance = square - mean * mean;
        for (Index j = 0; j < 30; ++j)
            if (fold[static_cast<std::size_t>(j)] == i)
                expected += std::log(2 * std::numbers::pi * variance) +
                            (x(0, j) - mean) * (x(0, j) - mean) / variance;
    }
    CHECK_THAT(sum, WithinRel(expected, 1e-10));
}

TEST_CASE("weights, labels, priors and missing cells go with their observations") {
    Eigen::MatrixXd x{{1, 2, 3, 4}, {5, 6, 7, 8}};
    x(1, 2) = std::numeric_limits<double>::quiet_NaN();
    const Eigen::VectorXd w = Eigen::Vector4d(1, 2, 3, 4);
    const std::vector<Index> labels{-1, 1, 0, -1};
    const detail::Picked<double> some(with_missing(labelled(weighted(x, w), labels)), {3, 1});
    const auto view = some.observations();
    CHECK(view.matrix() == Eigen::MatrixXd{{4, 2}, {8, 6}});
    CHECK(view.weight(0) == 4);
    CHECK(view.labels()[1] == 1);
    CHECK(view.missing());
    CHECK(view.log_prior() == nullptr);
    const ComponentPrior prior(Eigen::MatrixXd{{0.1, 0.2, 0.3, 0.4}, {0.9, 0.8, 0.7, 0.6}});
    const detail::Picked<double> likely(with_prior(Observations<double>(x), prior), {2});
    CHECK_THAT(std::exp(likely.observations().log_prior()[1]), WithinRel(0.7, 1e-14));
}

TEST_CASE("sequences are held out whole, more folds than sequences are refused") {
    const Eigen::RowVectorXd x = Eigen::RowVectorXd::LinSpaced(9, 1, 9);
    const std::vector<Index> lengths{2, 3, 4};
    const Sequences<double> sequences(Observations<double>(x), lengths);
    const HMM<Poisson<>> shape(1, 1);
    const auto units = shape.units(sequences);
    const auto kept = detail::some_of(units.sequences(), [](Index s) { return s != 1; });
    CHECK(kept.lengths == std::vector<Index>{2, 4});
    CHECK(kept.all.observations().matrix() == Eigen::RowVectorXd{{1, 2, 6, 7, 8, 9}});
    const double left = CrossValidation{.folds = 3}.part(0, shape, units, Restarts<>{.number = 1});
    CHECK(std::isfinite(left));
    CHECK_THROWS_WITH((CrossValidation{.folds = 4}.part(0, shape, units, Restarts<>{})),
                      "latent::CrossValidation: folds is 4, expected 2 … 3, as many as there are "
                      "observations or sequences");
}
