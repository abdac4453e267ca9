// Mixtures as component densities: an emission made of emissions.
#pragma once

#include <cmath>
#include <optional>
#include <span>
#include <vector>

#include "latent/core/concepts.hpp"
#include "latent/core/probability_blocks.hpp"
#include "latent/core/reordered.hpp"
#include "latent/core/room.hpp"
#include "latent/core/saved.hpp"
#include "latent/core/units.hpp"
#include "latent/data/sequences.hpp"
#include "latent/emission/emission_checks.hpp"
#include "latent/kernel/softmax.hpp"

namespace latent {

/// Expected sufficient statistics of mixtures as densities.
template <class ComponentStatistics>
struct MixtureEmissionStatistics {
    Eigen::MatrixXd count;  ///< C × K: expected observations of component c in state k
    ComponentStatistics components;

    static constexpr auto fields() {
        using S = MixtureEmissionStatistics;
        return std::tuple{&S::count, &S::components};
    }
};

/// K densities p(x | k) = Σ_c w_ck p(x | k, c), each a mixture of C components of the family E: an Emission, so that
/// `HiddenMarkovModel<MixtureEmission<Gaussian<Diagonal>>>` is the GMM-HMM of speech recognition (Rabiner 1989,
/// section IV.C). Which component emitted an observation is hidden as the state is: the M-step is exact, with the
/// components' responsibilities under the parameters of the E-step. The family `components` has K·C members, those
/// of state k being k·C … k·C + C − 1. Cost: K·C densities, and as many exponentials.
template <class E>
class MixtureEmission {
    static_assert(detail::require_emission<E>());

  public:
    using Scalar = typename E::Scalar;
    using Statistics = MixtureEmissionStatistics<typename E::Statistics>;
    /// Of a block: p(c | x_i, k) in column k·C + c, and log p(x_i | k).
    struct Room {
        Panel<Scalar> share, weighted;
        std::vector<double> log_sum;
        detail::RoomOf<E> components;
    };

    /// An empty one, K = 0: to be assigned to.
    MixtureEmission() requires std::default_initializable<E>
    = default;

    /// Weights C × K, columns sum to one, and a family of K·C. Throws std::invalid_argument where their sizes do not
    /// fit, a weight is negative or no number, or a column does not sum to one to 1e-6.
    MixtureEmission(const Eigen::MatrixXd& weights, E components) : components_(std::move(components)) {
        detail::require(weights.size() > 0 && weights.size() == components_.size(),
                        "latent::MixtureEmission: weights is ", weights.rows(), " × ", weights.cols(),
                        ", but there are ", components_.size(), " components");
        detail::require_probabilities("MixtureEmission", weights, std::array{weights.rows()});
        set_weights(weights);
    }

    /// A shape for a start: K states of C equally weighted components of what E(K·C, arguments…) makes.
    template <class... Arguments>
        requires std::constructible_from<E, Index, Arguments...>
    explicit MixtureEmission(Index K, Index C, Arguments... arguments)
        : MixtureEmission(equal_weights(K, C), E(K * C, arguments...)) {}

    Index size() const { return weights_.cols(); }
    Index dimension() const { return components_.dimension(); }
    /// C × K.
    const Eigen::MatrixXd& weights() const { return weights_; }
    /// All K·C components, those of density k from k·C on.
    const E& components() const { return components_; }
    E& components() { return components_; }
    /// d × K: Σ_c w_ck μ_kc, of a family that has means.
    Eigen::MatrixXd means() const requires WithMeans<E> {
        Eigen::MatrixXd all = components_.means(), result(dimension(), size());
        for (Index k = 0; k < size(); ++k)
            result.col(k) = all.middleCols(k * mixed(), mixed()) * weights_.col(k);
        return result;
    }
    /// Of a family that has it, see WithDistribution.
    static constexpr bool discrete = Discrete<E>;
    double cdf(Index k, double x) const requires WithDistribution<E> {
        return mean_of(k, [&](Index c) { return components_.cdf(c, x); });
    }
    double survival(Index k, double x) const requires WithDistribution<E> {
        return mean_of(k, [&](Index c) { return components_.survival(c, x); });
    }
    Index parameters() const {
        return detail::probability_coordinates(weights_, std::array{mixed()}) + components_.parameters();
    }

    Statistics zero_statistics() const {
        return {Eigen::MatrixXd::Zero(mixed(), size()), components_.zero_statistics()};
    }
    void reset(Statistics& s) const {
        s.count.setZero(mixed(), size());
        detail::reset(components_, s.components);
    }
    /// Of a prior of the components; the weights have none.
    template <class P>
    Statistics pseudo_observations(const P& prior) const {
        return {Eigen::MatrixXd::Zero(mixed(), size()), prior(components_)};
    }

    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        Room room;
        log_density(x, out, room);
    }
    void prepare(const Panel<Scalar>& x, Room& room) const {
        detail::log_density(components_, x, room.share, room.components);
        room.log_sum.resize(static_cast<std::size_t>(size() * x.padded()));
        for (Index k = 0; k < size(); ++k)
            detail::normalize(room.share, k * mixed(), mixed(), log_weights_.col(k).data(),
                              room.log_sum.data() + at(0, k, x));
    }
    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out, Room& room) const {
        prepare(x, room);
        out.resize(x.size(), size());
        for (Index k = 0; k < size(); ++k)
            for (Index i = 0; i < out.padded(); ++i)
                out(i, k) = i < x.size() ? static_cast<Scalar>(room.log_sum[at(i, k, x)]) : Scalar(0);
    }

    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        Room room;
        prepare(x, room);
        accumulate(x, weights, room, s);
    }
    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Room& room, Statistics& s) const {
        weigh(weights, room);
        detail::column_sums(room.weighted, s.count.data());
        detail::accumulate(components_, x, room.weighted, room.components, s.components);
    }

    // -------------------------------------------------------------------- missing cells: see TakesMissing

    bool takes_missing() const { return detail::takes_missing(components_); }
    void impute(const Panel<Scalar>& x, const Panel<Scalar>& r, Room& room,
                Eigen::Ref<Eigen::MatrixXd> values,
                Eigen::Ref<Eigen::MatrixXd> variances) const requires TakesMissing<E> {
        weigh(r, room);
        components_.impute(x, room.weighted, room.components, values, variances);
    }
    void draw_hidden(const Panel<Scalar>& x, Index i, Index k, Random& random, Room& room,
                     Eigen::Ref<Eigen::VectorXd> to) const requires TakesMissing<E> {
        const Index c = random.categorical([&](Index m) { return room.share(i, k * mixed() + m); }, mixed());
        components_.draw_hidden(x, i, k * mixed() + c, random, room.components, to);
    }

    /// Relative counts; a state without observations keeps its weights.
    void maximize(const Statistics& s) {
        detail::maximize_probabilities(s.count, std::array{mixed()}, weights_);
        log_weights_ = weights_.array().log();
        components_.maximize(s.components);
    }

    double expected_log_density(const Statistics& s) const {
        return components_.expected_log_density(s.components) +
               detail::sum_of_log_probabilities(s.count, weights_);
    }

    /// Whether even the components are all one and the same.
    bool all_equal() const { return components_.all_equal(); }

    void sample(Index k, Random& random, Scalar* x) const {
        components_.sample(k * mixed() + random.categorical(weights_.col(k), mixed()), random, x);
    }

    /// Log-ratios of the weights that are not zero, then the components' coordinates.
    Index coordinates() const requires VectorizableEmission<E> {
        return detail::probability_coordinates(weights_, std::array{mixed()}) + components_.coordinates();
    }
    void to_vector(std::span<double> v) const requires VectorizableEmission<E> {
        detail::probabilities_to_vector(weights_, std::array{mixed()}, v);
        components_.to_vector(v.subspan(own_coordinates()));
    }
    void from_vector(std::span<const double> v) requires VectorizableEmission<E> {
        const std::size_t own = own_coordinates();
        detail::probabilities_from_vector(v, std::array{mixed()}, weights_);
        log_weights_ = weights_.array().log();
        components_.from_vector(v.subspan(own));
    }

    void check(const Observations<Scalar>& x) const { detail::check_with(components_, x); }

    /// For starts, which find one density a state: its components become copies of the first about random draws
    /// of it. Without it components that are alike would stay so for ever.
    void part(Random& random) requires Collapsible<E> {
        for (Index c = 0; c < components_.size(); ++c)
            if (c % mixed() > 0) components_.split_from(c, c - c % mixed(), random);
    }

    // A component that collapsed, of a family whose members can: the numbering is the components'.

    std::optional<Cause> collapse_cause(Index k, const Eigen::VectorXd& floor) const requires Collapsible<E> {
        for (Index c = k * mixed(); c < (k + 1) * mixed(); ++c)
            if (const auto cause = collapse_cause_of(c, floor)) return cause;
        return {};
    }
    bool floor_variances(Index k, const Eigen::VectorXd& floor) requires Collapsible<E> {
        bool raised = true;
        for (Index c = k * mixed(); c < (k + 1) * mixed(); ++c)
            if (collapse_cause_of(c, floor)) raised = components_.floor_variances(c, floor) && raised;
        return raised;
    }
    void add_ridge(const Eigen::VectorXd& variances) requires Collapsible<E> {
        components_.add_ridge(variances);
    }
    /// Of the least of its components.
    double share(Index k) const requires Collapsible<E> {
        double least = components_.share(k * mixed());
        for (Index c = 1; c < mixed(); ++c) least = std::min(least, components_.share(k * mixed() + c));
        return least;
    }
    bool imprecise() const requires JudgesPrecision<E> { return components_.imprecise(); }
    void split_from(Index k, Index from, Random& random) requires SplittingEmission<E> {
        for (Index c = 0; c < mixed(); ++c)
            components_.split_from(k * mixed() + c, from * mixed() + c, random);
        Eigen::MatrixXd weights = weights_;
        weights.col(k) = weights.col(from);
        set_weights(weights);
    }
    void remove(Index k) requires SplittingEmission<E> {
        for (Index c = mixed() - 1; c >= 0; --c) components_.remove(k * mixed() + c);
        Eigen::MatrixXd left(mixed(), size() - 1);
        left << weights_.leftCols(k), weights_.rightCols(size() - k - 1);
        set_weights(left);
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "MixtureEmission"; }
    static constexpr auto members() {
        return std::tuple{&MixtureEmission::weights_, &MixtureEmission::log_weights_,
                          &MixtureEmission::components_};
    }
    /// See latent::reordered.
    MixtureEmission reordered(const std::vector<Index>& order) const {
        std::vector<Index> all;
        for (const Index k : order)
            for (Index c = 0; c < mixed(); ++c) all.push_back(k * mixed() + c);
        return {detail::reorder(weights_, order, SavedAs::columns),
                detail::reorder(components_, all, SavedAs::components)};
    }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("weights", &MixtureEmission::weights_, SavedAs::columns),
                          named("components", &MixtureEmission::components_)};
    }

  private:
    static Eigen::MatrixXd equal_weights(Index K, Index C) {
        detail::require(K > 0 && C > 0, "latent::MixtureEmission: K = ", K, " states of C = ", C,
                        " components, expected at least 1 of each");
        return Eigen::MatrixXd::Constant(C, K, 1.0 / static_cast<double>(C));
    }
    Index mixed() const { return weights_.rows(); }
    /// Σ_c w_ck value(component c of state k).
    template <class Value>
    double mean_of(Index k, const Value& value) const {
        double sum = 0;
        for (Index c = 0; c < mixed(); ++c) sum += weights_(c, k) * value(k * mixed() + c);
        return sum;
    }
    /// Of a component; an empty one is none, since its weight is zero.
    std::optional<Cause> collapse_cause_of(Index c, const Eigen::VectorXd& floor) const {
        const auto cause = components_.collapse_cause(c, floor);
        return cause == Cause::empty_component ? std::nullopt : cause;
    }
    std::size_t own_coordinates() const {
        return static_cast<std::size_t>(detail::probability_coordinates(weights_, std::array{mixed()}));
    }
    void set_weights(const Eigen::MatrixXd& weights) {
        weights_ = weights;
        log_weights_ = weights.array().log();
    }
    static std::size_t at(Index i, Index k, const Panel<Scalar>& x) {
        return static_cast<std::size_t>(k * x.padded() + i);
    }
    /// room.weighted := the shares times the weights, n × K, of their states.
    void weigh(const Panel<Scalar>& weights, Room& room) const {
        const Panel<Scalar>& share = room.share;
        room.weighted.resize(share.size(), share.columns());
        for (Index k = 0; k < size(); ++k)
            for (Index c = k * mixed(); c < (k + 1) * mixed(); ++c)
                for (Index i = 0; i < share.padded(); ++i) room.weighted(i, c) = share(i, c) * weights(i, k);
    }

    Eigen::MatrixXd weights_, log_weights_;  // C × K
    E components_;
};

}  // namespace latent
