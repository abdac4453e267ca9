// Multinomial distribution: counts of what a number of trials came to.
#pragma once

#include <algorithm>
#include <span>

#include "latent/core/probability_blocks.hpp"
#include "latent/core/saved.hpp"
#include "latent/emission/component_counts.hpp"
#include "latent/emission/count_deviance.hpp"
#include "latent/emission/dirichlet_prior.hpp"
#include "latent/emission/log_factorial.hpp"
#include "latent/emission/natural_family.hpp"
#include "latent/emission/observation_checks.hpp"

namespace latent {

/// K densities of d counts, p(x | k) = n! Π_j p_jk^x_j / x_j!, where n = Σ_j x_j trials may differ from observation
/// to observation (words of documents: Nigam et al. 2000): an Emission, a NaturalFamily with η = log p and A = 0.
/// Time n·K·d, and n·d table look-ups for the factorials; n·K·d logarithms where counts are 8192 or more, whose
/// densities are computed about n·p, so that they lose no digits. Probabilities are divided by their sum, which is one
/// to rounding.
template <class Scalar_ = double>
class Multinomial : public NaturalFamily<Scalar_> {
    using Base = NaturalFamily<Scalar_>;

  public:
    using Scalar = Scalar_;
    using Statistics = WeightedSums;
    using Base::dimension, Base::size;

    /// An empty one, K = 0: to be assigned to.
    Multinomial() = default;

    /// K times d equal probabilities: a shape for a start. `trials` are what `sample` makes, and of no other
    /// consequence.
    Multinomial(Index K, Index d, Index trials = 1)
        : Multinomial(Eigen::MatrixXd(
                          Eigen::MatrixXd::Constant(d, K, 1 / static_cast<double>(std::max<Index>(d, 1)))),
                      trials) {}

    /// Given probabilities, d × K, each column summing to one. Throws std::invalid_argument where one is negative
    /// or not finite, or where the sum is not one to 1e-6.
    explicit Multinomial(const Eigen::MatrixXd& probabilities, Index trials = 1)
        : trials_(trials), probabilities_(probabilities) {
        detail::require(probabilities.size() > 0, "latent::Multinomial: probabilities is ",
                        probabilities.rows(), " × ", probabilities.cols(), ", expected d × K, not empty");
        detail::require(trials >= 0, "latent::Multinomial: trials is ", trials, ", expected at least 0");
        detail::require_probabilities("Multinomial", probabilities, std::array{probabilities.rows()});
        update();
    }

    /// d × K.
    const Eigen::MatrixXd& probabilities() const { return probabilities_; }
    /// What `sample` makes.
    Index trials() const { return trials_; }
    Index parameters() const { return size() * (dimension() - 1); }

    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        Base::log_density(x, out, [&](Index begin, Index n, double* h) {
            std::fill_n(h, n, 0.0);
            for (Index j = 0; j < dimension(); ++j)
                for (Index i = 0; i < n; ++i) h[i] += static_cast<double>(x(begin + i, j));
            for (Index i = 0; i < n; ++i) h[i] = detail::log_factorial(h[i]);
            for (Index j = 0; j < dimension(); ++j)
                detail::subtract_log_factorials(x.column(j) + begin, n, h);
        });
        const auto trials = [&](Index i) {
            double total = 0;
            for (Index j = 0; j < dimension(); ++j) total += static_cast<double>(x(i, j));
            return std::pair(detail::factorial_remainder(total), total);
        };
        detail::large_count_densities(x, shares_, trials, out);
    }

    /// p_k = sum_k over its total; a component without observations keeps its probabilities.
    void maximize(const Statistics& s) {
        detail::maximize_probabilities(s.sum, std::array{dimension()}, probabilities_);
        update();
    }

    void sample(Index k, Random& random, Scalar* x) const {
        std::fill_n(x, dimension(), Scalar(0));
        for (Index t = 0; t < trials_; ++t) ++x[random.categorical(probabilities_.col(k), dimension())];
    }

    /// Log-ratios of the probabilities that are not zero: zeros stay.
    Index coordinates() const {
        return detail::probability_coordinates(probabilities_, std::array{dimension()});
    }
    void to_vector(std::span<double> v) const {
        detail::probabilities_to_vector(probabilities_, std::array{dimension()}, v);
    }
    void from_vector(std::span<const double> v) {
        detail::probabilities_from_vector(v, std::array{dimension()}, probabilities_);
        update();
    }

    /// Throws std::invalid_argument on a wrong number of rows or a value that is no count.
    void check(const Observations<Scalar>& x) const {
        detail::require_observations("Multinomial", x, dimension(), detail::is_count, "a count 0, 1, 2, …");
    }

    /// Component k becomes a copy of `from`: see SplittingEmission.
    void split_from(Index k, Index from, Random&) {
        probabilities_.col(k) = probabilities_.col(from).eval();
        update();
    }
    void remove(Index k) {
        probabilities_ = detail::without_column(probabilities_, k);
        update();
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "Multinomial"; }
    static constexpr auto members() {
        return std::tuple_cat(Base::members(), std::tuple{&Multinomial::trials_, &Multinomial::probabilities_,
                                                          &Multinomial::shares_});
    }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("probabilities", &Multinomial::probabilities_, SavedAs::columns),
                          named("trials", &Multinomial::trials_)};
    }

  private:
    void update() {
        shares_ = probabilities_ * probabilities_.colwise().sum().cwiseInverse().asDiagonal();
        this->set(shares_.array().log().matrix(), Eigen::VectorXd::Zero(shares_.cols()));
    }

    Index trials_;
    Eigen::MatrixXd probabilities_, shares_;  // d × K; what they are of their sum
};

}  // namespace latent
