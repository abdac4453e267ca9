// Several numbers of components, and families, compared: what is chosen, the table, and its picture.
#pragma once

#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "fit.hpp"
#include "gnuplot.hpp"
#include "latent/selection/cross_validation.hpp"
#include "latent/selection/icl.hpp"
#include "latent/selection/selection.hpp"
#include "plot.hpp"
#include "program.hpp"

/// One of the criteria that are no cross-validation.
struct ChosenCriterion {
    std::string name;

    template <class M, class Units, class X>
    double operator()(const latent::Result<M>& fit, const Units& units, const X& execution) const {
        if (name == "ICL") return latent::Icl{}(fit, units, execution);
        const auto p = static_cast<double>(fit.model.parameters());
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

/// A line a family, over the numbers of components; what is not sound is left out, the best has a ring. Says where it is.
template <class Comparison>
std::string draw_comparison(const FitOptions& options, const Comparison& all) {
    Gnuplot plot(options.out / "comparison.svg");
    set_titles(plot, {options.data.filename().string() + ": " + all.criterion, "number of " + options.noun,
                      all.criterion + ", the smaller, the better"});
    const auto names = latent::detail::different(all.table, [](const auto& c) { return c.name; });
    const auto point = [&](const latent::Candidate& c) {
        plot << c.components << ' ' << c.criterion << '\n';
    };
    for (std::size_t f = 0; f < names.size(); ++f) {
        plot << "$family" << f << " << EOD\n";
        for (const latent::Candidate& c : all.table)
            if (c.name == names[f] && c.sound && std::isfinite(c.criterion)) point(c);
        plot << "EOD\n";
    }
    plot << "$best << EOD\n";
    point(all.table[all.best_index()]);
    plot << "EOD\nset xtics 1\nplot ";
    for (std::size_t f = 0; f < names.size(); ++f)
        plot << "$family" << f << " using 1:2 with linespoints linewidth 2 pointsize 0.8 pointtype "
             << (f < 8 ? 7 : 4) << " dashtype " << (f < 8 ? "1" : "(8, 5)") << " linecolor rgb " << colour(f)
             << (names[f].empty() ? " notitle" : " title " + quoted(names[f])) << ", \\\n  ";
    plot << "$best with points pointtype 6 pointsize 2 linewidth 2 linecolor rgb '#222222' title 'best'\n";
    return plot.draw();
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
    std::cout << "comparison      " << draw_comparison(options, all) << "\n\n";
}
