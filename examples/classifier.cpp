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

}  // namespace

int main() {
    return run_program("classifier", [] {
        latent::Random random(2);
        const Sample known = draw_moons(600, random), unknown = draw_moons(2000, random);
        std::cout << "two moons, " << known.x.cols() << " observations of known classes\n\n"
                  << "components, at most   of the classes   errors in " << unknown.x.cols() << " others\n";
        for (const Index most : {1, 2, 8}) {
            const std::vector<Class> classes{describe(of_class(known, 0), most),
                                             describe(of_class(known, 1), most)};
            std::cout << std::setw(19) << most << std::setw(15) << classes[0].size() << ", "
                      << classes[1].size() << std::fixed << std::setprecision(1) << std::setw(14)
                      << 100 * errors(classes, unknown) << " %\n";
        }
        return 0;
    });
}
