// The observations of a file, and what its user knows of them besides: which cells are missing, what some of them come from.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "fit_options.hpp"
#include "fit_report.hpp"
#include "latent/data/csv.hpp"
#include "latent/data/known.hpp"
#include "parameter_files.hpp"
#include "saved_model.hpp"

struct KnownData : latent::Csv {
    bool missing = false;  ///< whether NaN is a missing cell; else there is none
    std::vector<latent::Index>
        labels;  ///< known components or states, one a line, −1: unknown; empty: all are
    std::optional<latent::ComponentPrior> prior;

    /// All of it, as fits and queries take it.
    latent::Observations<double> observations() const {
        latent::Observations<double> x(values);
        if (missing) x = latent::with_missing(x);
        if (!labels.empty()) x = latent::labelled(x, labels);
        if (prior) x = latent::with_prior(x, *prior);
        return x;
    }
    /// "3 observations of 2 dimensions, 1 cell missing, 2 labelled"
    std::string described() const {
        std::string text =
            counted(values.cols(), "observation") + " of " + counted(values.rows(), "dimension");
        if (missing) text += ", " + counted(values.array().isNaN().count(), "cell") + " missing";
        if (!labels.empty())
            text += ", " + std::to_string(std::ranges::count_if(labels, [](auto k) { return k >= 0; })) +
                    " labelled";
        return text;
    }
};

namespace known_data {

using latent::Index, latent::detail::require;

/// Reads −1 (unknown) or one of K `noun`, numbers 0 … K − 1, a line. `file` is how messages call it.
inline std::vector<Index> read_labels(const std::filesystem::path& path, const std::string& file, Index K,
                                      const std::string& noun, Index n) {
    const latent::Csv csv = latent::read_csv(path);
    require(csv.values.rows() == 1 && csv.values.cols() == n, file, ": ", csv.values.cols(), " × ",
            csv.values.rows(), ", expected ", n, " × 1, a label an observation");
    std::vector<Index> labels;
    for (const double label : csv.values.row(0)) {
        require(label >= -1 && label < static_cast<double>(K) && label == std::floor(label), file, ":",
                std::ssize(labels) + (csv.names.empty() ? 1 : 2), ": ", label, " is none of the ", K, " ",
                noun, " 0 … ", K - 1, ", nor -1 (unknown)");
        labels.push_back(static_cast<Index>(label));
    }
    return labels;
}

/// Reads K probabilities a line, which add up to one.
inline latent::ComponentPrior read_prior(const std::filesystem::path& path, const std::string& file, Index K,
                                         Index n) {
    const latent::Csv csv = latent::read_csv(path);
    require(csv.values.cols() == n && csv.values.rows() == K, file, ": ", csv.values.cols(), " × ",
            csv.values.rows(), ", expected ", n, " × ", K, ", a line an observation, a column a component");
    for (Index i = 0; i < n; ++i) {
        const std::string line = file + ":" + std::to_string(i + (csv.names.empty() ? 1 : 2));
        require(csv.values.col(i).minCoeff() >= 0, line, ": ", csv.values.col(i).minCoeff(),
                " is no probability");
        require(std::abs(csv.values.col(i).sum() - 1) < 1e-6, line, ": the probabilities add up to ",
                csv.values.col(i).sum(), ", expected 1");
    }
    return latent::ComponentPrior(csv.values);
}

}  // namespace known_data

/// Reads --start-labels, which say how many components there are where nothing else does.
inline void read_start_labels(const CommandLine& line, latent::Index n, FitOptions& options) {
    if (!line.has("start-labels")) return;
    CommandLine::require(!line.has("start"), "--start and --start-labels exclude each other");
    const std::string file = "--start-labels " + line.text("start-labels");
    const latent::Index most = options.components > 0 ? options.components : n;
    options.start_labels = known_data::read_labels(line.text("start-labels"), file, most, options.noun, n);
    const auto [least, largest] = std::ranges::minmax(options.start_labels);
    latent::detail::require(least >= 0, file, ": a label is -1, expected a component for each observation");
    if (options.components == 0) options.components = largest + 1;
}

/// Reads the data as the command line says: with `--missing`, with known components by the option `labels`, or with
/// `--label-probabilities`; with `--noise` the last component is the noise. `start` is the file of start parameters that has a
/// line a component.
inline KnownData read_data(const CommandLine& line, const FitOptions& options, const std::string& labels,
                           const char* start) {
    CommandLine::require(!line.has(labels) || !line.has("label-probabilities"), "--", labels,
                         " and --label-probabilities exclude each other");
    KnownData data{
        latent::read_csv(options.data, {.missing = line.has("missing")}), line.has("missing"), {}, {}};
    for (latent::Index j = 0; j < data.values.rows(); ++j)
        latent::detail::require(!data.values.row(j).array().isNaN().all(), options.data.string(), ": column ",
                                j + 1, " is missing in all lines: leave it out");
    const auto K = [&]() -> latent::Index {
        if (!options.load.empty()) return saved_components(options);
        return options.start.empty() ? options.components + (line.has("noise") ? 1 : 0)
                                     : latent::read_csv(options.start / start).values.cols();
    };
    const auto file = [&](const std::string& option) { return "--" + option + " " + line.text(option); };
    const latent::Index n = data.values.cols();
    if (line.has(labels))
        data.labels = known_data::read_labels(line.text(labels), file(labels), K(), options.noun, n);
    if (line.has("label-probabilities"))
        data.prior =
            known_data::read_prior(line.text("label-probabilities"), file("label-probabilities"), K(), n);
    return data;
}
