// Densities of observations some of whose cells are missing, by what is seen of them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/core/concepts.hpp"
#include "latent/data/panel.hpp"
#include "latent/kernel/softmax.hpp"

namespace latent::detail {

/// The dimensions 0 … d − 1 that are not among these, which increase.
inline std::vector<Index> others(const std::vector<Index>& dimensions, Index d) {
    std::vector<Index> rest;
    auto next = dimensions.begin();
    for (Index j = 0; j < d; ++j) {
        if (next != dimensions.end() && *next == j)
            ++next;
        else
            rest.push_back(j);
    }
    return rest;
}

/// Throws std::invalid_argument, in the owner's name, unless these are different ones of 0 … d − 1, at least one.
inline void require_dimensions(const char* owner, const std::vector<Index>& dimensions, Index d) {
    require(!dimensions.empty(), "latent::", owner, ": no dimension is given");
    std::vector<bool> there(static_cast<std::size_t>(d), false);
    for (const Index j : dimensions) {
        require(j >= 0 && j < d, "latent::", owner, ": dimension ", j, " is given, expected 0 … ", d - 1);
        require(!there[static_cast<std::size_t>(j)], "latent::", owner, ": dimension ", j, " is given twice");
        there[static_cast<std::size_t>(j)] = true;
    }
}

/// What a family needs for blocks of observations some of whose cells are missing; lives across many blocks and keeps its
/// memory. Rows of which the same cells are seen, a pattern, are worked on together, as complete observations of those
/// dimensions alone: the family's own kernels see nothing that is missing. What is derived from the parameters for a
/// pattern is made once, as long as these stay. Cost: that of complete data, and for each pattern of a block what
/// E::Given costs. Memory: the Givens of the patterns seen so far, up to about 64 MiB.
///
/// E supplies, beside an Emission's members,
///   E::Given(e, seen)          what is known of all dimensions where those are seen, which increase, some but not all:
///     marginal                   the densities of what is seen, an E,
///     complete(e, t, s)          adds to s what the statistics t, under marginal, lead one to expect of all dimensions;
///     expect(e, k, x, hidden)    hidden := E[x_hidden | x_seen = x, k], of the hidden dimensions in their order,
///     variance(e, k, x, i)       → the variance of the i-th of them,
///     draw(e, k, x, random, hidden)  a draw of them;
///   expect(count, s)           adds the statistics that one expects of observations, count(k) of component k, of which
///                              nothing is seen; unseen_mean(k, j), unseen_variance(k, j): what one
///                              expects of feature j of them;
///   same_parameters(other)     whether it has the same ones;
/// and takes rooms of this type, see WithRoom: where x.missing(), log_density and accumulate are the room's.
template <class E>
class MissingCells {
  public:
    using Scalar = typename E::Scalar;

    MissingCells() = default;
    MissingCells(const MissingCells&) {}  // a room is memory, not a value: every copy has its own
    MissingCells& operator=(const MissingCells&) { return *this; }

    /// Sorts the block's rows by their patterns.
    void prepare(const E& e, const Panel<Scalar>& x) {
        look(e, x);
        Part& part = *touched_.front();
        if (part.count == x.size() && !part.seen.empty()) gather_cells(x, part);
    }

    void log_density(const E& e, const Panel<Scalar>& x, Panel<Scalar>& out) {
        prepare(e, x);
        out.resize(x.size(), e.size());
        for (Index k = 0; k < e.size(); ++k)
            std::fill(out.column(k), out.column(k) + out.padded(), Scalar(0));  // of nothing: log 1
        for (const Part* part : touched_) {
            if (part->seen.empty()) continue;
            const E& densities = part->hidden.empty() ? e : part->given->marginal;
            if (whole(*part, x)) return densities.log_density(x_, out);
            gather_cells(x, *part);
            densities.log_density(x_, densities_);
            for (Index k = 0; k < e.size(); ++k)
                for (Index row = 0; row < x_.size(); ++row)
                    out(part->rows[static_cast<std::size_t>(row)], k) = densities_(row, k);
        }
    }

    /// Of the block that was prepared last.
    template <class Statistics>
    void accumulate(const E& e, const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) {
        for (const Part* part : touched_) {
            if (whole(*part, x)) return accumulate_part(e, *part, weights, s);
            gather_weights(weights, *part);
            if (!part->seen.empty()) gather_cells(x, *part);
            accumulate_part(e, *part, weights_, s);
        }
    }

    /// See TakesMissing.
    void impute(const E& e, const Panel<Scalar>& x, const Panel<Scalar>& r,
                Eigen::Ref<Eigen::MatrixXd> values, Eigen::Ref<Eigen::MatrixXd> variances) {
        if (!x.missing()) return;
        for (const Part* part : touched_)
            for (Index at = 0; at < part->count; ++at) {
                const Index row = part->rows.empty() ? at : part->rows[static_cast<std::size_t>(at)];
                Moments all(*part);
                look_at(x, row, *part, seen_, hidden_);
                for (Index k = 0; k < e.size() && !part->hidden.empty(); ++k)
                    if (r(row, k) != 0) all.add(static_cast<double>(r(row, k)), e, *part, k, seen_, hidden_);
                for (Index i = 0; i < all.mean.size(); ++i) {
                    const Index j = part->hidden[static_cast<std::size_t>(i)];
                    values(j, row) = all.mean(i);
                    variances(j, row) = std::max(all.square(i) - all.first(i) * all.first(i), 0.0);
                }
            }
    }
    void draw_hidden(const E& e, const Panel<Scalar>& x, Index row, Index k, Random& random,
                     Eigen::Ref<Eigen::VectorXd> to) {
        key_of(x, row);
        const Part& part = part_of(e);
        Eigen::VectorXd &seen = seen_, &hidden = hidden_;
        look_at(x, row, part, seen, hidden);
        if (part.given) {
            part.given->draw(e, k, seen, random, hidden);
        } else if (hidden.size() > 0) {
            std::vector<Scalar> draw(static_cast<std::size_t>(e.dimension()));
            e.sample(k, random, draw.data());
            for (Index i = 0; i < hidden.size(); ++i)
                hidden(i) = static_cast<double>(draw[static_cast<std::size_t>(i)]);
        }
        for (Index i = 0; i < hidden.size(); ++i) {
            const Index j = part.hidden[static_cast<std::size_t>(i)];
            to(j) = hidden(i);
        }
    }

  private:
    using Pattern = std::vector<std::uint64_t>;
    struct Part {
        std::vector<Index> seen, hidden;  // dimensions
        std::vector<Index> rows;          // of block number `block`; none where they are all of its rows
        Index count = 0;                  // of them
        std::uint64_t block = 0;
        std::optional<typename E::Given> given;
    };

    /// Of a row's hidden cells, over the components, whose shares sum to one: the mean, and the first two moments about what the first
    /// of them leads one to expect, for about zero the second would swallow the variance.
    struct Moments {
        Eigen::VectorXd mean, first, square, origin;

        explicit Moments(const Part& part)
            : mean(Eigen::VectorXd::Zero(std::ssize(part.hidden))), first(mean), square(mean) {}
        void add(double share, const E& e, const Part& part, Index k, const Eigen::VectorXd& seen,
                 Eigen::VectorXd& hidden) {
            if (part.given) {
                part.given->expect(e, k, seen, hidden);
            } else {
                for (Index i = 0; i < hidden.size(); ++i)
                    hidden(i) = e.unseen_mean(k, part.hidden[static_cast<std::size_t>(i)]);
            }
            if (origin.size() == 0) origin = hidden;
            for (Index i = 0; i < hidden.size(); ++i) {
                const Index j = part.hidden[static_cast<std::size_t>(i)];
                const double variance =
                    part.given ? part.given->variance(e, k, seen, i) : e.unseen_variance(k, j);
                const double beside = hidden(i) - origin(i);
                mean(i) += share * hidden(i);
                first(i) += share * beside;
                square(i) += share * (variance + beside * beside);
            }
        }
    };

    /// Whether all of the block's rows are of this pattern.
    static bool whole(const Part& part, const Panel<Scalar>& x) { return part.count == x.size(); }

    /// touched_ := the patterns of the block's rows.
    void look(const E& e, const Panel<Scalar>& x) {
        remember(e);
        touched_.clear();
        ++block_;
        if (alike(x)) {  // as a rule, of a mixture: see by_pattern
            key_of(x, 0);
            touch(part_of(e)).count = x.size();
            return;
        }
        Part* part = nullptr;
        for (Index row = 0; row < x.size(); ++row) {
            key_of(x, row);
            if (!part || key_ != last_key_) {
                part = &part_of(e);
                last_key_ = key_;
                if (part->block != block_) touch(*part);
            }
            part->rows.push_back(row);
            ++part->count;
        }
    }
    Part& touch(Part& part) {
        part.block = block_;
        part.rows.clear();
        part.count = 0;
        touched_.push_back(&part);
        return part;
    }
    /// Whether the same cells are missing in all rows.
    static bool alike(const Panel<Scalar>& x) {
        for (Index j = 0; j < x.columns(); ++j) {
            const Scalar* value = x.column(j);
            Index missing = 0;
            for (Index i = 0; i < x.size(); ++i) missing += std::isnan(value[i]);
            if (missing != 0 && missing != x.size()) return false;
        }
        return true;
    }
    /// Forgets the parts where they are of other parameters, or too many.
    void remember(const E& e) {
        const auto most = static_cast<std::size_t>(
            std::max<Index>(64, (Index{8} << 20) / (3 * e.size() * e.dimension() * e.dimension())));
        const bool same =
            of_ && of_->size() == e.size() && of_->dimension() == e.dimension() && of_->same_parameters(e);
        if (!same || parts_.size() > most) {
            parts_.clear();
            of_ = e;
        }
    }
    /// key_ := which cells of the row are seen.
    void key_of(const Panel<Scalar>& x, Index row) {
        key_.assign(static_cast<std::size_t>((x.columns() + 63) / 64), 0);
        for (Index j = 0; j < x.columns(); ++j)
            if (!std::isnan(x(row, j)))
                key_[static_cast<std::size_t>(j / 64)] |= std::uint64_t{1} << (j % 64);
    }
    /// What is seen of a row, and room for what is not.
    static void look_at(const Panel<Scalar>& x, Index row, const Part& part, Eigen::VectorXd& seen,
                        Eigen::VectorXd& hidden) {
        seen.resize(std::ssize(part.seen));
        hidden.resize(std::ssize(part.hidden));
        for (Index i = 0; i < seen.size(); ++i)
            seen(i) = static_cast<double>(x(row, part.seen[static_cast<std::size_t>(i)]));
    }
    Part& part_of(const E& e) {
        const auto [place, added] = parts_.try_emplace(key_);
        Part& part = place->second;
        if (!added) return part;
        for (Index j = 0; j < e.dimension(); ++j)
            if (key_[static_cast<std::size_t>(j / 64)] >> (j % 64) & 1) part.seen.push_back(j);
        part.hidden = others(part.seen, e.dimension());
        if (!part.seen.empty() && !part.hidden.empty()) part.given.emplace(e, part.seen);
        return part;
    }

    /// Adds the statistics of the part's rows, whose cells are in x_, with their weights.
    template <class Statistics>
    void accumulate_part(const E& e, const Part& part, const Panel<Scalar>& weights, Statistics& s) {
        if (part.seen.empty()) {
            Eigen::VectorXd count = Eigen::VectorXd::Zero(e.size());
            column_sums(weights, count.data());
            e.expect(count, s);
        } else if (part.hidden.empty()) {
            e.accumulate(x_, weights, s);
        } else {
            part.given->marginal.reset(statistics_);
            part.given->marginal.accumulate(x_, weights, statistics_);
            part.given->complete(e, statistics_, s);
        }
    }

    /// x_ := what is seen of the part's rows; its filler repeats the last one.
    void gather_cells(const Panel<Scalar>& x, const Part& part) {
        x_.resize(part.count, std::ssize(part.seen));
        for (Index j = 0; j < x_.columns(); ++j) {
            gather(x.column(part.seen[static_cast<std::size_t>(j)]), part, x_.column(j));
            std::fill(x_.column(j) + x_.size(), x_.column(j) + x_.padded(), x_(x_.size() - 1, j));
        }
    }
    /// weights_ := those of the part's rows.
    void gather_weights(const Panel<Scalar>& weights, const Part& part) {
        weights_.resize(part.count, weights.columns());
        for (Index k = 0; k < weights_.columns(); ++k) {
            gather(weights.column(k), part, weights_.column(k));
            std::fill(weights_.column(k) + weights_.size(), weights_.column(k) + weights_.padded(),
                      Scalar(0));
        }
    }
    static void gather(const Scalar* from, const Part& part, Scalar* to) {
        if (part.rows.empty())
            std::copy_n(from, part.count, to);
        else
            for (const Index row : part.rows) *to++ = from[row];
    }

    std::optional<E> of_;  // whose parameters the parts were made by
    std::map<Pattern, Part> parts_;
    std::vector<Part*> touched_;  // by this block, in the order of their first rows
    std::uint64_t block_ = 0;     // the present one's number
    Pattern key_, last_key_;
    Panel<Scalar> x_, weights_, densities_;
    typename E::Statistics statistics_;
    Eigen::VectorXd seen_, hidden_;  // of a row
};

/// What a family E that works with MissingCells is by it: an Emission that TakesMissing.
template <class E, class Scalar>
class TakesMissingCells {
  public:
    using Room = MissingCells<E>;

    static constexpr bool takes_missing() { return true; }
    void prepare(const Panel<Scalar>& x, Room& room) const {
        if (x.missing()) room.prepare(self(), x);
    }
    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out, Room& room) const {
        if (x.missing()) return room.log_density(self(), x, out);
        self().log_density(x, out);
    }
    template <class Statistics>
    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Room& room, Statistics& s) const {
        if (x.missing()) return room.accumulate(self(), x, weights, s);
        self().accumulate(x, weights, s);
    }
    void impute(const Panel<Scalar>& x, const Panel<Scalar>& r, Room& room,
                Eigen::Ref<Eigen::MatrixXd> values, Eigen::Ref<Eigen::MatrixXd> variances) const {
        room.impute(self(), x, r, values, variances);
    }
    void draw_hidden(const Panel<Scalar>& x, Index i, Index k, Random& random, Room& room,
                     Eigen::Ref<Eigen::VectorXd> to) const {
        room.draw_hidden(self(), x, i, k, random, to);
    }

  protected:
    const E& self() const { return static_cast<const E&>(*this); }
};

}  // namespace latent::detail
