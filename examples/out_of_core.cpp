// Data larger than memory: a mixture fitted to a file that is read block by block, by batch EM and by one stepwise pass.
//     out_of_core [picture [file.npy]]
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <map>
#include <numbers>

#include "latent/latent.hpp"
#include "support/memory.hpp"
#include "support/plot.hpp"

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

/// Log-likelihoods of an observation after so many passes over the file.
using Course = std::map<double, double>;

/// How far both are below the best log-likelihood, and, as a measure, how far the truth is.
std::string draw(const std::filesystem::path& picture, const Course& batch, const Course& stepwise,
                 double best, double truth) {
    Gnuplot plot(picture, 450);
    set_titles(plot, {"2 000 000 observations: how much of the file must be read?", "passes over the file",
                      "nats an observation below the best"});
    const auto write = [&](const char* block, const Course& course) {
        plot << block << " << EOD\n";
        for (const auto& [passes, log_likelihood] : course)
            plot << passes << ' ' << best - log_likelihood << '\n';
        plot << "EOD\n";
    };
    write("$batch", batch);
    write("$stepwise", stepwise);
    plot << "set logscale xy\nset format y '10^{%T}'\nset yrange [1e-7:*]\nplot $batch with linespoints "
            "pointtype 7 linewidth 2 linecolor rgb "
         << colour(0)
         << " title 'batch', \\\n  $stepwise with linespoints pointtype 7 linewidth 2 linecolor rgb "
         << colour(1) << " title 'stepwise', \\\n  " << best - truth
         << " with lines linewidth 1.5 dashtype (8, 5) linecolor rgb '#333333' title 'the truth'\n";
    return plot.draw();
}

}  // namespace

int main(int argc, char** argv) {
    const std::filesystem::path path = argc > 2 ? argv[2] : "out_of_core.npy";
    const Index n = 2'000'000;
    write_draws(path, n);
    std::cout << std::fixed << path << ": " << n << " observations, "
              << std::filesystem::file_size(path) / 1'000'000 << " MB\n";

    // The start clusters a sample, and then gives every observation of the file to its cluster.
    const latent::NpyFile<> file(path);
    const Model start = latent::KMeans{.seed = 1}(Model(6, 2), file);

    // Batch EM: one pass over the file an iteration.
    const auto batch = latent::fit(start, file, latent::Threads{}, latent::Limits{.iterations = 20});

    // Stepwise EM: an M-step after every 16 blocks, and only one pass; on the way there it is stopped early.
    const latent::Stepwise<> stepwise{.batch = 16};
    const auto steps = static_cast<int>(start.units(file).size() / stepwise.batch);
    const auto part = [&](int made) {
        return latent::fit(start, file, stepwise, latent::Threads{}, latent::Limits{.iterations = made});
    };
    const auto pass = part(steps);

    const auto each = [&](double log_likelihood) { return log_likelihood / static_cast<double>(n); };
    std::cout << std::setprecision(6) << "log-likelihood an observation\n"
              << "  at the start         " << each(start.score(file)) << '\n'
              << "  batch, " << std::setw(2) << batch.iterations << " passes     "
              << each(batch.log_likelihood) << '\n'
              << "  stepwise, one pass   " << each(pass.log_likelihood) << ": "
              << each(batch.log_likelihood - pass.log_likelihood) << " from the batch optimum\n";
    Course whole, parts{{1, each(pass.log_likelihood)}};
    for (int i = 1; i < batch.iterations; ++i) whole[i] = each(batch.trace[static_cast<std::size_t>(i)]);
    for (int made = 1; made < steps; made *= 2)
        parts[static_cast<double>(made) / steps] = each(part(made).log_likelihood);
    std::cout << "plot: "
              << draw(argc > 1 ? argv[1] : "out_of_core.svg", whole, parts, each(batch.log_likelihood),
                      each(clusters().score(file)))
              << '\n'
              << std::setprecision(1) << "memory at most " << peak_memory() << " MB\n";
    std::filesystem::remove(path);
}
