// A transition matrix as the forward and backward passes use it: by rows, by columns, dense or sparse.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <vector>

#include "latent/kernel/pair_products.hpp"
#include "latent/kernel/state_rows.hpp"

namespace latent::detail {

/// How numbers along a path and over paths are put together: products and sums of probabilities …
struct SumProduct {
    static constexpr double none = 0;
    template <class L, class X>
    [[gnu::always_inline]] static void add(L& sum, const X& x, const L& a) {
        sum += x * a;
    }
    template <class L>
    [[gnu::always_inline]] static void join(L& a, const L& b) {
        a += b;
    }
};
/// … or sums and maxima of their logarithms.
struct MaxSum {
    static constexpr double none = -std::numeric_limits<double>::infinity();
    template <class L, class X>
    [[gnu::always_inline]] static void add(L& most, const X& x, const L& a) {
        join(most, L(x + a));
    }
    template <class L>
    [[gnu::always_inline]] static void join(L& a, const L& b) {
        select(a > b, a, b, a);
    }
};

/// out = Σ_i x[i] · a[i] for as many rows as N registers have numbers. Two sums, so that one does not wait for the other.
template <class Algebra, int N, Index Bytes>
[[gnu::always_inline]] inline void combine_rows(const double* x, RowsAt<const double> a, double* out) {
    using L = Lane<double, Bytes>;
    constexpr Index width = lanes<double, Bytes>;
    L even[N], odd[N];
#pragma GCC unroll 4
    for (int c = 0; c < N; ++c) even[c] = odd[c] = Algebra::none + L{};
    for (Index i = 0; i < N * width; i += 2)
#pragma GCC unroll 4
        for (int c = 0; c < N; ++c) {
            L first, second;
            load(a[i] + c * width, first);
            load(a[i + 1] + c * width, second);
            Algebra::add(even[c], x[i], first);
            Algebra::add(odd[c], x[i + 1], second);
        }
#pragma GCC unroll 4
    for (int c = 0; c < N; ++c) {
        Algebra::join(even[c], odd[c]);
        store(out + c * width, even[c]);
    }
}

/// A dense matrix of rows of Registers registers, few enough to stay in them.
template <class Algebra, int Registers, Index RegisterBytes>
class DenseTransition {
  public:
    static constexpr Index Bytes = RegisterBytes;
    DenseTransition(const StateRows& rows, const StateRows& columns)
        : rows_{rows[0], stride}, columns_{columns[0], stride} {}

    [[gnu::always_inline]] static constexpr Index registers() { return Registers; }
    /// out(j) = Σ_i x(i) A(i, j).
    [[gnu::always_inline]] void forward(const double* x, double* out) const {
        combine_rows<Algebra, Registers, Bytes>(x, rows_, out);
    }
    /// out(i) = Σ_j A(i, j) x(j).
    [[gnu::always_inline]] void backward(const double* x, double* out) const {
        combine_rows<Algebra, Registers, Bytes>(x, columns_, out);
    }
    /// forward(x, reached) and backward(w, pulled), with the same bits.
    [[gnu::always_inline]] void both(const double* x, double* reached, const double* w,
                                     double* pulled) const {
        forward(x, reached);
        backward(w, pulled);
    }
    /// sum(i, j) += Σ_t leaving[t + 1][i] · entering[t + 1][j] over n steps.
    void add_pairs(const StateRows& leaving, const StateRows& entering, Index n, StateRows& sum) const {
        add_pair_products<Bytes>(leaving, entering, n, sum);
    }

  private:
    /// Known at compile time, so that no pointer to each row is made.
    static constexpr Index stride = StateRows::stride_of(Registers * lanes<double, Bytes>);

    const RowsAt<const double> rows_, columns_;
};

/// What the lanes of each of `width` registers join to, in one register.
template <class Algebra, class L, int width>
[[gnu::always_inline]] inline void join_lanes(L (&parts)[width], L& out) {
    transpose(parts);
#pragma GCC unroll 4
    for (int half = width / 2; half > 0; half /= 2)
#pragma GCC unroll 8
        for (int r = 0; r < half; ++r) Algebra::join(parts[r], parts[r + half]);
    out = parts[0];
}

/// A dense matrix of longer rows. Both passes go along its rows, so that reading it once serves a step forward and a step
/// backward, elsewhere in the sequence: a matrix that fills the first cache is read from the second. Each sum has the same
/// order in all three functions.
template <class Algebra, Index RegisterBytes>
class WideTransition {
  public:
    static constexpr Index Bytes = RegisterBytes;
    explicit WideTransition(const StateRows& rows) : rows_(rows.at()), padded_(rows.padded()) {}

    [[gnu::always_inline]] Index registers() const { return padded_ / width; }
    [[gnu::always_inline]] void forward(const double* x, double* out) const {
        in_pieces<8>(registers(), [&](auto N, Index piece) LATENT_ALWAYS_INLINE {
            // One sum alone g++ would not fuse for Zen, and so round in another way than both() does.
            constexpr int again = N() == 1;
            go_forward<N() + again>(x, (piece - again) * width, out);
        });
    }
    [[gnu::always_inline]] void backward(const double* x, double* out) const {
        in_pieces<2>(registers(), [&](auto N, Index piece)
                                      LATENT_ALWAYS_INLINE { go_backward<N()>(x, piece * width, out); });
    }
    [[gnu::always_inline]] void both(const double* x, double* reached, const double* w,
                                     double* pulled) const {
        for (Index j = 0; j < padded_; j += width) store(reached + j, L(Algebra::none + L{}));
        for (Index i = 0; i < padded_; i += width) {
            L parts[width], left[width];
            const double* row[width];
            nothing(parts);
#pragma GCC unroll 8
            for (int r = 0; r < width; ++r) {
                left[r] = x[i + r] - L{};
                row[r] = rows_[i + r];
            }
            for (Index j = 0; j < padded_; j += width) {
                L entered, sum;
                load(w + j, entered);
                load(reached + j, sum);
#pragma GCC unroll 8
                for (int r = 0; r < width; ++r) {
                    L a;
                    load(row[r] + j, a);
                    keep(a);
                    Algebra::add(sum, left[r], a);
                    Algebra::add(parts[r], entered, a);
                }
                store(reached + j, sum);
            }
            store_joined(parts, pulled + i);
        }
    }
    void add_pairs(const StateRows& leaving, const StateRows& entering, Index n, StateRows& sum) const {
        add_pair_products<Bytes>(leaving, entering, n, sum);
    }

  private:
    using L = Lane<double, Bytes>;
    static constexpr Index width = lanes<double, Bytes>;

    /// N registers of columns, from j on.
    template <int N>
    [[gnu::always_inline]] void go_forward(const double* x, Index j, double* out) const {
        L sum[N];
#pragma GCC unroll 8
        for (int c = 0; c < N; ++c) sum[c] = Algebra::none + L{};
        for (Index i = 0; i < padded_; ++i)
#pragma GCC unroll 8
            for (int c = 0; c < N; ++c) add(sum[c], x[i], rows_[i] + j + c * width);
#pragma GCC unroll 8
        for (int c = 0; c < N; ++c) store(out + j + c * width, sum[c]);
    }
    /// N registers of rows, from i on.
    template <int N>
    [[gnu::always_inline]] void go_backward(const double* x, Index i, double* out) const {
        L parts[N][width];
#pragma GCC unroll 2
        for (int n = 0; n < N; ++n) nothing(parts[n]);
        for (Index j = 0; j < padded_; j += width) {
            L entered;
            load(x + j, entered);
#pragma GCC unroll 2
            for (int n = 0; n < N; ++n)
#pragma GCC unroll 8
                for (int r = 0; r < width; ++r) add(parts[n][r], entered, rows_[i + n * width + r] + j);
        }
#pragma GCC unroll 2
        for (int n = 0; n < N; ++n) store_joined(parts[n], out + i + n * width);
    }
    template <class X>
    [[gnu::always_inline]] static void add(L& sum, const X& x, const double* from) {
        L a;
        load(from, a);
        Algebra::add(sum, x, a);
    }
    [[gnu::always_inline]] static void nothing(L (&parts)[width]) {
#pragma GCC unroll 8
        for (int r = 0; r < width; ++r) parts[r] = Algebra::none + L{};
    }
    [[gnu::always_inline]] static void store_joined(L (&parts)[width], double* to) {
        L joined;
        join_lanes<Algebra>(parts, joined);
        store(to, joined);
    }

    const RowsAt<const double> rows_;
    const Index padded_;
};

/// The entries of a sparse matrix that count, row after row: those of row r are begin[r] … begin[r + 1] − 1.
struct CompressedRows {
    std::vector<std::size_t> begin;
    std::vector<std::uint32_t> column;
    std::vector<double> value;

    /// entry(r, c) of a K × K matrix; `none` does not count.
    template <class Entry>
    void assign(Index K, double none, const Entry& entry) {
        begin.assign(1, 0);
        column.clear();
        value.clear();
        for (Index r = 0; r < K; ++r) {
            for (Index c = 0; c < K; ++c)
                if (entry(r, c) != none) {
                    column.push_back(static_cast<std::uint32_t>(c));
                    value.push_back(entry(r, c));
                }
            begin.push_back(column.size());
        }
    }
    Index rows() const { return std::ssize(begin) - 1; }
    /// each(entry) for those of row r.
    template <class Each>
    void for_each(Index r, const Each& each) const {
        for (std::size_t e = begin[static_cast<std::size_t>(r)]; e < begin[static_cast<std::size_t>(r) + 1];
             ++e)
            each(e);
    }
};

/// A sparse matrix: a pass costs what its entries cost.
template <class Algebra>
class SparseTransition {
  public:
    static constexpr Index Bytes = register_bytes;
    /// Throws away what it held.
    void assign(const Eigen::MatrixXd& a) {
        from_.assign(a.rows(), Algebra::none, [&](Index i, Index j) { return a(i, j); });
        to_.assign(a.rows(), Algebra::none, [&](Index j, Index i) { return a(i, j); });
        registers_ = padded_states(a.rows()) / lanes<double>;
    }
    Index registers() const { return registers_; }
    void forward(const double* x, double* out) const { combine(to_, x, out); }
    void backward(const double* x, double* out) const { combine(from_, x, out); }
    void both(const double* x, double* reached, const double* w, double* pulled) const {
        forward(x, reached);
        backward(w, pulled);
    }
    void add_pairs(const StateRows& leaving, const StateRows& entering, Index n, StateRows& sum) const {
        static thread_local std::vector<double> total;  // of each entry; keeps its memory
        total.assign(from_.value.size(), 0.0);
        for (Index t = 1; t <= n; ++t)
            for (Index i = 0; i < from_.rows(); ++i) {
                const double left = leaving[t][i];
                const double* const entered = entering[t];
                from_.for_each(i, [&](std::size_t e) { total[e] += left * entered[from_.column[e]]; });
            }
        for (Index i = 0; i < from_.rows(); ++i)
            from_.for_each(i, [&](std::size_t e) { sum[i][from_.column[e]] += total[e]; });
    }

  private:
    void combine(const CompressedRows& a, const double* x, double* out) const {
        for (Index r = 0; r < a.rows(); ++r) {
            double sum = Algebra::none;
            a.for_each(r, [&](std::size_t e) { Algebra::add(sum, x[a.column[e]], a.value[e]); });
            out[r] = sum;
        }
        std::fill(out + a.rows(), out + registers_ * lanes<double>, Algebra::none);
    }

    CompressedRows from_, to_;  // by the state that is left, and by the one that is entered
    Index registers_ = 0;
};

/// A transition matrix (for MaxSum: its logarithms) in the form that suits it, and the pass made with it.
template <class Algebra>
class PackedTransition {
  public:
    /// Costs K².
    void assign(const Eigen::MatrixXd& a) {
        const Index K = a.rows(), padded = padded_states(K);
        rows_.resize(padded, K);
        columns_.resize(padded, K);
        for (Index i = 0; i < padded; ++i) {
            const auto entry = [&](Index r, Index c) { return i < K ? a(r, c) : Algebra::none; };
            rows_.fill(
                i, [&](Index j) { return entry(i, j); }, Algebra::none);
            columns_.fill(
                i, [&](Index j) { return entry(j, i); }, Algebra::none);
        }
        // An entry on its own costs about as much as two registers of them (measured).
        is_sparse_ = (a.array() != Algebra::none).count() * 2 * lanes<double> < K * K;
        if (is_sparse_) sparse_.assign(a);
        mixes_ = a.minCoeff() >= 0x1p-100;
    }
    Index states() const { return rows_.states(); }
    /// Whether a state is reached from every other so easily that none can fall behind for good.
    bool mixes() const { return mixes_; }
    /// A(i, ·) and A(·, j), padded.
    const double* row(Index i) const { return rows_[i]; }
    const double* column(Index j) const { return columns_[j]; }
    /// All of them.
    RowsAt<const double> rows() const { return rows_.at(); }
    RowsAt<const double> columns() const { return columns_.at(); }

    /// pass(transition) with a DenseTransition, WideTransition or SparseTransition; a pass that is always inlined runs with
    /// the widest registers of the machine.
    template <class Pass>
    auto with(const Pass& pass) const {
        if (is_sparse_) return pass(sparse_);
        return with_registers<state_bytes>([&](auto bytes) {
            constexpr int Bytes = bytes(), most = 4;
            return with_size<most + 1>(rows_.padded() / lanes<double, Bytes>, [&](auto N) {
                return call_in_registers<Bytes>([&]() LATENT_ALWAYS_INLINE {
                    if constexpr (N() > most)
                        return pass(WideTransition<Algebra, Bytes>(rows_));
                    else
                        return pass(DenseTransition<Algebra, N(), Bytes>(rows_, columns_));
                });
            });
        });
    }

  private:
    StateRows rows_, columns_;  // A and its transpose
    SparseTransition<Algebra> sparse_;
    bool is_sparse_ = false, mixes_ = false;
};

}  // namespace latent::detail
