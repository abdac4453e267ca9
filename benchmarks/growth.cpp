// How the cost of an EM iteration grows with the number of observations, of dimensions, of components or states, and
// with the length of a sequence, on one thread: a table in Markdown with the exponent of each curve, and a picture.
//
// usage: growth [PICTURE.svg]   (some three minutes, 1.5 GB of memory)
#include <cmath>
#include <cstdio>
#include <iostream>

#include "examples/support/gnuplot.hpp"
#include "support/cases.hpp"
#include "support/models.hpp"
#include "support/timing.hpp"

namespace {

using latent::Index;

struct Curve {
    std::string name;
    std::vector<double> size, milliseconds{};

    /// Slope of log milliseconds on log size, by least squares over the points from `first` on.
    double exponent(std::size_t first) const {
        const auto points = static_cast<Index>(size.size() - first);
        const Eigen::ArrayXd x = Eigen::ArrayXd::Map(size.data() + first, points).log();
        const Eigen::ArrayXd y = Eigen::ArrayXd::Map(milliseconds.data() + first, points).log();
        return ((x - x.mean()) * y).sum() / (x - x.mean()).square().sum();
    }
};

/// One panel of the picture.
struct Panel {
    std::string variable, fixed;
    std::vector<Curve> curves;
};

/// ms of the shortest iteration.
template <class Case>
double iteration(const Case& c) {
    const Problem problem = draw(c);
    double shortest = 1e300;
    const auto em = timed_em(1, 3, shortest);
    with_model(problem,
               [&](const auto& start, const auto& x) { repeat_for(0.3, 1, [&] { em.fit(start, x); }); });
    return 1e3 * shortest;
}

/// A curve over the sizes, make_case(size) of each.
template <class Make>
Curve curve(const std::string& name, std::vector<Index> sizes, const Make& make_case) {
    Curve c{name, {sizes.begin(), sizes.end()}};
    for (const Index size : sizes) {
        c.milliseconds.push_back(iteration(make_case(size)));
        std::cerr << name << ", " << size << ": " << c.milliseconds.back() << " ms\n";
    }
    return c;
}

std::vector<Index> powers(Index factor, Index first, Index last) {
    std::vector<Index> all;
    for (Index value = first; value <= last; value *= factor) all.push_back(value);
    return all;
}

MixtureCase mixture(bool full, Index n, Index d, Index K) { return {full, n, d, K, 0}; }
HmmCase hmm(Index T, Index K) { return {true, K, 4, 1, 0, T}; }

std::vector<Panel> measured() {
    std::vector<Panel> panels{{"observations n", "d = 8, K = 8", {}},
                              {"dimensions d", "n = 20 000, K = 8", {}},
                              {"components or states K", "n = 50 000, d = 8; T = 20 000, d = 4", {}},
                              {"length T of a sequence", "hidden Markov, diagonal Gaussian d = 4", {}}};
    for (const bool full : {true, false}) {
        const std::string name = full ? "full mixture" : "diagonal mixture";
        panels[0].curves.push_back(
            curve(name, powers(10, 10'000, 10'000'000), [&](Index n) { return mixture(full, n, 8, 8); }));
        panels[1].curves.push_back(
            curve(name, powers(2, 1, 256), [&](Index d) { return mixture(full, 20'000, d, 8); }));
        panels[2].curves.push_back(
            curve(name, powers(2, 1, 256), [&](Index K) { return mixture(full, 50'000, 8, K); }));
    }
    panels[2].curves.push_back(
        curve("hidden Markov", powers(2, 1, 256), [&](Index K) { return hmm(20'000, K); }));
    for (const Index K : {4, 16})
        panels[3].curves.push_back(curve("K = " + std::to_string(K), powers(10, 1'000, 10'000'000),
                                         [&](Index T) { return hmm(T, K); }));
    return panels;
}

void print(const std::vector<Panel>& panels) {
    std::cout << "| grows | fixed | model | ms an iteration, from … to … | exponent | of the upper half |\n"
                 "| --- | --- | --- | --- | --- | --- |\n";
    char numbers[96];
    for (const Panel& panel : panels)
        for (const Curve& c : panel.curves) {
            std::snprintf(numbers, sizeof numbers, "%.3g (%.0f) … %.3g (%.0f) | %.2f | %.2f",
                          c.milliseconds.front(), c.size.front(), c.milliseconds.back(), c.size.back(),
                          c.exponent(0), c.exponent(c.size.size() / 2));
            std::cout << "| " << panel.variable << " | " << panel.fixed << " | " << c.name << " | " << numbers
                      << " |\n";
        }
}

std::string drawn(const std::vector<Panel>& panels, const std::string& picture) {
    Gnuplot plot(picture, 760);
    plot << "set multiplot layout 2,2\nset logscale xy\nset offsets 0, 0, 0, 0\nset tmargin 2.5\n"
            "set key inside left top\nset format x '10^{%L}'\nset format y '10^{%L}'\n";
    for (std::size_t p = 0; p < panels.size(); ++p) {
        for (std::size_t c = 0; c < panels[p].curves.size(); ++c) {
            const Curve& curve = panels[p].curves[c];
            plot << "$curve" << p << "_" << c << " << EOD\n";
            for (std::size_t i = 0; i < curve.size.size(); ++i)
                plot << curve.size[i] << ' ' << curve.milliseconds[i] << '\n';
            plot << "EOD\n";
        }
    }
    for (std::size_t p = 0; p < panels.size(); ++p) {
        const bool small = panels[p].curves.front().size.back() < 1000;
        plot << "set format x '" << (small ? "%g" : "10^{%L}") << "'\nset xtics " << (small ? 4 : 10)
             << "\nset title " << quoted(panels[p].fixed)
             << " noenhanced font ',12' offset 0,-0.4 textcolor rgb '#444444'\nset xlabel "
             << quoted(panels[p].variable)
             << " noenhanced textcolor rgb '#222222'\nset ylabel 'ms an iteration' textcolor rgb "
                "'#222222'\nplot ";
        for (std::size_t c = 0; c < panels[p].curves.size(); ++c) {
            char exponent[32];
            const Curve& curve = panels[p].curves[c];
            std::snprintf(exponent, sizeof exponent, ": %.2f", curve.exponent(curve.size.size() / 2));
            plot << (c > 0 ? ", " : "") << "$curve" << p << "_" << c
                 << " with linespoints pointtype 7 pointsize 0.6 linewidth 2 linecolor rgb " << colour(c)
                 << " title " << quoted(curve.name + exponent);
        }
        plot << '\n';
    }
    plot << "unset multiplot\n";
    return plot.draw();
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<Panel> panels = measured();
    print(panels);
    std::cout << '\n' << drawn(panels, argc > 1 ? argv[1] : "growth.svg") << '\n';
}
