// What the kit must know about Gaussian mixtures, whatever their covariances.
#pragma once

#include <Eigen/Cholesky>
#include <numbers>

#include "kit/mixture_subject.hpp"
#include "latent/emission/normal_inverse_wishart.hpp"

namespace kit {

template <class Covariance, class Scalar>
struct GaussianSubject
    : MixtureSubject<GaussianSubject<Covariance, Scalar>, latent::Gaussian<Covariance, Scalar>> {
    using Emission = latent::Gaussian<Covariance, Scalar>;
    using Model = latent::Mixture<Emission>;
    static constexpr double recovery = 0.25;

    /// Three clusters in the plane; the matrices are made to have the structure.
    static Model model(double spread, double shift) {
        const Eigen::MatrixXd means{{0.0, 4.0, 1.0}, {0.0, 1.0, 5.0}};
        using Matrix = Eigen::Matrix2d;
        const std::vector<Matrix> matrices{Matrix{{1.0, 0.4}, {0.4, 0.7}}, Matrix{{0.8, -0.3}, {-0.3, 1.2}},
                                           Matrix{{1.5, 0.0}, {0.0, 0.6}}};
        std::vector<Eigen::MatrixXd> covariances;
        for (const Matrix& full : matrices) {
            if (Covariance::shared && !covariances.empty()) break;
            Eigen::MatrixXd covariance = full;
            if (Covariance::block_columns(2) == 1) covariance = full.diagonal().asDiagonal();
            if (Covariance::block_rows(2) == 1)
                covariance = Eigen::MatrixXd::Identity(2, 2) * full.diagonal().mean();
            covariances.push_back(spread * covariance);
        }
        if constexpr (Covariance::coupled) constrain(covariances);
        return {Eigen::Vector3d(0.3, 0.2, 0.5), Emission(means.array() + shift, covariances)};
    }
    /// To the nearest that the structure allows.
    static void constrain(std::vector<Eigen::MatrixXd>& covariances) {
        Eigen::MatrixXd blocks(2, 6);
        for (Eigen::Index k = 0; k < 3; ++k)
            blocks.middleCols(2 * k, 2) = covariances[static_cast<std::size_t>(k)];
        Covariance::constrain(blocks, Eigen::Vector3d::Ones(), blocks.eval());
        for (Eigen::Index k = 0; k < 3; ++k)
            covariances[static_cast<std::size_t>(k)] = blocks.middleCols(2 * k, 2);
    }
    static Model truth() { return model(1, 0); }
    static Model start() { return model(1.5, 0.4); }
    static auto prior() {
        return latent::MixturePrior<latent::NormalInverseWishart>{
            2, {Eigen::Vector2d(1.5, 2), 0.1, 4, Eigen::Matrix2d{{1.0, 0.2}, {0.2, 0.8}}}};
    }
    static double log_density(const Emission& g, const Eigen::VectorXd& x, latent::Index k) {
        const Eigen::LLT<Eigen::MatrixXd> l(g.covariance(k));
        const Eigen::VectorXd z = l.matrixL().solve(x - g.means().col(k));
        return -0.5 * z.squaredNorm() - std::log(l.matrixLLT().diagonal().prod()) -
               std::log(2 * std::numbers::pi);
    }
};

}  // namespace kit
