// A family chosen while the program runs is that family.
#include "latent/emission/one_of.hpp"

#include "catch.hpp"
#include "latent/check/check_emission.hpp"
#include "latent/core/archive.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/emission/product.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"

using namespace latent;

namespace {

using Any = OneOf<Gaussian<>, Categorical<>, Poisson<>>;
static_assert(Collapsible<Any> && VectorizableEmission<Any> && Archivable<Any> && !WithMeans<Any>);
static_assert(Rounding<Any> && !Collapsible<OneOf<Categorical<>, Poisson<>>>);

Gaussian<> numbers() {
    return {Eigen::RowVector2d(0, 3), {Eigen::MatrixXd::Ones(1, 1), 2 * Eigen::MatrixXd::Ones(1, 1)}};
}
Poisson<> counts() { return Poisson<>(Eigen::RowVector2d(1, 4)); }
template <class E>
Eigen::MatrixXd draws(const E& e) {
    Random random(5);
    return Mixture<E>(e).sample(150, random);
}

}  // namespace

TEST_CASE("whatever it is, it is an emission") {
    const auto x = draws(numbers());
    const CheckReport report = check_emission(Any(numbers()), x);
    INFO(report);
    CHECK(report.ok());
    const auto product = ProductOf<Any>({Any(numbers()), Any(counts())});
    const auto y = draws(product);
    const CheckReport of_product = check_emission(product, y);
    INFO(of_product);
    CHECK(of_product.ok());
}

TEST_CASE("a fit has the bits of that of the family") {
    const auto x = draws(numbers());
    const auto own = fit(Mixture<Gaussian<>>(numbers()), x);
    const auto any = fit(Mixture<Any>(Any(numbers())), x);
    CHECK(own.trace == any.trace);
    CHECK(any.model.emission().get<Gaussian<>>()->means() == own.model.means());
    CHECK(any.model.emission().get<Poisson<>>() == nullptr);
    CHECK(any.sound());
}

TEST_CASE("a family whose members do not collapse never does") {
    const Any any(counts());
    CHECK_FALSE(any.collapse_cause(0, Eigen::VectorXd::Constant(1, 1e9)));
    CHECK(std::isnan(any.share(0)));
    CHECK(any.rounding(0) == 0);
    CHECK(fit(Mixture<Any>(any), draws(counts())).sound());
}

TEST_CASE("what is read is the family that was written, whatever was there") {
    ArchiveWriter writer;
    writer.write(Any(counts()));
    for (Any to : {Any(), Any(Poisson<>(1, 1)), Any(Categorical<>(1, 2))}) {
        ArchiveReader(writer.bytes()).read(to);
        REQUIRE(to.get<Poisson<>>());
        CHECK(to.get<Poisson<>>()->rates() == counts().rates());
        CHECK_FALSE(to.get<Categorical<>>());
    }
}
