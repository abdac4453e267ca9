// How often does one start lead to the best optimum, and how long until one has? KMeans and ShortRuns beside scikit-learn's own
// start (python3-sklearn) on one thread, full covariances, many seeds, each fit to convergence; then starts without chance, and what
// split–merge moves make of a fit. Prints Markdown.
// usage: starts [seeds]
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "latent/start/quantiles.hpp"
#include "latent/start/short_runs.hpp"
#include "latent/start/split_and_merge.hpp"
#include "latent/start/ward.hpp"
#include "support/models.hpp"
#include "support/problem.hpp"
#include "support/scikit_learn.hpp"
#include "support/timing.hpp"

namespace {

using latent::Index;

struct Data {
    const char *name,
        *source;  ///< a file, or a name that scikit_learn_data.py knows; none: drawn, `apart` deviations
    std::vector<Index> components;
    double apart = 0;
    Index outliers = 0;
};
const Data all_data[] = {
    {"Old Faithful", LATENT_DATA "/examples/data/faithful.csv", {2, 3}},
    {"iris", LATENT_DATA "/examples/data/iris.csv", {2, 3, 4, 5}},
    {"acidity", LATENT_DATA "/tests/data/mixtures/acidity-full-2/X.csv", {2, 3}},
    {"diabetes", LATENT_DATA "/tests/data/selection/diabetes.csv", {3}},
    {"thyroid", LATENT_DATA "/tests/data/selection/thyroid.csv", {3}},
    {"wine", "wine", {2, 3}},
    {"breast cancer", "breast_cancer", {2}},
    {"digits, 12 components", "digits", {5, 10}},
    {"drawn, 1 deviation apart", "-", {6}, 1},
    {"drawn, 2 deviations apart", "-", {6}, 2},
    {"drawn, 4 deviations apart", "-", {6}, 4},
    {"drawn, 25 outliers", "-", {7}, 3, 25},
};

/// Six clusters in four dimensions of all shapes and of different sizes, and outliers over a box.
Eigen::MatrixXd drawn(double apart, Index outliers) {
    latent::Random random(7);
    const Index K = 6, d = 4, n = 900;
    Eigen::MatrixXd x(d, n + outliers);
    Eigen::MatrixXd means(d, K), z(d, 1);
    for (double& value : means.reshaped()) value = apart * random.normal();
    std::vector<Eigen::MatrixXd> factors(static_cast<std::size_t>(K), Eigen::MatrixXd::Identity(d, d) / 2);
    for (Eigen::MatrixXd& factor : factors)
        for (double& value : factor.reshaped()) value += 0.6 * random.normal();
    for (Index i = 0; i < n; ++i) {
        const auto k = static_cast<Index>(static_cast<double>(K) * std::sqrt(random.uniform()));
        for (double& value : z.reshaped()) value = random.normal();
        x.col(i) = means.col(k) + factors[static_cast<std::size_t>(k)] * z;
    }
    for (double& value : x.rightCols(outliers).reshaped())
        value = (6 * apart + 6) * (2 * random.uniform() - 1);
    return x;
}

/// What the seeds led to.
struct Fits {
    std::vector<double> log_likelihoods, seconds;
};

using EM = latent::ExpectationMaximization<latent::Batch<>, latent::MaximumLikelihood<>, latent::Sequential>;

EM to_convergence() { return {{}, {}, {}, {}, {.tolerance = 1e-11}, {.iterations = 10000}, {}}; }

/// fit(seed) for each seed.
template <class Fit>
Fits fits_of(int seeds, const Fit& fit) {
    Fits fits;
    for (int seed = 0; seed < seeds; ++seed) {
        double log_likelihood = 0;
        fits.seconds.push_back(seconds([&] {
            const auto one = fit(static_cast<std::uint64_t>(seed));
            log_likelihood = one.sound() ? one.log_likelihood : -std::numeric_limits<double>::infinity();
        }));
        fits.log_likelihoods.push_back(log_likelihood);
    }
    return fits;
}

template <class Start>
auto from(const Eigen::MatrixXd& x, Index K) {
    return [&x, K](std::uint64_t seed) {
        Start start;
        start.seed = seed;
        return to_convergence().fit(start(latent::GaussianMixture<>(K, x.rows()), x), x);
    };
}

/// The same, and split–merge moves from there.
template <class Start>
auto moved_from(const Eigen::MatrixXd& x, Index K) {
    return [&x, K](std::uint64_t seed) {
        return latent::SplitAndMerge<EM>{.em = to_convergence()}.improve(from<Start>(x, K)(seed), x).fit;
    };
}

double largest(const Fits& fits) {
    return *std::max_element(fits.log_likelihoods.begin(), fits.log_likelihoods.end());
}

/// Cells: seeds that reach the best, nats that half of them miss at least, milliseconds until 0.95 probable.
std::string cells(const Fits& fits, double best) {
    std::vector<double> gaps;
    for (const double each : fits.log_likelihoods) gaps.push_back(best - each);
    std::sort(gaps.begin(), gaps.end());
    const auto n = static_cast<double>(gaps.size());
    const double share =
        static_cast<double>(std::count_if(gaps.begin(), gaps.end(), [](double gap) { return gap < 1e-4; })) /
        n;
    double mean = 0;
    for (const double each : fits.seconds) mean += each / n;
    const double until =
        share == 0 ? 0 : mean * std::max(1.0, share < 1 ? std::log(0.05) / std::log1p(-share) : 1.0);
    char text[96];
    if (share > 0)
        std::snprintf(text, sizeof text, "| %.0f | %.2f | %.1f ", share * n,
                      std::max(0.0, gaps[gaps.size() / 2]), 1e3 * until);
    else
        std::snprintf(text, sizeof text, "| 0 | %.2f | – ", gaps[gaps.size() / 2]);
    return text;
}

/// Cells of a start without chance: the nats missed, milliseconds.
std::string cells_of_one(const Fits& fit, double best) {
    char text[64];
    std::snprintf(text, sizeof text, "| %.2f | %.1f ", std::max(0.0, best - fit.log_likelihoods[0]),
                  1e3 * fit.seconds[0]);
    return text;
}

}  // namespace

int main(int argc, char** argv) try {
    const int seeds = argc > 1 ? std::atoi(argv[1]) : 40;
    const auto peer = ScikitLearnStarts::installed();
    if (!peer) return std::cout << "scikit-learn (python3-sklearn) is not installed\n", 0;
    const auto folder =
        std::filesystem::temp_directory_path() / ("latent_starts_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    std::printf(
        "Of %d seeds: how many reach the best known log-likelihood, the median of the nats missed, ms until "
        "one has with "
        "probability 0.95.\n\n| data, n × d, K | best | KMeans | nats | ms | ShortRuns | nats | ms | "
        "scikit-learn | nats | ms "
        "|\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
        seeds);
    std::string without_chance =
        "| data, K | Ward: nats | ms | Quantiles: nats | ms | KMeans, moved | nats | ms | ShortRuns, moved | "
        "nats "
        "| ms |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
    for (const Data& data : all_data)
        for (const Index K : data.components) {
            if (data.apart > 0) {
                const Eigen::MatrixXd x = drawn(data.apart, data.outliers);
                problem_files::write(folder / "x", x);
                std::ofstream(folder / "shape") << x.cols() << ' ' << x.rows();
            }
            const auto [x, log_likelihoods, times] = (*peer)(folder, data.source, K, seeds, "1e-9");
            const Fits theirs{log_likelihoods, times};
            const Fits k_means = fits_of(seeds, from<latent::KMeans>(x, K)),
                       short_runs = fits_of(seeds, from<latent::ShortRuns>(x, K)),
                       moved = fits_of(seeds, moved_from<latent::KMeans>(x, K)),
                       short_moved = fits_of(seeds, moved_from<latent::ShortRuns>(x, K)),
                       ward = fits_of(1, from<latent::Ward>(x, K)),
                       quantiles = fits_of(1, from<latent::Quantiles>(x, K));
            double best = largest(theirs) - 1e-4;
            for (const Fits* fits : {&k_means, &short_runs, &moved, &short_moved, &ward, &quantiles})
                best = std::max(best, largest(*fits));
            without_chance += std::string("| ") + data.name + ", " + std::to_string(K) + " " +
                              cells_of_one(ward, best) + cells_of_one(quantiles, best) + cells(moved, best) +
                              cells(short_moved, best) + "|\n";
            std::printf("| %s, %td × %td, %td | %.3f %s%s%s|\n", data.name, x.cols(), x.rows(), K, best,
                        cells(k_means, best).c_str(), cells(short_runs, best).c_str(),
                        cells(theirs, best).c_str());
            std::fflush(stdout);
        }
    std::cout << '\n' << without_chance;
    std::filesystem::remove_all(folder);
} catch (const std::exception& error) {
    std::cerr << "starts: " << error.what() << '\n';
    return 1;
}
