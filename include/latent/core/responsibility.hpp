// Which observation belongs to which component, whoever says so.
#pragma once

#include <vector>

#include "latent/core/types.hpp"

namespace latent {

/// r(i, k) of any kind, which must outlive it, for observation i of a unit and component k: the part of it that belongs
/// there, ≥ 0, 1 in all. Models compile their part of a start once, whatever the start: see Startable.
class Responsibility {
  public:
    template <class R>
    explicit Responsibility(const R& r)
        : of_(&r), call_([](const void* of, Index i, Index k) {
              return static_cast<double>((*static_cast<const R*>(of))(i, k));
          }) {}
    double operator()(Index i, Index k) const { return call_(of_, i, k); }

  private:
    const void* of_;
    double (*call_)(const void*, Index, Index);
};

namespace detail {

/// Of each column of probabilities, K × n, the row of the largest, the first of several.
inline std::vector<Index> most_probable(const Eigen::MatrixXd& probabilities) {
    std::vector<Index> best(static_cast<std::size_t>(probabilities.cols()));
    for (Index i = 0; i < probabilities.cols(); ++i)
        probabilities.col(i).maxCoeff(&best[static_cast<std::size_t>(i)]);
    return best;
}

}  // namespace detail
}  // namespace latent
