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

#include "latent/core/additive.hpp"
#include "latent/core/random.hpp"
#include "latent/emission/probability_blocks.hpp"
#include "latent/kernel/small_matrix.hpp"

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

    Index size() const { return initial_.size(); }
    /// K.
    const Vector& initial() const { return initial_; }
    /// K × K, rows sum to one.
    const Matrix& transition() const { return transition_; }

    /// Throws std::invalid_argument as the constructor does; for a stationary chain the initial distribution
    /// cannot be set.
    void set_initial(const Vector& initial);
    void set_transition(const Matrix& transition);

    // -------------------------------------------------------------------------------------------- structure

    /// Whether the initial distribution is the stationary one, δ = δA. Throws std::invalid_argument where the
    /// transition matrix has no unique one (the chain falls apart into several).
    void set_stationary(bool stationary = true);
    bool stationary() const { return stationary_; }

    /// Rows of equal labels are one and the same distribution: their counts are pooled. K labels of any values;
    /// empty: no ties. The present rows become their mean. Throws std::invalid_argument on another number of
    /// labels, or where tied rows have their zeros in different places.
    void tie_rows(const std::vector<Index>& labels);

    /// Blocks that no fit changes; they are no free parameters and have no coordinates.
    void fix_initial(bool fixed = true) { initial_fixed_ = fixed; }
    void fix_transition(bool fixed = true) { transition_fixed_ = fixed; }

    // ---------------------------------------------------------------------------------------------- queries

    /// Free parameters: probabilities that were not given as zero, less one a distribution. One that a fit drove to
    /// zero still counts.
    Index parameters() const;
    /// p(z_{t + steps} | z_t ~ now), K values. Throws std::invalid_argument for steps < 0.
    Vector after(const Vector& now, Index steps) const {
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

    /// Logarithms of the free probabilities that are not zero: every vector is a valid chain.
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
    void remember_zeros() {
        initial_given_ = initial_.array() > 0;
        transition_given_ = transition_.array() > 0;
    }
    Matrix free_distributions() const;
    void set_rows(const Matrix& counts);
    void maximize_stationary(const MarkovChainStatistics& s, const Matrix& counts);

    using Mask = Eigen::Array<bool, Eigen::Dynamic, Eigen::Dynamic>;

    Vector initial_;
    Matrix transition_;
    Mask initial_given_, transition_given_;  // not given as zero
    std::vector<Index> leaders_;             // of each row, the first row it is tied to; empty: none is tied
    bool stationary_ = false, initial_fixed_ = false, transition_fixed_ = false;
};
using MarkovChain = BasicMarkovChain<double>;

namespace detail {

/// Whether states 0 … n − 1 all lead to state n, by way of each other.
inline bool all_lead_to(Index n, const Eigen::MatrixXd& a) {
    Eigen::Array<bool, Eigen::Dynamic, 1> leads = a.col(n).head(n).array() > 0;
    for (Index round = 0; round < n; ++round)
        for (Index i = 0; i < n; ++i)
            for (Index j = 0; j < n && !leads(i); ++j) leads(i) = a(i, j) > 0 && leads(j);
    return leads.all();
}

}  // namespace detail

/// The distribution δ with δA = δ of a stochastic matrix, by elimination without a subtraction (Grassmann,
/// Taksar & Heyman 1985, "Regenerative analysis and steady state distributions for Markov chains"): every
/// entry to full relative precision, zero for transient states. NaN where there is more than one closed class.
/// Time K³.
inline Eigen::VectorXd stationary_distribution(Eigen::MatrixXd a) {
    const Index K = a.rows();
    Index base = 0;  // the states before it are transient
    for (Index n = K - 1; n > base; --n) {
        const double leaving = a.row(n).head(n).sum();
        if (!(leaving > 0)) {
            if (!detail::all_lead_to(n, a))
                return Eigen::VectorXd::Constant(K, std::numeric_limits<double>::quiet_NaN());
            base = n;
            break;
        }
        a.col(n).head(n) /= leaving;
        for (Index j = 0; j < n; ++j) a.col(j).head(n) += a(n, j) * a.col(n).head(n);
    }
    Eigen::VectorXd delta = Eigen::VectorXd::Zero(K);
    delta(base) = 1;
    for (Index n = base + 1; n < K; ++n)
        delta(n) = delta.segment(base, n - base).dot(a.col(n).segment(base, n - base));
    return delta / delta.sum();
}

namespace detail {

inline void check_distribution(const Eigen::Ref<const Eigen::VectorXd>& p, const std::string& name) {
    for (Index i = 0; i < p.size(); ++i)
        require(std::isfinite(p(i)) && p(i) >= 0, "latent::MarkovChain: entry ", i, " of ", name, " is ",
                p(i), ", expected a probability");
    require(std::abs(p.sum() - 1) < 1e-6, "latent::MarkovChain: ", name, " sums to ", p.sum(),
            ", expected 1");
}

/// The counts as a distribution; `fallback` where there are none.
template <class Counts, class Fallback>
Eigen::VectorXd relative(const Counts& counts, const Fallback& fallback) {
    const double total = counts.sum();
    Eigen::VectorXd p = fallback;
    if (total > 0) p = (counts / total).cwiseMax(0.0);
    return p;
}

}  // namespace detail

// ----------------------------------------------------------------------------------------------- definitions

template <class Scalar>
void BasicMarkovChain<Scalar>::set_initial(const Vector& initial) {
    detail::require(!stationary_,
                    "latent::MarkovChain::set_initial: the chain is stationary, so its initial "
                    "distribution follows from the transition matrix");
    detail::require(initial_.size() == 0 || initial.size() == size(), "latent::MarkovChain: initial has ",
                    initial.size(), " values, expected ", size());
    detail::check_distribution(initial, "initial");
    initial_ = initial / initial.sum();
    initial_given_ = initial_.array() > 0;
}

template <class Scalar>
void BasicMarkovChain<Scalar>::set_transition(const Matrix& transition) {
    detail::require(transition.rows() == size() && transition.cols() == size(),
                    "latent::MarkovChain: transition is ", transition.rows(), " × ", transition.cols(),
                    ", expected ", size(), " × ", size());
    for (Index i = 0; i < size(); ++i)
        detail::check_distribution(transition.row(i).transpose(), detail::text("row ", i, " of transition"));
    BasicMarkovChain next = *this;
    next.transition_ = transition;
    for (Index i = 0; i < size(); ++i) next.transition_.row(i) /= transition.row(i).sum();
    next.copy_leaders();
    next.transition_given_ = next.transition_.array() > 0;
    if (stationary_) next.set_stationary();
    *this = std::move(next);
}

template <class Scalar>
void BasicMarkovChain<Scalar>::set_stationary(bool stationary) {
    if (stationary) {
        const Vector delta = stationary_distribution(transition_);
        detail::require(delta.allFinite(),
                        "latent::MarkovChain: the transition matrix has no unique stationary "
                        "distribution: its states fall into several closed classes");
        initial_ = delta;
    }
    stationary_ = stationary;
}

template <class Scalar>
void BasicMarkovChain<Scalar>::tie_rows(const std::vector<Index>& labels) {
    detail::require(labels.empty() || std::ssize(labels) == size(),
                    "latent::MarkovChain::tie_rows: ", labels.size(), " labels given for ", size(), " rows");
    BasicMarkovChain next = *this;
    next.leaders_.clear();
    for (std::size_t i = 0; i < labels.size(); ++i)
        next.leaders_.push_back(std::find(labels.begin(), labels.end(), labels[i]) - labels.begin());
    next.tie_rows();
    *this = std::move(next);
}

/// The rows become the mean of those they are tied to.
template <class Scalar>
void BasicMarkovChain<Scalar>::tie_rows() {
    for (Index i = 0; i < size(); ++i)
        detail::require(((transition_.row(i).array() > 0) == (transition_.row(leader(i)).array() > 0)).all(),
                        "latent::MarkovChain::tie_rows: rows ", leader(i), " and ", i,
                        " are tied, but have their zeros in different places");
    const Matrix sum = pooled(transition_);
    for (Index i = 0; i < size(); ++i)
        if (leads(i)) transition_.row(i) = sum.row(i) / sum.row(i).sum();
    copy_leaders();
    if (stationary_) set_stationary();
}

template <class Scalar>
void BasicMarkovChain<Scalar>::maximize(const MarkovChainStatistics& s) {
    if (free_initial() && s.initial.sum() > 0) initial_ = s.initial.cwiseMax(0.0) / s.initial.sum();
    if (transition_fixed_) return;
    if (stationary_) return maximize_stationary(s, pooled(s.transition));
    if (leaders_.empty()) return set_rows(s.transition);
    set_rows(pooled(s.transition));
    copy_leaders();
}

/// Rows := relative counts; a row without counts stays.
template <class Scalar>
void BasicMarkovChain<Scalar>::set_rows(const Matrix& counts) {
    for (Index i = 0; i < size(); ++i)
        if (const double total = counts.row(i).sum(); total > 0)
            transition_.row(i) = counts.row(i).cwiseMax(0.0) / total;
}

/// With δ = δ(A) the M-step maximises Q = Σ c_k log δ_k + Σ ξ_ij log A_ij. A change dA of zero row sums moves
/// δ by δ dA Z, Z = (I − A + 1δ)⁻¹ (Kemeny & Snell 1960), so with h_k = c_k / δ_k and y = Z h the maximum
/// satisfies n_i A_ij = ξ_ij + A_ij δ_i (y_j − Σ_l A_il y_l). That is iterated, each step halved until Q rises:
/// from the present A, so that the likelihood never falls whatever the number of steps.
template <class Scalar>
void BasicMarkovChain<Scalar>::maximize_stationary(const MarkovChainStatistics& s, const Matrix& counts) {
    const Index K = size();
    double best = expected_log_probability(s);
    for (int step = 0; step < 100; ++step) {
        Matrix inverse = Matrix::Identity(K, K) - transition_;
        inverse.rowwise() += initial_.transpose();
        Vector y(K);
        for (Index k = 0; k < K; ++k) y(k) = s.initial(k) > 0 ? s.initial(k) / initial_(k) : 0;
        detail::solve_in_place(inverse, y);
        if (!y.allFinite()) return;
        const Vector mean = transition_ * y;
        Matrix pull(K, K);
        for (Index i = 0; i < K; ++i)
            pull.row(i) =
                transition_.row(i).cwiseProduct((y.array() - mean(i)).matrix().transpose()) * initial_(i);
        const Matrix target = (counts + pooled(pull)).cwiseMax(0.0);

        const BasicMarkovChain from = *this;
        bool risen = false;
        for (double part = 1; !risen && part > 1e-6; part /= 2) {
            for (Index i = 0; i < K; ++i)
                if (leads(i))
                    transition_.row(i) = (1 - part) * from.transition_.row(i) +
                                         part * detail::relative(target.row(i).transpose(),
                                                                 from.transition_.row(i).transpose())
                                                    .transpose();
            copy_leaders();
            initial_ = stationary_distribution(transition_);
            risen = initial_.allFinite() && expected_log_probability(s) > best;
        }
        if (!risen) return void(*this = from);
        const double now = expected_log_probability(s);
        if (now - best <= 1e-14 * std::abs(now)) return;
        best = now;
    }
}

/// The distributions with parameters of their own, a column each: the initial one, then rows that lead.
template <class Scalar>
Eigen::MatrixX<Scalar> BasicMarkovChain<Scalar>::free_distributions() const {
    std::vector<Index> rows;
    for (Index i = 0; !transition_fixed_ && i < size(); ++i)
        if (leads(i)) rows.push_back(i);
    const Index begin = free_initial() ? 1 : 0;
    Matrix table(size(), begin + std::ssize(rows));
    if (begin == 1) table.col(0) = initial_;
    for (Index r = 0; r < std::ssize(rows); ++r)
        table.col(begin + r) = transition_.row(rows[static_cast<std::size_t>(r)]).transpose();
    return table;
}

template <class Scalar>
Index BasicMarkovChain<Scalar>::parameters() const {
    Index count = free_initial() ? initial_given_.count() - 1 : 0;
    for (Index i = 0; !transition_fixed_ && i < size(); ++i)
        if (leads(i)) count += transition_given_.row(i).count() - 1;
    return count;
}
template <class Scalar>
Index BasicMarkovChain<Scalar>::coordinates() const {
    return detail::positive(free_distributions());
}
template <class Scalar>
void BasicMarkovChain<Scalar>::to_vector(std::span<double> v) const {
    detail::logs_of_positive(free_distributions(), v);
}

template <class Scalar>
void BasicMarkovChain<Scalar>::from_vector(std::span<const double> v) {
    Matrix table = free_distributions();
    detail::probabilities_from_logs(v, std::array{size()}, table);
    Index next = 0;
    if (free_initial()) initial_ = table.col(next++);
    for (Index i = 0; !transition_fixed_ && i < size(); ++i)
        if (leads(i)) transition_.row(i) = table.col(next++).transpose();
    copy_leaders();
    if (stationary_) initial_ = stationary_distribution(transition_);
}

template <class Scalar>
void BasicMarkovChain<Scalar>::split(Index from, Index k) {
    if (free_initial()) initial_(k) = initial_(from) = 0.5 * (initial_(k) + initial_(from));
    if (transition_fixed_) return;
    transition_.row(k) = transition_.row(from).eval();
    transition_.col(k) = transition_.col(from) = (0.5 * (transition_.col(k) + transition_.col(from))).eval();
    copy_leaders();
    if (stationary_) initial_ = stationary_distribution(transition_);
    remember_zeros();
}

template <class Scalar>
void BasicMarkovChain<Scalar>::remove(Index k) {
    const Index K = size() - 1;
    const auto without = [&](const Vector& p) {
        Vector left(K);
        left << p.head(k), p.tail(K - k);
        return detail::relative(left, Vector::Constant(K, 1.0 / static_cast<double>(K)));
    };
    Matrix transition(K, K);
    for (Index i = 0; i < K; ++i)
        transition.row(i) = without(transition_.row(i < k ? i : i + 1).transpose()).transpose();
    initial_ = without(initial_);
    transition_ = transition;
    remember_zeros();
    if (!leaders_.empty()) {  // the ties are of labels: any that tell the same rows apart will do
        std::vector<Index> labels = leaders_;
        labels.erase(labels.begin() + k);
        tie_rows(labels);
    }
    if (stationary_) initial_ = stationary_distribution(transition_);
}

}  // namespace latent
