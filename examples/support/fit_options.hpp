// What the programs that fit a model to a file let their user choose.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "command_line.hpp"
#include "latent/core/types.hpp"

struct FitOptions {
    std::filesystem::path data;
    latent::Index components = 0;  ///< 0: as many as the start parameters have
    std::string covariance = "full";
    std::filesystem::path start;  ///< folder of start parameters; empty: `init` makes them
    std::string init = "kmeans";
    std::uint64_t seed = 1;
    int restarts = 1;
    int iterations = 10'000;
    double tolerance = 1e-10;
    bool floor = true;          ///< variances are kept above a small part of the data's
    latent::Index threads = 0;  ///< 0: one a core
    std::filesystem::path out;  ///< folder of the results; empty: none are written
};

inline constexpr const char* fit_options_help =
    "  --components K     number of components (needed unless --start is given)\n"
    "  --covariance C     full (default), tied, diagonal or spherical\n"
    "  --start DIR        start parameters: weights0.csv (k × 1), means0.csv (k × d), covariances0.csv (k·d "
    "× d)\n"
    "  --init I           or start from kmeans (default), kmeans++ or random responsibilities,\n"
    "  --seed S           with these random numbers (default 1),\n"
    "  --restarts R       the best of R such starts (default 1)\n"
    "  --iterations N     at most N iterations (default 10000)\n"
    "  --tolerance T      converged when the log-likelihood is estimated to be within T of its limit, "
    "relative\n"
    "                     to its size (default 1e-10); 0: make all N iterations\n"
    "  --regularize R     floor (default): variances stay above 1e-6 of the data's; none: maximum "
    "likelihood\n"
    "  --threads T        threads to use (default: one a core); the result does not depend on it\n"
    "  --out DIR          write parameters, log-likelihoods, responsibilities, labels and a plot there\n"
    "  --help             this text\n";

inline const std::vector<std::string> fit_options_known = {
    "components", "covariance", "start",      "init",    "seed", "restarts",
    "iterations", "tolerance",  "regularize", "threads", "out"};

/// The options of a command line; throws std::invalid_argument for those that make no sense together, too.
inline FitOptions fit_options(const CommandLine& line) {
    CommandLine::require(line.arguments().size() == 1, "expected one file of data, found ",
                         line.arguments().size());
    CommandLine::require(line.has("components") || line.has("start"), "--components is needed");
    for (const char* name : {"init", "seed", "restarts"})
        CommandLine::require(!line.has("start") || !line.has(name), "--start and --", name,
                             " exclude each other");
    FitOptions options;
    options.data = line.arguments().front();
    options.components = line.number<latent::Index>("components", 0, 1);
    options.covariance = line.choice("covariance", {"full", "tied", "diagonal", "spherical"});
    options.start = line.text("start");
    options.init = line.choice("init", {"kmeans", "kmeans++", "random"});
    options.seed = line.number<std::uint64_t>("seed", options.seed, 0);
    options.restarts = line.number("restarts", options.restarts, 1);
    options.iterations = line.number("iterations", options.iterations, 0);
    options.tolerance = line.number("tolerance", options.tolerance, 0.0);
    options.floor = line.choice("regularize", {"floor", "none"}) == "floor";
    options.threads = line.number<latent::Index>("threads", 0, 1);
    options.out = line.text("out");
    return options;
}
