// Reconstruction of an image from Poisson counts: emission tomography, deblurring.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "latent/core/saved.hpp"
#include "latent/emission/weighted_sums.hpp"
#include "latent/model/ray_counts.hpp"

namespace latent {

/// What is inferred about the rays of a unit.
struct PoissonImagePosterior {
    std::vector<double> ratio;  ///< y_i / ŷ_i, counts by what was expected
    Eigen::VectorXd sent;  ///< E[Σ_i z_ij | y] = λ_j Σ_i a_ij y_i / ŷ_i: the counts that came from pixel j
};

/// y_i ~ Poisson(Σ_j a_ij λ_j + background_i), an image λ of J intensities ≥ 0 seen along rays: a LatentVariableModel. Hidden
/// is how many of a ray's counts came from each pixel, z_ij ~ Poisson(a_ij λ_j); so EM is
///   λ_j ← λ_j Σ_i a_ij y_i/ŷ_i / Σ_i a_ij
/// (Shepp & Vardi 1982, "Maximum likelihood reconstruction for emission tomography"; Lange & Carson 1984), known as MLEM and,
/// where A is a blur, as Richardson & Lucy's algorithm. Without a background Σ_j λ_j Σ_i a_ij = Σ_i y_i after every M-step.
///
/// It is fitted to RayCounts<P> (model/ray_counts.hpp). Ordered subsets (OSEM; Hudson & Larkin 1994) are the sweep
/// `Stepwise{.batch = 1, .burn_in = N}` with N iterations, an iteration a unit, in a new random order in each pass. Priors:
/// `MaximumAPosteriori{GammaPrior{…}}`, `OneStepLate{SmoothingPrior{…}}`. Time of an iteration: a projection forward and one
/// backward, and some passes over an image a unit.
///
/// An intensity of 0 stays so, and below 1e-290 becomes so; it is no parameter. A pixel that no ray sees keeps its own.
template <class P = SparseProjector>
class PoissonImage {
  public:
    using Unit = RayBlock<P>;
    using Posterior = PoissonImagePosterior;
    /// Of pixel j, count: Σ_i a_ij, its exposure; sum: the counts that it sent, 1 × J.
    using Statistics = WeightedSums;

    /// Intensities, one a pixel. Throws std::invalid_argument where there are none, or one is negative or not finite.
    explicit PoissonImage(Eigen::VectorXd image) : image_(std::move(image)) {
        detail::require(image_.size() > 0, "latent::PoissonImage: the image has no pixels");
        detail::require_amounts("PoissonImage", "image", image_);
    }
    /// All intensities one: a start, whose first M-step finds the scale.
    explicit PoissonImage(Index pixels) : PoissonImage(Eigen::VectorXd(Eigen::VectorXd::Ones(pixels))) {}

    Index size() const { return image_.size(); }
    Index parameters() const { return (image_.array() > 0).count(); }
    const Eigen::VectorXd& image() const& { return image_; }
    Eigen::VectorXd image() && { return std::move(image_); }

    /// Throws std::invalid_argument where the image has another number of pixels than the projector, and where there are counts
    /// on a ray that can have none: it sees only pixels at zero, and no background. Time: one projection.
    void check(const RayCounts<P>& data) const {
        detail::require(data.pixels() == size(), "latent::PoissonImage: the image has ", size(),
                        " pixels, the projector ", data.pixels());
        const std::string fault = explain(data);
        detail::require(fault.empty(), "latent::PoissonImage: ", fault);
    }
    /// Why these counts are impossible; nothing where they are not.
    std::string explain(const RayCounts<P>& data) const;

    Statistics zero_statistics() const {
        return {Eigen::VectorXd::Zero(size()), Eigen::MatrixXd::Zero(1, size())};
    }
    void reset(Statistics& s) const { s.count.setZero(size()), s.sum.setZero(1, size()); }
    /// log p(y).
    double infer(const Unit& x, Posterior& q) const {
        x.forward(image_, q.ratio);
        double log_p = -x.log_factorials();
        const auto y = x.counts();
        for (std::size_t i = 0; i < y.size(); ++i) {
            const double expected = q.ratio[i];
            log_p += (y[i] > 0 ? y[i] * std::log(expected) : 0) - expected;
            q.ratio[i] = y[i] > 0 && expected > 0 ? y[i] / expected : 0;
        }
        x.backward(q.ratio, q.sent);
        q.sent.array() *= image_.array();
        return log_p;
    }
    void accumulate(const Unit& x, const Posterior& q, Statistics& s) const {
        s.count += x.exposure();
        s.sum += q.sent.transpose();
    }
    /// λ_j = sum_j / count_j; without a maximum, where a prior left less than no exposure, infinite.
    void maximize(const Statistics& s) {
        for (Index j = 0; j < size(); ++j) {
            const double intensity = s.sum(0, j) / s.count(j);
            if (s.count(j) != 0) image_(j) = intensity < 0 ? HUGE_VAL : intensity < least ? 0 : intensity;
        }
    }
    double expected_log_joint(const Statistics& s) const {
        double total = 0;
        for (Index j = 0; j < size(); ++j)
            total += (s.sum(0, j) != 0 ? s.sum(0, j) * std::log(image_(j)) : 0) - s.count(j) * image_(j);
        return total;
    }

    /// √λ, those of zero left out. (A pixel that fades has an end there, by its logarithm none: 200 E-steps of Squarem went as far
    /// as 1500 of EM, and by logarithms as far as 150.)
    std::vector<double> to_vector() const {
        std::vector<double> v;
        for (const double intensity : image_)
            if (intensity > 0) v.push_back(std::sqrt(intensity));
        return v;
    }
    void from_vector(std::span<const double> v) {
        std::size_t next = 0;
        for (double& intensity : image_)
            if (intensity > 0) intensity = std::clamp(v[next] * v[next], least, most), ++next;
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "PoissonImage"; }
    static constexpr auto members() { return std::tuple{&PoissonImage::image_}; }
    /// What save writes, see Savable.
    static constexpr auto saved() { return std::tuple{named("image", &PoissonImage::image_)}; }

  private:
    static constexpr double least = 1e-290, most = 1e290;  // no product with them is denormal, which is slow

    Eigen::VectorXd image_;
};

template <class P>
std::string PoissonImage<P>::explain(const RayCounts<P>& data) const {
    for (Index j = 0; j < size(); ++j)
        if (!std::isfinite(image_(j)))
            return detail::text("pixel ", j, " has no finite intensity: a prior took all of its exposure");
    std::vector<double> expected;
    for (Index u = 0; u < data.size(); ++u) {
        const Unit x = data[u];
        x.forward(image_, expected);
        for (std::size_t i = 0; i < expected.size(); ++i)
            if (x.counts()[i] > 0 && !(expected[i] > 0))
                return detail::text("ray ", x.ray(static_cast<Index>(i)), " has ", x.counts()[i],
                                    " counts, expected none: it sees no pixel above zero, and no background");
    }
    return {};
}

}  // namespace latent
