// A start that cuts the data into equal shares: by their value, or along their principal direction.
#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "latent/start/k_means.hpp"

namespace latent {

namespace detail {

/// A line through the data, and the places where it is cut.
struct CutLine {
    Eigen::VectorXd centre, direction;  ///< d
    std::vector<double> cuts;           ///< in increasing order

    /// In one dimension the line itself, else the one through the mean of these observations along which they vary most, in
    /// units of the dimensions' variances.
    template <class Scalar>
    CutLine(const Observations<Scalar>& x, Index parts, const Eigen::VectorXd& variances)
        : centre(Eigen::VectorXd::Zero(x.rows())), direction(Eigen::VectorXd::Ones(x.rows())) {
        if (x.rows() > 1) direct(x, variances.cwiseSqrt());
        cut(x, parts);
    }

    /// Where on the line observation i is; a missing cell is the mean.
    template <class Scalar>
    double position(const Observations<Scalar>& x, Index i) const {
        double sum = 0;
        for (Index j = 0; j < x.rows(); ++j) {
            const double step = direction(j) * (static_cast<double>(x(j, i)) - centre(j));
            if (!std::isnan(step)) sum += step;
        }
        return sum;
    }
    /// The number of the part that is there. A cut itself is in the part below it.
    Index part_at(double position) const {
        return std::lower_bound(cuts.begin(), cuts.end(), position) - cuts.begin();
    }

  private:
    /// The mean, and the first principal direction by the power method, from the observation that lies farthest out.
    template <class Scalar>
    void direct(const Observations<Scalar>& x, const Eigen::ArrayXd& scale) {
        Eigen::ArrayXd count = Eigen::ArrayXd::Zero(x.rows());
        Eigen::MatrixXd z(x.rows(), x.cols());
        for (Index i = 0; i < x.cols(); ++i)
            for (Index j = 0; j < x.rows(); ++j) {
                if (std::isnan(x(j, i)) || !(x.weight(i) > 0)) continue;
                count(j) += x.weight(i);
                centre(j) += x.weight(i) / count(j) * (static_cast<double>(x(j, i)) - centre(j));
            }
        for (Index i = 0; i < x.cols(); ++i) {
            const double root = std::sqrt(x.weight(i));
            for (Index j = 0; j < x.rows(); ++j) {
                z(j, i) = root * (static_cast<double>(x(j, i)) - centre(j)) / scale(j);
                if (std::isnan(z(j, i))) z(j, i) = 0;
            }
        }
        Index farthest = 0;
        if (x.cols() > 0) z.colwise().squaredNorm().maxCoeff(&farthest);
        Eigen::VectorXd along = z.col(farthest), projected(x.cols());
        for (int iteration = 0; iteration < 50; ++iteration) {
            projected.noalias() = z.transpose() * along.normalized();
            along.noalias() = z * projected;
        }
        Index largest = 0;
        along.cwiseAbs().maxCoeff(&largest);
        if (along(largest) < 0) along = -along;
        direction = (along.normalized().array() / scale).matrix();
    }

    template <class Scalar>
    void cut(const Observations<Scalar>& x, Index parts) {
        std::vector<double> at(static_cast<std::size_t>(x.cols()));
        double total = 0, below = 0;
        for (Index i = 0; i < x.cols(); ++i) {
            at[static_cast<std::size_t>(i)] = position(x, i);
            total += x.weight(i);
        }
        std::vector<Index> order(at.size());
        std::iota(order.begin(), order.end(), Index{0});
        std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) {
            return at[static_cast<std::size_t>(a)] < at[static_cast<std::size_t>(b)];
        });
        for (const Index i : order) {
            below += x.weight(i);
            while (std::ssize(cuts) < parts - 1 && below >= (1 - 1e-12) * total *
                                                                static_cast<double>(std::ssize(cuts) + 1) /
                                                                static_cast<double>(parts))
                cuts.push_back(at[static_cast<std::size_t>(i)]);
        }
    }
};

/// The class of each observation is the part of the line that it is on.
template <class Scalar>
struct PartOfLine {
    const CutLine& line;

    void operator()(Index, const Observations<Scalar>& x, ClassRoom<Scalar>& room) const {
        room.component.resize(static_cast<std::size_t>(x.cols()));
        for (Index i = 0; i < x.cols(); ++i)
            room.component[static_cast<std::size_t>(i)] = line.part_at(line.position(x, i));
    }
};

}  // namespace detail

/// Begins with equal shares of the sorted data, by weight: in one dimension the first component has the smallest values, the
/// second the next, and so on; equal values are together. In several dimensions they are sorted along the first
/// principal direction, in units of the dimensions' scales. A start without chance: of more than `sample` observations about
/// so many are drawn by the seed to find the cuts; of fewer it does not matter. A missing cell stands at the mean.
/// Time: n log n, or 100·n·d of the sample. Throws std::invalid_argument as KMeans does.
struct Quantiles {
    std::uint64_t seed = 0;  ///< of the sample
    Index sample = 1 << 16;  ///< cuts are those of about so many observations; 0: all

    template <class M, class Data, class X = Sequential>
    M operator()(const M& shape, const Data& data, const X& execution = {}) const {
        if constexpr (detail::can_start<M>()) {
            using Scalar = typename M::Scalar;
            detail::require_sample("Quantiles", sample, shape.size());
            const auto& units = detail::checked_units("Quantiles", shape, data, execution);
            const auto drawn = detail::draw_sample<Scalar>(units, sample, shape.size(), seed, execution);
            const auto variances = detail::cluster_variances<Scalar>(units, true, execution);
            const detail::CutLine line(drawn.observations(shape.dimension()), detail::components_of(shape),
                                       variances);
            return detail::from_classes("Quantiles", shape, units, detail::PartOfLine<Scalar>{line}, seed,
                                        execution);
        }
    }
};

}  // namespace latent
