// A regime that ends for good. The yearly flow of the Nile at Aswan from 1871 to 1970 (Cobb 1978, "The problem of the
// Nile") fell about 1898 and never rose again. A chain that cannot return finds the year, and how sure that is; a
// chain that can return, and no change at all, are the alternatives.
#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>

#include "latent/data/csv.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "support/state_plot.hpp"

using latent::Index;
using Levels = latent::Gaussian<latent::Tied>;  // normal about K levels, with the same deviation
using Model = latent::HiddenMarkovModel<Levels>;

namespace {

constexpr Index first_year = 1871;

/// Where EM begins: levels from one deviation above the mean to one below.
Levels levels(Index K, const Eigen::RowVectorXd& flow) {
    const double mean = flow.mean(), variance = (flow.array() - mean).square().mean();
    const double spread = K > 1 ? std::sqrt(variance) : 0;
    return {Eigen::RowVectorXd::LinSpaced(K, mean + spread, mean - spread),
            {Eigen::MatrixXd::Constant(1, 1, variance)}};
}

std::string draw(const std::filesystem::path& picture, const Model& model, const Eigen::RowVectorXd& flow) {
    StatePlot plot{.title = "The Nile at Aswan: two levels, and no return",
                   .time = "year",
                   .first = first_year,
                   .values = flow,
                   .value_names = {"flow, 10⁸ m³ a year"},
                   .states = model.predict(flow),
                   .shares = {{.probabilities = model.predict_proba(flow)}},
                   .levels = model.means()};
    for (Index k = 0; k < model.size(); ++k)
        plot.state_names.push_back((k == 0 ? "before: " : "after: ") +
                                   std::to_string(std::lround(model.means()(0, k))));
    return draw_states(picture, plot);
}

}  // namespace

int main(int argc, char** argv) try {
    const Eigen::RowVectorXd flow = latent::read_csv(argc > 1 ? argv[1] : "examples/data/nile.csv").values;

    const Model none(levels(1, flow));
    const Model final_change(Eigen::Vector2d(1, 0), Eigen::Matrix2d{{0.95, 0.05}, {0, 1}}, levels(2, flow));
    const Model free(Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{0.95, 0.05}, {0.05, 0.95}}, levels(2, flow));

    std::cout << "regimes               parameters  -log-likelihood     AIC     BIC   levels\n" << std::fixed;
    const auto fit = [&](const char* name, const Model& start) {
        const auto result = latent::fit(start, flow);
        const Model& model = result.model;
        std::cout << std::left << std::setw(20) << name << std::right << std::setw(12) << model.parameters()
                  << std::setprecision(2) << std::setw(17) << -result.log_likelihood << std::setprecision(1)
                  << std::setw(8) << model.aic(flow) << std::setw(8) << model.bic(flow);
        for (const double level : model.means().row(0)) std::cout << std::setw(9) << level;
        std::cout << (result.converged() ? "\n" : "  (not converged)\n");
        return model;
    };
    const Model one = fit("one", none), two = fit("two, no return", final_change),
                returning = fit("two, may return", free);
    std::cout
        << "\nBIC (smaller is better) is lowest with "
        << (two.bic(flow) < std::min(one.bic(flow), returning.bic(flow))
                ? "two regimes and no return: the change is real, and a way back explains nothing more.\n"
                : "another model than that of two regimes and no return.\n");
    std::cout
        << "Transitions of the chain that cannot return (the zero was given, and stayed exactly zero):\n"
        << std::setprecision(4) << two.transition() << "\nand of the one that can:\n"
        << returning.transition() << "\n\n";

    // Where there is no return, the probability of having changed grows from year to year: by that of changing then.
    const Eigen::RowVectorXd changed = two.predict_proba(flow).row(1);
    std::cout << "first year of the new regime\n";
    Index likeliest = 1;
    const auto change = [&](Index t) { return changed(t) - changed(t - 1); };
    for (Index t = 1; t < flow.size(); ++t) {
        if (change(t) > change(likeliest)) likeliest = t;
        if (change(t) > 0.01)
            std::cout << std::setw(8) << first_year + t << "  probability " << std::setprecision(3)
                      << change(t) << '\n';
    }
    std::cout << "most probable: " << first_year + likeliest
              << "\nplot: " << draw(argc > 2 ? argv[2] : "regimes.svg", two, flow) << '\n';
} catch (const std::exception& error) {
    std::cerr << "regimes: " << error.what() << '\n';
    return 2;
}
