// The folder formats of a Gaussian mixture: the parameters a fit starts from, and what it found.
#pragma once

#include <Eigen/Core>
#include <filesystem>
#include <string>
#include <vector>

#include "component.hpp"
#include "latent/core/checks.hpp"
#include "latent/core/types.hpp"
#include "latent/data/csv.hpp"

/// Reads weights0.csv (k × 1), means0.csv (k × d) and covariances0.csv (k·d × d, one below the other, whole
/// matrices). Throws as read_csv does, and std::invalid_argument for shapes that do not fit one another or d.
inline std::vector<Component> read_components(const std::filesystem::path& folder, latent::Index d) {
    const auto read = [&](const char* name, latent::Index lines, latent::Index cells) {
        const Eigen::MatrixXd values = latent::read_csv(folder / name).values;
        latent::detail::require(values.cols() == lines && values.rows() == cells, (folder / name).string(),
                                ": ", values.cols(), " × ", values.rows(), ", expected ", lines, " × ",
                                cells);
        return values;
    };
    const latent::Index k = latent::read_csv(folder / "weights0.csv").values.cols();
    const Eigen::MatrixXd weights = read("weights0.csv", k, 1), means = read("means0.csv", k, d),
                          covariances = read("covariances0.csv", k * d, d);
    std::vector<Component> all;
    for (latent::Index i = 0; i < k; ++i)
        all.push_back({weights(0, i), means.col(i), covariances.middleCols(i * d, d).transpose()});
    return all;
}

/// Writes weights.csv, means.csv and covariances.csv: the files that read_components reads, but for the 0.
inline void write_components(const std::filesystem::path& folder, const std::vector<Component>& components) {
    const auto k = static_cast<latent::Index>(components.size()), d = components.front().mean.size();
    Eigen::MatrixXd weights(1, k), means(d, k), covariances(d, k * d);
    for (latent::Index i = 0; i < k; ++i) {
        const Component& component = components[static_cast<std::size_t>(i)];
        weights(0, i) = component.weight;
        means.col(i) = component.mean;
        covariances.middleCols(i * d, d) = component.covariance.transpose();
    }
    latent::write_csv(folder / "weights.csv", weights);
    latent::write_csv(folder / "means.csv", means);
    latent::write_csv(folder / "covariances.csv", covariances);
}
