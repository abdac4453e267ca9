// How fit_hmm finds its answer.
#pragma once

#include <cmath>
#include <stdexcept>

#include "../support/comparison.hpp"
#include "../support/errors_report.hpp"
#include "../support/fit.hpp"
#include "../support/missing_cells.hpp"
#include "../support/parameter_files.hpp"
#include "../support/program.hpp"
#include "../support/saved_model.hpp"
#include "fit_hmm.hpp"
#include "latent/model/hidden_markov_model.hpp"

namespace fit_hmm_parts {

/// The model of the start parameters, or the shape of a start.
template <class E>
latent::HiddenMarkovModel<E> begin(const HmmRequest& request) {
    if (!request.options.load.empty())
        return latent::load<latent::HiddenMarkovModel<E>>(request.options.load);
    const std::filesystem::path& folder = request.options.start;
    if (folder.empty()) return latent::HiddenMarkovModel<E>(Family<E>::shape(request));
    const latent::Index K = latent::read_csv(folder / "initial0.csv").values.cols();
    const Eigen::VectorXd initial = read_table(folder / "initial0.csv", K, 1).row(0);
    const Eigen::MatrixXd transition = read_table(folder / "transition0.csv", K, K).transpose();
    const E emission = Family<E>::read(request, K);
    try {
        return {initial, transition, emission};
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument("start parameters in " + folder.string() + ": " + error.what());
    }
}

/// The best of several numbers of states; the request's is then that one.
template <class E>
latent::Result<latent::HiddenMarkovModel<E>> best_compared(HmmRequest& request,
                                                           const latent::Sequences<double>& x) {
    const FitOptions options = request.options;
    std::vector<latent::HiddenMarkovModel<E>> shapes;
    for (latent::Index K = options.first_components; K <= options.components; ++K) {
        request.options.components = K;
        shapes.emplace_back(Family<E>::shape(request));
    }
    const auto all = compared_as_chosen(options, shapes, x);
    report_comparison(options, all);
    request.options.components = shapes[all.best_index()].size();
    return all.best();
}

}  // namespace fit_hmm_parts

/// Fits a hidden Markov model of emission E as asked. Where there is a folder of results it writes the emission's
/// parameters there.
template <class E>
HmmAnswer fit_hmm(HmmRequest& request) {
    const FitOptions& options = request.options;
    const latent::HiddenMarkovModel<E> model = fit_hmm_parts::begin<E>(request);
    if (!options.load.empty()) request.emission = Family<E>::name(model.emission());
    require_cells(request.data, model.emission());
    check_data(request, model.emission());
    const latent::Sequences<double> x(request.data.observations(), request.lengths);
    const auto fit = options.comparison ? fit_hmm_parts::best_compared<E>(request, x)
                                        : fit_as_chosen(options, model, x, x.all().cols());
    if (!options.out.empty())
        written([&] {
            std::filesystem::create_directories(options.out);
            Family<E>::write(request, fit.model.emission());
        });
    // Those of the start: a probability that the fit drove to zero was free to be another.
    const auto parameters = static_cast<double>((options.comparison ? fit.model : model).parameters());
    const double n =
        latent::detail::sum_of_weights(x, latent::Sequential{});  // steps of which something is seen
    HmmAnswer answer{.initial = fit.model.initial(),
                     .transition = fit.model.transition(),
                     .table = {},
                     .path = fit.model.predict(x),
                     .posterior = fit.model.predict_proba(x),
                     .forecast = fit.model.forecast_states(x, forecast_steps),
                     .imputed = imputed(fit.model, request.data, x),
                     .log_likelihood = fit.log_likelihood,
                     .aic = 2 * parameters - 2 * fit.log_likelihood,
                     .bic = parameters * std::log(n) - 2 * fit.log_likelihood,
                     .status = fit.status,
                     .iterations = fit.iterations,
                     .seconds = fit.seconds,
                     .trace = fit.trace,
                     .events = fit.events,
                     .flaws = fit.flaws,
                     .explanation = fit.explanation,
                     .errors = errors_as_chosen(options, fit.model, x)};
    Family<E>::describe(request, fit.model.emission(), answer.table);
    save_as_chosen(options, fit.model);
    return answer;
}
