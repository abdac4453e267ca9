// The projections of a matrix in memory are its products.
#include "latent/data/sparse_projector.hpp"

#include "catch.hpp"
#include "latent/core/concepts.hpp"
#include "model/discs.hpp"

using namespace latent;

static_assert(Projector<SparseProjector>);
static_assert(!std::is_constructible_v<SparseProjector, SystemMatrix>);  // of a temporary it would dangle

TEST_CASE("forward and backward are the products with the matrix and its transpose") {
    const Discs discs;
    const SparseProjector projector(discs.system);
    const Eigen::MatrixXd a = discs.system;
    CHECK(projector.rays() == a.rows());
    CHECK(projector.pixels() == a.cols());
    const Eigen::VectorXd x = Discs::read("phantom");
    Eigen::VectorXd y(40), back = Eigen::VectorXd::Ones(a.cols());
    projector.forward(30, {x.data(), x.data() + x.size()}, {y.data(), y.data() + y.size()});
    CHECK((y - a.middleRows(30, 40) * x).cwiseAbs().maxCoeff() < 1e-12);
    projector.backward(30, {y.data(), y.data() + y.size()}, {back.data(), back.data() + back.size()});
    const Eigen::VectorXd expected = a.middleRows(30, 40).transpose() * y;
    CHECK((back - expected - Eigen::VectorXd::Ones(a.cols())).cwiseAbs().maxCoeff() < 1e-10);
}

TEST_CASE("what is no system matrix is refused") {
    SystemMatrix a(2, 2);
    a.insert(0, 1) = -0.5;
    CHECK_THROWS_WITH(SparseProjector(a), ContainsSubstring("is not compressed"));
    a.makeCompressed();
    CHECK_THROWS_WITH(SparseProjector(a),
                      ContainsSubstring("entry (0, 1) is -0.5, expected a finite number ≥ 0"));
    a.coeffRef(0, 1) = std::nan("");
    CHECK_THROWS_WITH(SparseProjector(a), ContainsSubstring("entry (0, 1) is nan"));
}
