// Observations in memory and in files, seen alike: what data sources are, and the view of one.
#pragma once

#include <concepts>
#include <memory>
#include <vector>

#include "latent/core/types.hpp"
#include "latent/data/annotated.hpp"
#include "latent/data/observations.hpp"
#include "latent/data/pool.hpp"

namespace latent {

/// Where d × n observations can be read from, a few at a time, by several threads at once. S supplies
///   Scalar                  float or double;
///   rows(), cols()          d and n;
///   read(first, count, to)  fills the d·count numbers at `to` with observations first … first + count − 1, one after
///                           the other; throws where it cannot.
/// Optional: missing() → whether a NaN is a missing cell, see with_missing.
/// It gets: whatever takes observations, fits, starts and questions to a model, with the bits it has in memory.
template <class S>
concept DataSource = std::floating_point<typename S::Scalar> &&
    requires(const S s, Index i, typename S::Scalar* to) {
    { s.rows() } -> std::convertible_to<Index>;
    { s.cols() } -> std::convertible_to<Index>;
    s.read(i, i, to);
};

/// d × n observations, wherever they are, that can be looked at a few at a time, by several threads at once: what units
/// are cut from. V has
///   Scalar, rows(), cols()  float or double, d and n;
///   view(first, count)      → Observations first … first + count − 1 in memory, which they hold where it must be;
///   middle(first, count)    → the same ones as a V, to be looked at later.
/// There are two: Observations of memory, and SourceView of whatever is read.
template <class V>
concept ObservationView = std::copyable<V> && requires(const V v, Index i) {
    { v.rows() } -> std::same_as<Index>;
    { v.cols() } -> std::same_as<Index>;
    { v.view(i, i) } -> std::same_as<Observations<typename V::Scalar>>;
    { v.middle(i, i) } -> std::same_as<V>;
};

/// The observations of a source, each read when it is looked at. The source must outlive it. Memory: as much as is looked
/// at at once (a block a worker), kept for the next ones. Weights, and what else stands beside observations, are in memory.
template <DataSource Source>
class SourceView : public detail::Annotated<SourceView<Source>> {
    using Annotated = detail::Annotated<SourceView<Source>>;

  public:
    using Scalar = typename Source::Scalar;

    SourceView(const Source& source)  // NOLINT(google-explicit-constructor): a view of what is given
        : Annotated(detail::Notes{.missing = lacks_cells(source)}), source_(&source), end_(source.cols()) {}
    SourceView(const Source&& source) = delete;  // the view would dangle

    Index rows() const { return source_->rows(); }
    Index cols() const { return end_ - begin_; }
    /// Reads observations first … first + count − 1. They hold their memory, and may outlive the view.
    Observations<Scalar> view(Index first, Index count) const {
        const auto memory = std::make_shared<const typename Memory::Loan>(
            memory_.take([] { return std::make_unique<std::vector<Scalar>>(); }));
        (*memory)->resize(static_cast<std::size_t>(rows() * count));
        source_->read(begin_ + first, count, (*memory)->data());
        const Observations<Scalar> read((*memory)->data(), rows(), count, 1, rows(), nullptr, begin_ + first);
        return read.held_by(memory).with_notes(this->notes_.from(first));
    }
    /// Observations first … first + count − 1, none of them read.
    SourceView middle(Index first, Index count) const {
        SourceView some = *this;
        some.begin_ = begin_ + first;
        some.end_ = some.begin_ + count;
        some.notes_ = this->notes_.from(first);
        return some;
    }

  private:
    static bool lacks_cells(const Source& source) {
        if constexpr (requires { source.missing(); })
            return source.missing();
        else
            return false;
    }

    using Memory = detail::Pool<std::vector<Scalar>>;

    const Source* source_;
    Index begin_ = 0, end_;  // of the source's observations
    Memory memory_;
};

namespace detail {

template <class Of>
struct ViewOf {
    using Type = Observations<Of>;
};
template <DataSource Source>
struct ViewOf<Source> {
    using Type = SourceView<Source>;
};

}  // namespace detail

/// How units see what they are cut from: memory, where `Of` is a number's type, else a source of that type.
template <class Of>
using ViewOf = typename detail::ViewOf<Of>::Type;

}  // namespace latent
