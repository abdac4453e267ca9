// What the kit must know about mixtures of Student t densities.
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <numbers>

#include "kit/mixture_subject.hpp"
#include "latent/emission/student_t.hpp"

namespace kit {

template <class Emission_>
struct StudentTSubject : MixtureSubject<StudentTSubject<Emission_>, Emission_> {
    using Emission = Emission_;
    using Model = latent::Mixture<Emission>;
    using Covariance = typename Emission::Covariance;
    static constexpr double recovery = 1;    // of log ν
    static constexpr bool augmented = true;  // by the scales u

    static Model model(double spread, double shift, double heavier) {
        const Eigen::MatrixXd means{{0.0, 4.0, 1.0}, {0.0, 1.0, 5.0}};
        Eigen::MatrixXd scale{{1.0, 0.4}, {0.4, 0.7}};
        if (Covariance::block_columns(2) == 1) scale = scale.diagonal().asDiagonal().toDenseMatrix();
        if (Covariance::block_rows(2) == 1) scale = Eigen::Matrix2d::Identity();
        std::vector<Eigen::MatrixXd> scales(Covariance::shared ? 1 : 3, spread * scale);
        if (!Covariance::shared) scales[1] *= 1.5;
        return {Eigen::Vector3d(0.3, 0.3, 0.4),
                Emission(means.array() + shift, scales, heavier * Eigen::Vector3d(3, 6, 4))};
    }
    static Model truth() { return model(1, 0, 1); }
    static Model start() { return model(1.5, 0.4, 1.2); }
    static auto prior() { return latent::MixturePrior{2.0}; }
    static double log_density(const Emission& t, const Eigen::VectorXd& x, latent::Index k) {
        const Eigen::MatrixXd scale = t.scale(k);
        const Eigen::VectorXd z = x - t.means().col(k);
        const double nu = t.degrees()(k), delta = z.dot(scale.ldlt().solve(z));
        return std::lgamma((nu + 2) / 2) - std::lgamma(nu / 2) - std::log(nu * std::numbers::pi) -
               0.5 * std::log(scale.determinant()) - (nu + 2) / 2 * std::log(1 + delta / nu);
    }
};

}  // namespace kit
