// A family of K copies of one density, which is all that the author of a new emission writes.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <span>
#include <vector>

#include "latent/core/concepts.hpp"
#include "latent/core/saved.hpp"
#include "latent/emission/density_checks.hpp"
#include "latent/emission/observation_checks.hpp"
#include "latent/emission/observation_row.hpp"
#include "latent/emission/parameter_checks.hpp"

namespace latent {

/// Sufficient statistics of K densities.
template <class S>
struct FamilyStatistics {
    Eigen::VectorXd count;   ///< Σ_i r_ik, K
    std::vector<S> density;  ///< the densities' own, K

    static constexpr auto fields() {
        return std::tuple{&FamilyStatistics::count, &FamilyStatistics::density};
    }
};

/// K densities of a kind D, each with its own parameters: an Emission by a density of one observation in scalar code, see
/// Density. `Mixture<Family<D>>(3)` and `HMM<Family<D>>(2)` are shapes, where a D{} is one. Time: n·K calls of D's
/// log_density, and of its accumulate where a responsibility is not zero; the log-densities are computed in double, and
/// what depends on the parameters alone is worth keeping in D. Memory: an observation.
///
/// A component without observations keeps its parameters. The family is not Collapsible: a D whose likelihood has no bound,
/// as that of a deviation near 0, keeps its parameters within bounds in maximize.
template <class D, class Scalar_ = double>
class Family {
    static_assert(detail::check_density<D>());

  public:
    using Scalar = Scalar_;
    using Statistics = FamilyStatistics<typename D::Statistics>;

    /// An empty one, K = 0: to be assigned to.
    Family() = default;

    /// Throws std::invalid_argument where there is no density, or their dimensions differ.
    explicit Family(std::vector<D> densities) : densities_(std::move(densities)) {
        detail::require(!densities_.empty(), "latent::Family: there are no densities, expected at least one");
        for (Index k = 0; k < size(); ++k)
            detail::require(dimension_of(component(k)) == dimension() && dimension() > 0,
                            "latent::Family: component ", k, " has dimension ", dimension_of(component(k)),
                            ", component 0 ", dimension(), ", expected the same, at least 1");
    }
    /// K copies of a density: a shape for a start.
    Family(Index K, const D& density) : Family(copies(K, density)) {}
    /// K copies of the density that D{} is.
    explicit Family(Index K) requires std::default_initializable<D> : Family(K, D{}) {}

    Index size() const { return std::ssize(densities_); }
    Index dimension() const { return dimension_of(densities_.front()); }
    /// The density of component k.
    const D& component(Index k) const { return densities_[static_cast<std::size_t>(k)]; }
    /// K times the density's.
    Index parameters() const {
        constexpr bool told = requires(const D& d) { d.parameters(); };
        static_assert(
            told || VectorizableDensity<D>,
            "latent: Family<D> needs D::parameters(), the number of free ones, for aic, bic and Selection");
        return sum([](const D& d) {
            if constexpr (told)
                return static_cast<Index>(d.parameters());
            else
                return static_cast<Index>(d.coordinates());
        });
    }

    // -------------------------------------------------------------------------------- the Emission contract

    Statistics zero_statistics() const {
        Statistics s;
        reset(s);
        return s;
    }
    void reset(Statistics& s) const {
        s.count.setZero(size());
        s.density.resize(densities_.size());
        for (std::size_t k = 0; k < densities_.size(); ++k)
            if constexpr (requires(const D& d) { d.zero_statistics(); })
                s.density[k] = densities_[k].zero_statistics();
            else
                s.density[k] = {};
    }

    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        out.resize(x.size(), size());
        for (Index k = 0; k < size(); ++k) {
            const D& density = component(k);
            Scalar* to = out.column(k);
            for_each(x, [&](Index i, auto x_i) { to[i] = static_cast<Scalar>(density.log_density(x_i)); });
            std::fill(to + out.size(), to + out.padded(), Scalar(0));
        }
    }

    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        for (Index k = 0; k < size(); ++k) {
            const D& density = component(k);
            const Scalar* r = weights.column(k);
            double count = 0;
            typename D::Statistics& to = s.density[static_cast<std::size_t>(k)];
            typename D::Statistics sum = std::move(to);  // a local one, which can stay in registers
            for_each(x, [&](Index i, auto x_i) {
                const auto weight = static_cast<double>(r[i]);
                if (weight == 0) return;
                count += weight;
                density.accumulate(x_i, weight, sum);
            });
            to = std::move(sum);
            s.count(k) += count;
        }
    }

    /// A component without observations keeps its parameters.
    void maximize(const Statistics& s) {
        for (std::size_t k = 0; k < densities_.size(); ++k)
            if (s.count(static_cast<Index>(k)) > detail::negligible_count)
                densities_[k].maximize(s.density[k]);
    }

    double expected_log_density(const Statistics& s) const {
        double total = 0;
        for (std::size_t k = 0; k < densities_.size(); ++k)
            if (s.count(static_cast<Index>(k)) != 0)
                total += densities_[k].expected_log_density(s.density[k]);
        return total;
    }

    bool all_equal() const {
        for (const D& density : densities_)
            if (!equal(density, densities_.front())) return false;
        return true;
    }

    void sample(Index k, Random& random, Scalar* x) const {
        if constexpr (detail::ObservesNumber<D>) {
            *x = static_cast<Scalar>(component(k).sample(random));
        } else {
            Row row(dimension());
            component(k).sample(random, row.numbers());
            for (const double value : row.numbers()) *x++ = static_cast<Scalar>(value);
        }
    }

    /// Of one component after the other.
    Index coordinates() const requires VectorizableDensity<D> {
        return sum([](const D& d) { return static_cast<Index>(d.coordinates()); });
    }
    void to_vector(std::span<double> v) const requires VectorizableDensity<D> {
        for (const D& density : densities_) density.to_vector(next(density, v));
    }
    void from_vector(std::span<const double> v) requires VectorizableDensity<D> {
        for (D& density : densities_) density.from_vector(next(density, v));
    }

    /// See WithDistribution.
    static constexpr bool discrete = Discrete<D>;
    double cdf(Index k, double x) const requires DensityWithDistribution<D> { return component(k).cdf(x); }
    double survival(Index k, double x) const requires DensityWithDistribution<D> {
        return component(k).survival(x);
    }

    /// Throws std::invalid_argument on a wrong number of rows, or an observation that is not finite or that D refuses.
    void check(const Observations<Scalar>& x) const {
        detail::require_observations(
            "Family", x, dimension(), [](double value) { return std::isfinite(value); }, "a finite number");
        if constexpr (requires(const D& d, detail::ObservationOf<D> x_i) { d.refuse(x_i); }) {
            Row row(dimension());
            for (Index i = 0; i < x.cols(); ++i) {
                const char* why = densities_.front().refuse(row.read([&](Index j) { return x(j, i); }));
                detail::require(!why, "latent::Family: observation ", x.number(i), " is ", row, ", ", why);
            }
        }
    }

    /// The statistics of what a prior of D says was seen before: prior(density) → D::Statistics. It counts as observations.
    template <class P>
    Statistics pseudo_observations(const P& prior) const {
        Statistics s{Eigen::VectorXd::Ones(size()), {}};
        for (const D& density : densities_) s.density.push_back(prior(density));
        return s;
    }

    /// Component k becomes a copy of `from`: see SplittingEmission.
    void split_from(Index k, Index from, Random&) {
        densities_[static_cast<std::size_t>(k)] = component(from);
    }
    void remove(Index k) { densities_.erase(densities_.begin() + k); }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "Family"; }
    static constexpr auto members() { return std::tuple{&Family::densities_}; }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("densities", &Family::densities_, SavedAs::each)};
    }

  private:
    using Row = detail::ObservationRow<D>;

    static std::vector<D> copies(Index K, const D& density) {
        detail::require(K > 0, "latent::Family: K is ", K, ", expected at least 1");
        return std::vector<D>(static_cast<std::size_t>(K), density);
    }
    static Index dimension_of(const D& density) {
        if constexpr (detail::ObservesNumber<D>)
            return 1;
        else
            return static_cast<Index>(density.dimension());
    }
    template <class Number>
    Index sum(const Number& number) const {
        Index total = 0;
        for (const D& density : densities_) total += number(density);
        return total;
    }
    /// The density's own coordinates, which are taken off v.
    template <class T>
    static std::span<T> next(const D& density, std::span<T>& v) {
        const auto count = static_cast<std::size_t>(density.coordinates());
        const std::span<T> own = v.first(count);
        v = v.subspan(count);
        return own;
    }
    static bool equal(const D& a, const D& b) {
        if constexpr (std::equality_comparable<D>) {
            return a == b;
        } else if constexpr (std::is_trivially_copyable_v<D>) {
            using Bytes = std::array<std::byte, sizeof(D)>;
            return std::bit_cast<Bytes>(a) == std::bit_cast<Bytes>(b);
        } else {
            return false;
        }
    }
    /// visit(i, x_i) for each observation, without the filler.
    template <class Visit>
    static void for_each(const Panel<Scalar>& x, const Visit& visit) {
        Row row(x.columns());
        for (Index i = 0; i < x.size(); ++i) visit(i, row.read([&](Index j) { return x(i, j); }));
    }

    std::vector<D> densities_;
};

}  // namespace latent
