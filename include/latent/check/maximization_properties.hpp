// Properties of a model's M-step: it finds the maximum of expected_log_joint.
#pragma once

#include "latent/check/model_trial.hpp"

namespace latent::detail {

/// How far expected_log_joint may be from another value by rounding.
template <class T>
double joint_slack(const T& t, double joint) {
    return 4500 * t.exact * std::max(std::abs(joint), t.count);
}

template <class T>
std::string maximize_raises(const T& t) {
    const auto& s = t.here.statistics;
    const double before = t.model.expected_log_joint(s);
    const double after = t.maximized(t.model, s).expected_log_joint(s);
    if (after >= before - joint_slack(t, before)) return {};
    return text("expected_log_joint(s) is ", before, " before maximize(s) and ", after, " after it");
}

/// At the maximum the slopes vanish, and no disturbance raises it.
template <class T>
std::string maximize_is_stationary(const T& t) {
    const auto& s = t.here.statistics;
    const auto best = t.maximized(t.model, s);
    const auto joint = [&](const std::vector<double>& v) {
        return detail::at(best, v).expected_log_joint(s);
    };
    const std::vector<double> v = best.to_vector();
    const double top = best.expected_log_joint(s), slack = joint_slack(t, top);
    const double step = t.exact > 1e-10 ? 5e-3 : 1e-5;
    const Gradient slopes = gradient(joint, v, step);
    const double level = 1e5 * slack + 2 * largest(slopes.error);
    for (std::size_t i = 0; i < v.size(); ++i)
        if (!near(slopes.slope[i], 0, level))
            return text("at the parameters that maximize(s) found expected_log_joint(s) still rises: by ",
                        slopes.slope[i], " along coordinate ", i);
    Random random(6);
    for (const double deviation : {1e-3, 1e-2, 0.1, 1.0})
        for (int again = 0; again < 10; ++again) {
            const double other = joint(disturbed(v, deviation, random));
            if (!(other <= top + slack) && !std::isnan(other))
                return text("expected_log_joint(s) is ", top, " after maximize(s), but ", other,
                            " where the coordinates are disturbed by ", deviation);
        }
    return {};
}

/// From the same start the same bits; from its own result, nothing more to gain.
template <class T>
std::string maximize_repeats(const T& t) {
    const auto& s = t.here.statistics;
    const auto once = t.maximized(t.model, s);
    const double first = once.expected_log_joint(s);
    const double same = t.maximized(t.model, s).expected_log_joint(s);
    if (first != same)
        return text("expected_log_joint(s) is ", first, " after one maximize(s), ", same,
                    " after another from the same model");
    const double second = t.maximized(once, s).expected_log_joint(s);
    if (near(second, first, joint_slack(t, first))) return {};
    return text("expected_log_joint(s) is ", first, " after maximize(s), ", second,
                " after a second maximize(s) with the same s");
}

/// Twice the statistics, those of the data and a copy of them, have the same maximum.
template <class T>
std::string maximize_is_scale_free(const T& t) {
    auto doubled = t.here.statistics;
    latent::scale(doubled, 2);
    const auto& s = t.here.statistics;
    const double one = t.maximized(t.model, s).expected_log_joint(s);
    const double two = t.maximized(t.model, doubled).expected_log_joint(s);
    if (near(one, two, joint_slack(t, one))) return {};
    return text("expected_log_joint(s) is ", one, " after maximize(s), but ", two, " after maximize(2 s)");
}

template <class T>
std::string em_never_falls(const T& t) {
    auto model = t.model;
    auto e = t.here;
    for (int iteration = 1; iteration <= 10; ++iteration) {
        const double before = e.objective;
        model.maximize(e.statistics);
        e = t.expect(model);
        if (!std::isfinite(e.objective))
            return text("log p(x) is ", e.objective, " after ", iteration, " EM steps");
        if (e.objective < before - t.slack(before))
            return text("EM step ", iteration, " lowers log p(x) from ", before, " to ", e.objective);
    }
    return {};
}

}  // namespace latent::detail
