// How a mixture of normal densities begins, and what is done with it.
#pragma once

#include <utility>

#include "../support/fit.hpp"
#include "../support/known_data.hpp"
#include "../support/mixture_report.hpp"
#include "../support/program.hpp"
#include "../support/saved_model.hpp"

/// The weights, `others` of them of no normal density, and the densities: of the start's folder, or the shape of a start.
template <class Covariance>
std::pair<Eigen::VectorXd, latent::Gaussian<Covariance>> begin_normal(const FitOptions& options,
                                                                      latent::Index d, latent::Index others) {
    if (options.start.empty()) {
        const latent::Index all = options.components + others;
        return {Eigen::VectorXd::Constant(all, 1 / static_cast<double>(all)),
                latent::Gaussian<Covariance>(options.components, d)};
    }
    const latent::Index all = latent::read_csv(options.start / "weights0.csv").values.cols();
    const Eigen::VectorXd weights = read_table(options.start / "weights0.csv", all, 1).row(0);
    return {weights, read_gaussian<Covariance>(options.start, all - others, d)};
}

/// Returns the exit status.
template <class Model>
int fit_and_report(const FitOptions& options, const std::string& shape, const KnownData& data,
                   const Model& model) {
    if (!options.out.empty()) std::filesystem::create_directories(options.out);
    const auto result = fit_as_chosen(options, model, data.observations(), data.values.cols());
    print_report(std::cout, shape, data, result);
    if (!options.out.empty()) written([&] { write_results(options, shape, data, result); });
    save_as_chosen(options, result.model);
    print_saved(std::cout, options);
    return exit_status("fit_mixture", result);
}
