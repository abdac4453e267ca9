// Bernoulli distribution: binary features.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>

#include "latent/core/saved.hpp"
#include "latent/emission/component_counts.hpp"
#include "latent/emission/independent_features.hpp"
#include "latent/emission/natural_family.hpp"
#include "latent/emission/observation_checks.hpp"
#include "latent/emission/restricted_emission.hpp"

namespace latent {

/// K densities of d independent binary features, p(x | k) = Π_j p_jk^x_j (1 − p_jk)^(1 − x_j) with x_j 0 or 1: an
/// Emission, a NaturalFamily with η = log(p / (1 − p)) and A = −Σ_j log(1 − p_j). Time n·K·d.
template <class Scalar_ = double>
class Bernoulli : public NaturalFamily<Scalar_>,
                  public detail::IndependentFeatures<Bernoulli<Scalar_>, Scalar_> {
    using Base = NaturalFamily<Scalar_>;
    using Features = detail::IndependentFeatures<Bernoulli<Scalar_>, Scalar_>;
    friend Features;

  public:
    using Scalar = Scalar_;
    using Features::log_density, Features::accumulate;
    using Statistics = WeightedSums;
    using Base::dimension, Base::size, Base::accumulate, Base::log_density;

    /// An empty one, K = 0: to be assigned to.
    Bernoulli() = default;

    /// K times probability ½: a shape for a start.
    Bernoulli(Index K, Index d) : Bernoulli(Eigen::MatrixXd(Eigen::MatrixXd::Constant(d, K, 0.5))) {}

    /// Given probabilities of a one, d × K. Throws std::invalid_argument where one is not in [0, 1].
    explicit Bernoulli(const Eigen::MatrixXd& probabilities) : probabilities_(probabilities) {
        detail::require(probabilities.size() > 0, "latent::Bernoulli: probabilities is ",
                        probabilities.rows(), " × ", probabilities.cols(), ", expected d × K, not empty");
        for (Index k = 0; k < probabilities.cols(); ++k)
            for (Index j = 0; j < probabilities.rows(); ++j)
                detail::require(probabilities(j, k) >= 0 && probabilities(j, k) <= 1,
                                "latent::Bernoulli: probabilities(", j, ", ", k, ") is ", probabilities(j, k),
                                ", expected a number in [0, 1]");
        update();
    }

    /// d × K.
    const Eigen::MatrixXd& probabilities() const { return probabilities_; }
    const Eigen::MatrixXd& means() const { return probabilities_; }
    Index parameters() const { return probabilities_.size(); }

    /// p_k = sum_k / count_k; a component without observations keeps its probabilities.
    void maximize(const Statistics& s) {
        for (Index k = 0; k < size(); ++k)
            if (s.count(k) > 0) probabilities_.col(k) = (s.sum.col(k) / s.count(k)).cwiseMin(1.0);
        update();
    }

    // Constraints on the means: see RestrictableEmission.
    bool obey(const Restrictions& r, Statistics& s) const {
        return detail::obey_by_means("Bernoulli", 0, 1, r, s);
    }
    Index fixed_parameters(const Restrictions& r) const { return detail::fixed_means(r, dimension()); }

    void sample(Index k, Random& random, Scalar* x) const {
        for (Index j = 0; j < dimension(); ++j) x[j] = random.uniform() < probabilities_(j, k) ? 1 : 0;
    }

    /// log(p / (1 − p)), those of exactly 0 or 1 left out: they stay what they are.
    Index coordinates() const { return probabilities_.unaryExpr(&inside).template cast<Index>().sum(); }
    void to_vector(std::span<double> v) const {
        std::size_t next = 0;
        for (const double p : probabilities_.reshaped())
            if (inside(p)) v[next++] = logit(p);
    }
    void from_vector(std::span<const double> v) {
        std::size_t next = 0;
        for (double& p : probabilities_.reshaped())
            if (inside(p))
                p = std::clamp(1 / (1 + std::exp(-v[next++])), std::numeric_limits<double>::min(),
                               1 - std::numeric_limits<double>::epsilon() / 2);
        update();
    }

    /// Throws std::invalid_argument on a wrong number of rows or a value that is neither 0 nor 1.
    void check(const Observations<Scalar>& x) const {
        const auto valid = [](double value) { return value == 0 || value == 1; };
        detail::require_observations("Bernoulli", x, dimension(), valid, "0 or 1");
    }

    /// See WithDistribution.
    static constexpr bool discrete = true;
    double cdf(Index k, double x) const { return x < 0 ? 0 : x < 1 ? 1 - probabilities_(0, k) : 1; }
    double survival(Index k, double x) const { return x < 0 ? 1 : x < 1 ? probabilities_(0, k) : 0; }

    // ------------------------------------------------------------------ missing cells: see IndependentFeatures

    static constexpr auto parameter_tables() { return std::tuple{&Bernoulli::probabilities_}; }
    void expect_feature(Index j, Index k, double count, Statistics& s) const {
        s.sum(j, k) += count * probabilities_(j, k);
    }
    double unseen_mean(Index k, Index j) const { return probabilities_(j, k); }
    double unseen_variance(Index k, Index j) const {
        return probabilities_(j, k) * (1 - probabilities_(j, k));
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "Bernoulli"; }
    static constexpr auto members() {
        return std::tuple_cat(Base::members(), std::tuple{&Bernoulli::probabilities_});
    }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("probabilities", &Bernoulli::probabilities_, SavedAs::columns)};
    }

  private:
    static bool inside(double p) { return p > 0 && p < 1; }
    static double logit(double p) { return std::log(p) - std::log1p(-p); }
    /// −log(1 − p), and 0 for p = 1, which the infinite natural parameter takes care of.
    static double log_partition(double p) { return p < 1 ? -std::log1p(-p) : 0; }

    void update() {
        this->set(probabilities_.unaryExpr(&logit),
                  probabilities_.unaryExpr(&log_partition).colwise().sum().transpose());
    }

    Eigen::MatrixXd probabilities_;  // d × K
};

/// Probabilities ~ Beta(a, b): as pseudo-observations, a − 1 ones and b − 1 zeros of every feature. The M-step is the
/// posterior's mode (ones + a − 1) / (count + a + b − 2) (Gelman et al. 2013, section 2.4). Probabilities of
/// exactly 0 or 1 stay what they are.
struct BetaPrior {
    double a = 1;  ///< ≥ 1
    double b = 1;  ///< ≥ 1; with a = 1 flat

    static std::string type_name() { return "BetaPrior"; }
    /// What save writes, see Savable.
    static constexpr auto saved() { return std::tuple{named("a", &BetaPrior::a), named("b", &BetaPrior::b)}; }

    /// Throws std::invalid_argument where a or b < 1 (the posterior's mode would lie on the boundary).
    template <class Scalar>
    WeightedSums operator()(const Bernoulli<Scalar>& family) const {
        detail::require(a >= 1 && b >= 1 && std::isfinite(a) && std::isfinite(b), "latent::BetaPrior: a is ",
                        a, " and b is ", b, ", expected at least 1, and finite");
        const double ones = a - 1, all = ones + (b - 1);
        const auto seen = [&](double p) { return p == 0 ? 0 : p == 1 ? all : ones; };
        return {Eigen::VectorXd::Constant(family.size(), all), family.probabilities().unaryExpr(seen)};
    }
};

}  // namespace latent
