// Markov chains: structure that stays, the M-step.
#include "latent/chain/markov_chain.hpp"

#include "catch.hpp"
#include "random_transition.hpp"

using namespace latent;

namespace {

/// Counts as large as a few hundred, none where the chain forbids the move.
MarkovChainStatistics random_counts(const MarkovChain& chain, Random& random) {
    MarkovChainStatistics s = chain.zero_statistics();
    for (Index i = 0; i < chain.size(); ++i) {
        if (chain.initial()(i) > 0) s.initial(i) = 30 * random.uniform();
        for (Index j = 0; j < chain.size(); ++j)
            if (chain.transition()(i, j) > 0) s.transition(i, j) = 300 * random.uniform();
    }
    return s;
}

std::vector<double> coordinates(const MarkovChain& chain) {
    std::vector<double> v(static_cast<std::size_t>(chain.coordinates()));
    chain.to_vector(v);
    return v;
}

/// No derivative of the expected log-probability is left, and no disturbance raises it.
void check_stationary_point(const MarkovChain& chain, const MarkovChainStatistics& s) {
    Random random(11);
    const double best = chain.expected_log_probability(s), size = std::abs(best);
    const auto at = [&](const std::vector<double>& v) {
        MarkovChain other = chain;
        other.from_vector(v);
        return other.expected_log_probability(s);
    };
    const std::vector<double> here = coordinates(chain);
    for (std::size_t i = 0; i < here.size(); ++i) {
        std::vector<double> above = here, below = here;
        above[i] += 1e-5;
        below[i] -= 1e-5;
        CHECK_THAT((at(above) - at(below)) / 2e-5, WithinAbs(0, 1e-6 * size));
    }
    for (int t = 0; t < 20; ++t) {
        std::vector<double> v = here;
        for (double& value : v) value += (t % 2 == 0 ? 0.01 : 1) * random.normal();
        CHECK(at(v) <= best + 1e-12 * size);
    }
}

}  // namespace

TEST_CASE("a chain that falls into several closed classes cannot be made stationary") {
    MarkovChain chain(uniform(3), Eigen::Matrix3d{{1, 0, 0}, {0, 1, 0}, {0.5, 0.5, 0}});
    CHECK_THROWS_WITH(chain.set_stationary(), ContainsSubstring("several closed classes"));
    CHECK(!chain.stationary());  // refused, it is what it was
    CHECK(chain.initial() == uniform(3));
}

TEST_CASE("what is refused changes nothing") {
    const Eigen::Matrix2d a{{.5, .5}, {0, 1}}, apart = Eigen::Matrix2d::Identity();
    MarkovChain chain(uniform(2), a);
    chain.set_stationary();
    CHECK_THROWS_WITH(chain.set_transition(apart), ContainsSubstring("several closed classes"));
    CHECK_THROWS_WITH(chain.tie_rows({0, 0}), ContainsSubstring("rows 0 and 1 are tied, but"));
    CHECK(chain.transition() == a);
    CHECK(chain.initial() == Eigen::Vector2d(0, 1));
    CHECK(chain.parameters() == 1);
}

// -------------------------------------------------------------------------------------------------- structure

TEST_CASE("parameters and coordinates of structured chains") {
    const Eigen::Matrix3d a{{.5, .5, 0}, {.2, .3, .5}, {.1, .4, .5}};
    MarkovChain chain(Eigen::Vector3d(.5, .5, 0), a);
    const auto check = [&](Index free) {
        CHECK(chain.parameters() == free);
        CHECK(chain.coordinates() == free);
    };
    check(1 + 1 + 2 + 2);
    chain.fix_initial();
    check(1 + 2 + 2);
    chain.tie_rows({0, 1, 1});
    check(1 + 2);
    CHECK((chain.transition().row(1) - Eigen::RowVector3d(.15, .35, .5)).norm() < 1e-15);
    CHECK(chain.transition().row(2) == chain.transition().row(1));
    chain.fix_initial(false);
    chain.set_stationary();
    check(1 + 2);
    chain.fix_transition();
    check(0);
}

TEST_CASE("coordinates there and back, every vector is a chain of the same structure") {
    Random random(2);
    MarkovChain chain(uniform(4), random_transition(4, 0.4, random));
    for (const bool stationary : {false, true}) {
        chain.set_stationary(stationary);
        MarkovChain other = chain;
        other.from_vector(coordinates(chain));
        CHECK((other.transition() - chain.transition()).cwiseAbs().maxCoeff() < 1e-15);
        CHECK((other.initial() - chain.initial()).cwiseAbs().maxCoeff() < 1e-15);
        for (const double size : {1.0, 100.0, 1e5}) {
            std::vector<double> v = coordinates(chain);
            for (double& value : v) value = size * random.normal();
            other.from_vector(v);
            CHECK((other.transition().rowwise().sum() - Eigen::VectorXd::Ones(4)).norm() < 1e-14);
            CHECK_THAT(other.initial().sum(), WithinRel(1, 1e-14));
            // What was possible stays possible, so that the number of coordinates does not change.
            CHECK(((other.transition().array() > 0) == (chain.transition().array() > 0)).all());
        }
    }
}

TEST_CASE("the M-step keeps zeros, ties and fixed blocks") {
    Random random(3);
    const Eigen::Matrix3d a{{.5, .5, 0}, {.2, .3, .5}, {.1, .4, .5}};
    MarkovChain chain(Eigen::Vector3d(.5, .5, 0), a);
    const auto s = random_counts(chain, random);
    chain.maximize(s);
    CHECK(chain.initial()(2) == 0);
    CHECK(chain.transition()(0, 2) == 0);
    CHECK((chain.transition().row(1) - s.transition.row(1) / s.transition.row(1).sum()).norm() < 1e-15);
    CHECK((chain.initial() - s.initial / s.initial.sum()).norm() < 1e-15);

    chain.tie_rows({5, -1, -1});
    chain.maximize(s);
    const Eigen::RowVector3d sum = s.transition.row(1) + s.transition.row(2);
    CHECK((chain.transition().row(2) - sum / sum.sum()).norm() < 1e-15);
    CHECK(chain.transition().row(1) == chain.transition().row(2));

    MarkovChain fixed(Eigen::Vector3d(.5, .5, 0), a);
    const Eigen::MatrixXd before = fixed.transition();
    fixed.fix_transition();
    fixed.fix_initial();
    fixed.maximize(s);
    CHECK(fixed.transition() == before);
    CHECK(fixed.initial() == Eigen::Vector3d(.5, .5, 0));
}

TEST_CASE("a state that was never left keeps its row, a chain that never began its beginning") {
    Random random(4);
    MarkovChain chain(Eigen::Vector3d(.2, .3, .5), random_transition(3, 0, random));
    auto s = random_counts(chain, random);
    s.transition.row(1).setZero();
    s.initial.setZero();
    const Eigen::MatrixXd before = chain.transition();
    chain.maximize(s);
    CHECK(chain.transition().row(1) == before.row(1));
    CHECK(chain.initial() == Eigen::Vector3d(.2, .3, .5));
    CHECK(chain.transition().allFinite());
}

// ------------------------------------------------------------------------------------ the stationary M-step

TEST_CASE("the M-step of a stationary chain ends at a maximum, and never lower than it began") {
    Random random(5);
    for (const Index K : {1, 2, 3, 6})
        for (const bool ties : {false, true})
            for (const double beginnings : {0.1, 1.0, 20.0}) {  // how much the initial distribution pulls
                CAPTURE(K, ties, beginnings);
                MarkovChain chain(uniform(K), random_transition(K, K > 3 ? 0.3 : 0, random));
                if (ties && K == 3) chain.tie_rows({0, 1, 1});
                chain.set_stationary();
                auto s = random_counts(chain, random);
                s.initial *= beginnings;
                const double before = chain.expected_log_probability(s);
                const Eigen::MatrixXd zeros = (chain.transition().array() == 0).cast<double>();
                chain.maximize(s);
                CHECK(chain.expected_log_probability(s) >= before);
                CHECK((chain.initial() - stationary_distribution(chain.transition())).norm() < 1e-14);
                CHECK(chain.transition().cwiseProduct(zeros).norm() == 0);
                check_stationary_point(chain, s);
            }
}

TEST_CASE("the M-step of a stationary chain with counts of zero does not fall, nor leave the chains") {
    Random random(6);
    for (int t = 0; t < 50; ++t) {
        CAPTURE(t);
        MarkovChain chain(uniform(4), random_transition(4, 0.2, random));
        chain.set_stationary();
        auto s = random_counts(chain, random);
        for (double& count : s.transition.reshaped())
            if (random.uniform() < 0.4) count = 0;
        for (double& count : s.initial)
            if (random.uniform() < 0.4) count = 0;
        const double before = chain.expected_log_probability(s);
        chain.maximize(s);
        CHECK(chain.expected_log_probability(s) >= before);
        CHECK(chain.transition().allFinite());
        CHECK(chain.transition().minCoeff() >= 0);
        CHECK((chain.transition().rowwise().sum() - Eigen::VectorXd::Ones(4)).norm() < 1e-13);
        CHECK_THAT(chain.initial().sum(), WithinRel(1, 1e-13));
    }
}

TEST_CASE("states ahead") {
    const MarkovChain chain(Eigen::Vector2d(1, 0), Eigen::Matrix2d{{.9, .1}, {.4, .6}});
    CHECK((chain.after(chain.initial(), 0) - chain.initial()).norm() == 0);
    CHECK((chain.after(chain.initial(), 2) - Eigen::Vector2d(.85, .15)).norm() < 1e-15);
    CHECK((chain.after(chain.initial(), 200) - stationary_distribution(chain.transition())).norm() < 1e-14);
}

TEST_CASE("a state taken out of a chain") {
    MarkovChain chain(Eigen::Vector3d(.5, .3, .2), Eigen::Matrix3d{{.5, .3, .2}, {.2, .4, .4}, {.2, .4, .4}});
    chain.tie_rows({0, 1, 1});
    chain.remove(0);
    CHECK(chain.size() == 2);
    CHECK((chain.initial() - Eigen::Vector2d(.6, .4)).norm() < 1e-15);
    CHECK((chain.transition() - Eigen::MatrixXd::Constant(2, 2, 0.5)).norm() < 1e-15);
    CHECK(chain.parameters() == 1 + 1);  // still tied
}
