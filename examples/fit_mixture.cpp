// Fits a Gaussian mixture to a file of comma-separated numbers: a program of the command line.
#include <iostream>

#include "latent/latent.hpp"
#include "support/fit_options.hpp"
#include "support/mixture_files.hpp"
#include "support/mixture_report.hpp"

using latent::Index;

namespace {

constexpr const char* usage =
    "Usage: fit_mixture X.csv --components K [options]\n"
    "Fits a Gaussian mixture to X.csv: one observation a line, comma separated, a header line first or "
    "none.\n\n";

/// The remedy for collapsed components that the user chose.
struct Regularization {
    bool floor = true;
    static constexpr bool monotone = true;

    template <class M>
    void operator()(M& model, latent::Journal& journal) const {
        if (floor)
            latent::VarianceFloor{}(model, journal);
        else
            latent::NoRemedy{}(model, journal);
    }
};

/// The start parameters of the folder.
template <class Covariance>
latent::GaussianMixture<Covariance> read_model(const std::filesystem::path& folder, Index d) {
    const std::vector<Component> components = read_components(folder, d);
    Eigen::VectorXd weights(std::ssize(components));
    Eigen::MatrixXd means(d, weights.size());
    std::vector<Eigen::MatrixXd> covariances;
    for (Index k = 0; k < weights.size(); ++k) {
        const Component& component = components[static_cast<std::size_t>(k)];
        weights[k] = component.weight;
        means.col(k) = component.mean;
        covariances.push_back(component.covariance);
    }
    if (Covariance::shared) {
        for (const Eigen::MatrixXd& covariance : covariances)
            latent::detail::require(
                covariance == covariances.front(), (folder / "covariances0.csv").string(),
                ": the covariances differ, but a tied covariance is one for all components");
        covariances.resize(1);
    }
    return {weights, latent::Gaussian<Covariance>(means, covariances)};
}

void check_size(const FitOptions& options, Index components, Index observations) {
    latent::detail::require(options.components == 0 || options.components == components,
                            "--components: ", options.components, " asked for, but ", options.start.string(),
                            " has ", components);
    latent::detail::require(components <= observations, components, " components cannot be fitted to the ",
                            observations, " observations of ", options.data.string());
}

/// Fits from the start parameters, or from the best of several starts.
template <class Covariance>
auto fit(const FitOptions& options, const Eigen::MatrixXd& x) {
    using EM = latent::ExpectationMaximization<latent::Batch<>, latent::MaximumLikelihood<Regularization>,
                                               latent::Threads, latent::Plain, latent::Aitken,
                                               latent::PrintProgress>;
    const EM em{.mstep = {{options.floor}},
                .execution = {options.threads},
                .convergence = {options.tolerance},
                .limits = {.iterations = options.iterations},
                .observer = {.out = &std::cerr, .every = 2.0}};  // a short run stays silent
    if (!options.start.empty()) {
        const auto start = read_model<Covariance>(options.start, x.rows());
        check_size(options, start.size(), x.cols());
        return em.fit(start, x);
    }
    check_size(options, options.components, x.cols());
    const latent::GaussianMixture<Covariance> shape(options.components, x.rows());
    const auto best = [&](const auto& start) {
        const auto fits =
            latent::Restarts<std::decay_t<decltype(start)>, EM>{options.restarts, start, em}.fit(shape, x);
        if (options.restarts > 1)
            std::cout << "best of " << options.restarts << " starts, " << fits.agreeing()
                      << " of which came within 1e-6 of its log-likelihood\n";
        return fits.best();
    };
    if (options.init == "kmeans++") return best(latent::KMeansPlusPlus{options.seed});
    if (options.init == "random") return best(latent::RandomResponsibilities{options.seed});
    return best(latent::BasicKMeans<latent::Threads>{.seed = options.seed, .execution = {options.threads}});
}

template <class Covariance>
void run(const FitOptions& options, const latent::Csv& data) {
    if (!options.out.empty()) std::filesystem::create_directories(options.out);
    const auto result = fit<Covariance>(options, data.values);
    print_report(std::cout, options, data, result);
    if (!options.out.empty()) write_results(options, data, result);
}

}  // namespace

int main(int argc, char** argv) try {
    const CommandLine line(argc, argv, fit_options_known);
    if (line.help()) {
        std::cout << usage << fit_options_help;
        return 0;
    }
    const FitOptions options = fit_options(line);
    const latent::Csv data = latent::read_csv(options.data);
    if (options.covariance == "full") run<latent::Full>(options, data);
    if (options.covariance == "tied") run<latent::Tied>(options, data);
    if (options.covariance == "diagonal") run<latent::Diagonal>(options, data);
    if (options.covariance == "spherical") run<latent::Spherical>(options, data);
    return 0;
} catch (const std::exception& error) {
    std::cerr << "fit_mixture: " << error.what() << '\n';
    return 2;
}
