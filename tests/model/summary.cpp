// Models as tables, to the letter.
#include "latent/model/summary.hpp"

#include "catch.hpp"
#include "latent/latent.hpp"

using namespace latent;

namespace {

template <class M>
std::string printed(const M& model) {
    std::ostringstream out;
    out << "\n" << model;
    return out.str();
}

}  // namespace

TEST_CASE("a mixture is a line a component and dimension") {
    const std::vector<Eigen::MatrixXd> covariances{Eigen::Matrix2d{{4, 1}, {1, 9}},
                                                   Eigen::Matrix2d{{1, 0}, {0, 2.25}}};
    CHECK(printed(GaussianMixture<>(Eigen::Vector2d(0.25, 0.75),
                                    Gaussian<>(Eigen::Matrix2d{{1, -2.5}, {3, 1e7}}, covariances))) == R"(
2 components of 2 dimensions, 11 parameters, Gaussian full
component    weight   dimension          mean     deviation
        0    0.2500           0             1             2
                              1             3             3
        1    0.7500           0          -2.5             1
                              1         1e+07           1.5
)");
    CHECK(printed(Mixture<Gamma<>>(Gamma<>(Eigen::RowVector2d(2, 3), Eigen::RowVector2d(4, 2)))) == R"(
2 components of 1 dimension, 5 parameters, Gamma
component    weight   dimension         shape          mean
        0    0.5000           0             2           0.5
        1    0.5000           0             3           1.5
)");
}
TEST_CASE("a hidden Markov model says how its states follow each other") {
    const HiddenMarkovModel<Poisson<>> model(
        MarkovChain(Eigen::Vector2d(1, 0), Eigen::Matrix2d{{0.75, 0.25}, {0.25, 0.75}}),
        Poisson<>(Eigen::RowVector2d(1, 20)));
    CHECK(printed(model) == R"(
2 states of 1 dimension, 4 parameters, Poisson
state   initial  stationary   dimension          rate
    0    1.0000      0.5000           0             1
    1    0.0000      0.5000           0            20
transition
    0.7500    0.2500
    0.2500    0.7500
)");
}
TEST_CASE("an emission whose parameters are no table is told by its type") {
    const auto model = Mixture(Product(Poisson<>(2, 1), Poisson<>(2, 1)));
    CHECK(printed(model) == R"(
2 components of 2 dimensions, 5 parameters, Product
component    weight
        0    0.5000
        1    0.5000
)");
}
TEST_CASE("whatever the stream is set to, it stays so") {
    std::ostringstream out;
    out << std::setprecision(2) << Mixture<Poisson<>>(1, 1) << 3.14159;
    CHECK_THAT(out.str(), EndsWith("3.1"));
}
