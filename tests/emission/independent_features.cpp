// Families of independent features with missing cells: the properties of a model, and what one expects of each family.
#include "latent/emission/independent_features.hpp"

#include "catch.hpp"
#include "kit/checked.hpp"
#include "latent/emission/bernoulli.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/exponential.hpp"
#include "latent/emission/gamma.hpp"
#include "latent/emission/negative_binomial.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/emission/von_mises.hpp"
#include "latent/kernel/pack.hpp"
#include "latent/model/mixture.hpp"

using namespace latent;

namespace {

const double none = std::numeric_limits<double>::quiet_NaN();
const Eigen::MatrixXd some{{1, 4}, {2.5, 0.5}, {3, 2}}, others{{2, 5}, {1, 3}, {4, 1.5}};

/// Statistics of a block of which nothing is seen are those that a draw has on average.
template <class E>
void check_expectation(const E& e) {
    auto expected = e.zero_statistics(), drawn = expected;
    e.expect(Eigen::Vector2d(1, 1), expected);
    Random random(7);
    const Index n = 20000;
    Panel<double> x, r;
    MatrixX<double> draws(e.dimension(), n);
    for (Index k = 0; k < 2; ++k) {
        for (Index i = 0; i < n; ++i) e.sample(k, random, draws.col(i).data());
        detail::pack(Observations<double>(draws), x);
        r.resize(n, 2);
        for (Index c = 0; c < 2; ++c)
            for (Index i = 0; i < r.padded(); ++i)
                r(i, c) = c == k && i < n ? 1.0 / static_cast<double>(n) : 0.0;
        e.accumulate(x, r, drawn);
    }
    E by_expectation = e, by_draws = e;
    by_expectation.maximize(expected);
    by_draws.maximize(drawn);
    CHECK(std::abs(e.expected_log_density(expected) - e.expected_log_density(drawn)) < 0.1);
    std::vector<double> a(static_cast<std::size_t>(e.coordinates())), b = a, own = a;
    by_expectation.to_vector(a);
    by_draws.to_vector(b);
    e.to_vector(own);
    for (std::size_t i = 0; i < a.size(); ++i) {
        CHECK_THAT(a[i], WithinAbs(b[i], 0.15));
        CHECK_THAT(a[i], WithinAbs(own[i], 1e-6));  // what one expects changes no parameter
    }
}

template <class E>
void check_family(const E& e) {
    const Mixture<E> model(e);
    Random random(3);
    Eigen::MatrixXd x = model.sample(40, random);
    for (double& value : x.reshaped())
        if (random.uniform() < 0.3) value = none;
    x.col(5).setConstant(none);
    const auto report = kit::checked(model, Blocks<double>(with_missing(x), 11));
    INFO(report);
    CHECK(report.ok());
    check_expectation(e);

    Eigen::MatrixXd one = model.sample(1, random), last = one.bottomRows(1);
    one.topRows(e.dimension() - 1).setConstant(none);
    const Mixture<E> marginal(e.marginal({e.dimension() - 1}));
    CHECK_THAT(model.score(with_missing(one)), WithinAbs(marginal.score(last), 1e-12));
    CHECK_THROWS_WITH(e.marginal({e.dimension()}), ContainsSubstring("::marginal: dimension "));
}

}  // namespace

TEST_CASE("counts with missing cells") {
    check_family(Poisson<>(some));
    check_family(NegativeBinomial<>(some, others));
}
TEST_CASE("symbols with missing cells") {
    check_family(Bernoulli<>(Eigen::MatrixXd(some / 5)));
    check_family(Categorical<>(Eigen::MatrixXd{{0.2, 0.5}, {0.5, 0.25}, {0.3, 0.25}, {0.9, 0.4}, {0.1, 0.6}},
                               std::vector<Index>{3, 2}));
}
TEST_CASE("positive numbers with missing cells") {
    check_family(Exponential<>(some));
    check_family(Gamma<>(some, others));
}
TEST_CASE("angles with missing cells") {
    check_family(VonMises<>(Eigen::MatrixXd(some.array() - 2), others));
}
