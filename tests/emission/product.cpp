// Products of families: their densities are the blocks' product, and all that a block can is kept.
#include "latent/emission/product.hpp"

#include "catch.hpp"
#include "kit/checked.hpp"
#include "latent/check/check_emission.hpp"
#include "latent/core/archive.hpp"
#include "latent/emission/bernoulli.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/gamma.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/emission/mixture_emission.hpp"
#include "latent/emission/multinomial.hpp"
#include "latent/emission/negative_binomial.hpp"
#include "latent/emission/normal_inverse_wishart.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/emission/tied_emission.hpp"
#include "latent/emission/von_mises.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/impute.hpp"
#include "latent/model/mixture_prior.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"
#include "latent/mstep/remedies.hpp"
#include "latent/start/k_means.hpp"

using namespace latent;

namespace {

using Steps = Product<Gamma<>, VonMises<>>;
using Birth = Product<Gaussian<Full>, Categorical<>, Poisson<>>;
using Counts = Product<Categorical<>, Poisson<>>;
using Floats = Product<Gaussian<Diagonal, float>, Bernoulli<float>>;
using Nested = Product<Steps, MixtureEmission<Gaussian<>>>;

static_assert(Emission<Steps> && VectorizableEmission<Steps> && Archivable<Steps>);
static_assert(Archivable<Steps::Statistics>);
static_assert(Collapsible<Steps> && Collapsible<Birth> && !Collapsible<Counts> && SplittingEmission<Counts>);
static_assert(Rounding<Birth> && !Rounding<Steps> && JudgesPrecision<Steps> && !JudgesPrecision<Counts>);
static_assert(Parting<Nested> && !Parting<Birth>);
static_assert(WithMeans<Product<Gaussian<>, Poisson<>>> && !WithMeans<Steps>);

Steps steps() {
    return Steps(Gamma<>(Eigen::RowVector3d(2, 5, 9), Eigen::RowVector3d(4, 1, 0.5)),
                 VonMises<>(Eigen::RowVector3d(0, 3, -1), Eigen::RowVector3d(0.5, 2, 8)));
}
Birth birth() {
    const Eigen::Matrix2d covariance{{1, 0.5}, {0.5, 2}};
    return Birth(Gaussian<Full>(Eigen::Matrix2d{{0, 3}, {1, -1}}, {covariance, 2 * covariance}),
                 Categorical<>(Eigen::MatrixXd{{0.7, 0.2}, {0.2, 0.2}, {0.1, 0.6}}),
                 Poisson<>(Eigen::RowVector2d(1, 4)));
}
template <class E>
MatrixX<typename E::Scalar> draws(const E& emission, Index n) {
    Random random(5);
    return Mixture<E>(emission).sample(n, random);
}
template <class E>
void check_holds_all(const E& emission) {
    const auto x = draws(emission, 120);
    const CheckReport report = check_emission(emission, x);
    INFO(report);
    CHECK(report.ok());
}
template <class E>
Eigen::MatrixXd log_densities(const E& emission, const Observations<double>& x) {
    return detail::EmissionTrial<E>::log_densities(emission, x);
}

}  // namespace

TEST_CASE("a product is an emission, whatever its blocks are") {
    check_holds_all(steps());
    check_holds_all(birth());
    check_holds_all(Nested(steps(), MixtureEmission<Gaussian<>>(
                                        Eigen::MatrixXd::Constant(2, 3, 0.5),
                                        Gaussian<>(Eigen::RowVectorXd::LinSpaced(6, 0, 15),
                                                   std::vector(6, Eigen::MatrixXd::Identity(1, 1).eval())))));
    check_holds_all(
        Floats(Gaussian<Diagonal, float>::alike(Eigen::RowVector2d(0, 2), Eigen::VectorXd::Ones(1)),
               Bernoulli<float>(Eigen::MatrixXd{{0.1, 0.8}, {0.6, 0.5}})));
    const Counts counts(birth().block<1>(), birth().block<2>());
    check_holds_all(counts);
    check_holds_all(TiedEmission<Counts>(counts, {0, 1, 0}));
    check_holds_all(MixtureEmission<Counts>(Eigen::MatrixXd::Ones(1, 2), counts));
}

TEST_CASE("log-densities are the sums of the blocks', each of its own rows") {
    const Birth all = birth();
    const Eigen::MatrixXd x = draws(all, 30);
    const Eigen::MatrixXd sum = log_densities(all.block<0>(), x.topRows(2)) +
                                log_densities(all.block<1>(), x.row(2)) +
                                log_densities(all.block<2>(), x.row(3));
    CHECK((log_densities(all, x) - sum).cwiseAbs().maxCoeff() < 1e-13);
    CHECK(all.size() == 2);
    CHECK(all.dimension() == 4);
    CHECK(all.parameters() == 2 * 5 + 2 * 2 + 2);
    const auto means = Product(all.block<0>(), all.block<2>()).means();
    CHECK(means == Eigen::MatrixXd{{0, 3}, {1, -1}, {1, 4}});
}

TEST_CASE("a room changes no bit") {
    const auto product = Product(steps(), steps());
    const Eigen::MatrixXd x = draws(product, 50);
    decltype(product)::Room room;
    Panel<double> panel, plain, with_room;
    detail::pack(Observations<double>(x), panel);
    product.log_density(panel, plain);
    product.log_density(panel, with_room, room);
    for (Index k = 0; k < 3; ++k)
        CHECK(std::equal(plain.column(k), plain.column(k) + plain.padded(), with_room.column(k)));
    auto a = product.zero_statistics(), b = a;
    product.accumulate(panel, plain, a);
    product.accumulate(panel, plain, room, b);
    const auto flat = [](auto& s) {
        std::vector<double> numbers;
        for_each_leaf([&](auto leaf) { numbers.insert(numbers.end(), leaf.begin(), leaf.end()); }, s);
        return numbers;
    };
    CHECK(flat(a) == flat(b));
}

TEST_CASE("blocks of different sizes are refused") {
    CHECK_THROWS_WITH(Product(Gamma<>(2, 1), VonMises<>(3, 1)),
                      "latent::Product: block 2 has 3 components, block 1 2, expected the same K");
    CHECK_THROWS_WITH(ProductOf<Gamma<>>(std::vector<Gamma<>>{}), "latent::ProductOf: there are no blocks");
}

TEST_CASE("bad observations are named by their row in the whole") {
    const Mixture<Steps> model(steps());
    const Eigen::MatrixXd three = Eigen::MatrixXd::Ones(3, 4);
    CHECK_THROWS_WITH(model.emission().check(three),
                      ContainsSubstring("observations have 3 rows, expected d = 2"));
    Eigen::MatrixXd x = Eigen::MatrixXd::Ones(4, 5);
    x(3, 4) = -1;
    CHECK_THROWS_WITH(birth().check(x),
                      "latent::Poisson: observation 4, dimension 3 is -1, expected a count 0, 1, 2, …");
    x(2, 1) = 3;
    CHECK_THROWS_WITH(birth().check(x),
                      ContainsSubstring("observation 1, dimension 2 is 3, expected a symbol 0 … 2"));
    x(1, 2) = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH(birth().check(x), ContainsSubstring("observation 2, dimension 1 is nan"));
    const Eigen::MatrixXd halves = Eigen::MatrixXd::Constant(4, 5, 1.5);
    CHECK_THROWS_WITH(Product(Poisson<>(2, 2), Gaussian<>(2, 2)).check(halves),
                      ContainsSubstring("dimension 0 is 1.5"));
}

TEST_CASE("shapes start, and what was drawn is found again") {
    const Eigen::MatrixXd x = draws(birth(), 2000);
    const auto found = fit(Mixture(Product(Gaussian<Full>(2, 2), Categorical<>(2, 3), Poisson<>(2, 1))), x,
                           KMeans{.seed = 1});
    CHECK(found.converged());
    const Index first = found.model.emission().block<2>().rates()(0) < 2 ? 0 : 1;
    CHECK(std::abs(found.model.emission().block<2>().rates()(first) - 1) < 0.2);
    CHECK(std::abs(found.model.emission().block<1>().probabilities()(2, 1 - first) - 0.6) < 0.1);

    const HiddenMarkovModel<Steps> shape(3, 1, 1);
    CHECK(shape.dimension() == 2);
    CHECK(fit(shape, draws(steps(), 500), KMeans{.seed = 1}).sound());
}

TEST_CASE("a component has collapsed where one of its blocks has, and is lifted there") {
    Birth b = birth();
    const Eigen::VectorXd none, floor = Eigen::Vector4d(1.5, 0.1, 1e9, 1e9);
    CHECK_FALSE(b.collapse_cause(0, none));
    CHECK(b.collapse_cause(0, floor) == Cause::singular_covariance);
    CHECK_FALSE(b.collapse_cause(1, floor));
    const auto symbols = b.block<1>().probabilities();
    CHECK(b.floor_variances(0, floor));
    CHECK_FALSE(b.collapse_cause(0, floor));
    CHECK(b.block<0>().covariance(0)(0, 0) >= 1.5 - 1e-9);
    CHECK(b.block<1>().probabilities() == symbols);
    b.add_ridge(Eigen::Vector4d(0, 3, 5, 7));
    CHECK(std::abs(b.block<0>().covariance(1)(1, 1) - 7) < 1e-12);
    CHECK(b.share(0) == 0.5);
}

TEST_CASE("a component is removed or starts anew in all blocks") {
    Birth b = birth();
    Random random(3);
    b.split_from(1, 0, random);
    CHECK(b.block<0>().means().col(1) != b.block<0>().means().col(0));
    CHECK(b.block<1>().probabilities().col(1) == b.block<1>().probabilities().col(0));
    CHECK(b.block<2>().rates()(1) == 1);
    b.remove(0);
    CHECK(b.size() == 1);
    CHECK(b.block<2>().size() == 1);
}

TEST_CASE("collapsed components of a product are dropped or lifted") {
    Eigen::MatrixXd x = draws(birth(), 200);
    x.leftCols(20).topRows(2).setConstant(40);
    const auto start =
        Mixture<Birth>(Birth(Gaussian<Full>::alike(Eigen::Matrix2d{{0, 40}, {0, 40}}, Eigen::Vector2d(4, 4)),
                             Categorical<>(birth().block<1>()), Poisson<>(birth().block<2>())));
    CHECK(fit(start, x, MaximumLikelihood<Drop>{}).model.size() == 1);
    const auto lifted = fit(start, x);
    CHECK(lifted.converged());
    CHECK_FALSE(lifted.sound());
}

TEST_CASE("families that never collapse copy and remove components") {
    const auto check = [](auto family, const Eigen::MatrixXd& x) {
        using E = decltype(family);
        static_assert(SplittingEmission<E> && !Collapsible<E>);
        const Eigen::MatrixXd before = log_densities(family, x);
        Random random(1);
        E copied = family;
        copied.split_from(0, 2, random);
        CHECK(log_densities(copied, x).col(0) == before.col(2));
        CHECK(log_densities(copied, x).rightCols(2) == before.rightCols(2));
        family.remove(1);
        REQUIRE(family.size() == 2);
        CHECK(log_densities(family, x).col(0) == before.col(0));
        CHECK(log_densities(family, x).col(1) == before.col(2));
    };
    const Eigen::MatrixXd one{{0.2, 0.5, 0.7}, {0.8, 0.5, 0.3}}, x{{0, 1, 1}, {1, 1, 0}};
    check(Poisson<>(one), x);
    check(Bernoulli<>(one), x);
    check(Multinomial<>(one), x);
    check(Categorical<>(one), x.topRows(1));
    check(NegativeBinomial<>(one, 2 * one), x);
    check(MixtureEmission<Poisson<>>(Eigen::MatrixXd::Ones(1, 3), Poisson<>(one)), x);
    check(TiedEmission<Poisson<>>(Poisson<>(one), {0, 1, 2}), x);
}

TEST_CASE("each block has its own prior") {
    const Eigen::MatrixXd x = draws(birth(), 60);
    const Birth b = birth();
    const ProductPrior prior(FlatPrior{}, DirichletPrior{3}, GammaPrior{2, 1});
    const auto s = MixturePrior{2.0, prior}(Mixture<Birth>(b));
    CHECK(std::get<0>(s.emission.blocks).mean_count.sum() == 0);
    CHECK(std::get<1>(s.emission.blocks).count == Eigen::MatrixXd::Constant(3, 2, 2));
    CHECK(std::get<2>(s.emission.blocks).count.sum() > 0);
    const auto fitted = fit(Mixture<Birth>(b), x, MaximumAPosteriori{MixturePrior{2.0, prior}});
    CHECK(fitted.converged());
    CHECK(fitted.model.emission().block<1>().probabilities().minCoeff() > 0);

    const auto inside = MixturePrior{2.0, prior}(Mixture(TiedEmission<Birth>(b, {0, 1, 0})));
    CHECK(std::get<1>(inside.emission.blocks).count == Eigen::MatrixXd::Constant(3, 2, 2));
}

TEST_CASE("a product is written down and read back") {
    const Birth b = birth();
    ArchiveWriter writer;
    writer.write(b);
    Birth read(Gaussian<Full>(1, 1), Categorical<>(1, 2), Poisson<>(1, 1));
    ArchiveReader(writer.bytes()).read(read);
    const Eigen::MatrixXd x = draws(b, 20);
    CHECK(log_densities(read, x) == log_densities(b, x));
}

TEST_CASE("a product of blocks of one kind is counted at run time") {
    const auto gamma = [](double rate) {
        return Gamma<>(Eigen::RowVector2d(2, 5), Eigen::RowVector2d(1, rate));
    };
    const ProductOf<Gamma<>> three({gamma(1), gamma(2), gamma(3)});
    CHECK(three.dimension() == 3);
    check_holds_all(three);
    const Product fixed(gamma(1), gamma(2), gamma(3));
    const Eigen::MatrixXd x = draws(fixed, 20);
    CHECK(log_densities(three, x) == log_densities(fixed, x));
}

TEST_CASE("cells of any block of a product may be missing") {
    const Eigen::MatrixXd means{{0, 3}, {1, -1}}, rates{{2, 5}};
    const std::vector<Eigen::MatrixXd> covariances{Eigen::MatrixXd{{1, 0.5}, {0.5, 1}},
                                                   Eigen::MatrixXd{{2, -0.5}, {-0.5, 1}}};
    using E = latent::Product<latent::Gaussian<>, latent::Poisson<>>;
    const latent::Mixture<E> model(E(latent::Gaussian<>(means, covariances), latent::Poisson<>(rates)));
    latent::Random random(5);
    Eigen::MatrixXd x = model.sample(60, random);
    for (double& value : x.reshaped())
        if (random.uniform() < 0.25) value = std::numeric_limits<double>::quiet_NaN();
    x.col(3).setConstant(std::numeric_limits<double>::quiet_NaN());
    const auto report = kit::checked(model, latent::Blocks<double>(latent::with_missing(x), 9));
    INFO(report);
    CHECK(report.ok());
    const auto filled = latent::impute(model, latent::with_missing(x));
    CHECK(filled.x.allFinite());
    const Eigen::MatrixXd r = model.predict_proba(latent::with_missing(x));
    for (latent::Index i = 0; i < x.cols(); ++i)  // independent of the other block, given the component
        if (std::isnan(x(2, i))) CHECK_THAT(filled.x(2, i), WithinAbs(2 * r(0, i) + 5 * r(1, i), 1e-12));
}

TEST_CASE("a hurdle is a product of whether and how much: each is fitted by itself") {
    Random random(5);
    Eigen::MatrixXd rain(2, 200);
    std::vector<double> amounts;
    for (Index day = 0; day < rain.cols(); ++day) {
        const bool wet = random.uniform() < 0.4;
        rain.col(day) << wet, std::numeric_limits<double>::quiet_NaN();
        if (wet) amounts.push_back(rain(1, day) = 0.1 - 8 * std::log1p(-random.uniform()));
    }
    const auto hurdle =
        fit(Mixture(Product(Bernoulli<>(1, 1), Gamma<>(1, 1))), with_missing(rain), Aitken{1e-15});
    const auto alone = fit(Mixture(Gamma<>(1, 1)), amounts);
    const auto& fitted = hurdle.model.emission();
    CHECK_THAT(fitted.block<0>().probabilities()(0),
               WithinRel(static_cast<double>(amounts.size()) / 200, 1e-12));
    CHECK_THAT(fitted.block<1>().shapes()(0), WithinRel(alone.model.emission().shapes()(0), 1e-5));
    CHECK_THAT(fitted.block<1>().means()(0), WithinRel(alone.model.emission().means()(0), 1e-5));
}
