// Observations as the models see them: views of the user's memory, or copies where there is none to view.
#pragma once

#include <memory>
#include <span>
#include <type_traits>
#include <vector>

#include "latent/core/additive.hpp"
#include "latent/core/checks.hpp"
#include "latent/core/types.hpp"
#include "latent/data/exact.hpp"

namespace latent {

namespace detail {

/// A column vector with memory of its own.
template <class T>
concept ColumnVector = PlainEigen<T> && T::ColsAtCompileTime == 1;

/// Numbers that a Scalar can stand for: its own kind, and whole ones.
template <class T, class Scalar>
concept NumberFor = std::same_as<T, Scalar> || std::integral<T>;

/// The matrix d × n of value(j, i), coordinate j of observation i. Throws std::invalid_argument, naming the observation,
/// for a whole number that Scalar does not hold exactly.
template <class Scalar, class Value>
std::shared_ptr<const MatrixX<Scalar>> copied(Index d, Index n, const Value& value) {
    auto copy = std::make_shared<MatrixX<Scalar>>(d, n);
    for (Index i = 0; i < n; ++i)
        for (Index j = 0; j < d; ++j) {
            const auto number = value(j, i);
            require(holds<Scalar>(number), "latent: observation ", i, ", dimension ", j, " is ", number,
                    ", which no ", name_of<Scalar>, " holds exactly");
            (*copy)(j, i) = static_cast<Scalar>(number);
        }
    return copy;
}

}  // namespace detail

/// A view of d × n observations, one a column, in memory of any stride; nothing is copied or modified.
/// Optional weights w ≥ 0, one an observation: weight w counts as w copies of the observation.
/// The memory must outlive the view, so a temporary matrix is refused at compile time.
///
/// Two kinds of data are not viewed but copied, and the copy lives as long as a view of it: whole numbers (matrices, vectors
/// and views of any integer type or bool), as each must become a Scalar, and a std::vector of column vectors, one an
/// observation. They throw std::invalid_argument, naming the observation, where Scalar does not hold a number exactly
/// or the dimensions differ. Cost: the copy, anew in every call that is given such data.
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

    /// All of a matrix, which lives as long as a view of it.
    explicit Observations(std::shared_ptr<const MatrixX<Scalar>> x)
        : Observations(x->data(), x->rows(), x->cols(), 1, x->rows()) {
        owner_ = std::move(x);  // NOLINT(cppcoreguidelines-prefer-member-initializer): it delegates
    }

    // NOLINTBEGIN(google-explicit-constructor): views of what is given

    /// Any Eigen object with its own memory: a matrix, a map, a block, a Ref, a transpose of one.
    template <class Derived>
    Observations(const Eigen::DenseBase<Derived>& x) : Observations(of(x.derived())) {}
    /// One-dimensional observations.
    Observations(std::span<const Scalar> x) : Observations(x.data(), 1, static_cast<Index>(x.size()), 1, 1) {}
    Observations(const std::vector<Scalar>& x) : Observations(std::span<const Scalar>(x)) {}
    /// Copies of whole numbers, one-dimensional observations, or of column vectors, one an observation.
    template <class T>
    Observations(const std::vector<T>& x) : Observations(of(x)) {}
    /// A copy of whole numbers. The weights are still viewed.
    template <std::integral Whole, std::floating_point Own = Scalar>
    Observations(const Observations<Whole>& x) : Observations(detail::copied<Scalar>(x.rows(), x.cols(), x)) {
        weights_ = x.weights();  // NOLINT(cppcoreguidelines-prefer-member-initializer): it delegates
        first_ = x.first();      // NOLINT(cppcoreguidelines-prefer-member-initializer)
    }

    // NOLINTEND(google-explicit-constructor)

    template <class S, int R, int C, int O, int MR, int MC>
    Observations(const Eigen::Matrix<S, R, C, O, MR, MC>&&) = delete;  // the view would dangle
    Observations(std::vector<Scalar>&&) = delete;                      // the view would dangle

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
        Observations some = *this;
        some.data_ += first * column_stride_;
        some.columns_ = count;
        some.weights_ = weights_ ? weights_ + first : nullptr;
        some.first_ += first;
        return some;
    }
    /// The same observations with these weights, one an observation, or null.
    Observations with_weights(const double* weights) const {
        Observations same = *this;
        same.weights_ = weights;
        return same;
    }

  private:
    template <class Derived>
    static Observations of(const Eigen::DenseBase<Derived>& dense) {
        const Derived& x = dense.derived();
        using Number = typename Derived::Scalar;
        static_assert(detail::NumberFor<Number, Scalar>,
                      "latent: the observations' scalar differs from the model's (float or double)");
        if constexpr (std::is_same_v<Number, Scalar>) {
            return {x.data(), x.rows(), x.cols(), row_stride(x), column_stride(x)};
        } else if constexpr (std::integral<Number>) {
            return Observations(
                detail::copied<Scalar>(x.rows(), x.cols(), [&](Index j, Index i) { return x(j, i); }));
        }
    }
    template <class T>
    static Observations of(const std::vector<T>& x) {
        const auto n = static_cast<Index>(x.size());
        const auto at = [&](Index i) -> decltype(auto) { return x[static_cast<std::size_t>(i)]; };
        if constexpr (std::integral<T>) {
            return Observations(detail::copied<Scalar>(1, n, [&](Index, Index i) { return T{at(i)}; }));
        } else if constexpr (detail::ColumnVector<T>) {
            static_assert(detail::NumberFor<typename T::Scalar, Scalar>,
                          "latent: the observations' scalar differs from the model's (float or double)");
            const Index d = n > 0 ? at(0).size() : 0;
            for (Index i = 0; i < n; ++i)
                detail::require(at(i).size() == d, "latent: observation ", i, " has ", at(i).size(),
                                " coordinates, but observation 0 has ", d);
            return Observations(detail::copied<Scalar>(d, n, [&](Index j, Index i) { return at(i)(j); }));
        } else {
            static_assert(!std::is_arithmetic_v<T>,
                          "latent: the observations' scalar differs from the model's (float or double)");
            static_assert(
                std::is_arithmetic_v<T>,
                "latent: these are no observations: give a d × n matrix, latent::rows(x, n, d), or a "
                "std::vector of numbers or of Eigen column vectors");
        }
    }
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
    std::shared_ptr<const MatrixX<Scalar>> owner_;  // of the memory, where it is a copy
};

/// The observations x (a matrix d × n, a vector in one dimension, or a view of them) with n weights w ≥ 0: weight w
/// counts as w copies. A view of both, which must outlive it.
/// Throws std::invalid_argument unless there is one weight an observation.
template <class Scalar>
Observations<Scalar> weighted(const Observations<Scalar>& x, const Eigen::VectorXd& w) {
    detail::require(w.size() == x.cols(), "latent::weighted: ", w.size(), " weights given for ", x.cols(),
                    " observations");
    return x.with_weights(w.data());
}
template <class Derived>
Observations<typename Derived::Scalar> weighted(const Eigen::DenseBase<Derived>& x,
                                                const Eigen::VectorXd& w) {
    return weighted(Observations<typename Derived::Scalar>(x), w);
}
template <detail::Arithmetic Scalar>
Observations<Scalar> weighted(const std::vector<Scalar>& x, const Eigen::VectorXd& w) {
    return weighted(Observations<Scalar>(x), w);
}
template <class X>
void weighted(const X&, const Eigen::VectorXd&&) = delete;  // the view would dangle
template <class S, int R, int C, int O, int MR, int MC>
void weighted(const Eigen::Matrix<S, R, C, O, MR, MC>&&, const Eigen::VectorXd&) = delete;

}  // namespace latent
