// What is inside? A slice of a head, made of ellipses (after Shepp & Logan 1974), sends out photons; a ring of detectors counts
// them along lines at many angles. The counts are Poisson, and EM finds the image that they are most likely from (Shepp & Vardi
// 1982): MLEM. Ordered subsets (OSEM) reach the same in fewer passes over the counts; either way the noise comes in after the
// edges, and a prior by which neighbours are alike keeps it out.
#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <numbers>
#include <vector>

#include "latent/acceleration/squarem.hpp"
#include "latent/data/parallel_beam.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/estep/stepwise.hpp"
#include "latent/fit.hpp"
#include "latent/model/smoothing_prior.hpp"
#include "latent/mstep/one_step_late.hpp"
#include "latent/observer/observers.hpp"
#include "support/image_panels.hpp"

using latent::Index, latent::PoissonImage;

namespace {

constexpr int size = 96, angles = 100, bins = 137, subsets = 10;
constexpr std::array<std::size_t, 4> milestones{1, 5, 20, 100};

/// Adds `intensity` within an ellipse, in units of half the image.
struct Ellipse {
    double intensity, half_width, half_height, x, y, degrees;
};
constexpr std::array<Ellipse, 10> head{{{1, 0.69, 0.92, 0, 0, 0},
                                        {-0.8, 0.6624, 0.874, 0, -0.0184, 0},
                                        {-0.15, 0.11, 0.31, 0.22, 0, -18},
                                        {-0.15, 0.16, 0.41, -0.22, 0, 18},
                                        {0.2, 0.21, 0.25, 0, 0.35, 0},
                                        {0.2, 0.046, 0.046, 0, 0.1, 0},
                                        {0.2, 0.046, 0.046, 0, -0.1, 0},
                                        {0.2, 0.046, 0.023, -0.08, -0.605, 0},
                                        {0.2, 0.023, 0.023, 0, -0.606, 0},
                                        {0.2, 0.023, 0.046, 0.06, -0.605, 0}}};

Eigen::VectorXd phantom() {
    Eigen::VectorXd image = Eigen::VectorXd::Zero(size * size);
    for (Index j = 0; j < image.size(); ++j)
        for (const Ellipse& e : head) {
            const double half = static_cast<double>(size) / 2, angle = e.degrees * std::numbers::pi / 180;
            const double x = (static_cast<double>(j % size) + 0.5) / half - 1 - e.x;
            const double y = 1 - (static_cast<double>(j / size) + 0.5) / half - e.y;
            const double along = x * std::cos(angle) + y * std::sin(angle);
            const double across = y * std::cos(angle) - x * std::sin(angle);
            if (std::hypot(along / e.half_width, across / e.half_height) <= 1) image(j) += e.intensity;
        }
    return image.cwiseMax(0);  // where rounding left less
}

/// Root mean square deviation from the truth, in percent of the truth's own size.
double error(const Eigen::VectorXd& image, const Eigen::VectorXd& truth) {
    return 100 * (image - truth).norm() / truth.norm();
}

using Images = std::vector<PoissonImage<>>;  // after 0, 1, … iterations

void print_table(const std::vector<double>& log_likelihood, const Images& mlem, const Images& osem,
                 const Eigen::VectorXd& truth) {
    std::cout << "passes   MLEM log-likelihood   error, %   OSEM (" << subsets << " subsets) error, %\n"
              << std::fixed << std::setprecision(1);
    for (const std::size_t t : milestones) {
        std::cout << std::setw(6) << t << std::setw(22) << log_likelihood[t] << std::setw(11)
                  << error(mlem[t].image(), truth) << std::setw(28);
        if (t * subsets < osem.size())
            std::cout << error(osem[t * subsets].image(), truth) << '\n';
        else
            std::cout << "–\n";
    }
    const auto best =
        std::ranges::min_element(mlem, {}, [&](const auto& model) { return error(model.image(), truth); });
    std::cout << "\nMLEM is nearest to the truth after " << best - mlem.begin() << " iterations, "
              << error(best->image(), truth) << " %; the rest is noise that it learns.\n";
}

std::string draw(const std::filesystem::path& picture, const Eigen::VectorXd& truth,
                 const Eigen::VectorXd& counts, const Images& mlem, const Images& osem,
                 const Eigen::VectorXd& smooth) {
    const auto panel = [&](const std::string& title, const Eigen::VectorXd& image) {
        return ImagePanel{title, in_rows(image, size), 0.6 * truth.maxCoeff()};
    };
    std::vector<ImagePanel> panels{panel("the truth", truth),
                                   {"the counts", in_rows(counts, bins), counts.maxCoeff()}};
    for (const std::size_t t : milestones)
        panels.push_back(
            panel("MLEM, " + std::to_string(t) + (t == 1 ? " pass" : " passes"), mlem[t].image()));
    panels.push_back(panel("OSEM, 5 passes", osem[5 * subsets].image()));
    panels.push_back(panel("smooth, 100 passes", smooth));
    return draw_panels(picture, panels, 4);
}

}  // namespace

int main(int argc, char** argv) try {
    using namespace latent;
    // The scan: a million photons. A view is an angle, and each subset has every tenth.
    const SystemMatrix scanner = parallel_beam(size, angles, bins);
    Eigen::VectorXd truth = phantom();
    truth *= 1e6 / (scanner * truth).sum();
    Random random(1);
    Eigen::VectorXd counts(scanner.rows());
    Poisson<>(Eigen::MatrixXd(scanner * truth)).sample(0, random, counts.data());
    const RayCounts data(scanner, counts, {.view = bins, .units = subsets});
    std::cout << std::llround(counts.sum()) << " photons along " << counts.size() << " lines, "
              << truth.size() << " pixels\n\n";

    // MLEM, and ordered subsets: a subset an iteration, which forgets the subsets before.
    const PoissonImage start(size * size);
    Images mlem, osem;
    const auto plain = fit(start, data, Aitken{0}, Limits{.iterations = 100}, History<PoissonImage<>>{&mlem});
    constexpr int steps = 20 * subsets;
    fit(start, data, Stepwise<>{.batch = 1, .burn_in = steps}, Limits{.iterations = steps},
        History<PoissonImage<>>{&osem});
    print_table(plain.trace, mlem, osem, truth);

    // Neighbours are alike, but for edges; and fewer passes to the same likelihood.
    const SmoothingPrior alike{.columns = size, .strength = 0.003 * angles, .scale = 0.02 * truth.maxCoeff()};
    const auto smooth = fit(start, data, OneStepLate{alike}, Aitken{0}, Limits{.iterations = 100});
    std::cout << "With a prior by which neighbours are alike it ends at "
              << error(smooth.model.image(), truth) << " %.\n";
    const auto fast = fit(start, data, Squarem{}, Aitken{0}, Limits{.iterations = 12});
    std::cout << "Squarem has the log-likelihood " << fast.log_likelihood << " after " << fast.evaluations
              << " passes.\npicture: "
              << draw(argc > 1 ? argv[1] : "tomography.png", truth, counts, mlem, osem, smooth.model.image())
              << '\n';
    return error(smooth.model.image(), truth) < 25 && fast.log_likelihood > plain.log_likelihood ? 0 : 1;
} catch (const std::exception& error) {
    std::cerr << "tomography: " << error.what() << '\n';
    return 2;
}
