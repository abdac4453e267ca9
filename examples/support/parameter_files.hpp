// Files of parameters: a line a component, without a header.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/core/types.hpp"
#include "latent/data/csv.hpp"

/// A folder of such files, whose names may begin with that of a block: "block1.means.csv".
struct ParameterFiles {
    // NOLINTNEXTLINE(google-explicit-constructor): a folder is all of it as a rule
    ParameterFiles(std::filesystem::path where, std::string first = "")
        : folder(std::move(where)), prefix(std::move(first)) {}
    std::filesystem::path operator/(const std::string& name) const { return folder / (prefix + name); }

    std::filesystem::path folder;
    std::string prefix;
};

/// Reads a table of so many lines and cells a line: a column a line. Throws as read_csv does, and
/// std::invalid_argument, naming the file, for a table of another shape.
inline Eigen::MatrixXd read_table(const std::filesystem::path& file, latent::Index lines,
                                  latent::Index cells) {
    Eigen::MatrixXd values = latent::read_csv(file).values;
    latent::detail::require(values.cols() == lines && values.rows() == cells, file.string(), ": ",
                            values.cols(), " × ", values.rows(), ", expected ", lines, " × ", cells);
    return values;
}

/// Writes a value a line.
template <class Values>
void write_lines(const std::filesystem::path& file, const Values& values) {
    Eigen::MatrixXd row(1, std::ssize(values));
    std::copy(values.begin(), values.end(), row.data());
    latent::write_csv(file, row);
}

/// Reads K matrices, d × d, one below the other.
inline std::vector<Eigen::MatrixXd> read_matrices(const std::filesystem::path& file, latent::Index K,
                                                  latent::Index d) {
    const Eigen::MatrixXd stacked = read_table(file, K * d, d);
    std::vector<Eigen::MatrixXd> all;
    for (latent::Index k = 0; k < K; ++k) all.emplace_back(stacked.middleCols(k * d, d).transpose());
    return all;
}

/// Writes the matrices of(0) … of(K − 1) one below the other.
template <class Of>
void write_matrices(const std::filesystem::path& file, latent::Index K, const Of& of) {
    std::vector<double> cells;
    latent::Index d = 0;
    for (latent::Index k = 0; k < K; ++k) {
        const Eigen::MatrixXd matrix = of(k).transpose();
        d = matrix.rows();
        cells.insert(cells.end(), matrix.data(), matrix.data() + matrix.size());
    }
    latent::write_csv(file, Eigen::Map<const Eigen::MatrixXd>(cells.data(), d, K * d));
}
