// Which word is the translation of which: IBM Model 1.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "latent/core/probability_blocks.hpp"
#include "latent/core/random.hpp"
#include "latent/core/saved.hpp"
#include "latent/core/units.hpp"
#include "latent/data/parallel_text.hpp"

namespace latent {

/// What is inferred about one pair of sentences: p(a_j = i), m × l as SentencePair::entry.
struct WordAlignmentPosterior {
    std::vector<double> probability;
};

/// Expected sufficient statistics of a WordAlignment: how often each source word was translated by each target word that it meets.
struct WordAlignmentStatistics {
    Eigen::MatrixXd count;  ///< E × 1
    static constexpr auto fields() { return std::tuple{&WordAlignmentStatistics::count}; }
};

/// A translation and its probability.
struct Translation {
    std::string word;
    double probability;
};

/// IBM Model 1 (Brown, Della Pietra, Della Pietra & Mercer 1993, "The mathematics of statistical machine translation"), a
/// LatentVariableModel: each target word f_j is the translation of one source word e_i, any of the l with the same
/// probability, which one (the alignment a_j) is hidden:
///   p(f | e) = Π_j 1/l Σ_i t(f_j | e_i).
/// Parameters are t(f | e), for the words that meet in a pair of sentences; EM counts the expected translations and divides. The
/// likelihood is concave in t: any start with no zeros leads to the maximum. It is fitted to a ParallelText
/// (data/parallel_text.hpp), whose words it knows. Time of an iteration: Σ l·m. Memory: a number for each pair of words that meet.
class WordAlignment {
  public:
    using Unit = SentencePair;
    using Posterior = WordAlignmentPosterior;
    using Statistics = WordAlignmentStatistics;

    /// An empty one, to be assigned to.
    WordAlignment() = default;
    /// Each target word as probable as any other, 1 by their number.
    explicit WordAlignment(const ParallelText& text)
        : source_words_(text.source().words()),
          target_words_(text.target().words()),
          lengths_(text.pairs().lengths),
          targets_(text.pairs().targets),
          probability_(Eigen::MatrixXd::Constant(std::ssize(targets_), 1,
                                                 1 / static_cast<double>(text.target().size()))) {}

    const std::vector<std::string>& source_words() const { return source_words_; }
    const std::vector<std::string>& target_words() const { return target_words_; }
    /// t(target | source), 0 where the two never met, or a word is unknown. Time: the words.
    double probability(const std::string& source, const std::string& target) const {
        const auto [first, last] = row_of(source);
        for (Index entry = first; entry < last; ++entry)
            if (target_of(entry) == target) return probability_(entry);
        return 0;
    }
    /// The words that the source word met, the most probable first; none of an unknown word.
    std::vector<Translation> translations(const std::string& source) const {
        const auto [first, last] = row_of(source);
        std::vector<Translation> all;
        for (Index entry = first; entry < last; ++entry)
            all.push_back({target_of(entry), probability_(entry)});
        std::stable_sort(all.begin(), all.end(), [](const Translation& a, const Translation& b) {
            return a.probability > b.probability;
        });
        return all;
    }
    /// Of each target word the place, in x.source, of the source word that it is most probably the translation of, the first of
    /// several.
    std::vector<Index> align(const Unit& x) const {
        std::vector<Index> alignment;
        for_each_target(x, [&](std::span<const std::int32_t> entry) { alignment.push_back(best(entry)); });
        return alignment;
    }
    /// Log-likelihood of all pairs of sentences.
    double score(const ParallelText& text) const {
        check(text);
        return detail::score_in_turn(*this, text);
    }
    /// Free parameters: of each source word one less than it has translations of probability above 0.
    Index parameters() const { return detail::probability_coordinates(probability_, lengths_); }

    // --------------------------------------------------------------------- the LatentVariableModel contract

    /// Throws std::invalid_argument where the text is another than that which the model was made of, or has other words.
    void check(const ParallelText& text) const {
        detail::require(text.source().words() == source_words_ && text.target().words() == target_words_ &&
                            text.pairs().targets == targets_ && text.pairs().lengths == lengths_,
                        "latent::WordAlignment: the text has other words, or other pairs of them, than that "
                        "which the model "
                        "was made of");
    }
    Statistics zero_statistics() const { return {Eigen::MatrixXd::Zero(probability_.size(), 1)}; }
    void reset(Statistics& s) const { s.count.setZero(probability_.size(), 1); }
    /// log p(f | e).
    double infer(const Unit& x, Posterior& q) const {
        q.probability.resize(x.entry.size());
        double log_p = 0;
        auto* r = q.probability.data();
        for_each_target(x, [&](std::span<const std::int32_t> entry) {
            double sum = 0;
            for (std::size_t i = 0; i < entry.size(); ++i) sum += r[i] = probability_(entry[i]);
            for (std::size_t i = 0; i < entry.size(); ++i) *r++ /= sum;
            log_p += std::log(sum / static_cast<double>(entry.size()));
        });
        return log_p;
    }
    /// log p(f, â | e), â the most probable alignment.
    double decode(const Unit& x, Posterior& q) const {
        return choose(x, q, [&](std::span<const std::int32_t> entry) { return best(entry); });
    }
    /// log p(f | e); q is one at a draw of the alignment.
    double sample(const Unit& x, Random& random, Posterior& q) const {
        const double log_p = infer(x, q);
        choose(x, q, [&](std::span<const std::int32_t> entry) {
            return random.categorical(
                [&](Index i) { return probability_(entry[static_cast<std::size_t>(i)]); }, std::ssize(entry));
        });
        return log_p;
    }
    void accumulate(const Unit& x, const Posterior& q, Statistics& s) const {
        for (std::size_t i = 0; i < x.entry.size(); ++i) s.count(x.entry[i]) += q.probability[i];
    }
    void maximize(const Statistics& s) { detail::maximize_probabilities(s.count, lengths_, probability_); }
    double expected_log_joint(const Statistics& s) const {
        return detail::sum_of_log_probabilities(s.count, probability_);
    }

    /// Coordinates of each source word's distribution, see core/probability_blocks.hpp.
    std::vector<double> to_vector() const {
        std::vector<double> v(static_cast<std::size_t>(parameters()));
        detail::probabilities_to_vector(probability_, lengths_, v);
        return v;
    }
    void from_vector(std::span<const double> v) {
        detail::probabilities_from_vector(v, lengths_, probability_);
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "WordAlignment"; }
    static constexpr auto members() {
        using W = WordAlignment;
        return std::tuple{&W::source_words_, &W::target_words_, &W::lengths_, &W::targets_, &W::probability_};
    }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        using W = WordAlignment;
        return std::tuple{named("source_words", &W::source_words_), named("target_words", &W::target_words_),
                          named("lengths", &W::lengths_), named("targets", &W::targets_),
                          named("probabilities", &W::probability_)};
    }
    static WordAlignment restored(std::vector<std::string> source, std::vector<std::string> target,
                                  std::vector<Index> lengths, std::vector<std::int32_t> targets,
                                  Eigen::MatrixXd probability);

  private:
    /// The first entry of the source word's row, and the one behind the last.
    std::pair<Index, Index> row_of(const std::string& source) const {
        const auto place = std::find(source_words_.begin(), source_words_.end(), source);
        if (place == source_words_.end()) return {0, 0};
        const auto length = lengths_.begin() + (place - source_words_.begin());
        const Index first = std::accumulate(lengths_.begin(), length, Index{0});
        return {first, first + *length};
    }
    const std::string& target_of(Index entry) const {
        return target_words_[static_cast<std::size_t>(targets_[static_cast<std::size_t>(entry)])];
    }
    Index best(std::span<const std::int32_t> entry) const {
        const auto less = [this](std::int32_t a, std::int32_t b) {
            return probability_(a) < probability_(b);
        };
        return std::max_element(entry.begin(), entry.end(), less) - entry.begin();
    }
    /// visit(entries), l of them, for each target word.
    template <class Visit>
    static void for_each_target(const Unit& x, const Visit& visit) {
        const std::size_t l = x.source.size();
        for (std::size_t j = 0; j < x.target.size(); ++j) visit(x.entry.subspan(j * l, l));
    }
    /// q is one at the word that choice(entries) names, for each target word. Returns log p(f, a | e).
    template <class Choice>
    double choose(const Unit& x, Posterior& q, const Choice& choice) const {
        q.probability.assign(x.entry.size(), 0);
        double log_p = 0;
        auto* r = q.probability.data();
        for_each_target(x, [&](std::span<const std::int32_t> entry) {
            const auto i = static_cast<std::size_t>(choice(entry));
            r[i] = 1;
            r += entry.size();
            log_p += std::log(probability_(entry[i]) / static_cast<double>(entry.size()));
        });
        return log_p;
    }

    std::vector<std::string> source_words_, target_words_;
    std::vector<Index> lengths_;         // of each source word's row of …
    std::vector<std::int32_t> targets_;  // … the target words that it meets, ascending
    Eigen::MatrixXd probability_;        // of each
};

inline WordAlignment WordAlignment::restored(std::vector<std::string> source, std::vector<std::string> target,
                                             std::vector<Index> lengths, std::vector<std::int32_t> targets,
                                             Eigen::MatrixXd probability) {
    constexpr const char* owner = "latent::WordAlignment: ";
    detail::require(lengths.size() == source.size() && probability.size() == std::ssize(targets) &&
                        (probability.size() == 0 || probability.cols() == 1),
                    owner, source.size(), " source words with ", lengths.size(), " rows, ", targets.size(),
                    " translations with ", probability.size(), " probabilities");
    Index total = 0;
    for (const Index length : lengths) {
        detail::require(length >= 0 && length <= std::ssize(targets) - total, owner, "a row has ", length,
                        " translations");
        total += length;
    }
    detail::require(total == std::ssize(targets), owner, "rows have ", total, " translations, there are ",
                    targets.size());
    for (const auto t : targets)
        detail::require(t >= 0 && t < std::ssize(target), owner, "target word ", t, ", there are ",
                        target.size());
    for (Index i = 0; i < probability.size(); ++i)
        detail::require(probability(i) >= 0 && probability(i) <= 1, owner, "probability ", i, " is ",
                        probability(i));
    WordAlignment model;
    model.source_words_ = std::move(source), model.target_words_ = std::move(target);
    model.lengths_ = std::move(lengths), model.targets_ = std::move(targets),
    model.probability_ = std::move(probability);
    return model;
}

}  // namespace latent
