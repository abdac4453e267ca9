// Normal-inverse-Wishart prior: conjugate to means and covariances.
#pragma once

#include "latent/core/saved.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/emission/observation_checks.hpp"

namespace latent {

/// μ | Σ ~ N(mean, Σ / mean_strength) and Σ ~ inverse-Wishart(degrees, scale), the same for every component.
/// Tied: one Σ with that prior, every mean as above; where components share parts of their covariances, K of them, on those that
/// the structure allows. Diagonal: independent scaled inverse-χ² variances with
/// `degrees` and the diagonal of `scale`; Spherical: one such variance, with the mean of that diagonal. As
/// pseudo-observations, its statistics make the M-step the posterior mode (Gelman et al. 2013, section 3.6;
/// Fraley & Raftery 2007), e.g. for Full Σ = (scale + scatter + …) / (degrees + d + 2 + count).
struct NormalInverseWishart {
    Eigen::VectorXd mean;      ///< d
    double mean_strength = 0;  ///< κ ≥ 0: observations that the mean counts for
    double degrees = 0;        ///< ν
    Eigen::MatrixXd scale;     ///< d × d, positive definite

    static std::string type_name() { return "NormalInverseWishart"; }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("mean", &NormalInverseWishart::mean),
                          named("mean_strength", &NormalInverseWishart::mean_strength),
                          named("degrees", &NormalInverseWishart::degrees),
                          named("scale", &NormalInverseWishart::scale)};
    }

    /// A weak prior from the data (Fraley & Raftery 2007): their mean, κ = 0.01, ν = d + 2, and
    /// scale = diag(variances) / K^(2/d), so that the prior's clusters would fill the data's volume. An observation of weight w counts
    /// as w of them; missing cells are left out. Throws std::invalid_argument where there are no data, K < 1, a value is not finite, or
    /// nothing of positive weight is seen of a dimension.
    template <class Scalar>
    static NormalInverseWishart from_data(const Observations<Scalar>& x, Index K) {
        const Index d = x.rows();
        detail::require(d > 0 && x.cols() > 0 && K > 0, "latent::NormalInverseWishart::from_data: data are ",
                        d, " × ", x.cols(), " for K = ", K,
                        " components, expected observations, and at least 1");
        detail::require_observations(
            "NormalInverseWishart::from_data", x, d, [](double v) { return std::isfinite(v); },
            "a finite number");
        Eigen::VectorXd mean(d), variance(d);
        for (Index j = 0; j < d; ++j) {
            const auto sum = [&](const auto& term) {
                double total = 0;
                for (Index i = 0; i < x.cols(); ++i)
                    if (const auto v = static_cast<double>(x(j, i)); !std::isnan(v) && x.weight(i) > 0)
                        total += x.weight(i) * term(v);
                return total;
            };
            const double count = sum([](double) { return 1.0; });
            detail::require(count > 0, "latent::NormalInverseWishart::from_data: nothing of dimension ", j,
                            " is seen in observations of positive weight");
            mean(j) = sum([](double v) { return v; }) / count;
            variance(j) = sum([&](double v) { return (v - mean(j)) * (v - mean(j)); });
            variance(j) *= std::pow(static_cast<double>(K), -2.0 / static_cast<double>(d)) / count;
        }
        return {mean, 0.01, static_cast<double>(d) + 2, Eigen::MatrixXd(variance.asDiagonal())};
    }

    /// Statistics of the pseudo-observations, about the means of `g`.
    /// Throws std::invalid_argument where shapes do not fit, a strength is negative, a number is not finite, or the scale
    /// has a variance below zero or a covariance beyond its variances.
    template <class Covariance, class Scalar>
    GaussianStatistics<typename Covariance::Blocks> operator()(const Gaussian<Covariance, Scalar>& g) const {
        const Index d = g.dimension(), K = g.size();
        detail::require(mean.size() == d && scale.rows() == d && scale.cols() == d,
                        "latent::NormalInverseWishart: mean has ", mean.size(), " values and scale is ",
                        scale.rows(), " × ", scale.cols(), ", expected dimension ", d);
        const auto strength = [](double v) { return v >= 0 && std::isfinite(v); };
        detail::require(strength(mean_strength) && strength(degrees),
                        "latent::NormalInverseWishart: mean_strength is ", mean_strength, " and degrees is ",
                        degrees, ", expected finite numbers ≥ 0");
        for (Index j = 0; j < d; ++j)
            detail::require(std::isfinite(mean(j)), "latent::NormalInverseWishart: mean(", j, ") is ",
                            mean(j), ", expected a finite number");
        for (Index j = 0; j < d; ++j)
            for (Index i = 0; i < d; ++i)
                detail::require(
                    std::isfinite(scale(i, j)) && scale(i, i) >= 0 &&
                        std::abs(scale(i, j)) <= std::sqrt(scale(i, i)) * std::sqrt(scale(j, j)) * (1 + 1e-9),
                    "latent::NormalInverseWishart: scale(", i, ", ", j, ") is ", scale(i, j),
                    ", expected a positive semidefinite matrix");
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
