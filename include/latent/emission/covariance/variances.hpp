// Covariances without correlation: a variance a dimension, or one for all dimensions; of each component, or of all.
#pragma once

#include "latent/emission/covariance/matrix.hpp"

namespace latent {

namespace detail {

/// What Diagonal and Spherical, EEI and EII share. A block is a column of variances (d, or 1), of scatters, or of the
/// factors w = 1/√variance; the functions are those of MatrixCovariance.
template <bool isotropic, bool shared_by_all>
struct VarianceCovariance {
    static constexpr bool shared = shared_by_all, shared_matrix = false, coupled = false;

    template <class Scalar>
    using Density = std::conditional_t<isotropic, SphericalDensity<Scalar>, DiagonalDensity<Scalar>>;

    static Index block_rows(Index d) { return isotropic ? 1 : d; }
    static Index block_columns(Index) { return 1; }
    static Index parameters(Index d) { return block_rows(d); }
    static double multiplicity(Index d) { return isotropic ? static_cast<double>(d) : 1; }

    template <class KernelDensity>
    static void set(KernelDensity& density, Index k, const double* mean, const ConstBlock& w,
                    double constant) {
        if constexpr (isotropic) {
            density.set(k, mean, w(0, 0), constant);
        } else {
            density.set(k, mean, w.data(), constant);
        }
    }
    template <class Scalar>
    static void accumulate(const Panel<Scalar>& x, const Scalar* weight, const Scalar* centre, double& count,
                           double* sum, Block scatter) {
        if constexpr (isotropic) {
            add_scatter_spherical(x, weight, centre, count, sum, scatter(0, 0));
        } else {
            add_scatter_diagonal(x, weight, centre, count, sum, scatter.data());
        }
    }

    static void add_product(Block block, const Eigen::Ref<const Eigen::VectorXd>& a,
                            const Eigen::Ref<const Eigen::VectorXd>& b) {
        if constexpr (isotropic) {
            block(0, 0) += a.dot(b);
        } else {
            block.col(0) += a.cwiseProduct(b);
        }
    }
    /// The same of scaled inverse-χ² variances: σ enters the density to the power −(degrees + 2), and once
    /// more for each mean it governs.
    static double prior_count(double degrees, Index d, Index K) {
        return (degrees + 2 + static_cast<double>(shared ? K : 1) * multiplicity(d)) / multiplicity(d);
    }
    static void add_scale(Block scatter, const Eigen::MatrixXd& scale) {
        if constexpr (isotropic) {
            scatter(0, 0) += scale.diagonal().mean();
        } else {
            scatter += scale.diagonal();
        }
    }
    static void symmetrize(const Block&) {}

    static double factorize(const ConstBlock& variances, Block w) {
        if (!variances.allFinite() || (variances.array() <= 0).any())
            return std::numeric_limits<double>::quiet_NaN();
        w = variances.array().rsqrt();
        return 0.5 * variances.array().log().sum();
    }
    static double trace_of_ratio(const ConstBlock& w, const ConstBlock& scatter) {
        return scatter.cwiseProduct(w.cwiseAbs2()).sum();
    }

    static double squared_length(const ConstBlock& w, const Eigen::VectorXd& x) {
        if constexpr (isotropic) {
            return w(0, 0) * w(0, 0) * x.squaredNorm();
        } else {
            return w.col(0).cwiseProduct(x).squaredNorm();
        }
    }

    static double diagonal(const ConstBlock& block, Index j) { return block(isotropic ? 0 : j, 0); }
    static Eigen::MatrixXd dense(const ConstBlock& variances, Index d) {
        Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(d, d);
        for (Index j = 0; j < d; ++j) matrix(j, j) = variances(isotropic ? 0 : j, 0);
        return matrix;
    }
    static Eigen::MatrixXd precision(const ConstBlock& w, Index d) { return dense(w.cwiseAbs2(), d); }
    static const char* assign(Block variances, const Eigen::MatrixXd& dense) {
        const Eigen::VectorXd diagonal = dense.diagonal();
        if (dense != Eigen::MatrixXd(diagonal.asDiagonal()))
            return "has non-zero entries off its diagonal, but the structure allows none";
        if (isotropic && (diagonal.array() != diagonal(0)).any())
            return "has unequal variances, but the structure is spherical";
        variances = diagonal.head(variances.rows());
        return nullptr;
    }

    static Eigen::MatrixXd marginal(const ConstBlock& block, const std::vector<Index>& seen) {
        if constexpr (isotropic) {
            return block;
        } else {
            Eigen::MatrixXd part(std::ssize(seen), 1);
            for (Index i = 0; i < part.rows(); ++i) part(i, 0) = block(seen[static_cast<std::size_t>(i)], 0);
            return part;
        }
    }
    /// Independent of what is seen.
    struct Conditional {
        Eigen::VectorXd variances;  // of what is hidden

        template <class Seen>
        void expect(const Seen&, Eigen::Ref<Eigen::VectorXd> hidden) const {
            hidden.setZero();
        }
        double variance(Index i) const { return variances(i); }
        Eigen::MatrixXd covariance() const { return variances.asDiagonal(); }
        void add_noise(const Eigen::VectorXd& z, double stretch, Eigen::VectorXd& x) const {
            x += stretch * variances.cwiseSqrt().cwiseProduct(z);
        }
    };
    static Conditional conditional(const ConstBlock& variances, const ConstBlock&, const std::vector<Index>&,
                                   const std::vector<Index>& hidden) {
        Eigen::VectorXd rest(std::ssize(hidden));
        for (Index i = 0; i < rest.size(); ++i)
            rest(i) = diagonal(variances, hidden[static_cast<std::size_t>(i)]);
        return {rest};
    }
    static void complete(const Conditional& given, const std::vector<Index>& seen,
                         const std::vector<Index>& hidden, const ConstBlock& part, double count,
                         Block scatter) {
        for (std::size_t i = 0; i < seen.size() && !isotropic; ++i)
            scatter(seen[i], 0) += part(static_cast<Index>(i), 0);
        if (isotropic) scatter(0, 0) += part(0, 0);
        for (std::size_t i = 0; i < hidden.size(); ++i)
            scatter(isotropic ? 0 : hidden[i], 0) += count * given.variance(static_cast<Index>(i));
    }
    static void expect(const ConstBlock& variances, double count, Index d, Block scatter) {
        scatter += count * (isotropic ? static_cast<double>(d) : 1.0) * variances;
    }

    static bool positive(const Eigen::VectorXd& floor) {
        return (isotropic ? floor.mean() : floor.minCoeff()) > 0 && floor.allFinite();
    }
    static double least_variance_bound(const ConstBlock& w, const Eigen::VectorXd& floor) {
        if constexpr (isotropic) {
            return 1 / (w(0, 0) * w(0, 0) * floor.mean());
        } else {
            return 1 / w.cwiseAbs2().cwiseProduct(floor).maxCoeff();
        }
    }
    static Eigen::VectorXd variances(const ConstBlock& block, const Eigen::VectorXd& scale) {
        if constexpr (isotropic) {
            return Eigen::VectorXd::Constant(1, block(0, 0) / scale.mean());
        } else {
            return block.col(0).cwiseQuotient(scale);
        }
    }
    static double least_variance(const ConstBlock& block, const Eigen::VectorXd& floor) {
        return variances(block, floor).minCoeff();
    }
    static void clamp_variances(Block block, const Eigen::VectorXd& scale, double least, double largest) {
        if constexpr (isotropic) {
            block(0, 0) = std::clamp(block(0, 0), least * scale.mean(), largest * scale.mean());
        } else {
            block = block.cwiseMax(least * scale).cwiseMin(largest * scale).eval();
        }
    }
    static void floor_variances(const Block& block, const Eigen::VectorXd& floor) {
        clamp_variances(block, floor, 1, std::numeric_limits<double>::infinity());
    }
    static void add_ridge(Block variances, const Eigen::VectorXd& by) {
        if constexpr (isotropic) {
            variances(0, 0) += by.mean();
        } else {
            variances += by;
        }
    }
    static void colour(const ConstBlock& w, Eigen::VectorXd& z) {
        if constexpr (isotropic) {
            z /= w(0, 0);
        } else {
            z = z.cwiseQuotient(w.col(0)).eval();
        }
    }

    /// log σ².
    static Index coordinates(Index d) { return block_rows(d); }
    static double* write(const ConstBlock& variances, double* to) {
        for (Index j = 0; j < variances.rows(); ++j) *to++ = std::log(variances(j, 0));
        return to;
    }
    static const double* read(const double* from, Block variances) {
        for (Index j = 0; j < variances.rows(); ++j) variances(j, 0) = std::exp(*from++);
        return from;
    }
};

}  // namespace detail

/// A variance for each component and dimension: K·d parameters.
struct Diagonal : detail::VarianceCovariance<false, false> {
    using Blocks = Diagonal;
    using Separate = Diagonal;
    static constexpr const char* name = "diagonal";
};

/// One variance for each component: K parameters.
struct Spherical : detail::VarianceCovariance<true, false> {
    using Blocks = Spherical;
    using Separate = Spherical;
    static constexpr const char* name = "spherical";
};

/// A variance for each dimension, the same in all components: d parameters.
struct EEI : detail::VarianceCovariance<false, true> {
    using Blocks = EEI;
    using Separate = Diagonal;
    static constexpr const char* name = "EEI";
};

/// One variance: 1 parameter.
struct EII : detail::VarianceCovariance<true, true> {
    using Blocks = EII;
    using Separate = Spherical;
    static constexpr const char* name = "EII";
};

}  // namespace latent
