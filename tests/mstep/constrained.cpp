// Fits under constraints: textbook cases, what is kept, what is counted, and that the objective never falls.
#include "latent/mstep/constrained.hpp"

#include "catch.hpp"
#include "kit/absent_file.hpp"
#include "kit/gaussian_subject.hpp"
#include "kit/hidden_markov_subject.hpp"
#include "kit/poisson_subject.hpp"
#include "kit/properties.hpp"
#include "latent/acceleration/anderson.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/convergence/relative_change.hpp"
#include "latent/emission/bernoulli.hpp"
#include "latent/emission/exponential.hpp"
#include "latent/estep/hard.hpp"
#include "latent/estep/stepwise.hpp"
#include "latent/execution/threads.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/fit.hpp"
#include "latent/mstep/jittered.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"
#include "latent/save/save.hpp"
#include "latent/selection/selection.hpp"
#include "latent/start/responsibilities.hpp"
#include "naive_mixture.hpp"

using namespace latent;

namespace {

constexpr RelativeChange tight{.tolerance = 1e-14};
constexpr Limits many{.iterations = 20000};

/// A model whose own M-step is the one under what Say says.
template <class S, class Say>
struct Obeying : S {
    struct Model : S::Model {
        Model() = default;
        Model(typename S::Model model) : S::Model(std::move(model)) { this->obey(restrictions()); }
        static Restrictions restrictions() {
            Restrictions r(3, 2);
            Say{}(r);
            return r;
        }
        void maximize(const typename S::Model::Statistics& s) {
            auto moved = s;
            std::as_const(*this).obey(restrictions(), moved);
            S::Model::maximize(moved);
            this->obey(restrictions());  // a component without observations stays as it was
        }
    };
    static Model truth() { return S::truth(); }
    static Model start() { return S::start(); }
};

template <class S>
void never_falls() {
    kit::exact_rules_never_fall(kit::any_subject<S>());
}

struct OfMeans {
    void operator()(Restrictions& r) const {
        FixedMean{0, Eigen::Vector2d(0.2, 0.1)}(r);
        BoundedMean{1, Eigen::Vector2d(3.5, 1.2), Eigen::Vector2d(3.8, 2)}(r);
    }
};
struct OfWeights {
    void operator()(Restrictions& r) const {
        FixedWeight{1, 0.3}(r);
        BoundedWeight{2, 0.2, 0.4}(r);
    }
};
struct OfTies {
    void operator()(Restrictions& r) const {
        TiedMeans{{0, 1}}(r);
        EqualWeights{}(r);
    }
};
struct OfCovariances : OfMeans {
    void operator()(Restrictions& r) const {
        OfMeans::operator()(r);
        TiedCovariances{{0, 1}}(r);
        FixedCovariance{2, 1.1 * Eigen::Matrix2d::Identity()}(r);
    }
};
struct OfMoves : OfMeans {
    void operator()(Restrictions& r) const {
        OfMeans::operator()(r);
        FixedTransition{0, 1, 0.2}(r);
        BoundedTransition{0, 2, 0.25, 0.5}(r);
        BoundedTransition{1, 1, 0, 0.5}(r);
        FixedInitial{0, 0.4}(r);
    }
};

}  // namespace

TEMPLATE_TEST_CASE("with constraints exact rules never lower their objective, those of mixtures", "", OfMeans,
                   OfWeights, OfTies, OfCovariances) {
    never_falls<Obeying<kit::GaussianSubject<Full, double>, TestType>>();
    never_falls<Obeying<kit::GaussianSubject<Diagonal, double>, TestType>>();
}
TEMPLATE_TEST_CASE(
    "with constraints exact rules never lower their objective, those of counts and shared covariances", "",
    OfMeans, OfWeights, OfTies) {
    never_falls<Obeying<kit::PoissonSubject<double>, TestType>>();
    never_falls<Obeying<kit::GaussianSubject<Tied, double>, TestType>>();
    never_falls<Obeying<kit::GaussianSubject<VEE, double>, TestType>>();
}
TEST_CASE("with constraints exact rules never lower their objective, those of hidden Markov models") {
    never_falls<Obeying<kit::HiddenMarkovSubject<kit::GaussianSubject<Full, double>>, OfMoves>>();
    never_falls<Obeying<kit::HiddenMarkovSubject<kit::PoissonSubject<double>>, OfMoves>>();
}

TEST_CASE("equal variances of all components are the structures that share them") {
    const Eigen::MatrixXd x = naive::observations<double>(2, 120, 0);
    const std::vector<Index> labels = [] {
        std::vector<Index> l(120);
        for (std::size_t i = 0; i < l.size(); ++i) l[i] = static_cast<Index>(i % 3 == 0);
        return l;
    }();
    const auto same = [&]<class Shared, class Free>(Shared, Free) {
        const auto expected = fit(Labels{labels}(GaussianMixture<Shared>(2, 2), x), x, tight, many);
        GaussianMixture<Free> start(expected.model.size(), 2);
        const auto first = Labels{labels}(GaussianMixture<Shared>(2, 2), x);
        start = {first.weights(), Gaussian<Free>(first.means(), {first.covariance(0), first.covariance(1)})};
        const auto tied = fit(start, x, Constrained{std::tuple{TiedCovariances{}}}, tight, many);
        CHECK_THAT(tied.log_likelihood, WithinRel(expected.log_likelihood, 1e-12));
        CHECK((tied.model.covariance(0) - expected.model.covariance(0)).norm() < 1e-5);
        CHECK((tied.model.covariance(0) - tied.model.covariance(1)).norm() < 1e-13);
        CHECK((tied.model.means() - expected.model.means()).norm() < 1e-5);
        CHECK(tied.parameters() == expected.model.parameters());
        CHECK(expected.parameters() == expected.model.parameters());
    };
    same(Tied{}, Full{});
    same(EEI{}, Diagonal{});
    same(EII{}, Spherical{});
}

TEST_CASE("equal and fixed weights, and a fixed mean, at the optimum that they leave") {
    const Eigen::MatrixXd x = naive::observations<double>(2, 120, 0);
    const auto start = KMeans{.seed = 1}(GaussianMixture<>(3, 2), x);
    const auto free = fit(start, x, tight, many);
    const auto equal = fit(start, x, Constrained{std::tuple{EqualWeights{}}}, tight, many);
    CHECK((equal.model.weights().array() - 1.0 / 3).abs().maxCoeff() < 1e-15);
    CHECK(equal.parameters() == free.parameters() - 2);
    CHECK(equal.log_likelihood < free.log_likelihood);
    // Lagrange: fixed weights are the only ones whose responsibilities have other means.
    const Constrained several{std::tuple{FixedWeight{2, 0.5}, FixedMean{1, Eigen::Vector2d(0.5, 0.25)}}};
    const auto held = fit(start, x, several, tight, many);
    CHECK(held.converged());
    CHECK_THAT(held.model.weights()(2), WithinRel(0.5, 1e-15));
    CHECK(held.model.means().col(1) == Eigen::Vector2d(0.5, 0.25));
    CHECK(held.parameters() == free.parameters() - 3);
    const Eigen::MatrixXd r = held.model.predict_proba(x);
    const Eigen::Vector3d share = r.rowwise().mean();
    CHECK_THAT(held.model.weights()(0), WithinAbs(0.5 * share(0) / (share(0) + share(1)), 1e-6));
    const Eigen::MatrixXd about = x.colwise() - held.model.means().col(1);
    const Eigen::MatrixXd scatter = about * r.row(1).asDiagonal() * about.transpose() / r.row(1).sum();
    CHECK((held.model.covariance(1) - scatter).norm() < 1e-5);
    const Eigen::VectorXd mean = x * r.row(0).transpose() / r.row(0).sum();
    CHECK((held.model.means().col(0) - mean).norm() < 1e-5);
}

TEST_CASE("constraints that the maximum meets change nothing") {
    const Eigen::MatrixXd x = naive::observations<double>(2, 120, 0);
    const auto start = KMeans{.seed = 1}(GaussianMixture<>(2, 2), x);
    const auto free = fit(start, x, tight, many);
    const double far = 1e3;
    const auto bounded =
        fit(start, x, tight, many,
            Constrained{std::tuple{BoundedMean{0, Eigen::Vector2d(-far, -far), Eigen::Vector2d(far, far)},
                                   BoundedWeight{0, 0.01, 0.99}}});
    CHECK_THAT(bounded.log_likelihood, WithinRel(free.log_likelihood, 1e-12));
    CHECK((bounded.model.means() - free.model.means()).norm() < 1e-6);
    CHECK(bounded.parameters() == free.parameters());
    const auto none = fit(start, x, tight, many, Constrained{std::tuple{}});
    CHECK(none.trace == free.trace);
}

namespace {

HiddenMarkovModel<Poisson<>> counting_start() {
    return {Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{0.8, 0.2}, {0.3, 0.7}},
            Poisson<>(Eigen::MatrixXd{{12, 26}})};
}
const std::vector<double> quakes{13, 14, 8, 10, 16, 26, 32, 27, 18, 32, 36, 24, 22, 23, 22, 18, 25, 21,
                                 21, 14, 8, 11, 14, 23, 18, 17, 19, 20, 22, 19, 13, 26, 13, 14, 22, 24};

}  // namespace

TEST_CASE(
    "a transition fixed where the likelihood is highest is the free fit, elsewhere it is lower and stays") {
    const auto free = fit(counting_start(), quakes, tight, many);
    const double best = free.model.transition()(0, 1);
    const auto same =
        fit(counting_start(), quakes, tight, many, Constrained{std::tuple{FixedTransition{0, 1, best}}});
    CHECK_THAT(same.log_likelihood, WithinRel(free.log_likelihood, 1e-10));
    CHECK((same.model.transition() - free.model.transition()).norm() < 1e-5);
    CHECK((same.model.means() - free.model.means()).norm() < 1e-4);
    CHECK(same.parameters() == free.parameters() - 1);
    const auto half =
        fit(counting_start(), quakes, tight, many, Constrained{std::tuple{FixedTransition{0, 1, 0.5}}});
    CHECK(half.log_likelihood < free.log_likelihood - 0.1);
    CHECK_THAT(half.model.transition()(0, 1), WithinRel(0.5, 1e-15));
    CHECK_THAT(half.model.transition()(0, 0), WithinRel(0.5, 1e-15));
    CHECK(half.model.transition()(1, 0) != 0.5);
    // Rates too: of Poisson densities the means are the rates.
    const auto rate = fit(counting_start(), quakes, tight, many,
                          Constrained{std::tuple{FixedMean{0, Eigen::VectorXd::Constant(1, 14)},
                                                 FixedInitial{0, 1}, BoundedTransition{1, 0, 0, 0.05}}});
    CHECK_THAT(rate.model.means()(0, 0), WithinRel(14, 1e-15));
    CHECK_THAT(rate.model.initial()(0), WithinRel(1, 1e-15));
    CHECK_THAT(rate.model.transition()(1, 0), WithinRel(0.05, 1e-14));
    CHECK(rate.parameters() == free.parameters() - 2);
}

TEST_CASE("accelerated fits end where plain ones do, and obey") {
    const Eigen::MatrixXd x = naive::observations<double>(2, 120, 0);
    const auto start = KMeans{.seed = 1}(GaussianMixture<>(3, 2), x);
    const Constrained several{std::tuple{
        FixedWeight{2, 0.5}, FixedMean{1, Eigen::Vector2d(0.5, std::nan(""))},
        BoundedMean{0, Eigen::Vector2d(-0.1, -0.1), Eigen::Vector2d(0.1, 0.1)}, TiedCovariances{{0, 2}}}};
    const auto plain = fit(start, x, several, tight, many);
    const auto obeys = [&](const auto& fit) {
        CHECK(fit.converged());
        CHECK_THAT(fit.log_likelihood, WithinRel(plain.log_likelihood, 1e-9));
        CHECK_THAT(fit.model.weights()(2), WithinRel(0.5, 1e-15));
        CHECK(fit.model.means()(0, 1) == 0.5);
        CHECK(fit.model.means().col(0).cwiseAbs().maxCoeff() <= 0.1);
        CHECK((fit.model.covariance(0) - fit.model.covariance(2)).norm() < 1e-13);
        CHECK(fit.fixed_parameters == 5);
    };
    obeys(plain);
    obeys(fit(start, x, several, tight, many, Squarem{}));
    obeys(fit(start, x, several, tight, many, Anderson{}));
    const ExpectationMaximization<Batch<>, std::remove_const_t<decltype(several)>, Threads> threads{
        .mstep = several, .execution = {3}, .convergence = {}};
    const ExpectationMaximization<Batch<>, std::remove_const_t<decltype(several)>, Sequential> alone{
        .mstep = several, .convergence = {}};
    CHECK(threads.fit(start, x).trace == alone.fit(start, x).trace);
}

TEST_CASE("mini-batches, hard labels, missing cells and disturbances obey") {
    Eigen::MatrixXd x = naive::observations<double>(2, 120, 0);
    const auto start = KMeans{.seed = 1}(GaussianMixture<>(2, 2), x);
    const Constrained constrained{std::tuple{FixedMean{1, Eigen::Vector2d(0.5, 0.25)}, EqualWeights{}}};
    const auto obeys = [&](const auto& fit) {
        CHECK(fit.model.means().col(1) == Eigen::Vector2d(0.5, 0.25));
        CHECK((fit.model.weights().array() - 0.5).abs().maxCoeff() < 1e-15);
        CHECK(fit.parameters() == fit.model.parameters() - 3);
    };
    obeys(fit(start, x, constrained, Stepwise<>{.batch = 1}));
    obeys(fit(start, x, constrained, Hard{}));
    const ExpectationMaximization<Batch<>, Jittered<std::remove_const_t<decltype(constrained)>>> jittered{
        .mstep = {constrained}};
    obeys(jittered.fit(start, x));
    x(0, 3) = x(1, 7) = x(1, 40) = std::nan("");
    const auto gaps = fit(start, with_missing(x), constrained, tight, many);
    obeys(gaps);
    for (std::size_t t = 1; t < gaps.trace.size(); ++t) CHECK(gaps.trace[t] >= gaps.trace[t - 1] - 1e-10);
}

TEST_CASE("a prior's pseudo-observations are there before the constraints act") {
    const Eigen::RowVectorXd x = Eigen::RowVectorXd::LinSpaced(12, 0, 11);
    const Mixture<Poisson<>> m(Eigen::Vector3d(0.2, 0.3, 0.5), Poisson<>(Eigen::MatrixXd{{1, 5, 9}}));
    const auto s = kit::expect(Soft{}, m, m.units(x)).statistics;
    const MaximumAPosteriori map{MixturePrior<GammaPrior>{3, {4, 2}}};
    const Constrained constrained{std::tuple{FixedWeight{0, 0.4}, TiedMeans{{1, 2}}}, map};
    auto next = m;
    Journal journal;
    constrained(next, s, journal);
    const double one = s.count(1) + 2, two = s.count(2) + 2;
    CHECK_THAT(next.weights()(0), WithinRel(0.4, 1e-15));
    CHECK_THAT(next.weights()(1), WithinRel(0.6 * one / (one + two), 1e-14));
    CHECK_THAT(next.means()(0, 1), WithinRel((s.emission.sum(0, 1) + s.emission.sum(0, 2) + 6) /
                                                 (s.emission.count(1) + s.emission.count(2) + 4),
                                             1e-14));
    CHECK(constrained.penalty(m) == map.penalty(m));
    STATIC_REQUIRE(decltype(constrained)::monotone);
    const auto posterior = fit(m, x, constrained, tight, many);
    CHECK(posterior.converged());
    CHECK_THAT(posterior.objective,
               WithinRel(posterior.log_likelihood + map.penalty(posterior.model), 1e-14));
}

TEST_CASE("what is fixed stays whatever the remedy says") {
    Eigen::MatrixXd x(1, 40);  // ten are the same
    for (Index i = 0; i < 40; ++i) x(0, i) = i < 10 ? 9 : std::sin(static_cast<double>(i));
    const Eigen::MatrixXd one = Eigen::MatrixXd::Identity(1, 1);
    const GaussianMixture<> start(Gaussian<>(Eigen::RowVector2d(0, 9), {one, one}));
    const auto narrow = fit(start, x, Constrained{std::tuple{FixedCovariance{1, 1e-12 * one}}});
    CHECK(narrow.status != Status::objective_decreased);
    CHECK_THAT(narrow.model.covariance(1)(0, 0), WithinRel(1e-12, 1e-12));
    REQUIRE(narrow.flaws.size() == 1);
    CHECK(narrow.flaws[0].component == 1);
    const Constrained anew{std::tuple{FixedMean{1, Eigen::VectorXd::Constant(1, 9)}},
                           MaximumLikelihood<Reseed>{{.seed = 3}}};
    const auto reseeded = fit(start, x, anew);
    CHECK(reseeded.model.means()(0, 1) == 9);
    const auto tied = fit(start, x, Constrained{std::tuple{TiedCovariances{}}});
    CHECK(tied.flaws.empty());  // no variance can collapse without the other
}

TEST_CASE("criteria count what is free, and a saved result does") {
    const Eigen::MatrixXd x = naive::observations<double>(2, 120, 0);
    using Ties = Constrained<std::tuple<TiedCovariances, EqualWeights>>;
    using EM = ExpectationMaximization<Batch<>, Ties>;
    const std::vector shapes{GaussianMixture<>(2, 2), GaussianMixture<>(3, 2)};
    const auto chosen = Selection<Bic, Restarts<KMeans, EM>>{}.fit(shapes, x);
    CHECK(chosen.table[0].parameters == 4 + 3);
    CHECK(chosen.table[1].parameters == 6 + 3);
    CHECK(chosen.table[0].criterion == Bic{}(chosen.all[0].log_likelihood, 7, 120));
    const kit::AbsentFile file;
    const std::string path = file.path.string() + ".json";
    save(path, chosen.all[1]);
    const auto loaded = load<Result<GaussianMixture<>>>(path);
    std::filesystem::remove(path);
    CHECK(loaded.parameters() == 9);
    CHECK(loaded.fixed_parameters == chosen.all[1].fixed_parameters);
}

TEST_CASE("means that a family cannot have are refused") {
    const auto refused = [&](const auto& start, const Eigen::RowVectorXd& x, const auto& constraint,
                             const char* what) {
        CHECK_THROWS_WITH(fit(start, x, Constrained{std::tuple{constraint}}), what);
    };
    const Eigen::RowVector4d x(0, 1, 1, 0);
    const auto at = [](double mean) { return Eigen::VectorXd::Constant(1, mean); };
    const Mixture<Poisson<>> counts(Poisson<>(Eigen::RowVector2d(1, 2)));
    refused(counts, x, FixedMean{0, at(-1)},
            "latent::Constrained: means(0, 0) is to lie between -1 and -1, where latent::Poisson has none");
    refused(counts, x, BoundedMean{0, {}, at(-1)},
            "latent::Constrained: means(0, 0) is to lie between -inf and -1, where latent::Poisson has none");
    refused(counts, x, BoundedMean{0, at(std::numeric_limits<double>::infinity()), {}},
            "latent::Constrained: means(0, 0) is to lie between inf and inf");
    CHECK(fit(counts, x, Constrained{std::tuple{BoundedMean{1, at(-1), at(0.25)}}}).model.means()(0, 1) ==
          0.25);
    refused(
        Mixture<Bernoulli<>>(Bernoulli<>(Eigen::RowVector2d(0.2, 0.7))), x, FixedMean{1, at(1.5)},
        "latent::Constrained: means(0, 1) is to lie between 1.5 and 1.5, where latent::Bernoulli has none");
    refused(Mixture<Exponential<>>(Exponential<>(Eigen::RowVector2d(1, 2))), Eigen::RowVector2d(1, 2),
            FixedMean{0, at(0)},
            "latent::Constrained: means(0, 0) is to lie between 0 and 0, where latent::Exponential has none");
}

TEST_CASE("constraints that contradict each other, or the model, are refused when a fit begins") {
    const Eigen::MatrixXd x = naive::observations<double>(2, 120, 0);
    const auto refused = [&](const auto& start, const auto& data, const auto& what,
                             const auto&... constraints) {
        CHECK_THROWS_WITH(fit(start, data, Constrained{std::tuple{constraints...}}), what);
    };
    const GaussianMixture<> mixture = KMeans{.seed = 1}(GaussianMixture<>(2, 2), x);
    const Eigen::Vector2d zero(0, 0);
    refused(mixture, x, "latent::Constrained: two constraints are about means(0, 1)", FixedMean{1, zero},
            BoundedMean{1, zero, {}});
    refused(mixture, x,
            "latent::Constrained: the weight of component 0 is tied to others, and another constraint is "
            "about it",
            FixedWeight{0, 0.2}, EqualWeights{});
    refused(mixture, x, "latent::Constrained: a constraint is about a hidden chain, which a mixture has not",
            FixedTransition{0, 1, 0.5});
    refused(
        mixture, x,
        "latent::Constrained: weights: the probabilities sum to at least 1.2 and at most 1.2, expected that "
        "they can sum to one",
        FixedWeight{0, 0.6}, FixedWeight{1, 0.6});
    refused(mixture, x, ContainsSubstring("is not positive definite"),
            FixedCovariance{0, Eigen::Matrix2d{{1, 2}, {2, 1}}});
    refused(mixture, x, "latent::FixedCovariance: covariance is empty, expected d × d",
            FixedCovariance{0, {}});
    const Eigen::Matrix2d one = Eigen::Matrix2d::Identity();
    refused(KMeans{.seed = 1}(GaussianMixture<Tied>(2, 2), x), x,
            "latent::Constrained: 2 constraints fix the covariance that all components share",
            FixedCovariance{0, one}, FixedCovariance{1, 4 * one});
    refused(mixture, x, "latent::FixedWeight: weight is 2, expected a number in [0, 1]", FixedWeight{0, 2});
    auto hmm = counting_start();
    refused(hmm, quakes,
            "latent::Constrained: a constraint is about weights, which a hidden Markov model has not",
            EqualWeights{});
    hmm.chain().set_stationary();
    refused(hmm, quakes,
            StartsWith("latent::Constrained: a constraint is about a probability of a chain that is"),
            FixedTransition{0, 1, 0.5});
    hmm = counting_start();
    hmm.chain().tie_rows({0, 0});
    refused(hmm, quakes, "latent::Constrained: row 1 of transition is tied to row 0: say it of that one",
            FixedTransition{1, 1, 0.5});
    const auto tied = fit(hmm, quakes, Constrained{std::tuple{FixedTransition{0, 1, 0.4}}});
    CHECK_THAT(tied.model.transition()(1, 1), WithinRel(0.4, 1e-14));
    hmm = counting_start();
    hmm.chain().fix_transition();
    refused(hmm, quakes, "latent::Constrained: a constraint is about the transition matrix, which is fixed",
            FixedTransition{1, 1, 0.5});
    hmm = counting_start();
    hmm.fix_emission();
    refused(hmm, quakes, "latent::Constrained: a constraint is about an emission that is fixed",
            FixedMean{0, Eigen::VectorXd::Ones(1)});
    hmm = {Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{1, 0}, {0.3, 0.7}},
           Poisson<>(Eigen::MatrixXd{{12, 26}})};
    refused(hmm, quakes,
            "latent::Constrained: row 0 of transition: probability 1 is to be at least 0.5, but the model "
            "forbids it",
            FixedTransition{0, 1, 0.5});
}
