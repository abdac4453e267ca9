// Time of an EM iteration under each of the fourteen covariance structures, beside mclust's (Debian: r-cran-mclust), from the
// same labels on one thread.  usage: structures [n d K]
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "latent/execution/threads.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/start/responsibilities.hpp"
#include "support/models.hpp"
#include "support/peers.hpp"

namespace {

using namespace latent;

struct Clusters {
    Eigen::MatrixXd x;  // d × n
    std::vector<Index> labels;
};

/// Clusters of different volumes, shapes and orientations, a deviation or two apart; a twelfth of the labels is wrong.
Clusters drawn(Index n, Index d, Index K) {
    Random random(1);
    Clusters all{Eigen::MatrixXd(d, n), {}};
    std::vector<Eigen::MatrixXd> factors;
    for (Index k = 0; k < K; ++k) {
        Eigen::MatrixXd factor(d, d);
        for (double& value : factor.reshaped()) value = random.normal() / std::sqrt(static_cast<double>(d));
        factors.emplace_back((1 + 0.2 * static_cast<double>(k)) * factor);
    }
    Eigen::MatrixXd means(d, K);
    for (double& value : means.reshaped()) value = 2 * random.normal();
    for (Index i = 0; i < n; ++i) {
        Eigen::VectorXd z(d);
        for (double& value : z) value = random.normal();
        const Index k = i % K;
        all.x.col(i) = means.col(k) + factors[static_cast<std::size_t>(k)] * z + 0.2 * z;
        all.labels.push_back(i % 12 == 0 ? (k + 1) % K : k);
    }
    return all;
}

/// The shortest iteration, seconds, and the log-likelihood after ten.
template <class Covariance>
std::pair<double, double> measured(const Clusters& data, Index K) {
    double shortest = 1e300;
    const auto start = Labels{data.labels}(GaussianMixture<Covariance>(K, data.x.rows()), data.x);
    const auto fit = timed_em(1, 10, shortest).fit(start, data.x);
    for (int i = 0; i < 2; ++i) timed_em(1, 10, shortest).fit(start, data.x);
    return {shortest, fit.log_likelihood};
}

template <class Covariance>
void compare(const char* name, const Clusters& data, Index K, const std::filesystem::path& folder,
             const std::string& peer) {
    const auto [seconds, log_likelihood] = measured<Covariance>(data, K);
    std::printf("| %s | %.3f |", name, 1e3 * seconds);
    const Figures theirs =
        peer.empty() ? Figures{} : run("", peer + " " + shell_word(folder) + " " + name, 1, folder / "log");
    if (theirs.empty())
        std::printf(" – | – | – |\n");
    else
        std::printf(" %.2f | %.0f | %+.0e |\n", 1e3 * figure(theirs, "iteration"),
                    figure(theirs, "iteration") / seconds,
                    log_likelihood / figure(theirs, "log_likelihood") - 1);
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    const auto size = [&](int i, Index otherwise) { return argc > i ? std::atol(argv[i]) : otherwise; };
    const Index n = size(1, 20000), d = size(2, 8), K = size(3, 5);
    const Clusters data = drawn(n, d, K);
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / "latent_structures";
    std::filesystem::create_directories(folder);
    problem_files::write(folder / "x", data.x);
    problem_files::write(folder / "labels",
                         Eigen::Map<const Eigen::VectorX<Index>>(data.labels.data(), n).cast<double>());
    const Eigen::Vector3d sizes(static_cast<double>(n), static_cast<double>(d), static_cast<double>(K));
    problem_files::write(folder / "sizes", sizes);
    const std::filesystem::path script = std::filesystem::path(LATENT_PEER_SCRIPTS) / "mclust_structures.R";
    const auto interpreter = interpreter_of(script);
    if (!interpreter) std::printf("mclust is not installed (r-cran-mclust)\n");
    const std::string peer = interpreter ? *interpreter + shell_word(script) : "";
    std::printf(
        "%ld x %ld, K = %ld; ms an iteration; the log-likelihoods' relative difference after ten "
        "iterations\n\n"
        "| structure | latent | mclust | ratio | difference |\n| --- | --- | --- | --- | --- |\n",
        static_cast<long>(n), static_cast<long>(d), static_cast<long>(K));
    compare<EII>("EII", data, K, folder, peer);
    compare<VII>("VII", data, K, folder, peer);
    compare<EEI>("EEI", data, K, folder, peer);
    compare<VEI>("VEI", data, K, folder, peer);
    compare<EVI>("EVI", data, K, folder, peer);
    compare<VVI>("VVI", data, K, folder, peer);
    compare<EEE>("EEE", data, K, folder, peer);
    compare<VEE>("VEE", data, K, folder, peer);
    compare<EVE>("EVE", data, K, folder, peer);
    compare<VVE>("VVE", data, K, folder, peer);
    compare<EEV>("EEV", data, K, folder, peer);
    compare<VEV>("VEV", data, K, folder, peer);
    compare<EVV>("EVV", data, K, folder, peer);
    compare<VVV>("VVV", data, K, folder, peer);
}
