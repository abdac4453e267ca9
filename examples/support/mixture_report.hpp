// What a fit of a Gaussian mixture has to say: on the terminal, in files, and as a picture.
#pragma once

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include "fit_options.hpp"
#include "latent/data/csv.hpp"
#include "mixture_files.hpp"
#include "plot.hpp"
#include "table.hpp"

/// "3 components"
inline std::string counted(latent::Index n, const std::string& noun) {
    return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

/// The table of components, how well they fit, and how the fit ended.
template <class Result>
void print_report(std::ostream& out, const FitOptions& options, const latent::Csv& data,
                  const Result& result) {
    out << counted(data.values.cols(), "observation") << " of " << counted(data.values.rows(), "dimension")
        << ", " << counted(result.model.size(), "component") << ", " << options.covariance
        << " covariance\n\n";
    print_components(out, components(result.model), dimension_names(data.names, data.values.rows()));
    out << "\nlog-likelihood  " << std::setprecision(12) << result.log_likelihood << "\nBIC             "
        << result.model.bic(data.values) << "  (smaller is better)\nstatus          " << result.status
        << "\niterations      " << result.iterations << "\ntime            " << std::setprecision(3)
        << result.seconds << " s\n";
    for (const latent::Event& event : result.events) out << "note            " << event << '\n';
}

/// Draws plot.svg into the folder of results and says so.
inline std::string draw(const FitOptions& options, const latent::Csv& data, const std::vector<Component>& all,
                        const std::vector<latent::Index>& labels) {
    const latent::Index d = data.values.rows();
    const auto names = dimension_names(data.names, d);
    const std::string shape =
        counted(std::ssize(all), "component") + ", " + options.covariance + " covariance";
    Titles titles{options.data.filename().string() + ": " + shape, names[0], d == 1 ? "density" : names[1]};
    if (d > 2) titles.picture += ", 2 of " + std::to_string(d) + " dimensions";
    const auto picture = options.out / "plot.svg";
    return d == 1 ? draw_histogram(picture, titles, data.values.row(0), all)
                  : draw_scatter(picture, titles, data.values, labels, all);
}

/// Writes all that FitOptions::out promises.
template <class Result>
void write_results(const FitOptions& options, const latent::Csv& data, const Result& fit) {
    const auto all = components(fit.model);
    const auto labels = fit.model.predict(data.values);
    write_components(options.out, all);
    const auto row = [](const auto& values) {
        Eigen::MatrixXd matrix(1, std::ssize(values));
        std::copy(values.begin(), values.end(), matrix.data());
        return matrix;
    };
    latent::write_csv(options.out / "loglik.csv", row(fit.trace));
    latent::write_csv(options.out / "labels.csv", row(labels));
    latent::write_csv(options.out / "responsibilities.csv", fit.model.predict_proba(data.values));
    std::cout << "results         " << options.out.string() << "\nplot            "
              << draw(options, data, all, labels) << '\n';
}
