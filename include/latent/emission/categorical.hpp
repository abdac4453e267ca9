// Symbols of a finite alphabet.
#pragma once

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
    Eigen::MatrixXd count;  ///< Σ_i r_ik [x_ij = m] in row j·M + m, (d·M) × K

    static constexpr auto fields() { return std::tuple{&CategoricalStatistics::count}; }
};

/// K densities of d independent symbols of one alphabet 0 … M − 1, p(x | k) = Π_j p_jk(x_j) (for d > 1 the latent
/// class model of Lazarsfeld & Henry 1968): an Emission. Symbols are stored as Scalar.
///
/// Shapes: probabilities (d·M) × K, a block of M rows a dimension, a column a component. Time n·K·d: a
/// density is looked up in a table, written anew whenever the probabilities change.
template <class Scalar_ = double>
class Categorical {
  public:
    using Scalar = Scalar_;
    using Statistics = CategoricalStatistics;

    /// K times M equal probabilities, for d features: a shape for a start.
    Categorical(Index K, Index M, Index d = 1) : d_(d) {
        detail::require(K > 0 && M > 0 && d > 0, "latent::Categorical: K = ", K, " components, M = ", M,
                        " symbols, d = ", d, " dimensions, expected at least 1 of each");
        probabilities_.setConstant(d * M, K, 1 / static_cast<double>(M));
        tabulate();
    }

    /// Given probabilities, (d·M) × K. Throws std::invalid_argument where d does not divide the rows, or where
    /// a block of M is not finite numbers ≥ 0 that sum to one to 1e-6.
    explicit Categorical(const Eigen::MatrixXd& probabilities, Index d = 1)
        : d_(d), probabilities_(probabilities) {
        detail::require(d > 0 && probabilities.size() > 0 && probabilities.rows() % d == 0,
                        "latent::Categorical: probabilities is ", probabilities.rows(), " × ",
                        probabilities.cols(), ", expected (d·M) × K with d = ", d, ", not empty");
        detail::require_probabilities("Categorical", probabilities, symbols());
        tabulate();
    }

    Index size() const { return probabilities_.cols(); }
    Index dimension() const { return d_; }
    /// M.
    Index symbols() const { return probabilities_.rows() / d_; }
    /// (d·M) × K: p(x_j = m | k) in row j·M + m.
    const Eigen::MatrixXd& probabilities() const { return probabilities_; }
    Index parameters() const { return size() * d_ * (symbols() - 1); }

    // -------------------------------------------------------------------------------- the Emission contract

    Statistics zero_statistics() const {
        return {Eigen::MatrixXd::Zero(probabilities_.rows(), probabilities_.cols())};
    }
    void reset(Statistics& s) const { s.count.setZero(probabilities_.rows(), probabilities_.cols()); }

    /// What is below 0 or above M − 1 has the density zero; a fraction, which `check` refuses, counts as the symbol below.
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
            if (2 * symbols() > n) {  // a table of its own does not pay
                for (Index k = 0; k < size(); ++k)
                    for (Index i = 0; i < n; ++i)
                        if (symbol[i] < symbols())
                            s.count(j * symbols() + symbol[i], k) +=
                                static_cast<double>(weights(begin + i, k));
                return;
            }
            static thread_local std::vector<double> counted;  // as table_, of one dimension; keeps its memory
            counted.assign(static_cast<std::size_t>(table_.rows() * (symbols() + 1)), 0.0);
            detail::for_each_tile<Scalar>(
                n, size(), [
                    from = detail::columns_of(weights), begin, symbol, count = counted.data(),
                    stride = table_.rows()
                ](auto bytes, Index i, Index k) __attribute__((always_inline)) {
                    count_tile<bytes()>(from, begin + i, k, symbol + i, count + k, stride);
                });
            const Eigen::Map<const Eigen::MatrixXd> total(counted.data(), table_.rows(), symbols());
            s.count.middleRows(j * symbols(), symbols()) += total.topRows(size()).transpose();
        });
    }

    /// Each block's shares of its counts; a block without observations keeps its probabilities.
    void maximize(const Statistics& s) {
        detail::maximize_probabilities(s.count, symbols(), probabilities_);
        tabulate();
    }

    double expected_log_density(const Statistics& s) const {
        return detail::sum_of_log_probabilities(s.count, probabilities_);
    }

    bool same() const { return probabilities_ == probabilities_.col(0).replicate(1, size()); }

    void sample(Index k, Random& random, Scalar* x) const {
        for (Index j = 0; j < d_; ++j)
            x[j] = static_cast<Scalar>(
                random.categorical(probabilities_.col(k).segment(j * symbols(), symbols()), symbols()));
    }

    /// log p, those of zero left out: they stay zero.
    Index coordinates() const { return detail::positive(probabilities_); }
    void to_vector(std::span<double> v) const { detail::logs_of_positive(probabilities_, v); }
    void from_vector(std::span<const double> v) {
        detail::probabilities_from_logs(v, symbols(), probabilities_);
        tabulate();
    }

    /// Throws std::invalid_argument on a wrong number of rows or a value that is no symbol.
    void check(const Observations<Scalar>& x) const {
        const auto last = static_cast<double>(symbols() - 1);
        detail::require_observations(
            "Categorical", x, d_, [&](double value) { return detail::is_count(value) && value <= last; },
            "a symbol 0 … ", last);
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "Categorical"; }
    static constexpr auto members() {
        return std::tuple{&Categorical::d_, &Categorical::probabilities_, &Categorical::table_,
                          &Categorical::log_table_};
    }

  private:
    /// The tables have M + 1 columns a dimension: the last one, of probability zero, is for what is no symbol, so
    /// that nothing is read outside of them whatever the data. A column holds the components, and zeros that fill the
    /// last register, however wide.
    void tabulate() {
        const Index M = symbols();
        constexpr Index line = detail::lanes<Scalar, 64>;
        table_.setZero((size() + line - 1) / line * line, d_ * (M + 1));
        for (Index j = 0; j < d_; ++j)
            table_.topRows(size()).middleCols(j * (M + 1), M) =
                probabilities_.middleRows(j * M, M).transpose().template cast<Scalar>();
        log_table_ = table_.array().log();
    }

    /// visit(symbols, begin, n, j): dimension j of the n observations from `begin` on as whole numbers 0 … M,
    /// for one stretch after the other, the filler included.
    template <class Visit>
    void for_each_stretch(const Panel<Scalar>& x, const Visit& visit) const {
        std::array<std::int32_t, 512> symbol;
        const auto M = static_cast<Scalar>(symbols());
        for (Index begin = 0; begin < x.padded(); begin += std::ssize(symbol))
            for (Index j = 0; j < d_; ++j) {
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
            const Scalar* const entries = table.data() + j * (symbols() + 1) * table.rows();
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

    Index d_;
    Eigen::MatrixXd probabilities_;      // (d·M) × K
    MatrixX<Scalar> table_, log_table_;  // K, in whole cache lines, × (d·(M + 1))
};

}  // namespace latent
