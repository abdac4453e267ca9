// A prior by which neighbouring pixels are alike.
#pragma once

#include <cmath>
#include <tuple>

#include "latent/core/saved.hpp"
#include "latent/model/poisson_image.hpp"

namespace latent {

/// log p(λ) = −strength · scale · Σ log cosh((λ_j − λ_k) / scale) over all pairs of pixels that share an edge (Green 1990): like a
/// quadratic where neighbours differ by less than `scale`, and like their distance where they differ by more, so that edges
/// survive. Pixel j is in row j / columns. Steps that are one late do not swing while 8 · strength / scale is below
/// the exposure of a pixel by its intensity, nor can they fail while 4 · strength is below the exposure. For OneStepLate:
/// `OneStepLate{SmoothingPrior{.columns = 64, .strength = 0.1}}`.
struct SmoothingPrior {
    Index columns = 1;    ///< of the image
    double strength = 1;  ///< per pair, in the unit of the exposure
    double scale = 1;     ///< in the unit of the image, > 0

    static std::string type_name() { return "SmoothingPrior"; }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("columns", &SmoothingPrior::columns),
                          named("strength", &SmoothingPrior::strength),
                          named("scale", &SmoothingPrior::scale)};
    }
    /// Throws std::invalid_argument where a number makes no sense.
    void check() const {
        detail::require(columns > 0, "latent::SmoothingPrior: columns is ", columns, ", expected 1 or more");
        detail::require_amount("SmoothingPrior", "strength", strength);
        detail::require_amount("SmoothingPrior", "scale", scale);
        detail::require(scale > 0, "latent::SmoothingPrior: scale is 0, expected more");
    }

    /// The slope: counts of −d log p / dλ_j. Throws std::invalid_argument where the pixels are no whole number of rows.
    template <class P>
    WeightedSums operator()(const PoissonImage<P>& model) const {
        WeightedSums slope = model.zero_statistics();
        for_each_pair(model, [&](Index j, Index k, double difference) {
            const double each = strength * std::tanh(difference / scale);
            slope.count(j) += each;
            slope.count(k) -= each;
        });
        return slope;
    }
    template <class P>
    double log_prior(const PoissonImage<P>& model) const {
        double total = 0;
        for_each_pair(model, [&](Index, Index, double difference) {
            const double u = std::abs(difference / scale);
            total -= strength * scale * (u + std::log1p(std::exp(-2 * u)) - std::log(2.0));
        });
        return total;
    }

  private:
    /// visit(j, k, λ_j − λ_k) for all neighbours j, k.
    template <class P, class Visit>
    void for_each_pair(const PoissonImage<P>& model, const Visit& visit) const {
        const Eigen::VectorXd& image = model.image();
        detail::require(image.size() % columns == 0, "latent::SmoothingPrior: an image of ", image.size(),
                        " pixels has no whole number of rows with ", columns, " columns");
        for (Index j = 0; j < image.size(); ++j) {
            if ((j + 1) % columns != 0) visit(j, j + 1, image(j) - image(j + 1));
            if (j + columns < image.size()) visit(j, j + columns, image(j) - image(j + columns));
        }
    }
};

}  // namespace latent
