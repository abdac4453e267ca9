// Covariances that share volume, shape or orientation.
#include "latent/emission/covariance/decomposed.hpp"

#include "catch.hpp"
#include "latent/check/check_emission.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/emission/one_of.hpp"
#include "latent/emission/student_t.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/conditional.hpp"
#include "latent/start/responsibilities.hpp"

using namespace latent;

namespace {

/// Three covariances that differ in everything, side by side.
Eigen::MatrixXd different_matrices(Index d) {
    Random random(7);
    Eigen::MatrixXd all(d, 3 * d);
    for (Index k = 0; k < 3; ++k) {
        Eigen::MatrixXd some(d, d + 2);
        for (double& value : some.reshaped()) value = (1 + 0.3 * static_cast<double>(k)) * random.normal();
        all.middleCols(k * d, d) = some * some.transpose() / 3;
    }
    return all;
}

/// Those of the structure that are nearest to them.
template <class Structure>
std::vector<Eigen::MatrixXd> of_structure(Index d) {
    const Eigen::MatrixXd all = different_matrices(d);
    std::vector<Eigen::MatrixXd> matrices;
    Eigen::MatrixXd blocks(Structure::block_rows(d), 3 * Structure::block_columns(d));
    for (Index k = 0; k < 3; ++k) {
        const Eigen::MatrixXd one = all.middleCols(k * d, d);
        if (Structure::shared)
            return {Structure::block_rows(d) == 1
                        ? Eigen::MatrixXd(one.diagonal().mean() * Eigen::MatrixXd::Identity(d, d))
                        : Eigen::MatrixXd(one.diagonal().asDiagonal())};
        if (Structure::block_columns(d) == 1)
            blocks.col(k) = one.diagonal();
        else
            blocks.middleCols(k * d, d) = one;
    }
    if constexpr (Structure::coupled) Structure::constrain(blocks, Eigen::Vector3d(1, 2, 1.5), blocks.eval());
    for (Index k = 0; k < 3; ++k)
        matrices.push_back(Structure::dense(
            blocks.middleCols(k * Structure::block_columns(d), Structure::block_columns(d)), d));
    return matrices;
}

const Eigen::MatrixXd structured_means{{0.0, 6.0, 2.0}, {0.0, 1.0, 7.0}};

template <class Structure>
Gaussian<Structure> structured() {
    return {structured_means, of_structure<Structure>(2)};
}

template <class Structure>
constexpr bool coupled_matrices = Structure::coupled&& std::is_same_v<typename Structure::Blocks, Full>;

using AnyStructured = OneOf<Gaussian<EII>, Gaussian<EEI>, Gaussian<VEI>, Gaussian<EVI>, Gaussian<VEE>,
                            Gaussian<EVE>, Gaussian<VVE>, Gaussian<EEV>, Gaussian<VEV>, Gaussian<EVV>>;

}  // namespace

TEMPLATE_TEST_CASE("structures hold the promises of emissions", "", EII, EEI, VEI, EVI, VEE, EVE, VVE, EEV,
                   VEV, EVV) {
    const auto family = structured<TestType>();
    Random random(3);
    const Eigen::MatrixXd x = Mixture(family).sample(60, random);
    const CheckReport report = check_emission(AnyStructured(family), x);
    INFO(report);
    CHECK(report.ok());
}

TEMPLATE_TEST_CASE("no covariances of the structure are more probable than those of the M-step", "", VEI, EVI,
                   VEE, EVE, VVE, EEV, VEV, EVV) {
    const Eigen::MatrixXd all = different_matrices(2);
    auto family = structured<TestType>();
    auto s = family.zero_statistics();
    s.mean_count = s.covariance_count = Eigen::Vector3d(30, 50, 20);
    for (Index k = 0; k < 3; ++k) {
        const auto to = s.scatter.middleCols(k * TestType::block_columns(2), TestType::block_columns(2));
        s.sum.col(k) = Eigen::Vector2d(1, -2);
        if (TestType::block_columns(2) == 1)
            s.scatter.col(k) = s.mean_count(k) * all.middleCols(2 * k, 2).diagonal();
        else
            s.scatter.middleCols(2 * k, 2) = s.mean_count(k) * all.middleCols(2 * k, 2);
        CHECK(to.allFinite());
    }
    const double before = family.expected_log_density(s);
    family.maximize(s);
    const double best = family.expected_log_density(s);
    CHECK(best > before);
    std::vector<double> at(static_cast<std::size_t>(family.coordinates()));
    family.to_vector(at);
    Random random(11);
    for (int i = 0; i < 200; ++i) {
        std::vector<double> near = at;
        for (double& value : near) value += 0.02 * random.normal();
        auto other = family;
        other.from_vector(near);
        CHECK(other.expected_log_density(s) < best + 1e-9);
    }
    auto again = family;
    again.maximize(s);
    CHECK_THAT(again.expected_log_density(s), WithinRel(best, 1e-12));
}

TEMPLATE_TEST_CASE("a structure has as many parameters as coordinates, in one dimension and in more", "", VEI,
                   EVI, VEE, EVE, VVE, EEV, VEV, EVV) {
    for (const Index d : {1, 2, 4}) {
        CAPTURE(d);
        const Gaussian<TestType> family(Eigen::MatrixXd::Random(d, 3), of_structure<TestType>(d));
        CHECK(family.coordinates() == family.parameters());
        std::vector<double> v(static_cast<std::size_t>(family.coordinates()));
        family.to_vector(v);
        Gaussian<TestType> back(3, d);
        back.from_vector(v);
        for (Index k = 0; k < 3; ++k) CHECK(back.covariance(k).isApprox(family.covariance(k), 1e-10));
    }
}

TEST_CASE("free parameters of covariances, by structure, K = 3 and d = 4") {
    CHECK(EII::parameters(4) == 1);
    CHECK(EEI::parameters(4) == 4);
    CHECK(VEI::parameters(4, 3) == 6);
    CHECK(EVI::parameters(4, 3) == 10);
    CHECK(VEE::parameters(4, 3) == 12);
    CHECK(EVE::parameters(4, 3) == 16);
    CHECK(VVE::parameters(4, 3) == 18);
    CHECK(EEV::parameters(4, 3) == 22);
    CHECK(VEV::parameters(4, 3) == 24);
    CHECK(EVV::parameters(4, 3) == 28);
}

TEMPLATE_TEST_CASE("a component without observations keeps to the structure, and moves no other", "", VEI,
                   EVI, VEE, EVE, VVE, EEV, VEV, EVV) {
    auto family = structured<TestType>();
    Random random(3);
    const Eigen::MatrixXd x = Mixture(family).sample(200, random);
    Panel<double> panel, weights;
    pack(Observations<double>(x), panel);
    weights.resize(200, 3);
    for (Index i = 0; i < weights.padded(); ++i)
        for (Index k = 0; k < 3; ++k) weights(i, k) = i < 200 && k == i % 2 ? 1 : 0;
    auto s = family.zero_statistics();
    family.accumulate(panel, weights, s);
    family.maximize(s);
    CHECK(family.collapse_cause(2, {}) == Cause::empty_component);
    // What is left are two components of the structure.
    Gaussian<TestType> two = family;
    two.remove(2);
    for (Index k = 0; k < 2; ++k) CHECK(two.covariance(k).isApprox(family.covariance(k), 1e-12));
    CHECK_NOTHROW(Gaussian<TestType>(family.means(),
                                     {family.covariance(0), family.covariance(1), family.covariance(2)}));
}

TEMPLATE_TEST_CASE("fits whose components lie in a plane end with a word", "", VEI, EVI, VEE, EVE, VVE, EEV,
                   VEV, EVV) {
    Random random(3);
    Eigen::MatrixXd x = Mixture(structured<TestType>()).sample(90, random);
    for (Index i = 0; i < 30; ++i) x.col(i) = Eigen::Vector2d(50 + static_cast<double>(i), 3);  // a line
    std::vector<Index> labels;
    for (Index i = 0; i < 90; ++i) labels.push_back(i / 30);
    const auto fit = ExpectationMaximization<>{}.fit(Labels{labels}(Mixture<Gaussian<TestType>>(3, 2), x), x);
    CHECK(std::isfinite(fit.log_likelihood));
    CHECK((fit.status == Status::converged || fit.status == Status::objective_decreased));
    for (Index k = 0; k < 3; ++k) CHECK(fit.model.emission().covariance(k).allFinite());
}

TEMPLATE_TEST_CASE("given covariances that are not of the structure are refused", "", VEI, EVI, VEE, EVE, VVE,
                   EEV, VEV, EVV) {
    auto given = of_structure<TestType>(2);
    given[1](0, 0) *= 1.5;
    given[2](1, 1) *= 1.2;
    if (std::is_same_v<TestType, VVE>) given[1](0, 1) = given[1](1, 0) = -0.9 * given[1](0, 1);
    CHECK_THROWS_WITH((Gaussian<TestType>(structured_means, given)),
                      ContainsSubstring(std::string("the structure ") + TestType::name + " allows"));
}

TEMPLATE_TEST_CASE("what a structure says of some dimensions is of no structure", "", EII, EEI, VEI, VEE, EVE,
                   EEV) {
    const Mixture mixture(structured<TestType>());
    const Eigen::VectorXd x = Eigen::Vector2d(1, 2);
    const auto of_second = marginal(mixture, {1});
    const auto of_first = conditional(mixture, {1}, Eigen::VectorXd::Constant(1, 2.0));
    CHECK_THAT(of_second.score(x.tail(1)) + of_first.score(x.head(1)), WithinRel(mixture.score(x), 1e-12));
}

TEMPLATE_TEST_CASE("structures take missing cells", "", EEI, VEI, VEE, VVE, EEV) {
    const Mixture truth(structured<TestType>());
    Random random(3);
    Eigen::MatrixXd x = truth.sample(120, random);
    for (Index i = 0; i < 120; i += 3) x(i % 2, i) = std::numeric_limits<double>::quiet_NaN();
    const auto fit = ExpectationMaximization<>{}.fit(truth, with_missing(x));
    CHECK(fit.status == Status::converged);
    CHECK(
        std::is_sorted(fit.trace.begin(), fit.trace.end(), [](double a, double b) { return a < b - 1e-9; }));
}

TEMPLATE_TEST_CASE("t densities have these structures too", "", EEI, VEI, VEE, EVE, VEV) {
    const StudentT<TestType> family(structured_means, of_structure<TestType>(2),
                                    Eigen::Vector3d::Constant(5));
    Random random(3);
    const Eigen::MatrixXd x = Mixture(family).sample(200, random);
    const auto fit = ExpectationMaximization<>{.limits = {.iterations = 30}}.fit(Mixture(family), x);
    CHECK(
        std::is_sorted(fit.trace.begin(), fit.trace.end(), [](double a, double b) { return a < b - 1e-9; }));
}
