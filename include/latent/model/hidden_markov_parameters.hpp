// What a hidden Markov model is made of: a chain of hidden states, and what each of them emits.
#pragma once

#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "latent/chain/markov_chain.hpp"
#include "latent/core/concepts.hpp"
#include "latent/core/saved.hpp"
#include "latent/emission/emission_checks.hpp"
#include "latent/emission/restricted_emission.hpp"

namespace latent {

/// The parameters of HiddenMarkovModel: read, set, fixed, counted, as coordinates, and state by state.
template <class E>
class HiddenMarkovParameters {
    static_assert(detail::require_emission<E>());

  public:
    /// The number K of states.
    Index size() const { return emission_.size(); }
    /// The dimension d of an observation.
    Index dimension() const { return emission_.dimension(); }
    // Of a temporary, such as fit(…).model, by value: a reference would dangle.
    /// K: p(z_1).
    const Eigen::VectorXd& initial() const& { return chain_.initial(); }
    Eigen::VectorXd initial() && { return chain_.initial(); }
    /// K × K: p(z_{t+1} = j | z_t = i) in row i.
    const Eigen::MatrixXd& transition() const& { return chain_.transition(); }
    Eigen::MatrixXd transition() && { return chain_.transition(); }
    /// Throws std::invalid_argument where MarkovChain does.
    void set_initial(const Eigen::VectorXd& initial) { chain_.set_initial(initial); }
    /// Throws std::invalid_argument where MarkovChain does.
    void set_transition(const Eigen::MatrixXd& transition) { chain_.set_transition(transition); }
    /// The chain and its structure: zeros, ties, fixed blocks, a stationary beginning.
    const MarkovChain& chain() const& { return chain_; }
    MarkovChain& chain() & { return chain_; }
    MarkovChain chain() && { return std::move(chain_); }
    /// The densities of the K states.
    const E& emission() const& { return emission_; }
    E& emission() & { return emission_; }
    E emission() && { return std::move(emission_); }
    /// d × K, of an emission that has them.
    decltype(auto) means() const& requires WithMeans<E> { return emission_.means(); }
    auto means() && requires WithMeans<E> { return emission_.means(); }
    /// Σ_k, d × d, of an emission that has it.
    auto covariance(Index k) const requires WithCovariances<E> { return emission_.covariance(k); }
    /// Σ_k⁻¹, d × d, of an emission that has it.
    auto precision(Index k) const requires WithPrecisions<E> { return emission_.precision(k); }
    /// The emission's parameters stay as they are in every fit, and have no coordinates.
    void fix_emission(bool fixed = true) { emission_fixed_ = fixed; }
    bool emission_fixed() const { return emission_fixed_; }

    /// Free parameters: the chain's and the emission's.
    Index parameters() const { return chain_.parameters() + (emission_fixed_ ? 0 : emission_.parameters()); }

    // See Restrictable.
    template <class Statistics>
    bool obey(const Restrictions& r, Statistics& s) const {
        require_restrictable(r);
        const bool moved = chain_.obey(r, s.chain);
        return detail::obey(emission_, r, s.emission) || moved;
    }
    bool obey(const Restrictions& r) {
        require_restrictable(r);
        const bool moved = chain_.obey(r);
        return detail::make_obey(emission_, r, occupancy()) || moved;
    }
    Index fixed_parameters(const Restrictions& r) const {
        return chain_.fixed_parameters(r) + detail::fixed_parameters_of(emission_, r);
    }

    /// The chain's coordinates (see MarkovChain), then the emission's; fixed blocks have none.
    std::vector<double> to_vector() const requires VectorizableEmission<E>;
    void from_vector(std::span<const double> v) requires VectorizableEmission<E>;

    // -------------------------------------------------------------------------------- states that collapsed

    /// State k starts anew inside the heaviest other one (by the stationary distribution), moving as it does.
    bool split_heaviest(Index k, Random& random) requires Collapsible<E>;
    /// Takes state k out; false where it is the last one.
    bool remove(Index k) requires Collapsible<E>;

    /// All of its members, see Archivable.
    static constexpr auto members() {
        return std::tuple{&HiddenMarkovParameters::chain_, &HiddenMarkovParameters::emission_,
                          &HiddenMarkovParameters::emission_fixed_};
    }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        using P = HiddenMarkovParameters;
        return std::tuple{named("chain", &P::chain_, SavedAs::components),
                          named("emission", &P::emission_, SavedAs::components),
                          named_optional("emission_fixed", &P::emission_fixed_)};
    }

  protected:
    HiddenMarkovParameters() = default;
    HiddenMarkovParameters(MarkovChain chain, E emission)
        : chain_(std::move(chain)), emission_(std::move(emission)) {
        detail::require(chain_.size() == emission_.size(), "latent::HiddenMarkovModel: the chain has ",
                        chain_.size(), " states, but the emission has ", emission_.size());
    }

    void require_states() const {
        detail::require(chain_.size() > 0,
                        "latent::HiddenMarkovModel: this model is empty: nothing was assigned to it");
    }

    void require_restrictable(const Restrictions& r) const {
        detail::require(
            !r.any_weight(),
            "latent::Constrained: a constraint is about weights, which a hidden Markov model has not");
        detail::require(!emission_fixed_ || !r.any_of_emission(),
                        "latent::Constrained: a constraint is about an emission that is fixed");
    }
    /// How often the chain is in each state in the long run; where that depends on the beginning, at first.
    Eigen::VectorXd occupancy() const {
        const Eigen::VectorXd often = stationary_distribution(transition());
        return often.allFinite() ? often : initial();
    }

    MarkovChain chain_;
    E emission_;
    bool emission_fixed_ = false;
};

template <class E>
std::vector<double> HiddenMarkovParameters<E>::to_vector() const requires VectorizableEmission<E> {
    const auto own = static_cast<std::size_t>(chain_.coordinates());
    std::vector<double> v(own + (emission_fixed_ ? 0 : static_cast<std::size_t>(emission_.coordinates())));
    chain_.to_vector(v);
    if (!emission_fixed_) emission_.to_vector(std::span(v).subspan(own));
    return v;
}

template <class E>
void HiddenMarkovParameters<E>::from_vector(std::span<const double> v) requires VectorizableEmission<E> {
    chain_.from_vector(v);
    if (!emission_fixed_) emission_.from_vector(v.subspan(static_cast<std::size_t>(chain_.coordinates())));
}

// --------------------------------------------------------------------------------------------------- states

template <class E>
bool HiddenMarkovParameters<E>::split_heaviest(Index k, Random& random) requires Collapsible<E> {
    if (size() == 1) return false;
    Eigen::VectorXd heavy = occupancy();
    heavy(k) = -1;
    Index from = 0;
    heavy.maxCoeff(&from);
    emission_.split_from(k, from, random);
    chain_.split(from, k);
    return true;
}

template <class E>
bool HiddenMarkovParameters<E>::remove(Index k) requires Collapsible<E> {
    if (detail::components_of(*this) == 1) return false;
    chain_.remove(k);
    emission_.remove(k);
    return true;
}

}  // namespace latent
