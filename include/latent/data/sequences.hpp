// Observations as the models see them: views of the user's memory, cut into units.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/core/slices.hpp"
#include "latent/core/types.hpp"

namespace latent {

/// A view of d × n observations, one a column, in memory of any stride; nothing is copied or modified.
/// Optional weights w ≥ 0, one an observation: weight w counts as w copies of the observation.
/// The memory must outlive the view, so a temporary matrix is refused at compile time.
template <class Scalar>
class Observations {
  public:
    using Stride = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
    using View = Eigen::Map<const MatrixX<Scalar>, Eigen::Unaligned, Stride>;

    Observations(const Scalar* data, Index rows, Index columns, Index row_stride, Index column_stride,
                 const double* weights = nullptr, Index first = 0)
        : data_(data),
          rows_(rows),
          columns_(columns),
          row_stride_(row_stride),
          column_stride_(column_stride),
          weights_(weights),
          first_(first) {}

    /// Any Eigen object with its own memory: a matrix, a map, a block, a Ref, a transpose of one.
    template <class Derived>
    Observations(const Eigen::DenseBase<Derived>& x)  // NOLINT(google-explicit-constructor): a view of it
        : Observations(x.derived().data(), x.rows(), x.cols(), row_stride(x.derived()),
                       column_stride(x.derived())) {
        static_assert(std::is_same_v<typename Derived::Scalar, Scalar>,
                      "latent: the observations' scalar differs from the model's (float or double)");
    }
    /// One-dimensional observations.
    Observations(std::span<const Scalar> x)  // NOLINT(google-explicit-constructor): a view of it
        : Observations(x.data(), 1, static_cast<Index>(x.size()), 1, 1) {}

    template <class S, int R, int C, int O, int MR, int MC>
    Observations(const Eigen::Matrix<S, R, C, O, MR, MC>&&) = delete;  // the view would dangle
    Observations(const std::vector<Scalar>& x)  // NOLINT(google-explicit-constructor): a view of it
        : Observations(std::span<const Scalar>(x)) {}
    Observations(std::vector<Scalar>&&) = delete;  // the view would dangle

    Index rows() const { return rows_; }
    Index cols() const { return columns_; }
    /// Distance in memory between an observation's neighbouring coordinates, and between observations.
    Index row_stride() const { return row_stride_; }
    Index column_stride() const { return column_stride_; }
    const Scalar* data() const { return data_; }
    /// One weight an observation, or null where every weight is one.
    const double* weights() const { return weights_; }
    double weight(Index i) const { return weights_ ? weights_[i] : 1.0; }
    /// The number of the first observation in the whole that these are a part of: for messages.
    Index first() const { return first_; }
    Scalar operator()(Index j, Index i) const { return data_[j * row_stride_ + i * column_stride_]; }
    View matrix() const { return View(data_, rows_, columns_, Stride(column_stride_, row_stride_)); }

    /// Observations first … first + count − 1.
    Observations middle(Index first, Index count) const {
        return {data_ + first * column_stride_,        rows_,         count, row_stride_, column_stride_,
                weights_ ? weights_ + first : nullptr, first_ + first};
    }

  private:
    template <class X>
    static Index row_stride(const X& x) {
        return X::IsRowMajor ? x.outerStride() : x.innerStride();
    }
    template <class X>
    static Index column_stride(const X& x) {
        return X::IsRowMajor ? x.innerStride() : x.outerStride();
    }

    const Scalar* data_;
    Index rows_, columns_, row_stride_, column_stride_;
    const double* weights_;
    Index first_;
};

/// The observations x (a matrix d × n, a vector in one dimension, or a view of them) with n weights w ≥ 0: weight w
/// counts as w copies. A view of both, which must outlive it.
/// Throws std::invalid_argument unless there is one weight an observation.
template <class Scalar>
Observations<Scalar> weighted(const Observations<Scalar>& x, const Eigen::VectorXd& w) {
    detail::require(w.size() == x.cols(), "latent::weighted: ", w.size(), " weights given for ", x.cols(),
                    " observations");
    return {x.data(), x.rows(), x.cols(), x.row_stride(), x.column_stride(), w.data(), x.first()};
}
template <class Derived>
Observations<typename Derived::Scalar> weighted(const Eigen::DenseBase<Derived>& x,
                                                const Eigen::VectorXd& w) {
    return weighted(Observations<typename Derived::Scalar>(x), w);
}
template <class Scalar>
Observations<Scalar> weighted(const std::vector<Scalar>& x, const Eigen::VectorXd& w) {
    return weighted(Observations<Scalar>(x), w);
}
template <class X>
void weighted(const X&, const Eigen::VectorXd&&) = delete;  // the view would dangle
template <class S, int R, int C, int O, int MR, int MC>
void weighted(const Eigen::Matrix<S, R, C, O, MR, MC>&&, const Eigen::VectorXd&) = delete;

namespace detail {

/// Where runs of these lengths begin and the last one ends. Throws std::invalid_argument, naming the length, where one is
/// not positive or they do not add up to n.
inline std::vector<Index> ends_of(std::span<const Index> lengths, Index n) {
    std::vector<Index> ends{0};
    for (const Index length : lengths) {
        require(length > 0, "latent::Sequences: lengths[", ends.size() - 1, "] is ", length,
                ", expected at least 1");
        ends.push_back(ends.back() + length);
    }
    require(ends.back() == n, "latent::Sequences: lengths add up to ", ends.back(), ", but there are ", n,
            " observations");
    return ends;
}

}  // namespace detail

/// Observations cut into consecutive runs of columns, of any lengths ≥ 1: for a hidden Markov model the
/// sequences, each independent of the others; for a mixture, blocks that fit in the cache. A view: see
/// Observations.
template <class Scalar>
class Sequences {
  public:
    /// Runs of the given lengths, which must add up to the number of observations.
    /// Throws std::invalid_argument, naming the length, where they do not.
    Sequences(Observations<Scalar> all, std::span<const Index> lengths)
        : all_(all), ends_(detail::ends_of(lengths, all.cols())) {}

    /// All observations as one sequence (none where there is no observation).
    // NOLINTNEXTLINE(google-explicit-constructor): a view of it
    Sequences(Observations<Scalar> all) : all_(all), ends_{0} {
        if (all.cols() > 0) ends_.push_back(all.cols());
    }
    template <class Derived>
    Sequences(const Eigen::DenseBase<Derived>& x)  // NOLINT(google-explicit-constructor): a view of it
        : Sequences(Observations<Scalar>(x)) {}
    Sequences(const std::vector<Scalar>& x)  // NOLINT(google-explicit-constructor): a view of it
        : Sequences(Observations<Scalar>(x)) {}
    template <class S, int R, int C, int O, int MR, int MC>
    Sequences(const Eigen::Matrix<S, R, C, O, MR, MC>&&) = delete;  // the view would dangle
    Sequences(std::vector<Scalar>&&) = delete;                      // the view would dangle

    /// One sequence a matrix, d × length each. They are copied, one after the other, and kept alive by this
    /// view and its copies. Throws std::invalid_argument where their numbers of rows differ or one is empty.
    Sequences(const std::vector<MatrixX<Scalar>>& each)  // NOLINT(google-explicit-constructor)
        : Sequences(joined(each), lengths_of(each)) {}

    /// Blocks of `length` observations, the last one shorter; worth at most `slices` slices. Throws
    /// std::invalid_argument unless length ≥ 1.
    static Sequences blocks(Observations<Scalar> all, Index length, Index slices = 32) {
        detail::require(length > 0, "latent::Sequences::blocks: length is ", length, ", expected at least 1");
        std::vector<Index> lengths(static_cast<std::size_t>(all.cols() / length), length);
        if (all.cols() % length != 0) lengths.push_back(all.cols() % length);
        Sequences cut(all, lengths);
        cut.slices_ = Slices(cut.size(), slices);
        return cut;
    }

    /// Dimension and number of all observations.
    Index rows() const { return all_.rows(); }
    Index cols() const { return all_.cols(); }

    /// Units first … first + slices.units() − 1, to be summed in these slices.
    Sequences middle(Index first, const Slices& slices) const {
        Sequences some = *this;
        const Index begin = this->first(first), end = this->first(first + slices.units());
        some.all_ = all_.middle(begin, end - begin);
        some.ends_.assign(ends_.begin() + first, ends_.begin() + first + slices.units() + 1);
        for (Index& e : some.ends_) e -= begin;
        some.slices_ = slices;
        return some;
    }

    /// Number of units.
    Index size() const { return static_cast<Index>(ends_.size()) - 1; }
    /// Index of unit i's first observation.
    Index first(Index i) const { return ends_[static_cast<std::size_t>(i)]; }
    Index length(Index i) const { return first(i + 1) - first(i); }
    Observations<Scalar> operator[](Index i) const { return all_.middle(first(i), length(i)); }
    const Observations<Scalar>& all() const { return all_; }
    /// The slices in which the units are to be summed, see Slices.
    Slices slices() const { return slices_.value_or(Slices(size())); }
    /// first(0) … first(size()): where the units begin, and where the last one ends.
    std::span<const Index> ends() const { return ends_; }

  private:
    using Owner = std::shared_ptr<const MatrixX<Scalar>>;

    Sequences(Owner owner, std::span<const Index> lengths)
        : Sequences(Observations<Scalar>(*owner), lengths) {
        owner_ = std::move(owner);  // NOLINT(cppcoreguidelines-prefer-member-initializer): it delegates
    }
    static Owner joined(const std::vector<MatrixX<Scalar>>& each) {
        Index total = 0;
        for (std::size_t i = 0; i < each.size(); ++i) {
            detail::require(each[i].rows() == each[0].rows(), "latent::Sequences: sequence ", i, " has ",
                            each[i].rows(), " rows, but sequence 0 has ", each[0].rows());
            total += each[i].cols();
        }
        auto all = std::make_shared<MatrixX<Scalar>>(each.empty() ? 0 : each[0].rows(), total);
        Index next = 0;
        for (const auto& one : each) {
            all->middleCols(next, one.cols()) = one;
            next += one.cols();
        }
        return all;
    }
    static std::vector<Index> lengths_of(const std::vector<MatrixX<Scalar>>& each) {
        std::vector<Index> lengths;
        for (const auto& one : each) lengths.push_back(one.cols());
        return lengths;
    }

    Observations<Scalar> all_;
    std::vector<Index> ends_;
    std::optional<Slices> slices_;
    Owner owner_;
};

}  // namespace latent
