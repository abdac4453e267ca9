// Archetypes: for every contract the least type that fulfils it, run through the driver. Nothing that a
// contract does not promise may be needed.
#include "latent/core/concepts.hpp"

#include "catch.hpp"
#include "latent/acceleration/anderson.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/estep/annealed.hpp"
#include "latent/estep/hard.hpp"
#include "latent/estep/stochastic.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/mixture.hpp"
#include "latent/mstep/jittered.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"

using latent::Index, latent::Key, latent::Random;

namespace {

struct Number {
    double value = 0;
    static constexpr auto fields() { return std::tuple{&Number::value}; }
};

/// The mean of numbers: a unit is a number, nothing is hidden.
struct Model {
    using Unit = double;
    struct Posterior {};
    using Statistics = Number;
    double mean = 0;

    Number zero_statistics() const { return {}; }
    double infer(double x, Posterior&) const { return -0.5 * (x - mean) * (x - mean); }
    void accumulate(double x, const Posterior&, Number& s) const { s.value += x; }
    void maximize(const Number& s) { mean = s.value / 2; }  // of two units
    double expected_log_joint(const Number& s) const { return mean * s.value - mean * mean; }
};
struct TemperableModel : Model {
    using Model::infer;
    double infer(double x, Posterior& q, double) const { return infer(x, q); }
};
struct DecodableModel : Model {
    double decode(double x, Posterior& q) const { return infer(x, q); }
};
struct SamplableModel : Model {
    double sample(double x, Random&, Posterior& q) const { return infer(x, q); }
};
struct VectorizableModel : Model {
    std::vector<double> to_vector() const { return {mean}; }
    void from_vector(std::span<const double> v) { mean = v[0]; }
};

/// Two Bernoulli densities on 0 and 1.
struct BernoulliFamily {
    using Scalar = double;
    struct Statistics {
        std::array<double, 2> count{}, ones{};
        static constexpr auto fields() { return std::tuple{&Statistics::count, &Statistics::ones}; }
    };
    std::array<double, 2> p{0.2, 0.7};

    static double density(double p, double x) { return x > 0 ? p : 1 - p; }
    Index size() const { return 2; }
    Index dimension() const { return 1; }
    Statistics zero_statistics() const { return {}; }
    void log_density(const latent::Panel<double>& x, latent::Panel<double>& out) const {
        out.resize(x.size(), 2);
        for (Index i = 0; i < x.padded(); ++i)
            for (const auto k : {0u, 1u}) out(i, k) = std::log(density(p[k], x(i, 0)));
    }
    void accumulate(const latent::Panel<double>& x, const latent::Panel<double>& r, Statistics& s) const {
        for (Index i = 0; i < x.size(); ++i)
            for (const auto k : {0u, 1u}) s.count[k] += r(i, k), s.ones[k] += r(i, k) * x(i, 0);
    }
    void maximize(const Statistics& s) {
        for (const auto k : {0u, 1u}) p[k] = s.ones[k] / s.count[k];
    }
    double expected_log_density(const Statistics& s) const {
        double total = 0;
        for (const auto k : {0u, 1u})
            total += s.ones[k] * std::log(p[k]) + (s.count[k] - s.ones[k]) * std::log(1 - p[k]);
        return total;
    }
    Index parameters() const { return 2; }
    bool same() const { return p[0] == p[1]; }
    void sample(Index k, Random& random, double* x) const {
        *x = random.uniform() < p[static_cast<std::size_t>(k)] ? 1 : 0;
    }
};
struct VectorizableFamily : BernoulliFamily {
    Index coordinates() const { return 2; }
    void to_vector(std::span<double> v) const {
        for (const auto k : {0u, 1u}) v[k] = std::log(p[k] / (1 - p[k]));
    }
    void from_vector(std::span<const double> v) {
        for (const auto k : {0u, 1u}) p[k] = 1 / (1 + std::exp(-v[k]));
    }
};
struct CollapsibleFamily : BernoulliFamily {
    std::optional<latent::Cause> flaw(Index, const Eigen::VectorXd&) const { return {}; }
    bool raise(Index, const Eigen::VectorXd&) { return true; }
    void inflate(const Eigen::VectorXd&) {}
    double share(Index) const { return 1; }
    void respawn(Index, Index, Random&) {}
    void remove(Index) {}
};

struct Rule {
    static constexpr bool monotone = true, exact = true;
    bool settled(int) const { return true; }
    double operator()(const Model& m, const double& x, Model::Posterior& q, Key) const {
        return m.infer(x, q);
    }
};
struct Sweep {
    static constexpr bool monotone = true, exact = true;
    bool settled(int) const { return true; }
    template <class M, class Units, class X>
    int workspace(const M&, const Units&, const X&) const {
        return 0;
    }
    void operator()(const Model& m, const std::vector<double>& x, int, int&,
                    latent::Expectation<Number>& e) const {
        Model::Posterior q;
        e = {{x[0] + x[1]}, m.infer(x[0], q) + m.infer(x[1], q)};
    }
};
struct Maximizer {
    static constexpr bool monotone = true;
    void operator()(Model& m, const Number& s, latent::Journal&) const { m.maximize(s); }
    double penalty(const Model&) const { return 0; }
};
struct OnePseudoObservation {
    Number operator()(const Model&) const { return {0}; }
};
struct InOrder {
    template <class Sum, class Scratch>
    auto reduction() const {
        return [](latent::Slices slices, const auto& reset, const auto& body, Sum& total) {
            Scratch scratch{};
            reset(total);
            for (Index i = 0; i < slices.units(); ++i) body(total, scratch, i);
        };
    }
};
struct OneStep {
    static constexpr bool plain = true;
    template <class S>
    int memory(const S&) const {
        return 0;
    }
    template <class S>
    double operator()(const S& state, S& next, const auto& maximize, const auto& evaluate, int) const {
        maximize(state, next);
        evaluate(next);
        return std::numeric_limits<double>::quiet_NaN();
    }
};
struct FixedPoint {
    bool operator()(const latent::Progress& p) const {
        return p.trace.size() > 1 && p.trace[p.trace.size() - 2] == p.objective;
    }
};
struct Watcher {
    void operator()(const latent::Progress&, const Model&) const {}
};
struct AtOne {
    Model operator()(const Model&, const std::vector<double>&) const { return {.mean = 1}; }
};

static_assert(latent::Additive<Number>);
static_assert(latent::LatentVariableModel<Model>);
static_assert(latent::Temperable<TemperableModel> && !latent::Temperable<Model>);
static_assert(latent::Decodable<DecodableModel> && !latent::Decodable<Model>);
static_assert(latent::Samplable<SamplableModel> && !latent::Samplable<Model>);
static_assert(latent::Vectorizable<VectorizableModel> && !latent::Vectorizable<Model>);
static_assert(latent::Emission<BernoulliFamily>);
static_assert(latent::VectorizableEmission<VectorizableFamily>);
static_assert(latent::Collapsible<CollapsibleFamily> && !latent::Collapsible<BernoulliFamily>);
static_assert(latent::Vectorizable<latent::Mixture<VectorizableFamily>>);
static_assert(!latent::Vectorizable<latent::Mixture<BernoulliFamily>>);
static_assert(latent::PosteriorRule<Rule, Model>);
static_assert(latent::Execution<InOrder>);
static_assert(latent::EStep<Sweep, Model, std::vector<double>, InOrder>);
static_assert(latent::MStep<Maximizer, Model>);
static_assert(latent::Prior<OnePseudoObservation, Model>);
static_assert(latent::Acceleration<OneStep, Model>);
static_assert(latent::Convergence<FixedPoint>);
static_assert(latent::Observer<Watcher, Model>);
static_assert(latent::Start<AtOne, Model, std::vector<double>>);

const std::vector<double> two{1, 4};

template <class EM, class M>
void check_fit(const EM& em, const M& model) {
    const auto fit = em.fit(model, two);
    CHECK((fit.converged() || fit.status == latent::Status::iteration_limit));
    CHECK(fit.model.mean == 2.5);
}

}  // namespace

TEST_CASE("the least model goes through the driver, and with each refinement through its policy") {
    using namespace latent;
    using ML = MaximumLikelihood<>;
    const Limits limits{.iterations = 3};
    check_fit(ExpectationMaximization<>{}, Model{});
    check_fit(ExpectationMaximization<Batch<Annealed>>{}, TemperableModel{});
    check_fit(ExpectationMaximization<Batch<Hard>>{}, DecodableModel{});
    check_fit(ExpectationMaximization<Batch<Stochastic>>{.limits = limits}, SamplableModel{});
    check_fit(ExpectationMaximization<Batch<>, ML, Sequential, Squarem>{}, VectorizableModel{});
    check_fit(ExpectationMaximization<Batch<>, ML, Sequential, Anderson>{}, VectorizableModel{});
    check_fit(ExpectationMaximization<Batch<>, Jittered<>>{.mstep = {.scale = 0}}, VectorizableModel{});
}

TEST_CASE("the least policy of each kind goes through the driver") {
    using namespace latent;
    check_fit(ExpectationMaximization<Batch<Rule>>{}, Model{});
    check_fit(ExpectationMaximization<Sweep>{}, Model{});
    check_fit(ExpectationMaximization<Batch<>, Maximizer>{}, Model{});
    check_fit(ExpectationMaximization<Batch<>, MaximumAPosteriori<OnePseudoObservation>>{}, Model{});
    check_fit(ExpectationMaximization<Sweep, Maximizer, InOrder, OneStep, FixedPoint, Watcher>{}, Model{});
    CHECK(fit(Model{}, two, AtOne{}).model.mean == 2.5);
}

TEMPLATE_TEST_CASE("the least emission makes a mixture that the driver fits", "", BernoulliFamily,
                   VectorizableFamily, CollapsibleFamily) {
    const std::vector<double> tosses{1, 0, 0, 1, 0, 1, 1, 1};
    const auto fit = latent::fit(latent::Mixture<TestType>(TestType{}), std::span<const double>(tosses));
    const auto& p = fit.model.emission().p;
    CHECK(fit.converged());
    CHECK_THAT(fit.model.weights().dot(Eigen::Vector2d(p[0], p[1])), WithinAbs(5.0 / 8, 1e-9));
}
