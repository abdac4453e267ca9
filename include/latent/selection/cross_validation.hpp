// Cross-validation: the likelihood of data that the model was not fitted to.
#pragma once

#include <numeric>
#include <vector>

#include "latent/core/concepts.hpp"
#include "latent/data/blocks.hpp"
#include "latent/data/sequence_blocks.hpp"

namespace latent {

namespace detail {

/// A copy of some observations, with what is known of them.
template <class Scalar>
class Subset {
  public:
    Subset(const Observations<Scalar>& x, const std::vector<Index>& which)
        : values_(x.rows(), std::ssize(which)), missing_(x.missing()), components_(x.prior_components()) {
        for (Index to = 0; to < values_.cols(); ++to) {
            const Index i = which[static_cast<std::size_t>(to)];
            for (Index j = 0; j < x.rows(); ++j) values_(j, to) = x(j, i);
            if (x.weights()) weights_.push_back(x.weight(i));
            if (x.labels()) labels_.push_back(x.labels()[i]);
            if (x.log_prior())
                log_prior_.insert(log_prior_.end(), x.log_prior() + i * components_,
                                  x.log_prior() + (i + 1) * components_);
        }
    }

    /// A view: this must outlive it.
    Observations<Scalar> observations() const {
        return Observations<Scalar>(values_).with_notes(
            {weights_.empty() ? nullptr : weights_.data(), labels_.empty() ? nullptr : labels_.data(),
             log_prior_.empty() ? nullptr : log_prior_.data(), components_, missing_});
    }

  private:
    MatrixX<Scalar> values_;
    std::vector<double> weights_, log_prior_;
    std::vector<Index> labels_;
    bool missing_;
    Index components_;
};

/// Some sequences.
template <class Scalar>
struct SequenceSubset {
    Subset<Scalar> all;
    std::vector<Index> lengths;
    Sequences<Scalar> sequences() const { return {all.observations(), lengths}; }
};

/// Which of `folds` each of n belongs to: a random permutation is dealt out.
inline std::vector<Index> dealt_out(Index n, Index folds, std::uint64_t seed) {
    std::vector<Index> order(static_cast<std::size_t>(n)), fold(order.size());
    std::iota(order.begin(), order.end(), Index{0});
    Random(seed).shuffle(order);
    for (Index i = 0; i < n; ++i)
        fold[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])] = i % folds;
    return fold;
}

/// How many independent parts there are: observations, or sequences.
template <class Scalar>
Index independent_parts(const Blocks<Scalar>& units) {
    return units.cols();
}
template <class Scalar>
Index independent_parts(const SequenceBlocks<Scalar>& units) {
    return units.sequences().size();
}

/// Those of which keep(i).
template <class Scalar, class Keep>
Subset<Scalar> some_of(const Blocks<Scalar>& units, const Keep& keep) {
    std::vector<Index> which;
    for (Index i = 0; i < units.cols(); ++i)
        if (keep(units.all().place(0, i))) which.push_back(i);
    return {units.all(), which};
}
template <class Scalar, class Keep>
SequenceSubset<Scalar> some_of(const SequenceBlocks<Scalar>& units, const Keep& keep) {
    const Sequences<Scalar>& all = units.sequences();
    std::vector<Index> which, lengths;
    for (Index s = 0; s < all.size(); ++s) {
        if (!keep(s)) continue;
        for (Index t = all.first(s); t < all.first(s + 1); ++t) which.push_back(t);
        lengths.push_back(all.length(s));
    }
    return {{all.all(), which}, lengths};
}

template <class Scalar>
Observations<Scalar> view_of(const Subset<Scalar>& some) {
    return some.observations();
}
template <class Scalar>
Sequences<Scalar> view_of(const SequenceSubset<Scalar>& some) {
    return some.sequences();
}

template <class M, class Data>
double log_likelihood(const M& model, const Data& data) {
    const auto units = model.units(data);
    typename M::Posterior q;
    double sum = 0;
    for (Index u = 0; u < std::ssize(units); ++u) sum += model.infer(units[u], q);
    return sum;
}

}  // namespace detail

/// −2 Σ log p(what is held out | the model fitted to the rest), over k folds (Smyth 2000): the smaller, the better. Observations
/// are dealt to the folds at random, for hidden Markov models whole sequences are. Of mixtures and hidden Markov models, of
/// data in memory; every candidate sees the same folds. Cost: k more fits a candidate, by as many starts each, and a copy of
/// the data a worker. Throws std::invalid_argument where there are not as many observations, or sequences, as folds.
struct CrossValidation {
    Index folds = 10;        ///< at least 2
    std::uint64_t seed = 1;  ///< of the deal
    static constexpr const char* name = "cross-validated -2 log-likelihood";

    Index parts() const { return folds; }
    /// −2 log-likelihood of fold i by what is fitted to the others.
    template <class M, class Units, class Fits>
    double part(Index i, const M& shape, const Units& units, const Fits& fits) const {
        const Index n = detail::independent_parts(units);
        detail::require(folds >= 2 && folds <= n, "latent::CrossValidation: folds is ", folds,
                        ", expected 2 … ", n, ", as many as there are observations or sequences");
        const std::vector<Index> fold = detail::dealt_out(n, folds, seed);
        const auto held = [&](Index j) { return fold[static_cast<std::size_t>(j)] == i; };
        const auto rest = detail::some_of(units, [&](Index j) { return !held(j); });
        const auto fit = fits.fit(shape, detail::view_of(rest)).best();
        const auto out = detail::some_of(units, held);
        return -2 * detail::log_likelihood(fit.model, detail::view_of(out));
    }
};

}  // namespace latent
