// A scan of three discs: tests/data/tomography/discs-strip.
#pragma once

#include <string>

#include "catch.hpp"
#include "latent/data/csv.hpp"
#include "latent/data/sparse_projector.hpp"
#include "latent/model/ray_counts.hpp"

/// Its files, see `case.txt` there.
struct Discs {
    static constexpr latent::Index size = 16, angles = 18, bins = 25;
    latent::SystemMatrix system = matrix();
    Eigen::VectorXd counts = read("counts");

    static Eigen::MatrixXd table(const std::string& what) {
        return latent::read_csv(LATENT_TEST_DATA "/tomography/discs-strip/" + what + ".csv").values;
    }
    /// Row by row.
    static Eigen::VectorXd read(const std::string& what) { return table(what).reshaped(); }
    latent::RayCounts<latent::SparseProjector> data() const { return {system, counts, {.view = bins}}; }

  private:
    static latent::SystemMatrix matrix() {
        latent::SystemMatrix a(angles * bins, size * size);
        std::vector<Eigen::Triplet<double>> entries;
        const Eigen::MatrixXd lines = table("system");
        for (const auto& entry : lines.colwise())
            entries.emplace_back(static_cast<int>(entry(0)), static_cast<int>(entry(1)), entry(2));
        a.setFromTriplets(entries.begin(), entries.end());
        return a;
    }
};
