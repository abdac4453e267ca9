// Time of an EM iteration of Gaussian mixtures through the generic driver.
//
// Counters: `dgemm` is the share of the machine's matrix product, measured in the same run, that the
// iteration's 2·n·K·d² operations make (full covariances); `prototype` is the speed as a share of the
// kernels' prototype, both scaled by that matrix product.
#include <benchmark/benchmark.h>

#include "support/cases.hpp"
#include "support/dgemm.hpp"

namespace {

double gflops = 0;

template <class Covariance>
void iteration(benchmark::State& state, const Case& c, latent::Index workers) {
    const Problem<latent::GaussianMixture<Covariance>> problem(c);
    const latent::ExpectationMaximization<latent::Batch<>, latent::MaximumLikelihood<>, latent::Threads> em{
        .execution = {.workers = workers}, .convergence = {.tolerance = 0}, .limits = {.iterations = 1}};
    std::vector<double> seconds;
    struct Watch {
        std::vector<double>* seconds;
        void operator()(const latent::Progress& p, const latent::GaussianMixture<Covariance>&) const {
            if (p.iteration > 0) seconds->push_back(p.step_seconds);
        }
    };
    const latent::ExpectationMaximization<latent::Batch<>, latent::MaximumLikelihood<>, latent::Threads,
                                          latent::Plain, latent::Aitken, Watch>
        watched{{}, {}, em.execution, {}, em.convergence, {.iterations = 5}, {&seconds}};
    for (auto _ : state) {
        seconds.clear();
        benchmark::DoNotOptimize(watched.fit(problem.start, problem.x));
        state.SetIterationTime(*std::min_element(seconds.begin(), seconds.end()));
        state.counters["ms"] = std::min(state.counters["ms"].value > 0 ? state.counters["ms"].value : 1e300,
                                        1e3 * *std::min_element(seconds.begin(), seconds.end()));
    }
    const double ms = state.counters["ms"].value;
    const auto operations = static_cast<double>(c.n * c.K * c.d * c.d);
    if (c.full) state.counters["dgemm"] = 2e-6 * operations / ms / gflops;
    state.counters["prototype"] = c.prototype * 100 / gflops / ms;
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
