// What all regressions share: observations that are p regressors and then a response, and what coefficients make of regressors.
#pragma once

#include "latent/core/checks.hpp"
#include "latent/emission/panel_columns.hpp"

namespace latent::detail {

/// to := x ᵀβ of a panel whose first p columns are the regressors x, the filler included.
template <class Scalar, class Coefficients>
void linear_predictor(const Panel<Scalar>& x, const Coefficients& beta, Eigen::ArrayXd& to) {
    to.setZero(x.padded());
    for (Index j = 0; j < beta.size(); ++j) to += beta(j) * doubles(x, j);
}

/// x ᵀβ_k, K × n, of regressors x, p × n, or of whole observations of d numbers. Throws std::invalid_argument, in the name of
/// `owner`, on another number of rows.
inline Eigen::MatrixXd linear_predictors(const char* owner, const Eigen::MatrixXd& coefficients, Index d,
                                         const Eigen::MatrixXd& x) {
    const Index p = coefficients.rows();
    require(x.rows() == p || x.rows() == d, "latent::", owner, "::predictions: x has ", x.rows(),
            " rows, expected p = ", p, " regressors");
    return coefficients.transpose().lazyProduct(x.topRows(p));
}

}  // namespace latent::detail
