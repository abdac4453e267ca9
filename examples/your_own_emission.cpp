// An emission of your own: one density of one observation, in scalar code, and what is then fitted with it.
//
// A machine makes good parts until it makes a faulty one, and starts to count again. How many good parts there are between
// two faults is geometric. Some machines are worn, and it does not stand on them which: a mixture. One machine that
// is watched goes from good days to bad ones and back: a hidden Markov model.
#include <cmath>
#include <iomanip>
#include <iostream>
#include <tuple>
#include <vector>

#include "latent/emission/family.hpp"
#include "latent/execution/threads.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"
#include "latent/start/k_means.hpp"
#include "support/plot.hpp"

// p(x) = p (1 − p)^x, x = 0, 1, 2, …: x good parts, then a faulty one.
// clang-format off
struct Geometric {
    struct Statistics { double count = 0, sum = 0;
        static constexpr auto fields() { return std::tuple{&Statistics::count, &Statistics::sum}; } };
    double p = 0.5;
    double log_density(double x) const { return std::log(p) + (x > 0 ? x * std::log1p(-p) : 0); }
    void accumulate(double x, double weight, Statistics& s) const { s.count += weight, s.sum += weight * x; }
    void maximize(const Statistics& s) { p = s.count / (s.count + s.sum); }
    double expected_log_density(const Statistics& s) const { return s.count * log_density(s.sum / s.count); }
    double sample(latent::Random& random) const { return std::floor(std::log1p(-random.uniform()) / std::log1p(-p)); }
};
// clang-format on

// That is all. A family of K of them is an emission like those of the library.
using Emission = latent::Family<Geometric>;

namespace {

void print(const char* what, double truth, double fitted) {
    std::cout << "  " << std::left << std::setw(34) << what << std::right << std::setw(8) << truth
              << std::setw(10) << fitted << '\n';
}

/// The component in which faults are rare.
latent::Index in_order(const Emission& emission) {
    return emission.component(0).p < emission.component(1).p ? 0 : 1;
}

void print_faults(const Emission& truth, const Emission& fitted) {
    const latent::Index k = in_order(fitted);
    print("faulty parts, in order", truth.component(0).p, fitted.component(k).p);
    print("faulty parts, worn", truth.component(1).p, fitted.component(1 - k).p);
}

/// How many of the readings are 0, 1, 2, …, and how many the model expects. On a logarithmic axis a geometric density is a
/// line, and a mixture of two is a bent one.
std::string draw(const std::filesystem::path& picture, const Eigen::MatrixXd& readings,
                 const latent::Mixture<Emission>& model) {
    const latent::Index most = 100, k = in_order(model.emission());
    Gnuplot plot(picture, 450);
    set_titles(plot, {"10 000 machines, some of them worn", "good parts between two faults", "machines"});
    plot << "$machines << EOD\n";  // x, how many, expected: in order, worn
    for (latent::Index x = 0; x <= most; ++x) {
        const auto parts = static_cast<double>(x);
        plot << x << ' ' << (readings.array() == parts).count();
        for (const latent::Index each : {k, 1 - k})
            plot << ' '
                 << static_cast<double>(readings.size()) * model.weights()(each) *
                        std::exp(model.emission().component(each).log_density(parts));
        plot << '\n';
    }
    plot << "EOD\nset logscale y\nset xrange [0:" << most
         << "]\nset yrange [0.8:2000]\nset offsets 0, 0, 0, 0\n"
         << "plot $machines using 1:($2 > 0 ? $2 : NaN) with points pointtype 7 pointsize 0.4 linecolor rgb "
            "'#999999' title "
            "'readings', \\\n  $machines using 1:3 with lines linewidth 2.5 linecolor rgb "
         << colour(0)
         << " title 'in order', \\\n  $machines using 1:4 with lines linewidth 2.5 linecolor rgb "
         << colour(1)
         << " title 'worn', \\\n  $machines using 1:($3 + $4) with lines linewidth 2.5 dashtype (8, 5) "
            "linecolor rgb "
            "'#333333' title 'mixture'\n";
    return plot.draw();
}

}  // namespace

int main(int argc, char** argv) {
    std::cout << std::fixed << std::setprecision(3);
    const Emission faults(std::vector{Geometric{0.02}, Geometric{0.25}});
    latent::Random random(1);

    // One reading of each of 10 000 machines.
    const latent::Mixture<Emission> factory(Eigen::Vector2d(0.7, 0.3), faults);
    const Eigen::MatrixXd readings = factory.sample(10'000, random);
    const auto mixture = latent::fit(latent::Mixture<Emission>(2), readings, latent::KMeans{.seed = 1});
    std::cout << "10 000 machines, some of them worn       truth    fitted\n";
    print("share in order", 0.7, mixture.model.weights()(in_order(mixture.model.emission())));
    print_faults(faults, mixture.model.emission());
    std::cout << mixture
              << "\nplot: " << draw(argc > 1 ? argv[1] : "your_own_emission.svg", readings, mixture.model)
              << "\n\n";

    // 10 000 readings of one machine, which wears out and is mended. Whatever works with the emissions of the library
    // works with this one: here two threads share the work.
    const latent::HMM<Emission> machine(Eigen::Vector2d(1, 0), Eigen::Matrix2d{{0.98, 0.02}, {0.05, 0.95}},
                                        faults);
    const auto watched = machine.sample(10'000, random);
    const latent::HMM<Emission> start =
        latent::KMeans{.seed = 1}(latent::HMM<Emission>(2), latent::Sequences<double>(watched.x));
    const latent::ExpectationMaximization<latent::Batch<>, latent::MaximumLikelihood<>, latent::Threads> em{
        .execution = {.workers = 2}};
    const auto hmm = em.fit(start, watched.x);
    const latent::Index k = in_order(hmm.model.emission());
    std::cout << "One machine, which wears out               truth    fitted\n";
    print("stays in order", 0.98, hmm.model.transition()(k, k));
    print("stays worn", 0.95, hmm.model.transition()(1 - k, 1 - k));
    print_faults(faults, hmm.model.emission());
    std::cout << hmm << '\n';

    const auto states = hmm.model.viterbi(watched.x).states;
    double right = 0;
    for (std::size_t t = 0; t < states.size(); ++t)
        right += (states[t] == k) == (watched.states[t] == 0) ? 1 : 0;
    std::cout << "When it was worn is told rightly for " << std::setprecision(1)
              << 100 * right / static_cast<double>(states.size()) << " % of the readings.\n";
}
