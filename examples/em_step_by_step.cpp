// What EM does, step by step. Two normal components begin in the wrong places of Old Faithful's eruptions. Each E-step asks how
// probable it is that an eruption is of either kind, each M-step fits the components to the answers. Between the two stands a
// lower bound of the log-likelihood, F(q, θ) = E_q log p(x, z | θ) + H(q) (Neal & Hinton 1998, "A view of the EM algorithm"): the
// M-step raises it, and the E-step lifts it to the log-likelihood, which therefore never falls.
#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <vector>

#include "latent/data/csv.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"
#include "latent/observer/observers.hpp"
#include "support/plot.hpp"
#include "support/program.hpp"

using latent::Index;
using Model = latent::GaussianMixture<>;

namespace {

constexpr std::array<std::size_t, 5> milestones{0, 1, 2, 5, 20};

/// Round components off both clusters, one above and one below.
Model wrong_start() {
    const Eigen::MatrixXd round = Eigen::Vector2d(0.5, 100).asDiagonal();
    return {Eigen::Vector2d(0.5, 0.5),
            latent::Gaussian<>(Eigen::MatrixXd{{2.5, 3.5}, {90, 50}}, {round, round})};
}

/// F(q, θ), where q are the probabilities of the components under another model, K × n. With log p(x, z | θ) = log p(x | θ) +
/// log p(z | x, θ) it is the log-likelihood less the divergence of q from p(z | x, θ).
double lower_bound(const Eigen::MatrixXd& q, const Model& model, const Eigen::MatrixXd& x) {
    const Eigen::MatrixXd p = model.predict_proba(x);
    double divergence = 0;
    for (Index i = 0; i < q.size(); ++i)
        if (q(i) > 0) divergence += q(i) * std::log(q(i) / std::max(p(i), 1e-300));
    return model.score(x) - divergence;
}

/// The bound after the M-step of each iteration, of which there is none in iteration 0.
std::vector<double> lower_bounds(const std::vector<Model>& models, const Eigen::MatrixXd& x) {
    std::vector<double> bounds{std::nan("")};
    for (std::size_t t = 1; t < models.size(); ++t)
        bounds.push_back(lower_bound(models[t - 1].predict_proba(x), models[t], x));
    return bounds;
}

void print_table(const std::vector<double>& log_likelihood, const std::vector<double>& bounds,
                 const std::vector<Model>& models) {
    std::cout << "iteration   bound after the M-step   log-likelihood   mean eruption, minutes\n"
              << std::fixed;
    for (std::size_t t = 0; t < models.size(); ++t) {
        std::cout << std::setw(9) << t << std::setprecision(4) << std::setw(25);
        if (t > 0)
            std::cout << bounds[t];
        else
            std::cout << ' ';
        std::cout << std::setw(17) << log_likelihood[t] << std::setprecision(3) << std::setw(14)
                  << models[t].means()(0, 0) << std::setw(9) << models[t].means()(0, 1) << '\n';
    }
}

/// The eruptions, each in a colour between those of the two components, which are ellipses.
void draw_step(Gnuplot& plot, std::size_t t, const Model& model, const Eigen::MatrixXd& x) {
    const Eigen::MatrixXd p = model.predict_proba(x);
    const auto step = components(model);
    plot << "$points << EOD\n";
    for (Index i = 0; i < x.cols(); ++i) plot << x(0, i) << ' ' << x(1, i) << ' ' << p(0, i) << '\n';
    plot << "EOD\n";
    for (std::size_t k = 0; k < step.size(); ++k) {
        plot << "$ellipse" << k << " << EOD\n";
        write_ellipse(plot, step[k], 2);
        plot << "EOD\n";
    }
    plot << "set title "
         << quoted(t == 0 ? "the start"
                          : "after " + std::to_string(t) + (t == 1 ? " iteration" : " iterations"))
         << "\nplot $points using 1:2:(between($3)) with points pointtype 7 pointsize 0.35 linecolor rgb "
            "variable";
    for (std::size_t k = 0; k < step.size(); ++k)
        plot << ", \\\n  $ellipse" << k << " with lines linewidth 2 linecolor rgb " << colour(k);
    plot << '\n';
}

/// The log-likelihood after each iteration, and how it came there: the M-step raises the bound, the E-step lifts it.
void draw_bound(Gnuplot& plot, const std::vector<double>& log_likelihood, const std::vector<double>& bounds) {
    plot << "$mstep << EOD\n";
    for (std::size_t t = 1; t < bounds.size(); ++t)
        plot << t - 1 << ' ' << log_likelihood[t - 1] << '\n' << t << ' ' << bounds[t] << "\n\n";
    plot << "EOD\n$estep << EOD\n";
    for (std::size_t t = 1; t < bounds.size(); ++t)
        plot << t << ' ' << bounds[t] << '\n' << t << ' ' << log_likelihood[t] << "\n\n";
    plot << "EOD\n$trace << EOD\n";
    for (std::size_t t = 0; t < log_likelihood.size(); ++t) plot << t << ' ' << log_likelihood[t] << '\n';
    plot << "EOD\nset title 'log-likelihood and bound'\nset key inside right bottom samplen 0.8 spacing 1.1 "
            "font ',11'\nset "
            "autoscale\n"
         << "set xlabel 'iteration'\nunset ylabel\nset xrange [0:12]\nset xtics 2\nset ytics auto\nset "
            "yrange ["
         << log_likelihood[1] - 15 << ":*]\n"
         << "plot $mstep with lines linewidth 2 linecolor rgb " << colour(3) << " title 'M-step', \\\n"
         << "  $estep with lines linewidth 2 linecolor rgb " << colour(2) << " title 'E-step', \\\n"
         << "  $trace with points pointtype 7 pointsize 0.5 linecolor rgb '#333333' title 'log-likelihood'\n";
}

std::string draw(const std::filesystem::path& picture, const std::vector<Model>& models,
                 const Eigen::MatrixXd& x, const std::vector<double>& log_likelihood,
                 const std::vector<double>& bounds) {
    Gnuplot plot(picture);
    plot << "between(p) = int(0xCC + p * (0x44 - 0xCC)) * 65536 + int(0x66 + p * (0x77 - 0x66)) * 256 + "
            "int(0x77 + p * (0xAA - 0x77))\n"  // colour(0) at p = 1, colour(1) at 0
         << "unset offsets\nset multiplot layout 2, 3\nset tmargin 2.2\nset bmargin 3\nset lmargin 7\nset "
            "rmargin 1\nunset key\n"
         << "set xrange [1:5.8]\nset yrange [30:112]\nset xtics 1\nset ytics 20\n"
         << "set xlabel 'eruption, minutes' offset 0, 0.4\nset ylabel 'waiting, minutes' offset 1.2\n";
    for (const std::size_t t : milestones) draw_step(plot, t, models[t], x);
    draw_bound(plot, log_likelihood, bounds);
    plot << "unset multiplot\n";
    return plot.draw();
}

}  // namespace

int main(int argc, char** argv) {
    return run_program("em_step_by_step", [&] {
        const Eigen::MatrixXd x = latent::read_csv(argc > 1 ? argv[1] : "examples/data/faithful.csv").values;
        std::vector<Model> models;  // after 0, 1, … iterations
        const auto fit = latent::fit(wrong_start(), x, latent::Aitken{0}, latent::Limits{.iterations = 20},
                                     latent::History{&models});
        const std::vector<double> bounds = lower_bounds(models, x);
        print_table(fit.trace, bounds, models);

        bool between = true;  // the bound is where it must be
        for (std::size_t t = 1; t < bounds.size(); ++t)
            between = between && fit.trace[t - 1] <= bounds[t] + 1e-9 && bounds[t] <= fit.trace[t] + 1e-9;
        std::cout << "\nThe bound " << (between ? "lies" : "does not lie")
                  << " between the log-likelihoods before and after in each iteration.\nplot: "
                  << draw(argc > 2 ? argv[2] : "em_step_by_step.svg", models, x, fit.trace, bounds) << '\n';
        return between ? 0 : 1;
    });
}
