// How often 95 % intervals hold the truth: data are drawn from a model, fitted, and each parameter's interval is looked at, a
// thousand times. Prints a table; Wald's intervals by the observed information and by the sandwich.
#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "latent/latent.hpp"

namespace {

using latent::Index;

constexpr Index fits = 1000;

/// How often an interval held a parameter, by the parameter's name.
struct Covered {
    std::map<std::string, double> held, robust;
    double singular = 0;  // fits with a direction that is not identified: they count as not covered
};
void add(Covered& into, const Covered& from) {
    for (const auto& [name, times] : from.held) into.held[name] += times;
    for (const auto& [name, times] : from.robust) into.robust[name] += times;
    into.singular += from.singular;
}

void look(const latent::StandardErrors& errors, const latent::NaturalParameters& truth,
          std::map<std::string, double>& held) {
    const Eigen::MatrixXd interval = errors.interval();
    for (std::size_t j = 0; j < truth.names.size(); ++j) {
        const auto found = std::ranges::find(errors.estimates.names, truth.names[j]);
        if (found == errors.estimates.names.end()) continue;
        const Index i = found - errors.estimates.names.begin();
        const double value = truth.values(static_cast<Index>(j));
        held[truth.names[j]] += interval(i, 0) <= value && value <= interval(i, 1) ? 1 : 0;
    }
}

/// A line a kind of parameter: the least and the largest share of intervals that held one.
void print(const char* name, const char* method, const std::map<std::string, double>& held) {
    std::map<std::string, std::pair<double, double>> kinds;
    for (const auto& [parameter, times] : held) {
        const double share = 100 * times / static_cast<double>(fits);
        auto& kind = kinds.try_emplace(parameter.substr(0, parameter.find('[')), share, share).first->second;
        kind = {std::min(kind.first, share), std::max(kind.second, share)};
    }
    for (const auto& [kind, range] : kinds)
        std::printf("| %s | %s | %s | %.1f – %.1f %% |\n", name, method, kind.c_str(), range.first,
                    range.second);
}

/// draw(random) makes data of the truth, from which a fit of it begins.
template <class M, class Draw>
void measure(const char* name, const M& truth, const Draw& draw) {
    const latent::NaturalParameters natural = latent::natural_parameters(truth);
    Covered all;
    latent::Threads{}.reduction<Covered, char>()(
        latent::Slices(fits, fits), [](Covered& sum) { sum = {}; },
        [&](Covered& sum, char&, Index i) {
            latent::Random random(1, static_cast<std::uint64_t>(i));
            const auto drawn = draw(random);
            const M model = latent::fit(truth, drawn.data, latent::Squarem{}, latent::Aitken{1e-12}).model;
            const latent::StandardErrors errors = latent::standard_errors(model, drawn.data);
            sum.singular += errors.unidentified.empty() ? 0 : 1;
            look(errors, natural, sum.held);
            look(latent::robust_errors(model, drawn.data), natural, sum.robust);
        },
        all);
    print(name, "information", all.held);
    print(name, "sandwich", all.robust);
    if (all.singular > 0) std::printf("| %s | | not identified | %.0f fits |\n", name, all.singular);
    std::fflush(stdout);
}

/// n observations, or sequences of 50 steps.
template <class M>
void measure_draws(const char* name, const M& truth, Index n) {
    using Pieces = latent::detail::PiecesOf<M>;
    const Eigen::MatrixXd zeros = Eigen::MatrixXd::Zero(truth.dimension(), n);
    if constexpr (latent::ScoresSequences<M>) {
        const std::vector<Index> lengths(static_cast<std::size_t>(n / 50), 50);
        const Pieces shape(zeros, lengths);
        measure(name, truth,
                [&](latent::Random& random) { return latent::Simulate{}(truth, shape, random); });
    } else {
        const Pieces shape(zeros);
        measure(name, truth,
                [&](latent::Random& random) { return latent::Simulate{}(truth, shape, random); });
    }
}

}  // namespace

int main() {
    using Eigen::Vector2d, Eigen::Matrix2d, Eigen::RowVector2d;
    std::puts("| model | errors by | parameters | held in |\n|---|---|---|---|");
    const auto variance = [](double v) { return Eigen::MatrixXd::Constant(1, 1, v); };
    measure_draws(
        "two normal clusters, d = 1, n = 1000",
        latent::GaussianMixture<>(Vector2d(0.4, 0.6),
                                  latent::Gaussian<>(RowVector2d(0, 4), {variance(1), variance(1.5)})),
        1000);
    measure_draws(
        "two normal clusters, d = 2, n = 1000",
        latent::GaussianMixture<>(
            Vector2d(0.4, 0.6), latent::Gaussian<>(Matrix2d{{0, 3}, {0, 3}},
                                                   {Matrix2d{{1, 0.5}, {0.5, 1}}, Matrix2d{{2, 0}, {0, 1}}})),
        1000);
    measure_draws(
        "two Poisson components, n = 1000",
        latent::Mixture<latent::Poisson<>>(Vector2d(0.4, 0.6), latent::Poisson<>(RowVector2d(2, 8))), 1000);
    measure_draws("a hidden Markov model, Poisson, 100 sequences of 50",
                  latent::HMM<latent::Poisson<>>(Vector2d(0.5, 0.5), Matrix2d{{0.9, 0.1}, {0.2, 0.8}},
                                                 latent::Poisson<>(RowVector2d(2, 6))),
                  5000);
}
