// What is done with a mixture of normal densities.
#pragma once

#include "../support/errors_report.hpp"
#include "../support/fit.hpp"
#include "../support/known_data.hpp"
#include "../support/mixture_report.hpp"
#include "../support/normals.hpp"
#include "../support/program.hpp"
#include "../support/saved_model.hpp"

/// Prints and writes what was found. Returns the exit status.
template <class Model>
int report_fit(const FitOptions& options, const std::string& shape, const KnownData& data,
               const latent::Result<Model>& result) {
    print_report(std::cout, shape, data, result);
    const auto errors = errors_as_chosen(options, result.model, data.observations());
    print_errors(std::cout, errors);
    if (!options.out.empty())
        written([&] {
            write_results(options, shape, data, result);
            write_errors(options.out, errors);
        });
    save_as_chosen(options, result.model);
    print_saved(std::cout, options);
    return exit_status("fit_mixture", result);
}

/// Returns the exit status.
template <class Model>
int fit_and_report(const FitOptions& options, const std::string& shape, const KnownData& data,
                   const Model& model) {
    if (!options.out.empty()) std::filesystem::create_directories(options.out);
    return report_fit(options, shape, data,
                      fit_as_chosen(options, model, data.observations(), data.values.cols()));
}
