// Properties of components that collapse, are lifted or taken out.
#pragma once

#include "latent/check/emission_trial.hpp"

namespace latent::detail {

template <class T>
std::string same_is_the_same(const T& t) {
    if (!t.emission.all_equal() || (t.densities.colwise() - t.densities.col(0)).isZero(0)) return {};
    return "all_equal() is true, but log p(x | k) differs between components";
}

template <class T>
std::string shares_sum_to_one(const T& t) {
    const auto next = t.maximized(t.here);
    double total = 0;
    for (Index k = 0; k < next.size(); ++k) total += next.share(k);
    return near(total, 1, 1e-6) ? std::string() : text("the shares sum to ", total, " after maximize(s)");
}

template <class T>
std::string flaws_are_named(const T& t) {
    const Eigen::VectorXd none;
    const auto sound = t.maximized(t.here);
    for (Index k = 0; k < sound.size(); ++k)
        if (const auto cause = sound.collapse_cause(k, none))
            return text("component ", k, " has all observations, but collapse_cause(k, {}) is \"", *cause,
                        '"');
    auto weights = t.weights;
    weights.col(0).setZero();
    const auto cause = t.maximized(t.accumulated(weights)).collapse_cause(0, none);
    if (cause == Cause::empty_component) return {};
    return text("component 0 has no observation, but collapse_cause(0, {}) is ",
                cause ? text(*cause) : "nothing");
}

template <class T>
std::string raised_components_have_no_flaw(const T& t) {
    auto next = t.maximized(t.here);
    const Eigen::VectorXd floor = Eigen::VectorXd::Constant(next.dimension(), 1e3);
    for (Index k = 0; k < next.size(); ++k)
        if (next.floor_variances(k, floor))
            if (const auto cause = next.collapse_cause(k, floor))
                return text("after floor_variances(", k, ", floor) collapse_cause(", k, ", floor) is \"",
                            *cause, '"');
    return {};
}

template <class T>
std::string removal_leaves_the_others(const T& t) {
    const Index K = t.emission.size();
    auto fewer = t.emission;
    if (K == 1) return {};
    fewer.remove(0);
    if (fewer.size() != K - 1) return text("after remove(0) size() is ", fewer.size(), ", expected ", K - 1);
    const std::string wrong = t.compare(t.log_densities(fewer, t.x), t.densities.rightCols(K - 1));
    return wrong.empty() ? wrong : "after remove(0) " + wrong;
}

}  // namespace latent::detail
