// Fits a hidden Markov model to a file of comma-separated numbers: a program of the command line.
#include "fit_hmm/fit_hmm.hpp"

#include <algorithm>
#include <cmath>
#include <iostream>

#include "fit_hmm/report.hpp"
#include "support/count_families.hpp"
#include "support/program.hpp"
#include "support/saved_model.hpp"

using latent::Index;

namespace {

constexpr const char* usage =
    "Usage: fit_hmm X.csv --emission E --states K [options]\n"
    "Fits a hidden Markov model to X.csv: one observation a line, in the order of time, comma separated, a "
    "header\nline first or none.\n\n"
    "  --emission E       gaussian, tied, diagonal or spherical (normal, with such covariances), or normal "
    "with "
    "one\n                     of the fourteen structures EII VII EEI VEI EVI VVI EEE VEE EVE VVE EEV VEV "
    "EVV VVV; "
    "student_t,\n"
    "                     von_mises, exponential, gamma, poisson, negative_binomial, multinomial, bernoulli "
    "or\n"
    "                     categorical; or a product of these, F:C,F:C,…: C columns of family F, with files\n"
    "                     block1.shapes.csv and so on\n"
    "  --states K         number of states (needed unless --start is given), or several to be compared: 1-6\n"
    "  --noise            and a state of constant density over the data's box, for outliers: number K\n"
    "  --symbols M        size of the alphabets of categorical data (default: as the start parameters say, "
    "else\n"
    "                     the largest symbol of each column + 1)\n"
    "  --lengths FILE     lengths of the sequences in X.csv, one a line (default: it is one sequence)\n"
    "  --missing          cells that are empty, NA, NaN or ? are missing ones; --out gets imputed.csv, too\n"
    "  --known-states FILE  known states, a number 0 … K - 1 (K with --noise) a line of X.csv, -1 where it "
    "is "
    "unknown\n"
    "  --start DIR        start parameters: initial0.csv (K lines), transition0.csv (K × K) and the "
    "emission's,\n"
    "                     as --out writes them but for the 0 in their names\n"
    "  --init I           or start from kmeans, short-runs, kmeans++, ward (hierarchical clusters), "
    "quantiles\n"
    "                     (equal shares of the sorted data), random responsibilities or random values (each\n"
    "                     value that occurs gets its own; default: kmeans, for categorical data values),\n";

/// The lengths of the sequences; throws std::invalid_argument where they are none, or do not add up to n.
std::vector<Index> read_lengths(const std::filesystem::path& file, const HmmRequest& request) {
    const Index n = request.data.values.cols();
    if (file.empty()) return {n};
    const latent::Csv csv = latent::read_csv(file);
    std::vector<Index> lengths;
    double sum = 0;
    for (Index i = 0; i < csv.values.cols(); ++i) {
        const double length = csv.values(0, i);
        latent::detail::require(csv.values.rows() == 1 && length >= 1 && length == std::floor(length),
                                file.string(), ":", i + (csv.names.empty() ? 1 : 2),
                                ": expected one length, a whole number of at least 1");
        lengths.push_back(static_cast<Index>(std::min(length, static_cast<double>(n) + 1)));  // else no Index
        sum += length;
    }
    latent::detail::require(sum == static_cast<double>(n), file.string(), ": the lengths add up to ", sum,
                            ", but ", request.options.data.string(), " has ", n, " observations");
    return lengths;
}

/// The sizes of the columns' alphabets: as given, else for the start to say, else as the data need them.
std::vector<Index> alphabets(const CommandLine& line, const HmmRequest& request) {
    if (line.has("symbols"))
        return std::vector<Index>(static_cast<std::size_t>(request.data.values.rows()),
                                  line.number<Index>("symbols", 0, 1));
    if (!request.options.start.empty()) return {};
    return alphabets_of(request.data.values);
}

constexpr const char* noisy_hmm = "HiddenMarkovModel(MarkovChain, WithNoise(ProductOf(";
constexpr const char* normal_hmm = "HiddenMarkovModel(MarkovChain, Gaussian";

/// Throws std::invalid_argument where the file to load holds none that this program fits.
void require_hmm(const FitOptions& options, const std::string& type) {
    latent::detail::require(type.starts_with(noisy_hmm) || type.starts_with(normal_hmm) ||
                                type.starts_with("HiddenMarkovModel(MarkovChain, ProductOf("),
                            "--load: ", options.load.string(), " holds a ", type,
                            ", which is none that fit_hmm fits");
}

}  // namespace

int main(int argc, char** argv) {
    return run_program("fit_hmm", [&] {
        const CommandLine line(argc, argv,
                               with_fit_options({"emission", "states", "symbols", "lengths", "known-states"}),
                               {"missing", "noise", "predict", "errors"});
        if (line.help()) {
            std::cout << usage << fit_options_help;
            return 0;
        }
        CommandLine::require(line.has("emission") || line.has("load"), "--emission is needed");
        const bool product = line.text("emission").find(':') != std::string::npos;
        std::vector<std::string> known = family_names();
        const std::vector<std::string> structures = structure_names();
        known.insert(known.end(), structures.begin(), structures.end());
        const std::string emission =
            product || line.has("load") ? line.text("emission") : line.choice("emission", known);
        const bool categorical = emission == "categorical";
        CommandLine::require(!line.has("symbols") || categorical, "--symbols is for categorical emissions");

        HmmRequest request;
        request.emission = emission;
        request.options =
            fit_options(line, "states",
                        categorical ? std::vector<std::string>{"values", "random", "kmeans", "kmeans++"}
                                    : std::vector<std::string>{"kmeans", "short-runs", "kmeans++", "ward",
                                                               "quantiles", "random", "values"});
        read_comparison(line, request.options);
        const std::string type = line.has("load") ? latent::saved_type(request.options.load) : "";
        if (line.has("load")) require_hmm(request.options, type);
        request.data = read_data(line, request.options, "known-states", "initial0.csv");
        require_enough(request.options, request.options.components, request.data.values.cols());
        request.lengths = read_lengths(line.text("lengths"), request);
        if (categorical) request.alphabets = alphabets(line, request);
        const bool noise = line.has("load") ? type.starts_with(noisy_hmm) : line.has("noise");
        const bool structure = type.starts_with(normal_hmm) || std::ranges::count(structures, emission) > 0;
        CommandLine::require(!noise || !structure,
                             "--noise goes with gaussian, tied, diagonal and spherical, "
                             "and not with ",
                             emission);
        const HmmAnswer answer = noise       ? fit_beside_noise(request)
                                 : structure ? fit_normals(request)
                                             : fit_product(request);
        const std::string emissions = request.emission + (noise ? " emissions and noise" : " emissions");
        print_report(std::cout, emissions, request, answer);
        if (!request.options.out.empty()) written([&] { write_results(emissions, request, answer); });
        print_saved(std::cout, request.options);
        return exit_status("fit_hmm", answer);
    });
}
