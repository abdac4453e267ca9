// A family that is chosen while the program runs.
#pragma once

#include <concepts>
#include <limits>
#include <optional>
#include <span>
#include <tuple>

#include "latent/core/reordered.hpp"
#include "latent/emission/product_of_blocks.hpp"

namespace latent {

/// One of the families E…, whichever it was made of: an Emission. With it models can be chosen at run time, and a program that
/// offers many families compiles one model: `ProductOf<OneOf<Gamma<>, VonMises<>, Poisson<>>>` is any number of blocks of any of
/// these. It has what all of the families have, of collapse, rounding and parts what any of them has: see Product. Cost: that of
/// the family.
template <class... E>
class OneOf {
    using Types = detail::BlockTypes<std::tuple<E...>>;
    static_assert(Types::one_scalar,
                  "latent: the families of a OneOf have different scalars: all double or all float");

  public:
    using Scalar = typename Types::Scalar;
    /// Those of the others are empty.
    using Statistics = ProductStatistics<typename Types::Statistics>;
    using Room = std::tuple<detail::RoomOf<E>...>;

    /// An empty one, K = 0: to be assigned to.
    OneOf() = default;

    /// Of one of the families E….
    template <class Family>
        requires(std::same_as<Family, E> || ...)
    explicit OneOf(Family family) { std::get<std::optional<Family>>(families_) = std::move(family); }

    /// visit(family, f) of the one that it is, f being its number among E…, a constant.
    template <class Visit>
    void visit(const Visit& visit) const {
        visit_family(families_, visit);
    }
    template <class Visit>
    void visit(const Visit& visit) {
        visit_family(families_, visit);
    }
    /// Its family, nullptr where it is another.
    template <class Family>
    const Family* get() const {
        const auto& family = std::get<std::optional<Family>>(families_);
        return family ? &*family : nullptr;
    }

    Index size() const {
        return number<Index>([](const auto& e) { return e.size(); });
    }
    Index dimension() const {
        return number<Index>([](const auto& e) { return e.dimension(); });
    }
    Eigen::MatrixXd means() const requires Types::means {
        return number<Eigen::MatrixXd>([](const auto& e) -> Eigen::MatrixXd { return e.means(); });
    }
    Eigen::MatrixXd covariance(Index k) const requires Types::covariances {
        return number<Eigen::MatrixXd>([&](const auto& e) -> Eigen::MatrixXd { return e.covariance(k); });
    }
    Index parameters() const {
        return number<Index>([](const auto& e) { return e.parameters(); });
    }

    // -------------------------------------------------------------------------------- the Emission contract

    Statistics zero_statistics() const {
        Statistics s;
        reset(s);
        return s;
    }
    void reset(Statistics& s) const {
        visit([&](const auto& e, auto f) { detail::reset(e, std::get<f()>(s.blocks)); });
    }
    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        visit([&](const auto& e, auto) { e.log_density(x, out); });
    }
    void prepare(const Panel<Scalar>& x, Room& room) const {
        visit([&](const auto& e, auto f) { detail::prepare(e, x, std::get<f()>(room)); });
    }
    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out, Room& room) const {
        visit([&](const auto& e, auto f) { detail::log_density(e, x, out, std::get<f()>(room)); });
    }
    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        visit([&](const auto& e, auto f) { e.accumulate(x, weights, std::get<f()>(s.blocks)); });
    }
    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Room& room, Statistics& s) const {
        visit([&](const auto& e, auto f) {
            detail::accumulate(e, x, weights, std::get<f()>(room), std::get<f()>(s.blocks));
        });
    }
    // -------------------------------------------------------------------- missing cells: see TakesMissing

    bool takes_missing() const {
        return number<bool>([](const auto& e) { return detail::takes_missing(e); });
    }
    /// Nothing of a family that takes_missing() says cannot.
    void impute(const Panel<Scalar>& x, const Panel<Scalar>& r, Room& room,
                Eigen::Ref<Eigen::MatrixXd> values, Eigen::Ref<Eigen::MatrixXd> variances) const {
        visit([&](const auto& e, auto f) {
            if constexpr (TakesMissing<std::remove_cvref_t<decltype(e)>>)
                e.impute(x, r, std::get<f()>(room), values, variances);
        });
    }
    void draw_hidden(const Panel<Scalar>& x, Index i, Index k, Random& random, Room& room,
                     Eigen::Ref<Eigen::VectorXd> to) const {
        visit([&](const auto& e, auto f) {
            if constexpr (TakesMissing<std::remove_cvref_t<decltype(e)>>)
                e.draw_hidden(x, i, k, random, std::get<f()>(room), to);
        });
    }

    void maximize(const Statistics& s) {
        visit([&](auto& e, auto f) { e.maximize(std::get<f()>(s.blocks)); });
    }
    double expected_log_density(const Statistics& s) const {
        double total = 0;
        visit([&](const auto& e, auto f) { total = e.expected_log_density(std::get<f()>(s.blocks)); });
        return total;
    }
    bool all_equal() const {
        return number<bool>([](const auto& e) { return e.all_equal(); });
    }
    void sample(Index k, Random& random, Scalar* x) const {
        visit([&](const auto& e, auto) { e.sample(k, random, x); });
    }

    Index coordinates() const requires Types::vectorizable {
        return number<Index>([](const auto& e) { return e.coordinates(); });
    }
    void to_vector(std::span<double> v) const requires Types::vectorizable {
        visit([&](const auto& e, auto) { e.to_vector(v); });
    }
    void from_vector(std::span<const double> v) requires Types::vectorizable {
        visit([&](auto& e, auto) { e.from_vector(v); });
    }
    void check(const Observations<Scalar>& x) const {
        visit([&](const auto& e, auto) { detail::check_with(e, x); });
    }
    void part(Random& random) requires Types::parting {
        visit([&](auto& e, auto) {
            if constexpr (requires { e.part(random); }) e.part(random);
        });
    }

    // -------------------------------------------------- a component that collapsed, of a family whose members can

    std::optional<Cause> collapse_cause(Index k,
                                        const Eigen::VectorXd& floor) const requires Types::collapsible {
        return if_collapsible(std::optional<Cause>(),
                              [&](const auto& e) { return e.collapse_cause(k, floor); });
    }
    bool floor_variances(Index k, const Eigen::VectorXd& floor) requires Types::collapsible {
        bool raised = true;
        visit([&](auto& e, auto) {
            if constexpr (requires { e.floor_variances(k, floor); }) raised = e.floor_variances(k, floor);
        });
        return raised;
    }
    void add_ridge(const Eigen::VectorXd& variances) requires Types::collapsible {
        visit([&](auto& e, auto) {
            if constexpr (requires { e.add_ridge(variances); }) e.add_ridge(variances);
        });
    }
    /// NaN of a family whose members do not collapse.
    double share(Index k) const requires Types::collapsible {
        return if_collapsible(std::numeric_limits<double>::quiet_NaN(),
                              [&](const auto& e) { return e.share(k); });
    }
    void split_from(Index k, Index from, Random& random) requires Types::splitting {
        visit([&](auto& e, auto) { e.split_from(k, from, random); });
    }
    void remove(Index k) requires Types::splitting {
        visit([&](auto& e, auto) { e.remove(k); });
    }
    double rounding(Index k) const requires Types::rounding {
        double result = 0;
        visit([&](const auto& e, auto) {
            if constexpr (requires { e.rounding(k); }) result = e.rounding(k);
        });
        return result;
    }
    bool imprecise() const requires Types::precision {
        bool result = false;
        visit([&](const auto& e, auto) {
            if constexpr (requires { e.imprecise(); }) result = e.imprecise();
        });
        return result;
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "OneOf"; }
    static constexpr auto members() { return std::tuple{&OneOf::families_}; }
    /// See latent::reordered.
    OneOf reordered(const std::vector<Index>& order) const {
        OneOf result = *this;
        visit(
            [&](const auto& own, auto) { result = OneOf(detail::reorder(own, order, SavedAs::components)); });
        return result;
    }

  private:
    template <class Families, class Visit>
    static void visit_family(Families& families, const Visit& visit) {
        detail::for_each_index<sizeof...(E)>([&](auto f) {
            if (auto& family = std::get<f()>(families)) visit(*family, f);
        });
    }
    template <class Result, class Of>
    Result number(const Of& of) const {
        Result result{};
        visit([&](const auto& e, auto) { result = of(e); });
        return result;
    }
    template <class Result, class Of>
    Result if_collapsible(Result result, const Of& of) const {
        visit([&](const auto& e, auto) {
            if constexpr (Collapsible<std::remove_cvref_t<decltype(e)>>) result = of(e);
        });
        return result;
    }

    std::tuple<std::optional<E>...> families_;  // one of them has a value
};

}  // namespace latent
