// Pictures of a Gaussian mixture beside its data: a histogram (d = 1) or a scatter of the first two
// dimensions.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>
#include <vector>

#include "component.hpp"
#include "gnuplot.hpp"

struct Titles {
    std::string picture, x, y;
};

inline void set_titles(Gnuplot& plot, const Titles& titles) {
    plot << "set title " << quoted(titles.picture) << " noenhanced offset 0,0.3 textcolor rgb '#222222'\n"
         << "set xlabel " << quoted(titles.x) << " noenhanced textcolor rgb '#222222'\n"
         << "set ylabel " << quoted(titles.y) << " noenhanced textcolor rgb '#222222'\n";
}

/// "component 0 (36 %)"
inline std::string legend(const std::vector<Component>& components, std::size_t k) {
    return quoted("component " + std::to_string(k) + " (" +
                  std::to_string(std::lround(100 * components[k].weight)) + " %)");
}

/// The normal density N(x | mean, variance).
inline double normal_density(double x, double mean, double variance) {
    return std::exp(-0.5 * (x - mean) * (x - mean) / variance) / std::sqrt(2 * std::numbers::pi * variance);
}

/// The middle of each bin of a histogram and its density (the bars' area is one).
struct Histogram {
    double width = 1;
    Eigen::VectorXd middle, density;
};

/// Bins of the width of Freedman & Diaconis (1981), 2·IQR·n^(−1/3), but 20 to 80 of them. NaN does not count.
inline Histogram histogram(const Eigen::VectorXd& x) {
    std::vector<double> sorted;
    std::ranges::copy_if(x, std::back_inserter(sorted), [](double value) { return !std::isnan(value); });
    std::sort(sorted.begin(), sorted.end());
    const std::size_t n = sorted.size();
    const double range = sorted.back() - sorted.front();
    const double width = 2 * (sorted[n * 3 / 4] - sorted[n / 4]) / std::cbrt(static_cast<double>(n));
    const double wanted = width > 0 ? std::clamp(std::ceil(range / width), 20.0, 80.0) : 20;
    const auto bins = static_cast<Eigen::Index>(wanted);
    Histogram h{range > 0 ? range / wanted : 1, Eigen::VectorXd(bins), Eigen::VectorXd::Zero(bins)};
    for (Eigen::Index b = 0; b < bins; ++b)
        h.middle[b] = sorted.front() + h.width * (static_cast<double>(b) + 0.5);
    for (const double value : sorted)
        h.density[std::min(bins - 1, static_cast<Eigen::Index>((value - sorted.front()) / h.width))] += 1;
    h.density /= static_cast<double>(n) * h.width;
    return h;
}

/// Histogram of x (one-dimensional observations) with the weighted density of every component and their sum.
/// Says where the picture is.
inline std::string draw_histogram(const std::filesystem::path& picture, const Titles& titles,
                                  const Eigen::VectorXd& x, const std::vector<Component>& components) {
    const Histogram bars = histogram(x);
    const double first = bars.middle[0] - 1.5 * bars.width, last = bars.middle.tail(1)[0] + 1.5 * bars.width;
    Gnuplot plot(picture);
    set_titles(plot, titles);
    plot << "$bars << EOD\n";
    for (Eigen::Index b = 0; b < bars.middle.size(); ++b)
        plot << bars.middle[b] << ' ' << bars.density[b] << ' ' << bars.width << '\n';

    plot << "EOD\n$densities << EOD\n";  // x, the mixture, its components
    double highest = 0;
    for (int point = 0; point <= 600; ++point) {
        const double at = first + (last - first) * point / 600;
        double mixture = 0;
        std::ostringstream parts;
        for (const Component& c : components) {
            const double density = c.weight * normal_density(at, c.mean[0], c.covariance(0, 0));
            mixture += density;
            parts << ' ' << density;
        }
        highest = std::max(highest, mixture);
        plot << at << ' ' << mixture << parts.str() << '\n';
    }
    // A component on a single point is a needle: it may leave the picture, the bars may not.
    const double bar = bars.density.maxCoeff();
    plot << "EOD\nset xrange [" << first << ":" << last
         << "]\nset yrange [0:" << 1.08 * std::max(bar, std::min(highest, 2 * bar))
         << "]\nset style fill solid 1 border rgb '#ffffff'\n"
         << "plot $bars using 1:2:3 with boxes linecolor rgb '#d5dae0' title 'observations'";
    for (std::size_t k = 0; k < components.size(); ++k)
        plot << ", \\\n  $densities using 1:" << k + 3 << " with lines linewidth 2 linecolor rgb "
             << colour(k) << " title " << legend(components, k);
    plot << ", \\\n  $densities using 1:2 with lines linewidth 2.5 linecolor rgb '#333333' dashtype (8, 5)"
         << " title 'mixture'\n";
    return plot.draw();
}

/// The points mean + radius·L (cos t, sin t)ᵀ, L Lᵀ the covariance of the first two dimensions.
inline void write_ellipse(Gnuplot& plot, const Component& component, double radius) {
    const Eigen::MatrixXd& c = component.covariance;
    const double l11 = std::sqrt(c(0, 0)), l21 = l11 > 0 ? c(1, 0) / l11 : 0;
    const double l22 = std::sqrt(std::max(0.0, c(1, 1) - l21 * l21));
    for (int point = 0; point <= 120; ++point) {
        const double t = 2 * std::numbers::pi * point / 120;
        plot << component.mean[0] + radius * l11 * std::cos(t) << ' '
             << component.mean[1] + radius * (l21 * std::cos(t) + l22 * std::sin(t)) << '\n';
    }
}

/// The first two dimensions of the observations (d × n), coloured by their labels 0 … K − 1, with each
/// component's mean and its 1σ and 2σ ellipses; without those that have NaN there. Of many observations some thousands are drawn. Says where the
/// picture is.
inline std::string draw_scatter(const std::filesystem::path& picture, const Titles& titles,
                                const Eigen::MatrixXd& x, const std::vector<Eigen::Index>& labels,
                                const std::vector<Component>& components) {
    const Eigen::Index step = 1 + x.cols() / 5000;
    Gnuplot plot(picture);
    set_titles(plot, titles);
    plot << "$observations << EOD\n";
    for (Eigen::Index i = 0; i < x.cols(); i += step)
        if (!x.col(i).head(2).hasNaN())
            plot << x(0, i) << ' ' << x(1, i) << ' ' << labels[static_cast<std::size_t>(i)] << '\n';
    plot << "EOD\n";
    for (std::size_t k = 0; k < components.size(); ++k)
        for (const int radius : {1, 2}) {
            plot << "$ellipse" << k << "_" << radius << " << EOD\n";
            write_ellipse(plot, components[k], radius);
            plot << "EOD\n";
        }
    plot << "$means << EOD\n";
    for (const Component& c : components) plot << c.mean[0] << ' ' << c.mean[1] << '\n';
    plot << "EOD\nplot ";
    if (std::ranges::any_of(labels, [&](Eigen::Index k) { return k >= std::ssize(components); }))
        plot << "$observations using ($3 == " << components.size()
             << " ? $1 : NaN):2 with points pointtype 7 pointsize 0.5 linecolor rgb '#aaaaaa' title 'noise', "
                "\\\n  ";
    for (std::size_t k = 0; k < components.size(); ++k)
        plot << "$observations using ($3 == " << k << " ? $1 : NaN):2 with points pointtype 7 pointsize 0.7"
             << " linecolor rgb " << colour(k, "68")
             << " notitle, \\\n  NaN with points pointtype 7 linecolor rgb " << colour(k) << " title "
             << legend(components, k) << ", \\\n  ";
    for (std::size_t k = 0; k < components.size(); ++k)
        plot << "$ellipse" << k << "_1 with lines linewidth 2 linecolor rgb " << colour(k)
             << " notitle, \\\n  $ellipse" << k
             << "_2 with lines linewidth 1.5 dashtype (12, 7) linecolor rgb " << colour(k)
             << " notitle, \\\n  ";
    plot << "$means with points pointtype 2 pointsize 1.1 linewidth 3 linecolor rgb '#222222' title 'mean', "
            "\\\n"
         << "  NaN with lines linewidth 2 linecolor rgb '#555555' title '1σ', \\\n"
         << "  NaN with lines linewidth 1.5 dashtype (12, 7) linecolor rgb '#555555' title '2σ'\n";
    return plot.draw();
}
