// The filter that is fed one observation at a time, against the answers of the whole sequence.
#include "latent/model/online_filter.hpp"

#include "catch.hpp"
#include "count_allocations.hpp"
#include "latent/emission/mixture_emission.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/emission/tied_emission.hpp"
#include "naive_hidden_markov.hpp"

using namespace latent;

namespace {

using naive::Normal, naive::Symbols, naive::random_model;

void check_near(const Eigen::VectorXd& value, const Eigen::VectorXd& expected, double precision) {
    REQUIRE(value.size() == expected.size());
    CHECK((value - expected).cwiseAbs().maxCoeff() <= precision);
}

/// Every observation of one sequence, with the lags 0, 1 and 5.
template <class E>
void check_against_batch(const HiddenMarkovModel<E>& model, const MatrixX<typename E::Scalar>& x,
                         double precision = 1e-12) {
    const Eigen::MatrixXd filtered = model.filter(x);
    for (const Index lag : {0, 1, 5}) {
        CAPTURE(lag);
        OnlineFilter<E> filter(model, lag);
        CHECK(filter.lag() == lag);
        for (Index t = 0; t < x.cols(); ++t) {
            filter.push(x.col(t));
            CHECK(filter.steps() == t + 1);
            const MatrixX<typename E::Scalar> so_far = x.leftCols(t + 1);
            const double log_p = model.score(so_far);
            CHECK_THAT(filter.log_likelihood(), WithinAbs(log_p, precision * (1 + std::abs(log_p))));
            check_near(filter.probabilities(), filtered.col(t), precision);
            const Eigen::MatrixXd smoothed = model.predict_proba(so_far);
            check_near(filter.smoothed(), smoothed.col(std::max<Index>(0, t - lag)), precision);
        }
    }
}

HiddenMarkovModel<Normal> example() {
    Random random(1);
    return random_model<Normal>(naive::random_chain(3, random, 1), random);
}

/// One-dimensional states of deviation 1.
GaussianHMM<Spherical> normals(const MarkovChain& chain, const Eigen::RowVectorXd& means) {
    return {chain,
            Gaussian<Spherical>(means, std::vector<Eigen::MatrixXd>(static_cast<std::size_t>(means.size()),
                                                                    Eigen::MatrixXd::Identity(1, 1)))};
}

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEMPLATE_TEST_CASE("each step is what the batch says of the observations so far", "", Normal, Symbols) {
    for (const Index K : {1, 2, 3, 6, 17}) {
        CAPTURE(K);
        Random random(2);
        const auto model = random_model<TestType>(naive::random_chain(K, random), random);
        check_against_batch(model, model.sample(30, random).x);
        const auto sparse = random_model<TestType>(naive::cyclic_chain(K, random), random);
        check_against_batch(sparse, sparse.sample(30, random).x);
    }
}

TEST_CASE("observations of float, of mixtures, and from a stationary beginning") {
    Random random(3);
    const Gaussian<Full, float> narrow(Eigen::MatrixXd{{0, 3}, {1, -1}},
                                       {Eigen::Matrix2d::Identity(), 2 * Eigen::Matrix2d::Identity()});
    const HiddenMarkovModel<Gaussian<Full, float>> in_float(
        {Eigen::Vector2d(.5, .5), Eigen::Matrix2d{{.8, .2}, {.3, .7}}}, narrow);
    check_against_batch(in_float, in_float.sample(20, random).x, 1e-5);

    using Mixtures = MixtureEmission<Normal>;
    HiddenMarkovModel<Mixtures> mixed(
        naive::random_chain(2, random),
        Mixtures(Eigen::Matrix2d{{.5, .1}, {.5, .9}},
                 naive::random_emission(4, random, static_cast<Normal*>(nullptr))));
    mixed.chain().set_stationary();
    check_against_batch(mixed, mixed.sample(20, random).x);
}

TEST_CASE("any view of an observation, or one number, can be pushed") {
    const auto model = example();
    Random random(4);
    const Eigen::MatrixXd x = model.sample(3, random).x;
    const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> rows = x;
    OnlineFilter<Normal> by_column(model), by_row(model);
    for (Index t = 0; t < 3; ++t) {
        by_column.push(x.col(t));
        by_row.push(rows.col(t));
    }
    CHECK(by_row.log_likelihood() == by_column.log_likelihood());

    const auto line = normals(MarkovChain(2), Eigen::RowVector2d(0, 3));
    OnlineFilter<Gaussian<Spherical>> one(line), other(line);
    const std::vector<double> value{1.25};
    one.push(1.25);
    other.push(value);
    CHECK(one.probabilities() == other.probabilities());
}

TEST_CASE("before the first observation the state is where the chain begins, and again after a restart") {
    const auto model = example();
    Random random(5);
    const Eigen::MatrixXd x = model.sample(12, random).x;
    for (const Index lag : {0, 4}) {
        OnlineFilter<Normal> filter(model, lag);
        const auto check_new = [&] {
            CHECK(filter.steps() == 0);
            CHECK(filter.log_likelihood() == 0);
            CHECK(filter.probabilities() == model.initial());
            CHECK(filter.smoothed() == model.initial());
        };
        check_new();
        std::vector<double> first, second;
        for (std::vector<double>* answers : {&first, &second}) {
            for (Index t = 0; t < 12; ++t) {
                filter.push(x.col(t));
                answers->push_back(filter.log_likelihood());
                answers->insert(answers->end(), filter.smoothed().begin(), filter.smoothed().end());
            }
            filter.restart();
            check_new();
        }
        CHECK(first == second);
    }
}

TEST_CASE("the filter keeps a model of its own") {
    auto model = example();
    OnlineFilter<Normal> filter(model);
    model.set_initial(Eigen::Vector3d(1, 0, 0));
    CHECK(filter.model().initial() == example().initial());
}

TEST_CASE("densities that no double holds") {
    const auto chain = [] {
        Random random(6);
        return naive::random_chain(3, random);
    }();
    const auto model = normals(chain, Eigen::RowVector3d(0, 60, 120));
    Random random(7);
    Eigen::MatrixXd x = model.sample(40, random).x;
    check_against_batch(model, x);
    x(0, 0) = 1e4;
    x(0, 20) = -2e4;
    check_against_batch(model, x);
}

// The first state must emit the first observation, and the last one cannot be left any more.
TEST_CASE("what contradicts the chain by thousands of digits") {
    const Eigen::Matrix3d transition{{.5, .5, 0}, {0, .5, .5}, {0, 0, 1}};
    const auto model = normals({Eigen::Vector3d(1, 0, 0), transition}, Eigen::RowVector3d(0, 60, 120));
    Eigen::MatrixXd x = Eigen::MatrixXd::Constant(1, 20, 120.0);
    x.leftCols(3) << 120, 120, 0;
    check_against_batch(model, x);
    x.rightCols(8).setZero();
    check_against_batch(model, x);
}

// A state that falls behind by more than a double can tell, and is right after all.
TEST_CASE("states that are never left") {
    const auto model =
        normals({Eigen::Vector2d(.5, .5), Eigen::Matrix2d::Identity()}, Eigen::RowVector2d(0, 10));
    for (const Index lag : {0, 3, 70}) {
        OnlineFilter<Gaussian<Spherical>> filter(model, lag);
        Eigen::MatrixXd x(1, 90);
        for (Index t = 0; t < 90; ++t) {
            x(0, t) = t < 30 ? 0.25 : 9.5;
            filter.push(x.col(t));
            const Eigen::MatrixXd log_b =
                naive::log_densities(model.emission(), Eigen::MatrixXd(x.leftCols(t + 1)));
            const auto expected = naive::infer(model.chain(), log_b);
            CHECK_THAT(filter.log_likelihood(),
                       WithinRel(static_cast<double>(expected.log_likelihood), 1e-12));
            check_near(filter.probabilities(), expected.filtered.col(t), 1e-9);
            check_near(filter.smoothed(), expected.smoothed.col(std::max<Index>(0, t - lag)), 1e-9);
        }
        CHECK(filter.probabilities()(1) > 0.999);
    }
}

// Log-densities that differ by what no double holds, where from a state only some are reached, or all: against the textbook's
// recursions over logarithms.
TEST_CASE("states far apart are filtered and smoothed as by logarithms") {
    Random random(10);
    const auto left_to_right = [&] {
        Eigen::MatrixXd a = Eigen::MatrixXd::Zero(6, 6);
        for (Index i = 0; i < 6; ++i)
            for (Index j = i; j < std::min<Index>(6, i + 3); ++j) a(i, j) = 0.1 + random.uniform();
        for (Index i = 0; i < 6; ++i) a.row(i) /= a.row(i).sum();
        return MarkovChain(naive::random_chain(6, random).initial(), a);
    }();
    auto hardly = naive::random_chain(5, random);  // some moves are all but impossible
    {
        Eigen::MatrixXd a = hardly.transition();
        a(0, 1) = 1e-310;
        a(1, 2) = 1e-200;
        a(2, 3) = 1e-90;
        a(3, 4) = 0;
        for (Index i = 0; i < 5; ++i) a.row(i) /= a.row(i).sum();
        hardly = MarkovChain(hardly.initial(), a);
    }
    for (const MarkovChain& chain : {naive::random_chain(3, random), naive::cyclic_chain(9, random),
                                     naive::cyclic_chain(40, random), left_to_right, hardly})
        for (const double apart : {10.0, 50.0, 300.0, 1500.0}) {
            const Index K = chain.size(), T = 24;
            const auto model = normals(chain, apart * Eigen::RowVectorXd::LinSpaced(K, 0, double(K - 1)));
            Eigen::MatrixXd x = model.sample(T, random).x;
            for (Index t = 3; t < T; t += 4) x(0, t) += apart * (random.uniform() - 0.5);  // of nobody's
            for (Index t = 10; t < 13; ++t) x(0, t) = apart * double(t % 2 ? K : -1);
            const Eigen::MatrixXd log_b = naive::log_densities(model.emission(), x);
            const double size = std::abs(log_b.minCoeff());
            CAPTURE(K, apart, size);
            for (const Index lag : {0, 1, 4, 30}) {
                OnlineFilter<Gaussian<Spherical>> filter(model, lag);
                for (Index t = 0; t < T; ++t) {
                    CAPTURE(lag, t);
                    filter.push(x.col(t));
                    const auto expected = naive::infer(chain, log_b.leftCols(t + 1));
                    CHECK_THAT(filter.log_likelihood(),
                               WithinRel(static_cast<double>(expected.log_likelihood), 1e-13));
                    const double precision = 1e-13 + 1e-15 * size;  // what the densities have of digits
                    check_near(filter.probabilities(), expected.filtered.col(t), precision);
                    check_near(filter.smoothed(), expected.smoothed.col(std::max<Index>(0, t - lag)),
                               precision);
                }
            }
        }
}

TEST_CASE("steps that scaled numbers carry are smoothed after some that they do not") {
    for (const Index K : {2, 3, 7}) {
        Eigen::MatrixXd stay = Eigen::MatrixXd::Constant(K, K, 0.1 / static_cast<double>(K - 1));
        stay.diagonal().setConstant(0.9);
        Eigen::VectorXd hardly = Eigen::VectorXd::Unit(K, 0);
        hardly(1) = 1e-160;
        const auto model =
            normals(MarkovChain(hardly, stay), 10 * Eigen::RowVectorXd::LinSpaced(K, 0, double(K - 1)));
        Random random(2);
        check_against_batch(model, Eigen::MatrixXd(model.sample(40, random).x), 1e-10);
    }
}

TEST_CASE("an impossible observation has the likelihood zero and leaves the state as it was predicted") {
    const Eigen::MatrixXd p{{0.5, 0.2}, {0.5, 0.8}, {0, 0}};
    const HiddenMarkovModel<Categorical<>> model(
        {Eigen::Vector2d(0.3, 0.7), Eigen::Matrix2d{{0.9, 0.1}, {0.4, 0.6}}}, Categorical<>(p));
    for (const Index lag : {0, 2, 10}) {
        OnlineFilter<Categorical<>> filter(model, lag);
        filter.push(0);
        const Eigen::VectorXd predicted = model.transition().transpose() * filter.probabilities();
        filter.push(2);
        CHECK(filter.log_likelihood() == -infinity);
        check_near(filter.probabilities(), predicted, 1e-15);
        for (const double symbol : {1.0, 0.0, 2.0, 1.0, 1.0, 0.0}) {
            if (symbol != 2) filter.push(symbol);
            CHECK(filter.log_likelihood() == -infinity);
            CHECK(filter.probabilities().allFinite());
            CHECK_THAT(filter.smoothed().sum(), WithinRel(1, 1e-14));
        }
        filter.restart();
        filter.push(2);  // at once
        CHECK(filter.log_likelihood() == -infinity);
        check_near(filter.probabilities(), model.initial(), 1e-15);
        check_near(filter.smoothed(), model.initial(), 1e-15);
        filter.restart();
        filter.push(1);
        CHECK(std::isfinite(filter.log_likelihood()));
    }
}

// Products with denormal numbers would take a hundred times as long.
TEST_CASE("what is less likely than any normal number is zero") {
    const auto model = normals(MarkovChain(4), Eigen::RowVector4d(0, 20, 37.6, 38.5));
    for (const Index lag : {0, 3}) {
        OnlineFilter<Gaussian<Spherical>> filter(model, lag);
        for (const double x : {0.0, 0.0, 0.1, 38.0, 0.0, -5.0, 1e9, 0.0}) {
            filter.push(x);
            for (const Eigen::VectorXd& p : {filter.probabilities(), filter.smoothed()}) {
                for (Index k = 0; k < 4; ++k) CHECK((p(k) == 0 || std::isnormal(p(k))));
                CHECK_THAT(p.sum(), WithinRel(1, 1e-14));
            }
        }
        CHECK(filter.probabilities()(3) == 0);
    }
    OnlineFilter<Gaussian<Spherical>> one_way(
        normals({Eigen::Vector2d(1, 0), Eigen::Matrix2d{{.5, .5}, {0, 1}}}, Eigen::RowVector2d(0, 1)));
    one_way.push(0.5);
    CHECK(one_way.probabilities() == Eigen::Vector2d(1, 0));
}

TEST_CASE("observations and lags that do not fit are refused, and the filter is as it was") {
    const auto model = example();
    CHECK_THROWS_WITH(OnlineFilter<Normal>(model, -1),
                      "latent::OnlineFilter: lag is -1, expected at least 0");
    Random random(8);
    const Eigen::MatrixXd x = model.sample(6, random).x;
    OnlineFilter<Normal> filter(model, 2), expected(model, 2);
    const Eigen::Vector3d too_long(1, 2, 3);
    const Eigen::Vector2d no_number(1, std::numeric_limits<double>::quiet_NaN());
    for (Index t = 0; t < 6; ++t) {
        CHECK_THROWS_WITH(filter.push(too_long),
                          "latent::OnlineFilter::push: x is 3 × 1, expected one observation of 2 values");
        CHECK_THROWS_WITH(filter.push(x), ContainsSubstring("x is 2 × 6, expected one"));
        CHECK_THROWS_WITH(filter.push(1.5), ContainsSubstring("x is 1 × 1, expected one"));
        CHECK_THROWS_WITH(filter.push(no_number), ContainsSubstring("dimension 1 is nan"));
        CHECK(filter.steps() == t);
        filter.push(x.col(t));
        expected.push(x.col(t));
        CHECK(filter.log_likelihood() == expected.log_likelihood());
        CHECK(filter.probabilities() == expected.probabilities());
        CHECK(filter.smoothed() == expected.smoothed());
    }
}

TEST_CASE("an observation allocates nothing, nor does a restart") {
    Random random(9);
    const auto chain = naive::random_chain(6, random);
    const auto check_none = [&](const auto& emission) {
        const HiddenMarkovModel model(chain, emission);
        const Eigen::MatrixXd x = model.sample(50, random).x;
        for (const Index lag : {0, 7}) {
            OnlineFilter filter(model, lag);
            filter.push(x.col(0));  // what the emission keeps for the thread
            const long before = allocations;
            for (Index t = 0; t < 50; ++t) {
                filter.push(x.col(t));
                if (t % 20 == 0) filter.restart();
            }
            CHECK(allocations == before);
        }
    };
    const auto normal = naive::random_emission(6, random, static_cast<Normal*>(nullptr));
    check_none(normal);
    check_none(naive::random_emission(6, random, static_cast<Symbols*>(nullptr)));
    check_none(Poisson<>(Eigen::MatrixXd::Random(2, 6).cwiseAbs()));
    check_none(MixtureEmission<Normal>(Eigen::RowVectorXd::Ones(6), normal));
    check_none(TiedEmission<Normal>(normal, {5, 4, 3, 2, 1, 0}));
}

TEST_CASE("missing cells and missing steps are filtered as in a whole sequence") {
    const double none = std::numeric_limits<double>::quiet_NaN();
    const latent::GaussianHMM<> model(
        Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{0.9, 0.1}, {0.2, 0.8}},
        latent::Gaussian<>(Eigen::MatrixXd{{0, 3}, {0, -1}},
                           {Eigen::Matrix2d{{1, 0.8}, {0.8, 1}}, Eigen::Matrix2d{{2, -1}, {-1, 1}}}));
    const Eigen::MatrixXd x{{0.5, none, none, 3, 2}, {none, -1, none, -1, none}};
    const latent::Sequences<double> whole(latent::with_missing(x));
    const Eigen::MatrixXd expected = model.filter(whole);
    latent::OnlineFilter online(model);
    for (latent::Index t = 0; t < x.cols(); ++t) {
        online.push(latent::with_missing(latent::Observations<double>(x)).middle(t, 1));
        CHECK((online.probabilities() - expected.col(t)).cwiseAbs().maxCoeff() < 1e-14);
    }
    CHECK_THAT(online.log_likelihood(), WithinAbs(model.score(whole), 1e-12));
    CHECK_THROWS_AS(online.push(latent::Observations<double>(x).middle(0, 1)), std::invalid_argument);
}
