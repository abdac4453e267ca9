// What the tests of mixtures compare with: random models, and the textbook's formulas in long double.
#pragma once

#include <Eigen/Cholesky>
#include <tuple>

#include "kernel/naive.hpp"
#include "latent/model/mixture.hpp"

namespace naive {

using Families =
    std::tuple<latent::Gaussian<latent::Full, double>, latent::Gaussian<latent::Tied, double>,
               latent::Gaussian<latent::Diagonal, double>, latent::Gaussian<latent::Spherical, double>,
               latent::Gaussian<latent::Full, float>, latent::Gaussian<latent::Tied, float>,
               latent::Gaussian<latent::Diagonal, float>, latent::Gaussian<latent::Spherical, float>>;

/// What is left of a matrix in a covariance structure: all of it, its diagonal, or the mean of that.
template <class Covariance>
Eigen::MatrixXd structured(const Eigen::MatrixXd& full) {
    if constexpr (std::is_same_v<Covariance, latent::Diagonal>) {
        return full.diagonal().asDiagonal();
    } else if constexpr (std::is_same_v<Covariance, latent::Spherical>) {
        return full.diagonal().mean() * Eigen::MatrixXd::Identity(full.rows(), full.cols());
    } else {
        return full;
    }
}

/// A well-conditioned symmetric positive definite matrix.
inline Eigen::MatrixXd random_covariance(Index d, latent::Random& random) {
    Eigen::MatrixXd a(d, d);
    for (double& value : a.reshaped()) value = random.normal();
    const Eigen::MatrixXd c = a * a.transpose() / static_cast<double>(d) + Eigen::MatrixXd::Identity(d, d);
    return 0.5 * (c + c.transpose());
}

/// K densities with means about `offset`, three deviations apart.
template <class Family>
Family random_gaussian(Index K, Index d, double offset = 0, std::uint64_t seed = 1) {
    using Covariance = typename Family::Covariance;
    latent::Random random(seed);
    Eigen::MatrixXd means(d, K);
    for (double& value : means.reshaped()) value = offset + 3 * random.normal();
    std::vector<Eigen::MatrixXd> covariances;
    for (Index g = 0; g < (Covariance::shared ? 1 : K); ++g)
        covariances.push_back(structured<Covariance>(random_covariance(d, random)));
    return Family(means, covariances);
}

/// The same with weights in the ratios 1 : 2 : … : K.
template <class Family>
latent::Mixture<Family> random_mixture(Index K, Index d, double offset = 0, std::uint64_t seed = 1) {
    const Eigen::VectorXd weights = Eigen::VectorXd::LinSpaced(K, 1, static_cast<double>(K));
    return {weights / weights.sum(), random_gaussian<Family>(K, d, offset, seed)};
}

inline Real log_normal_density(const Vector& x, const Vector& mean, const Matrix& covariance) {
    const Matrix l = Eigen::LLT<Matrix>(covariance).matrixL();
    const Vector z = l.triangularView<Eigen::Lower>().solve(x - mean);
    const auto d = static_cast<Real>(x.size());
    return -(d * std::log(2 * std::numbers::pi_v<Real>) + z.squaredNorm()) / 2 -
           l.diagonal().array().log().sum();
}

/// log p(x_i | k), K × n.
template <class Family, class Derived>
Matrix log_normal_densities(const Family& g, const Eigen::MatrixBase<Derived>& x) {
    Matrix result(g.size(), x.cols());
    for (Index k = 0; k < g.size(); ++k)
        for (Index i = 0; i < x.cols(); ++i)
            result(k, i) =
                log_normal_density(x.col(i).template cast<Real>(), g.means().col(k).template cast<Real>(),
                                   g.covariance(k).template cast<Real>());
    return result;
}

/// What a mixture says about observations.
struct Answers {
    Matrix responsibilities;  // K × n
    Vector log_density;       // n
    std::vector<Index> label;
};

template <class Family, class Derived>
Answers answers(const latent::Mixture<Family>& m, const Eigen::MatrixBase<Derived>& x) {
    Matrix joint = log_normal_densities(m.emission(), x);
    joint.colwise() += Vector(m.weights().template cast<Real>().array().log());
    Answers a{joint, Vector(x.cols()), std::vector<Index>(static_cast<std::size_t>(x.cols()))};
    for (Index i = 0; i < x.cols(); ++i) {
        const Real top = joint.col(i).maxCoeff(&a.label[static_cast<std::size_t>(i)]);
        a.log_density(i) = top + std::log((joint.col(i).array() - top).exp().sum());
        a.responsibilities.col(i) = (joint.col(i).array() - a.log_density(i)).exp();
    }
    return a;
}

/// The bits of two fits' or starts' parameters are the same.
template <class M>
bool same_bits(const M& a, const M& b) {
    bool same = a.weights() == b.weights() && a.means() == b.means();
    for (Index k = 0; same && k < a.size(); ++k) same = a.covariance(k) == b.covariance(k);
    return same;
}

}  // namespace naive
