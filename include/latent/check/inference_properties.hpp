// Properties of a model's inferences: they fit its expected_log_joint, and one another.
#pragma once

#include <algorithm>
#include <limits>

#include "latent/check/model_trial.hpp"
#include "latent/core/crew.hpp"

namespace latent::detail {

/// Fisher's identity: ∇ log p(x | θ) = ∇ E[log p(x, z | θ)], the expectation under p(z | x, θ); with any temperature the
/// same. Asked a little beside the model, which may be at an optimum.
template <class T>
std::string gradients_agree(const T& t, typename T::Infer infer = T::soft) {
    Random random(7);
    const std::vector<double> v = disturbed(t.model.to_vector(), 0.1, random);
    const auto e = t.expect(detail::at(t.model, v), infer);
    const double step = std::cbrt(t.rounding);
    const Gradient likelihood = gradient(
        [&](const std::vector<double>& w) { return t.expect(detail::at(t.model, w), infer).objective; }, v,
        step);
    const Gradient joint = gradient(
        [&](const std::vector<double>& w) { return detail::at(t.model, w).expected_log_joint(e.statistics); },
        v, step);
    const double tolerance = step * step * std::max(10 * std::abs(e.objective), 40 * t.count) +
                             4 * std::max(largest(likelihood.error), largest(joint.error));
    for (std::size_t i = 0; i < v.size(); ++i)
        if (!near(likelihood.slope[i], joint.slope[i], tolerance))
            return text("along coordinate ", i, " the log-likelihood that infer returns has the slope ",
                        likelihood.slope[i],
                        ", but expected_log_joint, with the statistics of the same "
                        "E-step, has ",
                        joint.slope[i]);
    return {};
}

/// EM's inequality, F(θ') − F(θ) ≥ Q(θ' | θ) − Q(θ | θ), there and back.
template <class T>
std::string bound_holds(const T& t, typename T::Infer infer = T::soft) {
    auto from = t.model;
    auto e = t.expect(from, infer);
    auto to = t.maximized(from, e.statistics);
    for (const char* step : {"from the model to maximize(s)", "from maximize(s) back to the model"}) {
        auto next = t.expect(to, infer);
        const double gain = next.objective - e.objective;
        const double bound = to.expected_log_joint(e.statistics) - from.expected_log_joint(e.statistics);
        if (!(gain >= bound - t.slack(e.objective)))
            return text(step, " the objective changes by ", gain, ", but expected_log_joint(s) by ", bound,
                        ", which it cannot fall short of");
        std::swap(from, to);
        std::swap(e, next);
    }
    return {};
}

template <class T>
std::string bound_of_infer(const T& t) {
    return bound_holds(t);
}

/// Whether each unit is inferred by `other` as by infer.
template <class T>
std::string same_inference(const T& t, const char* name, typename T::Infer other) {
    typename T::Posterior q;
    for (Index i = 0; i < t.size(); ++i) {
        const auto expected = t.expect_unit(i, q);
        const auto& x = t.unit(i);
        auto s = t.model.zero_statistics();
        const double log_likelihood = other(t.model, x, q);
        t.model.accumulate(x, q, s);
        if (!near(log_likelihood, expected.objective, t.slack(expected.objective)))
            return text("of unit ", i, " ", name, " returns ", log_likelihood, ", infer ",
                        expected.objective);
        const std::string wrong = difference(s, expected.statistics, 4500 * t.rounding);
        if (!wrong.empty()) return text("of unit ", i, ", after ", name, ", ", wrong, " as after infer");
    }
    return {};
}
template <class T>
std::string tempered_once(const T& t) {
    const auto one = [](const auto& m, const auto& x, auto& q) -> double { return m.infer(x, q, 1.0); };
    return same_inference(t, "infer(x, q, 1)", one);
}
template <class T>
std::string truncate_nothing(const T& t) {
    const auto truncate = [](const auto& m, const auto& x, auto& q) -> double {
        const double log_likelihood = m.infer(x, q);
        m.truncate(x, q, 0.0);
        return log_likelihood;
    };
    return same_inference(t, "truncate(x, q, 0)", truncate);
}

inline constexpr auto by_decode = [](const auto& m, const auto& x, auto& q) -> double {
    return m.decode(x, q);
};

template <class T>
std::string decode_agrees(const T& t) {
    typename T::Posterior q;
    for (Index i = 0; i < t.size(); ++i) {
        const auto& x = t.unit(i);
        const double all = t.model.infer(x, q), best = t.model.decode(x, q);
        if (!(best <= all + t.slack(all)))
            return text("of unit ", i, " decode returns log p(x, z) = ", best,
                        ", more than log p(x) = ", all);
    }
    return bound_holds(t, by_decode);
}

/// At half the temperature's inverse as at one; and (1/β) log Σ p(x, z)^β falls with β unless z is certain.
template <class T>
std::string tempered_agrees(const T& t) {
    const auto half = [](const auto& m, const auto& x, auto& q) -> double { return m.infer(x, q, 0.5); };
    std::string wrong;
    if constexpr (Vectorizable<typename T::Model>) wrong = gradients_agree(t, half);
    if (wrong.empty()) wrong = bound_holds(t, half);
    if (!wrong.empty()) return "at beta = 0.5 " + wrong;
    const double objective = t.expect(t.model, half).objective, limit = t.here.objective;
    bool certain = false;
    if constexpr (Decodable<typename T::Model>)
        certain = near(limit, t.expect(t.model, by_decode).objective, t.slack(limit));
    if (certain || objective > limit) return {};
    return text("log p(x) at beta = 0.5 is ", objective, ", expected more than ", limit, " at beta = 1");
}

/// The mean of drawn statistics, what it should be, and how far it may be from that: six standard errors, and what is too
/// rare for that many draws to show. Nothing is known of a number that no draw has moved: were it wrongly so, what is drawn
/// in its place would be drawn too often.
struct DrawnStatistics {
    static constexpr int draws = 200;
    std::vector<double> mean, expected, squares, rare;

    explicit DrawnStatistics(std::size_t size) : mean(size), expected(size), squares(size), rare(size) {}
    void add(const std::vector<double>& drawn, const std::vector<double>& exact, double per_unit) {
        for (std::size_t j = 0; j < mean.size(); ++j) {
            mean[j] += drawn[j] / draws;
            expected[j] += exact[j] / draws;
            squares[j] += std::pow((drawn[j] - exact[j]) / draws, 2);
            rare[j] = std::max(rare[j], 10 * std::abs(drawn[j]) / per_unit / draws);
        }
    }
    bool all_still() const {
        return std::all_of(rare.begin(), rare.end(), [](double most) { return most == 0; });
    }
    double tolerance(std::size_t j, double rounding) const {
        if (rare[j] == 0) return std::numeric_limits<double>::infinity();
        return 6 * std::sqrt(squares[j]) + rare[j] + 1000 * rounding * std::abs(expected[j]);
    }
};

/// The numbers of some statistics by which draws are judged: all, or, of those that grow with the data, and of which each number
/// may belong to one observation, two sums over them.
template <class T>
std::vector<double> judged_numbers(const T& t, const typename T::Statistics& s) {
    if (detail::flat(t.model.zero_statistics()).size() == detail::flat(t.here.statistics).size())
        return detail::flat(s);
    return {t.model.expected_log_joint(s), t.maximized(t.model, t.here.statistics).expected_log_joint(s)};
}

template <class T>
std::string draws_follow_the_posterior(const T& t) {
    typename T::Posterior q;
    DrawnStatistics all(judged_numbers(t, t.here.statistics).size());
    for (Index i = 0; i < std::min<Index>(t.size(), 50); ++i) {
        const auto e = t.expect_unit(i, q);
        const std::vector<double> exact = judged_numbers(t, e.statistics);
        const auto& x = t.unit(i);
        for (int draw = 0; draw < DrawnStatistics::draws; ++draw) {
            Random random(3, static_cast<std::uint64_t>(draw), static_cast<std::uint64_t>(i));
            auto s = t.model.zero_statistics();
            const double log_likelihood = t.model.sample(x, random, q);
            if (!near(log_likelihood, e.objective, t.slack(e.objective)))
                return text("of unit ", i, " sample returns ", log_likelihood, ", infer ", e.objective);
            t.model.accumulate(x, q, s);
            all.add(judged_numbers(t, s), exact, t.count / static_cast<double>(t.size()));
        }
    }
    if (all.all_still()) return "accumulate adds nothing to the statistics of a drawn posterior";
    for (std::size_t j = 0; j < all.mean.size(); ++j)
        if (!near(all.mean[j], all.expected[j], all.tolerance(j, t.rounding)))
            return text(place(t.here.statistics, j), " is ", all.mean[j],
                        " in the mean over draws, expected ", all.expected[j], " up to ",
                        all.tolerance(j, t.rounding));
    return {};
}

/// Several threads that infer at once find what one alone finds.
template <class T>
std::string threads_do_not_meet(const T& t) {
    constexpr Index workers = 3;
    std::vector<Expectation<typename T::Statistics>> all(workers);
    Crew(workers).run([&](Index worker) { all[static_cast<std::size_t>(worker)] = t.expect(t.model); });
    for (const auto& e : all) {
        if (e.objective != t.here.objective)
            return text("log p(x) is ", t.here.objective, ", but ", e.objective,
                        " where three threads infer");
        const std::string wrong = difference(e.statistics, t.here.statistics, 0);
        if (!wrong.empty()) return "where three threads infer, " + wrong;
    }
    return {};
}

}  // namespace latent::detail
