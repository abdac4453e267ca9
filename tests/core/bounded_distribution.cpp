// The most probable distribution within bounds: by hand, by the conditions of its maximum, and against others within them.
#include "latent/core/bounded_distribution.hpp"

#include "catch.hpp"
#include "latent/core/random.hpp"

using namespace latent;
using Eigen::VectorXd;

namespace {

VectorXd bounded(const VectorXd& counts, const VectorXd& lower, const VectorXd& upper) {
    const VectorXd present = VectorXd::Constant(counts.size(), 1.0 / static_cast<double>(counts.size()));
    return detail::bounded_distribution(counts, lower, upper, present);
}
double log_probability(const VectorXd& counts, const VectorXd& p) {
    double total = 0;
    for (Index k = 0; k < p.size(); ++k)
        if (counts(k) > 0) total += counts(k) * std::log(p(k));
    return total;
}

/// Draws some bounds around a distribution, one of them a point.
struct DrawnBounds {
    VectorXd inside, lower, upper;
    DrawnBounds(Index K, Random& random) : inside(K), lower(K), upper(K) {
        for (double& p : inside) p = random.uniform() + 0.01;
        inside /= inside.sum();
        for (Index k = 0; k < K; ++k) {
            lower(k) = inside(k) * random.uniform();
            upper(k) = inside(k) + (1 - inside(k)) * random.uniform() * random.uniform();
        }
        lower(0) = upper(0) = inside(0);
    }
};

}  // namespace

TEST_CASE("a fixed probability leaves the rest to the others, in proportion to their counts") {
    const VectorXd p =
        bounded(Eigen::Vector3d(2, 3, 5), Eigen::Vector3d(0.4, 0, 0), Eigen::Vector3d(0.4, 1, 1));
    CHECK(p(0) == 0.4);
    CHECK_THAT(p(1), WithinRel(0.6 * 3 / 8, 1e-15));
    CHECK_THAT(p(2), WithinRel(0.6 * 5 / 8, 1e-15));
    const VectorXd free = bounded(Eigen::Vector3d(2, 3, 5), VectorXd::Zero(3), VectorXd::Ones(3));
    CHECK_THAT(free(0), WithinRel(0.2, 1e-15));
    CHECK_THAT(free(2), WithinRel(0.5, 1e-15));
}

TEST_CASE("what has no counts shares what is left as it did") {
    const Eigen::Vector3d counts(7, 0, 0), present(0.2, 0.2, 0.6);
    const VectorXd p = detail::bounded_distribution<double>(counts, Eigen::Vector3d(0.4, 0, 0),
                                                            Eigen::Vector3d(0.4, 1, 1), present);
    CHECK(p(0) == 0.4);
    CHECK_THAT(p(1), WithinRel(0.15, 1e-14));
    CHECK_THAT(p(2), WithinRel(0.45, 1e-14));
    const VectorXd forbidden = detail::bounded_distribution<double>(
        counts, Eigen::Vector3d(0.4, 0, 0), Eigen::Vector3d(0.4, 0, 1), Eigen::Vector3d(1, 0, 0));
    CHECK(forbidden(1) == 0);
    CHECK_THAT(forbidden(2), WithinRel(0.6, 1e-14));
}

TEST_CASE("within bounds nothing is more probable") {
    Random random(1);
    for (int again = 0; again < 200; ++again) {
        const Index K = 2 + again % 5;
        const DrawnBounds bounds(K, random);
        VectorXd counts(K);
        for (double& n : counts) n = again % 3 == 0 && random.uniform() < 0.3 ? 0 : 20 * random.uniform();
        if (!(counts.sum() > 0)) continue;
        const VectorXd p = bounded(counts, bounds.lower, bounds.upper);
        CHECK_THAT(p.sum(), WithinRel(1, 1e-12));
        CHECK((p.array() >= bounds.lower.array()).all());
        CHECK((p.array() <= bounds.upper.array()).all());
        // Inside the bounds n / p is the same; at a lower one it is not above, at an upper one not below.
        for (Index a = 0; a < K; ++a)
            for (Index b = 0; b < K; ++b)
                if (a != b && p(a) < bounds.upper(a) - 1e-12 && p(b) > bounds.lower(b) + 1e-12)
                    CHECK(counts(a) / p(a) <= counts(b) / p(b) + 1e-9 * counts.sum());
        const double best = log_probability(counts, p);
        CHECK(best >= log_probability(counts, bounds.inside) - 1e-9);
    }
}

TEST_CASE("counts keep their sum, tied ones are equal, and what cannot be is refused") {
    Restrictions r(3, 1);
    r.weights.confine(0, 0, 0.5, 0.5);
    r.tied_weights.tie({1, 2});
    VectorXd counts = Eigen::Vector3d(2, 3, 5);
    const auto bounds = [&](Index k) { return std::pair(r.weights.lower(k, 0), r.weights.upper(k, 0)); };
    const auto possible = [](Index) { return true; };
    const VectorXd present = VectorXd::Constant(3, 1.0 / 3);
    const auto bound = [&](const auto& may) {
        return detail::bound_counts(counts, bounds, &r.tied_weights, present, may, "weights");
    };
    CHECK(bound(possible));
    CHECK_THAT(counts(0), WithinRel(5, 1e-15));
    CHECK_THAT(counts(1), WithinRel(2.5, 1e-15));
    CHECK(counts(1) == counts(2));
    CHECK(!bound(possible));
    CHECK_THROWS_WITH(
        bound([](Index k) { return k != 0; }),
        "latent::Constrained: weights: probability 0 is to be at least 0.5, but the model forbids it");
    r = Restrictions(3, 1);
    for (Index k = 0; k < 3; ++k) r.weights.confine(k, 0, 0, 0.3);
    CHECK_THROWS_WITH(bound(possible),
                      "latent::Constrained: weights: the probabilities sum to at least 0 and at most "
                      "0.9, expected that they can sum to one");
    counts.setZero();
    CHECK(!bound(possible));
}
