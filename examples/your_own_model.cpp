// A model of your own: what EM must know about it, and every policy it then works with.
//
// Two coins of unknown bias; in each round one of them is picked blindly and tossed ten times. Seen are the
// numbers of heads, hidden is which coin it was (Do & Batzoglou 2008, "What is the expectation maximization
// algorithm?").
#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "latent/acceleration/squarem.hpp"
#include "latent/check/check_model.hpp"
#include "latent/estep/annealed.hpp"
#include "latent/estep/hard.hpp"
#include "latent/estep/stochastic.hpp"
#include "latent/fit.hpp"
#include "support/plot.hpp"

using Pair = std::array<double, 2>;  // a number for each coin

struct Coins {
    Pair bias;  // probability of heads

    using Unit = int;        // heads in a round of ten
    using Posterior = Pair;  // probability of each coin
    struct Statistics {
        Pair heads{}, tails{};
        static constexpr auto fields() { return std::tuple{&Statistics::heads, &Statistics::tails}; }
    };
    static double log_p(double bias, double heads, double tails) {
        return heads * std::log(bias) + tails * std::log1p(-bias);
    }
    // The E-step: p(coin | heads), flattened where beta < 1, and log p(heads).
    double infer(int heads, Pair& q, double beta = 1) const {
        for (auto k : {0u, 1u}) q[k] = std::exp(beta * (std::log(0.5) + log_p(bias[k], heads, 10 - heads)));
        const double total = q[0] + q[1];
        q = {q[0] / total, q[1] / total};
        return std::log(total) / beta;
    }
    // The M-step: of each coin's tosses, the share of heads.
    Statistics zero_statistics() const { return {}; }
    void accumulate(int heads, const Pair& q, Statistics& s) const {
        for (auto k : {0u, 1u}) s.heads[k] += q[k] * heads, s.tails[k] += q[k] * (10 - heads);
    }
    void maximize(const Statistics& s) {
        for (auto k : {0u, 1u})
            if (s.heads[k] + s.tails[k] > 0) bias[k] = s.heads[k] / (s.heads[k] + s.tails[k]);
    }
    double expected_log_joint(const Statistics& s) const {
        return log_p(bias[0], s.heads[0], s.tails[0]) + log_p(bias[1], s.heads[1], s.tails[1]);
    }
};

// That is all EM needs. Each of these admits one more policy: the likelier coin (hard), a coin drawn at
// random (stochastic), and coordinates in which every vector is a model (accelerations).
struct RefinedCoins : Coins {
    double decode(int heads, Pair& q) const {
        const double log_p = infer(heads, q), likelier = std::max(q[0], q[1]);
        q = q[0] < q[1] ? Pair{0, 1} : Pair{1, 0};
        return log_p + std::log(likelier);
    }
    double sample(int heads, latent::Random& random, Pair& q) const {
        const double log_p = infer(heads, q);
        q = random.uniform() < q[0] ? Pair{1, 0} : Pair{0, 1};
        return log_p;
    }
    std::vector<double> to_vector() const {
        return {std::log(bias[0] / (1 - bias[0])), std::log(bias[1] / (1 - bias[1]))};
    }
    void from_vector(std::span<const double> v) {
        bias = {1 / (1 + std::exp(-v[0])), 1 / (1 + std::exp(-v[1]))};
    }
};

using Way = std::vector<Pair>;
using Ways = std::vector<std::pair<std::string, Way>>;

/// The models after 0, 1, 2, … iterations.
template <class... Policies>
Way way(const RefinedCoins& start, const std::vector<int>& heads, const Policies&... policies) {
    Way all;
    for (int iterations = 0; iterations <= 40; ++iterations)
        all.push_back(
            latent::fit(start, heads, policies..., latent::Limits{.iterations = iterations}).model.bias);
    return all;
}

/// The log-likelihood of every two coins, and the ways that fits went over it.
std::string draw(const std::filesystem::path& picture, const std::vector<int>& heads, const Ways& ways) {
    Gnuplot plot(picture, 500);
    plot << "$surface << EOD\n";
    for (double a = 0.3; a < 0.9; a += 0.01, plot << '\n')
        for (double b = 0.3; b < 0.9; b += 0.01) {
            double log_p = 0;
            Pair q;
            for (const int round : heads) log_p += Coins{{a, b}}.infer(round, q);
            plot << a << ' ' << b << ' ' << log_p << '\n';
        }
    plot << "EOD\nset contour base\nunset surface\nset cntrparam levels discrete -31.6, -31.8, -32.2, -33, "
            "-34.6, -37.8\n"
         << "set table $contours\nsplot $surface\nunset table\n";
    for (const auto& [name, biases] : ways) {
        plot << "$" << name << " << EOD\n";
        for (const Pair& bias : biases) plot << bias[0] << ' ' << bias[1] << '\n';
        plot << "EOD\n";
    }
    set_titles(plot,
               {"Five rounds of ten tosses of one of two coins", "p(heads), coin A", "p(heads), coin B"});
    plot << "set offsets 0, 0, 0, 0\nset size ratio -1\nset xrange [0.35:0.85]\nset yrange [0.35:0.85]\n"
         << "plot $contours with lines linewidth 1 linecolor rgb '#aaaaaa' title 'log-likelihood'";
    std::size_t k = 0;
    for (const auto& [name, biases] : ways)
        plot << ", \\\n  $" << name
             << " with linespoints pointtype 7 pointsize 0.6 linewidth 2 linecolor rgb " << colour(k++)
             << " title '" << name << "'";
    plot << ", \\\n  '+' using (0.8):(0.52) every ::::0 with points pointtype 2 pointsize 1.2 linewidth 3 "
            "linecolor rgb '#222222' title 'published'\n";
    return plot.draw();
}

int main(int argc, char** argv) {
    using namespace latent;
    const std::vector<int> heads{5, 9, 8, 4, 7};
    const RefinedCoins start{{0.6, 0.5}};
    std::cout << check_model(start, heads) << "\n\n";  // what EM takes for granted, asked of the coins
    const auto report = [](const char* name, const auto& fit) {
        std::cout << std::left << std::setw(12) << name << std::right << std::fixed << std::setprecision(6)
                  << std::setw(10) << fit.model.bias[0] << std::setw(10) << fit.model.bias[1] << std::setw(13)
                  << fit.log_likelihood << std::setw(6) << fit.evaluations << "  " << fit.status << '\n';
    };
    std::cout << "              coin A    coin B  log-likelih.  E-steps\n";
    report("soft", fit(start, heads));
    report("hard", fit(start, heads, Hard{}));
    report("stochastic", fit(start, heads, Stochastic{}, Limits{.iterations = 100}));
    report("annealed", fit(start, heads, Annealed{}));
    report("squarem", fit(start, heads, Squarem{}));
    const Ways ways{{"soft", way(start, heads)},
                    {"hard", way(start, heads, Hard{})},
                    {"annealed", way(start, heads, Annealed{})},
                    {"squarem", way(start, heads, Squarem{})}};
    std::cout << "plot: " << draw(argc > 1 ? argv[1] : "your_own_model.svg", heads, ways) << '\n';
}
