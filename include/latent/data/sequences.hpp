// Observations cut into sequences.
#pragma once

#include <limits>
#include <numeric>
#include <span>
#include <type_traits>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/core/slices.hpp"
#include "latent/data/source.hpp"

namespace latent {

namespace detail {

/// A matrix with memory of its own, which is no column vector.
template <class T>
concept WideMatrix = PlainEigen<T> && T::ColsAtCompileTime != 1;

/// Where runs of these lengths begin and the last one ends. Throws std::invalid_argument, naming the length, where one is
/// not positive or they do not add up to n.
inline std::vector<Index> ends_of(std::span<const Index> lengths, Index n) {
    std::vector<Index> ends{0};
    for (const Index length : lengths) {
        require(length > 0, "latent::Sequences: lengths[", ends.size() - 1, "] is ", length,
                ", expected at least 1");
        require(length <= std::numeric_limits<Index>::max() - ends.back(), "latent::Sequences: lengths[",
                ends.size() - 1, "] is ", length, ", but there are ", n, " observations");
        ends.push_back(ends.back() + length);
    }
    require(ends.back() == n, "latent::Sequences: lengths add up to ", ends.back(), ", but there are ", n,
            " observations");
    return ends;
}

}  // namespace detail

/// Observations cut into consecutive runs of columns, of any lengths ≥ 1: for a hidden Markov model the sequences, each
/// independent of the others. Of memory (Of is float or double), or of a data source of the type Of, which
/// is read when it is looked at. A view of what it is cut from, which must outlive it. Memory: a number a sequence.
template <class Of>
class Sequences {
  public:
    using View = ViewOf<Of>;
    using Scalar = typename View::Scalar;

    /// Runs of the given lengths, which must add up to the number of observations.
    /// Throws std::invalid_argument, naming the length, where they do not.
    Sequences(View all, std::span<const Index> lengths)
        : all_(std::move(all)), ends_(detail::ends_of(lengths, all_.cols())), slices_(size()) {}

    // NOLINTBEGIN(google-explicit-constructor): views of what is given

    /// All observations as one sequence (none where there is no observation).
    Sequences(View all)
        : all_(std::move(all)),
          ends_(all_.cols() > 0 ? std::vector<Index>{0, all_.cols()} : std::vector<Index>{0}),
          slices_(size()) {}
    /// All as one sequence, copied, as Observations says of whole numbers.
    template <std::integral Whole>
    Sequences(const Observations<Whole>& x) : Sequences(Observations<Scalar>(x)) {}
    /// All columns as one sequence.
    template <class Derived>
    Sequences(const Eigen::DenseBase<Derived>& x) : Sequences(Observations<Scalar>(x)) {}
    /// One sequence of one-dimensional observations.
    Sequences(const std::vector<Scalar>& x) : Sequences(Observations<Scalar>(x)) {}
    /// Whole numbers are one sequence, one-dimensional observations, and copied as Observations says. Matrices, d × length
    /// each, and vectors of numbers (d = 1) are a sequence each. They are copied, one after the other. Throws
    /// std::invalid_argument where their numbers of rows differ or one is empty.
    template <class T>
    Sequences(const std::vector<T>& each) : Sequences(of(each)) {}

    // NOLINTEND(google-explicit-constructor)

    template <class S, int R, int C, int O, int MR, int MC>
    Sequences(const Eigen::Matrix<S, R, C, O, MR, MC>&&) = delete;  // the view would dangle
    Sequences(std::vector<Scalar>&&) = delete;                      // the view would dangle

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
    /// Number of unit i's observations.
    Index length(Index i) const { return first(i + 1) - first(i); }
    /// Unit i, d × length(i).
    Observations<Scalar> operator[](Index i) const { return all_.view(first(i), length(i)); }
    /// All observations, of whatever unit.
    const View& all() const { return all_; }
    /// The slices in which the units are to be summed, see Slices.
    Slices slices() const { return slices_; }
    /// first(0) … first(size()): where the units begin, and where the last one ends.
    std::span<const Index> ends() const { return ends_; }

  private:
    template <class T>
    static Sequences of(const std::vector<T>& x) {
        if constexpr (std::is_arithmetic_v<T>) {
            return Observations<Scalar>(x);
        } else if constexpr (detail::WideMatrix<T>) {
            return joined<typename T::Scalar>(x);
        } else if constexpr (requires { requires std::same_as<T, std::vector<typename T::value_type>>; }) {
            return joined<typename T::value_type>(x);
        } else {
            static_assert(
                std::is_arithmetic_v<T>,
                "latent: these are no sequences: give a d × n matrix, latent::Sequences(x, lengths), or "
                "a std::vector of numbers, of vectors of numbers, or of d × length matrices");
        }
    }
    /// Each is a sequence of such numbers.
    template <class Number, class Each>
    static Sequences joined(const std::vector<Each>& each) {
        static_assert(detail::NumberFor<Number, Scalar> && !std::is_same_v<Number, bool>,
                      "latent: the observations' scalar differs from the model's (float or double)");
        const std::vector<Observations<Number>> views(each.begin(), each.end());
        const Index d = views.empty() ? 0 : views.front().rows();
        std::vector<Index> lengths;
        for (const auto& one : views) {
            detail::require(one.rows() == d, "latent::Sequences: sequence ", lengths.size(), " has ",
                            one.rows(), " rows, but sequence 0 has ", d);
            lengths.push_back(one.cols());
        }
        const std::vector<Index> ends =
            detail::ends_of(lengths, std::accumulate(lengths.begin(), lengths.end(), Index{0}));
        std::size_t now = 0;
        const auto value = [&](Index j, Index i) {
            while (i >= ends[now + 1]) ++now;
            return views[now](j, i - ends[now]);
        };
        return {Observations<Scalar>(detail::copied<Scalar>(d, ends.back(), value)), lengths};
    }

    View all_;
    std::vector<Index> ends_;
    Slices slices_;
};

template <DataSource Source>
Sequences(const Source&, std::span<const Index>) -> Sequences<Source>;
template <DataSource Source>
Sequences(const SourceView<Source>&, std::span<const Index>) -> Sequences<Source>;
template <class Scalar>
Sequences(const Observations<Scalar>&, std::span<const Index>) -> Sequences<Scalar>;
template <class Derived>
Sequences(const Eigen::DenseBase<Derived>&, std::span<const Index>) -> Sequences<typename Derived::Scalar>;

}  // namespace latent
