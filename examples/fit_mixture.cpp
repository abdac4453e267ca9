// Fits a mixture, Gaussian as a rule, to a file of comma-separated numbers: a program of the command line.
#include "fit_mixture/fit_mixture.hpp"

#include <iostream>

#include "support/normals.hpp"
#include "support/program.hpp"

namespace {

constexpr const char* usage =
    "Usage: fit_mixture X.csv --components K [options]\n"
    "Fits a mixture, Gaussian as a rule, to X.csv: one observation a line, comma separated, a header\n"
    "line first or none.\n\n"
    "  --components K     number of components (needed unless --start or --start-labels is given), or "
    "several to be\n"
    "                     compared: 1-9\n"
    "  --covariance C     full (default), tied, diagonal or spherical, or a structure of model-based\n"
    "                     clustering: EII VII EEI VEI EVI VVI EEE VEE EVE VVE EEV VEV EVV VVV, for volume,\n"
    "                     shape and orientation that are Equal, Vary or are those of the axes (I); or "
    "several\n"
    "                     to be compared: all, or a list VEV,VVV\n"
    "  --noise            and a component of constant density over the data's box, for outliers: number K,\n"
    "                     its weight is the last in weights.csv\n"
    "  --emission F:C,…   instead of normal densities a product: C columns of family F (those of fit_hmm\n"
    "                     --emission), and so on, with files block1.shapes.csv and so on; or F alone: all "
    "columns\n"
    "  --missing          cells that are empty, NA, NaN or ? are missing ones; --out gets imputed.csv, too\n"
    "  --labels FILE      known components, a number 0 … K - 1 (K with --noise) a line, -1 where it is "
    "unknown\n"
    "  --label-probabilities FILE  or how probable each component is, K columns (K + 1 with --noise),\n"
    "                     before the values are seen\n"
    "  --start DIR        start parameters: weights0.csv (k × 1), means0.csv (k × d), covariances0.csv (k·d "
    "× d)\n"
    "  --start-labels FILE  or start from these components, a number 0 … K - 1 a line,\n"
    "  --init I           or start from kmeans (default), short-runs (the best of short fits), kmeans++, "
    "ward\n"
    "                     (hierarchical clusters), quantiles (equal shares of the sorted data) or random\n"
    "                     responsibilities,\n";

/// A family over all columns is a product of one.
FamilyRequest family_request(const FitOptions& options, const KnownData& data, std::string emission) {
    if (!emission.empty() && emission.find(':') == std::string::npos)
        emission += ":" + std::to_string(data.values.rows());
    return {options, data, {}, emission, ""};
}

const std::string noisy_mixture = "Mixture(WithNoise(";

/// Of the model in the file, which is of this type; empty where that is one of products.
std::string loaded_covariance(const FitOptions& options, const std::string& type) {
    if (type.starts_with("Mixture(ProductOf(") || type.starts_with(noisy_mixture + "ProductOf(")) return "";
    for (const NamedNormal& normal : named_normals())
        for (const char* beside : {"", "WithNoise("})
            if (type.starts_with(std::string("Mixture(") + beside + normal.saved + ")"))
                return normal.names.front();
    throw std::invalid_argument("--load: " + options.load.string() + " holds a " + type +
                                ", which is none that fit_mixture fits");
}

}  // namespace

int main(int argc, char** argv) {
    return run_program("fit_mixture", [&] {
        const CommandLine line(argc, argv,
                               with_fit_options({"components", "covariance", "emission", "labels",
                                                 "label-probabilities", "start-labels"}),
                               {"missing", "noise", "predict", "errors"});
        if (line.help()) {
            std::cout << usage << fit_options_help;
            return 0;
        }
        FitOptions options = fit_options(line, "components",
                                         {"kmeans", "short-runs", "kmeans++", "ward", "quantiles", "random"});
        const std::string covariances = line.text("covariance", "full");
        options.comparison =
            options.comparison || covariances == "all" || covariances.find(',') != std::string::npos;
        read_comparison(line, options);
        if (options.comparison) {
            CommandLine::require(!line.has("noise") && !line.has("emission"),
                                 "several candidates are compared without --noise and --emission");
            return compare_mixtures(options, covariances, read_data(line, options, "labels", "weights0.csv"));
        }
        const std::string type = options.load.empty() ? "" : latent::saved_type(options.load);
        const std::string covariance = options.load.empty() ? line.choice("covariance", normal_names())
                                                            : loaded_covariance(options, type);
        const bool noise = options.load.empty() ? line.has("noise") : type.starts_with(noisy_mixture);
        const KnownData data = read_data(line, options, "labels", "weights0.csv");
        read_start_labels(line, data.values.cols(), options);
        if (line.has("emission") || covariance.empty()) {
            CommandLine::require(!line.has("covariance"), "--emission excludes --covariance");
            const FamilyRequest request = family_request(options, data, line.text("emission"));
            return noise ? fit_products_beside_noise(request) : fit_products(request);
        }
        if (noise) return fit_beside_noise(options, covariance, data);
        return fit_normals(options, covariance, data);
    });
}
