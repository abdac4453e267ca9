// Categorical distribution: symbols of a finite alphabet.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "latent/core/compiled.hpp"
#include "latent/core/concepts.hpp"
#include "latent/core/probability_blocks.hpp"
#include "latent/core/saved.hpp"
#include "latent/emission/component_counts.hpp"
#include "latent/emission/dirichlet_prior.hpp"
#include "latent/emission/independent_features.hpp"
#include "latent/emission/observation_checks.hpp"
#include "latent/kernel/symbols.hpp"

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
class Categorical : public detail::IndependentFeatures<Categorical<Scalar_>, Scalar_> {
    using Features = detail::IndependentFeatures<Categorical<Scalar_>, Scalar_>;
    friend Features;

  public:
    using Scalar = Scalar_;
    using Features::log_density, Features::accumulate;
    using Statistics = CategoricalStatistics;

    /// An empty one, K = 0: to be assigned to.
    Categorical() = default;

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
        update();
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
        combine<detail::Added>(log_table_, x, out);
    }
    /// out(i, k) = p(x_i | k) itself, for models that sum probabilities. Many dimensions may underflow.
    void density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        combine<detail::Multiplied>(table_, x, out);
    }

    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        std::vector<double> counted;  // as table_, of one dimension
        for_each_stretch(x, [&](const std::int32_t* symbol, Index begin, Index n, Index j) {
            const Index M = symbols(j), first = first_[static_cast<std::size_t>(j)];
            if (2 * M > n) {  // a table of its own does not pay
                for (Index k = 0; k < size(); ++k)
                    for (Index i = 0; i < n; ++i)
                        if (symbol[i] < M)
                            s.count(first + symbol[i], k) += static_cast<double>(weights(begin + i, k));
                return;
            }
            counted.assign(static_cast<std::size_t>(table_.rows() * (M + 1)), 0.0);
            detail::add_counts<Scalar>(weights, symbol, n, begin, {counted.data(), table_.rows()});
            const Eigen::Map<const Eigen::MatrixXd> total(counted.data(), table_.rows(), M);
            s.count.middleRows(first, M) += total.topRows(size()).transpose();
        });
    }

    /// Each block's shares of its counts; a block without observations keeps its probabilities.
    void maximize(const Statistics& s) {
        detail::maximize_probabilities(s.count, alphabets_, probabilities_);
        update();
    }

    double expected_log_density(const Statistics& s) const {
        return detail::sum_of_log_probabilities(s.count, probabilities_);
    }

    bool all_equal() const { return probabilities_ == probabilities_.col(0).replicate(1, size()); }

    void sample(Index k, Random& random, Scalar* x) const {
        for (Index j = 0; j < dimension(); ++j)
            x[j] = static_cast<Scalar>(random.categorical(
                probabilities_.col(k).segment(first_[static_cast<std::size_t>(j)], symbols(j)), symbols(j)));
    }

    /// Log-ratios of the probabilities that are not zero: zeros stay.
    Index coordinates() const { return detail::probability_coordinates(probabilities_, alphabets_); }
    void to_vector(std::span<double> v) const {
        detail::probabilities_to_vector(probabilities_, alphabets_, v);
    }
    void from_vector(std::span<const double> v) {
        detail::probabilities_from_vector(v, alphabets_, probabilities_);
        update();
    }

    /// Throws std::invalid_argument on a wrong number of rows or a value that is no symbol.
    void check(const Observations<Scalar>& x) const {
        detail::require_rows("Categorical", x, dimension());
        bool sound = true;
        for (Index j = 0; j < dimension(); ++j)
            sound &=
                detail::all_symbols(x.data() + j * x.row_stride(), x.cols(), x.column_stride(), symbols(j));
        for (Index i = 0; !sound && i < x.cols(); ++i)
            for (Index j = 0; j < dimension(); ++j) {
                const auto value = static_cast<double>(x(j, i));
                detail::require((detail::is_count(value) && value < static_cast<double>(symbols(j))) ||
                                    (x.missing() && std::isnan(value)),
                                "latent::Categorical: observation ", x.number(i), ", dimension ",
                                x.first_row() + j, " is ", value, ", expected a symbol 0 … ", symbols(j) - 1);
            }
    }

    // ------------------------------------------------------------------ missing cells: see IndependentFeatures

    static constexpr auto parameter_tables() { return std::tuple{&Categorical::probabilities_}; }
    /// The densities of these features alone, in this order. Throws std::invalid_argument unless they are different ones of
    /// 0 … d − 1, at least one.
    Categorical marginal(const std::vector<Index>& dimensions) const {
        detail::require_dimensions("Categorical::marginal", dimensions, dimension());
        Categorical some = *this;
        some.alphabets_.clear();
        for (const Index j : dimensions) some.alphabets_.push_back(symbols(j));
        some.probabilities_ = detail::rows_of(probabilities_, rows(dimensions));
        some.place();
        some.update();
        return some;
    }
    void add_seen(const std::vector<Index>& seen, const Statistics& t, Statistics& s) const {
        detail::add_to_rows(s.count, rows(seen), t.count);
    }
    /// Every feature counts all observations.
    double count(const Statistics& s, Index k) const { return s.count.col(k).head(symbols(0)).sum(); }
    static void add_count(const Eigen::VectorXd&, Statistics&) {}
    void expect_feature(Index j, Index k, double count, Statistics& s) const {
        const Index first = first_[static_cast<std::size_t>(j)];
        s.count.col(k).segment(first, symbols(j)) += count * probabilities_.col(k).segment(first, symbols(j));
    }
    /// The most probable symbol, and how probable another one is.
    void impute(const Panel<Scalar>& x, const Panel<Scalar>& r, typename Categorical::Room&,
                Eigen::Ref<Eigen::MatrixXd> values, Eigen::Ref<Eigen::MatrixXd> variances) const {
        for (Index i = 0; i < x.size(); ++i)
            for (Index j = 0; j < dimension(); ++j) {
                if (!std::isnan(x(i, j))) continue;
                Eigen::VectorXd p = Eigen::VectorXd::Zero(symbols(j));
                for (Index k = 0; k < size(); ++k)
                    p += static_cast<double>(r(i, k)) *
                         probabilities_.col(k).segment(first_[static_cast<std::size_t>(j)], symbols(j));
                Index best = 0;
                variances(j, i) = 1 - p.maxCoeff(&best);
                values(j, i) = static_cast<double>(best);
            }
    }

    /// See WithDistribution.
    static constexpr bool discrete = true;
    double cdf(Index k, double x) const { return probabilities_.col(k).head(symbols_to(x)).sum(); }
    double survival(Index k, double x) const {
        return probabilities_.col(k).tail(symbols(0) - symbols_to(x)).sum();
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "Categorical"; }
    static constexpr auto members() {
        return std::tuple{&Categorical::alphabets_, &Categorical::first_, &Categorical::probabilities_,
                          &Categorical::table_, &Categorical::log_table_};
    }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("probabilities", &Categorical::probabilities_, SavedAs::columns),
                          named_optional("alphabets", &Categorical::alphabets_)};
    }
    /// One dimension, where no alphabets are given.
    static Categorical restored(const Eigen::MatrixXd& probabilities, std::vector<Index> alphabets) {
        if (alphabets.empty()) alphabets.push_back(probabilities.rows());
        return {probabilities, std::move(alphabets)};
    }

  private:
    /// The table's rows of some dimensions.
    std::vector<Index> rows(const std::vector<Index>& dimensions) const {
        std::vector<Index> result;
        for (const Index j : dimensions)
            for (Index m = 0; m < symbols(j); ++m) result.push_back(first_[static_cast<std::size_t>(j)] + m);
        return result;
    }

    /// How many symbols of the first dimension are not above x.
    Index symbols_to(double x) const {
        return static_cast<Index>(std::clamp(std::floor(x) + 1, 0.0, static_cast<double>(symbols(0))));
    }
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
        update();
    }

    /// The tables have M_j + 1 columns a dimension: the last one, of probability zero, is for what is no symbol, so
    /// that nothing is read outside of them whatever the data. A column holds the components, and zeros that fill the
    /// last register, however wide.
    void update() {
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
                const Index n = std::min(std::ssize(symbol), x.padded() - begin);
                detail::to_symbols(x.column(j) + begin, n, symbols(j), symbol.data());
                visit(symbol.data(), begin, n, j);
            }
    }

    /// out(i, k) = the table's entries for x_i, one dimension's combined with the next one's.
    template <class Combine>
    void combine(const MatrixX<Scalar>& table, const Panel<Scalar>& x, Panel<Scalar>& out) const {
        out.resize(x.size(), size());
        for_each_stretch(x, [&](const std::int32_t* symbol, Index begin, Index n, Index j) {
            const detail::SymbolTable<const Scalar> own{table.data() + column(j) * table.rows(),
                                                        table.rows()};
            if (j == 0)
                detail::look_up<detail::Stored>(own, symbol, n, begin, out);
            else
                detail::look_up<Combine>(own, symbol, n, begin, out);
        });
        for (Index k = 0; k < size(); ++k)  // finite, whatever the last observation was
            std::fill(out.column(k) + out.size(), out.column(k) + out.padded(), Scalar(0));
    }

    std::vector<Index> alphabets_;       // M_j
    std::vector<Index> first_;           // row of each dimension's block
    Eigen::MatrixXd probabilities_;      // Σ_j M_j × K
    MatrixX<Scalar> table_, log_table_;  // K, in whole cache lines, × Σ_j (M_j + 1)
};

LATENT_INSTANTIATE(emission, class Categorical<double>);

}  // namespace latent
