// Files of the parameters of normal densities.
#pragma once

#include <filesystem>
#include <vector>

#include "latent/emission/gaussian.hpp"
#include "parameter_files.hpp"

/// Reads means0.csv (K × d) and covariances0.csv (K·d × d, one below the other, whole matrices).
template <class Covariance>
latent::Gaussian<Covariance> read_gaussian(const ParameterFiles& folder, latent::Index K, latent::Index d) {
    const Eigen::MatrixXd means = read_table(folder / "means0.csv", K, d);
    std::vector<Eigen::MatrixXd> covariances = read_matrices(folder / "covariances0.csv", K, d);
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
void write_gaussian(const ParameterFiles& folder, const Gaussian& gaussian) {
    latent::write_csv(folder / "means.csv", gaussian.means());
    write_matrices(folder / "covariances.csv", gaussian.size(),
                   [&](latent::Index k) { return gaussian.covariance(k); });
}
