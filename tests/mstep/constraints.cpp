// What each constraint says, what it refuses, and what is saved of it.
#include "latent/mstep/constraints.hpp"

#include "catch.hpp"
#include "kit/absent_file.hpp"
#include "latent/core/concepts.hpp"
#include "latent/save/save.hpp"

using namespace latent;

namespace {

template <class C>
Restrictions said_by(const C& constraint, Index K = 3, Index d = 2) {
    STATIC_REQUIRE(Constraint<C>);
    Restrictions r(K, d);
    detail::check(constraint);
    constraint(r);
    return r;
}
constexpr double unbounded = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("each constraint says its part") {
    const Restrictions one = said_by(FixedMean{1, Eigen::Vector2d(5, std::nan(""))});
    CHECK(one.means.fixed() == 1);
    CHECK(one.means.lower(0, 1) == 5);
    CHECK(!one.means.restricted(1, 1));
    const Restrictions box = said_by(BoundedMean{2, Eigen::Vector2d(0, -unbounded), {}});
    CHECK(box.means.lower(0, 2) == 0);
    CHECK(box.means.upper(0, 2) == unbounded);
    CHECK(!box.means.restricted(1, 2));
    CHECK(said_by(TiedMeans{{0, 2}}).tied_means.has(2));
    CHECK(said_by(TiedCovariances{}).tied_covariances.followers() == 2);
    CHECK(said_by(FixedCovariance{1, Eigen::Matrix2d::Identity()}).covariance(1) ==
          Eigen::Matrix2d::Identity());
    CHECK(said_by(FixedWeight{1, 0.25}).weights.upper(1, 0) == 0.25);
    CHECK(said_by(BoundedWeight{1, 0.25}).weights.lower(1, 0) == 0.25);
    CHECK(said_by(EqualWeights{{0, 1}}).tied_weights.has(1));
    CHECK(said_by(FixedTransition{0, 2, 0.5}).transition.fixed(0, 2));
    CHECK(said_by(BoundedTransition{0, 2, 0.5}).transition.lower(0, 2) == 0.5);
    CHECK(said_by(FixedInitial{2, 1}).initial.fixed(2, 0));
}

TEST_CASE("numbers that make no sense are refused in the constraint's name") {
    CHECK_THROWS_WITH(said_by(FixedWeight{1, 1.5}),
                      "latent::FixedWeight: weight is 1.5, expected a number in [0, 1]");
    CHECK_THROWS_WITH(said_by(BoundedWeight{1, -0.5}),
                      "latent::BoundedWeight: lower is -0.5, expected a number in [0, 1]");
    CHECK_THROWS_WITH(said_by(FixedTransition{0, 1, std::nan("")}),
                      "latent::FixedTransition: probability is nan, expected a number in [0, 1]");
    CHECK_THROWS_WITH(said_by(BoundedTransition{0, 1, 0, 2}),
                      "latent::BoundedTransition: upper is 2, expected a number in [0, 1]");
    CHECK_THROWS_WITH(said_by(FixedInitial{0, -1}),
                      "latent::FixedInitial: probability is -1, expected a number in [0, 1]");
    CHECK_THROWS_WITH(said_by(FixedMean{0, Eigen::Vector2d(unbounded, 0)}),
                      "latent::FixedMean: mean has an infinite coordinate");
    CHECK_THROWS_WITH(said_by(FixedMean{0, Eigen::Vector3d(0, 0, 0)}),
                      "latent::FixedMean: mean has 3 coordinates, expected d = 2");
    CHECK_THROWS_WITH(said_by(BoundedMean{0, {}, Eigen::Vector3d(0, 0, 0)}),
                      "latent::BoundedMean: upper has 3 coordinates, expected d = 2");
    CHECK_THROWS_WITH(said_by(FixedMean{3, Eigen::Vector2d(0, 0)}),
                      "latent::Constrained: a constraint is about means(0, 3), but there are 2 × 3");
}

TEST_CASE("constraints are saved and loaded") {
    const kit::AbsentFile file;
    const auto kept = [&](const auto& constraint) {
        const std::string path = file.path.string() + ".json";
        save(path, constraint);
        const auto loaded = load<std::remove_cvref_t<decltype(constraint)>>(path);
        std::filesystem::remove(path);
        return loaded;
    };
    const auto mean = kept(FixedMean{1, Eigen::Vector2d(0.1, std::nan(""))});
    CHECK(mean.component == 1);
    CHECK(mean.mean(0) == 0.1);
    CHECK(std::isnan(mean.mean(1)));
    CHECK(kept(BoundedMean{0, {}, Eigen::Vector2d(0.1, unbounded)}).upper(1) == unbounded);
    CHECK(kept(TiedMeans{{0, 2}}).components == std::vector<Index>{0, 2});
    CHECK(kept(FixedCovariance{1, Eigen::Matrix2d{{2, 1}, {1, 3}}}).covariance(0, 1) == 1);
    CHECK(kept(TiedCovariances{}).components.empty());
    CHECK(kept(FixedWeight{1, 0.25}).weight == 0.25);
    CHECK(kept(BoundedWeight{1, 0.25, 0.5}).upper == 0.5);
    CHECK(kept(EqualWeights{{0, 1}}).components.size() == 2);
    CHECK(kept(FixedTransition{1, 2, 0.1}).to == 2);
    CHECK(kept(BoundedTransition{1, 2, 0.1, 0.3}).lower == 0.1);
    CHECK(kept(FixedInitial{1, 0.5}).probability == 0.5);
}
