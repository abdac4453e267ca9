// Marginals and conditionals of mixtures, against their definition: densities of all columns over those of some.
#include "latent/model/conditional.hpp"

#include "catch.hpp"
#include "latent/data/csv.hpp"
#include "latent/emission/student_t.hpp"

using namespace latent;

namespace {

using Columns = std::vector<Index>;

Eigen::MatrixXd covariance(Index d, Index k) {
    Eigen::MatrixXd half(d, d);
    for (Index j = 0; j < d; ++j)
        for (Index i = 0; i < d; ++i)
            half(i, j) = (i == j ? 1.0 : 0.0) + 0.3 * std::sin(static_cast<double>(1 + i + 2 * j + 5 * k));
    return half * half.transpose();
}

/// Covariances (or scale matrices) of the structure, and means, of K = 3 components on R⁴.
template <class Covariance>
Gaussian<Covariance> normal(Index d = 4) {
    Eigen::MatrixXd means(d, 3);
    for (Index k = 0; k < 3; ++k)
        for (Index j = 0; j < d; ++j) means(j, k) = 2 * std::cos(static_cast<double>(j + 4 * k));
    std::vector<Eigen::MatrixXd> covariances;
    for (Index k = 0; k < (Covariance::shared ? 1 : 3); ++k) {
        covariances.push_back(covariance(d, k));
        if constexpr (std::is_same_v<Covariance, Diagonal>)
            covariances.back() = Eigen::MatrixXd(covariances.back().diagonal().asDiagonal());
        if constexpr (std::is_same_v<Covariance, Spherical>)
            covariances.back() = (0.5 + static_cast<double>(k)) * Eigen::MatrixXd::Identity(d, d);
    }
    return {means, covariances};
}
template <class Covariance>
StudentT<Covariance> heavy_tailed() {
    const Gaussian<Covariance> like = normal<Covariance>();
    std::vector<Eigen::MatrixXd> scales;
    for (Index k = 0; k < (Covariance::shared ? 1 : 3); ++k) scales.push_back(like.covariance(k));
    return {like.means(), scales, Eigen::Vector3d(0.8, 3, 40)};
}
template <class E>
Mixture<E> mixed(E emission) {
    return {Eigen::Vector3d(0.2, 0.5, 0.3), std::move(emission)};
}

/// The columns of x in this order.
Eigen::MatrixXd some(const Eigen::MatrixXd& x, const Columns& columns) { return x(columns, Eigen::all); }

/// log p(hidden | seen) = log p(all) − log p(seen), at draws of all.
template <class E>
void check_definition(const Mixture<E>& mixture, const Columns& seen, const Columns& hidden) {
    Random random(3);
    const Eigen::MatrixXd x = mixture.sample(20, random), values = some(x, seen), rest = some(x, hidden);
    const Eigen::VectorXd all = mixture.score_samples(x), own = marginal(mixture, seen).score_samples(values);
    for (Index i = 0; i < x.cols(); ++i) {
        const auto given = conditional(mixture, seen, values.col(i));
        const Eigen::MatrixXd at = rest.col(i);
        CHECK_THAT(given.score(at), WithinAbs(all(i) - own(i), 1e-11));
    }
}

template <class E>
void check_all(const E& emission) {
    const Mixture<E> mixture = mixed(emission);
    check_definition(mixture, {0}, {1, 2, 3});
    check_definition(mixture, {3, 1}, {0, 2});
    check_definition(mixture, {2, 0, 1}, {3});
}

template <class A, class B>
void check_same(const Mixture<A>& a, const Mixture<B>& b, double precision) {
    CHECK((a.weights() - b.weights()).cwiseAbs().maxCoeff() < precision);
    CHECK((a.means() - b.means()).cwiseAbs().maxCoeff() < precision);
    for (Index k = 0; k < a.size(); ++k)
        CHECK((a.covariance(k) - b.covariance(k)).cwiseAbs().maxCoeff() < precision);
}

}  // namespace

TEST_CASE("a conditional density is that of all columns over that of the known ones") {
    check_all(normal<Full>());
    check_all(normal<Tied>());
    check_all(normal<Diagonal>());
    check_all(normal<Spherical>());
    check_all(heavy_tailed<Full>());
    check_all(heavy_tailed<Tied>());
    check_all(heavy_tailed<Diagonal>());
    check_all(heavy_tailed<Spherical>());
}

TEST_CASE("conditionals keep the structure that can hold them") {
    const auto given = [](const auto& emission) {
        return conditional(mixed(emission), {1}, Eigen::VectorXd::Ones(1));
    };
    STATIC_REQUIRE(std::is_same_v<decltype(given(normal<Full>())), GaussianMixture<Full>>);
    STATIC_REQUIRE(std::is_same_v<decltype(given(normal<Tied>())), GaussianMixture<Tied>>);
    STATIC_REQUIRE(std::is_same_v<decltype(given(normal<Diagonal>())), GaussianMixture<Diagonal>>);
    STATIC_REQUIRE(std::is_same_v<decltype(given(normal<Spherical>())), GaussianMixture<Spherical>>);
    STATIC_REQUIRE(std::is_same_v<decltype(given(heavy_tailed<Full>())), Mixture<StudentT<Full>>>);
    STATIC_REQUIRE(std::is_same_v<decltype(given(heavy_tailed<Tied>())), Mixture<StudentT<Full>>>);
    STATIC_REQUIRE(std::is_same_v<decltype(given(heavy_tailed<Diagonal>())), Mixture<StudentT<Diagonal>>>);
    STATIC_REQUIRE(std::is_same_v<decltype(given(heavy_tailed<Spherical>())), Mixture<StudentT<Spherical>>>);
    CHECK(given(heavy_tailed<Full>()).emission().degrees() == Eigen::Vector3d(1.8, 4, 41));
}

TEST_CASE("the conditional of a conditional is a conditional") {
    const auto mixture = mixed(normal<Full>());
    const auto once = conditional(mixture, {3, 0}, Eigen::Vector2d(0.4, -1));
    // Of columns 1, 2, 3 given column 0, column 3 is number 2.
    const auto first = conditional(mixture, {0}, Eigen::VectorXd::Constant(1, -1));
    const auto then = conditional(first, {2}, Eigen::VectorXd::Constant(1, 0.4));
    check_same(once, then, 1e-13);
    check_same(marginal(conditional(mixture, {0}, Eigen::VectorXd::Constant(1, -1)), {1}),
               conditional(marginal(mixture, {2, 0}), {1}, Eigen::VectorXd::Constant(1, -1)), 1e-13);
}

TEST_CASE("the columns of a marginal are those asked for, in their order") {
    const auto mixture = mixed(normal<Full>());
    const auto swapped = marginal(mixture, {2, 0});
    CHECK(swapped.weights() == mixture.weights());
    CHECK(swapped.means().row(0) == mixture.means().row(2));
    CHECK(swapped.means().row(1) == mixture.means().row(0));
    CHECK(swapped.covariance(1)(0, 1) == mixture.covariance(1)(2, 0));
    CHECK(swapped.covariance(1)(0, 0) == mixture.covariance(1)(2, 2));
}

TEST_CASE("far out of all components the conditional is that of the nearest") {
    const auto check = [](const auto& mixture, double distance) {
        const auto given = conditional(mixture, {0, 2}, Eigen::Vector2d(distance, -distance));
        CHECK(given.weights().allFinite());
        CHECK_THAT(given.weights().sum(), WithinRel(1.0, 1e-15));
        CHECK(given.means().allFinite());
        return given.weights();
    };
    for (const double distance : {1e3, 1e6, 1e100}) {
        CHECK(check(mixed(normal<Full>()), distance).maxCoeff() == 1);
        check(mixed(heavy_tailed<Full>()), distance);
    }
    // Of t densities the ratios have a limit, where the degrees of freedom are the same.
    const StudentT<> same(normal<Full>().means(), {covariance(4, 0), covariance(4, 1), covariance(4, 2)},
                          Eigen::Vector3d::Constant(3));
    const Eigen::VectorXd far = check(mixed(same), 1e6);
    CHECK((far - check(mixed(same), 1e8)).cwiseAbs().maxCoeff() < 1e-4);
    CHECK(far.minCoeff() > 1e-3);
}

TEST_CASE("in single precision the conditional is that of double to its rounding") {
    const auto exact = normal<Full>();
    const Mixture<Gaussian<Full, float>> single(
        Eigen::Vector3d(0.2, 0.5, 0.3),
        Gaussian<Full, float>(exact.means(),
                              {exact.covariance(0), exact.covariance(1), exact.covariance(2)}));
    check_same(conditional(single, {1, 2}, Eigen::Vector2d(0.5, 1)),
               conditional(mixed(exact), {1, 2}, Eigen::Vector2d(0.5, 1)), 1e-5);
}

TEST_CASE("columns that are none are refused") {
    const auto mixture = mixed(normal<Full>());
    const Eigen::VectorXd one = Eigen::VectorXd::Ones(1);
    CHECK_THROWS_WITH(marginal(mixture, {}), ContainsSubstring("no dimension is given"));
    CHECK_THROWS_WITH(marginal(mixture, {4}), ContainsSubstring("dimension 4 is given, expected 0 … 3"));
    CHECK_THROWS_WITH(conditional(mixture, {1, 1}, Eigen::Vector2d(1, 1)),
                      ContainsSubstring("1 is given twice"));
    CHECK_THROWS_WITH(conditional(mixture, {-1}, one), ContainsSubstring("dimension -1 is given"));
    CHECK_THROWS_WITH(conditional(mixture, {0, 1, 2, 3}, Eigen::Vector4d::Ones()),
                      ContainsSubstring("all 4 columns"));
    CHECK_THROWS_WITH(conditional(mixture, {0, 2}, one), ContainsSubstring("1 values given, expected 2"));
    CHECK_THROWS_WITH(conditional(mixture, {0}, one / 0), ContainsSubstring("finite"));
}
