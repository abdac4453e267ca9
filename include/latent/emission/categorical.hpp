// Symbols of a finite alphabet.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "latent/core/concepts.hpp"
#include "latent/emission/dirichlet_prior.hpp"
#include "latent/emission/observation_checks.hpp"
#include "latent/emission/probability_blocks.hpp"
#include "latent/kernel/panel_tile.hpp"

namespace latent {

/// Sufficient statistics of K categorical densities.
struct CategoricalStatistics {
    Eigen::MatrixXd count;  ///< Σ_i r_ik [x_ij = m] in row M_0 + … + M_(j−1) + m, (M_0 + … + M_(d−1)) × K

    static constexpr auto fields() { return std::tuple{&CategoricalStatistics::count}; }
};

/// K densities of d independent symbols, x_j of an alphabet 0 … M_j − 1 of its own, p(x | k) = Π_j p_jk(x_j) (for d > 1
/// the latent class model of Lazarsfeld & Henry 1968): an Emission. Symbols are stored as Scalar.
///
/// Shapes: probabilities (M_0 + … + M_(d−1)) × K, a block of M_j rows a dimension, a column a component. Time n·K·d: a
/// density is looked up in a table, written anew whenever the probabilities change.
template <class Scalar_ = double>
class Categorical {
  public:
    using Scalar = Scalar_;
    using Statistics = CategoricalStatistics;

    /// K times M equal probabilities, for d features: a shape for a start.
    Categorical(Index K, Index M, Index d = 1)
        : Categorical(K, std::vector<Index>(static_cast<std::size_t>(std::max<Index>(d, 0)), M)) {}

    /// The same for features of different alphabets: `Categorical(K, {2, 5, 3})`.
    Categorical(Index K, std::vector<Index> alphabets) : alphabets_(std::move(alphabets)) {
        for (std::size_t j = 0; j < std::max<std::size_t>(alphabets_.size(), 1); ++j) {
            const Index M = alphabets_.empty() ? 0 : alphabets_[j];
            detail::require(K > 0 && M > 0, "latent::Categorical: K = ", K, " components, M = ", M,
                            " symbols, d = ", dimension(), " dimensions, expected at least 1 of each");
        }
        probabilities_.setOnes(place(), K);
        detail::maximize_probabilities(Eigen::MatrixXd(probabilities_), alphabets_, probabilities_);
        tabulate();
    }

    /// Given probabilities, (d·M) × K. Throws std::invalid_argument where d does not divide the rows, or where
    /// a block of M is not finite numbers ≥ 0 that sum to one to 1e-6.
    explicit Categorical(const Eigen::MatrixXd& probabilities, Index d = 1)
        : alphabets_(static_cast<std::size_t>(std::max<Index>(d, 0)),
                     probabilities.rows() / std::max<Index>(d, 1)) {
        detail::require(d > 0 && probabilities.size() > 0 && probabilities.rows() % d == 0,
                        "latent::Categorical: probabilities is ", probabilities.rows(), " × ",
                        probabilities.cols(), ", expected (d·M) × K with d = ", d, ", not empty");
        set(probabilities);
    }

    /// Given probabilities of different alphabets. Throws std::invalid_argument as above, and where the alphabets do not
    /// add up to the rows.
    Categorical(const Eigen::MatrixXd& probabilities, std::vector<Index> alphabets)
        : alphabets_(std::move(alphabets)) {
        Index total = 0;
        for (const Index M : alphabets_) {
            detail::require(M > 0, "latent::Categorical: an alphabet has ", M,
                            " symbols, expected at least 1");
            total += M;
        }
        detail::require(probabilities.size() > 0 && probabilities.rows() == total,
                        "latent::Categorical: probabilities is ", probabilities.rows(), " × ",
                        probabilities.cols(), ", expected a row for each of the alphabets' ", total,
                        " symbols");
        set(probabilities);
    }

    Index size() const { return probabilities_.cols(); }
    Index dimension() const { return std::ssize(alphabets_); }
    /// M_j.
    Index symbols(Index j = 0) const { return alphabets_[static_cast<std::size_t>(j)]; }
    /// M_0, …, M_(d−1).
    const std::vector<Index>& alphabets() const { return alphabets_; }
    /// (M_0 + … + M_(d−1)) × K: p(x_j = m | k) in row M_0 + … + M_(j−1) + m.
    const Eigen::MatrixXd& probabilities() const { return probabilities_; }
    Index parameters() const { return size() * (probabilities_.rows() - dimension()); }

    // -------------------------------------------------------------------------------- the Emission contract

    Statistics zero_statistics() const {
        return {Eigen::MatrixXd::Zero(probabilities_.rows(), probabilities_.cols())};
    }
    void reset(Statistics& s) const { s.count.setZero(probabilities_.rows(), probabilities_.cols()); }

    /// What is below 0 or above M_j − 1 has the density zero; a fraction, which `check` refuses, counts as the symbol below.
    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        look_up(
            log_table_, [](auto& a, const auto& b) __attribute__((always_inline)) { a += b; }, x, out);
    }
    /// out(i, k) = p(x_i | k) itself, for models that sum probabilities. Many dimensions may underflow.
    void density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        look_up(
            table_, [](auto& a, const auto& b) __attribute__((always_inline)) { a *= b; }, x, out);
    }

    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        for_each_stretch(x, [&](const std::int32_t* symbol, Index begin, Index n, Index j) {
            const Index M = symbols(j), first = first_[static_cast<std::size_t>(j)];
            if (2 * M > n) {  // a table of its own does not pay
                for (Index k = 0; k < size(); ++k)
                    for (Index i = 0; i < n; ++i)
                        if (symbol[i] < M)
                            s.count(first + symbol[i], k) += static_cast<double>(weights(begin + i, k));
                return;
            }
            static thread_local std::vector<double> counted;  // as table_, of one dimension; keeps its memory
            counted.assign(static_cast<std::size_t>(table_.rows() * (M + 1)), 0.0);
            detail::for_each_tile<Scalar>(
                n, size(), [
                    from = detail::columns_of(weights), begin, symbol, count = counted.data(),
                    stride = table_.rows()
                ](auto bytes, Index i, Index k) __attribute__((always_inline)) {
                    count_tile<bytes()>(from, begin + i, k, symbol + i, count + k, stride);
                });
            const Eigen::Map<const Eigen::MatrixXd> total(counted.data(), table_.rows(), M);
            s.count.middleRows(first, M) += total.topRows(size()).transpose();
        });
    }

    /// Each block's shares of its counts; a block without observations keeps its probabilities.
    void maximize(const Statistics& s) {
        detail::maximize_probabilities(s.count, alphabets_, probabilities_);
        tabulate();
    }

    double expected_log_density(const Statistics& s) const {
        return detail::sum_of_log_probabilities(s.count, probabilities_);
    }

    bool same() const { return probabilities_ == probabilities_.col(0).replicate(1, size()); }

    void sample(Index k, Random& random, Scalar* x) const {
        for (Index j = 0; j < dimension(); ++j)
            x[j] = static_cast<Scalar>(random.categorical(
                probabilities_.col(k).segment(first_[static_cast<std::size_t>(j)], symbols(j)), symbols(j)));
    }

    /// log p, those of zero left out: they stay zero.
    Index coordinates() const { return detail::positive(probabilities_); }
    void to_vector(std::span<double> v) const { detail::logs_of_positive(probabilities_, v); }
    void from_vector(std::span<const double> v) {
        detail::probabilities_from_logs(v, alphabets_, probabilities_);
        tabulate();
    }

    /// Throws std::invalid_argument on a wrong number of rows or a value that is no symbol.
    void check(const Observations<Scalar>& x) const {
        detail::require_rows("Categorical", x, dimension());
        for (Index i = 0; i < x.cols(); ++i)
            for (Index j = 0; j < dimension(); ++j) {
                const auto value = static_cast<double>(x(j, i));
                detail::require(detail::is_count(value) && value < static_cast<double>(symbols(j)),
                                "latent::Categorical: observation ", x.first() + i, ", dimension ", j, " is ",
                                value, ", expected a symbol 0 … ", symbols(j) - 1);
            }
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "Categorical"; }
    static constexpr auto members() {
        return std::tuple{&Categorical::alphabets_, &Categorical::first_, &Categorical::probabilities_,
                          &Categorical::table_, &Categorical::log_table_};
    }

  private:
    /// Finds the first row of each block; returns how many rows there are.
    Index place() {
        Index rows = 0;
        first_.clear();
        for (const Index M : alphabets_) {
            first_.push_back(rows);
            rows += M;
        }
        return rows;
    }
    void set(const Eigen::MatrixXd& probabilities) {
        place();
        detail::require_probabilities("Categorical", probabilities, alphabets_);
        probabilities_ = probabilities;
        tabulate();
    }

    /// The tables have M_j + 1 columns a dimension: the last one, of probability zero, is for what is no symbol, so
    /// that nothing is read outside of them whatever the data. A column holds the components, and zeros that fill the
    /// last register, however wide.
    void tabulate() {
        constexpr Index line = detail::lanes<Scalar, 64>;
        table_.setZero((size() + line - 1) / line * line, probabilities_.rows() + dimension());
        for (Index j = 0; j < dimension(); ++j)
            table_.topRows(size()).middleCols(column(j), symbols(j)) =
                probabilities_.middleRows(column(j) - j, symbols(j)).transpose().template cast<Scalar>();
        log_table_ = table_.array().log();
    }
    /// Of the tables, where dimension j begins.
    Index column(Index j) const { return first_[static_cast<std::size_t>(j)] + j; }

    /// visit(symbols, begin, n, j): dimension j of the n observations from `begin` on as whole numbers 0 … M_j,
    /// for one stretch after the other, the filler included.
    template <class Visit>
    void for_each_stretch(const Panel<Scalar>& x, const Visit& visit) const {
        std::array<std::int32_t, 512> symbol;
        for (Index begin = 0; begin < x.padded(); begin += std::ssize(symbol))
            for (Index j = 0; j < dimension(); ++j) {
                const auto M = static_cast<Scalar>(symbols(j));
                const Index n = std::min(std::ssize(symbol), x.padded() - begin);
                const Scalar* from = x.column(j) + begin;
                for (Index i = 0; i < n; ++i)
                    symbol[static_cast<std::size_t>(i)] =
                        static_cast<std::int32_t>(from[i] >= 0 && from[i] < M ? from[i] : M);
                visit(symbol.data(), begin, n, j);
            }
    }

    /// Adds the weights of observations i … to their symbols' columns of counts, which are `stride` apart.
    template <Index Bytes>
    [[gnu::always_inline]] static void count_tile(const detail::ColumnsAt<const Scalar>& weights, Index i,
                                                  Index k, const std::int32_t* symbol, double* count,
                                                  Index stride) {
        detail::Tile<Scalar, Bytes> tile;
        detail::load_tile<Bytes>(weights, i, k, tile);
#pragma GCC unroll 16
        for (int r = 0; r < static_cast<int>(detail::lanes<Scalar, Bytes>); ++r) {
            detail::Doubles<Scalar, Bytes> so_far;
            detail::load(count + symbol[r] * stride, so_far);
            so_far += __builtin_convertvector(tile[r], detail::Doubles<Scalar, Bytes>);
            detail::store(count + symbol[r] * stride, so_far);
        }
    }

    /// The table's columns of observations i …, which are `stride` apart, combined with what is there but for the first.
    template <Index Bytes, class Combine>
    [[gnu::always_inline]] static void look_up_tile(const Scalar* entries, Index stride,
                                                    const std::int32_t* symbol, const Combine& combine,
                                                    bool first, Index i, Index k,
                                                    const detail::ColumnsAt<Scalar>& out) {
        detail::Tile<Scalar, Bytes> tile;
        if (!first) detail::load_tile<Bytes>(out, i, k, tile);
#pragma GCC unroll 16
        for (int r = 0; r < static_cast<int>(detail::lanes<Scalar, Bytes>); ++r) {
            detail::Lane<Scalar, Bytes> entry;
            detail::load(entries + symbol[r] * stride, entry);
            if (first)
                tile[r] = entry;
            else
                combine(tile[r], entry);
        }
        detail::store_tile<Bytes>(tile, i, k, out);
    }

    /// out(i, k) = what `combine`(so far, next) makes of the table's entries for x_i.
    template <class Combine>
    void look_up(const MatrixX<Scalar>& table, const Combine& combine, const Panel<Scalar>& x,
                 Panel<Scalar>& out) const {
        out.resize(x.size(), size());
        for_each_stretch(x, [&](const std::int32_t* symbol, Index begin, Index n, Index j) {
            const Scalar* const entries = table.data() + column(j) * table.rows();
            detail::for_each_tile<Scalar>(
                n, size(), [
                    entries, stride = table.rows(), symbol, combine, first = j == 0, begin,
                    to = detail::columns_of(out)
                ](auto bytes, Index i, Index k) __attribute__((always_inline)) {
                    look_up_tile<bytes()>(entries + k, stride, symbol + i, combine, first, begin + i, k, to);
                });
        });
        for (Index k = 0; k < size(); ++k)  // finite, whatever the last observation was
            std::fill(out.column(k) + out.size(), out.column(k) + out.padded(), Scalar(0));
    }

    std::vector<Index> alphabets_;       // M_j
    std::vector<Index> first_;           // row of each dimension's block
    Eigen::MatrixXd probabilities_;      // Σ_j M_j × K
    MatrixX<Scalar> table_, log_table_;  // K, in whole cache lines, × Σ_j (M_j + 1)
};

}  // namespace latent
