// A classifier made of mixtures: each class is a Gaussian mixture of its own, with as many components as BIC finds, and an
// observation belongs to the class that makes it most probable (mixture discriminant analysis; Hastie & Tibshirani 1996,
// "Discriminant analysis by Gaussian mixtures"; MclustDA of mclust). Classes that are no ellipses are told apart as well.
#include <cmath>
#include <iomanip>
#include <iostream>
#include <numbers>
#include <optional>

#include "latent/fit.hpp"
#include "latent/start/k_means.hpp"
#include "support/plot.hpp"
#include "support/program.hpp"

using latent::Index;
using Class = latent::GaussianMixture<>;

namespace {

struct Sample {
    Eigen::MatrixXd x;  // 2 × n
    std::vector<Index> label;
};

/// Two moons that reach into each other.
Sample draw_moons(Index n, latent::Random& random) {
    Sample sample{Eigen::MatrixXd(2, n), {}};
    for (Index i = 0; i < n; ++i) {
        const double angle = std::numbers::pi * random.uniform(), side = i % 2 == 0 ? 1 : -1;
        sample.x.col(i) << std::cos(angle) * side + (side > 0 ? 0 : 1),
            std::sin(angle) * side + (side > 0 ? 0 : 0.5);
        for (double& coordinate : sample.x.col(i)) coordinate += 0.15 * random.normal();
        sample.label.push_back(i % 2);
    }
    return sample;
}

Eigen::MatrixXd of_class(const Sample& sample, Index label) {
    Eigen::MatrixXd x(2, std::count(sample.label.begin(), sample.label.end(), label));
    for (Index i = 0, next = 0; i < sample.x.cols(); ++i)
        if (sample.label[static_cast<std::size_t>(i)] == label) x.col(next++) = sample.x.col(i);
    return x;
}

/// The mixture of 1 … `most` components with the least BIC.
Class describe(const Eigen::MatrixXd& x, Index most) {
    std::optional<Class> best;
    for (Index K = 1; K <= most; ++K) {
        const Class model = latent::fit(Class(K, 2), x, latent::KMeans{.seed = 1}).model;
        if (!best || model.bic(x) < best->bic(x)) best = model;
    }
    return *best;
}

/// The share of observations that are put into another class than their own.
double errors(const std::vector<Class>& classes, const Sample& sample) {
    const Eigen::VectorXd first = classes[0].score_samples(sample.x),
                          second = classes[1].score_samples(sample.x);
    double wrong = 0;
    for (Index i = 0; i < first.size(); ++i)
        wrong += (second(i) > first(i) ? 1 : 0) != sample.label[static_cast<std::size_t>(i)];
    return wrong / static_cast<double>(first.size());
}

/// A panel for each classifier: some of the known observations, the plane coloured by p(class | x), and the components.
std::string draw(const std::filesystem::path& picture, const Sample& sample,
                 const std::vector<std::vector<Class>>& classifiers) {
    const Index fine = 60;
    Eigen::MatrixXd plane(2, fine * fine);
    for (Index i = 0; i < plane.cols(); ++i)
        plane.col(i) << -1.8 + 4.6 * static_cast<double>(i % fine) / (fine - 1),
            -1.3 + 3.1 * static_cast<double>(i / fine) / (fine - 1);
    Gnuplot plot(picture, 370);
    plot << "set palette defined (0 " << colour(0) << ", 0.5 '#ffffff', 1 " << colour(1)
         << ")\nset cbrange [-0.6:1.6]\nunset colorbox\nunset key\nunset tics\nunset border\nset offsets 0, "
            "0, 0, 0\n"
         << "set xrange [-1.8:2.8]\nset yrange [-1.3:1.8]\nset lmargin 1\nset rmargin 1\nset bmargin 1\n"
         << "set multiplot layout 1, " << classifiers.size() << "\n";
    for (const std::vector<Class>& classes : classifiers) {
        const Eigen::VectorXd odds = classes[1].score_samples(plane) - classes[0].score_samples(plane);
        plot << "set title '" << classes[0].size() + classes[1].size() << " ellipses'\n$plane << EOD\n";
        for (Index i = 0; i < plane.cols(); ++i)
            plot << plane(0, i) << ' ' << plane(1, i) << ' ' << 1 / (1 + std::exp(-odds(i))) << '\n';
        plot << "EOD\n$points << EOD\n"
             << of_class(sample, 0).transpose() << "\n\n\n"
             << of_class(sample, 1).transpose() << "\nEOD\n$ellipses << EOD\n";
        for (const Class& one : classes) {
            for (const Component& component : components(one))
                write_ellipse(plot, component, 2), plot << '\n';
            plot << '\n';
        }
        plot << "EOD\nplot $plane with image";
        for (std::size_t k = 0; k < 2; ++k)
            plot << ", $points index " << k << " every 6 with points pointtype 7 pointsize 0.4 linecolor rgb "
                 << colour(k) << ", $ellipses index " << k << " with lines linewidth 2 linecolor rgb "
                 << colour(k);
        plot << '\n';
    }
    plot << "unset multiplot\n";
    return plot.draw();
}

}  // namespace

int main(int argc, char** argv) {
    return run_program("classifier", [&] {
        latent::Random random(2);
        const Sample known = draw_moons(600, random), unknown = draw_moons(2000, random);
        std::cout << "two moons, " << known.x.cols() << " observations of known classes\n\n"
                  << "components, at most   of the classes   errors in " << unknown.x.cols() << " others\n";
        std::vector<std::vector<Class>> classifiers;
        for (const Index most : {1, 2, 8}) {
            const auto& classes = classifiers.emplace_back(
                std::vector{describe(of_class(known, 0), most), describe(of_class(known, 1), most)});
            std::cout << std::setw(19) << most << std::setw(15) << classes[0].size() << ", "
                      << classes[1].size() << std::fixed << std::setprecision(1) << std::setw(14)
                      << 100 * errors(classes, unknown) << " %\n";
        }
        std::cout << "plot: " << draw(argc > 1 ? argv[1] : "classifier.svg", known, classifiers) << '\n';
        return 0;
    });
}
