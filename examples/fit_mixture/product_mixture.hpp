// How fit_mixture fits products of families over columns.
#pragma once

#include <iomanip>
#include <iostream>

#include "../support/errors_report.hpp"
#include "../support/fit.hpp"
#include "../support/fit_report.hpp"
#include "../support/missing_cells.hpp"
#include "../support/products.hpp"
#include "../support/program.hpp"
#include "../support/saved_model.hpp"
#include "../support/table.hpp"
#include "fit_mixture.hpp"
#include "latent/model/mixture.hpp"

namespace product_mixture {

/// The model of the start parameters, or the shape of a start.
template <class E>
latent::Mixture<E> begin(const FamilyRequest& request) {
    if (!request.options.load.empty()) return latent::load<latent::Mixture<E>>(request.options.load);
    const std::filesystem::path& folder = request.options.start;
    if (folder.empty()) return latent::Mixture<E>(Family<E>::shape(request));
    const latent::Index K = latent::read_csv(folder / "weights0.csv").values.cols();
    const Eigen::VectorXd weights = read_table(folder / "weights0.csv", K, 1).row(0);
    return {weights, Family<E>::read(request, K)};
}

/// A line a component and parameter.
inline void print_table(std::ostream& out, const Eigen::VectorXd& weights, const EmissionTable& table) {
    std::size_t width = 9;
    for (const std::string& line : table.lines) width = std::max(width, line.size());
    out << "component   weight   " << std::left << std::setw(static_cast<int>(width)) << "parameter"
        << std::right << "         value\n";
    for (latent::Index k = 0; k < weights.size(); ++k)
        for (std::size_t j = 0; j < table.lines.size(); ++j) {
            if (j == 0)
                out << std::setw(9) << k << std::fixed << std::setprecision(4) << std::setw(9) << weights(k)
                    << std::defaultfloat;
            else
                out << std::string(18, ' ');
            out << "   " << std::left << std::setw(static_cast<int>(width)) << table.lines[j] << std::right
                << parameter_cell(table.columns.front().values(static_cast<latent::Index>(j), k)) << '\n';
        }
}

template <class E>
void write_results(const FamilyRequest& request, const latent::Result<latent::Mixture<E>>& fit) {
    const std::filesystem::path& out = request.options.out;
    write_lines(out / "weights.csv", fit.model.weights());
    Family<E>::write(request, fit.model.emission());
    write_lines(out / "loglik.csv", fit.trace);
    const latent::Observations<double> x = request.data.observations();
    write_lines(out / "labels.csv", fit.model.predict(x));
    write_lines(out / "scores.csv", fit.model.score_samples(x));
    latent::write_csv(out / "responsibilities.csv", fit.model.predict_proba(x));
    if (request.data.missing)
        latent::write_csv(out / "imputed.csv", imputed(fit.model, request.data, x), request.data.names);
    std::cout << "results         " << out.string() << '\n';
}

}  // namespace product_mixture

/// Fits a mixture of such an emission as asked, prints and writes what came of it. Returns the exit status.
template <class E>
int fit_product_mixture(FamilyRequest request, const std::string& beside = "") {
    using namespace product_mixture;

    const FitOptions& options = request.options;
    const latent::Observations<double> x = request.data.observations();
    if (!options.out.empty()) std::filesystem::create_directories(options.out);
    require_enough(options, options.components, x.cols());
    const auto model = begin<E>(request);
    if (!options.load.empty()) request.emission = Family<E>::name(model.emission());
    const std::string emission = request.emission + beside;
    require_cells(request.data, model.emission());
    check_data(request, model.emission());
    const auto fit = fit_as_chosen(options, model, x, x.cols());
    std::cout << request.data.described() << ", " << counted(fit.model.size(), "component") << ", "
              << emission << "\n\n";
    EmissionTable table;
    Family<E>::describe(request, fit.model.emission(), table);
    print_table(std::cout, fit.model.weights(), table);
    print_ending(std::cout, fit, fit.model.aic(x), fit.model.bic(x));
    const auto errors = errors_as_chosen(options, fit.model, x);
    print_errors(std::cout, errors);
    if (!options.out.empty())
        written([&] {
            write_results(request, fit);
            write_errors(options.out, errors);
        });
    save_as_chosen(options, fit.model);
    print_saved(std::cout, options);
    return exit_status("fit_mixture", fit);
}
