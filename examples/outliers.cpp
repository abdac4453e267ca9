// One observation in twenty is anything at all: what becomes of two clusters? Normal densities stretch to reach the outliers,
// Student's t lets its tails reach them, and a component of noise takes them away and says which they are.
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>

#include "latent/emission/student_t.hpp"
#include "latent/emission/with_noise.hpp"
#include "latent/fit.hpp"
#include "latent/start/k_means.hpp"
#include "latent/start/restarts.hpp"
#include "support/plot.hpp"
#include "support/program.hpp"

using latent::Index;

namespace {

constexpr Index n = 1000, outliers = 50;
const Eigen::MatrixXd centres{{-2, 3}, {0, 1}};

/// 2 × n: the outliers first.
Eigen::MatrixXd draw_points(latent::Random& random) {
    const latent::GaussianMixture<> clusters(
        Eigen::Vector2d(0.6, 0.4), latent::Gaussian<>(centres, {Eigen::Matrix2d{{1, 0.6}, {0.6, 1}},
                                                                Eigen::Matrix2d{{0.8, -0.4}, {-0.4, 1.2}}}));
    Eigen::MatrixXd x = clusters.sample(n, random);
    for (Index i = 0; i < outliers; ++i) x.col(i) << 40 * random.uniform() - 20, 40 * random.uniform() - 20;
    return x;
}

template <class Shape>
auto fit(const Shape& shape, const Eigen::MatrixXd& x) {
    return latent::Restarts<latent::KMeans>{.number = 10}.fit(shape, x).best();
}

/// How far the two means are from the clusters' own, whichever is which.
double error(const Eigen::MatrixXd& means) {
    return std::min((means - centres).norm(), (means.rowwise().reverse() - centres).norm());
}

void report(const char* densities, const Eigen::MatrixXd& means, double area, const std::string& more) {
    std::cout << std::left << std::setw(24) << densities << std::right << std::fixed << std::setprecision(2)
              << std::setw(10) << error(means) << std::setw(14) << area << "   " << more << '\n';
}

/// How large both clusters are, as areas of one deviation.
template <class E>
double area(const E& emission) {
    double total = 0;
    for (Index k = 0; k < 2; ++k) total += std::numbers::pi * std::sqrt(emission.covariance(k).determinant());
    return total;
}

std::string draw(const std::filesystem::path& picture, const Eigen::MatrixXd& x,
                 const std::vector<Index>& component) {
    Gnuplot plot(picture);
    set_titles(plot, {"Two clusters, and what a component of noise took away", "x", "y"});
    for (Index k = 0; k < 3; ++k) {
        plot << "$points" << k << " << EOD\n";
        for (Index i = 0; i < x.cols(); ++i)
            if (component[static_cast<std::size_t>(i)] == k) plot << x(0, i) << ' ' << x(1, i) << '\n';
        plot << "EOD\n";
    }
    plot << "plot";
    for (std::size_t k = 0; k < 3; ++k)
        plot << (k == 0 ? " " : ", ") << "$points" << k << " with points pointtype " << (k == 2 ? 2 : 7)
             << " pointsize 0.5 linecolor rgb " << colour(k == 2 ? 7 : k) << " title "
             << (k == 2 ? std::string("'noise'") : "'component " + std::to_string(k) + "'");
    plot << '\n';
    return plot.draw();
}

}  // namespace

int main(int argc, char** argv) {
    return run_program("outliers", [&] {
        latent::Random random(4);
        const Eigen::MatrixXd x = draw_points(random);
        std::cout << n << " points, " << outliers << " of them anywhere\n\n"
                  << "densities                  error of      area of\n"
                  << "                           the means     the clusters\n";

        const auto plain = fit(latent::GaussianMixture<>(2, 2), x);
        report("normal", plain.model.means(), area(plain.model.emission()), "");

        const auto heavy = fit(latent::Mixture<latent::StudentT<>>(2, 2), x);
        double scale = 0;
        for (Index k = 0; k < 2; ++k)
            scale += std::numbers::pi * std::sqrt(heavy.model.emission().scale(k).determinant());
        report("Student's t", heavy.model.means(), scale,
               latent::detail::text("degrees of freedom ", heavy.model.emission().degrees().transpose()));

        const auto noisy = fit(latent::Mixture(latent::WithNoise(latent::Gaussian<>(2, 2), x)), x);
        const auto component = noisy.model.predict(x);
        const auto found = std::count(component.begin(), component.begin() + outliers, 2);
        const auto taken = std::count(component.begin(), component.end(), 2);
        report("normal, beside noise", noisy.model.emission().family().means(),
               area(noisy.model.emission().family()),
               latent::detail::text(found, " of ", outliers, " outliers found, ", taken - found,
                                    " others with them"));

        const std::filesystem::path picture = argc > 1 ? argv[1] : "outliers.svg";
        std::cout << "\nplot   " << draw(picture, x, component) << '\n';
        return 0;
    });
}
