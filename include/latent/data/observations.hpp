// Observations as the models see them: views of the user's memory, or copies where there is none to view.
#pragma once

#include <memory>
#include <span>
#include <type_traits>
#include <vector>

#include "latent/core/additive.hpp"
#include "latent/core/checks.hpp"
#include "latent/core/types.hpp"
#include "latent/data/annotated.hpp"
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
/// Optional weights w ≥ 0, one an observation: weight w counts as w copies of the observation; for what else may be known of
/// observations, see data/known.hpp. The memory must outlive the view, so a temporary matrix is refused at compile time.
///
/// Two kinds of data are not viewed but copied, and the copy lives as long as a view of it: whole numbers (matrices, vectors
/// and views of any integer type or bool), as each must become a Scalar, and a std::vector of column vectors, one an
/// observation. They throw std::invalid_argument, naming the observation, where Scalar does not hold a number exactly
/// or the dimensions differ. Cost: the copy, anew in every call that is given such data.
template <class Number>
class Observations : public detail::Annotated<Observations<Number>> {
    using Notes = detail::Notes;
    using Annotated = detail::Annotated<Observations<Number>>;

  public:
    using Scalar = Number;
    using Stride = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
    using View = Eigen::Map<const MatrixX<Scalar>, Eigen::Unaligned, Stride>;

    /// Of numbers anywhere in memory: coordinate j of observation i stands at data[j · row_stride + i · column_stride]. With
    /// a weight an observation, or null; `first` is the number of the first one in the whole, for messages.
    Observations(const Scalar* data, Index rows, Index columns, Index row_stride, Index column_stride,
                 const double* weights = nullptr, Index first = 0)
        : Annotated(Notes{.weights = weights}),
          data_(data),
          rows_(rows),
          columns_(columns),
          row_stride_(row_stride),
          column_stride_(column_stride),
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
    /// One-dimensional observations.
    Observations(const std::vector<Scalar>& x) : Observations(std::span<const Scalar>(x)) {}
    /// Copies of whole numbers, one-dimensional observations, or of column vectors, one an observation.
    template <class T>
    Observations(const std::vector<T>& x) : Observations(of(x)) {}
    /// A copy of whole numbers. Their notes are still viewed.
    template <std::integral Whole, std::floating_point Own = Scalar>
    Observations(const Observations<Whole>& x) : Observations(detail::copied<Scalar>(x.rows(), x.cols(), x)) {
        this->notes_ = x.notes();
        first_ = x.number(0);  // NOLINT(cppcoreguidelines-prefer-member-initializer): it delegates
    }

    // NOLINTEND(google-explicit-constructor)

    template <class S, int R, int C, int O, int MR, int MC>
    Observations(const Eigen::Matrix<S, R, C, O, MR, MC>&&) = delete;  // the view would dangle
    Observations(std::vector<Scalar>&&) = delete;                      // the view would dangle

    /// The dimension d.
    Index rows() const { return rows_; }
    /// The number n of observations.
    Index cols() const { return columns_; }
    /// Distance in memory between an observation's neighbouring coordinates.
    Index row_stride() const { return row_stride_; }
    /// Distance in memory between observations.
    Index column_stride() const { return column_stride_; }
    const Scalar* data() const { return data_; }
    /// The number of observation i in the whole that these are a part of: for messages.
    Index number(Index i) const { return first_ + (order_ ? order_[i] : i); }
    /// Where the answer about observation i belongs, if these are a part of some that begins at `begin`: there, but for those
    /// that a model has put into another order.
    Index place(Index begin, Index i) const { return order_ ? order_[i] : begin + i; }
    /// The number of the first row in the whole that these are rows of: for messages.
    Index first_row() const { return first_row_; }
    /// Coordinate j of observation i.
    Scalar operator()(Index j, Index i) const { return data_[j * row_stride_ + i * column_stride_]; }
    /// All of them as an Eigen map, d × n.
    View matrix() const { return View(data_, rows_, columns_, Stride(column_stride_, row_stride_)); }

    /// Observations first … first + count − 1: a part of the view, and what is looked at. In memory these are the same, see
    /// ObservationView.
    Observations view(Index first, Index count) const { return middle(first, count); }
    Observations middle(Index first, Index count) const {
        Observations some = *this;
        some.data_ += first * column_stride_;
        some.columns_ = count;
        some.notes_ = this->notes_.from(first);
        some.order_ = order_ ? order_ + first : nullptr;
        if (!order_) some.first_ += first;
        return some;
    }
    /// Rows first … first + count − 1 of every observation.
    Observations rows(Index first, Index count) const {
        Observations some = *this;
        some.data_ += first * row_stride_;
        some.rows_ = count;
        some.first_row_ += first;
        return some;
    }
    /// The same observations in memory that lives as long as views of it hold its owner.
    Observations held_by(const std::shared_ptr<const void>& owner) const {
        Observations same = *this;
        same.owner_ = owner;
        return same;
    }
    /// The same observations, which were numbers `order` of others until a model put them into another order.
    Observations with_order(const Index* order) const {
        Observations same = *this;
        same.order_ = order;
        return same;
    }

  private:
    template <class Derived>
    static Observations of(const Eigen::DenseBase<Derived>& dense) {
        const Derived& x = dense.derived();
        using Given = typename Derived::Scalar;
        static_assert(detail::NumberFor<Given, Scalar>,
                      "latent: the observations' scalar differs from the model's (float or double)");
        if constexpr (std::is_same_v<Given, Scalar>) {
            return {x.data(), x.rows(), x.cols(), row_stride(x), column_stride(x)};
        } else if constexpr (std::integral<Given>) {
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
    Index first_, first_row_ = 0;
    const Index* order_ = nullptr;
    std::shared_ptr<const void> owner_;  // of the memory, where it is not the user's
};

}  // namespace latent
