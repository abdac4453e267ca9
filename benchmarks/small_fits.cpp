// Small fits: what one costs, and what many of them do on threads. Of Old Faithful (272 × 2), two components with full
// covariances. Each fit is of other data, drawn with replacement: of the same data again and again, the processor would know
// which way each branch goes. Prints Markdown.
#include <cstdio>
#include <thread>
#include <vector>

#include "latent/core/random.hpp"
#include "latent/data/csv.hpp"
#include "latent/execution/threads.hpp"
#include "latent/model/mixture.hpp"
#include "latent/selection/select.hpp"
#include "latent/start/restarts.hpp"
#include "latent/uncertainty/bootstrap.hpp"
#include "support/timing.hpp"

namespace {

using latent::Index;
using Model = latent::GaussianMixture<>;
using EM = latent::ExpectationMaximization<>;

constexpr int samples = 500, rounds = 9;

std::vector<Eigen::MatrixXd> resampled(const Eigen::MatrixXd& x) {
    latent::Random random(1);
    std::vector<Eigen::MatrixXd> all(samples, x);
    for (Eigen::MatrixXd& sample : all)
        for (Index i = 0; i < x.cols(); ++i) sample.col(i) = x.col(random.below(x.cols()));
    return all;
}

/// Microseconds that fit(sample) takes in the mean over the samples.
template <class Fit>
void print_mean(const char* what, const std::vector<Eigen::MatrixXd>& all, const Fit& fit) {
    const double time = shortest(rounds, [&] {
        for (const Eigen::MatrixXd& sample : all) fit(sample);
    });
    std::printf("| %s | %.2f |\n", what, 1e6 * time / samples);
}

void print_costs(const Model& start, const std::vector<Eigen::MatrixXd>& all) {
    EM once, without_floor;
    once.limits.iterations = without_floor.limits.iterations = 1;
    without_floor.mstep.remedy.relative = 0;
    std::printf("| a fit | µs |\n| --- | --- |\n");
    print_mean("`KMeans`, then EM to convergence", all,
               [&](const auto& x) { latent::fit(Model(2, 2), x, latent::KMeans{.seed = 1}); });
    print_mean("from a start to convergence", all, [&](const auto& x) { latent::fit(start, x); });
    print_mean("one iteration", all, [&](const auto& x) { once.fit(start, x); });
    print_mean("one iteration, no floor of variances", all,
               [&](const auto& x) { without_floor.fit(start, x); });
    print_mean("a log-likelihood", all, [&](const auto& x) { start.score(x); });
}

/// Milliseconds of run(workers) for 1, 2, 4 … workers, and the speed-up by the workers.
template <class Run>
void print_scaling(const char* what, const Run& run) {
    const Index machine = std::max<Index>(1, std::thread::hardware_concurrency());
    double alone = 0;
    std::printf("| %s ", what);
    for (Index workers = 1; workers <= machine; workers *= 2) {
        const double time = shortest(rounds, [&] { run(latent::Threads{workers}); });
        if (workers == 1) {
            alone = time;
            std::printf("| %.2f ", 1e3 * time);
        } else {
            std::printf("| %td: %.2f (%.2f) ", workers, 1e3 * time,
                        alone / time / static_cast<double>(workers));
        }
    }
    std::printf("|\n");
}

void print_threads(const Model& start, const Eigen::MatrixXd& x) {
    std::printf("\n| many fits | ms, one thread | ms on more (share of linear) … |\n| --- | --- | --- |\n");
    print_scaling("`Restarts`, 500 from `KMeans`", [&](const latent::Threads& threads) {
        latent::Restarts<latent::KMeans, EM, latent::Threads>{
            .number = 500, .start = {.seed = 1}, .execution = threads}
            .fit(Model(2, 2), x);
    });
    print_scaling("`Bootstrap`, 1000 fits", [&](const latent::Threads& threads) {
        latent::Bootstrap<latent::ResampleCases, EM, latent::Threads>{.execution = threads}.run(start, x);
    });
    print_scaling("`select`, one to nine components, twenty starts", [&](const latent::Threads& threads) {
        latent::select(x, latent::components(1, 9), latent::structures<latent::Full>(), latent::Starts{20},
                       threads);
    });
}

}  // namespace

int main() {
    const Eigen::MatrixXd x = latent::read_csv(LATENT_DATA "/examples/data/faithful.csv").values;
    const Model start = latent::fit(Model(2, 2), x, latent::KMeans{.seed = 1}).model;
    print_costs(start, resampled(x));
    print_threads(start, x);
}
