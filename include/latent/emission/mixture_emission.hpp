// Mixtures as the densities of states: an emission made of emissions.
#pragma once

#include <cmath>
#include <optional>
#include <span>
#include <vector>

#include "latent/core/concepts.hpp"
#include "latent/core/units.hpp"
#include "latent/data/sequences.hpp"
#include "latent/emission/probability_blocks.hpp"
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
template <Emission E>
class MixtureEmission {
  public:
    using Scalar = typename E::Scalar;
    using Statistics = MixtureEmissionStatistics<typename E::Statistics>;

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
    const E& components() const { return components_; }
    E& components() { return components_; }
    /// d × K: Σ_c w_ck μ_kc, of a family that has means.
    Eigen::MatrixXd means() const requires requires(const E& e) { e.means(); }
    {
        Eigen::MatrixXd all = components_.means(), result(dimension(), size());
        for (Index k = 0; k < size(); ++k)
            result.col(k) = all.middleCols(k * mixed(), mixed()) * weights_.col(k);
        return result;
    }
    Index parameters() const { return detail::positive(weights_) - size() + components_.parameters(); }

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
        std::vector<double>& log_sum = shared(x).log_sum;
        out.resize(x.size(), size());
        for (Index k = 0; k < size(); ++k)
            for (Index i = 0; i < out.padded(); ++i)
                out(i, k) = i < x.size() ? static_cast<Scalar>(log_sum[at(i, k, x)]) : Scalar(0);
    }

    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        Panel<Scalar>& share = shared(x).share;
        for (Index k = 0; k < size(); ++k)
            for (Index c = k * mixed(); c < (k + 1) * mixed(); ++c)
                for (Index i = 0; i < share.padded(); ++i) share(i, c) *= weights(i, k);
        detail::column_sums(share, s.count.data());
        components_.accumulate(x, share, s.components);
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
    bool same() const { return components_.same(); }

    void sample(Index k, Random& random, Scalar* x) const {
        components_.sample(k * mixed() + random.categorical(weights_.col(k), mixed()), random, x);
    }

    /// Logarithms of the weights that are not zero, then the components' coordinates.
    Index coordinates() const requires VectorizableEmission<E> {
        return detail::positive(weights_) + components_.coordinates();
    }
    void to_vector(std::span<double> v) const requires VectorizableEmission<E> {
        detail::logs_of_positive(weights_, v);
        components_.to_vector(v.subspan(own_coordinates()));
    }
    void from_vector(std::span<const double> v) requires VectorizableEmission<E> {
        const std::size_t own = own_coordinates();
        detail::probabilities_from_logs(v, std::array{mixed()}, weights_);
        log_weights_ = weights_.array().log();
        components_.from_vector(v.subspan(own));
    }

    void check(const Observations<Scalar>& x) const { detail::check_with(components_, x); }

    /// For starts, which find one density a state: its components become copies of the first about random draws
    /// of it. Without it components that are alike would stay so for ever.
    void part(Random& random) requires Collapsible<E> {
        for (Index c = 0; c < components_.size(); ++c)
            if (c % mixed() > 0) components_.respawn(c, c - c % mixed(), random);
    }

    // A component that collapsed, of a family whose members can: the numbering is the components'.

    std::optional<Cause> flaw(Index k, const Eigen::VectorXd& floor) const requires Collapsible<E> {
        for (Index c = k * mixed(); c < (k + 1) * mixed(); ++c)
            if (const auto cause = flaw_of(c, floor)) return cause;
        return {};
    }
    bool raise(Index k, const Eigen::VectorXd& floor) requires Collapsible<E> {
        bool raised = true;
        for (Index c = k * mixed(); c < (k + 1) * mixed(); ++c)
            if (flaw_of(c, floor)) raised = components_.raise(c, floor) && raised;
        return raised;
    }
    void inflate(const Eigen::VectorXd& variances) requires Collapsible<E> { components_.inflate(variances); }
    /// Of the least of its components.
    double share(Index k) const requires Collapsible<E> {
        double least = components_.share(k * mixed());
        for (Index c = 1; c < mixed(); ++c) least = std::min(least, components_.share(k * mixed() + c));
        return least;
    }
    bool imprecise() const requires requires(const E& e) { e.imprecise(); }
    { return components_.imprecise(); }
    void respawn(Index k, Index from, Random& random) requires Collapsible<E> {
        for (Index c = 0; c < mixed(); ++c) components_.respawn(k * mixed() + c, from * mixed() + c, random);
        Eigen::MatrixXd weights = weights_;
        weights.col(k) = weights.col(from);
        set_weights(weights);
    }
    void remove(Index k) requires Collapsible<E> {
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

  private:
    static Eigen::MatrixXd equal_weights(Index K, Index C) {
        detail::require(K > 0 && C > 0, "latent::MixtureEmission: K = ", K, " states of C = ", C,
                        " components, expected at least 1 of each");
        return Eigen::MatrixXd::Constant(C, K, 1.0 / static_cast<double>(C));
    }
    Index mixed() const { return weights_.rows(); }
    /// Of a component; an empty one is none, since its weight is zero.
    std::optional<Cause> flaw_of(Index c, const Eigen::VectorXd& floor) const {
        const auto cause = components_.flaw(c, floor);
        return cause == Cause::empty_component ? std::nullopt : cause;
    }
    std::size_t own_coordinates() const { return static_cast<std::size_t>(detail::positive(weights_)); }
    void set_weights(const Eigen::MatrixXd& weights) {
        weights_ = weights;
        log_weights_ = weights.array().log();
    }
    /// Of a block: p(c | x_i, k) in column k·C + c, and log p(x_i | k).
    struct Shared {
        Panel<Scalar> share;
        std::vector<double> log_sum;
    };
    static std::size_t at(Index i, Index k, const Panel<Scalar>& x) {
        return static_cast<std::size_t>(k * x.padded() + i);
    }
    /// Until the thread's next call.
    Shared& shared(const Panel<Scalar>& x) const {
        static thread_local Shared block;  // keeps its memory from block to block
        components_.log_density(x, block.share);
        block.log_sum.resize(static_cast<std::size_t>(size() * x.padded()));
        for (Index k = 0; k < size(); ++k)
            detail::normalize(block.share, k * mixed(), mixed(), log_weights_.col(k).data(),
                              block.log_sum.data() + at(0, k, x));
        return block;
    }

    Eigen::MatrixXd weights_, log_weights_;  // C × K
    E components_;
};

}  // namespace latent
