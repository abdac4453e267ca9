// What coefficients make of regressors, of a panel and of a matrix.
#include "latent/emission/linear_predictor.hpp"

#include "catch.hpp"

using namespace latent;

TEST_CASE("a linear predictor is the product of regressors and coefficients") {
    const Eigen::MatrixXd x{{1, 1, 1}, {2, 0, -1}, {9, 9, 9}}, beta{{3, 1}, {2, 0.5}};
    Panel<double> panel;
    detail::pack(Observations<double>(x), panel);
    Eigen::ArrayXd predictor;
    detail::linear_predictor(panel, beta.col(0), predictor);
    CHECK(predictor.head(3).matrix() == Eigen::Vector3d(7, 3, 1));
    CHECK(predictor.isFinite().all());
    const Eigen::MatrixXd expected{{7, 3, 1}, {2, 1, 0.5}};
    CHECK(detail::linear_predictors("Some", beta, 3, x) == expected);
    CHECK(detail::linear_predictors("Some", beta, 3, x.topRows(2)) == expected);
    CHECK_THROWS_WITH(detail::linear_predictors("Some", beta, 3, x.topRows(1)),
                      "latent::Some::predictions: x has 1 rows, expected p = 2 regressors");
}
