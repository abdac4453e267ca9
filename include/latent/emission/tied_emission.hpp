// States that share a density.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "latent/core/concepts.hpp"
#include "latent/core/units.hpp"
#include "latent/data/sequences.hpp"

namespace latent {

/// K densities of which some are one and the same: state k emits as member `group[k]` of a smaller family E. The
/// M-step pools what the states of a group emit. With it, a hidden Markov model's states can stand for more than what
/// they emit: how long a regime lasts (a chain of states of one group), or what came before. Cost: the family's
/// densities once, copied.
template <Emission E>
class TiedEmission {
  public:
    using Scalar = typename E::Scalar;
    using Statistics = typename E::Statistics;

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
    const E& family() const { return family_; }
    E& family() { return family_; }
    const std::vector<Index>& group() const { return group_; }
    /// d × K, of a family that has means.
    Eigen::MatrixXd means() const requires requires(const E& e) { e.means(); }
    {
        const Eigen::MatrixXd all = family_.means();
        Eigen::MatrixXd result(dimension(), size());
        for (Index k = 0; k < size(); ++k) result.col(k) = all.col(of(k));
        return result;
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
        Panel<Scalar>& own = scratch();
        family_.log_density(x, own);
        spread(own, out);
    }
    void density(const Panel<Scalar>& x, Panel<Scalar>& out) const requires
        requires(const E& e, const Panel<Scalar>& p, Panel<Scalar>& q) {
        e.density(p, q);
    }
    {
        Panel<Scalar>& own = scratch();
        family_.density(x, own);
        spread(own, out);
    }
    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        Panel<Scalar>& pooled = scratch();
        pooled.resize(weights.size(), family_.size());
        for (Index g = 0; g < family_.size(); ++g)
            std::fill(pooled.column(g), pooled.column(g) + pooled.padded(), Scalar(0));
        for (Index k = 0; k < size(); ++k)
            for (Index i = 0; i < weights.size(); ++i) pooled(i, of(k)) += weights(i, k);
        family_.accumulate(x, pooled, s);
    }
    void maximize(const Statistics& s) { family_.maximize(s); }
    double expected_log_density(const Statistics& s) const { return family_.expected_log_density(s); }
    bool same() const { return family_.same(); }
    void sample(Index k, Random& random, Scalar* x) const { family_.sample(of(k), random, x); }

    Index coordinates() const requires VectorizableEmission<E> { return family_.coordinates(); }
    void to_vector(std::span<double> v) const requires VectorizableEmission<E> { family_.to_vector(v); }
    void from_vector(std::span<const double> v) requires VectorizableEmission<E> { family_.from_vector(v); }
    void check(const Observations<Scalar>& x) const { detail::check_with(family_, x); }

    /// See MixtureEmission.
    void part(Random& random) requires requires(E& e) { e.part(random); }
    { family_.part(random); }

    // A member that collapsed: what is wrong with it, and its repair; a state of a group cannot start anew alone.

    std::optional<Cause> flaw(Index k, const Eigen::VectorXd& floor) const requires Collapsible<E> {
        return family_.flaw(of(k), floor);
    }
    bool raise(Index k, const Eigen::VectorXd& floor) requires Collapsible<E> {
        return family_.raise(of(k), floor);
    }
    void inflate(const Eigen::VectorXd& variances) requires Collapsible<E> { family_.inflate(variances); }
    double share(Index k) const requires Collapsible<E> { return family_.share(of(k)); }
    bool imprecise() const requires requires(const E& e) { e.imprecise(); }
    { return family_.imprecise(); }
    void respawn(Index k, Index from, Random& random) requires Collapsible<E> {
        if (of(k) != of(from)) family_.respawn(of(k), of(from), random);
    }
    void remove(Index k) requires Collapsible<E> {
        const Index g = of(k);
        group_.erase(group_.begin() + k);
        if (std::find(group_.begin(), group_.end(), g) != group_.end()) return;
        family_.remove(g);
        for (Index& other : group_) other -= other > g ? 1 : 0;
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "TiedEmission"; }
    static constexpr auto members() { return std::tuple{&TiedEmission::family_, &TiedEmission::group_}; }

  private:
    Index of(Index k) const { return group_[static_cast<std::size_t>(k)]; }
    static Panel<Scalar>& scratch() {
        static thread_local Panel<Scalar> panel;  // keeps its memory from block to block
        return panel;
    }
    void spread(const Panel<Scalar>& own, Panel<Scalar>& out) const {
        out.resize(own.size(), size());
        for (Index k = 0; k < size(); ++k) std::copy_n(own.column(of(k)), own.padded(), out.column(k));
    }

    E family_;
    std::vector<Index> group_;
};

}  // namespace latent
