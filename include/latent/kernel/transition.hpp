// A transition matrix as the forward and backward passes use it: by rows, by columns, dense or sparse.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include "latent/kernel/pair_products.hpp"
#include "latent/kernel/state_rows.hpp"

namespace latent::detail {

/// How numbers along a path and over paths are put together: products and sums of probabilities …
struct SumProduct {
    static constexpr double none = 0;
    static Lane<double> add(const Lane<double>& sum, double x, const Lane<double>& a) { return sum + x * a; }
    static Lane<double> join(const Lane<double>& a, const Lane<double>& b) { return a + b; }
    static double add(double sum, double x, double a) { return sum + x * a; }
};
/// … or sums and maxima of their logarithms.
struct MaxSum {
    static constexpr double none = -std::numeric_limits<double>::infinity();
    static Lane<double> add(const Lane<double>& most, double x, const Lane<double>& a) {
        return join(most, x + a);
    }
    static Lane<double> join(const Lane<double>& a, const Lane<double>& b) { return a > b ? a : b; }
    static double add(double most, double x, double a) { return std::max(most, x + a); }
};

/// out = Σ_i x[i] · a[i] for `count` rows of N registers. Two sums, so that one does not wait for the other;
/// rows up to an even count must exist.
template <class Algebra, int N>
[[gnu::always_inline]] inline void combine_rows(const double* x, Index count, const double* a, Index stride,
                                                double* out) {
    Lane<double> even[N], odd[N];
#pragma GCC unroll 4
    for (int c = 0; c < N; ++c) even[c] = odd[c] = Algebra::none + Lane<double>{};
    for (Index i = 0; i < count; i += 2, a += 2 * stride)
#pragma GCC unroll 4
        for (int c = 0; c < N; ++c) {
            even[c] = Algebra::add(even[c], x[i], load(a + c * lanes<double>));
            odd[c] = Algebra::add(odd[c], x[i + 1], load(a + stride + c * lanes<double>));
        }
#pragma GCC unroll 4
    for (int c = 0; c < N; ++c) store(out + c * lanes<double>, Algebra::join(even[c], odd[c]));
}

/// A dense matrix. Registers is the number of registers a row fills where it is known at compile time, else 0.
template <class Algebra, int Registers>
class DenseTransition {
  public:
    DenseTransition(const StateRows& rows, const StateRows& columns) : rows_(rows), columns_(columns) {}

    Index registers() const { return Registers > 0 ? Registers : rows_.stride() / lanes<double>; }
    /// out(j) = Σ_i x(i) A(i, j).
    [[gnu::always_inline]] void forward(const double* x, double* out) const { combine(x, rows_, out); }
    /// out(i) = Σ_j A(i, j) x(j).
    [[gnu::always_inline]] void backward(const double* x, double* out) const { combine(x, columns_, out); }
    /// sum(i, j) += Σ_t leaving[t + 1][i] · entering[t + 1][j] over n steps.
    void add_pairs(const StateRows& leaving, const StateRows& entering, Index n, StateRows& sum) const {
        add_pair_products(leaving[1], entering[1], n, leaving.states(), leaving.stride(), sum[0]);
    }

  private:
    [[gnu::always_inline]] void combine(const double* x, const StateRows& a, double* out) const {
        if constexpr (Registers > 0) {
            combine_rows<Algebra, Registers>(x, a.states(), a[0], a.stride(), out);
        } else {
            in_pieces<4>(registers(), [&](auto N, Index piece) {
                const Index j = piece * lanes<double>;
                combine_rows<Algebra, N()>(x, a.states(), a[0] + j, a.stride(), out + j);
            });
        }
    }
    const StateRows &rows_, &columns_;
};

/// The entries of a sparse matrix that count, by rows and by columns: a pass costs what they cost.
template <class Algebra>
class SparseTransition {
  public:
    struct Entry {
        Index from, to;
        double value;
    };

    /// Throws away what it held.
    void assign(const Eigen::MatrixXd& a) {
        by_row_.clear();
        by_column_.clear();
        for (Index i = 0; i < a.rows(); ++i)
            for (Index j = 0; j < a.cols(); ++j) {
                if (a(i, j) != Algebra::none) by_row_.push_back({i, j, a(i, j)});
                if (a(j, i) != Algebra::none) by_column_.push_back({j, i, a(j, i)});
            }
        registers_ = state_registers(a.rows());
    }
    Index registers() const { return registers_; }
    void forward(const double* x, double* out) const {
        std::fill(out, out + registers_ * lanes<double>, Algebra::none);
        for (const Entry& e : by_column_) out[e.to] = Algebra::add(out[e.to], x[e.from], e.value);
    }
    void backward(const double* x, double* out) const {
        std::fill(out, out + registers_ * lanes<double>, Algebra::none);
        for (const Entry& e : by_row_) out[e.from] = Algebra::add(out[e.from], x[e.to], e.value);
    }
    void add_pairs(const StateRows& leaving, const StateRows& entering, Index n, StateRows& sum) const {
        for (const Entry& e : by_row_) {
            double total = 0;
            for (Index t = 1; t <= n; ++t) total += leaving[t][e.from] * entering[t][e.to];
            sum[e.from][e.to] += total;
        }
    }

  private:
    std::vector<Entry> by_row_, by_column_;
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
        // An entry on its own costs about as much as a register of them.
        is_sparse_ = (a.array() != Algebra::none).count() * lanes<double> < K * K;
        if (is_sparse_) sparse_.assign(a);
    }
    Index states() const { return rows_.states(); }
    /// A(i, ·) and A(·, j), padded.
    const double* row(Index i) const { return rows_[i]; }
    const double* column(Index j) const { return columns_[j]; }

    /// pass(transition) with a DenseTransition or the SparseTransition.
    template <class Pass>
    auto with(const Pass& pass) const {
        if (is_sparse_) return pass(sparse_);
        constexpr int known = 4;
        return with_size<known + 1>(state_registers(states()), [&](auto N) {
            return pass(DenseTransition<Algebra, (N() > known ? 0 : N())>(rows_, columns_));
        });
    }

  private:
    StateRows rows_, columns_;  // A and its transpose
    SparseTransition<Algebra> sparse_;
    bool is_sparse_ = false;
};

}  // namespace latent::detail
