// Fits a Gaussian mixture to a file of comma-separated numbers: a program of the command line.
#include <iostream>

#include "latent/latent.hpp"
#include "support/fit.hpp"
#include "support/mixture_report.hpp"
#include "support/program.hpp"

using latent::Index;

namespace {

constexpr const char* usage =
    "Usage: fit_mixture X.csv --components K [options]\n"
    "Fits a Gaussian mixture to X.csv: one observation a line, comma separated, a header line first or "
    "none.\n\n"
    "  --components K     number of components (needed unless --start is given)\n"
    "  --covariance C     full (default), tied, diagonal or spherical\n"
    "  --start DIR        start parameters: weights0.csv (k × 1), means0.csv (k × d), covariances0.csv (k·d "
    "× d)\n"
    "  --init I           or start from kmeans (default), kmeans++ or random responsibilities,\n";

/// The start parameters of the folder, or the shape of a start.
template <class Covariance>
latent::GaussianMixture<Covariance> begin(const FitOptions& options, Index d) {
    if (options.start.empty()) return latent::GaussianMixture<Covariance>(options.components, d);
    const Index K = latent::read_csv(options.start / "weights0.csv").values.cols();
    const Eigen::VectorXd weights = read_table(options.start / "weights0.csv", K, 1).row(0);
    return {weights, read_gaussian<Covariance>(options.start, K, d)};
}

/// Returns the exit status.
template <class Covariance>
int run(const FitOptions& options, const std::string& covariance, const latent::Csv& data) {
    if (!options.out.empty()) std::filesystem::create_directories(options.out);
    const std::string shape = covariance + " covariance";
    const Index d = data.values.rows(), n = data.values.cols();
    require_enough(options, options.components, n);  // before a shape takes the memory of so many
    const auto result = fit_as_chosen(options, begin<Covariance>(options, d), data.values, n);
    print_report(std::cout, shape, data, result);
    if (!options.out.empty()) written([&] { write_results(options, shape, data, result); });
    return exit_status("fit_mixture", result);
}

}  // namespace

int main(int argc, char** argv) {
    return run_program("fit_mixture", [&] {
        const CommandLine line(argc, argv, with_fit_options({"components", "covariance"}));
        if (line.help()) {
            std::cout << usage << fit_options_help;
            return 0;
        }
        const FitOptions options = fit_options(line, "components", {"kmeans", "kmeans++", "random"});
        const std::string covariance = line.choice("covariance", {"full", "tied", "diagonal", "spherical"});
        const latent::Csv data = latent::read_csv(options.data);
        if (covariance == "tied") return run<latent::Tied>(options, covariance, data);
        if (covariance == "diagonal") return run<latent::Diagonal>(options, covariance, data);
        if (covariance == "spherical") return run<latent::Spherical>(options, covariance, data);
        return run<latent::Full>(options, covariance, data);
    });
}
