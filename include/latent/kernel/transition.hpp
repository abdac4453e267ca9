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
    template <class L>
    [[gnu::always_inline]] static void add(L& sum, double x, const L& a) {
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
    template <class L>
    [[gnu::always_inline]] static void add(L& most, double x, const L& a) {
        join(most, L(x + a));
    }
    template <class L>
    [[gnu::always_inline]] static void join(L& a, const L& b) {
        a = a > b ? a : b;
    }
};

/// out = Σ_i x[i] · a[i] for `count` rows of N registers. Two sums, so that one does not wait for the other;
/// rows up to an even count must exist.
template <class Algebra, int N, Index Bytes>
[[gnu::always_inline]] inline void combine_rows(const double* x, Index count, const double* a, Index stride,
                                                double* out) {
    using L = Lane<double, Bytes>;
    constexpr Index width = lanes<double, Bytes>;
    L even[N], odd[N];
#pragma GCC unroll 4
    for (int c = 0; c < N; ++c) even[c] = odd[c] = Algebra::none + L{};
    for (Index i = 0; i < count; i += 2, a += 2 * stride)
#pragma GCC unroll 4
        for (int c = 0; c < N; ++c) {
            L first, second;
            load(a + c * width, first);
            load(a + stride + c * width, second);
            Algebra::add(even[c], x[i], first);
            Algebra::add(odd[c], x[i + 1], second);
        }
#pragma GCC unroll 4
    for (int c = 0; c < N; ++c) {
        Algebra::join(even[c], odd[c]);
        store(out + c * width, even[c]);
    }
}

/// A dense matrix, for registers of RegisterBytes. Registers is the number of them that a row fills where it is known at
/// compile time, else 0.
template <class Algebra, int Registers, Index RegisterBytes>
class DenseTransition {
  public:
    static constexpr Index Bytes = RegisterBytes;
    DenseTransition(const StateRows& rows, const StateRows& columns) : rows_(rows), columns_(columns) {}

    [[gnu::always_inline]] Index registers() const {
        return Registers > 0 ? Registers : rows_.padded() / lanes<double, Bytes>;
    }
    /// out(j) = Σ_i x(i) A(i, j).
    [[gnu::always_inline]] void forward(const double* x, double* out) const { combine(x, rows_, out); }
    /// out(i) = Σ_j A(i, j) x(j).
    [[gnu::always_inline]] void backward(const double* x, double* out) const { combine(x, columns_, out); }
    /// sum(i, j) += Σ_t leaving[t + 1][i] · entering[t + 1][j] over n steps.
    void add_pairs(const StateRows& leaving, const StateRows& entering, Index n, StateRows& sum) const {
        add_pair_products<Bytes>(leaving, entering, n, sum);
    }

  private:
    [[gnu::always_inline]] void combine(const double* x, const StateRows& a, double* out) const {
        if constexpr (Registers > 0) {
            combine_rows<Algebra, Registers, Bytes>(x, a.states(), a[0], a.stride(), out);
        } else {
            in_pieces<4>(
                registers(), [&](auto N, Index piece) __attribute__((always_inline)) {
                    const Index j = piece * lanes<double, Bytes>;
                    combine_rows<Algebra, N(), Bytes>(x, a.states(), a[0] + j, a.stride(), out + j);
                });
        }
    }
    const StateRows &rows_, &columns_;
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
        const Index K = a.rows(), even = K + K % 2;
        rows_.resize(even, K);
        columns_.resize(even, K);
        for (Index i = 0; i < even; ++i) {
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

    /// pass(transition) with a DenseTransition or the SparseTransition; a pass that is always inlined runs with the widest
    /// registers of the machine.
    template <class Pass>
    auto with(const Pass& pass) const {
        if (is_sparse_) return pass(sparse_);
        return with_state_registers([&](auto bytes) {
            constexpr int Bytes = bytes(), known = 4;
            return with_size<known + 1>(rows_.padded() / lanes<double, Bytes>, [&](auto N) {
                return call_in_registers<Bytes>([&]() __attribute__((always_inline)) {
                    return pass(DenseTransition<Algebra, (N() > known ? 0 : N()), Bytes>(rows_, columns_));
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
