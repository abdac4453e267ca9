// Sentences in two languages, pair by pair: the data of a WordAlignment.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/core/slices.hpp"
#include "latent/data/vocabulary.hpp"

namespace latent {

/// Which words of either language occur in one pair of sentences: row by row, a source word each, the target words it meets.
struct WordPairs {
    std::vector<Index> lengths;         ///< how many target words each source word meets
    std::vector<std::int32_t> targets;  ///< these, ascending in each row: E of them in all
};

/// One pair of sentences, l source words and m target words.
struct SentencePair {
    std::span<const std::int32_t> source;  ///< l numbers of words; the first may be the NULL word
    std::span<const std::int32_t> target;  ///< m
    std::span<const std::int32_t>
        entry;  ///< m × l, target word by target word: the place of (source, target) in WordPairs
};

struct ParallelTextOptions {
    /// Whether each source sentence has one word more, that which no word is the translation of.
    bool null_word = true;
};

/// Pairs of sentences, their words numbered, and where each pair of words stands in a table of those that meet. Memory: 4 bytes
/// for each of Σ l·m pairs of words in the same pair of sentences.
class ParallelText {
  public:
    /// The name of the NULL word.
    static constexpr const char* null_word = "NULL";

    /// A sentence an element, words apart by blanks; case and punctuation are the caller's. Throws std::invalid_argument where the
    /// two have another number of sentences, there is none, or one has no word.
    ParallelText(const std::vector<std::string>& source, const std::vector<std::string>& target,
                 const ParallelTextOptions& options = {}) {
        detail::require(source.size() == target.size() && !source.empty(),
                        "latent::ParallelText: ", source.size(), " source and ", target.size(),
                        " target sentences, expected as many, and some");
        if (options.null_word) source_.add(null_word);
        for (std::size_t i = 0; i < source.size(); ++i) {
            append("source", i, source[i], options.null_word, source_, source_text_, source_first_);
            append("target", i, target[i], false, target_, target_text_, target_first_);
        }
        find_pairs();
        find_entries();
    }

    /// Number of pairs.
    Index size() const { return std::ssize(source_first_) - 1; }
    SentencePair operator[](Index pair) const {
        const auto i = static_cast<std::size_t>(pair);
        const auto part = [i](const auto& all, const std::vector<std::size_t>& first) {
            return std::span(all).subspan(first[i], first[i + 1] - first[i]);
        };
        return {part(source_text_, source_first_), part(target_text_, target_first_),
                part(entries_, entry_first_)};
    }
    /// A slice costs passes over a table of all pairs of words.
    Slices slices() const { return {size(), 16}; }

    const Vocabulary& source() const { return source_; }
    const Vocabulary& target() const { return target_; }
    const WordPairs& pairs() const { return pairs_; }

  private:
    static void append(const char* which, std::size_t number, const std::string& sentence, bool null,
                       Vocabulary& words, std::vector<std::int32_t>& text, std::vector<std::size_t>& first) {
        if (first.empty()) first.push_back(0);
        std::istringstream in(sentence);
        if (null) text.push_back(0);
        const std::size_t before = text.size();
        for (std::string word; in >> word;) text.push_back(words.add(word));
        detail::require(text.size() > before, "latent::ParallelText: ", which, " sentence ", number,
                        " has no word");
        first.push_back(text.size());
    }
    /// Which words meet, each row sorted.
    void find_pairs() {
        std::vector<std::vector<std::int32_t>> met(static_cast<std::size_t>(source_.size()));
        for (std::size_t i = 0; i + 1 < source_first_.size(); ++i)
            for (std::size_t a = source_first_[i]; a < source_first_[i + 1]; ++a) {
                auto& row = met[static_cast<std::size_t>(source_text_[a])];
                row.insert(row.end(), target_text_.begin() + static_cast<std::ptrdiff_t>(target_first_[i]),
                           target_text_.begin() + static_cast<std::ptrdiff_t>(target_first_[i + 1]));
            }
        for (auto& row : met) {
            std::sort(row.begin(), row.end());
            row.erase(std::unique(row.begin(), row.end()), row.end());
            pairs_.lengths.push_back(std::ssize(row));
            pairs_.targets.insert(pairs_.targets.end(), row.begin(), row.end());
        }
    }
    /// Where each pair of words of each pair of sentences stands among them.
    void find_entries() {
        std::vector<Index> row(1, 0);
        for (const Index length : pairs_.lengths) row.push_back(row.back() + length);
        for (Index i = 0; i < size(); ++i) {
            entry_first_.push_back(entries_.size());
            const auto p = static_cast<std::size_t>(i);
            for (std::size_t b = target_first_[p]; b < target_first_[p + 1]; ++b)
                for (std::size_t a = source_first_[p]; a < source_first_[p + 1]; ++a) {
                    const auto e = static_cast<std::size_t>(source_text_[a]);
                    const auto begin = pairs_.targets.begin() + row[e],
                               end = pairs_.targets.begin() + row[e + 1];
                    entries_.push_back(static_cast<std::int32_t>(
                        std::lower_bound(begin, end, target_text_[b]) - pairs_.targets.begin()));
                }
        }
        entry_first_.push_back(entries_.size());
    }

    Vocabulary source_, target_;
    std::vector<std::int32_t> source_text_, target_text_, entries_;
    std::vector<std::size_t> source_first_, target_first_, entry_first_;
    WordPairs pairs_;
};

}  // namespace latent
