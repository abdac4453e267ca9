// Several numbers of components, and families, compared: what is chosen, the table, and its picture.
#pragma once

#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "fit.hpp"
#include "latent/selection/cross_validation.hpp"
#include "latent/selection/icl.hpp"
#include "latent/selection/selection.hpp"
#include "program.hpp"
#include "selection_plot.hpp"

/// One of the criteria that are no cross-validation.
struct ChosenCriterion {
    std::string name;

    template <class M, class Units, class X>
    double operator()(const latent::Result<M>& fit, const Units& units, const X& execution) const {
        if (name == "ICL") return latent::Icl{}(fit, units, execution);
        const auto p = static_cast<double>(fit.parameters());
        const double n = latent::detail::sum_of_weights(units, execution), likelihood = fit.log_likelihood;
        if (name == "AIC") return latent::Aic{}(likelihood, p, n);
        if (name == "AICc") return latent::Aicc{}(likelihood, p, n);
        return latent::Bic{}(likelihood, p, n);
    }
};

/// Fits `shapes`, each by its best start, and ranks them by the criterion; candidates are shared out among threads.
template <class Shapes, class Data>
auto compared_as_chosen(const FitOptions& options, const Shapes& shapes, const Data& data) {
    using EM = latent::ExpectationMaximization<>;
    const EM em{.mstep = {{.relative = options.floor ? latent::VarianceFloor{}.relative : 0}},
                .convergence = {options.tolerance},
                .limits = {.iterations = options.iterations}};
    using Fits = latent::Restarts<NamedStart, EM>;
    const Fits fits{options.restarts, {options.seed, options.init}, em};
    const latent::Threads threads{options.threads};
    if (options.criterion == "cv")
        return latent::Selection<latent::CrossValidation, Fits, latent::Threads>{
            {.seed = options.seed}, fits, threads}
            .fit(shapes, data);
    const std::string name = options.criterion == "icl"    ? "ICL"
                             : options.criterion == "aicc" ? "AICc"
                             : options.criterion == "aic"  ? "AIC"
                                                           : "BIC";
    return latent::Selection<ChosenCriterion, Fits, latent::Threads>{{name}, fits, threads}.fit(shapes, data);
}

/// The table on the terminal; where there is a folder of results, as comparison.csv and as a picture there, too.
template <class Comparison>
void report_comparison(const FitOptions& options, const Comparison& all) {
    std::cout << all << "\n\n";
    if (options.out.empty()) return;
    std::filesystem::create_directories(options.out);
    std::ofstream file(options.out / "comparison.csv");
    file.imbue(std::locale::classic());
    file.precision(17);
    file << "family," << options.noun << ",parameters,log_likelihood,criterion,sound,status\n";
    for (const latent::Candidate& c : all.table)
        file << c.name << ',' << c.components << ',' << c.parameters << ',' << c.log_likelihood << ','
             << c.criterion << ',' << (c.sound ? 1 : 0) << ',' << c.status << '\n';
    file.close();
    if (!file) throw NotWritten("cannot write the file " + (options.out / "comparison.csv").string());
    const Titles titles{options.data.filename().string() + ": " + all.criterion, "number of " + options.noun,
                        all.criterion + ", the smaller, the better"};
    std::cout << "comparison      " << draw_selection(options.out / "comparison.svg", titles, all) << "\n\n";
}
