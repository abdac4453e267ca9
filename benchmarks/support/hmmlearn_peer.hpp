// hmmlearn, where the Python that LATENT_PYTHON names (python3, if none is named) can import it.
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "support/hmm_cases.hpp"

namespace hmmlearn {

inline std::string python() {
    const char* const named = std::getenv("LATENT_PYTHON");
    return named ? named : "python3";
}
inline bool available() { return std::system((python() + " -c 'import hmmlearn' 2>/dev/null").c_str()) == 0; }

struct Times {
    double iteration, score, viterbi, log_likelihood;
};

/// Runs the case in a Python of its own; nothing where that fails.
inline std::optional<Times> run(const HmmCase& c, const HmmProblem& problem, int iterations) {
    const auto folder = std::filesystem::temp_directory_path() / "latent_hmmlearn";
    std::filesystem::create_directories(folder);
    const auto write = [&](const char* name, const auto& matrix) {  // as it lies in memory
        std::ofstream(folder / name, std::ios::binary)
            .write(reinterpret_cast<const char*>(matrix.data()),
                   static_cast<std::streamsize>(sizeof(double)) * matrix.size());
    };
    std::ofstream(folder / "shape") << c.gaussian << ' ' << c.K << ' ' << c.M << ' ' << HmmCase::T << ' '
                                    << c.count;
    write("x", problem.x);
    write("initial", problem.start.initial);
    write("transition", problem.start.transition);
    write("emission", problem.start.emission);
    write("variances", problem.start.variances);
    const std::string command = python() + " " LATENT_BENCHMARK_SUPPORT "/hmmlearn_peer.py " +
                                folder.string() + " " + std::to_string(iterations) + " 2>/dev/null";
    std::FILE* const pipe = popen(command.c_str(), "r");
    Times t{};
    const bool read = pipe && std::fscanf(pipe, "%lf %lf %lf %lf", &t.iteration, &t.score, &t.viterbi,
                                          &t.log_likelihood) == 4;
    if (pipe) pclose(pipe);
    std::filesystem::remove_all(folder);
    if (!read) return {};
    return t;
}

}  // namespace hmmlearn
