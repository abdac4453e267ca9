// Linear dynamical systems against the dense normal density of a short series, their queries and their fits.
#include "latent/model/linear_dynamical_system.hpp"

#include <Eigen/Cholesky>
#include <Eigen/LU>

#include "catch.hpp"
#include "effort.hpp"
#include "latent/acceleration/anderson.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/data/known.hpp"
#include "latent/estep/stepwise.hpp"
#include "latent/estep/stochastic.hpp"
#include "latent/execution/threads.hpp"
#include "latent/fit.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"

using namespace latent;

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

Eigen::MatrixXd random_matrix(Index rows, Index columns, Random& random) {
    Eigen::MatrixXd m(rows, columns);
    for (double& value : m.reshaped()) value = random.normal();
    return m;
}
Eigen::MatrixXd random_covariance(Index d, Random& random) {
    const Eigen::MatrixXd m = random_matrix(d, d + 1, random);
    return m * m.transpose();
}
StateSpaceParameters random_parameters(Index s, Index d, Random& random) {
    return {random_matrix(d, s, random),  0.5 * random_matrix(s, s, random), random_covariance(d, random),
            random_covariance(s, random), random_matrix(s, 1, random),       random_covariance(s, random)};
}

/// What is known of all states and observations of a series given what is seen, by one dense normal density.
struct Dense {
    Index s, d, n;
    Eigen::VectorXd mean;  // x_1 … x_n, y_1 … y_n
    Eigen::MatrixXd covariance;
    double log_likelihood = 0;

    Dense(const LinearDynamicalSystem& m, const Eigen::MatrixXd& y)
        : s(m.size()),
          d(m.dimension()),
          n(y.cols()),
          mean(n * (s + d)),
          covariance(mean.size(), mean.size()) {
        mean.head(s) = m.initial_mean();
        covariance.topLeftCorner(s, s) = m.initial_covariance();
        for (Index t = 1; t < n; ++t) {
            mean.segment(t * s, s) = m.transition() * mean.segment((t - 1) * s, s);
            covariance.block(t * s, 0, s, t * s) =
                m.transition() * covariance.block((t - 1) * s, 0, s, t * s);
            covariance.block(0, t * s, t * s, s) = covariance.block(t * s, 0, s, t * s).transpose();
            covariance.block(t * s, t * s, s, s) =
                m.transition() * covariance.block((t - 1) * s, t * s, s, s) + m.state_covariance();
        }
        const Eigen::MatrixXd x = covariance.topLeftCorner(n * s, n * s);
        Eigen::MatrixXd Z = Eigen::MatrixXd::Zero(n * d, n * s), H = Eigen::MatrixXd::Zero(n * d, n * d);
        for (Index t = 0; t < n; ++t) {
            Z.block(t * d, t * s, d, s) = m.observation();
            H.block(t * d, t * d, d, d) = m.observation_covariance();
        }
        mean.tail(n * d) = Z * mean.head(n * s);
        covariance.bottomLeftCorner(n * d, n * s) = Z * x;
        covariance.topRightCorner(n * s, n * d) = x * Z.transpose();
        covariance.bottomRightCorner(n * d, n * d) = Z * x * Z.transpose() + H;
        condition(y);
    }

  private:
    void condition(const Eigen::MatrixXd& y) {
        std::vector<Index> seen;
        std::vector<double> values;
        for (Index i = 0; i < y.size(); ++i)
            if (!std::isnan(y.reshaped()(i))) seen.push_back(n * s + i), values.push_back(y.reshaped()(i));
        const Eigen::VectorXd deviation =
            Eigen::Map<Eigen::VectorXd>(values.data(), std::ssize(values)) - mean(seen);
        const Eigen::MatrixXd S = covariance(seen, seen), across = covariance(Eigen::all, seen);
        const Eigen::LLT<Eigen::MatrixXd> llt(S);
        log_likelihood = -0.5 * (static_cast<double>(seen.size()) * std::log(2 * std::numbers::pi) +
                                 deviation.dot(llt.solve(deviation))) -
                         llt.matrixLLT().diagonal().array().log().sum();
        mean += across * llt.solve(deviation);
        covariance -= (across * llt.solve(across.transpose())).eval();
    }
};

void check_against_dense(const LinearDynamicalSystem& m, const Eigen::MatrixXd& y) {
    const Dense dense(m, y);
    const auto seen = with_missing(y);
    const Index s = m.size(), d = m.dimension(), n = y.cols();
    CHECK_THAT(m.score(seen), WithinRel(dense.log_likelihood, 1e-11));
    const SmoothedStates states = m.smooth(seen);
    const double size = 1 + dense.covariance.cwiseAbs().maxCoeff();
    const auto near = [&](const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
        return (a - b).cwiseAbs().maxCoeff() < 1e-10 * size;
    };
    for (Index t = 0; t < n; ++t) {
        CHECK(near(states.means.col(t), dense.mean.segment(t * s, s)));
        CHECK(near(states.covariance(t), dense.covariance.block(t * s, t * s, s, s)));
        if (t + 1 < n)
            CHECK(
                near(states.lag_one.middleCols(t * s, s), dense.covariance.block((t + 1) * s, t * s, s, s)));
    }
    const Imputation<double> filled = impute(m, seen);
    for (Index i = 0; i < y.size(); ++i) {
        const Index at = n * s + i;
        CHECK_THAT(filled.x.reshaped()(i),
                   WithinAbs(std::isnan(y.reshaped()(i)) ? dense.mean(at) : y.reshaped()(i), 1e-10 * size));
        CHECK_THAT(filled.variances.reshaped()(i), WithinAbs(dense.covariance(at, at), 1e-10 * size));
    }
    // Filtered: all but the first steps' observations forgotten. Forecasts: further steps of which nothing is seen.
    Eigen::MatrixXd past = y;
    past.rightCols(n - n / 2).setConstant(none);
    const Dense half(m, past);
    const NormalMoments filtered = m.filter(seen);
    const Index last = n / 2 - 1;
    CHECK(near(filtered.means.col(last), half.mean.segment(last * s, s)));
    CHECK(near(filtered.covariance(last), half.covariance.block(last * s, last * s, s, s)));
    const Eigen::MatrixXd begun = y.leftCols(n / 2);
    const NormalMoments ahead = m.forecast(with_missing(begun), n - n / 2);
    for (Index h = 0; h < ahead.means.cols(); ++h) {
        const Index at = n * s + (n / 2 + h) * d;
        CHECK(near(ahead.means.col(h), half.mean.segment(at, d)));
        CHECK(near(ahead.covariance(h), half.covariance.block(at, at, d, d)));
    }
}

/// A walk in two dimensions that keeps its direction, whose place is seen.
LinearDynamicalSystem walk(const Estimated& estimated = Estimated::all()) {
    return LinearDynamicalSystem({.observation = Eigen::MatrixXd{{1, 0}, {0.5, 1}},
                                  .transition = Eigen::MatrixXd{{0.9, 0.3}, {-0.3, 0.8}},
                                  .observation_covariance = Eigen::MatrixXd{{0.5, 0.1}, {0.1, 0.3}},
                                  .state_covariance = Eigen::MatrixXd{{0.4, 0.1}, {0.1, 0.2}},
                                  .initial_mean = Eigen::Vector2d(1, -1),
                                  .initial_covariance = Eigen::Matrix2d::Identity()},
                                 estimated);
}
LinearDynamicalSystem walk_start(const Estimated& estimated = Estimated::all()) {
    return LinearDynamicalSystem({.observation = Eigen::MatrixXd{{1, 0.2}, {0, 1}},
                                  .transition = Eigen::MatrixXd{{0.5, 0}, {0, 0.5}},
                                  .observation_covariance = Eigen::Matrix2d::Identity(),
                                  .state_covariance = Eigen::Matrix2d::Identity(),
                                  .initial_mean = Eigen::Vector2d(0, 0),
                                  .initial_covariance = 2 * Eigen::Matrix2d::Identity()},
                                 estimated);
}
struct Many {
    Eigen::MatrixXd y{2, 0};
    std::vector<Index> lengths;
    explicit Many(Index sequences, double missing = 0) {
        Random random(2);
        for (Index i = 0; i < sequences; ++i) {
            const Eigen::MatrixXd one = walk().sample(1 + random.below(30), random).x;
            y.conservativeResize(2, y.cols() + one.cols());
            y.rightCols(one.cols()) = one;
            lengths.push_back(one.cols());
        }
        for (double& value : y.reshaped())
            if (random.uniform() < missing) value = none;
    }
    Sequences<double> sequences() const { return Sequences<double>(with_missing(y), lengths); }
};

}  // namespace

TEST_CASE("a short series is one normal density: likelihood, states, missing cells, forecasts") {
    Random random(1);
    for (const Index s : {1, 2, 3, 4})
        for (const Index d : {1, 2, 3}) {
            const LinearDynamicalSystem m(random_parameters(s, d, random));
            Eigen::MatrixXd y = m.sample(8, random).x;
            check_against_dense(m, y);
            for (double& value : y.reshaped())
                if (random.uniform() < 0.3) value = none;
            y.col(3).setConstant(none);  // of which nothing is seen
            check_against_dense(m, y);
        }
}

TEST_CASE("states that follow from others, and beginnings that are known: singular covariances") {
    Random random(2);
    StateSpaceParameters p = random_parameters(3, 2, random);
    p.state_covariance.setZero();
    p.state_covariance(0, 0) = 1;
    p.initial_covariance.setZero();
    p.transition = Eigen::Matrix3d{{0.5, 0.3, 0.1}, {1, 0, 0}, {0, 1, 0}};  // an autoregression of order 3
    const Estimated covariance{.observation_covariance = true};
    const LinearDynamicalSystem m(p, covariance);
    Eigen::MatrixXd y = m.sample(8, random).x;
    y(1, 2) = none;
    check_against_dense(m, y);
    p.observation_covariance.setZero();  // seen without noise
    p.state_covariance.setIdentity();
    p.initial_covariance.setIdentity();
    const LinearDynamicalSystem exact(p, {.transition = true});
    check_against_dense(exact, exact.sample(8, random).x);
}

TEST_CASE("sequences are independent, in their order, and their scores add up") {
    const Many data(7, 0.1);
    const auto x = data.sequences();
    const LinearDynamicalSystem m = walk();
    const Eigen::VectorXd each = m.score_sequences(x);
    const SmoothedStates states = m.smooth(x);
    const Eigen::MatrixXd filled = impute(m, x).x;
    REQUIRE(each.size() == 7);
    CHECK_THAT(m.score(x), WithinRel(each.sum(), 1e-14));
    for (Index i = 0; i < 7; ++i) {
        const Eigen::MatrixXd own = data.y.middleCols(x.first(i), x.length(i));
        CHECK(m.score(with_missing(own)) == each(i));
        CHECK(m.smooth(with_missing(own)).means == states.means.middleCols(x.first(i), x.length(i)));
        CHECK(impute(m, with_missing(own)).x == filled.middleCols(x.first(i), x.length(i)));
        CHECK(states.lag_one.middleCols(2 * (x.first(i + 1) - 1), 2).isZero(0));
    }
    CHECK(m.score(x, Threads{3}) == m.score(x));
    CHECK(m.smooth(x, Threads{3}).means == states.means);
    CHECK(m.filter(x, Threads{2}).covariances == m.filter(x).covariances);
    CHECK(m.aic(x) == -2 * m.score(x) + 2 * 19);
    CHECK(m.parameters() == 4 + 4 + 3 + 3 + 2 + 3);
}

TEST_CASE("draws of the states follow p(x | y)") {
    const LinearDynamicalSystem m = walk();
    Random random(3);
    Eigen::MatrixXd y = m.sample(4, random).x;
    y(0, 2) = none;
    const auto states = m.smooth(with_missing(y));
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(2, 4), moves = Eigen::MatrixXd::Zero(2, 2);
    constexpr int draws = effort(20'000, 2000);
    constexpr double tolerance = effort(0.03, 0.1);
    for (int i = 0; i < draws; ++i) {
        const Eigen::MatrixXd x = m.sample_states(with_missing(y), random) - states.means;
        sum += x / draws;
        moves += x.col(2) * x.col(1).transpose() / draws;
    }
    CHECK(sum.cwiseAbs().maxCoeff() < tolerance);
    CHECK((moves - states.lag_one.middleCols(2, 2)).cwiseAbs().maxCoeff() < tolerance);
}

TEST_CASE("EM raises the likelihood, whatever is estimated, and changes nothing else") {
    const Many data(20, 0.15);
    const auto x = data.sequences();
    for (int which = 0; which < 63; which += effort(4, 16)) {
        const auto has = [&](int bit) { return ((63 - which) >> bit & 1) == 1; };
        const Estimated estimated{has(0), has(1), has(2), has(3), has(4), has(5)};
        const LinearDynamicalSystem start = walk_start(estimated);
        const auto result = fit(start, x, Limits{.iterations = 30}, Aitken{0});
        REQUIRE(result.status == Status::iteration_limit);
        CHECK(result.events.empty());
        for (std::size_t t = 1; t < result.trace.size(); ++t)
            CHECK(result.trace[t] >= result.trace[t - 1] - 1e-12 * std::abs(result.trace[t]));
        CHECK(result.model.estimated() == estimated);
        CHECK((result.model.observation() == start.observation()) == !estimated.observation);
        CHECK((result.model.transition() == start.transition()) == !estimated.transition);
        CHECK((result.model.observation_covariance() == start.observation_covariance()) ==
              !estimated.observation_covariance);
        CHECK((result.model.state_covariance() == start.state_covariance()) == !estimated.state_covariance);
        CHECK((result.model.initial_mean() == start.initial_mean()) == !estimated.initial_mean);
        CHECK((result.model.initial_covariance() == start.initial_covariance()) ==
              !estimated.initial_covariance);
    }
}

#ifdef NDEBUG  // minutes in the other build, where the kit takes each policy a few steps far
TEST_CASE("EM finds the parameters that made the data, by every policy") {
    const Many data(100);
    const auto x = data.sequences();
    const Estimated estimated{.transition = true,
                              .observation_covariance = true,
                              .state_covariance = true,
                              .initial_mean = true,
                              .initial_covariance = true};
    LinearDynamicalSystem start({.observation = walk().observation(),
                                 .transition = 0.5 * Eigen::Matrix2d::Identity(),
                                 .observation_covariance = Eigen::Matrix2d::Identity(),
                                 .state_covariance = Eigen::Matrix2d::Identity(),
                                 .initial_mean = Eigen::Vector2d(0, 0),
                                 .initial_covariance = Eigen::Matrix2d::Identity()},
                                estimated);
    const auto check = [&](const char* policy, const auto& result, double slack) {
        CAPTURE(policy);
        CHECK((result.status == Status::converged || result.status == Status::iteration_limit));
        CHECK(result.log_likelihood > walk().score(x) - slack);
        CHECK_THAT(result.log_likelihood, WithinRel(result.model.score(x), 1e-12));
        CHECK((result.model.transition() - walk().transition()).cwiseAbs().maxCoeff() < 0.1);
        CHECK((result.model.state_covariance() - walk().state_covariance()).cwiseAbs().maxCoeff() < 0.15);
    };
    const auto plain = fit(start, x);
    check("plain", plain, 0);
    CHECK(plain.converged());
    const auto accelerated = fit(start, x, Squarem{});
    check("Squarem", accelerated, 0);
    CHECK(accelerated.evaluations < plain.evaluations);
    check("Anderson", fit(start, x, Anderson{}), 0);
    const SequenceBlocks<double> small(x, 50);
    check("Stepwise", fit(start, small, Stepwise<>{.batch = 4}, Limits{.iterations = 300}), 2);
    check("Stochastic", fit(start, x, Stochastic{}, Limits{.iterations = 60}), 20);
    const auto prior =
        [](const LinearDynamicalSystem& m) {  // as if three moves had been seen, of covariance I
            auto seen = m.zero_statistics();
            seen.transition.count = 3;
            seen.transition.residual = 3 * Eigen::Matrix2d::Identity();
            return seen;
        };
    const auto penalised = fit(start, x, MaximumAPosteriori{prior});
    check("prior", penalised, 5);
    CHECK(penalised.converged());
    CHECK(penalised.model.state_covariance().trace() > plain.model.state_covariance().trace());
}
#endif

TEST_CASE("data far from 0 lose no digits that matter") {
    StateSpaceParameters p{Eigen::MatrixXd::Ones(1, 1),     Eigen::MatrixXd::Ones(1, 1),
                           4 * Eigen::MatrixXd::Ones(1, 1), Eigen::MatrixXd::Ones(1, 1),
                           Eigen::VectorXd::Zero(1),        100 * Eigen::MatrixXd::Ones(1, 1)};
    const Estimated estimated{.observation_covariance = true, .state_covariance = true, .initial_mean = true};
    Random random(4);
    const Eigen::MatrixXd y = LinearDynamicalSystem(p).sample(300, random).x;
    const Eigen::MatrixXd far = (y.array() + 1e7).matrix();
    const auto near_zero = fit(LinearDynamicalSystem(p, estimated), y, Limits{.iterations = 50}, Aitken{0});
    p.initial_mean(0) = 1e7;
    const auto away = fit(LinearDynamicalSystem(p, estimated), far, Limits{.iterations = 50}, Aitken{0});
    CHECK(away.status == Status::iteration_limit);
    CHECK_THAT(away.objective, WithinRel(near_zero.objective, 1e-9));
    CHECK_THAT(away.model.state_covariance()(0, 0),
               WithinRel(near_zero.model.state_covariance()(0, 0), 1e-6));
}

TEST_CASE("what has no density ends as degenerate, with a sentence that says where, and without a NaN") {
    const Eigen::MatrixXd constant = Eigen::MatrixXd::Constant(1, 50, 3.1);
    StateSpaceParameters p{Eigen::MatrixXd::Ones(1, 1), Eigen::MatrixXd::Ones(1, 1),
                           Eigen::MatrixXd::Ones(1, 1), Eigen::MatrixXd::Ones(1, 1),
                           Eigen::VectorXd::Zero(1),    100 * Eigen::MatrixXd::Ones(1, 1)};
    const Estimated noises{.observation_covariance = true, .state_covariance = true};
    const auto result = fit(LinearDynamicalSystem(p, noises), constant, Squarem{});
    CHECK(result.status == Status::degenerate);
    CHECK(std::isfinite(result.objective));
    CHECK(result.model.state_covariance().allFinite());
    CHECK_THAT(result.explanation, ContainsSubstring("of sequence 0 has no density"));

    p.observation_covariance.setZero();
    p.state_covariance.setZero();
    const LinearDynamicalSystem still(p, {.initial_mean = false});
    const auto impossible = fit(still, constant);
    CHECK(impossible.status == Status::degenerate);
    CHECK(impossible.objective == -std::numeric_limits<double>::infinity());
    CHECK_THAT(impossible.explanation,
               ContainsSubstring("the observation at step 1 of sequence 0 has no density"));
    CHECK(still.score(constant) == -std::numeric_limits<double>::infinity());
    CHECK(still.smooth(constant).means.allFinite());
}

TEST_CASE("steady: a million steps") {
    constexpr Index steps = effort(1'000'000, 20'000);
    constexpr double tolerance = effort(0.01, 0.05);
    const Estimated noises{.observation_covariance = true, .state_covariance = true};
    StateSpaceParameters p{Eigen::MatrixXd{{1, 0}},
                           Eigen::MatrixXd{{1, 1}, {0, 1}},
                           Eigen::MatrixXd::Constant(1, 1, 4),
                           Eigen::MatrixXd{{0.01, 0}, {0, 0.003}},
                           Eigen::VectorXd::Zero(2),
                           1e7 * Eigen::MatrixXd::Identity(2, 2)};
    const LinearDynamicalSystem m(p, noises);
    Random random(5);
    Eigen::RowVectorXd y(steps);
    double place = 0, speed = 0;
    for (double& value : y) {
        value = place + 2 * random.normal();
        place += speed + 0.1 * random.normal();
        speed += std::sqrt(0.003) * random.normal();
    }
    const auto units = m.units(y);
    LinearDynamicalSystem::Posterior q;
    const double log_p = m.infer(units[0], q);
    CHECK(std::isfinite(log_p));
    LinearDynamicalSystem next = m;
    next.maximize(q.statistics);
    CHECK_THAT(next.observation_covariance()(0, 0), WithinRel(4.0, tolerance));
    CHECK((next.state_covariance() - p.state_covariance).cwiseAbs().maxCoeff() < 0.001);
    CHECK(next.score(y) > log_p);
}

// --------------------------------------------------------------------------------------------- bad input

TEST_CASE("parameters that do not fit together are refused by name") {
    Random random(6);
    const StateSpaceParameters good = random_parameters(2, 3, random);
    const auto with = [&](const auto& change) {
        StateSpaceParameters bad = good;
        change(bad);
        LinearDynamicalSystem{bad};
    };
    using P = StateSpaceParameters;
    CHECK_THROWS_WITH(with([](P& p) { p.observation.resize(0, 2); }),
                      ContainsSubstring("observation is 0 × 2, expected d × s, not empty"));
    CHECK_THROWS_WITH(
        with([](P& p) { p.transition.setZero(3, 3); }),
        "latent::LinearDynamicalSystem: transition is 3 × 3, expected s × s = 2 × 2 as observation "
        "has 2 columns");
    CHECK_THROWS_WITH(with([](P& p) { p.initial_mean.setZero(3); }),
                      "latent::LinearDynamicalSystem: initial_mean has 3 values, expected s = 2");
    CHECK_THROWS_WITH(with([](P& p) { p.observation_covariance.setIdentity(2, 2); }),
                      "latent::LinearDynamicalSystem: observation_covariance is 2 × 2, expected 3 × 3");
    CHECK_THROWS_WITH(with([](P& p) { p.state_covariance(0, 1) += 1; }),
                      ContainsSubstring("state_covariance is not symmetric"));
    CHECK_THROWS_WITH(with([](P& p) { p.initial_covariance *= -1; }),
                      ContainsSubstring("initial_covariance(0, 0) is -"));
    CHECK_THROWS_WITH(with([](P& p) { p.initial_covariance.setZero(); }),
                      ContainsSubstring("initial_covariance is not positive definite"));
    CHECK_THROWS_WITH(with([](P& p) { p.transition(0, 0) = none; }),
                      ContainsSubstring("transition has a value that is not finite"));
}

TEST_CASE("data that the model cannot take are refused") {
    const LinearDynamicalSystem m = walk();
    const auto refused = [&](const Sequences<double>& y, const char* says) {
        Random random(7);
        CHECK_THROWS_WITH(fit(m, y), ContainsSubstring(says));
        CHECK_THROWS_WITH(m.score(y), ContainsSubstring(says));
        CHECK_THROWS_WITH(m.filter(y), ContainsSubstring(says));
        CHECK_THROWS_WITH(m.smooth(y), ContainsSubstring(says));
        CHECK_THROWS_WITH(m.forecast(y, 2), ContainsSubstring(says));
        CHECK_THROWS_WITH(m.impute(y), ContainsSubstring(says));
        CHECK_THROWS_WITH(m.sample_states(y, random), ContainsSubstring(says));
    };
    Eigen::MatrixXd three = Eigen::MatrixXd::Zero(3, 4), y = Eigen::MatrixXd::Zero(2, 4), empty(2, 0);
    refused(three, "observations have 3 rows (and 4 columns), expected d = 2 rows");
    refused(empty, "there are no observations");
    y(1, 2) = none;
    refused(y, "observation 2, dimension 1 is nan, expected a finite number");
    y(1, 2) = std::numeric_limits<double>::infinity();
    refused(with_missing(y), "observation 2, dimension 1 is inf");
    y(1, 2) = 0;
    const std::vector<Index> labels{0, 0, 1, 1};
    refused(labelled(y, labels), "its states are no components that could be known");
    const Eigen::VectorXd uneven{{1, 1, 2, 1}}, zeros = Eigen::VectorXd::Zero(4);
    refused(weighted(y, uneven), "the weight of observation 2 is 2");
    CHECK_THROWS_WITH(fit(m, weighted(y, zeros)), ContainsSubstring("all weights are zero"));
    Random random(8);
    CHECK_THROWS_WITH(m.forecast(y, -1), ContainsSubstring("steps is -1, expected at least 0"));
    CHECK_THROWS_WITH(m.sample(-1, random), ContainsSubstring("n is -1"));
}

TEST_CASE("a model that nothing was assigned to says so") {
    const LinearDynamicalSystem empty;
    const auto says = ContainsSubstring("this model is empty: nothing was assigned to it");
    const Eigen::MatrixXd y = Eigen::MatrixXd::Zero(2, 4);
    Random random(9);
    CHECK_THROWS_WITH(fit(empty, y), says);
    CHECK_THROWS_WITH(empty.score(y), says);
    CHECK_THROWS_WITH(empty.smooth(y), says);
    CHECK_THROWS_WITH(empty.sample(3, random), says);
    CHECK_THROWS_WITH(empty.sample_states(y, random), says);
}
