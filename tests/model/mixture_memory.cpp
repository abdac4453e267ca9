// Mixture: the same observations in memory of every layout, with and without weights.
#include <cstring>

#include "catch.hpp"
#include "latent/data/rows.hpp"
#include "latent/expectation_maximization.hpp"
#include "naive_mixture.hpp"

using namespace latent;

namespace {

using Mixture2d = GaussianMixture<Full>;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

const Index n = 1500;  // more than a block

Mixture2d model() { return naive::random_mixture<Gaussian<Full>>(3, 2, 1); }
Eigen::MatrixXd drawn() {
    Random random(5);
    return model().sample(n, random);
}

const ExpectationMaximization<> short_fit{{}, {}, {}, {}, Aitken{0}, {.iterations = 5}, {}};

/// Answers and a fit have the bits of those on a contiguous matrix.
template <class Data>
void check_as_contiguous(const Data& data) {
    const Eigen::MatrixXd x = drawn();
    const auto m = model();
    CHECK(m.predict_proba(data) == m.predict_proba(x));
    CHECK(m.predict(data) == m.predict(x));
    CHECK(m.score_samples(data) == m.score_samples(x));
    const auto fit = short_fit.fit(m, data), expected = short_fit.fit(m, x);
    CHECK(fit.trace == expected.trace);
    CHECK(naive::same_bits(fit.model, expected.model));
}

}  // namespace

TEST_CASE("d × n in either order") {
    check_as_contiguous(drawn());
    check_as_contiguous(RowMajor(drawn()));
}

TEST_CASE("n × d in either order, through rows") {
    const Eigen::MatrixXd column_major = drawn().transpose();
    const RowMajor row_major = column_major;
    check_as_contiguous(rows(column_major));
    check_as_contiguous(rows(row_major));
    check_as_contiguous(column_major.transpose());
    const std::vector<double> memory(row_major.data(), row_major.data() + row_major.size());
    check_as_contiguous(rows(memory, n, 2));
}

TEST_CASE("blocks, maps with strides and Refs") {
    Eigen::MatrixXd larger = Eigen::MatrixXd::Constant(5, n + 7, std::nan(""));
    larger.block(2, 3, 2, n) = drawn();
    check_as_contiguous(larger.block(2, 3, 2, n));
    check_as_contiguous(Eigen::Ref<const Eigen::MatrixXd>(larger.block(2, 3, 2, n)));

    using Stride = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
    std::vector<double> memory(static_cast<std::size_t>(7 * n), std::nan(""));
    Eigen::Map<Eigen::MatrixXd, 0, Stride>(memory.data(), 2, n, Stride(7, 3)) = drawn();
    check_as_contiguous(Eigen::Map<const Eigen::MatrixXd, 0, Stride>(memory.data(), 2, n, Stride(7, 3)));
}

TEST_CASE("one-dimensional observations as a vector, a span, a row and memory of another stride") {
    const auto m = naive::random_mixture<Gaussian<Full>>(2, 1, 5);
    Random random(5);
    const Eigen::MatrixXd x = m.sample(n, random);
    const std::vector<double> memory(x.data(), x.data() + x.size());
    const Eigen::MatrixXd expected = m.predict_proba(x);
    CHECK(m.predict_proba(memory) == expected);
    CHECK(m.predict_proba(std::span(memory)) == expected);
    const Eigen::MatrixXd two = x.replicate(2, 1);
    CHECK(m.predict_proba(two.row(1)) == expected);
    const Eigen::VectorXd column = x.transpose();
    CHECK(m.predict_proba(rows(column)) == expected);
    CHECK(naive::same_bits(short_fit.fit(m, memory).model, short_fit.fit(m, x).model));
}

TEST_CASE("observations are never written to") {
    const Eigen::MatrixXd x = drawn(), copy = x;
    const auto m = model();
    m.predict_proba(x);
    m.icl(x);
    short_fit.fit(m, x);
    CHECK(std::memcmp(x.data(), copy.data(), sizeof(double) * static_cast<std::size_t>(x.size())) == 0);
}

TEST_CASE("a weight counts as so many copies of the observation") {
    const Eigen::MatrixXd x = drawn().leftCols(40);
    std::vector<double> weights(40);
    std::vector<Index> copied;
    for (Index i = 0; i < 40; ++i) {
        weights[static_cast<std::size_t>(i)] = static_cast<double>(i % 4);
        copied.insert(copied.end(), static_cast<std::size_t>(i % 4), i);
    }
    const Eigen::MatrixXd copies = x(Eigen::all, copied);
    const Observations<double> weighted(x.data(), 2, 40, 1, 2, weights.data());

    const auto m = model();
    CHECK_THAT(m.score(weighted), WithinRel(m.score(copies), 1e-13));
    CHECK_THAT(m.aic(weighted), WithinRel(m.aic(copies), 1e-13));
    CHECK_THAT(m.bic(weighted), WithinRel(m.bic(copies), 1e-13));
    CHECK_THAT(m.icl(weighted), WithinRel(m.icl(copies), 1e-13));
    CHECK(m.predict_proba(weighted) == m.predict_proba(x));
    const auto fit = short_fit.fit(m, weighted), expected = short_fit.fit(m, copies);
    CHECK(fit.model.means().isApprox(expected.model.means(), 1e-12));
    CHECK(fit.model.weights().isApprox(expected.model.weights(), 1e-12));
    for (Index k = 0; k < 3; ++k)
        CHECK(fit.model.covariance(k).isApprox(expected.model.covariance(k), 1e-12));
    for (std::size_t t = 0; t < fit.trace.size(); ++t)
        CHECK_THAT(fit.trace[t], WithinRel(expected.trace[t], 1e-13));
}

TEST_CASE("an observation of weight zero counts for nothing, however far") {
    Eigen::MatrixXd x = drawn().leftCols(40);
    x.col(7).setConstant(1e100);
    std::vector<double> weights(40, 1);
    weights[7] = 0;
    Eigen::MatrixXd without(2, 39);
    without << x.leftCols(7), x.rightCols(32);
    const Observations<double> weighted(x.data(), 2, 40, 1, 2, weights.data());
    const auto fit = short_fit.fit(model(), weighted), expected = short_fit.fit(model(), without);
    CHECK(fit.model.means().isApprox(expected.model.means(), 1e-12));
    CHECK_THAT(fit.log_likelihood, WithinRel(expected.log_likelihood, 1e-13));
}

TEST_CASE("float observations give what double ones give") {
    const Eigen::MatrixXf x = drawn().cast<float>();
    const Eigen::MatrixXd exact = x.cast<double>();
    const auto wide = model();
    const GaussianMixture<Full, float> narrow(
        wide.weights(),
        Gaussian<Full, float>(wide.means(), {wide.covariance(0), wide.covariance(1), wide.covariance(2)}));
    CHECK((narrow.predict_proba(x) - wide.predict_proba(exact)).cwiseAbs().maxCoeff() < 1e-5);
    CHECK_THAT(narrow.score(x), WithinRel(wide.score(exact), 1e-6));
    const auto a = short_fit.fit(narrow, x);
    const auto b = short_fit.fit(wide, exact);
    CHECK(a.model.means().isApprox(b.model.means(), 1e-5));
    CHECK_THAT(a.log_likelihood, WithinRel(b.log_likelihood, 1e-6));
}
