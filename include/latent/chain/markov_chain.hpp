// The hidden chain of a hidden Markov model: where it begins, and where it goes.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "latent/chain/stationary_distribution.hpp"
#include "latent/core/additive.hpp"
#include "latent/core/anderson_history.hpp"
#include "latent/core/compiled.hpp"
#include "latent/core/probability_blocks.hpp"
#include "latent/core/random.hpp"
#include "latent/core/restrictions.hpp"
#include "latent/core/saved.hpp"
#include "latent/core/small_matrix.hpp"

namespace latent {

/// Expected counts of a chain's beginnings and moves.
struct MarkovChainStatistics {
    Eigen::VectorXd initial;     ///< K: sequences that begin in state i
    Eigen::MatrixXd transition;  ///< K × K: moves from state i to state j

    static constexpr auto fields() {
        return std::tuple{&MarkovChainStatistics::initial, &MarkovChainStatistics::transition};
    }
};

/// A Markov chain of K states: z_1 ~ initial, p(z_{t+1} = j | z_t = i) = transition(i, j).
///
/// Its structure is part of it: a probability of exactly zero stays zero through every fit (left-right, cyclic
/// and sparse chains are chains with zeros), unless a remedy makes the state anew (Reseed: its moves become those of the
/// state it is split from) or takes one out (Drop: a state that led nowhere else leads everywhere); rows can be tied;
/// either block can be fixed; the initial distribution is free, or the stationary one of the transition matrix.
///
/// (A template, always of double, so that a program compiles only the members it calls.)
template <class Scalar>
class BasicMarkovChain {
  public:
    using Vector = Eigen::VectorX<Scalar>;
    using Matrix = Eigen::MatrixX<Scalar>;
    using Mask = Eigen::Array<bool, Eigen::Dynamic, Eigen::Dynamic>;

    /// An empty one, K = 0: to be assigned to.
    BasicMarkovChain() = default;

    /// All states and moves alike: a shape for a start. Throws std::invalid_argument unless K ≥ 1.
    explicit BasicMarkovChain(Index K) {
        detail::require(K > 0, "latent::MarkovChain: K = ", K, " states, expected at least 1");
        const double uniform = 1.0 / static_cast<double>(K);
        initial_.setConstant(K, uniform);
        transition_.setConstant(K, K, uniform);
        remember_zeros();
    }

    /// Given probabilities: K values, and K × K with a row a state that is left. Throws std::invalid_argument
    /// on a wrong shape, a negative or non-finite entry, and a sum (of initial or of a row) that is not one to
    /// 1e-6.
    BasicMarkovChain(const Vector& initial, const Matrix& transition) {
        const Index K = initial.size();
        detail::require(K > 0, "latent::MarkovChain: initial is empty, expected K ≥ 1 probabilities");
        detail::require(transition.rows() == K && transition.cols() == K,
                        "latent::MarkovChain: transition is ", transition.rows(), " × ", transition.cols(),
                        ", expected ", K, " × ", K, " as initial has ", K, " values");
        set_initial(initial);
        set_transition(transition);
    }

    /// The number K of states.
    Index size() const { return initial_.size(); }
    /// K.
    const Vector& initial() const { return initial_; }
    /// K × K, rows sum to one.
    const Matrix& transition() const { return transition_; }

    /// Throws std::invalid_argument as the constructor does; for a stationary chain the initial distribution
    /// cannot be set.
    void set_initial(const Vector& initial);
    /// K × K, rows sum to one. Throws std::invalid_argument as the constructor does.
    void set_transition(const Matrix& transition);

    // -------------------------------------------------------------------------------------------- structure

    /// Whether the initial distribution is the stationary one, δ = δA. Throws std::invalid_argument where the
    /// transition matrix has no unique one (the chain falls apart into several).
    void set_stationary(bool stationary = true);
    /// Whether it begins in its stationary distribution.
    bool stationary() const { return stationary_; }

    /// Rows of equal labels are one and the same distribution: their counts are pooled. K labels of any values;
    /// empty: no ties. The present rows become their mean. Throws std::invalid_argument on another number of
    /// labels, or where tied rows have their zeros in different places.
    void tie_rows(const std::vector<Index>& labels);

    /// Blocks that no fit changes; they are no free parameters and have no coordinates.
    void fix_initial(bool fixed = true) { initial_fixed_ = fixed; }
    /// The same of the transition matrix.
    void fix_transition(bool fixed = true) { transition_fixed_ = fixed; }

    // ---------------------------------------------------------------------------------------------- queries

    /// Free parameters: probabilities that were not given as zero, less one a distribution. One that a fit drove to
    /// zero still counts.
    Index parameters() const;
    /// p(z_{t + steps} | z_t ~ now), K values. Throws std::invalid_argument for steps < 0. (Not inlined: compilers fuse other products
    /// and sums in each place, and a forecast's bits would depend on who asks.)
    [[gnu::noinline]] Vector after(const Vector& now, Index steps) const {
        detail::require(steps >= 0, "latent::MarkovChain::after: steps is ", steps, ", expected at least 0");
        Vector next = now;
        for (Index step = 0; step < steps; ++step) next = (transition_.transpose() * next).eval();
        return next;
    }

    // ------------------------------------------------------------------------------------------------ M-step

    MarkovChainStatistics zero_statistics() const {
        return {Vector::Zero(size()), Matrix::Zero(size(), size())};
    }
    void reset(MarkovChainStatistics& s) const {
        s.initial.setZero(size());
        s.transition.setZero(size(), size());
    }
    /// The maximiser of expected_log_probability: relative counts. A state that was never left keeps its row.
    /// For a stationary chain there is no closed form: a step that raises the expectation, see
    /// maximize_stationary.
    void maximize(const MarkovChainStatistics& s);
    /// Σ_i initial_i log π_i + Σ_ij transition_ij log A_ij.
    double expected_log_probability(const MarkovChainStatistics& s) const {
        double total = 0;
        for (Index i = 0; i < size(); ++i) {
            total += times_log(s.initial(i), initial_(i));
            for (Index j = 0; j < size(); ++j) total += times_log(s.transition(i, j), transition_(i, j));
        }
        return total;
    }

    /// One beginning and one move more wherever they are not forbidden, so that a start forbids nothing by chance.
    void add_one(MarkovChainStatistics& s) const {
        s.initial.array() += (initial_.array() > 0).template cast<double>();
        s.transition.array() += (transition_.array() > 0).template cast<double>();
    }

    // Constraints: see Restrictable. Those of a row that is tied to others are said of the first of these; a stationary chain and
    // fixed blocks take none.
    bool obey(const Restrictions& r, MarkovChainStatistics& s) const;
    bool obey(const Restrictions& r);
    Index fixed_parameters(const Restrictions& r) const;

    /// Log-ratios of the free probabilities that are not zero, one less a distribution: every vector is a valid chain.
    Index coordinates() const;
    void to_vector(std::span<double> v) const;
    void from_vector(std::span<const double> v);

    /// State k moves as `from` does, and half of what goes to either goes to each. A fixed block stays.
    void split(Index from, Index k);
    /// State k out of the chain; what went to it is shared out among the other states.
    void remove(Index k);

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "MarkovChain"; }
    static constexpr auto members() {
        return std::tuple{&BasicMarkovChain::initial_,       &BasicMarkovChain::transition_,
                          &BasicMarkovChain::initial_given_, &BasicMarkovChain::transition_given_,
                          &BasicMarkovChain::leaders_,       &BasicMarkovChain::stationary_,
                          &BasicMarkovChain::initial_fixed_, &BasicMarkovChain::transition_fixed_};
    }
    /// What save writes, see Savable. Of one made by hand, initial and transition are enough.
    static constexpr auto saved() {
        using C = BasicMarkovChain;
        return std::tuple{named("initial", &C::initial_, SavedAs::each),
                          named("transition", &C::transition_, SavedAs::square),
                          named_optional("initial_allowed", &C::initial_given_, SavedAs::each),
                          named_optional("transition_allowed", &C::transition_given_, SavedAs::square),
                          named_optional("tied_rows", &C::leaders_, SavedAs::each),
                          named_optional("stationary", &C::stationary_),
                          named_optional("initial_fixed", &C::initial_fixed_),
                          named_optional("transition_fixed", &C::transition_fixed_)};
    }
    static BasicMarkovChain restored(const Vector& initial, const Matrix& transition,
                                     const Mask& initial_allowed, const Mask& transition_allowed,
                                     const std::vector<Index>& tied_rows, bool stationary, bool initial_fixed,
                                     bool transition_fixed);

  private:
    static double times_log(double count, double p) { return count == 0 ? 0.0 : count * std::log(p); }
    bool free_initial() const { return !stationary_ && !initial_fixed_; }
    /// Whether row i carries parameters of its own: it is the first of those it is tied to.
    bool leads(Index i) const { return leader(i) == i; }
    Index leader(Index i) const { return leaders_.empty() ? i : leaders_[static_cast<std::size_t>(i)]; }
    void copy_leaders() {
        for (Index i = 0; i < size(); ++i)
            if (!leads(i)) transition_.row(i) = transition_.row(leader(i)).eval();
    }
    /// Counts of tied rows pooled in their leader's.
    Matrix pooled(const Matrix& counts) const {
        Matrix sum = counts;
        for (Index i = 0; i < size(); ++i)
            if (!leads(i)) sum.row(leader(i)) += counts.row(i);
        return sum;
    }
    void tie_rows();
    void require_restrictable(const Restrictions& r) const;
    void remember_zeros() {
        initial_given_ = initial_.array() > 0;
        transition_given_ = transition_.array() > 0;
    }
    Matrix free_distributions() const;
    void set_rows(const Matrix& counts);
    void maximize_stationary(const MarkovChainStatistics& s, const Matrix& counts);
    Matrix target_step(const MarkovChainStatistics& s, const Matrix& counts) const;

    Vector initial_;
    Matrix transition_;
    Mask initial_given_, transition_given_;  // not given as zero
    std::vector<Index> leaders_;             // of each row, the first row it is tied to; empty: none is tied
    bool stationary_ = false, initial_fixed_ = false, transition_fixed_ = false;
};
/// The chain that hidden Markov models have.
using MarkovChain = BasicMarkovChain<double>;

}  // namespace latent

#include "latent/chain/markov_chain_definitions.hpp"
