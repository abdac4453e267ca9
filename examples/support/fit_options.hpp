// What the programs that fit a model to a file let their user choose.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "command_line.hpp"
#include "latent/core/checks.hpp"
#include "latent/core/types.hpp"

struct FitOptions {
    std::filesystem::path data;
    std::string noun;                    ///< "components", or what they are called
    latent::Index components = 0;        ///< how many; 0: as many as the start parameters have
    latent::Index first_components = 0;  ///< the first of several numbers, `components` being the last
    bool comparison = false;             ///< whether several candidates are compared
    std::string criterion = "bic";       ///< by this
    std::filesystem::path start;         ///< folder of start parameters; empty: `init` makes them
    std::string init;
    std::vector<latent::Index> start_labels;  ///< components to begin with, one an observation; empty: none
    std::uint64_t seed = 1;
    int restarts = 1;
    int iterations = 10'000;
    double tolerance = 1e-10;
    bool floor = true;                 ///< variances are kept above a small part of the data's
    latent::Index threads = 0;         ///< 0: one a core
    std::filesystem::path checkpoint;  ///< file in which the fit is kept; empty: none
    std::filesystem::path out;         ///< folder of the results; empty: none are written
    std::filesystem::path save;        ///< file that the fitted model is saved in; empty: none
    std::filesystem::path load;        ///< file of a saved model to begin at; empty: none
    bool errors = false;               ///< standard errors of the estimates, too
    bool predict = false;              ///< nothing is fitted: what does the loaded model say of the data?
};

inline constexpr const char* fit_options_help =
    "  --seed S           with these random numbers (default 1),\n"
    "  --restarts R       the best of R such starts (default 1; where several candidates are\n"
    "                     compared, 3 of short-runs)\n"
    "  --iterations N     at most N iterations (default 10000)\n"
    "  --tolerance T      converged when the log-likelihood is estimated to be within T nats an observation\n"
    "                     of its limit (default 1e-10); 0: make all N iterations\n"
    "  --regularize R     floor (default): variances stay above 1e-6 of the data's; none: maximum "
    "likelihood\n"
    "  --criterion C      by which candidates are compared: bic (default), aic, aicc, icl, or cv, ten-fold\n"
    "                     cross-validation; the smaller, the better\n"
    "  --threads T        threads to use (default: one a core); the result does not depend on it\n"
    "  --checkpoint FILE  keep the fit there while it runs; if the file exists, go on from it\n"
    "  --errors           standard errors and 95 % intervals of all parameters; --out gets errors.csv, too\n"
    "  --out DIR          write what was found, and a plot, there\n"
    "  --save FILE        save the fitted model there, FILE.json or FILE.latent\n"
    "  --load FILE        begin at a model that was saved, which says what it is made of\n"
    "  --predict          with --load: fit nothing, say what that model makes of the data\n"
    "  --help             this text\n";

/// The names of these options and of the program's own.
inline std::vector<std::string> with_fit_options(std::vector<std::string> own) {
    for (const char* name : {"start", "init", "seed", "restarts", "iterations", "tolerance", "regularize",
                             "threads", "checkpoint", "out", "save", "load", "criterion"})
        own.emplace_back(name);
    return own;
}

/// "3" or "1-9": how many components.
inline void read_range(const CommandLine& line, const std::string& noun, FitOptions& options) {
    const std::string word = line.text(noun);
    const auto dash = word.find('-', 1);
    options.comparison = dash != std::string::npos;
    if (!options.comparison) {
        options.first_components = options.components = line.number<latent::Index>(noun, 0, 1);
        return;
    }
    const auto whole = [&](const std::string& part, latent::Index& value) {
        return latent::detail::parse_decimal(part, value) == std::errc{} && value >= 1;
    };
    CommandLine::require(whole(word.substr(0, dash), options.first_components) &&
                             whole(word.substr(dash + 1), options.components) &&
                             options.first_components <= options.components,
                         "--", noun, ": '", word, "' is no range such as 1-9");
}

/// The rest of a comparison's options; throws std::invalid_argument for those that are for one fit alone.
inline void read_comparison(const CommandLine& line, FitOptions& options) {
    CommandLine::require(options.comparison || !line.has("criterion"),
                         "--criterion is for several candidates");
    if (!options.comparison) return;
    for (const char* name :
         {"start", "load", "checkpoint", "labels", "known-states", "label-probabilities", "start-labels"})
        CommandLine::require(!line.has(name), "--", name, " is for one fit, not for several candidates");
    options.criterion = line.choice("criterion", {"bic", "aic", "aicc", "icl", "cv"});
    if (!line.has("restarts") && !line.has("init")) {
        options.restarts = 3;
        options.init = "short-runs";
    }
}

/// The options of a command line; throws std::invalid_argument for those that make no sense together, too.
/// `noun` is the name of the option that says how many components there are, `inits` are the starts, the default
/// first.
inline FitOptions fit_options(const CommandLine& line, const std::string& noun,
                              const std::vector<std::string>& inits) {
    CommandLine::require(line.arguments().size() == 1, "expected one file of data, found ",
                         line.arguments().size());
    CommandLine::require(line.has(noun) || line.has("start") || line.has("start-labels") || line.has("load"),
                         "--", noun, " is needed");
    CommandLine::require(!line.has("predict") || line.has("load"), "--predict needs a model to --load");
    CommandLine::require(!line.has("start") || !line.has("load"), "--start and --load exclude each other");
    for (const char* begin : {"start", "load", "start-labels"})
        for (const char* name : {"init", "seed", "restarts"})
            CommandLine::require(!line.has(begin) || !line.has(name), "--", begin, " and --", name,
                                 " exclude each other");
    for (const char* name : {"start-labels", "emission", "covariance", "noise", "symbols"})
        CommandLine::require(!line.has("load") || !line.has(name), "--load and --", name,
                             " exclude each other: the saved model says what it is");
    CommandLine::require(!line.has("checkpoint") || !line.has("restarts"),
                         "--checkpoint and --restarts exclude each other");
    FitOptions options;
    options.data = line.arguments().front();
    options.noun = noun;
    read_range(line, noun, options);
    options.start = line.text("start");
    options.init = line.choice("init", inits);
    options.seed = line.number<std::uint64_t>("seed", options.seed, 0);
    options.restarts = line.number("restarts", options.restarts, 1);
    options.iterations = line.number("iterations", options.iterations, 0);
    options.tolerance = line.number("tolerance", options.tolerance, 0.0);
    options.floor = line.choice("regularize", {"floor", "none"}) == "floor";
    options.threads = line.number<latent::Index>("threads", 0, 1);
    options.checkpoint = line.text("checkpoint");
    options.out = line.text("out");
    options.save = line.text("save");
    options.load = line.text("load");
    options.errors = line.has("errors");
    options.predict = line.has("predict");
    return options;
}

/// Throws std::invalid_argument where K components are more than there are observations.
inline void require_enough(const FitOptions& options, latent::Index K, latent::Index n) {
    latent::detail::require(K <= n, K, " ", options.noun, " cannot be fitted to the ", n, " observations of ",
                            options.data.string());
}
