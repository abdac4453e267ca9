// How fit_hmm finds its answer.
#pragma once

#include <cmath>
#include <stdexcept>

#include "../support/fit.hpp"
#include "../support/parameter_files.hpp"
#include "../support/program.hpp"
#include "families.hpp"
#include "latent/model/hidden_markov_model.hpp"

namespace fit_hmm_parts {

/// Throws std::invalid_argument, naming the file and the line, on the first observation that the family cannot take.
template <class E>
void check(const HmmRequest& request, const E& emission) {
    using View = latent::Observations<double>;
    const View x(request.data.values);
    try {
        emission.check(x);
    } catch (const std::invalid_argument& error) {
        const auto taken = [&](latent::Index i) {
            try {
                emission.check(x.middle(i, 1));
                return true;
            } catch (const std::invalid_argument&) {
                return false;
            }
        };
        latent::Index i = 0;
        while (i + 1 < x.cols() && taken(i)) ++i;
        throw std::invalid_argument(latent::detail::text(request.options.data.string(), ":",
                                                         i + (request.data.names.empty() ? 1 : 2), ": ",
                                                         error.what()));
    }
}

/// The model of the start parameters, or the shape of a start.
template <class E>
latent::HiddenMarkovModel<E> begin(const HmmRequest& request) {
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

}  // namespace fit_hmm_parts

/// Fits a hidden Markov model of emission E as asked. Where there is a folder of results it writes the emission's
/// parameters there.
template <class E>
HmmAnswer fit_hmm(const HmmRequest& request) {
    const FitOptions& options = request.options;
    const latent::HiddenMarkovModel<E> model = fit_hmm_parts::begin<E>(request);
    fit_hmm_parts::check(request, model.emission());
    const latent::Sequences<double> x(request.data.values, request.lengths);
    const auto fit = fit_as_chosen(options, model, x, x.all().cols());
    if (!options.out.empty())
        written([&] {
            std::filesystem::create_directories(options.out);
            Family<E>::write(options.out, fit.model.emission());
        });
    // Those of the start: a probability that the fit drove to zero was free to be another.
    const auto parameters = static_cast<double>(model.parameters());
    HmmAnswer answer{
        .initial = fit.model.initial(),
        .transition = fit.model.transition(),
        .emission = {},
        .lines = {},
        .levels = {},
        .path = fit.model.predict(x),
        .posterior = fit.model.predict_proba(x),
        .log_likelihood = fit.log_likelihood,
        .aic = 2 * parameters - 2 * fit.log_likelihood,
        .bic = parameters * std::log(static_cast<double>(x.all().cols())) - 2 * fit.log_likelihood,
        .status = fit.status,
        .iterations = fit.iterations,
        .seconds = fit.seconds,
        .trace = fit.trace,
        .events = fit.events,
        .flaws = fit.flaws,
        .explanation = fit.explanation};
    Family<E>::describe(request, fit.model.emission(), answer);
    return answer;
}
