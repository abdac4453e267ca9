// A command line: options written `--name value` or `--name=value`, flags `--name`, and arguments that stand for themselves.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <map>
#include <string>
#include <type_traits>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/core/decimal.hpp"

/// Every mistake on it is a std::invalid_argument that names the option and what was found.
class CommandLine {
  public:
    /// Only options of `known`, which have a value, and `flags`, which have none, are accepted, each at most once; `--help` and
    /// `-h` always are.
    CommandLine(int argc, const char* const* argv, const std::vector<std::string>& known,
                const std::vector<std::string>& flags = {}) {
        for (int i = 1; i < argc; ++i) {
            const std::string word = argv[i];
            if (word.size() < 2 || word[0] != '-') {
                arguments_.push_back(word);
            } else if (word == "--help" || word == "-h") {
                help_ = true;
            } else {
                const auto equals = word.find('=');
                const std::string option = word.substr(0, equals);
                const std::string name = option.starts_with("--") ? option.substr(2) : "";
                const bool flag = std::ranges::count(flags, name) > 0, joined = equals != std::string::npos;
                require(flag || std::ranges::count(known, name) > 0, "unknown option ", option);
                require(!flag || !joined, option, " takes no value");
                require(flag || joined || (i + 1 < argc && !std::string(argv[i + 1]).starts_with("--")),
                        option, " needs a value");
                const std::string value = flag ? "" : joined ? word.substr(equals + 1) : argv[++i];
                require(values_.emplace(name, value).second, option, " is given twice");
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
        constexpr bool whole = std::is_integral_v<Number>;
        require(latent::detail::parse_decimal(word, value) == std::errc{} && value >= least &&
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
    bool help_ = false;
    std::vector<std::string> arguments_;
    std::map<std::string, std::string> values_;
};
