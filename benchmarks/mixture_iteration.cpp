// Time of an EM iteration of Gaussian mixtures through the generic driver.
//
// Counters, all of the shortest iteration: `dgemm` is the share of the machine's matrix product, measured in the same run, that the
// iteration's 2·n·K·d² operations make (full covariances); `prototype` is the speed as a share of the
// kernels' prototype, both scaled by that matrix product.
#include <benchmark/benchmark.h>

#include "support/cases.hpp"
#include "support/dgemm.hpp"

namespace {

double gflops = 0;

/// Keeps the shortest iteration, in seconds.
struct Watch {
    double* shortest;

    template <class Model>
    void operator()(const latent::Progress& p, const Model&) const {
        if (p.iteration > 0) *shortest = std::min(*shortest, p.step_seconds);
    }
};

template <class Covariance>
void iteration(benchmark::State& state, const Case& c, latent::Index workers) {
    const Problem<latent::GaussianMixture<Covariance>> problem(c);
    double best = 1e300;
    for (auto _ : state) {
        double shortest = 1e300;
        const latent::ExpectationMaximization<latent::Batch<>, latent::MaximumLikelihood<>, latent::Threads,
                                              latent::Plain, latent::Aitken, Watch>
            em{{}, {}, {.workers = workers}, {}, {.tolerance = 0}, {.iterations = 5}, {&shortest}};
        benchmark::DoNotOptimize(em.fit(problem.start, problem.x));
        state.SetIterationTime(shortest);
        best = std::min(best, shortest);
    }
    const auto operations = static_cast<double>(c.n * c.K * c.d * c.d);
    state.counters["shortest_ms"] = 1e3 * best;
    state.counters["prototype"] = 1e-3 * c.prototype * 100 / gflops / best;
    if (c.full) state.counters["dgemm"] = 2e-9 * operations / best / gflops;
}

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    gflops = dgemm();
    std::printf("dgemm: %.1f GFLOP/s on one thread\n", gflops);
    for (const latent::Index workers : {1, 2})
        for (const Case& c : cases) {
            const std::string name = c.name() + (workers == 1 ? ", 1 thread" : ", 2 threads");
            auto* const run = c.full ? iteration<latent::Full> : iteration<latent::Diagonal>;
            benchmark::RegisterBenchmark(name.c_str(), run, c, workers)
                ->UseManualTime()
                ->Unit(benchmark::kMillisecond)
                ->MinTime(0.2);
        }
    benchmark::RunSpecifiedBenchmarks();
}
