// Time of what is done with each model through the generic driver: an EM iteration on one and on two threads, for mixtures
// also in float and with covariances that share more, and for hidden Markov models the queries.
//
// Counters: `shortest_ms` is the shortest iteration; `dgemm` the share of the machine's matrix product, measured in
// the same run, that the iteration's operations make (2nKd² of a full mixture, 6TK² of a chain); `prototype` the
// speed as a share of the kernels' prototype, both scaled by that matrix product.
#include "support/models.hpp"

#include <benchmark/benchmark.h>

#include "support/cases.hpp"
#include "support/dgemm.hpp"

namespace {

double gflops = 0;

/// Operations to compare with the matrix product's; 0: none.
double operations(const MixtureCase& c) {
    return c.full ? 2.0 * static_cast<double>(c.n * c.K * c.d * c.d) : 0;
}
double operations(const HmmCase& c) { return 6.0 * static_cast<double>(c.T * c.K * c.K); }

/// The shortest EM iteration from `start`, in seconds.
template <class Model, class Data>
double shortest_iteration(benchmark::State& state, const Model& start, const Data& x, latent::Index workers) {
    double best = 1e300;
    for (auto _ : state) {
        double shortest = 1e300;
        benchmark::DoNotOptimize(timed_em(workers, 5, shortest).fit(start, x));
        state.SetIterationTime(shortest);
        best = std::min(best, shortest);
    }
    state.counters["shortest_ms"] = 1e3 * best;
    return best;
}

template <class Case>
void iteration(benchmark::State& state, const Case& c, latent::Index workers) {
    const double best = with_model(draw(c), [&](const auto& start, const auto& x) {
        return shortest_iteration(state, start, x, workers);
    });
    if (c.prototype > 0) state.counters["prototype"] = 1e-3 * c.prototype * 100 / gflops / best;
    if (operations(c) > 0) state.counters["dgemm"] = 1e-9 * operations(c) / best / gflops;
}

/// The same case in another arithmetic, or with another structure of the covariances.
template <class Covariance, class Scalar>
void variant(benchmark::State& state, const MixtureCase& c) {
    const Problem problem = draw(c);
    using Family = latent::Gaussian<Covariance, Scalar>;
    const std::vector<Eigen::MatrixXd> covariances(Covariance::shared ? 1 : static_cast<std::size_t>(c.K),
                                                   Eigen::MatrixXd::Identity(c.d, c.d));
    const latent::Mixture start(problem.start.initial, Family(problem.start.emission, covariances));
    const latent::MatrixX<Scalar> x = problem.x.cast<Scalar>();
    shortest_iteration(state, start, x, 1);
}

/// ask(model, sequences) of a hidden Markov model.
template <class Ask>
void query(benchmark::State& state, const HmmCase& c, const Ask& ask) {
    const Problem problem = draw(c);
    with_model(problem, [&](const auto& start, const auto& x) {
        if constexpr (requires { start.viterbi(x); })
            for (auto _ : state) benchmark::DoNotOptimize(ask(start, x));
    });
}

template <class Body>
auto* add(const std::string& name, const Body& body) {
    return benchmark::RegisterBenchmark(name.c_str(), body)->Unit(benchmark::kMillisecond)->MinTime(0.2);
}

template <class Cases>
void add_iterations(const Cases& cases) {
    for (const latent::Index workers : {1, 2})
        for (const auto& c : cases)
            add(c.name() + (workers == 1 ? ", 1 thread" : ", 2 threads"), [c,
                                                                           workers](benchmark::State& state) {
                iteration(state, c, workers);
            })->UseManualTime();
}

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    gflops = dgemm();
    std::printf("dgemm: %.1f GFLOP/s on one thread\n", gflops);
    add_iterations(mixture_cases);
    for (const MixtureCase& c : mixture_cases) {
        const auto add_variant = [&](const std::string& name, auto body) {
            add(name + c.name() + ", 1 thread", [c, body](benchmark::State& state) {
                body(state, c);
            })->UseManualTime();
        };
        add_variant("float, ", c.full ? variant<latent::Full, float> : variant<latent::Diagonal, float>);
        add_variant(c.full ? "tied instead of " : "spherical instead of ",
                    c.full ? variant<latent::Tied, double> : variant<latent::Spherical, double>);
    }
    add_iterations(hmm_cases);
    for (const HmmCase& c : hmm_cases) {
        const auto add_query = [&](const char* name, const auto& ask) {
            add(c.name() + ", " + name, [c, ask](benchmark::State& state) { query(state, c, ask); });
        };
        add_query("log-likelihood", [](const auto& model, const auto& x) { return model.score(x); });
        add_query("Viterbi", [](const auto& model, const auto& x) { return model.viterbi(x); });
        add_query("filter", [](const auto& model, const auto& x) { return model.filter(x); });
        add_query("posteriors", [](const auto& model, const auto& x) { return model.predict_proba(x); });
        add_query("log-likelihood of each step",
                  [](const auto& model, const auto& x) { return model.score_samples(x); });
    }
    benchmark::RunSpecifiedBenchmarks();
}
