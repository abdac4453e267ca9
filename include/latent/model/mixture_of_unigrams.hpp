// Topics of documents: each document is of one topic, and a topic has its own frequencies of words.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "latent/core/probability_blocks.hpp"
#include "latent/core/random.hpp"
#include "latent/core/responsibility.hpp"
#include "latent/core/saved.hpp"
#include "latent/core/units.hpp"
#include "latent/data/documents.hpp"
#include "latent/emission/log_factorial.hpp"

namespace latent {

/// Expected sufficient statistics of a MixtureOfUnigrams.
struct UnigramStatistics {
    Eigen::VectorXd count;  ///< of documents of each topic, K
    Eigen::MatrixXd words;  ///< of each word in documents of each topic, K × V
    static constexpr auto fields() {
        return std::tuple{&UnigramStatistics::count, &UnigramStatistics::words};
    }
};

/// The mixture of unigrams (Nigam, McCallum, Thrun & Mitchell 2000, "Text classification from labeled and unlabeled documents
/// using EM"), a LatentVariableModel of Documents: a document with counts x_j of the words j is of topic k with probability w_k,
///   p(x) = Σ_k w_k n!/Π_j x_j! Π_j p_jk^x_j.
/// It is Mixture<Multinomial>, whose log-likelihoods it has, on sparse counts. Time of an iteration: K for each word of each
/// document, and K·V a slice, of which there are so few that these are less. Memory: K·V a slice.
///
/// A word that a topic has not is impossible there for ever: smooth by MaximumAPosteriori{UnigramPrior{…}}.
///
/// (A template, always of double, so that a program compiles only the members it calls.)
template <class Scalar>
class BasicMixtureOfUnigrams {
  public:
    using Vector = Eigen::VectorX<Scalar>;
    using Matrix = Eigen::MatrixX<Scalar>;
    using Unit = Document;
    using Posterior = Vector;  // p(k | x), K
    using Statistics = UnigramStatistics;

    /// An empty one, to be assigned to.
    BasicMixtureOfUnigrams() = default;
    /// K topics alike, of the words of the documents: a shape for a start.
    BasicMixtureOfUnigrams(Index K, const Documents& x)
        : BasicMixtureOfUnigrams(
              Vector::Constant(K, 1 / static_cast<double>(K)),
              Matrix::Constant(x.vocabulary_size(), K, 1 / static_cast<double>(x.vocabulary_size())),
              x.words()) {}
    /// Given weights, K, probabilities p, V × K, and what the words are, V or none. Throws std::invalid_argument where shapes do
    /// not fit, or weights or a topic's probabilities do not sum to one to 1e-6.
    BasicMixtureOfUnigrams(const Vector& weights, const Matrix& probabilities,
                           std::vector<std::string> words = {})
        : words_(std::move(words)), weights_(weights), probabilities_(probabilities) {
        constexpr const char* owner = "MixtureOfUnigrams";
        detail::require(probabilities.size() > 0 && probabilities.cols() == weights.size(), "latent::", owner,
                        ": probabilities is ", probabilities.rows(), " × ", probabilities.cols(),
                        ", expected V × K, K = ", weights.size(), ", not empty");
        detail::require(words_.empty() || std::ssize(words_) == vocabulary_size(), "latent::", owner, ": ",
                        words_.size(), " words with probabilities of ", vocabulary_size());
        detail::require_probabilities(owner, weights, std::array{size()});
        detail::require_probabilities(owner, probabilities, std::array{vocabulary_size()});
        update();
    }

    /// K.
    Index size() const { return weights_.size(); }
    /// V.
    Index vocabulary_size() const { return probabilities_.rows(); }
    const Vector& weights() const { return weights_; }
    /// V × K.
    const Matrix& probabilities() const { return probabilities_; }
    const std::vector<std::string>& words() const { return words_; }
    /// The numbers of the `most` words that topic k has most often, the most frequent first.
    std::vector<Index> top_words(Index k, Index most) const {
        std::vector<Index> all(static_cast<std::size_t>(vocabulary_size()));
        std::iota(all.begin(), all.end(), Index{0});
        std::stable_sort(all.begin(), all.end(),
                         [&](Index a, Index b) { return probabilities_(a, k) > probabilities_(b, k); });
        all.resize(static_cast<std::size_t>(std::clamp<Index>(most, 0, vocabulary_size())));
        return all;
    }
    /// p(k | x), K × n.
    Matrix predict_proba(const Documents& x) const {
        check(x);
        Matrix all(size(), x.size());
        Posterior q;
        for (Index i = 0; i < x.size(); ++i) infer(x[i], q), all.col(i) = q;
        return all;
    }
    /// The most probable topic of each document.
    std::vector<Index> predict(const Documents& x) const { return detail::most_probable(predict_proba(x)); }
    /// Log-likelihood of all documents.
    double score(const Documents& x) const {
        check(x);
        return detail::score_in_turn(*this, x);
    }
    Index parameters() const { return size() - 1 + size() * (vocabulary_size() - 1); }

    // --------------------------------------------------------------------- the LatentVariableModel contract

    /// Throws std::invalid_argument where the documents are of another number of words, or of other ones.
    void check(const Documents& x) const {
        detail::require(x.vocabulary_size() == vocabulary_size() &&
                            (words_.empty() || x.words().empty() || x.words() == words_),
                        "latent::MixtureOfUnigrams: the documents are of ", x.vocabulary_size(),
                        " words, expected the V = ", vocabulary_size(), " words of the model");
    }
    Statistics zero_statistics() const {
        return {Vector::Zero(size()), Matrix::Zero(size(), vocabulary_size())};
    }
    void reset(Statistics& s) const {
        s.count.setZero(size());
        s.words.setZero(size(), vocabulary_size());
    }
    double infer(const Unit& x, Posterior& q) const { return infer(x, q, 1); }
    double infer(const Unit& x, Posterior& q, double beta) const {
        q = beta * log_joint(x);
        const double top = q.maxCoeff();
        if (top == -infinity) {  // no topic has all of its words
            q.setZero();
            return top;
        }
        q = (q.array() - top).exp();
        const double sum = q.sum();
        q /= sum;
        return (top + std::log(sum)) / beta;
    }
    double decode(const Unit& x, Posterior& q) const {
        q = log_joint(x);
        Index best = 0;
        const double top = q.maxCoeff(&best);
        q = Posterior::Unit(size(), best);
        return top;
    }
    double sample(const Unit& x, Random& random, Posterior& q) const {
        const double log_p = infer(x, q);
        const Index k = random.categorical([&](Index j) { return q(j); }, size());
        q = Posterior::Unit(size(), k);
        return log_p;
    }
    void accumulate(const Unit& x, const Posterior& q, Statistics& s) const {
        s.count += q;
        for (std::size_t j = 0; j < x.word.size(); ++j) s.words.col(x.word[j]) += x.count[j] * q;
    }
    void maximize(const Statistics& s) {
        if (const double total = s.count.sum(); total > 0) weights_ = s.count / total;
        detail::maximize_probabilities(s.words.transpose(), std::array{vocabulary_size()}, probabilities_);
        update();
    }
    double expected_log_joint(const Statistics& s) const {
        return detail::sum_of_log_probabilities(s.count, weights_) +
               detail::sum_of_log_probabilities(s.words.transpose(), probabilities_);
    }

    /// Coordinates of the weights and of each topic, see core/probability_blocks.hpp.
    std::vector<double> to_vector() const {
        const auto own = static_cast<std::size_t>(weight_coordinates());
        std::vector<double> v(own + static_cast<std::size_t>(detail::probability_coordinates(
                                        probabilities_, std::array{vocabulary_size()})));
        detail::probabilities_to_vector(weights_, std::array{size()}, std::span(v).first(own));
        detail::probabilities_to_vector(probabilities_, std::array{vocabulary_size()},
                                        std::span(v).subspan(own));
        return v;
    }
    void from_vector(std::span<const double> v) {
        const auto own = static_cast<std::size_t>(weight_coordinates());
        detail::probabilities_from_vector(v.first(own), std::array{size()}, weights_);
        detail::probabilities_from_vector(v.subspan(own), std::array{vocabulary_size()}, probabilities_);
        update();
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "MixtureOfUnigrams"; }
    static constexpr auto members() {
        using M = BasicMixtureOfUnigrams;
        return std::tuple{&M::words_, &M::weights_, &M::probabilities_, &M::log_weights_,
                          &M::log_probabilities_};
    }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        using M = BasicMixtureOfUnigrams;
        return std::tuple{named("weights", &M::weights_, SavedAs::each),
                          named("probabilities", &M::probabilities_, SavedAs::columns),
                          named("words", &M::words_)};
    }

  private:
    static constexpr double infinity = std::numeric_limits<double>::infinity();

    Index weight_coordinates() const { return detail::probability_coordinates(weights_, std::array{size()}); }
    /// log w_k p(x | k), K.
    Vector log_joint(const Unit& x) const {
        Vector log_p = log_weights_;
        double n = 0, log_orders = 0;
        for (std::size_t j = 0; j < x.word.size(); ++j) {
            log_p += x.count[j] * log_probabilities_.col(x.word[j]);
            n += x.count[j];
            log_orders += detail::log_factorial(x.count[j]);
        }
        return log_p.array() + (detail::log_factorial(n) - log_orders);
    }
    void update() {
        log_weights_ = weights_.array().log();
        log_probabilities_ = probabilities_.transpose().array().log();
    }

    std::vector<std::string> words_;
    Vector weights_;            // K
    Matrix probabilities_;      // V × K
    Vector log_weights_;        // K
    Matrix log_probabilities_;  // K × V
};
/// The mixture of topics that documents are fitted by.
using MixtureOfUnigrams = BasicMixtureOfUnigrams<double>;

/// Weights ~ Dirichlet(weights, …), each topic's probabilities ~ Dirichlet(words, …): as pseudo-observations, one less of each
/// topic, and of each word in each; words = 2 is Laplace's smoothing by one. A Prior of a MixtureOfUnigrams. Throws
/// std::invalid_argument where one is below 1 (the posterior's mode would lie on the boundary).
struct UnigramPrior {
    double weights = 1;  ///< α ≥ 1 of the topics; 1 is flat
    double words = 2;    ///< α ≥ 1 of the words

    static std::string type_name() { return "UnigramPrior"; }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("weights", &UnigramPrior::weights), named("words", &UnigramPrior::words)};
    }

    void check() const {
        for (const double alpha : {weights, words})
            detail::require(alpha >= 1 && std::isfinite(alpha), "latent::UnigramPrior: a concentration is ",
                            alpha, ", expected at least 1, and finite");
    }
    template <class Scalar>
    UnigramStatistics operator()(const BasicMixtureOfUnigrams<Scalar>& m) const {
        check();
        return {(m.weights().array() > 0).template cast<double>() * (weights - 1),
                (m.probabilities().transpose().array() > 0).template cast<double>() * (words - 1)};
    }
};

}  // namespace latent
