// What families need to be Collapsible, whatever their parameters are.
#pragma once

#include <cmath>
#include <optional>
#include <tuple>

#include "latent/core/journal.hpp"
#include "latent/emission/parameter_checks.hpp"

namespace latent::detail {

/// The vector without entry k.
template <class Vector>
Vector without_entry(const Vector& v, Index k) {
    Vector left(v.size() - 1);
    left << v.head(k), v.tail(left.size() - k);
    return left;
}

/// The table without column k.
inline Eigen::MatrixXd without_column(const Eigen::MatrixXd& table, Index k) {
    Eigen::MatrixXd left(table.rows(), table.cols() - 1);
    left << table.leftCols(k), table.rightCols(left.cols() - k);
    return left;
}

/// How much of the observations each component had in the last maximize; one each, before any.
class ComponentCounts {
  public:
    ComponentCounts() = default;
    explicit ComponentCounts(Index K) : count_(Eigen::VectorXd::Ones(K)) {}

    void set(const Eigen::VectorXd& count) { count_ = count; }
    double share(Index k) const { return count_(k) / count_.sum(); }
    void copy(Index k, Index from) { count_(k) = count_(from); }
    void remove(Index k) { count_ = without_entry(count_, k); }

    /// What is wrong with component k, of d independent dimensions: it was empty, or deviation(j) is below least(j).
    template <class Deviation, class Least>
    std::optional<Cause> collapse_cause(Index k, Index d, const Deviation& deviation,
                                        const Least& least) const {
        if (!(count_(k) > negligible_count)) return Cause::empty_component;
        for (Index j = 0; j < d; ++j)
            if (!(deviation(j) >= least(j) * (1 - 1e-9))) return Cause::singular_covariance;
        return {};
    }

    /// All of its members, see Archivable.
    static constexpr auto members() { return std::tuple{&ComponentCounts::count_}; }

  private:
    Eigen::VectorXd count_;  // K
};

/// The least deviation that a floor of variances allows in dimension j.
inline double least_deviation(const Eigen::VectorXd& floor, Index j) {
    return floor.size() > 0 ? std::sqrt(floor(j)) : 0;
}

}  // namespace latent::detail
