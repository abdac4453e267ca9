// Families some of whose parameters are restricted: their M-step against closed forms, and against others that obey.
#include "latent/emission/restricted_emission.hpp"

#include "catch.hpp"
#include "latent/emission/bernoulli.hpp"
#include "latent/emission/exponential.hpp"
#include "latent/emission/gamma.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/emission/student_t.hpp"

using namespace latent;

namespace {

constexpr double no_bound = std::numeric_limits<double>::infinity();

/// Statistics of two components in two dimensions, of observations about (0, 0) and (3, 1) that belong to both.
template <class E>
typename E::Statistics statistics_of_two(const E& family) {
    Random random(4);
    Panel<double> x, r;
    x.resize(60, 2);
    r.resize(60, 2);
    for (Index i = 0; i < x.padded(); ++i) {
        if (i >= x.size()) {  // filler
            for (Index j = 0; j < 2; ++j) x(i, j) = x(i - 1, j), r(i, j) = 0;
            continue;
        }
        const double to_first = 0.1 + 0.8 * random.uniform(), shift = i % 2 == 0 ? 0 : 3;
        x(i, 0) = shift + random.normal();
        x(i, 1) = shift / 3 + 0.6 * (x(i, 0) - shift) + 0.5 * random.normal();
        r(i, 0) = to_first;
        r(i, 1) = 1 - to_first;
    }
    auto s = family.zero_statistics();
    family.accumulate(x, r, s);
    return s;
}

Gaussian<> two_clusters() {
    return Gaussian<>(Eigen::MatrixXd{{0, 2.5}, {0, 1.5}},
                      {Eigen::Matrix2d{{1.0, 0.4}, {0.4, 0.7}}, Eigen::Matrix2d{{1.2, -0.1}, {-0.1, 0.5}}});
}

template <class E>
E obedient(const E& family, const Restrictions& r, typename E::Statistics s) {
    E next = family;
    family.obey(r, s);
    next.maximize(s);
    return next;
}

/// No disturbance of the free parameters raises the expectation: `change` makes a family of eight numbers, all 0 the best.
template <class E, class Change>
void check_peak(const E& best, const typename E::Statistics& s, const Change& change) {
    const double top = best.expected_log_density(s);
    Random random(2);
    for (const double deviation : {1e-4, 1e-2, 0.2})
        for (int again = 0; again < 100; ++again) {
            std::array<double, 8> u;
            for (double& value : u) value = deviation * random.normal();
            CHECK(change(best, u).expected_log_density(s) <= top + 1e-10);
        }
}

/// L (1 + u) Lᵀ in three numbers: positive definite where these are small.
Eigen::MatrixXd disturbed(const Eigen::MatrixXd& covariance, const double* u) {
    const Eigen::Matrix2d l{{1 + u[0], 0}, {u[1], 1 + u[2]}};
    return l * covariance * l.transpose();
}

}  // namespace

TEST_CASE("a fixed mean: the covariance is the scatter about it") {
    const Gaussian<> family = two_clusters();
    const auto s = statistics_of_two(family);
    Restrictions r(2, 2);
    const Eigen::Vector2d mean(0.3, -0.2);
    for (Index j = 0; j < 2; ++j) r.means.confine(j, 0, mean(j), mean(j));
    const Gaussian<> best = obedient(family, r, s);
    Gaussian<> free = family;
    free.maximize(s);
    CHECK(best.means().col(0) == mean);
    CHECK((best.means().col(1) - free.means().col(1)).norm() < 1e-14);
    const Eigen::Vector2d offset = free.means().col(0) - mean;
    CHECK((best.covariance(0) - free.covariance(0) - offset * offset.transpose()).norm() < 1e-13);
    CHECK((best.covariance(1) - free.covariance(1)).norm() < 1e-14);
    check_peak(best, s, [](const Gaussian<>& g, const std::array<double, 8>& u) {
        return Gaussian<>(Eigen::MatrixXd{{g.means()(0, 0), g.means()(0, 1) + u[0]},
                                          {g.means()(1, 0), g.means()(1, 1) + u[1]}},
                          {disturbed(g.covariance(0), &u[2]), disturbed(g.covariance(1), &u[5])});
    });
    CHECK(best.fixed_parameters(r) == 2);
}

TEMPLATE_TEST_CASE("a fixed mean in every structure leaves the others' M-step about it", "", Tied, Diagonal,
                   Spherical, EII, EEI, VEI, VVE) {
    const Gaussian<TestType> family =
        Gaussian<TestType>::alike(Eigen::MatrixXd{{0, 2.5}, {0, 1.5}}, Eigen::Vector2d(1.1, 1.1));
    const auto s = statistics_of_two(family);
    Restrictions r(2, 2);
    r.means.confine(0, 0, 0.3, 0.3);
    r.means.confine(1, 0, -0.2, -0.2);
    const auto best = obedient(family, r, s);
    CHECK(best.means().col(0) == Eigen::Vector2d(0.3, -0.2));
    // As if the mean had been found there: the same scatter about it, and nothing to gain by a further step.
    auto about = s;
    Eigen::MatrixXd centre = best.means();
    about.recentre(centre);
    about.sum.setZero();
    auto other = family;
    other.maximize(about);
    CHECK((other.covariance(0) - best.covariance(0)).norm() < 1e-12);
    CHECK((other.covariance(1) - best.covariance(1)).norm() < 1e-12);
    CHECK(best.expected_log_density(s) >= obedient(best, r, s).expected_log_density(s) - 1e-9);
}

TEST_CASE(
    "bounds of a mean: without correlation, the nearer bound, else no worse than before, and the best in "
    "turn") {
    SECTION("diagonal") {
        const Gaussian<Diagonal> family =
            Gaussian<Diagonal>::alike(Eigen::MatrixXd{{0, 2.5}, {0, 1.5}}, Eigen::Vector2d(1, 1));
        const auto s = statistics_of_two(family);
        auto free = family;
        free.maximize(s);
        Restrictions r(2, 2);
        r.means.confine(0, 0, free.means()(0, 0) + 0.1, no_bound);
        r.means.confine(1, 0, free.means()(1, 0) - 9, no_bound);
        const auto best = obedient(family, r, s);
        CHECK(best.means()(0, 0) == r.means.lower(0, 0));
        CHECK_THAT(best.means()(1, 0), WithinAbs(free.means()(1, 0), 1e-14));
        CHECK_THAT(best.covariance(0)(0, 0), WithinRel(free.covariance(0)(0, 0) + 0.01, 1e-12));
        CHECK(best.fixed_parameters(r) == 0);
    }
    SECTION("full") {
        Gaussian<> family = two_clusters();
        const auto s = statistics_of_two(family);
        Restrictions r(2, 2);
        r.means.confine(0, 0, -no_bound, 0.8);
        double before = -no_bound;
        for (int step = 0; step < 200; ++step) {
            family = obedient(family, r, s);
            const double now = family.expected_log_density(s);
            CHECK(now >= before - 1e-12);
            before = now;
        }
        CHECK(family.means()(0, 0) == 0.8);
        // Regression: where one coordinate is held, the other follows by the slope of the scatter about the mean.
        Gaussian<> free = two_clusters();
        free.maximize(s);
        const double slope = free.covariance(0)(1, 0) / free.covariance(0)(0, 0);
        CHECK_THAT(family.means()(1, 0),
                   WithinRel(free.means()(1, 0) + slope * (0.8 - free.means()(0, 0)), 1e-9));
        check_peak(family, s, [](const Gaussian<>& g, const std::array<double, 8>& u) {
            return Gaussian<>(Eigen::MatrixXd{{g.means()(0, 0) - std::abs(u[0]), g.means()(0, 1)},
                                              {g.means()(1, 0) + u[1], g.means()(1, 1)}},
                              {disturbed(g.covariance(0), &u[2]), disturbed(g.covariance(1), &u[5])});
        });
    }
}

TEST_CASE("tied means are weighted by their precisions") {
    Gaussian<> family = two_clusters();
    const auto s = statistics_of_two(family);
    Restrictions r(2, 2);
    r.tied_means.tie({});
    for (int step = 0; step < 300; ++step) family = obedient(family, r, s);
    CHECK(family.means().col(0) == family.means().col(1));
    check_peak(family, s, [](const Gaussian<>& g, const std::array<double, 8>& u) {
        const Eigen::Vector2d mean = g.means().col(0) + Eigen::Vector2d(u[0], u[1]);
        return Gaussian<>(Eigen::MatrixXd{{mean(0), mean(0)}, {mean(1), mean(1)}},
                          {disturbed(g.covariance(0), &u[2]), disturbed(g.covariance(1), &u[5])});
    });
    CHECK(family.fixed_parameters(r) == 2);
}

TEST_CASE("tied covariances are the pooled ones, fixed ones stay") {
    const Gaussian<> family = two_clusters();
    const auto s = statistics_of_two(family);
    Gaussian<> free = family;
    free.maximize(s);
    Restrictions tied(2, 2);
    tied.tied_covariances.tie({0, 1});
    const Gaussian<> one = obedient(family, tied, s);
    const Eigen::MatrixXd pooled =
        (s.covariance_count(0) * free.covariance(0) + s.covariance_count(1) * free.covariance(1)) /
        s.covariance_count.sum();
    CHECK((one.covariance(0) - pooled).norm() < 1e-14);
    CHECK((one.covariance(1) - pooled).norm() < 1e-14);
    CHECK((one.means() - free.means()).norm() < 1e-14);
    CHECK(one.fixed_parameters(tied) == 3);

    Restrictions fixed(2, 2);
    const Eigen::Matrix2d given{{0.9, 0.2}, {0.2, 0.4}};
    fixed.fix_covariance(1, given);
    const Gaussian<> held = obedient(family, fixed, s);
    CHECK((held.covariance(1) - given).norm() < 1e-15);
    CHECK((held.covariance(0) - free.covariance(0)).norm() < 1e-14);
    CHECK((held.means() - free.means()).norm() < 1e-14);
    CHECK(held.fixed_parameters(fixed) == 3);
    const Gaussian<Spherical> spheres(Eigen::MatrixXd{{0, 2.5}, {0, 1.5}},
                                      {Eigen::Matrix2d::Identity(), Eigen::Matrix2d::Identity()});
    CHECK_THROWS_AS(obedient(spheres, fixed, statistics_of_two(spheres)), std::invalid_argument);
    CHECK(spheres.fixed_parameters(tied) == 1);
}

TEST_CASE("structures that share parts refuse constraints on single covariances") {
    Restrictions r(2, 2);
    r.tied_covariances.tie({});
    const auto refused = [&](const auto& family) {
        auto s = family.zero_statistics();
        CHECK_THROWS_AS(family.obey(r, s), std::invalid_argument);
    };
    refused(Gaussian<Tied>(2, 2));
    refused(Gaussian<VEE>(2, 2));
    refused(Poisson<>(2, 2));
    auto gamma = Gamma<>(2, 2);
    auto s = gamma.zero_statistics();
    CHECK_THROWS_WITH(detail::obey(gamma, r, s),
                      ContainsSubstring("means or covariances of an emission that has none"));
}

TEMPLATE_TEST_CASE("means that are parameters: fixed, at the nearer bound, and of all sums", "", Poisson<>,
                   Bernoulli<>, Exponential<>) {
    const TestType family(Eigen::MatrixXd{{0.3, 0.6, 0.5}, {0.4, 0.7, 0.2}});
    const WeightedSums s{Eigen::Vector3d(10, 20, 5), Eigen::MatrixXd{{4, 12, 1}, {5, 14, 2}}};
    Restrictions r(3, 2);
    r.means.confine(0, 0, 0.25, 0.25);
    r.means.confine(1, 0, 0.55, 0.9);
    r.tied_means.tie({1, 2});
    const TestType best = obedient(family, r, s);
    CHECK_THAT(best.means()(0, 0), WithinRel(0.25, 1e-15));
    CHECK_THAT(best.means()(1, 0), WithinRel(0.55, 1e-15));
    CHECK_THAT(best.means()(0, 1), WithinRel(13.0 / 25, 1e-15));
    CHECK_THAT(best.means()(0, 2), WithinRel(13.0 / 25, 1e-15));
    CHECK_THAT(best.means()(1, 2), WithinRel(16.0 / 25, 1e-15));
    CHECK(best.fixed_parameters(r) == 3);
    auto own = best.zero_statistics();
    best.expect(Eigen::Vector3d(0.2, 0.3, 0.5), own);
    CHECK(!best.obey(r, own));
    // At the bound the slope points outwards.
    const auto with = [&](double mean) {
        Eigen::MatrixXd means = best.means();
        means(1, 0) = mean;
        if constexpr (std::is_same_v<TestType, Exponential<>>) means = means.cwiseInverse().eval();
        return TestType(means).expected_log_density(s);
    };
    CHECK(with(0.56) < with(0.55));
    CHECK(with(0.54) > with(0.55));
}

TEST_CASE("of t densities the locations and scale matrices are restricted as those of normal ones") {
    const StudentT<> family(two_clusters().means(),
                            {two_clusters().covariance(0), two_clusters().covariance(1)},
                            Eigen::Vector2d(5, 8));
    const auto s = statistics_of_two(family);
    Restrictions r(2, 2);
    r.means.confine(0, 0, 0.3, 0.3);
    r.means.confine(1, 0, -0.2, -0.2);
    r.fix_covariance(1, Eigen::Matrix2d::Identity());
    const auto best = obedient(family, r, s);
    CHECK(best.means().col(0) == Eigen::Vector2d(0.3, -0.2));
    CHECK((best.scale(1) - Eigen::Matrix2d::Identity()).norm() < 1e-15);
    CHECK(best.fixed_parameters(r) == 5);
    CHECK(best.expected_log_density(s) > StudentT<>(Eigen::MatrixXd{{0.3, 2.5}, {-0.2, 1.5}},
                                                    {family.scale(0), Eigen::Matrix2d::Identity()},
                                                    Eigen::Vector2d(5, 8))
                                             .expected_log_density(s));
}

TEST_CASE("a family that does not obey becomes the nearest that does, and one that does stays to the bit") {
    Gaussian<> family = two_clusters();
    Restrictions r(2, 2);
    r.means.confine(0, 1, 3, 3);
    const Eigen::Vector2d weights(0.4, 0.6);
    CHECK(detail::make_obey(family, r, weights));
    CHECK(family.means()(0, 1) == 3);
    CHECK((family.means().col(0) - two_clusters().means().col(0)).norm() == 0);
    CHECK(family.share(0) == 0.4);
    const Gaussian<> before = family;
    CHECK(!detail::make_obey(family, r, weights));
    CHECK(family.same_parameters(before));
    Restrictions ties(2, 2);
    ties.tied_covariances.tie({});
    CHECK(detail::make_obey(family, ties, Eigen::Vector2d(1, 0)));  // a component without weight obeys, too
    CHECK((family.covariance(0) - family.covariance(1)).norm() < 1e-15);
    CHECK((family.covariance(0) - before.covariance(0)).norm() < 1e-14);
}
