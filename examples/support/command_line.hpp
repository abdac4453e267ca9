// A command line: options written `--name value` or `--name=value`, and arguments that stand for themselves.
#pragma once

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <limits>
#include <map>
#include <string>
#include <type_traits>
#include <vector>

#include "latent/core/checks.hpp"

/// Every mistake on it is a std::invalid_argument that names the option and what was found.
class CommandLine {
  public:
    /// Only options of `known` are accepted, each at most once; `--help` and `-h` always are.
    CommandLine(int argc, const char* const* argv, const std::vector<std::string>& known) {
        const std::vector<std::string> words = split(argc, argv);
        for (std::size_t i = 0; i < words.size(); ++i) {
            const std::string& word = words[i];
            if (word.size() < 2 || word[0] != '-') {
                arguments_.push_back(word);
            } else if (word == "--help" || word == "-h") {
                help_ = true;
            } else {
                const std::string name = word.starts_with("--") ? word.substr(2) : "";
                require(std::find(known.begin(), known.end(), name) != known.end(), "unknown option ", word);
                require(i + 1 < words.size() && !words[i + 1].starts_with("--"), word, " needs a value");
                require(values_.emplace(name, words[++i]).second, word, " is given twice");
            }
        }
    }

    bool help() const { return help_; }
    bool has(const std::string& name) const { return values_.contains(name); }
    const std::vector<std::string>& arguments() const { return arguments_; }

    std::string text(const std::string& name, const std::string& fallback = "") const {
        const auto found = values_.find(name);
        return found == values_.end() ? fallback : found->second;
    }

    /// A number of at least `least`: a whole one where Number is an integer.
    template <class Number>
    Number number(const std::string& name, Number fallback, Number least) const {
        if (!has(name)) return fallback;
        const std::string word = text(name);
        Number value{};
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
        const bool whole = std::is_integral_v<Number>;
        require(error == std::errc{} && end == word.data() + word.size() && value >= least &&
                    value <= std::numeric_limits<Number>::max(),
                "--", name, ": '", word, "' is not a ", whole ? "whole " : "", "number of at least ", least);
        return value;
    }

    /// One of the words of `choices`, the first where the option is not given.
    std::string choice(const std::string& name, const std::vector<std::string>& choices) const {
        const std::string word = text(name, choices.front());
        std::string all;
        for (const std::string& each : choices) all += (all.empty() ? "" : ", ") + each;
        require(std::find(choices.begin(), choices.end(), word) != choices.end(), "--", name, ": '", word,
                "' is none of ", all);
        return word;
    }

    template <class... Parts>
    static void require(bool valid, const Parts&... parts) {
        latent::detail::require(valid, parts..., " (see --help)");
    }

  private:
    /// The words, `--name=value` as two of them.
    static std::vector<std::string> split(int argc, const char* const* argv) {
        std::vector<std::string> words;
        for (int i = 1; i < argc; ++i) {
            const std::string word = argv[i];
            const auto equals = word.starts_with("--") ? word.find('=') : std::string::npos;
            words.push_back(word.substr(0, equals));
            if (equals != std::string::npos) words.push_back(word.substr(equals + 1));
        }
        return words;
    }

    bool help_ = false;
    std::vector<std::string> arguments_;
    std::map<std::string, std::string> values_;
};
