// Seen through a blur: stars and a planet, as a telescope that is out of focus counts their photons. A blurred image is a sum over
// the pixels of the sharp one, as a scan is, so the model of tomography restores it: EM is then the algorithm of Richardson
// (1972) and Lucy (1974). The blur is no matrix: a projector is whatever can go forward and back.
#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <span>
#include <vector>

#include "latent/acceleration/squarem.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/execution/threads.hpp"
#include "latent/fit.hpp"
#include "latent/model/poisson_image.hpp"
#include "latent/observer/observers.hpp"
#include "support/image_panels.hpp"

using latent::Index;

namespace {

constexpr Index size = 96;
constexpr double sky = 2;  // photons a pixel that come from no star

/// Convolution with a normal density, in pixels. Each blurred pixel is a "ray".
class Blur {
  public:
    explicit Blur(double deviation) : reach_(static_cast<Index>(std::ceil(3 * deviation))) {
        for (Index d = -reach_; d <= reach_; ++d)
            weights_.push_back(std::exp(-0.5 * std::pow(static_cast<double>(d) / deviation, 2)));
        double sum = 0;
        for (const double weight : weights_) sum += weight;
        for (double& weight : weights_) weight /= sum;
    }
    static Index rays() { return size * size; }
    static Index pixels() { return size * size; }
    void forward(Index first, std::span<const double> x, std::span<double> y) const {
        for (double& value : y) {
            value = 0;
            for_each(first++, [&](std::size_t j, double weight) { value += weight * x[j]; });
        }
    }
    void backward(Index first, std::span<const double> y, std::span<double> x) const {
        for (const double value : y)
            for_each(first++, [&](std::size_t j, double weight) { x[j] += weight * value; });
    }

  private:
    /// visit(j, a_ij) for the pixels j about pixel i; what lies outside the image is not seen.
    template <class Visit>
    void for_each(Index i, const Visit& visit) const {
        const Index row = i / size, column = i % size;
        for (Index r = std::max<Index>(0, row - reach_); r <= std::min(size - 1, row + reach_); ++r)
            for (Index c = std::max<Index>(0, column - reach_); c <= std::min(size - 1, column + reach_); ++c)
                visit(static_cast<std::size_t>(r * size + c), weight(r - row) * weight(c - column));
    }
    double weight(Index d) const { return weights_[static_cast<std::size_t>(d + reach_)]; }

    Index reach_;
    std::vector<double> weights_;
};

/// A planet with a ring and a moon's shadow, and stars, some of them close to each other; photons a pixel.
Eigen::VectorXd scene() {
    Eigen::VectorXd image = Eigen::VectorXd::Zero(size * size);
    for (Index j = 0; j < image.size(); ++j) {
        const double x = static_cast<double>(j % size) - 52, y = static_cast<double>(j / size) - 44;
        const double ring = std::hypot(x / 34, (y - 0.35 * x) / 9);
        if (std::hypot(x, y) < 17) image(j) = std::hypot(x + 6, y + 6) < 3 ? 5 : 60 + 2 * y;
        if (ring > 0.8 && ring < 1 && (y - 0.35 * x > 0 || std::hypot(x, y) >= 17)) image(j) = 70;
    }
    latent::Random random(5);
    for (int star = 0; star < 16; ++star) {
        const Index j = random.below(size) * size + random.below(size - 4);
        image(j) += 1500 * random.uniform();
        if (star % 4 == 0) image(j + 4) += 1000;  // a double one
    }
    return image;
}

constexpr std::array<std::size_t, 4> milestones{5, 20, 100, 200};

/// How much of the bright stars' light is in their pixels, in percent.
double gathered(const Eigen::VectorXd& image, const Eigen::VectorXd& truth) {
    const Eigen::ArrayXd star = (truth.array() > 400).cast<double>();
    return 100 * (image.array() * star).sum() / (truth.array() * star).sum();
}

using Images = std::vector<latent::PoissonImage<Blur>>;  // after 0, 1, … iterations

void print_table(const std::vector<double>& log_likelihood, const Images& found,
                 const Eigen::VectorXd& counts, const Eigen::VectorXd& truth) {
    std::cout << std::fixed << std::setprecision(1) << "Of the bright stars' light, "
              << gathered(counts.array() - sky, truth) << " % is counted in their own pixels.\n\n"
              << "iterations   log-likelihood   light in its pixels, %\n";
    for (const std::size_t t : milestones)
        std::cout << std::setw(10) << t << std::setw(17) << log_likelihood[t] << std::setw(25)
                  << gathered(found[t].image(), truth) << '\n';
}

std::string draw(const std::filesystem::path& picture, const Eigen::VectorXd& truth,
                 const Eigen::VectorXd& counts, const Images& found) {
    std::vector<ImagePanel> panels{{"the truth", in_rows(truth, size), 120},
                                   {"what was counted", in_rows(counts, size), 120}};
    for (const std::size_t t : milestones)
        panels.push_back(
            {"after " + std::to_string(t) + " iterations", in_rows(found[t].image(), size), 120});
    return draw_panels(picture, panels, 3);
}

}  // namespace

int main(int argc, char** argv) try {
    using namespace latent;
    const Eigen::VectorXd truth = scene();
    const Blur blur(1.8);
    Eigen::VectorXd expected(size * size), counts(size * size);
    blur.forward(0, {truth.data(), size * size}, {expected.data(), size * size});
    expected.array() += sky;
    Random random(2);
    Poisson<>(Eigen::MatrixXd(expected)).sample(0, random, counts.data());

    const RayCounts data(blur, counts,
                         {.units = 4, .background = Eigen::VectorXd::Constant(counts.size(), sky)});
    const PoissonImage<Blur> start(counts.size());
    Images found;
    const auto restored = fit(start, data, Threads{}, Aitken{0}, Limits{.iterations = 200},
                              History<PoissonImage<Blur>>{&found});
    print_table(restored.trace, found, counts, truth);
    const auto fast = fit(start, data, Threads{}, Squarem{}, Aitken{0}, Limits{.iterations = 20});
    std::cout << "\nSquarem has the log-likelihood " << fast.log_likelihood << " after " << fast.evaluations
              << " E-steps.\npicture: " << draw(argc > 1 ? argv[1] : "deblurring.png", truth, counts, found)
              << '\n';
    return gathered(restored.model.image(), truth) > 40 ? 0 : 1;
} catch (const std::exception& error) {
    std::cerr << "deblurring: " << error.what() << '\n';
    return 2;
}
