// How long a push into the online filter takes: its mean, median and 99.9 % quantile, beside the batch filter's time a step.
// States lie near each other (some deviations), far apart (some hundreds: densities that no double holds), or far apart where
// from a state only the next quarter of them is reached.
//
// A push is timed by itself for the quantiles, what the clock takes subtracted, and all of them together for the mean. Every
// figure is the least of several rounds.
#include <cstdio>
#include <string>
#include <vector>

#include "latent/model/online_filter.hpp"
#include "support/cases.hpp"
#include "support/models.hpp"
#include "support/timing.hpp"

namespace {

using latent::Index;
using Model = latent::HMM<DiagonalGaussian>;

constexpr Index steps = 20'000;
constexpr int rounds = 7;

struct Case {
    const char* name;
    double apart;    ///< that many times as far as states that overlap
    bool forbidden;  ///< from a state only the next K / 4 are reached
};
constexpr Case cases[] = {{"near", 1, false}, {"far apart", 100, false}, {"far apart, zeros", 100, true}};

struct Timing {
    double mean = 1e300, median = 1e300, rare = 1e300;
};

double quantile(std::vector<double>& values, double p) {
    const auto at = values.begin() + static_cast<Index>(p * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

double median_of_clock() {
    std::vector<double> none(10'000);
    for (double& t : none) t = seconds([] {});
    return quantile(none, 0.5);
}

Timing time_pushes(const Model& model, const Eigen::MatrixXd& x, Index lag) {
    latent::OnlineFilter<DiagonalGaussian> filter(model, lag);
    Timing least;
    std::vector<double> each(static_cast<std::size_t>(x.cols()));
    for (int round = 0; round < rounds; ++round) {
        filter.restart();
        const double all = seconds([&] {
            for (Index t = 0; t < x.cols(); ++t) filter.push(x.col(t));
        });
        const double clock = median_of_clock();
        filter.restart();
        for (Index t = 0; t < x.cols(); ++t)
            each[static_cast<std::size_t>(t)] = seconds([&] { filter.push(x.col(t)); }) - clock;
        least.mean = std::min(least.mean, 1e9 * all / static_cast<double>(x.cols()));
        least.median = std::min(least.median, 1e9 * quantile(each, 0.5));
        least.rare = std::min(least.rare, 1e9 * quantile(each, 0.999));
    }
    return least;
}

void report(Index K, const Case& c) {
    const HmmCase shape{.gaussian = true, .K = K, .M = 4, .count = 1, .T = steps};
    latent::Random random(1);
    Parameters truth = hmm_draw::truth(shape, random);
    truth.emission *= c.apart;
    for (Index i = 0; c.forbidden && i < K; ++i)
        for (Index j = 0; j < K; ++j)
            if ((j - i + K) % K > std::max<Index>(K / 4, 1)) truth.transition(i, j) = 0;
    hmm_draw::normalise(shape, truth);
    const Eigen::MatrixXd x = hmm_draw::observations(shape, truth, random);
    const Model model(truth.initial, truth.transition, emission<DiagonalGaussian>(truth));
    const double batch = 1e9 / steps * shortest(rounds, [&] { model.filter(x); });
    for (const Index lag : {0, 10}) {
        const Timing t = time_pushes(model, x, lag);
        std::printf("| %td | %s | %td | %.0f | %.0f | %.0f | %.0f | %.2f |\n", K, c.name, lag, batch, t.mean,
                    t.median, t.rare, t.mean / batch);
        std::fflush(stdout);
    }
}

}  // namespace

int main() {
    std::printf(
        "| states K | they lie | lag | batch filter, ns a step | push, ns: mean | median | 99.9 %% | mean ÷ "
        "batch |\n"
        "|---|---|---|---|---|---|---|---|\n");
    for (const Index K : {4, 16, 64})
        for (const Case& c : cases) report(K, c);
}
