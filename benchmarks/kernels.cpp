// Time of each kernel on one block. The counter `entry` is the time by the number of entries: of n·K for densities and responsibilities, of n·d for
// packing and sums, of steps for chains. Names end in the sizes d/K, d or K.
#include <benchmark/benchmark.h>

#include "latent/kernel/viterbi.hpp"
#include "support/kernel_inputs.hpp"

namespace {

using namespace latent::detail;
using kernel_inputs::Block;
using latent::Index;

/// As long as the library's blocks of d dimensions are.
Index length(Index d) { return d <= 4 ? 1024 : d <= 8 ? 512 : 256; }

void per_entry(benchmark::State& state, Index entries) {
    state.counters["ns"] = benchmark::Counter(1e-9 * static_cast<double>(entries * state.iterations()),
                                              benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

template <class Input>
void density(benchmark::State& state) {
    const Index d = state.range(0), K = state.range(1);
    const Block block(length(d), d);
    const Input input(d, K);
    latent::Panel<double> out;
    for (auto _ : state) {
        log_density(block.panel, input.density, out);
        benchmark::ClobberMemory();
    }
    per_entry(state, block.panel.size() * K);
}
void triangular_log_density(benchmark::State& state) { density<kernel_inputs::Triangular>(state); }
void diagonal_log_density(benchmark::State& state) { density<kernel_inputs::Diagonal>(state); }
BENCHMARK(triangular_log_density)->ArgsProduct({{1, 2, 3, 4, 8, 16, 32, 64, 128}, {8}});
BENCHMARK(diagonal_log_density)->ArgsProduct({{1, 2, 4, 8, 16, 64}, {8}});

/// add(block, weights, count, first, second) of d dimensions.
template <class Add>
void scatter_of(benchmark::State& state, const Add& add) {
    const Index d = state.range(0);
    const Block block(length(d), d);
    const auto weights = kernel_inputs::panel(kernel_inputs::uniform(length(d), 1));
    Eigen::VectorXd centre = Eigen::VectorXd::Zero(d), first = centre;
    Eigen::MatrixXd second = Eigen::MatrixXd::Zero(d, d);
    double count = 0;
    for (auto _ : state) {
        add(block.panel, weights.column(0), centre.data(), count, first.data(), second.data());
        benchmark::ClobberMemory();
    }
    per_entry(state, block.panel.size() * d);
}
void scatter(benchmark::State& state) {
    scatter_of(state, [d = state.range(0)](const auto& x, const double* w, const double* c, double& count,
                                           double* first, double* second) {
        add_scatter(x, w, c, count, first, second, d);
    });
}
void diagonal_scatter(benchmark::State& state) {
    scatter_of(state, [](const auto& x, const double* w, const double* c, double& count, double* first,
                         double* second) { add_scatter_diagonal(x, w, c, count, first, second); });
}
BENCHMARK(scatter)->Arg(1)->Arg(2)->Arg(4)->Arg(8)->Arg(16)->Arg(32)->Arg(64)->Arg(128);
BENCHMARK(diagonal_scatter)->Arg(2)->Arg(16)->Arg(64);

void softmax(benchmark::State& state) {
    const Index K = state.range(0), n = 512;
    const Eigen::MatrixXd densities = 3 * kernel_inputs::normal(n, K);
    const Eigen::VectorXd log_weights = Eigen::VectorXd::Constant(K, -1);
    auto p = kernel_inputs::panel(densities);
    for (auto _ : state)  // responsibilities are as good densities as any
        benchmark::DoNotOptimize(normalize(p, log_weights.data()));
    per_entry(state, n * K);
}
BENCHMARK(softmax)->Arg(1)->Arg(2)->Arg(3)->Arg(8)->Arg(64);

void exponential(benchmark::State& state) {
    const auto x = kernel_inputs::panel(-3 * kernel_inputs::uniform(512, 1));
    for (auto _ : state)
        for (Index i = 0; i < x.size(); i += lanes<double>) {
            Lane<double> e = load(x.column(0) + i);
            exp_of_negative<double>(e);
            benchmark::DoNotOptimize(e);
        }
    per_entry(state, x.size());
}
BENCHMARK(exponential);

void packing(benchmark::State& state) {
    const Index d = state.range(0);
    Block block(length(d), d);
    for (auto _ : state) {
        pack(latent::Observations<double>(block.x), block.panel);
        benchmark::ClobberMemory();
    }
    per_entry(state, block.panel.size() * d);
}
BENCHMARK(packing)->Arg(1)->Arg(2)->Arg(8)->Arg(32);

/// One step of the forward (SumProduct) or the Viterbi pass (MaxSum): a row times the transition matrix.
template <class Algebra>
void product(benchmark::State& state) {
    const Index K = state.range(0);
    PackedTransition<Algebra> packed;
    packed.assign(kernel_inputs::uniform(K, K));
    StateRows rows;
    rows.resize(2, K);
    for (const Index t : {0, 1}) rows.fill(t, [](Index k) { return 1.0 / static_cast<double>(k + 1); });
    packed.with([&](const auto& a) __attribute__((always_inline)) {
        for (auto _ : state) {
            a.forward(rows[0], rows[1]);
            benchmark::ClobberMemory();
        }
        return true;
    });
    per_entry(state, 1);
}
void transition_product(benchmark::State& state) { product<SumProduct>(state); }
void transition_maximum(benchmark::State& state) { product<MaxSum>(state); }
BENCHMARK(transition_product)->Arg(2)->Arg(4)->Arg(8)->Arg(16)->Arg(64)->Arg(256);
BENCHMARK(transition_maximum)->Arg(2)->Arg(4)->Arg(8)->Arg(16)->Arg(64)->Arg(256);

void forward_backward(benchmark::State& state) {
    kernel_inputs::Chain chain(state.range(0), 256);
    for (auto _ : state) benchmark::DoNotOptimize(chain.forward_backward());
    per_entry(state, chain.n);
}
BENCHMARK(forward_backward)->Arg(8)->Arg(16)->Arg(64)->Arg(256);

/// The maxima and the way back.
void viterbi(benchmark::State& state) {
    const Index K = state.range(0), n = 256;
    const Eigen::MatrixXd log_densities = kernel_inputs::normal(K, n);
    PackedTransition<MaxSum> packed;
    packed.assign(kernel_inputs::uniform(K, K).array().log().matrix());
    StateRows densities, best;
    densities.resize(n, K), best.resize(n, K);
    for (Index t = 0; t < n; ++t) densities.fill(t, [&](Index k) { return log_densities(k, t); });
    best.fill(
        0, [&](Index k) { return log_densities(k, 0); }, MaxSum::none);
    packed.with([&](const auto& a) __attribute__((always_inline)) {
        for (auto _ : state) {
            viterbi_steps(a, densities, 0, best, 1, n);
            Index path = 0;
            for (Index t = n - 1; t > 0; --t) path = best_state(K, best[t - 1], packed.column(path));
            benchmark::DoNotOptimize(path);
        }
        return true;
    });
    per_entry(state, n);
}
BENCHMARK(viterbi)->Arg(2)->Arg(4)->Arg(16)->Arg(64);

}  // namespace

BENCHMARK_MAIN();
