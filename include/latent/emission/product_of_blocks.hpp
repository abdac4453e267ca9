// What products of families are made of, whether their blocks are named one by one or counted at run time.
#pragma once

#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

#include "latent/core/concepts.hpp"
#include "latent/core/room.hpp"
#include "latent/core/units.hpp"
#include "latent/data/sequences.hpp"
#include "latent/emission/emission_checks.hpp"
#include "latent/emission/observation_checks.hpp"
#include "latent/emission/panel_columns.hpp"

namespace latent {

/// Sufficient statistics of a product: its blocks', a tuple or a vector.
template <class Blocks>
struct ProductStatistics {
    Blocks blocks;

    static constexpr auto fields() { return std::tuple{&ProductStatistics::blocks}; }
};

namespace detail {

/// What a block of a product remembers of a panel: its own columns, and what its family does.
template <class E>
struct BlockRoom {
    Panel<typename E::Scalar> x;
    RoomOf<E> room;
};

/// What a product has, by what its blocks have: all of them, or any.
template <class Blocks>
struct BlockTypes;
template <class E, class... Rest>
struct BlockTypes<std::tuple<E, Rest...>> {
    static_assert(require_emission<E>() && (require_emission<Rest>() && ...));

    using Scalar = typename E::Scalar;
    using Statistics = std::tuple<typename E::Statistics, typename Rest::Statistics...>;
    using Rooms = std::tuple<BlockRoom<E>, BlockRoom<Rest>...>;
    static constexpr bool one_scalar = (std::is_same_v<Scalar, typename Rest::Scalar> && ...);
    static constexpr bool vectorizable = VectorizableEmission<E> && (VectorizableEmission<Rest> && ...);
    static constexpr bool means = WithMeans<E> && (WithMeans<Rest> && ...);
    static constexpr bool covariances = WithCovariances<E> && (WithCovariances<Rest> && ...);
    static constexpr bool splitting = SplittingEmission<E> && (SplittingEmission<Rest> && ...);
    static constexpr bool collapsible = splitting && (Collapsible<E> || ... || Collapsible<Rest>);
    static constexpr bool rounding = Rounding<E> || (Rounding<Rest> || ...);
    static constexpr bool precision = JudgesPrecision<E> || (JudgesPrecision<Rest> || ...);
    static constexpr bool missing = TakesMissing<E> && (TakesMissing<Rest> && ...);
    static constexpr bool parting = Parting<E> || (Parting<Rest> || ...);
};
template <class E>
struct BlockTypes<std::vector<E>> : BlockTypes<std::tuple<E>> {
    using Statistics = std::vector<typename E::Statistics>;
    using Rooms = std::vector<BlockRoom<E>>;
};

/// Element b of a tuple, b being a constant, or of a vector.
template <class Elements, class B>
decltype(auto) element(Elements& elements, B b) {
    if constexpr (is_tuple<std::remove_const_t<Elements>>)
        return (std::get<B::value>(elements));
    else
        return (elements[b]);
}

/// The Emission that Product and ProductOf are, but for their constructors. `Blocks` is a std::tuple or std::vector of
/// emissions. A member is there where all blocks have it; those of collapse, of rounding and of parts where any has.
template <class Blocks>
class ProductOfBlocks {
    using Types = BlockTypes<Blocks>;

  public:
    using Scalar = typename Types::Scalar;
    using Statistics = ProductStatistics<typename Types::Statistics>;
    /// The blocks' columns and rooms, and the log-densities of one block.
    struct Room {
        typename Types::Rooms blocks;
        Panel<Scalar> log_density;
    };

    Index size() const {
        if constexpr (!is_tuple<Blocks>)
            if (blocks_.empty()) return 0;
        return element(blocks_, std::integral_constant<std::size_t, 0>{}).size();
    }
    Index dimension() const {
        return sum([](const auto& block) { return block.dimension(); });
    }
    /// d × K: the blocks' one above the other.
    Eigen::MatrixXd means() const requires Types::means {
        Eigen::MatrixXd result(dimension(), size());
        for_each([&](const auto& block, Index first, auto) {
            result.middleRows(first, block.dimension()) = block.means();
        });
        return result;
    }
    Index parameters() const {
        return sum([](const auto& block) { return block.parameters(); });
    }

    // -------------------------------------------------------------------------------- the Emission contract

    Statistics zero_statistics() const {
        Statistics s;
        reset(s);
        return s;
    }
    void reset(Statistics& s) const {
        fit(s.blocks);
        for_each([&](const auto& block, Index, auto b) { detail::reset(block, element(s.blocks, b)); });
    }

    /// Σ_b log p_b(x_b | k).
    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        Room room;
        log_density(x, out, room);
    }
    void prepare(const Panel<Scalar>& x, Room& room) const {
        for_each_own(x, room,
                     [](const auto& block, auto& own, auto) { detail::prepare(block, own.x, own.room); });
    }
    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out, Room& room) const {
        for_each_own(x, room, [&](const auto& block, auto& own, auto b) {
            if (b == 0) return detail::log_density(block, own.x, out, own.room);
            detail::log_density(block, own.x, room.log_density, own.room);
            for (Index k = 0; k < size(); ++k) values(out, k) += values(room.log_density, k);
        });
    }

    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        Room room;
        prepare(x, room);
        accumulate(x, weights, room, s);
    }
    void accumulate(const Panel<Scalar>&, const Panel<Scalar>& weights, Room& room, Statistics& s) const {
        for_each([&](const auto& block, Index, auto b) {
            auto& own = element(room.blocks, b);
            detail::accumulate(block, own.x, weights, own.room, element(s.blocks, b));
        });
    }

    // -------------------------------------------------------------------- missing cells: see TakesMissing

    bool takes_missing() const {
        bool all = true;
        for_each([&](const auto& block, Index, auto) { all = all && detail::takes_missing(block); });
        return all;
    }
    void impute(const Panel<Scalar>&, const Panel<Scalar>& r, Room& room, Eigen::Ref<Eigen::MatrixXd> values,
                Eigen::Ref<Eigen::MatrixXd> variances) const requires Types::missing {
        for_each([&](const auto& block, Index first, auto b) {
            auto& own = element(room.blocks, b);
            const Index d = block.dimension();
            if (own.x.missing())
                block.impute(own.x, r, own.room, values.middleRows(first, d), variances.middleRows(first, d));
        });
    }
    void draw_hidden(const Panel<Scalar>&, Index i, Index k, Random& random, Room& room,
                     Eigen::Ref<Eigen::VectorXd> to) const requires Types::missing {
        for_each([&](const auto& block, Index first, auto b) {
            auto& own = element(room.blocks, b);
            if (own.x.missing())
                block.draw_hidden(own.x, i, k, random, own.room, to.segment(first, block.dimension()));
        });
    }

    void maximize(const Statistics& s) {
        for_each([&](auto& block, Index, auto b) { block.maximize(element(s.blocks, b)); });
    }
    double expected_log_density(const Statistics& s) const {
        double total = 0;
        for_each([&](const auto& block, Index, auto b) {
            total += block.expected_log_density(element(s.blocks, b));
        });
        return total;
    }
    bool all_equal() const {
        bool result = true;
        for_each([&](const auto& block, Index, auto) { result = result && block.all_equal(); });
        return result;
    }
    void sample(Index k, Random& random, Scalar* x) const {
        for_each([&](const auto& block, Index first, auto) { block.sample(k, random, x + first); });
    }

    /// The blocks' one after the other.
    Index coordinates() const requires Types::vectorizable {
        return sum([](const auto& block) { return block.coordinates(); });
    }
    void to_vector(std::span<double> v) const requires Types::vectorizable {
        for_each([&](const auto& block, Index, auto) { block.to_vector(next(block, v)); });
    }
    void from_vector(std::span<const double> v) requires Types::vectorizable {
        for_each([&](auto& block, Index, auto) { block.from_vector(next(block, v)); });
    }

    /// Throws std::invalid_argument on a wrong number of rows, and as each block does on its own, naming the row in the whole.
    void check(const Observations<Scalar>& x) const {
        require_rows("Product", x, dimension());
        for_each([&](const auto& block, Index first, auto) {
            check_with(block, x.rows(first, block.dimension()));
        });
    }

    /// See MixtureEmission.
    void part(Random& random) requires Types::parting {
        for_each([&](auto& block, Index, auto) {
            if constexpr (requires { block.part(random); }) block.part(random);
        });
    }

    // ------------------------------------------ a component that collapsed: it has where any of its blocks has

    std::optional<Cause> collapse_cause(Index k,
                                        const Eigen::VectorXd& floor) const requires Types::collapsible {
        std::optional<Cause> cause;
        for_each_collapsible(*this, floor, [&](const auto& block, const Eigen::VectorXd& own) {
            if (!cause) cause = block.collapse_cause(k, own);
        });
        return cause;
    }
    /// Those of the blocks that collapsed.
    bool floor_variances(Index k, const Eigen::VectorXd& floor) requires Types::collapsible {
        bool raised = true;
        for_each_collapsible(*this, floor, [&](auto& block, const Eigen::VectorXd& own) {
            if (block.collapse_cause(k, own)) raised = block.floor_variances(k, own) && raised;
        });
        return raised;
    }
    void add_ridge(const Eigen::VectorXd& variances) requires Types::collapsible {
        for_each_collapsible(*this, variances,
                             [](auto& block, const Eigen::VectorXd& own) { block.add_ridge(own); });
    }
    /// All blocks have seen the same: the first that knows it says so.
    double share(Index k) const requires Types::collapsible {
        double result = std::numeric_limits<double>::quiet_NaN();
        for_each_collapsible(*this, {}, [&](const auto& block, const Eigen::VectorXd&) {
            if (std::isnan(result)) result = block.share(k);
        });
        return result;
    }
    void split_from(Index k, Index from, Random& random) requires Types::splitting {
        for_each([&](auto& block, Index, auto) { block.split_from(k, from, random); });
    }
    void remove(Index k) requires Types::splitting {
        for_each([&](auto& block, Index, auto) { block.remove(k); });
    }

    /// The sum over the blocks.
    double rounding(Index k) const requires Types::rounding {
        double total = 0;
        for_each([&](const auto& block, Index, auto) {
            if constexpr (requires { block.rounding(k); }) total += block.rounding(k);
        });
        return total;
    }
    bool imprecise() const requires Types::precision {
        bool result = false;
        for_each([&](const auto& block, Index, auto) {
            if constexpr (requires { block.imprecise(); }) result = result || block.imprecise();
        });
        return result;
    }

    /// All of its members, see Archivable.
    static constexpr auto members() { return std::tuple{&ProductOfBlocks::blocks_}; }
    const Blocks& saved_blocks() const { return blocks_; }

    /// visit(block, first, b) for each block: its number b, a constant where the blocks are a tuple, and its first row.
    template <class Visit>
    void for_each(const Visit& visit) const {
        visit_blocks(*this, visit);
    }
    template <class Visit>
    void for_each(const Visit& visit) {
        visit_blocks(*this, visit);
    }

  protected:
    ProductOfBlocks() = default;
    /// Throws std::invalid_argument where there is no block or their sizes differ.
    ProductOfBlocks(const char* name, Blocks blocks) : blocks_(std::move(blocks)) {
        if constexpr (!is_tuple<Blocks>) require(!blocks_.empty(), "latent::", name, ": there are no blocks");
        for_each([&](const auto& block, Index, auto b) {
            require(block.size() == size(), "latent::", name, ": block ", Index(b) + 1, " has ", block.size(),
                    " components, block 1 ", size(), ", expected the same K");
        });
    }
    const Blocks& blocks() const { return blocks_; }
    Blocks& blocks() { return blocks_; }

  private:
    template <class Self, class Visit>
    static void visit_blocks(Self& self, const Visit& visit) {
        Index first = 0;
        const auto one = [&](auto b) {
            auto& block = element(self.blocks_, b);
            visit(block, first, b);
            first += block.dimension();
        };
        if constexpr (is_tuple<Blocks>)
            for_each_index<std::tuple_size_v<Blocks>>(one);
        else
            for (std::size_t b = 0; b < self.blocks_.size(); ++b) one(b);
    }
    /// visit(block, own part of `numbers`, which are one a dimension or none) for those that can collapse.
    template <class Self, class Visit>
    static void for_each_collapsible(Self& self, const Eigen::VectorXd& numbers, const Visit& visit) {
        self.for_each([&](auto& block, Index first, auto) {
            if constexpr (Collapsible<std::remove_cvref_t<decltype(block)>>)
                visit(block, numbers.size() == 0
                                 ? numbers
                                 : Eigen::VectorXd(numbers.segment(first, block.dimension())));
        });
    }
    /// visit(block, own, b), own being the block's columns of x, as which they are copied, and its room.
    template <class Visit>
    void for_each_own(const Panel<Scalar>& x, Room& room, const Visit& visit) const {
        fit(room.blocks);
        for_each([&](const auto& block, Index first, auto b) {
            auto& own = element(room.blocks, b);
            copy_columns(x, first, block.dimension(), own.x);
            visit(block, own, b);
        });
    }
    template <class Number>
    Index sum(const Number& number) const {
        Index total = 0;
        for_each([&](const auto& block, Index, auto) { total += number(block); });
        return total;
    }
    /// The block's own coordinates, which are taken off v.
    template <class E, class T>
    static std::span<T> next(const E& block, std::span<T>& v) {
        const auto count = static_cast<std::size_t>(block.coordinates());
        const std::span<T> own = v.first(count);
        v = v.subspan(count);
        return own;
    }
    /// Makes an element for each block.
    template <class Elements>
    void fit(Elements& elements) const {
        if constexpr (!is_tuple<Elements>) elements.resize(blocks_.size());
    }

    Blocks blocks_;
};

}  // namespace detail

}  // namespace latent
