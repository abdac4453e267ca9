// A model as a table for people to read: std::cout << model.
#pragma once

#include <algorithm>
#include <functional>
#include <iomanip>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "latent/chain/stationary_distribution.hpp"
#include "latent/core/concepts.hpp"
#include "latent/core/saved.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"

namespace latent {

namespace detail {

/// The emission's numbers, a column of the table a kind: d × K each.
struct SummaryColumn {
    std::string name;
    Eigen::MatrixXd values;
};

/// "mean" of "means": a column holds one of each.
inline std::string singular(std::string name) {
    if (name.ends_with("ies")) return name.substr(0, name.size() - 3) + "y";
    if (name.ends_with("s")) name.pop_back();
    return name;
}

/// The tables of numbers, a column a component, that a Savable emission names, and the deviations of one with covariances.
template <class E>
std::vector<SummaryColumn> summary_columns(const E& emission) {
    std::vector<SummaryColumn> columns;
    if constexpr (Savable<E>) {
        const auto add = [&](const auto& part) {
            using Value = std::remove_cvref_t<decltype(std::invoke(part.member, emission))>;
            if constexpr (std::is_same_v<Value, Eigen::MatrixXd>)
                if (part.as == SavedAs::columns)
                    columns.push_back({singular(part.name), std::invoke(part.member, emission)});
        };
        std::apply([&](const auto&... part) { (add(part), ...); }, E::saved());
    }
    if constexpr (WithCovariances<E>) {
        Eigen::MatrixXd deviations(emission.dimension(), emission.size());
        for (Index k = 0; k < emission.size(); ++k)
            deviations.col(k) = emission.covariance(k).diagonal().array().sqrt();
        columns.push_back({"deviation", deviations});
    }
    return columns;
}

/// The lines of component k: its own cells, and a line a row of the columns.
inline void write_component(std::ostream& out, const std::string& own, Index k,
                            const std::vector<SummaryColumn>& columns) {
    Index lines = 1;
    for (const SummaryColumn& column : columns) lines = std::max(lines, column.values.rows());
    for (Index j = 0; j < lines; ++j) {
        out << (j == 0 ? own : std::string(own.size(), ' '));
        if (!columns.empty()) out << std::setw(12) << j;
        for (const SummaryColumn& column : columns) {
            out << std::setw(14);
            if (j < column.values.rows())
                out << column.values(j, k);
            else
                out << "";
        }
        out << '\n';
    }
}

inline std::string cell(double value, int width) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(4) << std::setw(width) << value;
    return out.str();
}

/// One table: a line a component and row of the columns. `own` are the components' cells under `head`.
inline void write_summary(std::ostream& out, const std::string& head, const std::vector<std::string>& own,
                          const std::vector<SummaryColumn>& columns) {
    std::ostringstream table;
    table << std::setprecision(6) << head;
    if (!columns.empty()) table << std::setw(12) << "dimension";
    for (const SummaryColumn& column : columns) table << std::setw(14) << column.name;
    table << '\n';
    for (std::size_t k = 0; k < own.size(); ++k)
        write_component(table, own[k], static_cast<Index>(k), columns);
    out << table.str();
}

/// "2 components of 1 dimension, 5 parameters, Gaussian full"
template <class M>
std::string summary_title(const M& model, const char* noun) {
    using E = std::remove_cvref_t<decltype(model.emission())>;
    const auto counted = [](Index n, const char* what) { return text(n, " ", what, n == 1 ? "" : "s"); };
    std::string title = counted(model.size(), noun) + " of " + counted(model.dimension(), "dimension") +
                        ", " + counted(model.parameters(), "parameter");
    if constexpr (requires {
                      { E::type_name() } -> std::convertible_to<std::string>;
                  })
        title += ", " + E::type_name();
    return title + "\n";
}

}  // namespace detail

/// A line a component and dimension: weight, and the parameters that the emission names (Savable) or its deviations.
template <class E>
std::ostream& operator<<(std::ostream& out, const Mixture<E>& model) {
    if (model.size() == 0) return out << "an empty model\n";
    std::vector<std::string> own;
    for (Index k = 0; k < model.size(); ++k)
        own.push_back(detail::text("        ", k).substr(std::to_string(k).size() - 1) +
                      detail::cell(model.weights()(k), 10));
    out << detail::summary_title(model, "component");
    detail::write_summary(out, "component    weight", own, detail::summary_columns(model.emission()));
    return out;
}

/// The same of states, with initial and stationary probabilities; then the transition matrix, a row a state that is left.
template <class E>
std::ostream& operator<<(std::ostream& out, const HiddenMarkovModel<E>& model) {
    if (model.size() == 0) return out << "an empty model\n";
    const Eigen::VectorXd stationary = stationary_distribution(model.transition());
    std::vector<std::string> own;
    for (Index k = 0; k < model.size(); ++k)
        own.push_back(detail::text("    ", k).substr(std::to_string(k).size() - 1) +
                      detail::cell(model.initial()(k), 10) + detail::cell(stationary(k), 12));
    out << detail::summary_title(model, "state");
    detail::write_summary(out, "state   initial  stationary", own, detail::summary_columns(model.emission()));
    std::string rows = "transition\n";
    for (Index i = 0; i < model.size(); ++i) {
        for (Index j = 0; j < model.size(); ++j) rows += detail::cell(model.transition()(i, j), 10);
        rows += '\n';
    }
    return out << rows;
}

}  // namespace latent
