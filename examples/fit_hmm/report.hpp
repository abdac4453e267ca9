// What a fit of a hidden Markov model has to say: on the terminal, in files, and as a picture.
#pragma once

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include "../support/errors_report.hpp"
#include "../support/fit_report.hpp"
#include "../support/parameter_files.hpp"
#include "../support/state_plot.hpp"
#include "../support/table.hpp"
#include "fit_hmm.hpp"
#include "latent/chain/markov_chain.hpp"

namespace fit_hmm_parts {

inline std::size_t longest(const std::vector<std::string>& names) {
    std::size_t width = 9;
    for (const std::string& name : names) width = std::max(width, name.size());
    return width;
}

/// "0.2500     0.3333         12.0": where state k begins, how much of the time it takes, and how long it lasts.
inline void print_state(std::ostream& out, const HmmAnswer& answer, const Eigen::VectorXd& stationary,
                        latent::Index k) {
    out << std::setw(5) << k << std::fixed << std::setprecision(4) << std::setw(10) << answer.initial(k)
        << std::setw(12);
    if (std::isnan(stationary(k)))
        out << "–";
    else
        out << stationary(k);
    const double stay = 1 / (1 - answer.transition(k, k));
    out << std::setw(12);
    if (std::isfinite(stay))
        out << std::setprecision(2) << stay;
    else
        out << "for ever";
    out << std::defaultfloat;
}

/// A line a state and dimension, or, where those are many, states first and then a line a dimension.
inline void print_states(std::ostream& out, const HmmAnswer& answer) {
    const Eigen::VectorXd stationary = latent::stationary_distribution(answer.transition);
    const bool many = answer.table.lines.size() > 6 && answer.table.columns.size() == 1;
    const int width = static_cast<int>(longest(answer.table.lines));
    const auto line = [&](std::size_t j) -> std::ostream& {
        return out << "   " << std::left << std::setw(width) << answer.table.lines[j] << std::right;
    };
    out << "state   initial  stationary  steps long";
    if (!many) {
        out << "   " << std::left << std::setw(width) << "dimension" << std::right;
        for (const Column& column : answer.table.columns) out << std::setw(14) << column.name;
    }
    out << '\n';
    for (latent::Index k = 0; k < answer.initial.size(); ++k) {
        print_state(out, answer, stationary, k);
        for (std::size_t j = 0; !many && j < answer.table.lines.size(); ++j) {
            if (j > 0) out << std::string(39, ' ');
            line(j);
            for (const Column& column : answer.table.columns)
                out << parameter_cell(column.values(static_cast<latent::Index>(j), k));
            out << '\n';
        }
        if (many) out << '\n';
    }
    if (!many) return;
    out << '\n' << "   " << std::left << std::setw(width) << answer.table.columns[0].name << std::right;
    for (latent::Index k = 0; k < answer.initial.size(); ++k)
        out << std::setw(14) << "state " + std::to_string(k);
    out << '\n';
    for (std::size_t j = 0; j < answer.table.lines.size(); ++j) {
        line(j);
        for (const double value : answer.table.columns[0].values.row(static_cast<latent::Index>(j)))
            out << parameter_cell(value);
        out << '\n';
    }
}

inline void print_transition(std::ostream& out, const Eigen::MatrixXd& transition) {
    out << "\ntransition";
    for (latent::Index j = 0; j < transition.cols(); ++j) out << std::setw(10) << "to " + std::to_string(j);
    out << '\n' << std::fixed << std::setprecision(4);
    for (latent::Index i = 0; i < transition.rows(); ++i) {
        out << std::left << std::setw(10) << "from " + std::to_string(i) << std::right;
        for (const double p : transition.row(i)) out << std::setw(10) << p;
        out << '\n';
    }
    out << std::defaultfloat;
}

/// Draws plot.svg into the folder of results and says so: of many observations the first, of many dimensions too.
inline std::string draw(const std::string& emissions, const HmmRequest& request, const HmmAnswer& answer) {
    const latent::Index d = request.data.values.rows(), n = request.data.values.cols();
    const latent::Index rows = std::min<latent::Index>(d, 3), steps = std::min<latent::Index>(n, 2000);
    StatePlot plot;
    plot.title = request.options.data.filename().string() + ": " + counted(answer.initial.size(), "state") +
                 ", " + emissions;
    if (rows < d) plot.title += ", " + std::to_string(rows) + " of " + std::to_string(d) + " dimensions";
    if (steps < n) plot.title += ", first " + std::to_string(steps) + " of " + std::to_string(n) + " steps";
    plot.values = request.data.values.topLeftCorner(rows, steps);
    plot.value_names = dimension_names(request.data.names, d);
    plot.states.assign(answer.path.begin(), answer.path.begin() + steps);
    plot.shares = {{.probabilities = answer.posterior.leftCols(steps)}};
    plot.connected = answer.table.levels.size() > 0;
    if (plot.connected) plot.levels = answer.table.levels.topRows(rows);
    for (latent::Index k = 0; k < answer.initial.size(); ++k)
        plot.state_names.push_back("state " + std::to_string(k) + " (" +
                                   std::to_string(std::lround(100 * answer.posterior.row(k).mean())) + " %)");
    latent::Index beginning = 0;
    for (const latent::Index length : request.lengths)
        if ((beginning += length) < steps) plot.beginnings.push_back(beginning);
    return draw_states(request.options.out / "plot.svg", plot);
}

}  // namespace fit_hmm_parts

/// The tables of states and transitions, how well they fit, and how the fit ended.
inline void print_report(std::ostream& out, const std::string& emissions, const HmmRequest& request,
                         const HmmAnswer& answer) {
    out << request.data.described() << " in " << counted(std::ssize(request.lengths), "sequence") << ", "
        << counted(answer.initial.size(), "state") << ", " << emissions << "\n\n";
    fit_hmm_parts::print_states(out, answer);
    fit_hmm_parts::print_transition(out, answer.transition);
    print_ending(out, answer, answer.aic, answer.bic);
    print_errors(out, answer.errors);
}

/// Writes what the emission did not: the chain, log-likelihoods, states, their probabilities, what was missing and a plot.
inline void write_results(const std::string& emissions, const HmmRequest& request, const HmmAnswer& answer) {
    const std::filesystem::path& folder = request.options.out;
    write_lines(folder / "initial.csv", answer.initial);
    latent::write_csv(folder / "transition.csv", answer.transition.transpose());
    write_lines(folder / "loglik.csv", answer.trace);
    write_lines(folder / "viterbi.csv", answer.path);
    latent::write_csv(folder / "posterior.csv", answer.posterior);
    latent::write_csv(folder / "forecast.csv", answer.forecast);
    write_errors(folder, answer.errors);
    if (request.data.missing) latent::write_csv(folder / "imputed.csv", answer.imputed, request.data.names);
    std::cout << "results         " << folder.string() << "\nplot            "
              << fit_hmm_parts::draw(emissions, request, answer) << '\n';
}
