// What stands beside observations stands beside those that are read from a file, too.
#include "latent/data/annotated.hpp"

#include <limits>
#include <string>

#include "catch.hpp"
#include "latent/data/known.hpp"
#include "latent/data/raw_file.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"
#include "latent/start/k_means.hpp"
#include "temporary_file.hpp"

using namespace latent;

namespace {

constexpr Index n = 1500;  // more than a block

/// Two clusters of points.
struct TwoClusters {
    Eigen::MatrixXd x{2, n};
    Eigen::VectorXd weights{n};
    std::vector<Index> labels;

    TwoClusters() {
        Random random(3, 0, 0);
        for (Index i = 0; i < n; ++i) {
            const Index from = random.below(2);
            x.col(i) << random.normal() + 2.0 * static_cast<double>(from), random.normal();
            weights(i) = random.uniform();
            labels.push_back(i % 5 == 0 ? from : -1);
        }
    }
    /// A cell of every seventh is missing, and all of one observation.
    void lose_cells() {
        constexpr double nan = std::numeric_limits<double>::quiet_NaN();
        for (Index i = 0; i < n; i += 7) x(i % 2, i) = nan;
        x.col(100).setConstant(nan);
    }
    std::string bytes() const {
        return {reinterpret_cast<const char*>(x.data()), sizeof(double) * static_cast<std::size_t>(x.size())};
    }
    Mixture<Gaussian<>> start() const {
        Eigen::MatrixXd means(2, 2);
        means << 0.5, 1.5, 0, 0;
        return {Eigen::Vector2d(0.5, 0.5),
                Gaussian<>(means, {Eigen::Matrix2d::Identity(), Eigen::Matrix2d::Identity()})};
    }
};

template <class Model, class Data, class Other>
void check_same_fit(const Model& start, const Data& in_memory, const Other& on_disk) {
    const Limits few{.iterations = 5};
    const auto expected = fit(start, in_memory, few), found = fit(start, on_disk, few);
    CHECK(found.trace == expected.trace);
    CHECK(found.model.bic(on_disk) == expected.model.bic(in_memory));
    CHECK(found.model.predict_proba(on_disk) == expected.model.predict_proba(in_memory));
}

}  // namespace

TEST_CASE("notes of a part of the observations") {
    const Eigen::VectorXd weights = Eigen::VectorXd::LinSpaced(5, 1, 5);
    const std::vector<Index> labels{0, 1, -1, 1, 0};
    const Eigen::MatrixXd x = Eigen::MatrixXd::Random(1, 5);
    const auto part = labelled(with_missing(weighted(x, weights)), labels).middle(2, 2);
    CHECK(part.weight(1) == 4);
    CHECK((part.labels()[0] == -1 && part.labels()[1] == 1));
    const ComponentPrior prior(Eigen::MatrixXd{{1, 2, 3, 4, 5}, {1, 1, 1, 1, 1}});
    CHECK(with_prior(x, prior).middle(2, 2).log_prior()[0] == std::log(3.0));
    CHECK(part.missing());
    CHECK(part.informed());
    CHECK_FALSE(part.with_labels(nullptr).informed());
    CHECK(Observations<double>(x).weight(3) == 1);
}

TEST_CASE("weights beside a file") {
    TwoClusters data;
    const TemporaryFile bytes(data.bytes());
    const RawFile<> file(bytes.path, 2);
    check_same_fit(data.start(), weighted(data.x, data.weights), weighted(file, data.weights));
}

TEST_CASE("labels and a prior beside a file") {
    TwoClusters data;
    const TemporaryFile bytes(data.bytes());
    const RawFile<> file(bytes.path, 2);
    check_same_fit(data.start(), labelled(data.x, data.labels), labelled(file, data.labels));
    const ComponentPrior prior(Eigen::MatrixXd::Constant(2, n, 0.1) + Eigen::MatrixXd::Identity(2, n));
    check_same_fit(data.start(), with_prior(data.x, prior), with_prior(file, prior));
    const auto start = KMeans{.seed = 1};
    CHECK(fit(data.start(), labelled(file, data.labels), start).trace ==
          fit(data.start(), labelled(data.x, data.labels), start).trace);
    data.labels[7] = 2;
    CHECK_THROWS_WITH(fit(data.start(), labelled(file, data.labels)),
                      ContainsSubstring("the label of observation 7 is 2, expected −1 … 1"));
}

TEST_CASE("missing cells of a file, and labels beside it") {
    TwoClusters data;
    data.lose_cells();
    const TemporaryFile bytes(data.bytes());
    const RawFile<> file(bytes.path, 2);
    CHECK_THROWS_WITH(fit(data.start(), file), ContainsSubstring("is nan"));
    const auto on_disk = labelled(with_missing(file), data.labels);
    const auto start = data.start();
    // Blocks as they are cut from a file: of memory, patterns are put side by side.
    const auto in_memory = labelled(with_missing(data.x), data.labels);
    const Blocks<double> blocks(in_memory, start.units(on_disk).length(0),
                                start.units(on_disk).slices().count());
    check_same_fit(start, blocks, on_disk);
    CHECK_THAT(start.bic(on_disk), WithinRel(-2 * start.score(on_disk) +
                                                 static_cast<double>(start.parameters()) * std::log(n - 1.0),
                                             1e-12));
}

TEST_CASE("sequences of a file with missing cells and known states") {
    TwoClusters data;
    data.lose_cells();
    const TemporaryFile bytes(data.bytes());
    const RawFile<> file(bytes.path, 2);
    const HiddenMarkovModel<Gaussian<>> start(Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d::Constant(0.5),
                                              data.start().emission());
    const std::vector<Index> lengths{n / 3, n / 3, n / 3};
    const Sequences in_memory(labelled(with_missing(data.x), data.labels), lengths);
    const Sequences on_disk(labelled(with_missing(file), data.labels), lengths);
    check_same_fit(start, in_memory, on_disk);
    CHECK(start.viterbi(on_disk).states == start.viterbi(in_memory).states);
}

TEST_CASE("a temporary cannot be annotated") {
    const auto missing = [](auto&& x) {
        return requires { with_missing(std::forward<decltype(x)>(x)); };
    };
    const Eigen::MatrixXd x(1, 1);
    CHECK(missing(x));
    CHECK_FALSE(missing(Eigen::MatrixXd(1, 1)));
}
