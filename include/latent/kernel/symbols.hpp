// Tables with a column for each symbol: looked up, and counted in, for observation after observation.
#pragma once

#include <cstdint>
#include <limits>

#include "latent/core/compiled.hpp"
#include "latent/kernel/panel_tile.hpp"

namespace latent::detail {

/// symbol[i] := x[i] as a whole number 0 … M − 1, a fraction as the one below; M for what is none.
template <class Scalar>
void to_symbols(const Scalar* x, Index n, Index M, std::int32_t* symbol) {
    const auto end = static_cast<Scalar>(M);
    for (Index i = 0; i < n; ++i) symbol[i] = static_cast<std::int32_t>(x[i] >= 0 && x[i] < end ? x[i] : end);
}

/// Whether all of n values, so far apart, are symbols: whole numbers 0 … M − 1. No branch, and registers of values that are
/// neighbours, so that it costs little.
template <class Scalar>
bool all_symbols(const Scalar* x, Index n, Index stride, Index M) {
    using L = Lane<Scalar>;
    using Bits = typename Register<Scalar, register_bytes>::Bits;
    constexpr Index width = lanes<Scalar>;
    // A sum with it has no fraction.
    constexpr Scalar whole = Scalar(1) / std::numeric_limits<Scalar>::epsilon();
    const Scalar end = static_cast<Scalar>(M);
    Bits sound = Bits{} - 1;
    for (Index i = 0; i < n; i += width) {
        L value = {};
        if (stride == 1 && i + width <= n) {
            load(x + i, value);
        } else {
            for (Index l = 0; l < width && i + l < n; ++l) value[l] = x[(i + l) * stride];
        }
        const L rounded = (value + whole) - whole;
        sound = sound & (value >= Scalar(0)) & (value < end) & (rounded == value);
    }
    bool all = true;
    for (Index l = 0; l < width; ++l) all = all && sound[l] != 0;
    return all;
}

/// A table of one column a symbol, 0 … M, that begin a whole number of registers apart and are as long as these want it.
template <class Number>
struct SymbolTable {
    Number* entries;
    Index stride;

    [[gnu::always_inline]] Number* operator()(Index row, std::int32_t symbol) const {
        return entries + symbol * stride + row;
    }
};

/// What an entry makes of what is there.
struct Added {
    template <class T>
    [[gnu::always_inline]] void operator()(T& there, const T& entry) const {
        there += entry;
    }
};
struct Multiplied {
    template <class T>
    [[gnu::always_inline]] void operator()(T& there, const T& entry) const {
        there *= entry;
    }
};
struct Stored {
    template <class T>
    [[gnu::always_inline]] void operator()(T& there, const T& entry) const {
        there = entry;
    }
};

/// out(i, k) becomes what Combine makes of it and of table(k, symbol of i), of the n rows from `begin` on; `symbol` begins
/// there. n is whole cache lines.
template <class Combine, class Scalar>
void look_up(const SymbolTable<const Scalar>& table, const std::int32_t* symbol, Index n, Index begin,
             Panel<Scalar>& out) {
    for_each_tile<Scalar>(n, out.columns(),
                          [table, symbol, begin, to = columns_of(out)](auto bytes, Index i, Index k)
                              LATENT_ALWAYS_INLINE {
                                  constexpr Index Bytes = bytes();
                                  Tile<Scalar, Bytes> tile;
                                  if constexpr (!std::is_same_v<Combine, Stored>)
                                      load_tile<Bytes>(to, begin + i, k, tile);
#pragma GCC unroll 16
                                  for (int r = 0; r < static_cast<int>(lanes<Scalar, Bytes>); ++r) {
                                      Lane<Scalar, Bytes> entry;
                                      load(table(k, symbol[i + r]), entry);
                                      Combine{}(tile[r], entry);
                                  }
                                  store_tile<Bytes>(tile, begin + i, k, to);
                              });
}

/// table(k, symbol of i) += weights(i, k), of the n rows from `begin` on; `symbol` begins there. n is whole cache lines.
template <class Scalar>
void add_counts(const Panel<Scalar>& weights, const std::int32_t* symbol, Index n, Index begin,
                const SymbolTable<double>& table) {
    for_each_tile<Scalar>(n, weights.columns(),
                          [table, symbol, begin, from = columns_of(weights)](auto bytes, Index i, Index k)
                              LATENT_ALWAYS_INLINE {
                                  constexpr Index Bytes = bytes();
                                  Tile<Scalar, Bytes> tile;
                                  load_tile<Bytes>(from, begin + i, k, tile);
#pragma GCC unroll 16
                                  for (int r = 0; r < static_cast<int>(lanes<Scalar, Bytes>); ++r) {
                                      Doubles<Scalar, Bytes> so_far, weight;
                                      load(table(k, symbol[i + r]), so_far);
                                      convert(tile[r], weight);
                                      so_far += weight;
                                      store(table(k, symbol[i + r]), so_far);
                                  }
                              });
}

#define LATENT_SYMBOLS(S)                                                                                    \
    LATENT_INSTANTIATE(kernel, void look_up<Added, S>(const SymbolTable<const S>&, const std::int32_t*,      \
                                                      Index, Index, Panel<S>&));                             \
    LATENT_INSTANTIATE(kernel, void look_up<Multiplied, S>(const SymbolTable<const S>&, const std::int32_t*, \
                                                           Index, Index, Panel<S>&));                        \
    LATENT_INSTANTIATE(kernel, void look_up<Stored, S>(const SymbolTable<const S>&, const std::int32_t*,     \
                                                       Index, Index, Panel<S>&));                            \
    LATENT_INSTANTIATE(kernel, void add_counts<S>(const Panel<S>&, const std::int32_t*, Index, Index,        \
                                                  const SymbolTable<double>&))
LATENT_FOR_SCALARS(LATENT_SYMBOLS);
#undef LATENT_SYMBOLS

}  // namespace latent::detail
