// MarkovChain's longer members: what is set, the M-step, coordinates, states split and taken out.
#pragma once

#include "latent/chain/markov_chain.hpp"
#include "latent/core/bounded_distribution.hpp"

namespace latent {

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
/// satisfies n_i A_ij = ξ_ij + A_ij δ_i (y_j − Σ_l A_il y_l). That is iterated, with Anderson's (1965) mixing of the last
/// steps where Q rises by it, else by a step that is halved until it does: from the present A, so that the likelihood never
/// falls whatever the number of steps. Where Q is too flat to tell, by rounding, a step is good that halves what A lacks.
template <class Scalar>
void BasicMarkovChain<Scalar>::maximize_stationary(const MarkovChainStatistics& s, const Matrix& counts) {
    constexpr Index order = 5;
    detail::AndersonHistory history;
    const BasicMarkovChain before = *this;
    const double least = expected_log_probability(s);
    double best = least;
    Matrix lacking = target_step(s, counts);
    const auto good = [&](const BasicMarkovChain& from, const Matrix& change) {
        transition_ = from.transition_ + change;
        if (!(transition_.minCoeff() >= 0)) return false;
        for (Index i = 0; i < size(); ++i) transition_.row(i) /= transition_.row(i).sum();
        copy_leaders();
        initial_ = stationary_distribution(transition_);
        if (!initial_.allFinite()) return false;
        const double value = expected_log_probability(s), rounding = 1e-13 * std::abs(best);
        if (!(value >= best - rounding)) return false;
        const Matrix now = target_step(s, counts);
        if (!(value > best + rounding) && !(now.norm() < 0.5 * lacking.norm())) return false;
        lacking = now;
        best = value;
        return true;
    };
    for (int step = 0; step < 100 && lacking.norm() > 1e-14; ++step) {
        const BasicMarkovChain from = *this;
        const Matrix whole = lacking;
        const auto flat = [](const Matrix& table) {
            return std::vector<double>(table.data(), table.data() + table.size());
        };
        const auto mixed = history.next(flat(transition_), flat(transition_ + whole), order, 1);
        bool risen = good(from, Matrix::Map(mixed.data(), size(), size()) - from.transition_);
        for (double part = 1; !risen && part > 1e-6; part /= 2) risen = good(from, part * whole);
        if (!risen) {
            *this = from;
            break;
        }
    }
    if (best < least) *this = before;
}

/// What A lacks to the right side of that equation, divided by its rows' sums; not finite where there is no solution.
template <class Scalar>
Eigen::MatrixX<Scalar> BasicMarkovChain<Scalar>::target_step(const MarkovChainStatistics& s,
                                                             const Matrix& counts) const {
    const Index K = size();
    Matrix inverse = Matrix::Identity(K, K) - transition_;
    inverse.rowwise() += initial_.transpose();
    Vector y(K);
    for (Index k = 0; k < K; ++k) y(k) = s.initial(k) > 0 ? s.initial(k) / initial_(k) : 0;
    detail::solve_in_place(inverse, y);
    if (!y.allFinite()) return Matrix::Constant(K, K, std::numeric_limits<double>::quiet_NaN());
    const Vector mean = transition_ * y;
    Matrix pull(K, K);
    for (Index i = 0; i < K; ++i)
        pull.row(i) =
            transition_.row(i).cwiseProduct((y.array() - mean(i)).matrix().transpose()) * initial_(i);
    const Matrix target = (counts + pooled(pull)).cwiseMax(0.0);
    Matrix step = Matrix::Zero(K, K);
    for (Index i = 0; i < K; ++i)
        if (leads(i))
            step.row(i) =
                detail::relative(target.row(i).transpose(), transition_.row(i).transpose()).transpose() -
                transition_.row(i);
    return step;
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
void BasicMarkovChain<Scalar>::require_restrictable(const Restrictions& r) const {
    detail::require(
        !stationary_ || !r.any_probability_of_chain(),
        "latent::Constrained: a constraint is about a probability of a chain that is stationary, whose "
        "M-step is not one of single rows");
    detail::require(!initial_fixed_ || !r.initial.any(),
                    "latent::Constrained: a constraint is about the initial distribution, which is fixed");
    detail::require(!transition_fixed_ || !r.transition.any(),
                    "latent::Constrained: a constraint is about the transition matrix, which is fixed");
    for (Index i = 0; i < size(); ++i)
        for (Index j = 0; j < size() && !leads(i); ++j)
            detail::require(!r.transition.restricted(i, j), "latent::Constrained: row ", i,
                            " of transition is tied to row ", leader(i), ": say it of that one");
}

template <class Scalar>
bool BasicMarkovChain<Scalar>::obey(const Restrictions& r, MarkovChainStatistics& s) const {
    require_restrictable(r);
    bool moved = false;
    if (r.initial.any())
        moved = detail::bound_counts(
            s.initial, [&](Index j) { return std::pair(r.initial.lower(j, 0), r.initial.upper(j, 0)); },
            nullptr, initial_, [&](Index j) { return initial_given_(j); }, "initial");
    if (!r.transition.any()) return moved;
    s.transition = pooled(s.transition);
    for (Index i = 0; i < size(); ++i) {
        if (!leads(i)) s.transition.row(i).setZero();  // they are in their leader's
        bool restricted = false;
        for (Index j = 0; j < size(); ++j) restricted = restricted || r.transition.restricted(i, j);
        if (!restricted) continue;
        Vector row = s.transition.row(i);
        moved =
            detail::bound_counts(
                row, [&](Index j) { return std::pair(r.transition.lower(i, j), r.transition.upper(i, j)); },
                nullptr, Vector(transition_.row(i)), [&](Index j) { return transition_given_(i, j); },
                detail::text("row ", i, " of transition").c_str()) ||
            moved;
        s.transition.row(i) = row;
    }
    return moved;
}

template <class Scalar>
bool BasicMarkovChain<Scalar>::obey(const Restrictions& r) {
    if (!r.any_probability_of_chain()) return false;
    MarkovChainStatistics own{initial_, transition_};
    for (Index i = 0; i < size(); ++i)
        if (!leads(i)) own.transition.row(i).setZero();
    if (!std::as_const(*this).obey(r, own)) return false;
    maximize(own);
    return true;
}

/// In a distribution with f fixed of the g probabilities that were not given as zero, min(f, g − 1).
template <class Scalar>
Index BasicMarkovChain<Scalar>::fixed_parameters(const Restrictions& r) const {
    const auto of = [](const auto& given, const auto& fixed) {
        Index count = 0;
        for (Index j = 0; j < given.size(); ++j) count += given(j) && fixed(j) ? 1 : 0;
        return std::min<Index>(count, given.count() - 1);
    };
    Index count = r.initial.any() ? of(initial_given_, [&](Index j) { return r.initial.fixed(j, 0); }) : 0;
    for (Index i = 0; r.transition.any() && i < size(); ++i)
        if (leads(i))
            count += of(transition_given_.row(i), [&](Index j) { return r.transition.fixed(i, j); });
    return count;
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
    return detail::probability_coordinates(free_distributions(), std::array{size()});
}
template <class Scalar>
void BasicMarkovChain<Scalar>::to_vector(std::span<double> v) const {
    detail::probabilities_to_vector(free_distributions(), std::array{size()}, v);
}

template <class Scalar>
void BasicMarkovChain<Scalar>::from_vector(std::span<const double> v) {
    Matrix table = free_distributions();
    detail::probabilities_from_vector(v, std::array{size()}, table);
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

template <class Scalar>
BasicMarkovChain<Scalar> BasicMarkovChain<Scalar>::restored(const Vector& initial, const Matrix& transition,
                                                            const Mask& initial_allowed,
                                                            const Mask& transition_allowed,
                                                            const std::vector<Index>& tied_rows,
                                                            bool stationary, bool initial_fixed,
                                                            bool transition_fixed) {
    BasicMarkovChain chain(initial, transition);
    if (!tied_rows.empty()) chain.tie_rows(tied_rows);
    if (stationary) {
        chain.set_stationary();
        detail::require((chain.initial_ - initial).cwiseAbs().maxCoeff() < 1e-6,
                        "latent::MarkovChain: the chain is stationary, but initial is not its stationary "
                        "distribution");
    }
    detail::require((chain.transition_ - transition).cwiseAbs().maxCoeff() < 1e-6,
                    "latent::MarkovChain: rows of transition that are tied differ");
    const auto allow = [](const auto& allowed, const auto& p, const char* what, auto& to) {
        if (allowed.size() == 0) return;
        detail::require(
            allowed.rows() == p.rows() && allowed.cols() == p.cols() && (allowed || p.array() == 0).all(),
            "latent::MarkovChain: ", what, " has another shape, or forbids what has a probability");
        to = allowed;
    };
    allow(initial_allowed, initial, "initial_allowed", chain.initial_given_);
    allow(transition_allowed, transition, "transition_allowed", chain.transition_given_);
    chain.initial_ = initial;  // as they were, not as they were normalised
    chain.transition_ = transition;
    chain.initial_fixed_ = initial_fixed;
    chain.transition_fixed_ = transition_fixed;
    return chain;
}

LATENT_INSTANTIATE(chain, class BasicMarkovChain<double>);

}  // namespace latent
