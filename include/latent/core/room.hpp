// Memory in which an emission keeps, between log_density and accumulate, what both need.
#pragma once

#include "latent/core/concepts.hpp"

namespace latent::detail {

/// Of emissions that have none.
struct NoRoom {};

template <class E>
struct RoomType {
    using Type = NoRoom;
};
template <WithRoom E>
struct RoomType<E> {
    using Type = typename E::Room;
};
template <class E>
using RoomOf = typename RoomType<E>::Type;

/// Leaves in the room what accumulate needs of x.
template <class E, class Scalar>
void prepare(const E& e, const Panel<Scalar>& x, RoomOf<E>& room) {
    if constexpr (WithRoom<E>) e.prepare(x, room);
}

/// e.log_density(x, out), in a room where the emission has one.
template <class E, class Scalar>
void log_density(const E& e, const Panel<Scalar>& x, Panel<Scalar>& out, RoomOf<E>& room) {
    if constexpr (WithRoom<E>) {
        e.log_density(x, out, room);
    } else {
        e.log_density(x, out);
    }
}

/// e.density(x, out), in a room where the emission has one.
template <class E, class Scalar>
void density(const E& e, const Panel<Scalar>& x, Panel<Scalar>& out, RoomOf<E>& room) {
    if constexpr (requires { e.density(x, out, room); }) {
        e.density(x, out, room);
    } else {
        e.density(x, out);
    }
}

/// e.accumulate(x, r, s), from the room as prepare or log_density has left it for the same x.
template <class E, class Scalar, class Statistics>
void accumulate(const E& e, const Panel<Scalar>& x, const Panel<Scalar>& r, RoomOf<E>& room, Statistics& s) {
    if constexpr (WithRoom<E>) {
        e.accumulate(x, r, room, s);
    } else {
        e.accumulate(x, r, s);
    }
}

/// Whether cells of its observations may be missing.
template <class E>
bool takes_missing(const E& e) {
    if constexpr (TakesMissing<E>)
        return e.takes_missing();
    else
        return false;
}

/// Throws std::invalid_argument, in the owner's name, where the observations have missing cells that the emission cannot
/// do without.
template <class E, class Observations>
void require_cells(const char* owner, const E& e, const Observations& x) {
    require(!x.missing() || takes_missing(e), "latent::", owner,
            ": its densities cannot do without a cell: give complete observations, not with_missing");
}

}  // namespace latent::detail
