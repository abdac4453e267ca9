// How large the data are, whatever a few of them are.
#include "latent/data/scale.hpp"

#include "catch.hpp"
#include "latent/data/blocks.hpp"
#include "latent/data/known.hpp"
#include "latent/execution/threads.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"
#include "naive_mixture.hpp"

using namespace latent;

namespace {

template <class Data>
Eigen::VectorXd scale(const Data& x) {
    const GaussianMixture<> model(1, x.rows());
    return model.data_scale(model.units(x), Sequential{});
}

/// Normal draws of the given deviations.
Eigen::MatrixXd normal(Index n, const Eigen::VectorXd& deviations, std::uint64_t seed = 1) {
    Random random(seed);
    Eigen::MatrixXd x(deviations.size(), n);
    for (double& value : x.reshaped()) value = random.normal();
    return deviations.asDiagonal() * x;
}

}  // namespace

TEST_CASE("the scale of ordinary data is their deviation") {
    const Eigen::MatrixXd x = normal(200, Eigen::Vector3d(1e-8, 2, 3e9));
    const Eigen::VectorXd mean = x.rowwise().mean();
    const Eigen::VectorXd deviation = ((x.colwise() - mean).rowwise().squaredNorm() / 200).cwiseSqrt();
    CHECK(scale(x).isApprox(deviation, 1e-12));
    const Eigen::MatrixXd many = normal(100'000, Eigen::Vector2d(0.1, 5));
    CHECK(scale(many).cwiseQuotient(Eigen::Vector2d(0.1, 5)).isApprox(Eigen::Vector2d(1, 1), 0.15));
}

TEST_CASE("the scale is free of units and of the place") {
    const Eigen::MatrixXd x = normal(500, Eigen::Vector2d(1, 1));
    CHECK(scale(Eigen::MatrixXd(1e100 * x)).isApprox(1e100 * scale(x), 1e-12));
    CHECK(scale(Eigen::MatrixXd(x.array() + 1e6)).isApprox(scale(x), 1e-6));
}

TEST_CASE("neither outliers nor clusters far apart enlarge the scale") {
    Eigen::MatrixXd x = normal(500, Eigen::VectorXd::Ones(1));
    x(0, 3) = 1e6, x(0, 400) = -1e12, x(0, 401) = 1e100;
    CHECK(scale(x)(0) < 10);
    CHECK(scale(x)(0) > 0.5);
    for (Index i = 0; i < 500; ++i) x(0, i) = std::fmod(x(0, i), 3) + 1e5 * static_cast<double>(i % 2);
    CHECK(scale(x)(0) < 20);
}

TEST_CASE("values that are mostly equal have the scale of the others, constant ones none") {
    Eigen::MatrixXd x = Eigen::MatrixXd::Zero(2, 100'000);
    CHECK(scale(x) == Eigen::Vector2d(0, 0));
    x.row(1).setConstant(5.1);
    CHECK(scale(x) == Eigen::Vector2d(0, 0));
    for (Index i = 0; i < 20; ++i) x(0, 4999 * i + 1) = 3 + 0.1 * static_cast<double>(i);
    CHECK(scale(x)(0) == 3);  // what is nearest to the rest, since none of them is among the few looked at
    CHECK(scale(x)(1) == 0);
}

TEST_CASE("observations without weight do not count, and weights count as copies") {
    const Eigen::MatrixXd x = normal(60, Eigen::Vector2d(1, 4));
    Eigen::MatrixXd more(2, 90), copies(2, 120);
    more << x, 1e3 * x.leftCols(30);
    copies << x, x;
    Eigen::VectorXd w(90);
    w << Eigen::VectorXd::Constant(60, 2), Eigen::VectorXd::Zero(30);
    CHECK(scale(weighted(more, w)).isApprox(scale(x), 1e-12));
    CHECK(scale(copies).isApprox(scale(x), 1e-12));

    Eigen::VectorXd times(10);  // the values 0 … 9, those in the middle fifty times
    times << 1, 1, 1, 1, 50, 50, 1, 1, 1, 1;
    std::vector<double> spelled;
    for (Index i = 0; i < 10; ++i)
        spelled.insert(spelled.end(), static_cast<std::size_t>(times(i)), static_cast<double>(i));
    const Eigen::MatrixXd values = Eigen::RowVectorXd::LinSpaced(10, 0, 9);
    const Eigen::MatrixXd all = Eigen::Map<Eigen::RowVectorXd>(spelled.data(), std::ssize(spelled));
    CHECK(scale(all)(0) < 1.5);
    CHECK(scale(weighted(values, times)).isApprox(scale(all), 1e-12));
}

TEST_CASE("the scale has the same bits on threads, by sequences, and in float nearly the same") {
    const Eigen::MatrixXd x = normal(5000, Eigen::Vector2d(1, 7));
    const GaussianMixture<> model(1, 2);
    CHECK(model.data_scale(model.units(x), Threads{3}) == scale(x));
    const std::vector<Index> lengths{10, 990, 4000};
    const GaussianHMM<> chain(1, 2);
    CHECK(chain.data_scale(chain.units(Sequences<double>(x, lengths)), Sequential{}) == scale(x));
    const Eigen::MatrixXf narrow = x.cast<float>();
    const GaussianMixture<Full, float> single(1, 2);
    CHECK(single.data_scale(single.units(narrow), Sequential{}).isApprox(scale(x), 1e-5));
}

TEST_CASE("the scale is that of what has weight, however little of the data that is", "[threads]") {
    const Eigen::MatrixXd x = normal(20'000, Eigen::Vector2d(1, 7));
    for (const Index step : {10, 100, 1000}) {
        Eigen::VectorXd w = Eigen::VectorXd::Zero(20'000);
        Eigen::MatrixXd counted(2, 20'000 / step);
        for (Index i = 0; i < counted.cols(); ++i) counted.col(i) = x.col(3 + step * i), w(3 + step * i) = 1;
        const auto found = scale(weighted(x, w));
        if (step == 10)
            CHECK(found.cwiseQuotient(Eigen::Vector2d(1, 7)).isApprox(Eigen::Vector2d(1, 1), 0.15));
        if (step >= 100) CHECK(found == scale(counted));
        const GaussianMixture<> model(1, 2);
        CHECK(model.data_scale(Blocks<double>(weighted(x, w), 33), Threads{3}) == found);
    }
    const Eigen::VectorXd nothing = Eigen::VectorXd::Zero(20'000);
    CHECK(scale(weighted(x, nothing)) == Eigen::Vector2d(0, 0));
}

TEST_CASE("the scale of a column that is mostly missing is that of the cells seen") {
    const Eigen::MatrixXd all = normal(20'000, Eigen::Vector2d(1, 1));
    Eigen::MatrixXd x = all, seen(1, 10);
    x.row(1).setConstant(std::numeric_limits<double>::quiet_NaN());
    for (Index i = 0; i < 10; ++i) x(1, 2000 * i + 77) = seen(0, i) = 1000 + all(1, i);
    const auto found = scale(with_missing(x));
    CHECK_THAT(found(0), WithinRel(1, 0.15));
    CHECK(found(1) == scale(seen)(0));
    for (Index i = 0; i < 10; ++i) x(1, 2000 * i + 77) = 1000;
    CHECK(scale(with_missing(x))(1) == 0);
}
