// Outliers: a component of constant density beside those of a family.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>

#include "latent/core/concepts.hpp"
#include "latent/core/reordered.hpp"
#include "latent/core/room.hpp"
#include "latent/core/saved.hpp"
#include "latent/core/units.hpp"
#include "latent/data/sequences.hpp"
#include "latent/emission/emission_checks.hpp"
#include "latent/emission/panel_columns.hpp"

namespace latent {

/// The smallest box with edges along the axes that holds some observations.
struct BoundingBox {
    Eigen::VectorXd lower, upper;  ///< d

    /// That of what is seen of the observations of positive weight. Throws std::invalid_argument where one is not finite, or a dimension has no
    /// extent.
    template <class Scalar>
    static BoundingBox of(const Observations<Scalar>& x) {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        BoundingBox box{Eigen::VectorXd::Constant(x.rows(), infinity),
                        Eigen::VectorXd::Constant(x.rows(), -infinity)};
        for (Index i = 0; i < x.cols(); ++i)
            for (Index j = 0; j < x.rows() && x.weight(i) > 0; ++j) {
                const auto value = static_cast<double>(x(j, i));
                if (x.missing() && std::isnan(value)) continue;
                detail::require(std::isfinite(value), "latent::BoundingBox: observation ", x.number(i),
                                ", dimension ", x.first_row() + j, " is ", value,
                                ", expected a finite number");
                box.lower(j) = std::min(box.lower(j), value);
                box.upper(j) = std::max(box.upper(j), value);
            }
        box.check();
        return box;
    }
    /// Throws std::invalid_argument where it has no volume.
    void check() const {
        detail::require(lower.size() > 0 && lower.size() == upper.size(), "latent::BoundingBox: lower has ",
                        lower.size(), " numbers, upper ", upper.size(), ", expected d of each");
        for (Index j = 0; j < lower.size(); ++j)
            detail::require(lower(j) < upper(j) && std::isfinite(upper(j) - lower(j)),
                            "latent::BoundingBox: dimension ", j, " ranges from ", lower(j), " to ", upper(j),
                            ", expected finite numbers, the second larger: a constant column has no volume");
    }
    static constexpr auto members() { return std::tuple{&BoundingBox::lower, &BoundingBox::upper}; }
    static constexpr auto saved() {
        return std::tuple{named("lower", &BoundingBox::lower), named("upper", &BoundingBox::upper)};
    }
    /// Throws std::invalid_argument, see check.
    double log_volume() const {
        check();
        return (upper - lower).array().log().sum();
    }
};

/// The volume of the smallest box that holds the observations (of positive weight): the product of their ranges. Throws
/// std::invalid_argument where a range is 0.
template <class Derived>
double bounding_box_volume(const Eigen::DenseBase<Derived>& x) {
    return std::exp(BoundingBox::of(Observations<typename Derived::Scalar>(x)).log_volume());
}

/// Expected sufficient statistics of a family with noise.
template <class FamilyStatistics>
struct WithNoiseStatistics {
    FamilyStatistics family;
    double count = 0;  ///< expected observations of all of the family's components
    double noise = 0;  ///< and of the noise

    static constexpr auto fields() {
        using S = WithNoiseStatistics;
        return std::tuple{&S::family, &S::count, &S::noise};
    }
};

/// The K densities of a family E and one more, the last, which is 1/volume everywhere and has no parameters: an Emission that
/// keeps outliers from the others (Banfield & Raftery 1993, section 3; mclust's noise component).
/// `Mixture(WithNoise(Gaussian<>(2, 2), x))` is a shape of three components, the noise being uniform over the box of the data x;
/// what `predict` says is component K belongs to none. Starts give it a twentieth of all observations. Collapse, coordinates,
/// priors and parts are the family's; the noise never collapses, and no remedy removes it. Cost: that of the family and a copy
/// of its densities.
template <class E>
class WithNoise {
    static_assert(detail::require_emission<E>());

  public:
    using Scalar = typename E::Scalar;
    using Statistics = WithNoiseStatistics<typename E::Statistics>;
    /// The family's, and its densities or responsibilities.
    struct Room {
        detail::RoomOf<E> family;
        Panel<Scalar> own;
    };

    /// An empty one, K = 0: to be assigned to.
    WithNoise() requires std::default_initializable<E>
    = default;

    /// Noise over the box of some observations. Throws std::invalid_argument, see BoundingBox.
    WithNoise(E family, const Observations<Scalar>& x) : WithNoise(std::move(family), BoundingBox::of(x)) {}
    /// Noise over a box. Throws std::invalid_argument where its dimension is not the family's.
    WithNoise(E family, BoundingBox box)
        : family_(std::move(family)), box_(std::move(box)), log_volume_(box_.log_volume()) {
        detail::require(box_.lower.size() == dimension(), "latent::WithNoise: the box has ",
                        box_.lower.size(), " dimensions, the family d = ", dimension());
    }
    /// Noise of a given volume, which has no place: nothing can be drawn from it. Throws std::invalid_argument where it is not
    /// finite and positive.
    WithNoise(E family, double volume) : family_(std::move(family)), log_volume_(std::log(volume)) {
        detail::require(std::isfinite(log_volume_), "latent::WithNoise: the volume is ", volume,
                        ", expected a finite number > 0");
    }

    Index size() const { return family_.size() == 0 ? 0 : family_.size() + 1; }
    Index dimension() const { return family_.dimension(); }
    /// The noise's number, K.
    Index noise() const { return family_.size(); }
    /// The noise's density is 1 / volume().
    double volume() const { return std::exp(log_volume_); }
    /// The components beside the noise.
    const E& family() const { return family_; }
    E& family() { return family_; }
    Index parameters() const { return family_.parameters(); }

    // -------------------------------------------------------------------------------- the Emission contract

    Statistics zero_statistics() const { return {family_.zero_statistics()}; }
    void reset(Statistics& s) const {
        detail::reset(family_, s.family);
        s.count = s.noise = 0;
    }
    /// Of a prior of the family.
    template <class P>
    Statistics pseudo_observations(const P& prior) const {
        return {prior(family_)};
    }

    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        Room room;
        log_density(x, out, room);
    }
    void prepare(const Panel<Scalar>& x, Room& room) const { detail::prepare(family_, x, room.family); }
    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out, Room& room) const {
        detail::log_density(family_, x, room.own, room.family);
        out.resize(x.size(), size());
        for (Index k = 0; k < noise(); ++k) detail::values(out, k) = detail::values(room.own, k);
        detail::values(out, noise()) = static_cast<Scalar>(-log_volume_);
        for (Index i = 0; i < x.size() && x.missing(); ++i)  // uniform over the box in what is seen
            for (Index j = 0; j < dimension(); ++j)
                if (std::isnan(x(i, j)))
                    out(i, noise()) += static_cast<Scalar>(std::log(box_.upper(j) - box_.lower(j)));
    }

    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        Room room;
        prepare(x, room);
        accumulate(x, weights, room, s);
    }
    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Room& room, Statistics& s) const {
        split(weights, room.own, s);
        detail::accumulate(family_, x, room.own, room.family, s.family);
    }

    // -------------------------------------------------------------------- missing cells: see TakesMissing

    /// Where the noise has a place.
    bool takes_missing() const { return detail::takes_missing(family_) && box_.lower.size() > 0; }
    void impute(const Panel<Scalar>& x, const Panel<Scalar>& r, Room& room,
                Eigen::Ref<Eigen::MatrixXd> values,
                Eigen::Ref<Eigen::MatrixXd> variances) const requires TakesMissing<E> {
        detail::copy_columns(r, 0, noise(), room.own);
        for (Index i = 0; i < x.size(); ++i) {
            Scalar sum = 0;
            for (Index k = 0; k < noise(); ++k) sum += room.own(i, k);
            for (Index k = 0; k < noise() && sum > 0; ++k) room.own(i, k) /= sum;
        }
        family_.impute(x, room.own, room.family, values, variances);
        for (Index i = 0; i < x.size(); ++i)
            for (Index j = 0; j < dimension(); ++j) {
                if (!std::isnan(x(i, j))) continue;
                const double range = box_.upper(j) - box_.lower(j), centre = box_.lower(j) + range / 2;
                const auto share = static_cast<double>(r(i, noise()));
                const double apart = centre - values(j, i);
                variances(j, i) = (1 - share) * variances(j, i) + share * range * range / 12 +
                                  share * (1 - share) * apart * apart;
                values(j, i) = (1 - share) * values(j, i) + share * centre;
            }
    }
    void draw_hidden(const Panel<Scalar>& x, Index i, Index k, Random& random, Room& room,
                     Eigen::Ref<Eigen::VectorXd> to) const requires TakesMissing<E> {
        if (k < noise()) return family_.draw_hidden(x, i, k, random, room.family, to);
        for (Index j = 0; j < dimension(); ++j)
            to(j) = box_.lower(j) + random.uniform() * (box_.upper(j) - box_.lower(j));
    }

    void maximize(const Statistics& s) {
        if (s.count + s.noise > 0) noise_share_ = s.noise / (s.count + s.noise);
        family_.maximize(s.family);
    }
    double expected_log_density(const Statistics& s) const {
        return family_.expected_log_density(s.family) - s.noise * log_volume_;
    }
    /// Those of the family; of a single one it is no question.
    bool all_equal() const { return family_.size() > 1 && family_.all_equal(); }

    /// Noise is uniform over the box. Throws std::logic_error where only its volume is known.
    void sample(Index k, Random& random, Scalar* x) const {
        if (k < noise()) return family_.sample(k, random, x);
        if (box_.lower.size() == 0)
            throw std::logic_error(
                "latent::WithNoise: noise of a volume without a place cannot be drawn: give it a box");
        for (Index j = 0; j < dimension(); ++j)
            x[j] = static_cast<Scalar>(box_.lower(j) + random.uniform() * (box_.upper(j) - box_.lower(j)));
    }

    Index coordinates() const requires VectorizableEmission<E> { return family_.coordinates(); }
    void to_vector(std::span<double> v) const requires VectorizableEmission<E> { family_.to_vector(v); }
    void from_vector(std::span<const double> v) requires VectorizableEmission<E> { family_.from_vector(v); }
    void check(const Observations<Scalar>& x) const { detail::check_with(family_, x); }
    void part(Random& random) requires Parting<E> { family_.part(random); }

    // ------------------------------------------------------- a component that collapsed: never that of the noise

    std::optional<Cause> collapse_cause(Index k, const Eigen::VectorXd& floor) const requires Collapsible<E> {
        return k < noise() ? family_.collapse_cause(k, floor) : std::nullopt;
    }
    bool floor_variances(Index k, const Eigen::VectorXd& floor) requires Collapsible<E> {
        return k == noise() || family_.floor_variances(k, floor);
    }
    void add_ridge(const Eigen::VectorXd& variances) requires Collapsible<E> { family_.add_ridge(variances); }
    double share(Index k) const requires Collapsible<E> {
        return k < noise() ? (1 - noise_share_) * family_.share(k) : noise_share_;
    }
    double rounding(Index k) const requires Rounding<E> { return k < noise() ? family_.rounding(k) : 0; }
    bool imprecise() const requires JudgesPrecision<E> { return family_.imprecise(); }
    /// Where `from` is the noise, inside the family's next component.
    void split_from(Index k, Index from, Random& random) requires SplittingEmission<E> {
        family_.split_from(k, from < noise() ? from : (k + 1) % noise(), random);
    }
    void remove(Index k) requires SplittingEmission<E> { family_.remove(k); }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "WithNoise"; }
    static constexpr auto members() {
        return std::tuple{&WithNoise::family_, &WithNoise::box_, &WithNoise::log_volume_,
                          &WithNoise::noise_share_};
    }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("family", &WithNoise::family_), named_optional("box", &WithNoise::box),
                          named("log_volume", &WithNoise::log_volume_)};
    }
    static WithNoise restored(E family, const std::optional<BoundingBox>& box, double log_volume) {
        if (box) return {std::move(family), *box};
        detail::require(std::isfinite(log_volume), "latent::WithNoise: log_volume is ", log_volume,
                        ", expected a finite number");
        WithNoise result(std::move(family), 1.0);
        result.log_volume_ = log_volume;
        return result;
    }
    /// The noise stays the last one. See latent::reordered.
    WithNoise reordered(const std::vector<Index>& order) const {
        detail::require(!order.empty() && order.back() == noise(),
                        "latent::WithNoise: the noise is to be the last component");
        return restored(detail::reorder(family_, {order.begin(), order.end() - 1}, SavedAs::components),
                        box(), log_volume_);
    }
    /// Where the noise is, if it has a place.
    std::optional<BoundingBox> box() const {
        return box_.lower.size() > 0 ? std::optional(box_) : std::nullopt;
    }

  private:
    /// The family's part of the weights, and the sums of it and of the noise's.
    void split(const Panel<Scalar>& weights, Panel<Scalar>& own, Statistics& s) const {
        detail::copy_columns(weights, 0, noise(), own);
        for (Index k = 0; k < noise(); ++k) s.count += detail::doubles(own, k).sum();
        s.noise += detail::doubles(weights, noise()).sum();
    }

    E family_;
    BoundingBox box_;  // empty where it is not known
    double log_volume_ = 0;
    double noise_share_ = 0;  // of the observations, in the last maximize
};

template <class E, class Where>
WithNoise(E, const Where&) -> WithNoise<E>;

}  // namespace latent
