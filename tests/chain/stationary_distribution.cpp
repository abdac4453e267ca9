// The distribution in which a Markov chain stays, against powers of its matrix and detailed balance.
#include "latent/chain/stationary_distribution.hpp"

#include <algorithm>
#include <array>

#include "catch.hpp"
#include "random_transition.hpp"

using namespace latent;

namespace {

/// By squaring the lazy chain (I + A) / 2, which has no period.
Eigen::VectorXd by_powers(const Eigen::MatrixXd& a) {
    Eigen::MatrixXd power = 0.5 * (Eigen::MatrixXd::Identity(a.rows(), a.rows()) + a);
    for (int t = 0; t < 40; ++t) {
        power = (power * power).eval();
        for (Index i = 0; i < a.rows(); ++i) power.row(i) /= power.row(i).sum();
    }
    return power.row(0).transpose();
}

}  // namespace

TEST_CASE("stationary distributions of chains of one class") {
    Random random(1);
    for (const Index K : {1, 2, 3, 5, 12, 20})
        for (const double zeros : {0.0, 0.5, 0.9}) {
            CAPTURE(K, zeros);
            const Eigen::MatrixXd a = random_transition(K, zeros, random);
            const Eigen::VectorXd delta = stationary_distribution(a), expected = by_powers(a);
            CHECK_THAT(delta.sum(), WithinRel(1, 1e-14));
            for (Index k = 0; k < K; ++k) CHECK_THAT(delta(k), WithinRel(expected(k), 1e-9));
            CHECK((a.transpose() * delta - delta).cwiseAbs().maxCoeff() < 1e-14);
        }
}

TEST_CASE("stationary distributions to full relative precision") {
    // Back and forth with tiny probabilities: detailed balance gives the ratios.
    const Eigen::Matrix3d a{{1 - 1e-100, 1e-100, 0}, {0.5, 0.5 - 1e-30, 1e-30}, {0, 0.25, 0.75}};
    const Eigen::VectorXd delta = stationary_distribution(a);
    CHECK_THAT(delta(1) / delta(0), WithinRel(2e-100, 1e-14));
    CHECK_THAT(delta(2) / delta(1), WithinRel(4e-30, 1e-14));
}

TEST_CASE("a period does not matter") {
    const Eigen::Matrix3d cycle{{0, 1, 0}, {0, 0, 1}, {1, 0, 0}};
    CHECK((stationary_distribution(cycle) - uniform(3)).cwiseAbs().maxCoeff() < 1e-15);
}

// Whatever the order of the states: 2 and 4 are the closed class, and 0 reaches it only by way of 1 and 3.
TEST_CASE("transient states have probability zero") {
    Eigen::MatrixXd a = Eigen::MatrixXd::Zero(5, 5);
    a(0, 0) = a(0, 1) = a(1, 0) = a(1, 3) = a(3, 3) = a(3, 2) = 0.5;
    a(2, 2) = 0.2;
    a(2, 4) = 0.8;
    a(4, 2) = 0.4;
    a(4, 4) = 0.6;
    std::array<Index, 5> order{0, 1, 2, 3, 4};
    do {
        Eigen::MatrixXd b(5, 5);
        for (Index i = 0; i < 5; ++i)
            for (Index j = 0; j < 5; ++j)
                b(i, j) = a(order[static_cast<std::size_t>(i)], order[static_cast<std::size_t>(j)]);
        const Eigen::VectorXd delta = stationary_distribution(b);
        for (Index i = 0; i < 5; ++i) {
            const Index state = order[static_cast<std::size_t>(i)];
            if (state == 2 || state == 4)
                CHECK_THAT(delta(i), WithinRel(state == 2 ? 1.0 / 3 : 2.0 / 3, 1e-14));
            else
                CHECK(delta(i) == 0);
        }
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("several closed classes have no one stationary distribution, whatever the order of the states") {
    Eigen::MatrixXd a = Eigen::MatrixXd::Zero(4, 4);
    a(0, 0) = a(1, 1) = 1;    // two traps
    a(2, 0) = a(2, 3) = 0.5;  // and two states that lead to both
    a(3, 1) = a(3, 2) = 0.5;
    std::array<Index, 4> order{0, 1, 2, 3};
    do {
        Eigen::MatrixXd b(4, 4);
        for (Index i = 0; i < 4; ++i)
            for (Index j = 0; j < 4; ++j)
                b(i, j) = a(order[static_cast<std::size_t>(i)], order[static_cast<std::size_t>(j)]);
        CHECK(!stationary_distribution(b).allFinite());
    } while (std::next_permutation(order.begin(), order.end()));
    CHECK(!stationary_distribution(Eigen::Matrix2d::Identity()).allFinite());
}

TEST_CASE("states that are all but never left or reached leave no NaN") {
    const Eigen::Matrix2d hardly{{1e-4, 0.9999}, {1e-309, 1}};
    CHECK(latent::stationary_distribution(hardly).isApprox(Eigen::Vector2d(0, 1)));
    const Eigen::Matrix3d far{{0, 1, 0}, {1e-160, 0, 1}, {0, 1e-160, 1}};
    const Eigen::Vector3d reached = latent::stationary_distribution(far);
    CHECK(reached.allFinite());
    CHECK_THAT(reached(2), WithinRel(1, 1e-12));
    CHECK_THAT(reached(1), WithinRel(1e-160, 1e-12));
}
