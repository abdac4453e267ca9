// What a fit of a Gaussian mixture has to say: on the terminal, in files, and as a picture.
#pragma once

#include <iostream>
#include <string>
#include <vector>

#include "fit_options.hpp"
#include "fit_report.hpp"
#include "gaussian_files.hpp"
#include "known_data.hpp"
#include "missing_cells.hpp"
#include "plot.hpp"
#include "table.hpp"

/// The table of components, how well they fit, and how the fit ended. `shape` is "full covariance".
template <class Result>
void print_report(std::ostream& out, const std::string& shape, const KnownData& data, const Result& result) {
    out << data.described() << ", " << counted(latent::detail::components_of(result.model), "component")
        << ", " << shape << "\n\n";
    const auto all = components(result.model);
    print_components(out, all, dimension_names(data.names, data.values.rows()));
    if (result.model.size() > std::ssize(all))
        out << "    noise" << std::fixed << std::setprecision(4) << std::setw(9)
            << result.model.weights()(std::ssize(all)) << std::defaultfloat << "   everywhere alike\n";
    print_ending(out, result, result.model.aic(data.observations()), result.model.bic(data.observations()));
}

/// Draws plot.svg into the folder of results and says so.
inline std::string draw(const FitOptions& options, const std::string& shape, const KnownData& data,
                        const std::vector<Component>& all, const std::vector<latent::Index>& labels) {
    const latent::Index d = data.values.rows();
    const auto names = dimension_names(data.names, d);
    Titles titles{
        options.data.filename().string() + ": " + counted(std::ssize(all), "component") + ", " + shape,
        names[0], d == 1 ? "density" : names[1]};
    if (d > 2) titles.picture += ", 2 of " + std::to_string(d) + " dimensions";
    const auto picture = options.out / "plot.svg";
    return d == 1 ? draw_histogram(picture, titles, data.values.row(0), all)
                  : draw_scatter(picture, titles, data.values, labels, all);
}

/// Writes parameters, log-likelihoods, responsibilities, labels, what was missing and a plot into the folder of results.
template <class Result>
void write_results(const FitOptions& options, const std::string& shape, const KnownData& data,
                   const Result& fit) {
    const auto labels = fit.model.predict(data.observations());
    write_lines(options.out / "weights.csv", fit.model.weights());
    write_gaussian(options.out, normal_part(fit.model.emission()));
    write_lines(options.out / "loglik.csv", fit.trace);
    write_lines(options.out / "labels.csv", labels);
    write_lines(options.out / "scores.csv", fit.model.score_samples(data.observations()));
    latent::write_csv(options.out / "responsibilities.csv", fit.model.predict_proba(data.observations()));
    if (data.missing)
        latent::write_csv(options.out / "imputed.csv", imputed(fit.model, data, data.observations()),
                          data.names);
    std::cout << "results         " << options.out.string() << "\nplot            "
              << draw(options, shape, data, components(fit.model), labels) << '\n';
}
