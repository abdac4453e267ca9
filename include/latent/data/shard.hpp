// Shards: a share of the data for each of several processes.
#pragma once

#include <concepts>

#include "latent/core/checks.hpp"
#include "latent/core/concepts.hpp"
#include "latent/core/units.hpp"
#include "latent/data/source.hpp"

namespace latent {

namespace detail {

/// Of this data a view of a temporary is refused.
template <class Data, class Scalar>
concept TemporaryRefused = DataSource<Data> ||(std::constructible_from<Observations<Scalar>, const Data&> &&
                                               !std::constructible_from<Observations<Scalar>, Data>);

}  // namespace detail

/// The share of process `part` = 0 … parts − 1 in the data, as `model` cuts them into units: whole slices of the whole
/// data (see Slices), in order. A fit over processes that hold these shards has the bits of the fit of the whole data,
/// for any number of them. There are at most 32 slices, and further processes get nothing to do.
///
/// `data` is a view of the whole, or a source (Sequences of one for a hidden Markov model), of which only the own share is
/// ever read by the fit. The result is a view too: what the model's units() makes of the data. Throws
/// std::invalid_argument unless 0 ≤ part < parts.
template <class M, class Data>
auto shard(const M& model, const Data& data, Index part, Index parts) {
    detail::require(part >= 0 && part < parts, "latent::shard: part is ", part, ", expected 0 … ", parts - 1);
    const auto& units = detail::units_of(model, data);
    static_assert(Shardable<std::remove_cvref_t<decltype(units)>>,
                  "latent: shard needs units with slices() and middle(first, slices), see Shardable");
    const Slices slices = units.slices();
    const auto bound = [&](Index p) { return (slices.count() * p + parts - 1) / parts; };
    const Index first = bound(part), last = bound(part + 1);
    return units.middle(first < slices.count() ? slices.begin(first) : units.size(),
                        slices.middle(first, last));
}

template <class M, detail::TemporaryRefused<typename M::Scalar> Data>
auto shard(const M& model, const Data&& data, Index part, Index parts) = delete;  // the view would dangle

}  // namespace latent
