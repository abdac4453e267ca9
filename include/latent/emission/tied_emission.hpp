// Tied emissions: states that share a density.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "latent/core/room.hpp"
#include "latent/core/saved.hpp"
#include "latent/core/units.hpp"
#include "latent/data/sequences.hpp"
#include "latent/emission/emission_checks.hpp"

namespace latent {

/// K densities of which some are one and the same: state k emits as member `group[k]` of a smaller family E. The
/// M-step pools what the states of a group emit. With it, a hidden Markov model's states can stand for more than what
/// they emit: how long a regime lasts (a chain of states of one group), or what came before. Cost: the family's
/// densities once, copied.
template <class E>
class TiedEmission {
    static_assert(detail::require_emission<E>());

  public:
    using Scalar = typename E::Scalar;
    using Statistics = typename E::Statistics;
    struct Room {
        Panel<Scalar> own;  ///< the family's densities, or weights
        detail::RoomOf<E> family;
    };

    /// An empty one, K = 0: to be assigned to.
    TiedEmission() requires std::default_initializable<E>
    = default;

    /// Throws std::invalid_argument where a group is no member of the family, or a member has no state.
    TiedEmission(E family, std::vector<Index> group) : family_(std::move(family)), group_(std::move(group)) {
        for (std::size_t k = 0; k < group_.size(); ++k)
            detail::require(group_[k] >= 0 && group_[k] < family_.size(), "latent::TiedEmission: group[", k,
                            "] is ", group_[k], ", expected 0 … ", family_.size() - 1);
        for (Index g = 0; g < family_.size(); ++g)
            detail::require(std::find(group_.begin(), group_.end(), g) != group_.end(),
                            "latent::TiedEmission: no state is in group ", g);
    }

    Index size() const { return std::ssize(group_); }
    Index dimension() const { return family_.dimension(); }
    /// The member densities that the states share.
    const E& family() const { return family_; }
    E& family() { return family_; }
    /// K values: which member of the family state k has.
    const std::vector<Index>& group() const { return group_; }
    /// d × K, of a family that has means.
    Eigen::MatrixXd means() const requires WithMeans<E> {
        const Eigen::MatrixXd all = family_.means();
        Eigen::MatrixXd result(dimension(), size());
        for (Index k = 0; k < size(); ++k) result.col(k) = all.col(of(k));
        return result;
    }
    /// Of a family that has it, see WithDistribution.
    static constexpr bool discrete = Discrete<E>;
    double cdf(Index k, double x) const requires WithDistribution<E> { return family_.cdf(of(k), x); }
    double survival(Index k, double x) const requires WithDistribution<E> {
        return family_.survival(of(k), x);
    }
    Index parameters() const { return family_.parameters(); }

    Statistics zero_statistics() const { return family_.zero_statistics(); }
    void reset(Statistics& s) const { detail::reset(family_, s); }
    /// Of a prior of the family.
    template <class P>
    Statistics pseudo_observations(const P& prior) const {
        return prior(family_);
    }

    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        Room room;
        log_density(x, out, room);
    }
    void prepare(const Panel<Scalar>& x, Room& room) const { detail::prepare(family_, x, room.family); }
    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out, Room& room) const {
        detail::log_density(family_, x, room.own, room.family);
        spread(room.own, out);
    }
    void density(const Panel<Scalar>& x, Panel<Scalar>& out) const requires PlainDensity<E> {
        Room room;
        density(x, out, room);
    }
    void density(const Panel<Scalar>& x, Panel<Scalar>& out, Room& room) const requires PlainDensity<E> {
        detail::density(family_, x, room.own, room.family);
        spread(room.own, out);
    }
    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        Room room;
        prepare(x, room);
        accumulate(x, weights, room, s);
    }
    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Room& room, Statistics& s) const {
        pool(weights, room.own);
        detail::accumulate(family_, x, room.own, room.family, s);
    }

    // -------------------------------------------------------------------- missing cells: see TakesMissing

    bool takes_missing() const { return detail::takes_missing(family_); }
    void impute(const Panel<Scalar>& x, const Panel<Scalar>& r, Room& room,
                Eigen::Ref<Eigen::MatrixXd> values,
                Eigen::Ref<Eigen::MatrixXd> variances) const requires TakesMissing<E> {
        pool(r, room.own);
        family_.impute(x, room.own, room.family, values, variances);
    }
    void draw_hidden(const Panel<Scalar>& x, Index i, Index k, Random& random, Room& room,
                     Eigen::Ref<Eigen::VectorXd> to) const requires TakesMissing<E> {
        family_.draw_hidden(x, i, of(k), random, room.family, to);
    }
    void maximize(const Statistics& s) { family_.maximize(s); }
    double expected_log_density(const Statistics& s) const { return family_.expected_log_density(s); }
    bool all_equal() const { return family_.all_equal(); }
    void sample(Index k, Random& random, Scalar* x) const { family_.sample(of(k), random, x); }

    Index coordinates() const requires VectorizableEmission<E> { return family_.coordinates(); }
    void to_vector(std::span<double> v) const requires VectorizableEmission<E> { family_.to_vector(v); }
    void from_vector(std::span<const double> v) requires VectorizableEmission<E> { family_.from_vector(v); }
    void check(const Observations<Scalar>& x) const { detail::check_with(family_, x); }

    /// See MixtureEmission.
    void part(Random& random) requires Parting<E> { family_.part(random); }

    // A member that collapsed: what is wrong with it, and its repair; a state of a group cannot start anew alone.

    std::optional<Cause> collapse_cause(Index k, const Eigen::VectorXd& floor) const requires Collapsible<E> {
        return family_.collapse_cause(of(k), floor);
    }
    bool floor_variances(Index k, const Eigen::VectorXd& floor) requires Collapsible<E> {
        return family_.floor_variances(of(k), floor);
    }
    void add_ridge(const Eigen::VectorXd& variances) requires Collapsible<E> { family_.add_ridge(variances); }
    double share(Index k) const requires Collapsible<E> { return family_.share(of(k)); }
    bool imprecise() const requires JudgesPrecision<E> { return family_.imprecise(); }
    void split_from(Index k, Index from, Random& random) requires SplittingEmission<E> {
        if (of(k) != of(from)) family_.split_from(of(k), of(from), random);
    }
    void remove(Index k) requires SplittingEmission<E> {
        const Index g = of(k);
        group_.erase(group_.begin() + k);
        if (std::find(group_.begin(), group_.end(), g) != group_.end()) return;
        family_.remove(g);
        for (Index& other : group_) other -= other > g ? 1 : 0;
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "TiedEmission"; }
    static constexpr auto members() { return std::tuple{&TiedEmission::family_, &TiedEmission::group_}; }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("family", &TiedEmission::family_),
                          named("group", &TiedEmission::group_, SavedAs::each)};
    }

  private:
    Index of(Index k) const { return group_[static_cast<std::size_t>(k)]; }
    /// to := the states' weights, pooled by group.
    void pool(const Panel<Scalar>& weights, Panel<Scalar>& to) const {
        to.resize(weights.size(), family_.size());
        for (Index g = 0; g < family_.size(); ++g)
            std::fill(to.column(g), to.column(g) + to.padded(), Scalar(0));
        for (Index k = 0; k < size(); ++k)
            for (Index i = 0; i < weights.size(); ++i) to(i, of(k)) += weights(i, k);
    }
    void spread(const Panel<Scalar>& own, Panel<Scalar>& out) const {
        out.resize(own.size(), size());
        for (Index k = 0; k < size(); ++k) std::copy_n(own.column(of(k)), own.padded(), out.column(k));
    }

    E family_;
    std::vector<Index> group_;
};

}  // namespace latent
