// An emission on trial: what all of its properties are asked of.
#pragma once

#include <limits>
#include <span>
#include <string>
#include <vector>

#include "latent/check/numerics.hpp"
#include "latent/core/concepts.hpp"
#include "latent/kernel/pack.hpp"

namespace latent::detail {

/// The family whose coordinates are v.
template <Emission E>
E family_at(E emission, const std::vector<double>& v) {
    emission.from_vector(std::span<const double>(v));
    return emission;
}
template <Emission E>
std::vector<double> coordinates_of(const E& emission) {
    std::vector<double> v(static_cast<std::size_t>(emission.coordinates()));
    emission.to_vector(std::span<double>(v));
    return v;
}

/// An emission, observations, and weights of its components for them, as good as any.
template <Emission E>
struct EmissionTrial {
    using Family = E;
    using Scalar = typename E::Scalar;
    using Statistics = typename E::Statistics;
    using Table = Panel<Scalar>;

    EmissionTrial(const E& emission_, const Observations<Scalar>& x_)
        : emission(emission_),
          x(x_.with_weights(nullptr)),
          weights(x.cols(), emission.size()),
          densities(log_densities(emission, x)) {
        Random random(21);
        for (Index i = 0; i < x.cols(); ++i)
            for (Index k = 0; k < emission.size(); ++k) {
                const double log_p = densities(i, k);
                weights(i, k) = std::isfinite(log_p) ? static_cast<Scalar>(random.uniform()) : Scalar(0);
                if (std::isfinite(log_p)) size = std::max(size, std::abs(log_p));
            }
        count = weights.template cast<double>().sum();
        here = accumulated(weights);
    }

    /// The filler repeats observation `filler`: the last one, as the library's models do it, where it is negative.
    static void load(const Observations<Scalar>& some, Table& to, Index filler = -1) {
        pack(some, to);
        for (Index j = 0; j < some.rows() && filler >= 0; ++j)
            std::fill(to.column(j) + to.size(), to.column(j) + to.padded(), some(j, filler));
    }
    /// log p(x_i | k), n × K.
    static Eigen::MatrixXd log_densities(const E& e, const Observations<Scalar>& some, Index filler = -1) {
        Table to, out;
        load(some, to, filler);
        e.log_density(to, out);
        require(out.size() == some.cols() && out.columns() == e.size(), "log_density makes `out` ",
                out.size(), " × ", out.columns(), ", expected n × K = ", some.cols(), " × ", e.size());
        return Eigen::MatrixXd::NullaryExpr(out.size(), out.columns(),
                                            [&](Index i, Index k) { return static_cast<double>(out(i, k)); });
    }
    /// Adds observations first … first + count − 1 with the weights r, n × K of all.
    void accumulate(const MatrixX<Scalar>& r, Index first, Index n, Statistics& s, Index filler = -1) const {
        Table to, weighted;
        load(x.middle(first, n), to, filler);
        weighted.resize(n, r.cols());
        for (Index k = 0; k < r.cols(); ++k)
            for (Index i = 0; i < weighted.padded(); ++i)
                weighted(i, k) = i < n ? r(first + i, k) : Scalar(0);
        emission.accumulate(to, weighted, s);
    }
    Statistics accumulated(const MatrixX<Scalar>& r) const {
        Statistics s = emission.zero_statistics();
        accumulate(r, 0, x.cols(), s);
        return s;
    }
    E maximized(const Statistics& s) const {
        E to = emission;
        to.maximize(s);
        return to;
    }
    /// Σ_ik r_ik log p(x_i | k).
    double expected(const E& e) const {
        const Eigen::MatrixXd log_p = log_densities(e, x);
        double total = 0;
        for (Index k = 0; k < log_p.cols(); ++k)
            for (Index i = 0; i < log_p.rows(); ++i)
                if (weights(i, k) != 0) total += static_cast<double>(weights(i, k)) * log_p(i, k);
        return total;
    }

    /// What is wrong with some log-densities of observations from `first` on, nothing where they are those of `expected`.
    std::string compare(const Eigen::MatrixXd& found, const Eigen::MatrixXd& wanted, Index first = 0) const {
        for (Index k = 0; k < found.cols(); ++k)
            for (Index i = 0; i < found.rows(); ++i)
                if (!near(found(i, k), wanted(first + i, k), 100 * rounding * (1 + size)))
                    return text("log p(x | k) of observation ", first + i, ", component ", k, ", is ",
                                found(i, k), ", expected ", wanted(first + i, k));
        return {};
    }
    /// How far Σ r log p may be from another one by rounding.
    double slack() const { return 100 * rounding * count * (1 + size); }

    static constexpr double rounding = std::numeric_limits<Scalar>::epsilon();
    const E& emission;
    Observations<Scalar> x;
    MatrixX<Scalar> weights;    ///< n × K
    Eigen::MatrixXd densities;  ///< log p(x_i | k), n × K
    Statistics here;            ///< of the observations with these weights
    double size = 0;            ///< of the log-densities
    double count = 0;           ///< Σ weights
};

}  // namespace latent::detail
