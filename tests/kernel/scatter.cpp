#include "latent/kernel/scatter.hpp"

#include <cmath>
#include <limits>

#include "catch.hpp"
#include "effort.hpp"
#include "every_width.hpp"
#include "naive.hpp"

using namespace latent::detail;
using latent::Index;
using naive::Real;

namespace {

struct Sums {
    explicit Sums(Index d) : first(Eigen::VectorXd::Zero(d)), second(Eigen::MatrixXd::Zero(d, d)) {}
    double count = 0;
    Eigen::VectorXd first;
    Eigen::MatrixXd second;
};

template <class Scalar>
Sums naive_sums(const latent::MatrixX<Scalar>& x, const Scalar* weight, const Scalar* centre) {
    const Index d = x.rows();
    Sums sums(d);
    const auto total = [&](auto term) {
        Real s = 0;
        for (Index i = 0; i < x.cols(); ++i) s += Real(weight[i]) * term(i);
        return static_cast<double>(s);
    };
    const auto v = [&](Index j, Index i) { return Real(x(j, i)) - Real(centre[j]); };
    sums.count = total([](Index) { return Real(1); });
    for (Index r = 0; r < d; ++r) {
        sums.first(r) = total([&](Index i) { return v(r, i); });
        for (Index c = 0; c <= r; ++c) sums.second(r, c) = total([&](Index i) { return v(r, i) * v(c, i); });
    }
    return sums;
}

}  // namespace

TEMPLATE_TEST_CASE("Scatters equal the naive sums, add to what is there, and ignore the filler", "[kernel]",
                   double, float) {
    IN_REGISTERS_OF_EVERY_WIDTH();
    for (const double offset : {0.0, 1e6})
        for (Index d = 1; d <= 64; d = d < 20 ? d + 1 : d < 33 ? 33 : d + 31)
            for (const Index n :
                 {1, 61, 133, -133, effort(1500, 200)}) {  // negative: few weights are not zero
                const bool few = n < 0;
                const auto x = naive::observations<TestType>(d, std::abs(n), offset);
                const auto block = naive::packed(x);
                auto weight = naive::table<TestType>(
                    naive::observations<double>(1, x.cols(), 0, 5).cwiseAbs().transpose(), TestType(0));
                for (Index i = 0; few && i < x.cols(); ++i)
                    if (i % 5 != 1) weight(i, 0) = 0;
                std::vector<TestType> centre(std::size_t(d), static_cast<TestType>(offset + 0.25));
                const Sums expected = naive_sums(x, weight.column(0), centre.data());
                const double tolerance = 20 * std::numeric_limits<TestType>::epsilon() * double(x.cols());
                CAPTURE(offset, d, n);

                const Index ld = d + 3;
                Eigen::MatrixXd scatter = Eigen::MatrixXd::Ones(ld, d);
                Eigen::VectorXd first = Eigen::VectorXd::Ones(d), squares = first, again = first;
                double count = 1, square = 1;
                add_scatter(block, weight.column(0), centre.data(), count, first.data(), scatter.data(), ld);
                Eigen::MatrixXd difference = (scatter.topRows(d).array() - 1).matrix() - expected.second;
                CHECK(std::abs(count - 1 - expected.count) < tolerance);
                CHECK(((first.array() - 1).matrix() - expected.first).cwiseAbs().maxCoeff() < tolerance);
                CHECK(
                    difference.template triangularView<Eigen::Lower>().toDenseMatrix().cwiseAbs().maxCoeff() <
                    tolerance);
                difference.template triangularView<Eigen::Lower>().setZero();
                CHECK(difference == Eigen::MatrixXd::Zero(d, d));
                CHECK(scatter.bottomRows(3) == Eigen::MatrixXd::Ones(3, d));

                add_scatter_diagonal(block, weight.column(0), centre.data(), count, again.data(),
                                     squares.data());
                CHECK(std::abs(count - 1 - 2 * expected.count) < tolerance);
                CHECK(((again.array() - 1).matrix() - expected.first).cwiseAbs().maxCoeff() < tolerance);
                CHECK(((squares.array() - 1).matrix() - expected.second.diagonal()).cwiseAbs().maxCoeff() <
                      tolerance);

                count = 1;
                again.setOnes();
                add_scatter_spherical(block, weight.column(0), centre.data(), count, again.data(), square);
                CHECK(std::abs(count - 1 - expected.count) < tolerance);
                CHECK(((again.array() - 1).matrix() - expected.first).cwiseAbs().maxCoeff() < tolerance);
                CHECK(std::abs(square - 1 - expected.second.trace()) < tolerance * double(d));
            }
}
