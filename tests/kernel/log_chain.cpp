// The passes in the log domain, against the sums over all paths and the textbook's recursions.
#include "latent/kernel/log_chain.hpp"

#include "catch.hpp"
#include "naive.hpp"

using namespace latent::detail;
using latent::Index;
using naive::Real;

namespace {

/// p(z_t, z_{t+1} | x).
Eigen::MatrixXd moves(const LogChain& c, Index t) {
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(c.states(), c.states());
    c.moves(t, [&](Index i, Index j, double p) { result(i, j) += p; });
    return result;
}

constexpr double infinity = std::numeric_limits<double>::infinity();

/// K states and T steps with log-densities about `offset`; a third of the moves are impossible where `sparse`.
LogChain chain(Index K, Index T, double offset, bool sparse) {
    const Eigen::MatrixXd numbers = naive::observations<double>(K, K + T + 1, 0).cwiseAbs();
    LogChain c{.initial = numbers.col(0) / numbers.col(0).sum(),
               .transition = numbers.middleCols(1, K).transpose(),
               .density = 3 * numbers.rightCols(T)};
    for (Index i = 0; i < K; ++i) {
        if (sparse) c.transition(i, (i + 1) % K) = 0;
        c.transition.row(i) /= c.transition.row(i).sum();
    }
    c.initial = c.initial.array().log();
    c.transition = c.transition.array().log();
    c.density.array() += offset;
    return c;
}

/// log Σ exp of all K^T paths that pass each(t, state), their logarithms relative to `top`.
template <class Passes>
Real log_sum_of_paths(const LogChain& c, const Passes& passes) {
    const Index K = c.states(), T = c.steps();
    std::vector<Real> logs;
    Index count = 1;
    for (Index t = 0; t < T; ++t) count *= K;
    std::vector<Index> z(static_cast<std::size_t>(T));
    for (Index code = 0; code < count; ++code) {
        Index rest = code;
        for (Index& state : z) {
            state = rest % K;
            rest /= K;
        }
        if (!passes(z)) continue;
        Real log_p = c.initial(z[0]);
        for (std::size_t t = 0; t < z.size(); ++t) {
            log_p += c.density(z[t], static_cast<Index>(t));
            if (t > 0) log_p += c.transition(z[t - 1], z[t]);
        }
        logs.push_back(log_p);
    }
    const Real top = *std::max_element(logs.begin(), logs.end());
    if (std::isinf(top)) return top;
    Real sum = 0;
    for (const Real log_p : logs) sum += std::exp(log_p - top);
    return top + std::log(sum);
}

}  // namespace

TEST_CASE("log-sum-exp of large, small and no numbers", "[kernel]") {
    const auto of = [](const std::vector<double>& v) {
        return log_sum_exp(std::ssize(v), [&](Index i) { return v[static_cast<std::size_t>(i)]; });
    };
    CHECK_THAT(of({0, 0}), WithinRel(std::log(2.0), 1e-15));
    CHECK_THAT(of({1e4, 1e4 - 1}), WithinRel(1e4 + std::log1p(std::exp(-1.0)), 1e-15));
    CHECK_THAT(of({-1e5, -infinity, -1e5 + 2}), WithinRel(-1e5 + 2 + std::log1p(std::exp(-2.0)), 1e-15));
    CHECK(of({3}) == 3);
    CHECK(of({-infinity, -infinity}) == -infinity);
    CHECK(of({}) == -infinity);
    CHECK(of({0, infinity}) == infinity);
    CHECK(std::isnan(of({0, std::numeric_limits<double>::quiet_NaN()})));
}

TEST_CASE("both passes are the sums over all paths", "[kernel]") {
    for (const Index K : {1, 2, 3, 4})
        for (const Index T : {1, 2, 6})
            for (const double offset : {0.0, -4000.0, 900.0})
                for (const bool sparse : {false, true}) {
                    if (sparse && K < 3) continue;
                    CAPTURE(K, T, offset, sparse);
                    const LogChain given = chain(K, T, offset, sparse);
                    LogChain c = given;
                    const double log_p = c.forward();
                    c.backward();
                    const Real total = log_sum_of_paths(given, [](const auto&) { return true; });
                    CHECK_THAT(log_p, WithinRel(double(total), 1e-14));
                    CHECK_THAT(c.conditional.sum(), WithinRel(double(total), 1e-14));
                    CHECK((c.conditional.array() > -infinity).all());
                    const double precision = 1e-14 + 1e-16 * std::abs(offset);  // of the densities given
                    for (Index t = 0; t < T; ++t)
                        for (Index i = 0; i < K; ++i) {
                            const auto at = [&](const std::vector<Index>& z, Index step) {
                                return z[static_cast<std::size_t>(step)];
                            };
                            const Real here =
                                log_sum_of_paths(given, [&](const auto& z) { return at(z, t) == i; });
                            CHECK_THAT(c.posterior(t, i),
                                       WithinAbs(double(std::exp(here - total)), precision));
                            for (Index j = 0; t + 1 < T && j < K; ++j) {
                                const Real both = log_sum_of_paths(
                                    given, [&](const auto& z) { return at(z, t) == i && at(z, t + 1) == j; });
                                CHECK_THAT(moves(c, t)(i, j),
                                           WithinAbs(double(std::exp(both - total)), precision));
                            }
                        }
                }
}

// Entries that are no double, as those of a tempered matrix may be, are taken by their logarithms.
TEST_CASE("a transition that no double holds is possible all the same", "[kernel]") {
    LogChain c{.initial = Eigen::Vector2d(0, -infinity),
               .transition = Eigen::Matrix2d{{0, -900}, {-infinity, 0}},
               .density = Eigen::MatrixXd::Zero(2, 4)};
    c.density(1, 3) = 2000;
    CHECK_THAT(c.forward(), WithinRel(2000 - 900 + std::log(3.0), 1e-15));
    c.backward();
    for (Index t = 0; t < 4; ++t) CHECK_THAT(c.posterior(t, 1), WithinAbs(double(t) / 3, 1e-12));
}

// Normalised at every step: the posteriors of a long sequence sum to one as those of a short one do.
TEST_CASE("long sequences lose no digits", "[kernel]") {
    for (const double offset : {0.0, -700.0}) {
        LogChain c = chain(3, 5000, offset, true);
        CHECK(std::isfinite(c.forward()));
        c.backward();
        double worst = 0;
        for (Index t = 0; t < 5000; ++t) {
            double sum = 0;
            for (Index i = 0; i < 3; ++i) {
                sum += c.posterior(t, i);
            }
            worst =
                std::max({worst, std::abs(sum - 1), t + 1 < 5000 ? std::abs(moves(c, t).sum() - 1) : 0.0});
        }
        CHECK(worst < 1e-13);
    }
}

TEST_CASE("a state that is e^5000 times less likely, and right after all", "[kernel]") {
    LogChain c{.initial = Eigen::Vector2d(std::log(0.5), std::log(0.5)),
               .transition = Eigen::Matrix2d{{0, -infinity}, {-infinity, 0}},
               .density = Eigen::MatrixXd::Zero(2, 3)};
    c.density(1, 0) = -5000;
    c.density(0, 2) = -9000;
    CHECK_THAT(c.forward(), WithinRel(std::log(0.5) - 5000, 1e-15));
    c.backward();
    for (Index t = 0; t < 3; ++t) {
        CHECK(c.posterior(t, 0) == 0);
        CHECK_THAT(c.posterior(t, 1), WithinRel(1, 1e-12));
    }
    CHECK_THAT(c.alpha(1, 0), WithinRel(-5000, 1e-15));
}

// Log-densities of −10¹⁴ and more: what is left of them is normalised all the same.
TEST_CASE("an outlier before an absorbing state costs no posterior its sum", "[kernel]") {
    for (const double outlier : {1e7, 1e9, 1e12}) {
        CAPTURE(outlier);
        LogChain c{.initial = Eigen::Vector2d(0, -infinity),
                   .transition = Eigen::Matrix2d{{std::log(0.9), std::log(0.1)}, {-infinity, 0}},
                   .density = Eigen::MatrixXd(2, 9)};
        for (Index t = 0; t < 9; ++t) {
            const double x = t == 4 ? outlier : t < 6 ? 0.1 : 2.9;
            c.density.col(t) << -0.5 * x * x, -0.5 * (x - 3) * (x - 3);
        }
        CHECK_THAT(c.forward(), WithinRel(-0.5 * outlier * outlier, 1e-6));
        c.backward();
        for (Index t = 0; t < 9; ++t) {
            CHECK_THAT(c.alpha.col(t).array().exp().sum(), WithinAbs(1, 1e-14));
            CHECK_THAT(c.posterior(t, 0) + c.posterior(t, 1), WithinAbs(1, 1e-14));
            if (t == 8) continue;
            for (Index i = 0; i < 2; ++i)
                CHECK_THAT(moves(c, t)(i, 0) + moves(c, t)(i, 1), WithinAbs(c.posterior(t, i), 1e-14));
        }
        CHECK_THAT(c.posterior(4, 1), WithinAbs(1, 1e-14));  // it is nearer to 3, and never comes back
        const double earlier = std::exp(-4.2) / 0.9;         // the odds that it moved a step before
        const double odds = earlier + earlier * earlier + std::pow(earlier, 3);
        CHECK_THAT(c.posterior(3, 0), WithinAbs(1 / (1 + odds), 1e-10));
        CHECK(moves(c, 4)(1, 0) == 0);
    }
}

TEST_CASE("probabilities below the normal numbers are zero", "[kernel]") {
    CHECK(probability(-infinity) == 0);
    CHECK(probability(-740) == 0);
    CHECK(probability(-709) == 0);
    CHECK_THAT(probability(-700), WithinRel(std::exp(-700.0), 1e-15));
    CHECK(probability(0) == 1);
    CHECK(std::isnan(probability(std::numeric_limits<double>::quiet_NaN())));
}

// Where a state must be right that is e^−10⁸ times less likely, all that is added is that large, and rounded so.
TEST_CASE("posteriors of states that were given up long before sum to one", "[kernel]") {
    LogChain c{.initial = Eigen::Vector3d::Constant(-std::log(3.0)),
               .transition = Eigen::Matrix3d{{0, -infinity, -infinity},
                                             {-infinity, std::log(0.5), std::log(0.5)},
                                             {-infinity, std::log(0.3), std::log(0.7)}},
               .density = Eigen::MatrixXd::Random(3, 8)};
    c.density.row(0).head(3).array() += 4.1e7 / 3;
    c.density.row(0).tail(3).array() -= 4.1e7 / 3;
    c.forward();
    c.backward();
    for (Index t = 0; t < 8; ++t) {
        double sum = 0;
        for (Index k = 0; k < 3; ++k) sum += c.posterior(t, k);
        CHECK_THAT(sum, WithinAbs(1, 1e-14));
        if (t < 7) CHECK_THAT(moves(c, t).sum(), WithinAbs(1, 1e-14));
    }
}

// An observation that is impossible after those before it is as one that was not made.
TEST_CASE("impossible steps", "[kernel]") {
    for (const Index step : {0, 2, 5}) {
        CAPTURE(step);
        LogChain c = chain(3, 6, 0, false), missing = c;
        c.density.col(step).setConstant(-infinity);
        missing.density.col(step).setZero();
        CHECK(c.forward() == -infinity);
        missing.forward();
        CHECK((c.conditional.array() == -infinity).count() == 1);
        c.backward();
        missing.backward();
        for (Index t = 0; t < 6; ++t)
            for (Index i = 0; i < 3; ++i) {
                CHECK_THAT(c.alpha(i, t), WithinAbs(missing.alpha(i, t), 1e-14));
                CHECK_THAT(c.posterior(t, i), WithinAbs(missing.posterior(t, i), 1e-14));
                for (Index j = 0; t < 5 && j < 3; ++j)
                    CHECK_THAT(moves(c, t)(i, j), WithinAbs(moves(missing, t)(i, j), 1e-14));
                if (t == step) {
                    CHECK(c.conditional(t) == -infinity);
                } else {
                    CHECK_THAT(c.conditional(t), WithinAbs(missing.conditional(t), 1e-13));
                }
            }
    }
}
