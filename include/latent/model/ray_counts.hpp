// Counts along rays, and the projector that says what each ray sees: the data of a PoissonImage.
#pragma once

#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/core/concepts.hpp"
#include "latent/data/ray_views.hpp"
#include "latent/data/sparse_projector.hpp"
#include "latent/emission/special_functions.hpp"

namespace latent {

struct RayOptions {
    Index view = 0;   ///< rays measured together, such as the bins of an angle; 0: I / units
    Index units = 8;  ///< at most so many; each takes J numbers of memory, and some passes over them
    Eigen::VectorXd background{};  ///< expected counts that come from no pixel, I of them; empty: none
};

template <class P>
class RayBlock;

namespace detail {

/// Whether P is a Projector; what is none does not compile.
template <class P>
constexpr bool is_projector() {
    static_assert(
        Projector<P>,
        "latent: RayCounts needs a Projector, with rays(), pixels(), forward(first, x, y) and "
        "backward(first, y, x), all const (core/concepts.hpp); of matrices it takes a SystemMatrix, "
        "Eigen::SparseMatrix<double, Eigen::RowMajor>");
    return Projector<P>;
}

/// Throws std::invalid_argument, in the owner's name, where one is negative or not finite.
inline void require_amounts(const char* owner, const char* what, const Eigen::VectorXd& amounts) {
    for (Index i = 0; i < amounts.size(); ++i)
        require(std::isfinite(amounts(i)) && amounts(i) >= 0, "latent::", owner, ": ", what, "(", i, ") is ",
                amounts(i), ", expected a finite number ≥ 0");
}

}  // namespace detail

/// Counts y_i of I rays, cut into units, each made of every so-manieth view: with an angle a view, each unit sees the whole
/// image from angles evenly apart, an ordered subset (Hudson & Larkin 1994). It holds the projector by value. Memory: J numbers
/// a unit. Time: one projection backward.
template <class P>
class RayCounts {
    static_assert(detail::is_projector<P>());

  public:
    /// Counts ≥ 0, as a rule whole numbers, one a ray. Throws std::invalid_argument on other numbers of them, on negative or
    /// infinite ones, here or in the background, and where the projector sees less than nothing.
    RayCounts(P projector, const Eigen::VectorXd& counts, const RayOptions& options = {});

    const P& projector() const { return projector_; }
    Index pixels() const { return exposure_.rows(); }
    /// Number of units.
    Index size() const { return views_.size(); }
    RayBlock<P> operator[](Index unit) const { return {*this, unit}; }
    /// How many rays the units before this one have.
    Index first(Index unit) const { return views_.first(unit); }
    /// A slice costs four passes over an image.
    Slices slices() const { return {size(), 16}; }

  private:
    friend class RayBlock<P>;

    detail::RayViews views(const RayOptions& options) const;
    void check_amounts(const char* what, const Eigen::VectorXd& amounts) const;

    P projector_;
    detail::RayViews views_;
    Eigen::VectorXd counts_, background_, log_factorials_;
    Eigen::MatrixXd exposure_;  // J × units: Σ_i a_ij over the unit's rays
};
RayCounts(const SystemMatrix&, const Eigen::VectorXd&, const RayOptions& = {})->RayCounts<SparseProjector>;

/// A unit: some views of the counts, which must outlive it.
template <class P>
class RayBlock {
  public:
    RayBlock(const RayCounts<P>& all, Index unit) : all_(&all), unit_(unit) {}

    Index size() const { return all_->views_.rays(unit_); }
    Index pixels() const { return all_->pixels(); }
    std::span<const double> counts() const {
        return {all_->counts_.data() + all_->first(unit_), static_cast<std::size_t>(size())};
    }
    /// Σ_i a_ij over its rays, J numbers.
    auto exposure() const { return all_->exposure_.col(unit_); }
    /// Σ_i log y_i!
    double log_factorials() const { return all_->log_factorials_(unit_); }

    /// expected_i := Σ_j a_ij image_j + background_i.
    void forward(const Eigen::VectorXd& image, std::vector<double>& expected) const {
        expected.resize(static_cast<std::size_t>(size()));
        all_->views_.for_each(unit_, [&](Index ray, Index place, Index n) {
            all_->projector_.forward(ray, {image.data(), image.data() + image.size()},
                                     {expected.data() + place, static_cast<std::size_t>(n)});
        });
        if (all_->background_.size() == 0) return;
        const double* background = all_->background_.data() + all_->first(unit_);
        for (double& value : expected) value += *background++;
    }
    /// image_j := Σ_i a_ij values_i.
    void backward(std::span<const double> values, Eigen::VectorXd& image) const {
        image.setZero(pixels());
        all_->views_.for_each(unit_, [&](Index ray, Index place, Index n) {
            all_->projector_.backward(ray, {values.data() + place, static_cast<std::size_t>(n)},
                                      {image.data(), image.data() + image.size()});
        });
    }
    /// The number of its i-th ray.
    Index ray(Index i) const { return all_->views_.ray(unit_, i); }

  private:
    const RayCounts<P>* all_;
    Index unit_;
};

template <class P>
RayCounts<P>::RayCounts(P projector, const Eigen::VectorXd& counts, const RayOptions& options)
    : projector_(std::move(projector)), views_(views(options)) {
    check_amounts("counts", counts);
    if (options.background.size() > 0) check_amounts("background", options.background);
    counts_ = views_.sorted(counts);
    if (options.background.size() > 0) background_ = views_.sorted(options.background);
    log_factorials_.setZero(size());
    exposure_.resize(projector_.pixels(), size());
    Eigen::VectorXd sum;
    for (Index u = 0; u < size(); ++u) {
        const RayBlock<P> block = (*this)[u];
        for (const double y : block.counts()) log_factorials_(u) += detail::log_gamma(y + 1);
        block.backward(std::vector<double>(block.counts().size(), 1.0), sum);
        exposure_.col(u) = sum;
    }
    for (Index j = 0; j < pixels(); ++j)
        detail::require(exposure_.row(j).minCoeff() >= 0 && exposure_.row(j).allFinite(),
                        "latent::RayCounts: the projector's entries for pixel ", j, " add up to ",
                        exposure_.row(j).sum(), ", expected finite numbers ≥ 0");
}

template <class P>
detail::RayViews RayCounts<P>::views(const RayOptions& options) const {
    const Index rays = projector_.rays();
    detail::require(rays > 0 && projector_.pixels() > 0, "latent::RayCounts: the projector has ", rays,
                    " rays and ", projector_.pixels(), " pixels, expected some of both");
    detail::require(options.units > 0 && options.view >= 0, "latent::RayCounts: units is ", options.units,
                    " and view is ", options.view, ", expected positive numbers");
    return {rays, options.view > 0 ? options.view : (rays + options.units - 1) / options.units,
            options.units};
}

template <class P>
void RayCounts<P>::check_amounts(const char* what, const Eigen::VectorXd& amounts) const {
    detail::require(amounts.size() == projector_.rays(), "latent::RayCounts: ", what, " has ", amounts.size(),
                    " elements, expected one for each of the projector's ", projector_.rays(), " rays");
    detail::require_amounts("RayCounts", what, amounts);
}

}  // namespace latent
