// A covariance matrix as its structure stores it.
#pragma once

#include "catch.hpp"
#include "latent/core/types.hpp"

using latent::Index;

/// A covariance of the structure, and its factor.
template <class Structure>
struct Block {
    static constexpr Index d = 3;
    Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(Structure::block_rows(d), Structure::block_columns(d));
    Eigen::MatrixXd factor = covariance;
    double half_log_determinant = 0;

    explicit Block(const Eigen::MatrixXd& dense) {
        REQUIRE(Structure::assign(covariance, dense) == nullptr);
        half_log_determinant = Structure::factorize(covariance, factor);
    }
    Eigen::MatrixXd dense() const { return Structure::dense(covariance, d); }
};
