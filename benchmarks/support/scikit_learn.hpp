// scikit-learn's own fits of a data set from many seeds, and the data as it has them.
#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/peers.hpp"
#include "support/problem.hpp"

/// Of each seed: what it led to, −inf where a component is spurious, and how long it took. x is d × n.
struct ScikitLearnFits {
    Eigen::MatrixXd x;
    std::vector<double> log_likelihoods, seconds;
};

/// Runs peers/scikit_learn_starts.py.
class ScikitLearnStarts {
  public:
    /// The command that runs it; nothing where scikit-learn is not installed.
    static std::optional<ScikitLearnStarts> installed() {
        const auto script = std::filesystem::path(LATENT_PEER_SCRIPTS) / "scikit_learn_starts.py";
        const auto interpreter = interpreter_of(script);
        if (!interpreter) return {};
        return ScikitLearnStarts(*interpreter + shell_word(script));
    }

    /// `source` is a file, a name that scikit_learn_data.py knows, or "-" for what is in the folder.
    ScikitLearnFits operator()(const std::filesystem::path& folder, const std::string& source,
                               latent::Index K, int seeds, const std::string& tolerance) const {
        const Figures figures = run("",
                                    command_ + " " + shell_word(folder) + " " + shell_word(source) + " " +
                                        std::to_string(K) + " " + std::to_string(seeds) + " " + tolerance,
                                    1, folder / "log");
        if (figures.empty()) throw std::runtime_error("scikit-learn failed on " + source);
        const auto n = static_cast<latent::Index>(figure(figures, "n")),
                   d = static_cast<latent::Index>(figure(figures, "d"));
        const auto numbers = [&](const char* name) {
            const Eigen::MatrixXd read = problem_files::read(folder / name, seeds, 1);
            return std::vector<double>(read.data(), read.data() + read.size());
        };
        return {problem_files::read(folder / "x", d, n), numbers("log_likelihoods"), numbers("seconds")};
    }

  private:
    explicit ScikitLearnStarts(std::string command) : command_(std::move(command)) {}
    std::string command_;
};
