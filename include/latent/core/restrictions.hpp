// What constraints say of a model's parameters: where single ones may lie, and which are equal.
#pragma once

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/core/types.hpp"

namespace latent {

// (Members that are templates are compiled only where they are called.)

/// Where the numbers of a table may lie: each in an interval of its own, all of them anywhere at first.
class Intervals {
  public:
    /// `name` is what errors call the table.
    Intervals(const char* name, Index rows, Index columns) : name_(name), rows_(rows), columns_(columns) {}

    Index rows() const { return rows_; }
    /// Whether any number is restricted.
    bool any() const { return lower_.size() > 0; }
    bool any(Index column) const {
        for (Index i = 0; any() && i < rows_; ++i)
            if (restricted(i, column)) return true;
        return false;
    }
    double lower(Index i, Index j) const {
        if (any()) return lower_(i, j);
        return -infinity;
    }
    double upper(Index i, Index j) const {
        if (any()) return upper_(i, j);
        return infinity;
    }
    bool restricted(Index i, Index j) const { return lower(i, j) > -infinity || upper(i, j) < infinity; }
    bool fixed(Index i, Index j) const { return any() && lower_(i, j) == upper_(i, j); }
    /// How many numbers are fixed: their interval is a point.
    Index fixed() const {
        Index count = 0;
        for (Index j = 0; any() && j < columns_; ++j)
            for (Index i = 0; i < rows_; ++i) count += fixed(i, j) ? 1 : 0;
        return count;
    }

    /// Number (i, j) lies between the two. Throws std::invalid_argument where there is no such number, or it was said already
    /// where it lies, or no number lies between the two.
    template <class = void>
    void confine(Index i, Index j, double lower, double upper) {
        detail::require(i >= 0 && i < rows_ && j >= 0 && j < columns_,
                        "latent::Constrained: a constraint is about ", name_, "(", i, ", ", j,
                        "), but there are ", rows_, " × ", columns_);
        detail::require(lower <= upper && lower < infinity && upper > -infinity,
                        "latent::Constrained: ", name_, "(", i, ", ", j, ") is to lie between ", lower,
                        " and ", upper);
        if (lower == -infinity && upper == infinity) return;
        if (!any()) {
            lower_.setConstant(rows_, columns_, -infinity);
            upper_.setConstant(rows_, columns_, infinity);
        }
        detail::require(!restricted(i, j), "latent::Constrained: two constraints are about ", name_, "(", i,
                        ", ", j, ")");
        lower_(i, j) = lower;
        upper_(i, j) = upper;
    }

  private:
    static constexpr double infinity = std::numeric_limits<double>::infinity();

    const char* name_;
    Index rows_, columns_;
    Eigen::MatrixXd lower_, upper_;  // of no entries where none is restricted
};

/// Components whose parameters of one kind are equal: groups that have none in common.
class Ties {
  public:
    Ties(const char* name, Index K) : name_(name), K_(K) {}

    const std::vector<std::vector<Index>>& groups() const { return groups_; }
    bool has(Index k) const {
        for (const auto& group : groups_)
            if (std::find(group.begin(), group.end(), k) != group.end()) return true;
        return false;
    }
    /// Of how many components the parameters are those of another one.
    Index followers() const {
        Index count = 0;
        for (const auto& group : groups_) count += std::ssize(group) - 1;
        return count;
    }
    /// Ties these, at least two; where none is named, all. Throws std::invalid_argument where there is no such component, or
    /// one is tied twice.
    template <class = void>
    void tie(std::vector<Index> components) {
        if (components.empty()) {
            components.resize(static_cast<std::size_t>(K_));
            std::iota(components.begin(), components.end(), Index{0});
        }
        detail::require(components.size() > 1 || K_ == 1, "latent::Constrained: ", name_, " of ",
                        components.size(), " components are to be equal, expected at least 2");
        std::sort(components.begin(), components.end());
        for (std::size_t i = 0; i < components.size(); ++i) {
            const Index k = components[i];
            detail::require(k >= 0 && k < K_, "latent::Constrained: a constraint is about ", name_,
                            " of component ", k, ", expected 0 … ", K_ - 1);
            detail::require(!has(k) && (i == 0 || components[i - 1] != k), "latent::Constrained: ", name_,
                            " of component ", k, " are tied twice");
        }
        groups_.push_back(std::move(components));
    }

  private:
    const char* name_;
    Index K_;
    std::vector<std::vector<Index>> groups_;
};

/// All that constraints say of the parameters of a model of K components in d dimensions. A constraint fills in its part.
struct Restrictions {
    Intervals means, weights, initial,
        transition;  ///< d × K; K × 1; K × 1; K × K, from the row to the column
    Ties tied_means, tied_weights, tied_covariances;
    std::vector<Eigen::MatrixXd> covariances;  ///< K fixed ones, d × d; of no entries where they are free

    Restrictions(Index K, Index d)
        : means("means", d, K),
          weights("weights", K, 1),
          initial("initial", K, 1),
          transition("transition", K, K),
          tied_means("means", K),
          tied_weights("weights", K),
          tied_covariances("covariances", K),
          covariances(static_cast<std::size_t>(K)) {}

    const Eigen::MatrixXd& covariance(Index k) const { return covariances[static_cast<std::size_t>(k)]; }
    bool any_covariance() const {
        bool fixed = false;
        for (const auto& covariance : covariances) fixed = fixed || covariance.size() > 0;
        return fixed || !tied_covariances.groups().empty();
    }
    bool any_mean() const { return means.any() || !tied_means.groups().empty(); }
    bool any_weight() const { return weights.any() || !tied_weights.groups().empty(); }
    bool any_probability_of_chain() const { return initial.any() || transition.any(); }
    bool any_of_emission() const { return any_mean() || any_covariance(); }

    /// Component k's covariance is this one. Throws std::invalid_argument where there is no such component, or it has one.
    template <class = void>
    void fix_covariance(Index k, const Eigen::MatrixXd& covariance) {
        detail::require(k >= 0 && k < std::ssize(covariances),
                        "latent::Constrained: a constraint is about the covariance of component ", k,
                        ", expected 0 … ", covariances.size() - 1);
        detail::require(this->covariance(k).size() == 0,
                        "latent::Constrained: two constraints fix the covariance of component ", k);
        covariances[static_cast<std::size_t>(k)] = covariance;
    }
    /// Throws std::invalid_argument, in the constraint's name, unless the point has d coordinates.
    template <class = void>
    void require_dimension(const char* constraint, const char* member, const Eigen::VectorXd& point) const {
        detail::require(point.size() == means.rows(), "latent::", constraint, ": ", member, " has ",
                        point.size(), " coordinates, expected d = ", means.rows());
    }
    /// Throws std::invalid_argument where parameters that are tied are restricted by themselves as well.
    template <class = void>
    void require_consistent() const {
        const auto alone = [](const char* what, Index k, bool free) {
            detail::require(free, "latent::Constrained: the ", what, " of component ", k,
                            " is tied to others, and another constraint is about it");
        };
        for (Index k = 0; k < std::ssize(covariances); ++k) {
            alone("mean", k, !tied_means.has(k) || !means.any(k));
            alone("weight", k, !tied_weights.has(k) || !weights.restricted(k, 0));
            alone("covariance", k, !tied_covariances.has(k) || covariance(k).size() == 0);
        }
    }
};

}  // namespace latent
