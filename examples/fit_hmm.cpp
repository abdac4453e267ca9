// Fits a hidden Markov model to a file of comma-separated numbers: a program of the command line.
#include "fit_hmm/fit_hmm.hpp"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <iterator>

#include "fit_hmm/report.hpp"
#include "support/program.hpp"

using latent::Index;

namespace {

constexpr const char* usage =
    "Usage: fit_hmm X.csv --emission E --states K [options]\n"
    "Fits a hidden Markov model to X.csv: one observation a line, in the order of time, comma separated, a "
    "header\nline first or none.\n\n"
    "  --emission E       gaussian, tied, diagonal or spherical (normal, with such covariances), student_t,\n"
    "                     von_mises, exponential, gamma, poisson, negative_binomial, multinomial, bernoulli "
    "or\n"
    "                     categorical\n"
    "  --states K         number of states (needed unless --start is given)\n"
    "  --symbols M        size of the alphabets of categorical data (default: as the start parameters say, "
    "else\n"
    "                     the largest symbol of each column + 1)\n"
    "  --lengths FILE     lengths of the sequences in X.csv, one a line (default: it is one sequence)\n"
    "  --start DIR        start parameters: initial0.csv (K lines), transition0.csv (K × K) and the "
    "emission's,\n"
    "                     as --out writes them but for the 0 in their names\n"
    "  --init I           or start from kmeans, kmeans++, random responsibilities or random values (each "
    "value\n"
    "                     that occurs gets its own; default: kmeans, for categorical data values),\n";

std::vector<NamedFit> emissions() {
    std::vector<NamedFit> all;
    for (const auto& some : {normal_families(), families_of_numbers(), families_of_counts()})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

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

/// The sizes of the columns' alphabets: as given, else for the start to say, else one more than the largest symbol.
std::vector<Index> alphabets(const CommandLine& line, const HmmRequest& request) {
    std::vector<Index> sizes(static_cast<std::size_t>(request.data.values.rows()),
                             line.number<Index>("symbols", 0, 1));
    if (line.has("symbols")) return sizes;
    if (!request.options.start.empty()) return {};
    for (std::size_t j = 0; j < sizes.size(); ++j) {
        const double largest = std::max(0.0, request.data.values.row(static_cast<Index>(j)).maxCoeff());
        CommandLine::require(largest < 1e6, "--symbols is needed: the largest symbol is ", largest);
        sizes[j] = 1 + static_cast<Index>(largest);
    }
    return sizes;
}

}  // namespace

int main(int argc, char** argv) {
    return run_program("fit_hmm", [&] {
        const CommandLine line(argc, argv, with_fit_options({"emission", "states", "symbols", "lengths"}));
        if (line.help()) {
            std::cout << usage << fit_options_help;
            return 0;
        }
        const std::vector<NamedFit> all = emissions();
        std::vector<std::string> names;
        std::ranges::transform(all, std::back_inserter(names), &NamedFit::name);
        CommandLine::require(line.has("emission"), "--emission is needed");
        const std::string emission = line.choice("emission", names);
        const bool categorical = emission == "categorical";
        CommandLine::require(!line.has("symbols") || categorical, "--symbols is for categorical emissions");

        HmmRequest request;
        request.options =
            fit_options(line, "states",
                        categorical ? std::vector<std::string>{"values", "random", "kmeans", "kmeans++"}
                                    : std::vector<std::string>{"kmeans", "kmeans++", "random", "values"});
        request.data = latent::read_csv(request.options.data);
        require_enough(request.options, request.options.components, request.data.values.cols());
        request.lengths = read_lengths(line.text("lengths"), request);
        if (categorical) request.alphabets = alphabets(line, request);
        const HmmAnswer answer = std::ranges::find(all, emission, &NamedFit::name)->fit(request);
        print_report(std::cout, emission, request, answer);
        if (!request.options.out.empty()) written([&] { write_results(emission, request, answer); });
        return exit_status("fit_hmm", answer);
    });
}
