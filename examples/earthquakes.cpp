// How many rates of great earthquakes are there? The earthquakes of magnitude 7 and more in each year from 1900 to
// 2006, as Poisson counts whose rate follows a hidden Markov chain: the leading example of Zucchini & MacDonald
// (2009), "Hidden Markov models for time series". Models of 1 to 4 states compete.
#include <algorithm>
#include <iomanip>
#include <iostream>

#include "latent/data/csv.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "support/state_plot.hpp"

using latent::Index;
using Model = latent::HiddenMarkovModel<latent::Poisson<>>;

namespace {

/// Where EM begins: rates that cut the data into K equal parts, and states that are kept nine times out of ten.
/// The chain is stationary: it had been running long before 1900.
Model start(Index K, const Eigen::RowVectorXd& counts) {
    std::vector<double> sorted(counts.begin(), counts.end());
    std::ranges::sort(sorted);
    Eigen::RowVectorXd rates(K);
    for (Index k = 0; k < K; ++k)
        rates(k) = sorted[static_cast<std::size_t>((2 * k + 1) * counts.size() / (2 * K))];

    const double others = K > 1 ? 0.1 / static_cast<double>(K - 1) : 0;
    Eigen::MatrixXd transition = Eigen::MatrixXd::Constant(K, K, others);
    transition.diagonal().setConstant(K > 1 ? 0.9 : 1);
    Model model(Eigen::VectorXd::Constant(K, 1 / static_cast<double>(K)), transition,
                latent::Poisson<>(rates));
    model.chain().set_stationary();
    return model;
}

std::string draw(const std::filesystem::path& picture, const Model& model, const Eigen::RowVectorXd& counts) {
    StatePlot plot{
        .title = "Earthquakes of magnitude 7 and more: " + std::to_string(model.size()) + " hidden rates",
        .time = "year",
        .first = 1900,
        .values = counts,
        .value_names = {"earthquakes in the year"},
        .states = model.predict(counts),
        .shares = {{.probabilities = model.predict_proba(counts)}},
        .levels = model.means()};
    for (Index k = 0; k < model.size(); ++k) {
        std::ostringstream name;
        name << std::fixed << std::setprecision(1) << model.emission().rates()(0, k) << " a year";
        plot.state_names.push_back(name.str());
    }
    return draw_states(picture, plot);
}

}  // namespace

int main(int argc, char** argv) try {
    const Eigen::RowVectorXd counts =
        latent::read_csv(argc > 1 ? argv[1] : "examples/data/earthquakes.csv").values;

    std::vector<latent::Result<Model>> fits;
    for (Index K = 1; K <= 4; ++K) fits.push_back(latent::fit(start(K, counts), counts));

    std::cout
        << "states  parameters  -log-likelihood      AIC      BIC  iterations   rates, earthquakes a year\n"
        << std::fixed;
    for (const auto& fit : fits) {
        std::cout << std::setw(6) << fit.model.size() << std::setw(12) << fit.model.parameters()
                  << std::setprecision(4) << std::setw(17) << -fit.log_likelihood << std::setprecision(1)
                  << std::setw(9) << fit.model.aic(counts) << std::setw(9) << fit.model.bic(counts)
                  << std::setw(12) << fit.iterations << "  " << std::setprecision(4);
        for (const double rate : fit.model.emission().rates().row(0)) std::cout << std::setw(9) << rate;
        std::cout << (fit.converged() ? "\n" : "  (not converged)\n");
    }

    const auto aic = std::ranges::min_element(fits, {}, [&](const auto& f) { return f.model.aic(counts); });
    const auto bic = std::ranges::min_element(fits, {}, [&](const auto& f) { return f.model.bic(counts); });
    const Model& best = bic->model;
    std::cout
        << "\nAIC and BIC weigh the fit against the number of parameters, and smaller is better. AIC prefers "
        << aic->model.size() << " states, BIC " << best.size() << ".\n";
    if (aic == bic)
        std::cout << "Both agree: another state gains less likelihood than its parameters cost.\n";

    std::cout << "\nThe " << best.size() << " states\n\n  state      rate  share of years   years in a row\n";
    for (Index k = 0; k < best.size(); ++k)
        std::cout << std::setw(7) << k << std::setprecision(2) << std::setw(10)
                  << best.emission().rates()(0, k) << std::setw(16) << best.initial()(k) << std::setw(17)
                  << 1 / (1 - best.transition()(k, k)) << '\n';
    std::cout << "\nmost probable states: ";  // as runs
    const std::vector<Index> states = best.predict(counts);
    for (std::size_t from = 0, to = 0; from < states.size(); from = to) {
        while (to < states.size() && states[to] == states[from]) ++to;
        std::cout << (from > 0 ? ", " : "") << 1900 + from;
        if (to - from > 1) std::cout << "–" << 1900 + to - 1;
        std::cout << ": " << states[from];
    }
    std::cout << "\nexpected in 2007: " << best.forecast(counts, 1)(0, 0)
              << "\nplot: " << draw(argc > 2 ? argv[2] : "earthquakes.svg", best, counts) << '\n';
} catch (const std::exception& error) {
    std::cerr << "earthquakes: " << error.what() << '\n';
    return 2;
}
