// Regression where one answer is not enough: the inverse of a curve that turns back (Bishop 1994, "Mixture density networks").
// y gives x = y + 0.3 sin(2πy) and noise; which y gave an x? For some there are three answers, and their mean is none of them. A
// Gaussian mixture of (x, y) knows: its conditional density of y has a mode for each branch, and its highest-density region
// covers the branches and leaves out what is between them.
#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <numbers>

#include "latent/fit.hpp"
#include "latent/model/highest_density_region.hpp"
#include "latent/model/regression.hpp"
#include "latent/start/k_means.hpp"
#include "support/plot.hpp"
#include "support/program.hpp"

using latent::Index;
using Model = latent::GaussianMixture<>;

namespace {

constexpr double probability = 0.9;

/// x and y, 2 × n.
Eigen::MatrixXd draw_curve(Index n, latent::Random& random) {
    Eigen::MatrixXd points(2, n);
    for (Index i = 0; i < n; ++i) {
        const double y = random.uniform();
        points.col(i) << y + 0.3 * std::sin(2 * std::numbers::pi * y) + 0.05 * random.normal(), y;
    }
    return points;
}

/// What is said of y at one x.
struct Prediction {
    double x, mean, deviation;
    std::vector<double> modes;  // in the region
    std::vector<latent::Interval> region;
};
std::vector<Prediction> predict(const Model& model, const Eigen::RowVectorXd& x) {
    const latent::Regression regression(model, {1}, {0});  // y given x
    const Eigen::MatrixXd mean = regression.mean(x);
    const std::vector<Eigen::MatrixXd> variance = regression.covariance(x);
    std::vector<Prediction> all;
    for (Index i = 0; i < x.size(); ++i) {
        const auto y = regression.conditional(x.col(i));
        const auto region = highest_density_region(y, probability);
        const auto negligible = [&](double mode) {
            return std::ranges::none_of(
                region, [&](const auto& part) { return part.lower <= mode && mode <= part.upper; });
        };
        std::vector<double> found = modes(y);
        std::erase_if(found, negligible);
        all.push_back(
            {x(i), mean(0, i), std::sqrt(variance[static_cast<std::size_t>(i)](0, 0)), found, region});
    }
    return all;
}

void print(const std::vector<Prediction>& predictions) {
    std::cout << "    x   mean of y  deviation   " << 100 * probability << " % of y is in\n" << std::fixed;
    for (const Prediction& p : predictions) {
        std::cout << std::setprecision(2) << std::setw(5) << p.x << std::setprecision(3) << std::setw(12)
                  << p.mean << std::setw(11) << p.deviation << "  ";
        for (const auto& [lower, upper] : p.region) std::cout << " [" << lower << ", " << upper << "]";
        std::cout << '\n';
    }
}

std::string draw(const std::filesystem::path& picture, const Eigen::MatrixXd& points,
                 const std::vector<Prediction>& predictions) {
    Gnuplot plot(picture);
    set_titles(plot, {"Which y gave x? The curve turns back, and the mean misses it", "x", "y"});
    plot << "$points << EOD\n" << points.transpose() << "\nEOD\n$mean << EOD\n";
    for (const Prediction& p : predictions)
        plot << p.x << ' ' << p.mean << ' ' << p.mean - p.deviation << ' ' << p.mean + p.deviation << '\n';
    plot << "EOD\n$region << EOD\n";
    for (const Prediction& p : predictions)
        for (const auto& [lower, upper] : p.region) plot << p.x << ' ' << lower << ' ' << upper << '\n';
    plot << "EOD\n$modes << EOD\n";
    for (const Prediction& p : predictions)
        for (const double mode : p.modes) plot << p.x << ' ' << mode << '\n';
    const double width = predictions[1].x - predictions[0].x;
    plot << "EOD\nset style fill solid 1 noborder\nset boxwidth " << width
         << "\nset xrange [-0.1:1.1]\nset yrange [-0.15:1.15]\nset offsets 0, 0, 0, 0\nset "
            "key width -4\n"
         << "plot $region using 1:(($2 + $3) / 2):(" << width / 2
         << "):(($3 - $2) / 2) with boxxyerror linecolor rgb "
         << "'#cfdcec' title '" << 100 * probability << " % of highest density', \\\n"
         << "  $points every 2 with points pointtype 7 pointsize 0.25 linecolor rgb '#999999' title "
            "'observations', "
            "\\\n"
         << "  $modes with points pointtype 7 pointsize 0.35 linecolor rgb " << colour(0)
         << " title 'modes in it', \\\n"
         << "  $mean using 1:2 with lines linewidth 2.5 linecolor rgb " << colour(1) << " title 'mean', \\\n"
         << "  $mean using 1:3 with lines linewidth 1.2 dashtype (8, 5) linecolor rgb " << colour(1)
         << " title 'mean ± deviation', \\\n"
         << "  $mean using 1:4 with lines linewidth 1.2 dashtype (8, 5) linecolor rgb " << colour(1)
         << " notitle\n";
    return plot.draw();
}

}  // namespace

int main(int argc, char** argv) {
    return run_program("mixture_regression", [&] {
        latent::Random random(1);
        const Eigen::MatrixXd points = draw_curve(1000, random);
        const auto fit = latent::fit(Model(7, 2), points, latent::KMeans{.seed = 1});
        std::cout << fit << "\n\n";
        print(predict(fit.model, Eigen::RowVectorXd::LinSpaced(11, 0, 1)));
        const auto fine = predict(fit.model, Eigen::RowVectorXd::LinSpaced(121, -0.1, 1.1));
        std::cout << "plot: " << draw(argc > 1 ? argv[1] : "mixture_regression.svg", points, fine) << '\n';
        return 0;
    });
}
