// Covariances kept as whole matrices: one a component, or one for all.
#pragma once

#include <cmath>
#include <span>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/core/small_matrix.hpp"
#include "latent/kernel/shared_matrix.hpp"

namespace latent {

namespace detail {

/// What Full and Tied share. A structure says besides whether blocks are `shared` by all components, or `coupled`: estimated
/// together (see DecomposedCovariance); `Blocks`, the structure whose statistics it has; and `Separate`, that of a block a component
/// without a bond. A block is d × d: a covariance Σ, a scatter (its lower triangle counts), or the
/// factor W = L⁻¹ of Σ = L Lᵀ. The functions are those that Gaussian asks of a covariance structure.
template <bool shared_by_all>
class MatrixCovariance {
    /// Eigenvectors of D^−½ Σ D^−½, D = diag(floor), each as long as its eigenvalue.
    static Eigen::MatrixXd scaled_eigen_columns(const ConstBlock& covariance, const Eigen::VectorXd& floor) {
        Eigen::MatrixXd scaled = covariance;
        for (Index j = 0; j < scaled.cols(); ++j)
            for (Index i = 0; i < scaled.rows(); ++i)
                scaled(i, j) /= std::sqrt(floor(i)) * std::sqrt(floor(j));  // the product may underflow
        int exponent = 0;  // so that no square of an entry overflows
        std::frexp(scaled.cwiseAbs().maxCoeff(), &exponent);
        const auto times_power = [&](int power) {
            scaled = scaled.unaryExpr([&](double v) { return std::ldexp(v, power); }).eval();
        };
        times_power(-exponent);
        eigen_columns(scaled);
        times_power(exponent);
        return scaled;
    }
    static Index at(const std::vector<Index>& dimensions, Index i) {
        return dimensions[static_cast<std::size_t>(i)];
    }

  public:
    static constexpr bool shared = shared_by_all, shared_matrix = shared, coupled = false;
    template <class Scalar>
    using Density = std::conditional_t<shared, SharedTriangularDensity<Scalar>, TriangularDensity<Scalar>>;

    static Index block_rows(Index d) { return d; }
    static Index block_columns(Index d) { return d; }
    /// Free parameters of one block.
    static Index parameters(Index d) { return d * (d + 1) / 2; }
    /// Values of a block that share one observation's count: Σ = scatter / (count · multiplicity).
    static double multiplicity(Index) { return 1; }

    /// Component k of the kernel's parameters.
    template <class KernelDensity>
    static void set(KernelDensity& density, Index k, const double* mean, const ConstBlock& w,
                    double constant) {
        density.set(k, mean, w, constant);
    }

    /// Adds Σ w, Σ w (x − c) and the scatter of a panel of observations about c.
    template <class Scalar>
    static void accumulate(const Panel<Scalar>& x, const Scalar* weight, const Scalar* centre, double& count,
                           double* sum, Block scatter) {
        add_scatter(x, weight, centre, count, sum, scatter.data(), scatter.outerStride());
    }

    /// block += a bᵀ.
    static void add_product(Block block, const Eigen::Ref<const Eigen::VectorXd>& a,
                            const Eigen::Ref<const Eigen::VectorXd>& b) {
        block.noalias() += a * b.transpose();
    }

    /// The count and the scatter of an inverse-Wishart(degrees, scale) prior as pseudo-observations: |Σ|
    /// enters its density, with those of the means it governs, to the power −½ of the count.
    static double prior_count(double degrees, Index d, Index K) {
        return degrees + static_cast<double>(d + 1 + (shared ? K : 1));
    }
    static void add_scale(Block scatter, const Eigen::MatrixXd& scale) { scatter += scale; }

    /// Makes a covariance of what was computed in its lower triangle.
    static void symmetrize(Block covariance) {
        covariance.triangularView<Eigen::StrictlyUpper>() = covariance.transpose();
    }

    /// W of Σ = (W⁻¹)(W⁻¹)ᵀ; returns ½ log |Σ|, or NaN where Σ is not positive definite.
    static double factorize(const ConstBlock& covariance, Block w) {
        w = covariance;
        if (!cholesky(w)) return std::numeric_limits<double>::quiet_NaN();
        double half_log_determinant = 0;
        for (Index j = 0; j < w.rows(); ++j) half_log_determinant += std::log(w(j, j));
        invert_lower(w);
        return half_log_determinant;
    }

    /// tr(Σ⁻¹ S) = Σ_ij (W S)_ij W_ij.
    static double trace_of_ratio(const ConstBlock& w, const ConstBlock& scatter) {
        double trace = 0;
        for (Index i = 0; i < w.rows(); ++i)
            for (Index j = 0; j <= i; ++j) {
                // (W S)_ij from the lower triangle of S
                const double product =
                    w.row(i).head(j + 1).dot(scatter.row(j).head(j + 1)) +
                    w.row(i).segment(j + 1, i - j).dot(scatter.col(j).segment(j + 1, i - j));
                trace += product * w(i, j);
            }
        return trace;
    }

    /// xᵀ Σ⁻¹ x.
    static double squared_length(const ConstBlock& w, const Eigen::VectorXd& x) {
        return w.lazyProduct(x).squaredNorm();
    }

    /// What a block holds for dimension j's variance.
    static double diagonal(const ConstBlock& block, Index j) { return block(j, j); }
    static Eigen::MatrixXd dense(const ConstBlock& covariance, Index) { return covariance; }
    /// Σ⁻¹ = Wᵀ W.
    static Eigen::MatrixXd precision(const ConstBlock& w, Index) { return w.transpose().lazyProduct(w); }
    /// Takes a symmetric d × d matrix; returns what keeps it from being of the structure, or null.
    static const char* assign(Block covariance, const Eigen::MatrixXd& dense) {
        covariance = dense;
        return nullptr;
    }

    // ------------------------------------------- some of the dimensions, `seen`, and the others, `hidden`, given them

    /// The block of these dimensions alone.
    static Eigen::MatrixXd marginal(const ConstBlock& block, const std::vector<Index>& seen) {
        Eigen::MatrixXd part(std::ssize(seen), std::ssize(seen));
        for (Index j = 0; j < part.cols(); ++j)
            for (Index i = 0; i < part.rows(); ++i) part(i, j) = block(at(seen, i), at(seen, j));
        return part;
    }

    /// x_hidden | x_seen ~ N(μ_hidden + slopeᵀ (x_seen − μ_seen), rest).
    struct Conditional {
        Eigen::MatrixXd slope;  ///< Σ_ss⁻¹ Σ_sh, a column a hidden dimension
        Eigen::MatrixXd rest;   ///< Σ_hh − Σ_hs Σ_ss⁻¹ Σ_sh

        /// hidden := the deviations of what is hidden that those of what is seen lead one to expect.
        template <class Seen>
        void expect(const Seen& seen, Eigen::Ref<Eigen::VectorXd> hidden) const {
            for (Index i = 0; i < hidden.size(); ++i) hidden(i) = slope.col(i).dot(seen);
        }
        double variance(Index i) const { return rest(i, i); }
        const Eigen::MatrixXd& covariance() const { return rest; }
        /// x += a draw of N(0, rest) times `stretch`, by as many standard normal z.
        void add_noise(const Eigen::VectorXd& z, double stretch, Eigen::VectorXd& x) const {
            Eigen::MatrixXd l = rest;
            if (!cholesky(l)) l.setZero();  // singular but for rounding
            for (Index i = 0; i < x.size(); ++i) x(i) += stretch * l.row(i).head(i + 1).dot(z.head(i + 1));
        }
    };
    /// By the factor w of the seen dimensions' block.
    static Conditional conditional(const ConstBlock& covariance, const ConstBlock& w,
                                   const std::vector<Index>& seen, const std::vector<Index>& hidden) {
        const Index s = std::ssize(seen), h = std::ssize(hidden);
        Eigen::MatrixXd scaled = Eigen::MatrixXd::Zero(s, h);  // W Σ_sh
        Conditional given{Eigen::MatrixXd(s, h), Eigen::MatrixXd(h, h)};
        for (Index i = 0; i < h; ++i) {
            for (Index j = 0; j < s; ++j)
                scaled.col(i).tail(s - j) += covariance(at(seen, j), at(hidden, i)) * w.col(j).tail(s - j);
            for (Index j = 0; j < s; ++j)
                given.slope(j, i) = w.col(j).tail(s - j).dot(scaled.col(i).tail(s - j));
            for (Index j = 0; j <= i; ++j)
                given.rest(i, j) = given.rest(j, i) =
                    covariance(at(hidden, i), at(hidden, j)) - scaled.col(i).dot(scaled.col(j));
        }
        return given;
    }
    /// Adds the scatter that one expects of all dimensions where that of what is seen is `part`, of `count` observations.
    static void complete(const Conditional& given, const std::vector<Index>& seen,
                         const std::vector<Index>& hidden, const ConstBlock& part, double count,
                         Block scatter) {
        const Eigen::MatrixXd own = part.template selfadjointView<Eigen::Lower>();
        const Index s = std::ssize(seen), h = std::ssize(hidden);
        Eigen::VectorXd across(s);
        const auto add = [&](Index i, Index j, double value) {
            scatter(std::max(i, j), std::min(i, j)) += value;
        };
        for (Index j = 0; j < s; ++j)
            for (Index i = j; i < s; ++i) add(at(seen, i), at(seen, j), own(i, j));
        for (Index i = 0; i < h; ++i) {
            across.setZero();
            for (Index j = 0; j < s; ++j) across += given.slope(j, i) * own.col(j);
            for (Index j = 0; j < s; ++j) add(at(hidden, i), at(seen, j), across(j));
            for (Index j = 0; j <= i; ++j)
                add(at(hidden, i), at(hidden, j), given.slope.col(j).dot(across) + count * given.rest(i, j));
        }
    }
    /// Adds the scatter that one expects of `count` observations of which nothing is seen.
    static void expect(const ConstBlock& covariance, double count, Index, Block scatter) {
        scatter += count * covariance;
    }

    /// Whether variances, one a dimension, can bound a covariance from below.
    static bool positive(const Eigen::VectorXd& floor) { return floor.minCoeff() > 0 && floor.allFinite(); }
    /// The least variance in any direction, in units of `floor`, cannot be below this: 1 / tr(Σ⁻¹
    /// diag(floor)).
    static double least_variance_bound(const ConstBlock& w, const Eigen::VectorXd& floor) {
        return 1 / (w * floor.cwiseSqrt().asDiagonal()).squaredNorm();
    }
    /// The eigenvalues of D^−½ Σ D^−½, D = diag(scale).
    static Eigen::VectorXd variances(const ConstBlock& covariance, const Eigen::VectorXd& scale) {
        return scaled_eigen_columns(covariance, scale).colwise().stableNorm().transpose();
    }
    /// The least of them.
    static double least_variance(const ConstBlock& covariance, const Eigen::VectorXd& floor) {
        return variances(covariance, floor).minCoeff();
    }
    /// Puts the eigenvalues λ of D^−½ Σ D^−½, D = diag(scale) > 0, between least and largest: least · I + Σ_{λ > least} (λ − least)
    /// v vᵀ, and no λ above the largest.
    static void clamp_variances(Block covariance, const Eigen::VectorXd& scale, double least,
                                double largest) {
        Eigen::MatrixXd columns = scaled_eigen_columns(covariance, scale);
        for (Index j = 0; j < columns.cols(); ++j) {
            const double value = columns.col(j).stableNorm();  // its square may overflow
            columns.col(j) *= value > least ? std::sqrt(std::min(value, largest) - least) / value : 0.0;
        }
        for (Index i = 0; i < columns.rows(); ++i) columns.row(i) *= std::sqrt(scale(i));
        covariance = columns.lazyProduct(columns.transpose());
        covariance.diagonal() += least * scale;
    }
    /// Lifts them to at least 1.
    static void floor_variances(const Block& covariance, const Eigen::VectorXd& floor) {
        clamp_variances(covariance, floor, 1, std::numeric_limits<double>::infinity());
    }
    static void add_ridge(Block covariance, const Eigen::VectorXd& variances) {
        covariance.diagonal() += variances;
    }

    /// x := a draw of N(0, Σ) from standard normal z.
    static void colour(const ConstBlock& w, Eigen::VectorXd& z) {
        for (Index i = 0; i < z.size(); ++i) z(i) = (z(i) - w.row(i).head(i).dot(z.head(i))) / w(i, i);
    }

    /// log L_ii and L_ij below it, L the Cholesky factor of Σ.
    static Index coordinates(Index d) { return parameters(d); }
    static double* write(const ConstBlock& covariance, double* to) {
        Eigen::MatrixXd l = covariance;
        cholesky(l);
        for (Index j = 0; j < l.cols(); ++j) {
            *to++ = std::log(l(j, j));
            for (Index i = j + 1; i < l.rows(); ++i) *to++ = l(i, j);
        }
        return to;
    }
    static const double* read(const double* from, Block covariance) {
        Eigen::MatrixXd l = Eigen::MatrixXd::Zero(covariance.rows(), covariance.cols());
        for (Index j = 0; j < l.cols(); ++j) {
            l(j, j) = std::exp(*from++);
            for (Index i = j + 1; i < l.rows(); ++i) l(i, j) = *from++;
        }
        covariance = l.lazyProduct(l.transpose());
        return from;
    }
};

}  // namespace detail

/// A covariance matrix for each component: K·d(d+1)/2 parameters.
struct Full : detail::MatrixCovariance<false> {
    using Blocks = Full;
    using Separate = Full;
    static constexpr const char* name = "full";
};

/// One covariance matrix shared by all components: d(d+1)/2 parameters; linear boundaries between clusters.
struct Tied : detail::MatrixCovariance<true> {
    using Blocks = Tied;
    using Separate = Full;
    static constexpr const char* name = "tied";
};

}  // namespace latent
