// What belongs together in a picture? Every pixel is an observation of five numbers, red, green, blue and where it is, and a
// mixture of normal densities sorts them (after Carson, Belongie, Greenspan & Malik 2002, "Blobworld"). By colour alone a lake is
// the sky again, and all apples are one; with the place beside the colour they are told apart. The photograph is made here, with
// light that falls off and noise, so that the true regions are known.
#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <vector>

#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"
#include "latent/start/k_means.hpp"
#include "latent/start/restarts.hpp"
#include "support/image_panels.hpp"
#include "support/program.hpp"

using latent::Index;
using Model = latent::GaussianMixture<>;

namespace {

constexpr Index width = 120, height = 90;
constexpr std::array names{"sky", "lake", "meadow", "hill", "apple, left", "apple, right", "sun"};
using Colour = Eigen::Vector3d;  // red, green, blue, 0 … 1
const std::array<Colour, names.size()> colours{
    Colour{0.55, 0.72, 0.92}, Colour{0.50, 0.68, 0.90}, Colour{0.42, 0.66, 0.28}, Colour{0.45, 0.36, 0.30},
    Colour{0.85, 0.18, 0.16}, Colour{0.85, 0.18, 0.16}, Colour{0.98, 0.88, 0.45}};

/// Which of the regions a place is in; y grows downwards.
Index region(double x, double y) {
    const auto within = [&](double centre_x, double centre_y, double half_width, double half_height) {
        return std::hypot((x - centre_x) / half_width, (y - centre_y) / half_height) < 1;
    };
    if (within(24, 74, 10, 10)) return 4;
    if (within(97, 70, 12, 12)) return 5;
    if (within(98, 14, 9, 9)) return 6;
    if (within(62, 64, 25, 9)) return 1;
    if (y > 44 + 2 * std::sin(x / 14)) return 2;
    if (within(34, 50, 34, 28)) return 3;
    return 0;
}

struct Photograph {
    Eigen::MatrixXd pixels{5, width* height};  ///< red, green, blue, x, y
    std::vector<Index> truth{};
};

/// The light falls off from the upper right, and each pixel is noisy.
Photograph photograph() {
    Photograph made;
    latent::Random random(1);
    for (Index i = 0; i < width * height; ++i) {
        const auto x = static_cast<double>(i % width), y = static_cast<double>(i / width);
        const Index r = region(x, y);
        const double light = 1 - 0.25 * std::hypot(x - width, y) / std::hypot(width, height);
        made.truth.push_back(r);
        for (Index c = 0; c < 3; ++c)
            made.pixels(c, i) = std::clamp(
                light * colours[static_cast<std::size_t>(r)](c) + 0.05 * random.normal(), 0.0, 1.0);
        made.pixels.col(i).tail(2) << x, y;
    }
    return made;
}

/// K segments of the pixels by the first `dimensions` of their numbers.
std::vector<Index> segments(Index K, const Eigen::MatrixXd& pixels, Index dimensions) {
    const Eigen::MatrixXd x = pixels.topRows(dimensions);
    return latent::restarts(5, Model(K, dimensions), x, 1).best().model.predict(x);
}

/// Of how many pixels of each true region in each segment: regions × segments.
Eigen::MatrixXd counts(const std::vector<Index>& truth, const std::vector<Index>& found, Index K) {
    Eigen::MatrixXd all = Eigen::MatrixXd::Zero(std::ssize(names), K);
    for (std::size_t i = 0; i < truth.size(); ++i) ++all(truth[i], found[i]);
    return all;
}

/// Of each region the share that is in the segment where most of it is, and how much of that segment is the region.
void print_table(const Eigen::MatrixXd& by_colour, const Eigen::MatrixXd& by_both) {
    std::cout << "               by colour              by colour and place\n"
              << "region         found, %   pure, %     found, %   pure, %\n"
              << std::fixed << std::setprecision(0);
    for (std::size_t r = 0; r < names.size(); ++r) {
        std::cout << std::left << std::setw(13) << names[r] << std::right;
        for (const Eigen::MatrixXd& n : {by_colour, by_both}) {
            Index segment = 0;
            const double most = n.row(static_cast<Index>(r)).maxCoeff(&segment);
            std::cout << std::setw(10) << 100 * most / n.row(static_cast<Index>(r)).sum() << std::setw(10)
                      << 100 * most / n.col(segment).sum() << "   ";
        }
        std::cout << '\n';
    }
}

/// Of how many pixels the segment is one of which most are of the pixel's own region.
double purity(const Eigen::MatrixXd& n) { return n.colwise().maxCoeff().sum() / n.sum(); }

/// Each pixel in the mean colour of its segment.
Eigen::MatrixXd painted(const Eigen::MatrixXd& pixels, const std::vector<Index>& found, Index K) {
    Eigen::MatrixXd sums = Eigen::MatrixXd::Zero(4, K), image(3, pixels.cols());
    for (Index i = 0; i < pixels.cols(); ++i) {
        sums.col(found[static_cast<std::size_t>(i)]).head(3) += pixels.col(i).head(3);
        ++sums(3, found[static_cast<std::size_t>(i)]);
    }
    for (Index i = 0; i < pixels.cols(); ++i) {
        const auto sum = sums.col(found[static_cast<std::size_t>(i)]);
        image.col(i) = sum.head(3) / sum(3);
    }
    return image;
}

/// Each pixel in a colour that stands for its segment, whatever its own.
Eigen::MatrixXd labelled(const std::vector<Index>& found) {
    Eigen::MatrixXd image(3, std::ssize(found));
    for (std::size_t i = 0; i < found.size(); ++i) {
        const auto code = std::stoul(colour(static_cast<std::size_t>(found[i])).substr(2, 6), nullptr, 16);
        image.col(static_cast<Index>(i)) << static_cast<double>(code >> 16),
            static_cast<double>(code >> 8 & 255), static_cast<double>(code & 255);
    }
    return image / 255;
}

}  // namespace

int main(int argc, char** argv) {
    return run_program("segmentation", [&] {
        const Index K = std::ssize(names);
        const Photograph photo = photograph();
        const std::vector<Index> by_colour = segments(K, photo.pixels, 3),
                                 by_both = segments(K, photo.pixels, 5);
        const Eigen::MatrixXd colour_counts = counts(photo.truth, by_colour, K),
                              counts_of_both = counts(photo.truth, by_both, K);
        std::cout << photo.pixels.cols() << " pixels, " << K << " regions, " << K << " segments\n\n";
        print_table(colour_counts, counts_of_both);
        std::cout << "\npixels in a segment that is mostly their region: " << std::setprecision(1)
                  << 100 * purity(colour_counts) << " % by colour, " << 100 * purity(counts_of_both)
                  << " % by colour and place\n";
        const std::vector<ColourPanel> panels{
            {"the photograph", photo.pixels.topRows(3)},
            {"segments by colour", labelled(by_colour)},
            {"segments by colour and place", labelled(by_both)},
            {"those in their mean colours", painted(photo.pixels, by_both, K)}};
        std::cout << "picture: " << draw_panels(argc > 1 ? argv[1] : "segmentation.png", panels, width, 2)
                  << '\n';
        return purity(counts_of_both) > purity(colour_counts) ? 0 : 1;
    });
}
