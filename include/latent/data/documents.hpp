// Documents as bags of words: how often each word occurs in each, those that do not left out.
#pragma once

#include <Eigen/SparseCore>
#include <cmath>
#include <cstdint>
#include <map>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/core/slices.hpp"
#include "latent/data/vocabulary.hpp"

namespace latent {

/// One document: its words, each once, and how often they occur.
struct Document {
    std::span<const std::int32_t> word;  ///< their numbers
    std::span<const double> count;       ///< as many, > 0
};

/// Documents as sparse counts of V words: the data of a MixtureOfUnigrams. Memory: 12 bytes for each word of each document, once
/// however often it occurs there.
class Documents {
  public:
    /// A document an element, words apart by blanks; case and punctuation are the caller's. An empty one has no word.
    explicit Documents(const std::vector<std::string>& texts) {
        for (const std::string& text : texts)
            append(text, [this](const std::string& word) { return words_.add(word); });
    }
    /// The same of the words of other documents, such as those that a model was fitted to: words that these do not have are
    /// left out.
    Documents(const std::vector<std::string>& texts, const Documents& known)
        : words_(known.words_), unnamed_(known.unnamed_) {
        for (const std::string& text : texts)
            append(text, [this](const std::string& word) { return words_.find(word); });
    }
    /// Counts, V × n, a document a column. Throws std::invalid_argument where one is no count.
    explicit Documents(const Eigen::SparseMatrix<double>& counts) : unnamed_(counts.rows()) {
        for (Index i = 0; i < counts.cols(); ++i) {
            std::map<std::int32_t, double> document;
            for (Eigen::SparseMatrix<double>::InnerIterator entry(counts, i); entry; ++entry) {
                const double count = entry.value();
                detail::require(count >= 0 && count == std::floor(count) && std::isfinite(count),
                                "latent::Documents: document ", i, ", word ", entry.row(), " is ", count,
                                ", expected a count 0, 1, 2, …");
                if (count > 0) document[static_cast<std::int32_t>(entry.row())] = count;
            }
            append(document);
        }
    }

    /// Number of documents.
    Index size() const { return std::ssize(first_) - 1; }
    Document operator[](Index i) const {
        const auto at = static_cast<std::size_t>(i);
        const std::size_t begin = first_[at], length = first_[at + 1] - begin;
        return {std::span(word_).subspan(begin, length), std::span(count_).subspan(begin, length)};
    }
    /// V.
    Index vocabulary_size() const { return unnamed_ > 0 ? unnamed_ : words_.size(); }
    /// The words by their numbers; none where only counts were given.
    const std::vector<std::string>& words() const { return words_.words(); }
    /// A slice costs a table of all words: one is worth it from four times as many counts on.
    Slices slices() const {
        const Index worth = std::ssize(word_) / (4 * std::max<Index>(vocabulary_size(), 1));
        return {size(), std::clamp<Index>(worth, 1, 32)};
    }

  private:
    template <class Number>
    void append(const std::string& text, const Number& number) {
        std::map<std::int32_t, double> document;
        std::istringstream in(text);
        for (std::string word; in >> word;)
            if (const std::int32_t known = number(word); known >= 0) ++document[known];
        append(document);
    }
    void append(const std::map<std::int32_t, double>& document) {
        for (const auto& [word, count] : document) word_.push_back(word), count_.push_back(count);
        first_.push_back(word_.size());
    }

    Vocabulary words_;
    Index unnamed_ = 0;  // V where only counts were given
    std::vector<std::size_t> first_{0};
    std::vector<std::int32_t> word_;
    std::vector<double> count_;
};

}  // namespace latent
