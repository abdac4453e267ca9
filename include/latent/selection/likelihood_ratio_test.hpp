// Are there more components than K? The likelihood ratio, and what it is where there are K: by parametric bootstrap.
#pragma once

#include <algorithm>
#include <ostream>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/data/blocks.hpp"
#include "latent/data/sequence_blocks.hpp"
#include "latent/selection/share_out.hpp"
#include "latent/selection/starts.hpp"

namespace latent {

/// How many data sets are drawn from the null hypothesis; an odd hundred less one makes p-values whole hundredths.
struct Replicates {
    int number = 99;         ///< at least 1
    std::uint64_t seed = 1;  ///< of the draws
};

/// What likelihood_ratio_test found.
template <class Null, class Alternative>
struct LikelihoodRatio {
    Result<Null> null;                ///< the fit of the null hypothesis
    Result<Alternative> alternative;  ///< and of the alternative
    double statistic = 0;             ///< 2 (log L of the alternative − log L of the null), at least 0
    Eigen::VectorXd replicates;       ///< the same of data drawn from the fit of the null
    double p_value = 1;  ///< (1 + how many of them are at least `statistic`) / (1 + their number)
};

template <class Null, class Alternative>
std::ostream& operator<<(std::ostream& out, const LikelihoodRatio<Null, Alternative>& test) {
    return out << "likelihood ratio " << test.statistic << ", p = " << test.p_value << " by "
               << test.replicates.size() << " replicates";
}

namespace detail {

/// n draws of a mixture.
template <class M, class Scalar>
MatrixX<Scalar> draw_like(const M& model, const Blocks<Scalar>& units, Random& random) {
    return model.sample(units.cols(), random);
}
/// Sequences of the same lengths.
template <class M, class Scalar>
std::vector<MatrixX<Scalar>> draw_like(const M& model, const SequenceBlocks<Scalar>& units, Random& random) {
    std::vector<MatrixX<Scalar>> drawn;
    for (Index s = 0; s < units.sequences().size(); ++s)
        drawn.push_back(model.sample(units.sequences().length(s), random).x);
    return drawn;
}

/// Twice the log of the ratio. A maximum of the larger model that is below that of the smaller one was not found.
template <class A, class B>
double likelihood_ratio(const Result<A>& null, const Result<B>& alternative) {
    return std::max(0.0, 2 * (alternative.log_likelihood - null.log_likelihood));
}

template <class P>
inline constexpr bool for_ratio_test =
    std::is_same_v<P, Starts> || std::is_same_v<P, Replicates> || Execution<P>;

template <class P, class M, class Data, class Units>
constexpr Role role_in_ratio_test() {
    if constexpr (for_ratio_test<P>) {
        return Role::none;
    } else {
        return role_of<P, M, Data, Units, Sequential>();
    }
}

inline Replicates replicates_among() { return {}; }
template <class P, class... Rest>
Replicates replicates_among(const P& first, const Rest&... rest) {
    if constexpr (std::is_same_v<P, Replicates>) {
        return first;
    } else {
        return replicates_among(rest...);
    }
}

template <class Null, class Alternative, class Data, class Restarts, class X>
LikelihoodRatio<Null, Alternative> test_ratio(const Null& null, const Alternative& alternative,
                                              const Data& data, const Replicates& replicates,
                                              const Restarts& restarts, const X& execution) {
    require(replicates.number > 0, "latent::likelihood_ratio_test: number is ", replicates.number,
            ", expected at least 1");
    const auto& units = units_of(null, data);
    require(!units.all().weights() && !units.all().missing() && !units.all().informed(),
            "latent::likelihood_ratio_test: observations have weights, missing cells or known components, "
            "which no draw has");
    LikelihoodRatio<Null, Alternative> test{
        restarts.fit(null, data).best(), restarts.fit(alternative, data).best(), 0, {}};
    test.statistic = likelihood_ratio(test.null, test.alternative);
    const Index n = replicates.number;
    test.replicates = share_out<Eigen::VectorXd>(
        execution, n, [n](Eigen::VectorXd& sum) { sum.setZero(n); },
        [&](Eigen::VectorXd& sum, Index i) {
            Random random(replicates.seed, static_cast<std::uint64_t>(i));
            const auto drawn = draw_like(test.null.model, units, random);
            sum(i) =
                likelihood_ratio(restarts.fit(null, drawn).best(), restarts.fit(alternative, drawn).best());
        });
    const auto above = (test.replicates.array() >= test.statistic).count();
    test.p_value = static_cast<double>(1 + above) / static_cast<double>(1 + n);
    return test;
}

}  // namespace detail

/// Tests the null hypothesis that data come from a model of the shape `null` against `alternative`, such as one component more, by
/// the likelihood ratio: its distribution is no χ², so it is found by the parametric bootstrap (McLachlan 1987): the same two fits of
/// data drawn from the fitted null model. `likelihood_ratio_test(x, GaussianMixture<>(2, d), GaussianMixture<>(3, d), Threads{},
/// Replicates{.number = 999})`; policies in any order: Replicates, Starts, an execution, which shares out replicates, and whatever
/// else `fit` takes. The same bits for any number of workers. Of mixtures and hidden Markov models (whose draws have the sequences'
/// lengths), data in memory without weights. Throws std::invalid_argument where the data have weights, missing cells or known
/// components, and where fit does. Cost: 2 (1 + replicates) fits, each from as many starts.
template <class Data, class Null, class Alternative, class... Policies>
LikelihoodRatio<Null, Alternative> likelihood_ratio_test(const Data& x, const Null& null,
                                                         const Alternative& alternative,
                                                         const Policies&... policies) {
    using Units = std::remove_cvref_t<decltype(detail::units_of(null, x))>;
    static_assert(
        ((detail::for_ratio_test<Policies> ||
          detail::role_in_ratio_test<Policies, Null, Data, Units>() != detail::Role::none) &&
         ...),
        "latent::likelihood_ratio_test: a policy is no Replicates, no Starts, and none that fit takes");
    const auto restarts = detail::restarts_by_roles<Null>(
        detail::starts_among(policies...),
        detail::Playing<detail::role_in_ratio_test<Policies, Null, Data, Units>(), Policies>{policies}...);
    return detail::test_ratio(null, alternative, x, detail::replicates_among(policies...), restarts,
                              detail::execution_among(policies...));
}

}  // namespace latent
