// EM climbs to the optimum that its start lies under. Nine clusters stand three by three: a start that puts two components into
// one cluster and one into two others seldom mends it, and the less, the farther the groups are from each other. What helps?
// Each way is tried with forty seeds, and counted is how often it reaches the best log-likelihood that any of them found.
//     local_optima [PICTURE [SEEDS]]
#include <algorithm>
#include <cmath>
#include <functional>
#include <iomanip>
#include <iostream>
#include <numbers>
#include <string>
#include <vector>

#include "latent/estep/annealed.hpp"
#include "latent/estep/stochastic.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"
#include "latent/start/k_means.hpp"
#include "latent/start/restarts.hpp"
#include "latent/start/split_and_merge.hpp"
#include "latent/start/ward.hpp"
#include "support/plot.hpp"
#include "support/program.hpp"

using latent::Index;
using Model = latent::GaussianMixture<>;
using Fit = latent::Result<Model>;

namespace {

constexpr Index clusters = 9;

/// Three clusters in each group, as far from its middle as `spread`, which is as far from the centre as `apart`.
Model truth(double apart, double spread) {
    Eigen::MatrixXd centres(2, clusters);
    for (Index k = 0; k < clusters; ++k) {
        const Index group = k / 3, member = k % 3;
        const double to_group = 2 * std::numbers::pi * static_cast<double>(group) / 3;
        const double to_member =
            2 * std::numbers::pi * static_cast<double>(member) / 3 + 0.5 * static_cast<double>(group);
        centres.col(k) << apart * std::cos(to_group) + spread * std::cos(to_member),
            apart * std::sin(to_group) + spread * std::sin(to_member);
    }
    return Model(
        latent::Gaussian<>(centres, std::vector<Eigen::MatrixXd>(clusters, Eigen::Matrix2d::Identity())));
}

/// A way to fit, and what came of it.
struct Way {
    std::string name;
    std::function<Fit(std::uint64_t seed)> fit;
    bool seeded = true;
    std::vector<Fit> fits{};
};

std::vector<Way> ways(const Eigen::MatrixXd& x) {
    using namespace latent;
    const Model shape(clusters, 2);
    const auto begin = [shape, &x](std::uint64_t seed) { return RandomObservations{.seed = seed}(shape, x); };
    return {
        {"random observations", [=, &x](auto seed) { return fit(begin(seed), x); }},
        {"… annealed from β = 0.3",
         [=, &x](auto seed) { return fit(begin(seed), x, Annealed{.beta = 0.3, .rate = 1.05}); }},
        {"… annealed from β = 0.5",
         [=, &x](auto seed) { return fit(begin(seed), x, Annealed{.beta = 0.5, .rate = 1.05}); }},
        {"… 200 stochastic iterations before",
         [=, &x](auto seed) {
             return fit(fit(begin(seed), x, Stochastic{seed}, Limits{.iterations = 200}).model, x);
         }},
        {"… the best of 10 starts",
         [=, &x](auto seed) {
             return Restarts<RandomObservations>{.number = 10, .start = {.seed = 10 * seed}}
                 .fit(shape, x)
                 .best();
         }},
        {"… split and merged", [=, &x](auto seed) { return SplitAndMerge<>{}.fit(begin(seed), x).fit; }},
        {"k-means++", [=, &x](auto seed) { return fit(shape, x, KMeansPlusPlus{.seed = seed}); }},
        {"k-means", [=, &x](auto seed) { return fit(shape, x, KMeans{.seed = seed}); }},
        {"… the best of 10 starts", [=, &x](auto seed) { return restarts(10, shape, x, 10 * seed).best(); }},
        {"hierarchical clusters", [=, &x](auto) { return fit(shape, x, Ward{.scaled = false}); }, false},
    };
}

/// Draws, all ways to fit them, and the best log-likelihood that was found.
struct Case {
    std::string name;
    Eigen::MatrixXd x;
    std::vector<Way> ways;
    double best;

    Case(std::string what, const Model& from, Index n, int seeds) : name(std::move(what)) {
        latent::Random random(1);
        x = from.sample(n, random);
        ways = ::ways(x);
        best = latent::fit(from, x).log_likelihood;  // from the true parameters
        for (Way& way : ways)
            for (int seed = 1; seed <= (way.seeded ? seeds : 1); ++seed) {
                way.fits.push_back(way.fit(static_cast<std::uint64_t>(seed)));
                if (way.fits.back().sound()) best = std::max(best, way.fits.back().log_likelihood);
            }
    }
    /// Other optima are lower by many units.
    bool reached(const Fit& fit) const { return fit.sound() && best - fit.log_likelihood < 0.1; }
};

/// "17 of 40"
std::string share(const Way& way, const std::function<bool(const Fit&)>& what) {
    return std::to_string(std::ranges::count_if(way.fits, what)) + " of " + std::to_string(way.fits.size());
}

void print_table(const Case& c) {
    std::cout << c.x.cols() << " draws from " << clusters << " clusters, " << c.name
              << "; the best log-likelihood is " << std::fixed << std::setprecision(2) << c.best
              << "\nstart                               reach it   lost a component   median below it\n";
    for (const Way& way : c.ways) {
        std::vector<double> below;
        for (const Fit& fit : way.fits) below.push_back(std::max(0.0, c.best - fit.log_likelihood));
        std::ranges::sort(below);
        const auto further_bytes =
            std::ranges::count_if(way.name, [](char byte) { return (byte & 0xC0) == 0x80; });
        std::cout << std::left << std::setw(34 + static_cast<int>(further_bytes)) << way.name << std::right
                  << std::setw(10) << share(way, [&](const Fit& fit) { return c.reached(fit); })
                  << std::setw(19) << share(way, [](const Fit& fit) { return !fit.sound(); })
                  << std::setprecision(1) << std::setw(18) << below[below.size() / 2] << '\n';
    }
    std::cout << '\n';
}

/// The draws, with the components' 2σ ellipses.
void draw_fit(Gnuplot& plot, const std::string& title, const Fit& fit, const Eigen::MatrixXd& x) {
    const auto found = components(fit.model);
    plot << "$points << EOD\n" << x.transpose() << "\nEOD\n";
    for (std::size_t k = 0; k < found.size(); ++k) {
        plot << "$ellipse" << k << " << EOD\n";
        write_ellipse(plot, found[k], 2);
        plot << "EOD\n";
    }
    plot << "set title " << quoted(title)
         << "\nplot $points every 2 with points pointtype 7 pointsize 0.3 linecolor rgb '#999999'";
    for (std::size_t k = 0; k < found.size(); ++k)
        plot << ", \\\n  $ellipse" << k << " with lines linewidth 2 linecolor rgb " << colour(k);
    plot << '\n';
}

/// A row for each way, a dot for each seed: how far below the best log-likelihood it ended.
void draw_gaps(Gnuplot& plot, const Case& c) {
    constexpr double most = 200;  // farther ones stand at the edge
    latent::Random random(1);
    plot << "$gaps << EOD\n";
    double row = 0;
    for (const Way& way : c.ways) {
        for (const Fit& fit : way.fits)
            plot << std::min(c.best - fit.log_likelihood, most) << ' '
                 << row + (way.seeded ? 0.5 * random.uniform() - 0.25 : 0) << ' ' << c.reached(fit) << '\n';
        --row;
    }
    plot << "EOD\nset title " << quoted(c.name) << "\nset xrange [-8:" << most + 8 << "]\nset yrange ["
         << row + 0.4 << ":0.6]\nset xlabel 'log-likelihood below the best'\nset xtics 50\n"
         << "plot $gaps using 1:($3 == 1 ? $2 : NaN) with points pointtype 7 pointsize 0.45 linecolor rgb "
         << colour(2)
         << ", \\\n  $gaps using 1:($3 == 0 ? $2 : NaN) with points pointtype 7 pointsize 0.45 linecolor rgb "
         << colour(1) << '\n';
}

std::string draw(const std::filesystem::path& picture, const Case& far, const Case& near) {
    const auto& single = far.ways.front().fits;
    const auto poor =
        std::ranges::find_if(single, [&](const Fit& fit) { return fit.sound() && !far.reached(fit); });
    Gnuplot plot(picture, 900);
    plot << "unset key\nunset offsets\nset multiplot\nset xrange [-14:16]\nset yrange [-15:15]\nset xtics "
            "5\nset ytics 5\n"
         << "set tmargin 3\nset bmargin 2\nset size 0.5, 0.48\nset origin 0, 0.52\n";
    draw_fit(plot, "groups far apart: the optimum near the truth", latent::fit(truth(10, 3), far.x), far.x);
    plot << "set origin 0.5, 0.52\n";
    draw_fit(plot, "where one start ended", poor == single.end() ? single.front() : *poor, far.x);
    plot << "set bmargin 3.5\nset size 0.62, 0.5\nset origin 0, 0\nset lmargin 33\nset ytics (";
    for (std::size_t w = 0; w < far.ways.size(); ++w)
        plot << (w > 0 ? ", " : "") << quoted(far.ways[w].name) << " -" << w;
    plot << ")\n";
    draw_gaps(plot, far);
    plot << "set size 0.38, 0.5\nset origin 0.62, 0\nset lmargin 3\nunset ytics\n";
    draw_gaps(plot, near);
    plot << "unset multiplot\n";
    return plot.draw();
}

}  // namespace

int main(int argc, char** argv) {
    return run_program("local_optima", [&] {
        const int seeds = argc > 2 ? std::stoi(argv[2]) : 40;
        const Case far("groups far apart", truth(10, 3), 450, seeds),
            near("groups near", truth(5, 2.5), 900, seeds);
        print_table(far);
        print_table(near);
        std::cout << "plot: " << draw(argc > 1 ? argv[1] : "local_optima.svg", far, near) << '\n';
        return 0;
    });
}
