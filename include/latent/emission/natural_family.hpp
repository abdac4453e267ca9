// Densities whose logarithms are linear in the observations.
#pragma once

#include <array>
#include <cmath>
#include <limits>

#include "latent/core/concepts.hpp"
#include "latent/emission/weighted_sums.hpp"

namespace latent {

/// The part that natural exponential families share (Morris 1982): K densities
///   log p(x | k) = h(x) + Σ_j η_jk x_j − A_k.
/// A family derives from it, calls `set` whenever its parameters change, and adds the rest of an Emission:
/// maximize, parameters, sample. Time n·K·d of multiply-adds, for densities as for statistics, beside h.
///
/// A natural parameter may be infinite, at the end of its range: η_jk = −∞ lets x_j be nothing but 0, and +∞
/// nothing but 1 (of a success or failure); all else has the density zero, and A_k is without dimension j.
template <class Scalar_>
class NaturalFamily {
  public:
    using Scalar = Scalar_;
    using Statistics = WeightedSums;

    Index size() const { return natural_.cols(); }
    Index dimension() const { return natural_.rows(); }

    Statistics zero_statistics() const {
        return {Eigen::VectorXd::Zero(size()), Eigen::MatrixXd::Zero(dimension(), size())};
    }
    void reset(Statistics& s) const {
        s.count.setZero(size());
        s.sum.setZero(dimension(), size());
    }

    /// With h = 0.
    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        log_density(x, out, [](Index, Index n, double* h) { std::fill_n(h, n, 0.0); });
    }

    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        s.accumulate(x, weights);
    }

    /// Without the sum of h, which is free of the parameters.
    double expected_log_density(const Statistics& s) const {
        double total = s.count.dot(constant_);
        for (Index k = 0; k < size(); ++k)
            for (Index j = 0; j < dimension(); ++j) {
                if (std::isfinite(natural_(j, k)))
                    total += s.sum(j, k) * natural_(j, k);
                else if (natural_(j, k) < 0 ? s.sum(j, k) > 0 : s.sum(j, k) < s.count(k))
                    total = -infinity;
            }
        return total;
    }

    bool all_equal() const { return natural_ == natural_.col(0).replicate(1, size()); }

    /// All of its members, see Archivable.
    static constexpr auto members() {
        return std::tuple{&NaturalFamily::natural_, &NaturalFamily::slope_, &NaturalFamily::constant_};
    }

  protected:
    /// Given η (d × K) and A (K values), any Eigen expressions.
    template <class Natural, class LogPartition>
    void set(const Natural& natural, const LogPartition& log_partition) {
        natural_ = natural;
        constant_ = -log_partition;
        slope_ = natural_.transpose().unaryExpr([](double eta) { return std::isfinite(eta) ? eta : 0.0; });
    }

    /// h(begin, n, to) writes h(x_i) of the n observations from `begin` on, the filler included.
    template <class Measure>
    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out, const Measure& h) const {
        std::array<double, 256> start;
        out.resize(x.size(), size());
        for (Index begin = 0; begin < x.padded(); begin += std::ssize(start)) {
            const Index n = std::min(std::ssize(start), x.padded() - begin);
            h(begin, n, start.data());
            detail::linear(x, begin, n, start.data(), constant_.data(), slope_.data(), out);
        }
        for (Index k = 0; k < size(); ++k) {
            for (Index j = 0; j < dimension(); ++j)
                if (!std::isfinite(natural_(j, k)))
                    exclude(x.column(j), natural_(j, k), out.column(k), x.padded());
            std::fill(out.column(k) + out.size(), out.column(k) + out.padded(), Scalar(0));
        }
    }

  private:
    static constexpr double infinity = std::numeric_limits<double>::infinity();

    /// The density zero for what an infinite natural parameter excludes.
    static void exclude(const Scalar* x, double natural, Scalar* out, Index n) {
        constexpr Scalar never = -std::numeric_limits<Scalar>::infinity();
        const Scalar possible = natural < 0 ? 0 : 1;
        for (Index i = 0; i < n; ++i) out[i] = x[i] == possible ? out[i] : never;
    }

    Eigen::MatrixXd natural_;   // d × K
    Eigen::MatrixXd slope_;     // K × d, as the kernel reads it: zero where a natural parameter is infinite
    Eigen::VectorXd constant_;  // −A, K
};

}  // namespace latent
