// Data larger than memory: a mixture fitted to a file that is read block by block, by batch EM and by one stepwise pass.
//     out_of_core [file.npy]
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <numbers>

#include "latent/latent.hpp"
#include "support/memory.hpp"

using Model = latent::GaussianMixture<latent::Full>;
using latent::Index;

namespace {

/// Six clusters in the plane, on a circle.
Model clusters() {
    Eigen::MatrixXd centres(2, 6);
    for (Index k = 0; k < 6; ++k) {
        const double angle = std::numbers::pi * static_cast<double>(k) / 3;
        centres.col(k) << 4 * std::cos(angle), 4 * std::sin(angle);
    }
    return Model(latent::Gaussian<latent::Full>(
        centres, std::vector<Eigen::MatrixXd>(6, Eigen::Matrix2d{{1, 0.3}, {0.3, 1}})));
}

/// A file of n draws that are never in memory together.
void write_draws(const std::filesystem::path& path, Index n) {
    latent::NpyWriter<> file(path, 2);
    latent::Random random(1);
    const Index piece = 10'000;
    for (Index i = 0; i < n; i += piece) file.append(clusters().sample(std::min(piece, n - i), random));
    file.close();
}

}  // namespace

int main(int argc, char** argv) {
    const std::filesystem::path path = argc > 1 ? argv[1] : "out_of_core.npy";
    const Index n = 2'000'000;
    write_draws(path, n);
    std::cout << std::fixed << path << ": " << n << " observations, "
              << std::filesystem::file_size(path) / 1'000'000 << " MB\n";

    // The start clusters a sample, and then gives every observation of the file to its cluster.
    const latent::NpyFile<> file(path);
    const Model start = latent::KMeans{.seed = 1}(Model(6, 2), file);

    // Batch EM: one pass over the file an iteration.
    const auto batch = latent::fit(start, file, latent::Threads{}, latent::Limits{.iterations = 20});

    // Stepwise EM: an M-step after every 16 blocks, and only one pass.
    const latent::Stepwise<> stepwise{.batch = 16};
    const auto steps = static_cast<int>(start.units(file).size() / stepwise.batch);
    const auto pass =
        latent::fit(start, file, stepwise, latent::Threads{}, latent::Limits{.iterations = steps});

    const auto each = [&](double log_likelihood) { return log_likelihood / static_cast<double>(n); };
    std::cout << std::setprecision(6) << "log-likelihood an observation\n"
              << "  at the start         " << each(start.score(file)) << '\n'
              << "  batch, " << std::setw(2) << batch.iterations << " passes     "
              << each(batch.log_likelihood) << '\n'
              << "  stepwise, one pass   " << each(pass.log_likelihood) << ": "
              << each(batch.log_likelihood - pass.log_likelihood) << " from the batch optimum\n"
              << std::setprecision(1) << "memory at most " << peak_memory() << " MB\n";
    std::filesystem::remove(path);
}
