// Words and their numbers.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "latent/core/types.hpp"

namespace latent {

/// Words and their numbers: 0, 1, … in the order in which they were first seen.
class Vocabulary {
  public:
    /// The word's number, a new one where it is new.
    std::int32_t add(const std::string& word) {
        const auto [place, is_new] = numbers_.emplace(word, static_cast<std::int32_t>(words_.size()));
        if (is_new) words_.push_back(word);
        return place->second;
    }
    /// The word's number, −1 where there is none.
    std::int32_t find(const std::string& word) const {
        const auto place = numbers_.find(word);
        return place == numbers_.end() ? -1 : place->second;
    }
    Index size() const { return std::ssize(words_); }
    const std::vector<std::string>& words() const { return words_; }

  private:
    std::vector<std::string> words_;
    std::unordered_map<std::string, std::int32_t> numbers_;
};

}  // namespace latent
