// Where EM creeps. The more two components overlap, the less the data say of which component an observation is, and the shorter
// are EM's steps: it takes thousands. An acceleration looks at some steps and sees where they lead: SQUAREM (Varadhan & Roland
// 2008) leaps along two of them, Anderson acceleration (after Henderson & Varadhan 2019) combines up to ten. Both fall back on EM
// where a leap would lower the log-likelihood.
#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include "latent/acceleration/anderson.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"
#include "support/plot.hpp"
#include "support/program.hpp"

using Model = latent::GaussianMixture<>;

namespace {

/// Components that overlap by much: one normal density would nearly do.
Model mixture(double first, double second) {
    return {Eigen::Vector2d(0.5, 0.5),
            latent::Gaussian<>(Eigen::RowVector2d(first, second),
                               std::vector<Eigen::MatrixXd>(2, Eigen::MatrixXd::Ones(1, 1)))};
}

/// The log-likelihood after so many E-steps.
struct Point {
    int evaluations;
    double log_likelihood;
};
struct Run {
    std::string name;
    latent::Result<Model> fit;
    std::vector<Point> path;
    double seconds;
};

template <class Acceleration>
Run run(const char* name, const Acceleration& acceleration, const Eigen::MatrixXd& x) {
    std::vector<Point> path;
    double seconds = 0;
    const auto watch = [&](const latent::Progress& p, const auto&) {
        path.push_back({p.evaluations, p.objective});
        seconds = p.seconds;
    };
    auto fit = latent::fit(mixture(-1, 3), x, acceleration, watch, latent::Limits{.iterations = 100'000});
    return {name, std::move(fit), std::move(path), seconds};
}

void print_table(const std::vector<Run>& runs) {
    std::cout << "               E-steps   milliseconds   log-likelihood   means\n" << std::fixed;
    for (const Run& r : runs)
        std::cout << std::left << std::setw(12) << r.name << std::right << std::setw(10) << r.fit.evaluations
                  << std::setw(15) << std::setprecision(1) << 1000 * r.seconds << std::setprecision(6)
                  << std::setw(17) << r.fit.log_likelihood << std::setprecision(4) << std::setw(10)
                  << r.fit.model.means()(0, 0) << std::setw(9) << r.fit.model.means()(0, 1)
                  << (r.fit.converged() ? "\n" : "  (not converged)\n");
}

std::string draw(const std::filesystem::path& picture, const std::vector<Run>& runs) {
    const double best =
        std::ranges::max(runs, {}, [](const Run& r) { return r.fit.log_likelihood; }).fit.log_likelihood;
    Gnuplot plot(picture);
    set_titles(plot, {"Two components that overlap: the way left to the maximum", "E-steps",
                      "log-likelihood below the maximum"});
    for (std::size_t r = 0; r < runs.size(); ++r) {
        plot << "$path" << r << " << EOD\n";
        int last = 0;
        for (const Point& p :
             runs[r].path) {  // of a long path some hundred points, evenly on the logarithmic axis
            if (p.evaluations > 20 && p.evaluations < 1.02 * last) continue;
            plot << p.evaluations << ' ' << best - p.log_likelihood << '\n';
            last = p.evaluations;
        }
        plot << "EOD\n";
    }
    plot << "set logscale xy\nset format y '10^{%T}'\nset xrange [1:*]\nset yrange [1e-8:*]\nunset "
            "offsets\nplot";
    for (std::size_t r = 0; r < runs.size(); ++r)
        plot << (r > 0 ? ", \\\n  " : " ") << "$path" << r
             << " with linespoints linewidth 2 pointtype 7 pointsize 0.3 linecolor rgb " << colour(r)
             << " title " << quoted(runs[r].name);
    plot << '\n';
    return plot.draw();
}

}  // namespace

int main(int argc, char** argv) {
    return run_program("acceleration", [&] {
        latent::Random random(1);
        const Eigen::MatrixXd x = mixture(0, 2).sample(5000, random);
        const std::vector<Run> runs{run("EM", latent::Plain{}, x), run("SQUAREM", latent::Squarem{}, x),
                                    run("Anderson", latent::Anderson{}, x)};
        std::cout << "5000 draws from N(0, 1) and N(2, 1), half of them from each\n\n";
        print_table(runs);
        std::cout << "plot: " << draw(argc > 1 ? argv[1] : "acceleration.svg", runs) << '\n';
        return std::ranges::all_of(runs, [](const Run& r) { return r.fit.converged(); }) ? 0 : 1;
    });
}
