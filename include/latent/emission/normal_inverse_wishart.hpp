// The conjugate prior of normal densities.
#pragma once

#include "latent/emission/gaussian.hpp"

namespace latent {

/// μ | Σ ~ N(mean, Σ / mean_strength) and Σ ~ inverse-Wishart(degrees, scale), the same for every component.
/// Tied: one Σ with that prior, every mean as above. Diagonal: independent scaled inverse-χ² variances with
/// `degrees` and the diagonal of `scale`; Spherical: one such variance, with the mean of that diagonal. As
/// pseudo-observations, its statistics make the M-step the posterior mode (Gelman et al. 2013, section 3.6;
/// Fraley & Raftery 2007), e.g. for Full Σ = (scale + scatter + …) / (degrees + d + 2 + count).
struct NormalInverseWishart {
    Eigen::VectorXd mean;      ///< d
    double mean_strength = 0;  ///< κ ≥ 0: observations that the mean counts for
    double degrees = 0;        ///< ν
    Eigen::MatrixXd scale;     ///< d × d, positive definite

    /// A weak prior from the data (Fraley & Raftery 2007): their mean, κ = 0.01, ν = d + 2, and
    /// scale = diag(variances) / K^(2/d), so that the prior's clusters would fill the data's volume.
    template <class Scalar>
    static NormalInverseWishart from_data(const Observations<Scalar>& x, Index K) {
        const Index d = x.rows();
        Eigen::VectorXd mean = Eigen::VectorXd::Zero(d), variance = Eigen::VectorXd::Zero(d);
        for (Index i = 0; i < x.cols(); ++i) mean += x.matrix().col(i).template cast<double>();
        mean /= static_cast<double>(x.cols());
        for (Index i = 0; i < x.cols(); ++i)
            variance += (x.matrix().col(i).template cast<double>() - mean).cwiseAbs2();
        variance *=
            std::pow(static_cast<double>(K), -2.0 / static_cast<double>(d)) / static_cast<double>(x.cols());
        return {mean, 0.01, static_cast<double>(d) + 2, Eigen::MatrixXd(variance.asDiagonal())};
    }

    /// Statistics of the pseudo-observations, about the means of `g`.
    /// Throws std::invalid_argument where shapes or strengths do not fit.
    template <class Covariance, class Scalar>
    GaussianStatistics<Covariance> operator()(const Gaussian<Covariance, Scalar>& g) const {
        const Index d = g.dimension(), K = g.size();
        detail::require(mean.size() == d && scale.rows() == d && scale.cols() == d,
                        "latent::NormalInverseWishart: mean has ", mean.size(), " values and scale is ",
                        scale.rows(), " × ", scale.cols(), ", expected dimension ", d);
        detail::require(mean_strength >= 0 && degrees >= 0, "latent::NormalInverseWishart: mean_strength is ",
                        mean_strength, " and degrees is ", degrees, ", expected ≥ 0");
        auto s = g.zero_statistics();
        s.mean_count.setConstant(mean_strength);
        s.covariance_count.setConstant(Covariance::prior_count(degrees, d, K));
        s.sum = mean_strength * ((-s.centre).colwise() + mean);
        const Index columns = s.scatter.cols() / s.covariance_count.size();
        for (Index k = 0; k < s.covariance_count.size(); ++k)
            Covariance::add_scale(s.scatter.middleCols(k * columns, columns), scale);
        for (Index k = 0; k < K; ++k) {
            const Eigen::VectorXd offset = mean - s.centre.col(k);
            Covariance::add_product(s.scatter.middleCols(Covariance::shared ? 0 : k * columns, columns),
                                    mean_strength * offset, offset);
        }
        return s;
    }
};

}  // namespace latent
