// The libraries that are compared, and how a process measures one of them on one problem.
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

/// A library that fits models of some kinds (see Problem::kind).
struct Peer {
    std::string name;
    std::string program;      ///< of LATENT_PEERS, or a script of LATENT_PEER_SCRIPTS
    std::string kinds;        ///< words
    bool parallel;            ///< whether it can use several threads
    std::string difference;   ///< why its log-likelihood differs, where it is known to
    std::string differs_for;  ///< in these kinds
    std::string package;      ///< that brings it
    std::string environment{};
    std::string interpreter{};  ///< of a script; found by installed()
};

inline std::vector<Peer> all_peers() {
    const std::string mixtures = "full diagonal", chains = "gaussian categorical";
    std::vector<Peer> peers{
        {"latent", "peer_latent", mixtures + " " + chains, true, "", "", "this library"},
        {"scikit-learn", "scikit_learn_peer.py", mixtures, true, "", "", "python3-sklearn"},
        {"mclust", "mclust_peer.R", mixtures, false, "", "", "r-cran-mclust"},
        {"Armadillo", "peer_armadillo", mixtures, true, "", "", "libarmadillo-dev"},
        {"OpenCV", "peer_opencv", mixtures, false, "", "", "libopencv-dev"},
        {"VLFeat", "peer_vlfeat", "diagonal", true, "not exact EM: drops responsibilities below 0.01/K",
         "diagonal", "libvlfeat-dev"},
        {"pomegranate", "pomegranate_peer.py", mixtures, true, "", "", "python3-pomegranate"},
        {"GHMM", "peer_ghmm", chains, false, "another algorithm: full covariances about the old means",
         "gaussian", "libghmm-dev"},
        {"libhmm", "peer_libhmm", chains, false, "", "", "cmake: LATENT_LIBHMM"},
        {"hmmlearn", "hmmlearn_peer.py", chains, false, "", "", "pip: hmmlearn"},
    };
    // OpenBLAS of Debian 12 and 13 takes newer CPUs with AVX-512 for a Haswell: its users are measured both ways.
    if (__builtin_cpu_supports("avx512f")) {
        Peer other = peers[1];
        other.name += " (SkylakeX)";
        other.environment = "OPENBLAS_CORETYPE=SkylakeX ";
        peers.insert(peers.begin() + 2, other);
    }
    return peers;
}

inline std::string shell_word(const std::filesystem::path& path) {
    std::string word = "'";
    for (const char c : path.string()) word.append(c == '\'' ? "'\\''" : std::string(1, c));
    return word + "'";
}

inline bool runs(const std::string& command) {
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

/// The first of LATENT_PYTHON, python3 and the system's python3 (or Rscript) that can run the script; nothing
/// where none can.
inline std::optional<std::string> interpreter_of(const std::filesystem::path& script) {
    std::vector<std::string> candidates{"Rscript"};
    if (script.extension() == ".py") {
        candidates = {"python3", "/usr/bin/python3"};
        if (const char* named = std::getenv("LATENT_PYTHON")) candidates = {named};
    }
    for (const std::string& each : candidates)
        if (runs(each + " " + shell_word(script) + " --installed")) return each + " ";
    return {};
}

inline bool is_script(const Peer& peer) { return peer.program.find('.') != std::string::npos; }
inline std::filesystem::path path_of(const Peer& peer) {
    return std::filesystem::path(is_script(peer) ? LATENT_PEER_SCRIPTS : LATENT_PEERS) / peer.program;
}

/// Whether it can be measured here; finds a script's interpreter.
inline bool installed(Peer& peer) {
    if (!is_script(peer)) return std::filesystem::exists(path_of(peer));
    const auto interpreter = interpreter_of(path_of(peer));
    peer.interpreter = interpreter.value_or("");
    return interpreter.has_value();
}

inline bool has_word(const std::string& words, const std::string& word) {
    std::istringstream all(words);
    for (std::string each; all >> each;)
        if (each == word) return true;
    return false;
}

/// What a process printed: a number for each name.
using Figures = std::map<std::string, double>;

/// A figure, NaN where there is none.
inline double figure(const Figures& figures, const std::string& name) {
    const auto found = figures.find(name);
    return found == figures.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
}

/// Runs a command that prints names and numbers, for at most five minutes, on so many threads. Empty where it
/// fails; what it said of that is in `log`.
inline Figures run(const std::string& environment, const std::string& command, int threads,
                   const std::filesystem::path& log) {
    const std::string n = std::to_string(threads);
    // A forced core type or cache size slows OpenBLAS by up to a third.
    const std::string all = "env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OMP_NUM_THREADS=" + n +
                            " OPENBLAS_NUM_THREADS=" + n + " " + environment + "timeout 300 " + command +
                            " 2>>" + shell_word(log);
    std::FILE* const pipe = popen(all.c_str(), "r");
    if (!pipe) throw std::runtime_error("cannot start " + command);
    std::string text;
    for (int c; (c = std::fgetc(pipe)) != EOF;) text += static_cast<char>(c);
    if (pclose(pipe) != 0) return {};
    Figures figures;
    std::istringstream words(text);
    double value = 0;
    for (std::string name; words >> name >> value;) figures[name] = value;
    return figures;
}

inline Figures measure(const Peer& peer, const std::filesystem::path& problem, double budget, int threads,
                       const std::filesystem::path& log) {
    return run(peer.environment,
               peer.interpreter + shell_word(path_of(peer)) + " " + shell_word(problem) + " " +
                   std::to_string(budget) + " " + std::to_string(threads),
               threads, log);
}

/// GFLOP/s of the machine's matrix product: the better of OpenBLAS's core types.
inline double measured_dgemm(const std::filesystem::path& log) {
    double best = 0;
    for (const std::string environment : {"", "OPENBLAS_CORETYPE=SkylakeX "}) {
        if (!environment.empty() && !__builtin_cpu_supports("avx512f")) continue;
        const Figures figures =
            run(environment, shell_word(std::filesystem::path(LATENT_PEERS) / "peer_dgemm"), 1, log);
        if (figures.contains("dgemm")) best = std::max(best, figure(figures, "dgemm"));
    }
    return best;
}
