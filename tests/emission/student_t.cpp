// Multivariate t densities: their formula, published estimates, extremes and validation.
#include "latent/emission/student_t.hpp"

#include <Eigen/Cholesky>

#include "catch.hpp"
#include "effort.hpp"
#include "kernel/naive.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"
#include "latent/start/k_means.hpp"

using namespace latent;

namespace {

using Mixed = Mixture<StudentT<>>;

/// To the last digits: EM for ν is slow.
template <class Data>
auto fit_to_the_end(const Mixed& start, const Data& x) {
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Squarem> em{
        .convergence = {.tolerance = 1e-16}};
    const auto fit = em.fit(start, x);
    CHECK(fit.converged());
    return fit;
}

/// Newcomb's measurements of the speed of light (MASS::newcomb).
Eigen::MatrixXd newcomb() {
    return Eigen::RowVectorXd{{28, -44, 29, 30, 24, 28, 37, 32, 36, 27, 26, 28, 29, 26, 27, 22, 23,
                               20, 25,  25, 36, 23, 31, 32, 24, 27, 33, 16, 24, 29, 36, 21, 28, 26,
                               27, 27,  32, 25, 28, 24, 40, 21, 31, 32, 28, 26, 30, 27, 26, 24, 32,
                               29, 34,  -2, 25, 19, 36, 29, 30, 22, 28, 33, 39, 25, 16, 23}};
}

/// Brownlee's oxidation of ammonia (R's stackloss): air flow, water temperature, acid concentration, stack
/// loss.
Eigen::MatrixXd stackloss() {
    return Eigen::MatrixXd{
        {80, 80, 75, 62, 62, 62, 62, 62, 58, 58, 58, 58, 58, 58, 50, 50, 50, 50, 50, 56, 70},
        {27, 27, 25, 24, 22, 23, 24, 24, 23, 18, 18, 17, 18, 19, 18, 18, 19, 19, 20, 20, 20},
        {89, 88, 90, 87, 87, 87, 93, 93, 87, 80, 89, 88, 82, 93, 89, 86, 72, 79, 80, 82, 91},
        {42, 37, 37, 28, 18, 18, 19, 20, 15, 14, 14, 13, 11, 12, 8, 7, 8, 8, 9, 15, 15}};
}

double log_density(const StudentT<>& family, const Eigen::VectorXd& x) {
    Panel<double> out;
    family.log_density(naive::packed(Eigen::MatrixXd(x)), out);
    return out(0, 0);
}

/// log p of one dimension, μ = 0 and Σ = 1.
double log_t(double nu, double x) {
    return std::lgamma((nu + 1) / 2) - std::lgamma(nu / 2) - 0.5 * std::log(nu * std::numbers::pi) -
           (nu + 1) / 2 * std::log1p(x * x / nu);
}
StudentT<> standard(double nu) {
    return {Eigen::MatrixXd::Zero(1, 1), {Eigen::MatrixXd::Identity(1, 1)}, Eigen::VectorXd::Constant(1, nu)};
}

}  // namespace

TEST_CASE("Newcomb's speed of light by t densities: location, scale, degrees and likelihood") {
    // Recomputed with R's optim; MASS (Venables & Ripley) has the data.
    struct Published {
        double degrees, location, scale, log_likelihood;
    };
    const Eigen::MatrixXd x = newcomb();
    for (const auto& [degrees, location, scale, log_likelihood] :
         {Published{0, 27.40175, 3.81037, -215.375904}, Published{4, 27.4867802, 4.5096573, -217.191299},
          Published{3, 27.4548308, 4.1944097, -215.941580}}) {
        const bool free = degrees == 0;
        const StudentT<> family = StudentT<>(1, 1, free ? 10 : degrees).fix_degrees(!free);
        const auto fit = fit_to_the_end(Labels{std::vector<Index>(66, 0)}(Mixed(family), x), x);
        const StudentT<>& t = fit.model.emission();
        const double digits = free ? 6e-6 : 6e-8;
        CHECK_THAT(t.means()(0, 0), WithinAbs(location, digits));
        CHECK_THAT(std::sqrt(t.scale(0)(0, 0)), WithinAbs(scale, digits));
        CHECK_THAT(t.degrees()(0), WithinAbs(free ? 2.13113 : degrees, free ? 6e-6 : 0));
        CHECK_THAT(fit.log_likelihood, WithinAbs(log_likelihood, 6e-7));
        CHECK(fit.model.parameters() == (free ? 3 : 2));
    }
}

TEST_CASE("the centre of the stack loss data by a t density of five degrees of freedom") {
    // Recomputed with MASS::cov.trob.
    const Eigen::MatrixXd x = stackloss();
    const Mixed shape(StudentT<>(1, 4, 5).fix_degrees());
    const auto fit = fit_to_the_end(Labels{std::vector<Index>(21, 0)}(shape, x), x);
    const Eigen::Vector4d centre(58.95183, 20.78823, 86.05285, 16.06974);
    CHECK((fit.model.means().col(0) - centre).cwiseAbs().maxCoeff() < 6e-6);
}

TEST_CASE("t densities are the textbook's, from nearly flat to nearly normal") {
    for (const double nu : {1e-3, 0.5, 1.0, 4.0, 100.0})
        for (const double x : {0.0, 1e-8, 0.3, 5.0, 1e6, 1e100})
            CHECK_THAT(log_density(standard(nu), Eigen::VectorXd::Constant(1, x)),
                       WithinRel(log_t(nu, x), 1e-12));
    const double infinity = std::numeric_limits<double>::infinity();
    CHECK(standard(infinity).degrees()(0) == 1e6);
    for (const double x : {0.0, 0.5, 3.0}) {
        const double normal = -0.5 * std::log(2 * std::numbers::pi) - x * x / 2;
        const double next = (x * x * x * x - 2 * x * x - 1) / 4e6;  // of the expansion in 1/ν
        CHECK_THAT(log_density(standard(1e6), Eigen::VectorXd::Constant(1, x)),
                   WithinAbs(normal + next, 1e-9));
    }

    const Eigen::Matrix2d scale{{2, 0.5}, {0.5, 1}};
    const StudentT<> plane(Eigen::Vector2d(1, -1), {scale}, Eigen::VectorXd::Constant(1, 3));
    const Eigen::Vector2d x(4, 2), z = x - plane.means();
    const double delta = z.dot(scale.llt().solve(z));  // for d = 2 the gamma functions leave 1/(2π)
    CHECK_THAT(log_density(plane, x),
               WithinRel(-std::log(2 * std::numbers::pi) - 0.5 * std::log(1.75) - 2.5 * std::log1p(delta / 3),
                         1e-14));
}

TEST_CASE("normal data drive the degrees of freedom up, heavy tails down, neither to harm") {
    Random random(3);
    constexpr Index n = effort(3000, 600);
    Eigen::MatrixXd x(1, n);
    for (double& value : x.reshaped()) value = 1e6 + random.normal();
    const Mixed shape(StudentT<>(1, 1));
    const std::vector<Index> all(n, 0);
    const auto normal = latent::fit(Labels{all}(shape, x), x);
    CHECK(normal.model.emission().degrees()(0) > 20);
    CHECK_THAT(normal.model.means()(0, 0), WithinAbs(x.mean(), 0.01));

    for (double& value : x.reshaped()) standard(0.5).sample(0, random, &value);
    const auto heavy = fit_to_the_end(Labels{all}(shape, x), x);
    CHECK_THAT(heavy.model.emission().degrees()(0), WithinRel(0.5, 0.1));
    CHECK_THAT(heavy.model.means()(0, 0), WithinAbs(0, 0.2));
    CHECK_THAT(heavy.model.emission().scale(0)(0, 0), WithinRel(1, 0.3));
}

TEMPLATE_TEST_CASE("a shape for a start weighs all observations alike, wherever they lie", "", double,
                   float) {
    StudentT<Full, TestType> family(1, 2);
    CHECK(family.all_equal());
    MatrixX<TestType> x(2, 4);
    x << 7, 9, 7, 9, -3000, -3000, -1000, -1000;
    auto s = family.zero_statistics();
    family.accumulate(naive::packed(x), naive::table(Eigen::MatrixXd::Ones(4, 1), TestType(0)), s);
    family.maximize(s);
    CHECK_THAT(family.means()(0, 0), WithinRel(8, 1e-5));
    CHECK_THAT(family.means()(1, 0), WithinRel(-2000, 1e-5));
    CHECK_THAT(family.scale(0)(1, 1), WithinRel(1.2e6, 1e-5));  // E[u] = (ν + d) / ν
}

TEST_CASE("t mixtures find clusters that outliers would hide") {
    const Eigen::MatrixXd one = Eigen::MatrixXd::Identity(2, 2), means{{0, 6, 0}, {0, 0, 6}};
    const Mixed truth(Eigen::Vector3d(0.3, 0.3, 0.4), {means, {one, one, one}, Eigen::Vector3d(2, 3, 4)});
    Random random(4);
    const Eigen::MatrixXd x = truth.sample(3000, random);
    const auto fit = latent::fit(Mixed(3, 2), x, KMeans{.seed = 2});
    CHECK(fit.converged());
    for (Index k = 0; k < 3; ++k) {
        const double nearest = (fit.model.means().colwise() - means.col(k)).colwise().norm().minCoeff();
        CHECK(nearest < 0.25);
        CHECK_THAT(fit.model.emission().scale(k)(0, 0), WithinAbs(1, 0.35));
    }
}

TEST_CASE("a t component that falls onto one point is floored, dropped or reseeded as a Gaussian is") {
    Random random(4);
    Eigen::MatrixXd x =
        Mixed(StudentT<>(Eigen::MatrixXd{{0, 9}}, {Eigen::MatrixXd::Ones(1, 1), Eigen::MatrixXd::Ones(1, 1)},
                         Eigen::Vector2d(5, 5)))
            .sample(200, random);
    x.leftCols(20).setConstant(30);
    std::vector<Index> labels(200, 0);
    std::fill_n(labels.begin(), 20, 1);
    const Mixed start = Labels{labels}(Mixed(StudentT<>(2, 1, 5).fix_degrees()), x);
    const auto floored = latent::fit(start, x);
    CHECK(floored.converged());
    CHECK(floored.model.emission().scale(1)(0, 0) > 0);
    REQUIRE_FALSE(floored.events.empty());

    const ExpectationMaximization<Batch<>, MaximumLikelihood<Drop>> dropping;
    const auto dropped = dropping.fit(start, x);
    CHECK(dropped.model.size() == 1);
    CHECK(dropped.model.emission().degrees().size() == 1);
    const ExpectationMaximization<Batch<>, MaximumLikelihood<Reseed>> reseeding;
    CHECK(std::isfinite(reseeding.fit(start, x).log_likelihood));
    const ExpectationMaximization<Batch<>, MaximumLikelihood<Ridge>> ridging{.mstep = {{.absolute = 0.1}}};
    CHECK(ridging.fit(start, x).model.emission().scale(1)(0, 0) > 0.05);
}

TEST_CASE("draws of t densities have their spread and their tails") {
    const Eigen::Matrix2d scale{{2, 0.5}, {0.5, 1}};
    const StudentT<> family(Eigen::Vector2d(1, -1), {scale}, Eigen::VectorXd::Constant(1, 8));
    constexpr Index n = 20'000;
    Random random(6);
    Eigen::MatrixXd x(2, n);
    for (Index i = 0; i < n; ++i) family.sample(0, random, x.col(i).data());
    const Eigen::MatrixXd centred = x.colwise() - Eigen::Vector2d(1, -1);
    const Eigen::Matrix2d covariance = centred * centred.transpose() / static_cast<double>(n);
    CHECK((covariance - scale * 8 / 6).cwiseAbs().maxCoeff() < 0.15);
    // kurtosis 3 + 6 / (ν − 4), itself of a heavy tail
    const double kurtosis = centred.row(1).array().pow(4).mean() / (covariance(1, 1) * covariance(1, 1));
    CHECK_THAT(kurtosis, WithinAbs(4.5, 0.6));
}

TEST_CASE("a t component without observations keeps its parameters") {
    const Eigen::MatrixXd one = Eigen::MatrixXd::Identity(1, 1);
    StudentT<> family(Eigen::RowVector2d(0, 5), {one, one}, Eigen::Vector2d(3, 4));
    auto s = family.zero_statistics();
    const Eigen::MatrixXd x{{-1, 0, 2}}, weights{{1, 0}, {1, 0}, {1, 0}};
    family.accumulate(naive::packed(x), naive::table(weights, 0.0), s);
    family.maximize(s);
    CHECK(family.means()(0, 1) == 5);
    CHECK(family.scale(1)(0, 0) == 1);
    CHECK(family.degrees()(1) == 4);
    CHECK(family.degrees()(0) != 3);
    CHECK(family.collapse_cause(1, {}) == Cause::empty_component);
}

TEST_CASE("the numbers of free parameters and of coordinates") {
    CHECK(StudentT<Full>(3, 4).parameters() == 3 * 4 + 3 * 10 + 3);
    CHECK(StudentT<Tied>(3, 4).parameters() == 3 * 4 + 10 + 3);
    CHECK(StudentT<Full>(3, 4).fix_degrees().parameters() == 3 * 4 + 3 * 10);
    CHECK(StudentT<Full>(3, 4).fix_degrees().coordinates() == 3 * 4 + 3 * 10);
    StudentT<> family = StudentT<>(2, 1, 7).fix_degrees();
    std::vector<double> v(4);
    family.to_vector(v);
    v[0] = 5;
    family.from_vector(v);
    CHECK(family.means()(0, 0) == 5);
    CHECK(family.degrees() == Eigen::Vector2d(7, 7));
}

TEST_CASE("a component on too few observations is held by the floor in any units") {
    for (const double unit : {1.0, 1e-100, 1e-140, 1e100}) {
        CAPTURE(unit);
        for (std::uint64_t seed = 0; seed < 40; ++seed) {
            Random random(seed);
            Eigen::MatrixXd x(3, 8 + random.below(12));
            for (double& value : x.reshaped()) value = unit * random.normal();
            const auto start = KMeans{1}(Mixture<StudentT<>>(2, 3), x);
            const auto fit = ExpectationMaximization<>{.limits = {.iterations = 30}}.fit(start, x);
            CHECK(fit.status != Status::objective_decreased);
            CHECK(fit.status != Status::degenerate);
        }
    }
}

TEST_CASE("what is no t parameter or no observation is refused by name") {
    const Eigen::MatrixXd one = Eigen::MatrixXd::Identity(1, 1);
    CHECK_THROWS_WITH(StudentT<>(one, {one}, Eigen::VectorXd::Zero(1)),
                      ContainsSubstring("degrees(0, 0) is 0"));
    CHECK_THROWS_WITH(StudentT<>(one, {one}, Eigen::Vector2d(1, 1)), ContainsSubstring("degrees is 2 × 1"));
    CHECK_THROWS_WITH(StudentT<>(one, {-one}, Eigen::VectorXd::Ones(1)),
                      ContainsSubstring("not positive definite"));
    const StudentT<> family(1, 1);
    const Eigen::RowVector2d endless(1, std::numeric_limits<double>::infinity());
    CHECK_THROWS_WITH(family.check(endless), ContainsSubstring("observation 1, dimension 0 is inf"));
}
