// Files of parameters: a line a component, without a header.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <filesystem>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/core/types.hpp"
#include "latent/data/csv.hpp"
#include "latent/emission/gaussian.hpp"

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

/// Reads means0.csv (K × d) and covariances0.csv (K·d × d, one below the other, whole matrices).
template <class Covariance>
latent::Gaussian<Covariance> read_gaussian(const std::filesystem::path& folder, latent::Index K,
                                           latent::Index d) {
    const Eigen::MatrixXd means = read_table(folder / "means0.csv", K, d),
                          stacked = read_table(folder / "covariances0.csv", K * d, d);
    std::vector<Eigen::MatrixXd> covariances;
    for (latent::Index k = 0; k < K; ++k) covariances.emplace_back(stacked.middleCols(k * d, d).transpose());
    if (Covariance::shared) {
        for (const Eigen::MatrixXd& covariance : covariances)
            latent::detail::require(
                covariance == covariances.front(), (folder / "covariances0.csv").string(),
                ": the covariances differ, but a tied covariance is one for all components");
        covariances.resize(1);
    }
    return {means, covariances};
}

/// Writes means.csv and covariances.csv: the files that read_gaussian reads, but for the 0.
template <class Gaussian>
void write_gaussian(const std::filesystem::path& folder, const Gaussian& gaussian) {
    const latent::Index d = gaussian.dimension();
    Eigen::MatrixXd covariances(d, gaussian.size() * d);
    for (latent::Index k = 0; k < gaussian.size(); ++k)
        covariances.middleCols(k * d, d) = gaussian.covariance(k).transpose();
    latent::write_csv(folder / "means.csv", gaussian.means());
    latent::write_csv(folder / "covariances.csv", covariances);
}
