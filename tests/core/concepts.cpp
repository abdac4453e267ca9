// Archetypes: for every contract the least type that fulfils it, run through the driver. Nothing that a
// contract does not promise may be needed.
#include "latent/core/concepts.hpp"

#include "catch.hpp"
#include "latent/acceleration/anderson.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/emission/family.hpp"
#include "latent/estep/annealed.hpp"
#include "latent/estep/hard.hpp"
#include "latent/estep/stochastic.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/fit.hpp"
#include "latent/model/conditional.hpp"
#include "latent/model/highest_density_region.hpp"
#include "latent/model/impute.hpp"
#include "latent/model/mixture.hpp"
#include "latent/model/poisson_image.hpp"
#include "latent/model/pseudo_residuals.hpp"
#include "latent/mstep/constrained.hpp"
#include "latent/mstep/jittered.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"
#include "latent/mstep/one_step_late.hpp"
#include "latent/selection/selection.hpp"
#include "latent/start/responsibilities.hpp"

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

/// Whose mean can be fixed.
struct RestrictableModel : Model {
    static Index size() { return 1; }
    static Index dimension() { return 1; }
    bool obey(const latent::Restrictions& r, Number& s) const {
        const Number before = s;
        s.value = 2 * std::clamp(s.value / 2, r.means.lower(0, 0), r.means.upper(0, 0));
        return s.value != before.value;
    }
    bool obey(const latent::Restrictions& r) {
        Number own{2 * mean};
        const bool moved = std::as_const(*this).obey(r, own);
        maximize(own);
        return moved;
    }
    Index fixed_parameters(const latent::Restrictions& r) const { return r.means.fixed(); }
};
struct WithoutObey : RestrictableModel {
    bool obey(const latent::Restrictions&) = delete;
};
struct WithoutFixedParameters : RestrictableModel {
    Index fixed_parameters(const latent::Restrictions&) const = delete;
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
    bool all_equal() const { return p[0] == p[1]; }
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
/// Of which parameters can be restricted: here, the first probability.
struct RestrictableFamily : BernoulliFamily {
    bool obey(const latent::Restrictions& r, Statistics& s) const {
        const double before = s.ones[0];
        if (s.count[0] > 0)
            s.ones[0] =
                s.count[0] * std::clamp(before / s.count[0], r.means.lower(0, 0), r.means.upper(0, 0));
        return s.ones[0] != before;
    }
    Index fixed_parameters(const latent::Restrictions& r) const { return r.means.fixed(); }
    void expect(const Eigen::VectorXd& count, Statistics& s) const {
        for (const auto k : {0u, 1u}) s.count[k] += count(k), s.ones[k] += count(k) * p[k];
    }
};
struct WithoutExpect : RestrictableFamily {
    void expect(const Eigen::VectorXd&, Statistics&) const = delete;
};
/// Knows of the observations only what stands in the room, and refuses to go without it.
struct FamilyWithRoom : BernoulliFamily {
    struct Room {
        std::vector<double> tosses{};
        std::string calls{};
    };
    using Table = latent::Panel<double>;

    void log_density(const Table&, Table&) const { throw std::logic_error("without its room"); }
    void accumulate(const Table&, const Table&, Statistics&) const {
        throw std::logic_error("without its room");
    }
    void prepare(const Table& x, Room& room) const {
        room.tosses.assign(x.column(0), x.column(0) + x.size());
        room.calls += "prepare ";
    }
    void log_density(const Table& x, Table& out, Room& room) const {
        BernoulliFamily::log_density(x, out);
        room.tosses.assign(x.column(0), x.column(0) + x.size());
        room.calls += "log_density ";
    }
    void accumulate(const Table&, const Table& r, Room& room, Statistics& s) const {
        for (std::size_t i = 0; i < room.tosses.size(); ++i)
            for (const auto k : {0u, 1u}) {
                const double weight = r(static_cast<Index>(i), k);
                s.count[k] += weight, s.ones[k] += weight * room.tosses[i];
            }
        room.calls += "accumulate ";
    }
};
struct WithoutRoom : FamilyWithRoom {
    struct Room {
        explicit Room(Index) {}
    };
};
struct WithoutPrepare : FamilyWithRoom {
    void prepare(const Table& x, Room& room) const = delete;
};
struct WithoutDensityInRoom : FamilyWithRoom {
    void log_density(const Table& x, Table& out) const { BernoulliFamily::log_density(x, out); }
};
struct WithoutAccumulateInRoom : FamilyWithRoom {
    void accumulate(const Table& x, const Table& r, Statistics& s) const {
        BernoulliFamily::accumulate(x, r, s);
    }
};
/// What is missing could be either.
struct FamilyOfSome : FamilyWithRoom {
    bool takes_missing() const { return true; }
    void log_density(const Table& x, Table& out) const { BernoulliFamily::log_density(x, out); }
    void log_density(const Table& x, Table& out, Room& room) const {
        FamilyWithRoom::log_density(x, out, room);
        for (Index i = 0; i < x.size(); ++i)
            if (std::isnan(x(i, 0))) out(i, 0) = out(i, 1) = 0;
    }
    void impute(const Table& x, const Table& r, Room&, Eigen::Ref<Eigen::MatrixXd> values,
                Eigen::Ref<Eigen::MatrixXd> variances) const {
        for (Index i = 0; i < x.size(); ++i) {
            if (!std::isnan(x(i, 0))) continue;
            values(0, i) = r(i, 0) * p[0] + r(i, 1) * p[1];
            variances(0, i) = values(0, i) * (1 - values(0, i));
        }
    }
    void draw_hidden(const Table&, Index, Index k, Random& random, Room&,
                     Eigen::Ref<Eigen::VectorXd> to) const {
        sample(k, random, to.data());
    }
};
struct WithoutTakesMissing : FamilyOfSome {
    bool takes_missing() const = delete;
};
struct WithoutImpute : FamilyOfSome {
    void impute() const;
};
struct WithoutDrawHidden : FamilyOfSome {
    void draw_hidden() const;
};
struct WithoutDensityOfSome : FamilyOfSome {
    void log_density(const Table& x, Table& out) const { BernoulliFamily::log_density(x, out); }
};
struct DescribedFamily : BernoulliFamily {
    Eigen::RowVector2d means() const { return {p[0], p[1]}; }
    double covariance(Index k) const {
        return p[static_cast<std::size_t>(k)] * (1 - p[static_cast<std::size_t>(k)]);
    }
    double precision(Index k) const { return 1 / covariance(k); }
    void density(const latent::Panel<double>& x, latent::Panel<double>& out) const {
        out.resize(x.size(), 2);
        for (Index i = 0; i < x.padded(); ++i)
            for (const auto k : {0u, 1u}) out(i, k) = BernoulliFamily::density(p[k], x(i, 0));
    }
    double rounding(Index) const { return 0; }
    bool imprecise() const { return false; }
    void part(Random& random) { p[0] = random.uniform(); }
};
struct NoTosses {
    BernoulliFamily::Statistics operator()(const BernoulliFamily&) const { return {}; }
};
struct WrappedFamily : BernoulliFamily {
    template <class P>
    Statistics pseudo_observations(const P& prior) const {
        return prior(static_cast<const BernoulliFamily&>(*this));
    }
};
struct CollapsibleFamily : BernoulliFamily {
    std::optional<latent::Cause> collapse_cause(Index, const Eigen::VectorXd&) const { return {}; }
    bool floor_variances(Index, const Eigen::VectorXd&) { return true; }
    void add_ridge(const Eigen::VectorXd&) {}
    double share(Index) const { return 1; }
    void split_from(Index, Index, Random&) {}
    void remove(Index) {}
};
struct FamilyWithDistribution : BernoulliFamily {
    static constexpr bool discrete = true;
    double cdf(Index k, double x) const { return x < 0 ? 0 : x < 1 ? 1 - p[static_cast<std::size_t>(k)] : 1; }
    double survival(Index k, double x) const { return 1 - cdf(k, x); }
};
/// Tosses of the same coin.
struct ConditionableFamily : BernoulliFamily {
    struct Given;
    Index tosses = 2;

    Index dimension() const { return tosses; }
    void log_density(const latent::Panel<double>& x, latent::Panel<double>& out) const {
        out.resize(x.size(), 2);
        for (Index i = 0; i < x.padded(); ++i)
            for (const auto k : {0u, 1u}) {
                out(i, k) = 0;
                for (Index j = 0; j < tosses; ++j) out(i, k) += std::log(density(p[k], x(i, j)));
            }
    }
    ConditionableFamily marginal(const std::vector<Index>& dimensions) const {
        ConditionableFamily some = *this;
        some.tosses = std::ssize(dimensions);
        return some;
    }
};
struct ConditionableFamily::Given {
    Given(const ConditionableFamily& e, const std::vector<Index>& seen) : marginal(e.marginal(seen)) {}
    ConditionableFamily marginal;
    void expect(const ConditionableFamily& e, Index k, const Eigen::VectorXd&,
                Eigen::VectorXd& hidden) const {
        hidden.setConstant(e.p[static_cast<std::size_t>(k)]);
    }
    Eigen::MatrixXd covariance(const ConditionableFamily& e, Index k, const Eigen::VectorXd&) const {
        const double one = e.p[static_cast<std::size_t>(k)];
        return one * (1 - one) *
               Eigen::MatrixXd::Identity(e.tosses - marginal.tosses, e.tosses - marginal.tosses);
    }
    ConditionableFamily conditional(const ConditionableFamily& e, const Eigen::VectorXd&) const {
        return e.marginal(std::vector<Index>(static_cast<std::size_t>(e.tosses - marginal.tosses)));
    }
};
/// A number about a mean, or the sum of two numbers.
struct LeastDensity {
    using Statistics = std::array<double, 2>;
    double mean = 0;

    double log_density(double x) const { return -(x - mean) * (x - mean) / 2; }
    void accumulate(double x, double weight, Statistics& s) const { s[0] += weight, s[1] += weight * x; }
    void maximize(const Statistics& s) { mean = s[1] / s[0]; }
    double expected_log_density(const Statistics& s) const { return mean * s[1] - mean * mean / 2 * s[0]; }
    double sample(Random& random) const { return mean + random.normal(); }
};
struct LeastDensityOfTwo : LeastDensity {
    Index dimension() const { return 2; }
    double log_density(std::span<const double> x) const { return LeastDensity::log_density(x[0] + x[1]); }
    void accumulate(std::span<const double> x, double weight, Statistics& s) const {
        LeastDensity::accumulate(x[0] + x[1], weight, s);
    }
    void sample(Random& random, std::span<double> x) const { x[0] = LeastDensity::sample(random), x[1] = 0; }
};
struct DistributedDensity : LeastDensity {
    double cdf(double x) const { return std::erfc((mean - x) / std::sqrt(2)) / 2; }
    double survival(double x) const { return std::erfc((x - mean) / std::sqrt(2)) / 2; }
};
struct VectorizableDensity : LeastDensity {
    Index coordinates() const { return 1; }
    void to_vector(std::span<double> v) const { v[0] = mean; }
    void from_vector(std::span<const double> v) { mean = v[0]; }
};

/// Two points among numbers, each number about one of them: a model that starts put somewhere, and that shows no emission.
struct Points {
    using Scalar = double;
    using Unit = latent::Observations<double>;
    using Posterior = std::vector<double>;  // of the second point
    struct Statistics {
        std::array<double, 2> count{}, sum{};
        static constexpr auto fields() { return std::tuple{&Statistics::count, &Statistics::sum}; }
    };
    std::array<double, 2> points{};

    Index size() const { return 2; }
    Index dimension() const { return 1; }
    Index parameters() const { return 2; }
    latent::Blocks<double> units(const Unit& x) const { return latent::Blocks<double>(x, 4, 2); }
    void set_posterior(const Unit& x, const latent::Responsibility& r, Posterior& q) const {
        q.clear();
        for (Index i = 0; i < x.cols(); ++i) q.push_back(r(i, 1));
    }
    Statistics zero_statistics() const { return {}; }
    double infer(const Unit& x, Posterior& q) const {
        double total = 0;
        q.clear();
        for (Index i = 0; i < x.cols(); ++i) {
            const double a = std::exp(-0.5 * std::pow(x(0, i) - points[0], 2));
            const double b = std::exp(-0.5 * std::pow(x(0, i) - points[1], 2));
            q.push_back(b / (a + b));
            total += std::log(a + b);
        }
        return total;
    }
    void accumulate(const Unit& x, const Posterior& q, Statistics& s) const {
        for (Index i = 0; i < x.cols(); ++i) {
            const double b = q[static_cast<std::size_t>(i)];
            s.count[0] += 1 - b, s.sum[0] += (1 - b) * x(0, i);
            s.count[1] += b, s.sum[1] += b * x(0, i);
        }
    }
    void maximize(const Statistics& s) {
        for (const auto k : {0u, 1u}) points[k] = s.sum[k] / s.count[k];
    }
    double expected_log_joint(const Statistics& s) const {
        double total = 0;
        for (const auto k : {0u, 1u}) total += points[k] * (s.sum[k] - 0.5 * s.count[k] * points[k]);
        return total;
    }
};
struct PointsFromOne : Points {
    void add_one(Statistics& s) const { s.count[0] += 1, s.count[1] += 1; }
};

/// A model with components that it shows.
struct Showing : Model {
    CollapsibleFamily& emission() { return family; }
    const CollapsibleFamily& emission() const { return family; }
    bool emission_fixed() const { return false; }
    CollapsibleFamily family{};
};
struct SplittingModel : Showing {
    bool split_heaviest(Index, Random&) { return true; }
    bool remove(Index) { return false; }
    template <class Units, class X>
    Eigen::VectorXd data_scale(const Units&, const X&) const {
        return Eigen::VectorXd::Ones(1);
    }
};
struct WithoutSplitHeaviest : SplittingModel {
    bool split_heaviest(Index, Random&) = delete;
};
struct WithoutRemove : SplittingModel {
    bool remove(Index) = delete;
};
struct PartingModel : Model {
    DescribedFamily& emission() { return family; }
    DescribedFamily family{};
};
struct ExplainingModel : Model {
    std::string explain(const std::vector<double>&) const { return "no reason"; }
};

/// Numbers by twos.
struct Pairs {
    std::vector<double> numbers{};

    Index size() const { return std::ssize(numbers) / 2; }
    Index rows() const { return 1; }
    Index cols() const { return 2 * size(); }
    Index first(Index u) const { return 2 * u; }
    latent::Observations<double> operator[](Index u) const { return {numbers.data() + 2 * u, 1, 2, 1, 1}; }
};
struct PairsInSlices : Pairs {
    latent::Slices slices() const { return latent::Slices{size()}; }
    PairsInSlices middle(Index, const latent::Slices&) const { return *this; }
    latent::Observations<double> all() const { return {numbers.data(), 1, cols(), 1, 1}; }
};

struct Nothing {
    static constexpr bool monotone = true;
    template <class M>
    void operator()(M&, latent::Journal&) const {}
};
struct Lifting : Nothing {
    double relative = 0;
    Eigen::VectorXd floor{};
    template <class M>
    bool admit(M&, latent::Journal&) const {
        return true;
    }
};
struct Mending {
    Nothing remedy{};
};
struct Within {
    Mending inner{};
};
struct Lent {
    latent::Workers* helpers = nullptr;
};
struct OneProcess {
    double scale = 1;
    Index first_unit(Index) { return 0; }
    int rank() const { return 0; }
    std::tuple<> lasting(int) const { return {}; }
};
struct Anywhere {
    std::uint64_t seed = 0;
    Model operator()(const Model&, const std::vector<double>&, latent::Sequential = {}) const {
        return {.mean = static_cast<double>(seed)};
    }
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
struct MaximizerInParts : Maximizer {
    const Number& all_seen(const Model&, const Number& s) const { return s; }
    void mend(Model&, latent::Journal&) const {}
    Index fixed_parameters(const Model&) const { return 0; }
};
struct WithoutMend : MaximizerInParts {
    void mend(Model&, latent::Journal&) const = delete;
};
struct LeastConstraint {
    void operator()(latent::Restrictions& r) const { r.means.confine(0, 0, 2, 2); }
};
struct OnePseudoObservation {
    Number operator()(const Model&) const { return {0}; }
};
/// That the mean is 2.5, which is no news where it is.
struct LeastSlopedPrior {
    Number operator()(const Model& m) const { return {2.5 - m.mean}; }
    double log_prior(const Model& m) const { return -0.5 * (m.mean - 2.5) * (m.mean - 2.5); }
};
/// Each ray sees its own pixel.
struct LeastProjector {
    static Index rays() { return 3; }
    static Index pixels() { return 3; }
    void forward(Index first, std::span<const double> x, std::span<double> y) const {
        for (double& value : y) value = x[static_cast<std::size_t>(first++)];
    }
    void backward(Index first, std::span<const double> y, std::span<double> x) const {
        for (const double value : y) x[static_cast<std::size_t>(first++)] += value;
    }
};
struct WithoutBackward : LeastProjector {
    void backward(Index, std::span<const double>, std::span<double>) const = delete;
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
static_assert(latent::Restrictable<RestrictableModel> && !latent::Restrictable<Model>);
static_assert(!latent::Restrictable<WithoutObey> && !latent::Restrictable<WithoutFixedParameters>);
static_assert(latent::Emission<BernoulliFamily>);
static_assert(latent::RestrictableEmission<RestrictableFamily> &&
              !latent::RestrictableEmission<BernoulliFamily>);
static_assert(!latent::RestrictableEmission<WithoutExpect>);
static_assert(latent::VectorizableEmission<VectorizableFamily>);
static_assert(latent::WithRoom<FamilyWithRoom> && !latent::WithRoom<BernoulliFamily>);
static_assert(!latent::WithRoom<WithoutRoom> && !latent::WithRoom<WithoutPrepare>);
static_assert(!latent::WithRoom<WithoutDensityInRoom> && !latent::WithRoom<WithoutAccumulateInRoom>);
static_assert(latent::TakesMissing<FamilyOfSome> && !latent::TakesMissing<FamilyWithRoom>);
static_assert(!latent::TakesMissing<WithoutTakesMissing> && !latent::TakesMissing<WithoutImpute>);
static_assert(!latent::TakesMissing<WithoutDrawHidden> && !latent::TakesMissing<WithoutDensityOfSome>);
static_assert(latent::Collapsible<CollapsibleFamily> && !latent::Collapsible<BernoulliFamily>);
static_assert(latent::Vectorizable<latent::Mixture<VectorizableFamily>>);
static_assert(!latent::Vectorizable<latent::Mixture<BernoulliFamily>>);
static_assert(latent::PlainDensity<DescribedFamily> && !latent::PlainDensity<VectorizableFamily>);
static_assert(latent::Rounding<DescribedFamily> && !latent::Rounding<BernoulliFamily>);
static_assert(latent::JudgesPrecision<DescribedFamily> && !latent::JudgesPrecision<BernoulliFamily>);
static_assert(latent::Parting<DescribedFamily> && !latent::Parting<BernoulliFamily>);
struct WeightingFamily : BernoulliFamily {
    static constexpr bool has_weights = true;
};
static_assert(latent::WeightingEmission<WeightingFamily> && !latent::WeightingEmission<BernoulliFamily>);
static_assert(latent::WithMeans<DescribedFamily> && !latent::WithMeans<BernoulliFamily>);
static_assert(latent::WithCovariances<DescribedFamily> && !latent::WithCovariances<BernoulliFamily>);
static_assert(latent::WithPrecisions<DescribedFamily> && !latent::WithPrecisions<BernoulliFamily>);
static_assert(latent::FamilyPrior<NoTosses, BernoulliFamily> && !latent::FamilyPrior<NoTosses, Model>);
static_assert(latent::PassesPriorsOn<WrappedFamily, NoTosses>);
static_assert(!latent::PassesPriorsOn<BernoulliFamily, NoTosses>);
static_assert(latent::Startable<Points> && !latent::Startable<Model>);
static_assert(latent::AddsOne<PointsFromOne> && !latent::AddsOne<Points>);
static_assert(latent::CountsParameters<Points> && !latent::CountsParameters<Model>);
static_assert(latent::Explaining<ExplainingModel, std::vector<double>>);
static_assert(!latent::Explaining<Model, std::vector<double>>);
static_assert(latent::WithEmission<Showing> && latent::WithEmission<const Showing>);
static_assert(!latent::WithEmission<Points>);
static_assert(latent::FixesEmission<Showing> && !latent::FixesEmission<PartingModel>);
static_assert(latent::CollapsibleModel<Showing> && !latent::CollapsibleModel<PartingModel>);
static_assert(latent::PartsEmission<PartingModel> && !latent::PartsEmission<Showing>);
static_assert(latent::Splitting<SplittingModel> && !latent::Splitting<Showing>);
static_assert(!latent::Splitting<WithoutSplitHeaviest> && !latent::Splitting<WithoutRemove>);
static_assert(latent::Scaling<SplittingModel, Pairs, InOrder> && !latent::Scaling<Showing, Pairs, InOrder>);
static_assert(latent::ObservationUnits<Pairs> && !latent::ObservationUnits<std::vector<double>>);
static_assert(latent::CountsObservations<Pairs> && !latent::CountsObservations<std::vector<double>>);
static_assert(latent::Sliced<PairsInSlices> && !latent::Sliced<Pairs>);
static_assert(latent::Shardable<PairsInSlices> && !latent::Shardable<Pairs>);
static_assert(latent::WithObservations<PairsInSlices> && !latent::WithObservations<Pairs>);
static_assert(latent::Remedy<Nothing, Model> && !latent::Remedy<Rule, Model>);
static_assert(latent::Floored<Lifting> && !latent::Floored<Nothing>);
static_assert(latent::Admits<Lifting, Model> && !latent::Admits<Nothing, Model>);
static_assert(latent::HasRemedy<Mending> && !latent::HasRemedy<Within>);
static_assert(latent::HasInner<Within> && !latent::HasInner<Mending>);
static_assert(latent::TakesHelpers<Lent> && !latent::TakesHelpers<InOrder>);
static_assert(latent::DistributedReduction<OneProcess> && latent::Ranked<OneProcess>);
static_assert(!latent::DistributedReduction<InOrder> && !latent::Ranked<InOrder>);
static_assert(latent::Lasting<OneProcess, int> && !latent::Lasting<InOrder, int>);
static_assert(latent::StartOn<Anywhere, Model, std::vector<double>, latent::Sequential>);
static_assert(!latent::StartOn<AtOne, Model, std::vector<double>, latent::Sequential>);
static_assert(latent::Seeded<Anywhere> && !latent::Seeded<AtOne>);
static_assert(latent::Density<LeastDensity> && latent::Emission<latent::Family<LeastDensity>>);
static_assert(latent::Density<LeastDensityOfTwo> && latent::Emission<latent::Family<LeastDensityOfTwo>>);
static_assert(latent::VectorizableDensity<VectorizableDensity> && !latent::VectorizableDensity<LeastDensity>);
static_assert(latent::VectorizableEmission<latent::Family<VectorizableDensity>>);
static_assert(latent::WithDistribution<FamilyWithDistribution> && !latent::WithDistribution<BernoulliFamily>);
static_assert(latent::Discrete<FamilyWithDistribution> && !latent::Discrete<BernoulliFamily>);
static_assert(latent::Conditionable<ConditionableFamily> && !latent::Conditionable<BernoulliFamily>);
static_assert(latent::DensityWithDistribution<DistributedDensity>);
static_assert(!latent::DensityWithDistribution<LeastDensity>);
static_assert(latent::WithDistribution<latent::Family<DistributedDensity>>);
static_assert(!latent::WithDistribution<latent::Family<LeastDensity>>);
static_assert(latent::PosteriorRule<Rule, Model>);
static_assert(latent::Execution<InOrder>);
static_assert(latent::EStep<Sweep, Model, std::vector<double>, InOrder>);
static_assert(latent::MStep<Maximizer, Model>);
static_assert(latent::StepsInParts<MaximizerInParts, Model> && !latent::StepsInParts<Maximizer, Model>);
static_assert(!latent::StepsInParts<WithoutMend, Model>);
static_assert(latent::FixesParameters<MaximizerInParts, Model> && !latent::FixesParameters<Maximizer, Model>);
static_assert(latent::Constraint<LeastConstraint> && !latent::Constraint<Nothing>);
static_assert(latent::Prior<OnePseudoObservation, Model>);
static_assert(latent::SlopedPrior<LeastSlopedPrior, Model>);
static_assert(!latent::SlopedPrior<OnePseudoObservation, Model>);
static_assert(latent::Projector<LeastProjector> && !latent::Projector<WithoutBackward>);
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
    check_fit(ExpectationMaximization<Batch<>, OneStepLate<LeastSlopedPrior>>{}, Model{2.5});
    check_fit(ExpectationMaximization<Sweep, Maximizer, InOrder, OneStep, FixedPoint, Watcher>{}, Model{});
    CHECK(fit(Model{}, two, AtOne{}).model.mean == 2.5);
}

TEST_CASE("the least constraint fixes what the least models and M-steps can") {
    using namespace latent;
    using Fixed = Constrained<std::tuple<LeastConstraint>, MaximizerInParts>;
    const auto fit = ExpectationMaximization<Batch<>, Fixed>{}.fit(RestrictableModel{}, two);
    CHECK(fit.model.mean == 2);
    CHECK(fit.fixed_parameters == 1);
    const std::vector<double> tosses{1, 0, 0, 1, 0, 1, 1, 1};
    struct Fair {
        void operator()(Restrictions& r) const { r.means.confine(0, 0, 0.25, 0.25); }
    };
    const auto coins = latent::fit(Mixture<RestrictableFamily>(RestrictableFamily{}),
                                   std::span<const double>(tosses), Constrained{std::tuple{Fair{}}});
    CHECK_THAT(coins.model.emission().p[0], WithinRel(0.25, 1e-15));
    CHECK(coins.parameters() == 2);
}

TEST_CASE("the least projector shows an image") {
    using namespace latent;
    const RayCounts data(LeastProjector{}, Eigen::Vector3d(4, 0, 7), {.units = 2});
    const auto seen = fit(PoissonImage<LeastProjector>(3), data);
    CHECK(seen.converged());
    CHECK(seen.model.image() == Eigen::Vector3d(4, 0, 7));
}

TEMPLATE_TEST_CASE("the least emission makes a mixture that the driver fits", "", BernoulliFamily,
                   VectorizableFamily, CollapsibleFamily, FamilyWithRoom, FamilyOfSome) {
    const std::vector<double> tosses{1, 0, 0, 1, 0, 1, 1, 1};
    const auto fit = latent::fit(latent::Mixture<TestType>(TestType{}), std::span<const double>(tosses));
    const auto& p = fit.model.emission().p;
    CHECK(fit.converged());
    CHECK_THAT(fit.model.weights().dot(Eigen::Vector2d(p[0], p[1])), WithinAbs(5.0 / 8, 1e-9));
}

TEST_CASE("a mixture prepares, computes and accumulates a block after the other in one room") {
    using namespace latent;
    const std::vector<double> tosses{1, 0, 0, 1, 0, 1, 1, 1};
    const Observations<double> x(tosses.data(), 1, 8, 1, 1);
    const Mixture<FamilyWithRoom> model{FamilyWithRoom{}};
    const Mixture<BernoulliFamily> plain{BernoulliFamily{}};
    Mixture<FamilyWithRoom>::Posterior q;
    Mixture<BernoulliFamily>::Posterior p;
    auto s = model.zero_statistics();
    auto t = plain.zero_statistics();
    const auto add = [&](const Observations<double>& block) {
        CHECK(model.infer(block, q) == plain.infer(block, p));
        model.accumulate(block, q, s);
        plain.accumulate(block, p, t);
    };
    add(x.middle(0, 3));
    add(x.middle(3, 5));
    CHECK(q.room.calls == "log_density accumulate log_density accumulate ");
    CHECK(s.emission.count == t.emission.count);
    CHECK(s.emission.ones == t.emission.ones);

    q.room.calls.clear();
    model.set_posterior(
        x.middle(0, 3), [](Index, Index k) { return k == 0 ? 1.0 : 0.0; }, q);
    model.accumulate(x.middle(0, 3), q, s);
    CHECK(q.room.calls == "prepare accumulate ");
    CHECK(s.emission.ones[0] == t.emission.ones[0] + 1);
}

TEST_CASE("the least family of missing cells imputes and draws them") {
    using namespace latent;
    const Mixture<FamilyOfSome> coins{FamilyOfSome{}};
    const Eigen::RowVector3d tosses(1, std::nan(""), 0);
    const auto filled = impute(coins, with_missing(tosses));
    CHECK_THAT(filled.x(0, 1), WithinRel(0.45, 1e-15));
    CHECK(filled.variances(0, 0) == 0);
    Random random(1);
    CHECK(std::abs(impute(coins, with_missing(tosses), random)(0, 1) - 0.5) == 0.5);
}

TEST_CASE("the least model that can be started takes every start, restarts and selection") {
    using namespace latent;
    const std::vector<double> numbers{0, 7, 0.2, 7.2, -0.2, 6.8, 0.1, 7.1, -0.1, 6.9};
    const Observations<double> x(numbers.data(), 1, 10, 1, 1);
    const auto check = [](const Points& model) {
        CHECK_THAT(std::min(model.points[0], model.points[1]), WithinAbs(0, 1e-6));
        CHECK_THAT(std::max(model.points[0], model.points[1]), WithinAbs(7, 1e-6));
    };
    check(fit(Points{}, x, KMeans{}).model);
    check(fit(Points{}, x, KMeansPlusPlus{}).model);
    check(fit(Points{}, x, RandomObservations{.seed = 1}).model);
    check(fit(Points{}, x, RandomResponsibilities{}, Limits{.iterations = 500}).model);
    check(fit(Points{}, x, RandomValues{}).model);
    check(fit(Points{}, x, Labels{{0, 1, 0, 1, 0, 1, 0, 1, 0, 1}}).model);
    check(restarts(2, Points{}, x).best().model);
    check(Selection<>{}.fit(std::vector{Points{}}, x).best().model);
    CHECK(Labels{{0, 1, 0, 1, 0, 1, 0, 1, 0, 1}}(PointsFromOne{}, x).points[1] < 6.5);
}

TEST_CASE("the least remedies, rules of thumb and reasons go through the driver") {
    using namespace latent;
    check_fit(ExpectationMaximization<Batch<>, MaximumLikelihood<Nothing>>{}, Model{});
    check_fit(ExpectationMaximization<Batch<>, MaximumLikelihood<Lifting>>{}, SplittingModel{});
    check_fit(ExpectationMaximization<Batch<>, MaximumLikelihood<Reseed>>{}, SplittingModel{});
    check_fit(ExpectationMaximization<>{}, ExplainingModel{});
}

TEST_CASE("the least families with distributions and conditionals have what follows from them") {
    using namespace latent;
    const Mixture<FamilyWithDistribution> coins{FamilyWithDistribution{}};  // of 0.2 and 0.7
    CHECK_THAT(cdf(coins, 0), WithinRel(0.55, 1e-15));
    CHECK(quantile(coins, 0.6) == 1);
    const Eigen::RowVector2d tosses(1, 0);
    const auto residuals =
        pseudo_residuals(HiddenMarkovModel<FamilyWithDistribution>(FamilyWithDistribution{}), tosses);
    CHECK_THAT(std::erfc(-residuals.upper(1) / std::sqrt(2)) / 2, WithinRel(0.55, 1e-14));

    const Mixture<ConditionableFamily> twice{ConditionableFamily{}};
    const auto then = conditional(twice, {0}, Eigen::VectorXd::Ones(1));
    CHECK_THAT(then.weights()(1), WithinRel(0.7 / 0.9, 1e-14));
    const Eigen::RowVectorXd one = Eigen::RowVectorXd::Ones(1);
    CHECK_THAT(Regression(twice, {1}, {0}).mean(one)(0, 0), WithinRel(0.53 / 0.9, 1e-14));
    CHECK_THAT(Regression(twice, {1}, {0}).covariance(one)[0](0, 0),
               WithinRel(0.53 / 0.9 * (1 - 0.53 / 0.9), 1e-14));

    const Mixture<Family<DistributedDensity>> normal(1);
    CHECK_THAT(quantile(normal, 0.975), WithinRel(1.959963984540054, 1e-14));
    CHECK_THAT(highest_density_region(normal, 0.95)[0].upper, WithinRel(1.959963984540054, 1e-8));
}

namespace {

/// Statistics as a default constructor leaves them.
struct Unsized : Model {
    struct Statistics {
        double count = 0;
        Eigen::VectorXd sum{};
        static constexpr auto fields() { return std::tuple{&Statistics::count, &Statistics::sum}; }
    };
    Statistics zero_statistics() const { return {}; }
    void accumulate(double x, const Posterior&, Statistics& s) const { s.sum(0) += x; }
    void maximize(const Statistics&) {}
    double expected_log_joint(const Statistics&) const { return 0; }
};

}  // namespace

TEST_CASE("statistics of no size are refused before anything is added to them") {
    CHECK_THROWS_WITH(latent::fit(Unsized{}, two),
                      StartsWith("latent::fit: all vectors in the model's zero_statistics() are empty"));
}

TEMPLATE_TEST_CASE("the least density makes a family, and that a mixture which the driver fits", "",
                   LeastDensity, LeastDensityOfTwo, VectorizableDensity) {
    const std::vector densities{TestType{}, TestType{}};
    latent::Family<TestType> family(densities);
    family.maximize({Eigen::Vector2d(1, 1), {{1, 1}, {1, 7}}});
    const Eigen::MatrixXd numbers{{1, 2, 6, 7}}, pairs{{0, 1, 3, 4}, {1, 1, 3, 3}};
    const auto fit = latent::fit(latent::Mixture(family), family.dimension() == 1 ? numbers : pairs);
    CHECK(fit.converged());
    CHECK_THAT(fit.model.emission().component(0).mean, WithinAbs(1.5, 0.1));
    CHECK_THAT(fit.model.emission().component(1).mean, WithinAbs(6.5, 0.1));
}
