// What the kit must know about mixtures of families of densities in scalar code.
#pragma once

#include "kit/mixture_subject.hpp"
#include "latent/emission/family.hpp"

namespace kit {

/// p(x) = p (1 − p)^x, x = 0, 1, 2, …, with all that a density may have.
struct Geometric {
    struct Statistics {
        double count = 0, sum = 0;
        static constexpr auto fields() { return std::tuple{&Statistics::count, &Statistics::sum}; }
    };
    double p = 0.5;

    double log_density(double x) const { return std::log(p) + (x > 0 ? x * std::log1p(-p) : 0); }
    void accumulate(double x, double weight, Statistics& s) const { s.count += weight, s.sum += weight * x; }
    void maximize(const Statistics& s) { p = s.count / (s.count + s.sum); }
    double expected_log_density(const Statistics& s) const { return s.count * log_density(s.sum / s.count); }
    double sample(latent::Random& random) const {
        return std::floor(std::log1p(-random.uniform()) / std::log1p(-p));
    }

    static constexpr latent::Index coordinates() { return 1; }
    void to_vector(std::span<double> v) const { v[0] = std::log(p / (1 - p)); }
    void from_vector(std::span<const double> v) { p = 1 / (1 + std::exp(-v[0])); }
    static const char* refuse(double x) {
        return x >= 0 && x == std::floor(x) ? nullptr : "expected a count 0, 1, 2, …";
    }
    static constexpr auto members() { return std::tuple{&Geometric::p}; }
    bool operator==(const Geometric&) const = default;
};

/// A prior: a success after three failures was seen before.
struct SuccessAndFailures {
    Geometric::Statistics operator()(const Geometric&) const { return {1, 3}; }
};

template <class Scalar>
struct GeometricSubject : MixtureSubject<GeometricSubject<Scalar>, latent::Family<Geometric, Scalar>> {
    using Model = latent::Mixture<latent::Family<Geometric, Scalar>>;
    static constexpr double recovery = 1;

    static Model model(double scale) {
        const std::vector densities{Geometric{scale * 0.001}, Geometric{scale * 0.05},
                                    Geometric{scale * 0.85}};
        return {Eigen::Vector3d(0.5, 0.3, 0.2), latent::Family<Geometric, Scalar>(densities)};
    }
    static Model truth() { return model(1); }
    static Model start() { return model(1.1); }
    static auto prior() { return latent::MixturePrior{2.0, SuccessAndFailures{}}; }
    static double log_density(const latent::Family<Geometric, Scalar>& family, const Eigen::VectorXd& x,
                              latent::Index k) {
        const double p = family.component(k).p;
        return std::log(p) + x(0) * std::log(1 - p);
    }
};

/// A count and a waiting time, independent: a geometric and an exponential density.
struct CountAndTime {
    struct Statistics {
        Geometric::Statistics counts;
        double time = 0;
        static constexpr auto fields() { return std::tuple{&Statistics::counts, &Statistics::time}; }
    };
    using Observation = std::span<const double>;
    Geometric count{};
    double rate = 1;

    static constexpr latent::Index dimension() { return 2; }
    double log_density(Observation x) const { return count.log_density(x[0]) + std::log(rate) - rate * x[1]; }
    void accumulate(Observation x, double weight, Statistics& s) const {
        count.accumulate(x[0], weight, s.counts);
        s.time += weight * x[1];
    }
    void maximize(const Statistics& s) {
        count.maximize(s.counts);
        rate = s.counts.count / s.time;
    }
    double expected_log_density(const Statistics& s) const {
        return count.expected_log_density(s.counts) + s.counts.count * std::log(rate) - rate * s.time;
    }
    void sample(latent::Random& random, std::span<double> x) const {
        x[0] = count.sample(random);
        x[1] = -std::log1p(-random.uniform()) / rate;
    }

    static constexpr latent::Index coordinates() { return 2; }
    void to_vector(std::span<double> v) const {
        count.to_vector(v);
        v[1] = std::log(rate);
    }
    void from_vector(std::span<const double> v) {
        count.from_vector(v);
        rate = std::exp(v[1]);
    }
    static const char* refuse(Observation x) {
        return !Geometric::refuse(x[0]) && x[1] > 0 ? nullptr : "expected a count and a time > 0";
    }
    static constexpr auto members() { return std::tuple{&CountAndTime::count, &CountAndTime::rate}; }
};

struct CountAndTimeSubject : MixtureSubject<CountAndTimeSubject, latent::Family<CountAndTime>> {
    using Model = latent::Mixture<latent::Family<CountAndTime>>;
    static constexpr double recovery = 1;

    static Model model(double scale) {
        const std::vector densities{CountAndTime{{scale * 0.02}, scale * 2},
                                    CountAndTime{{scale * 0.15}, scale * 0.2},
                                    CountAndTime{{scale * 0.7}, scale * 1}};
        return {Eigen::Vector3d(0.5, 0.3, 0.2), latent::Family<CountAndTime>(densities)};
    }
    static Model truth() { return model(1); }
    static Model start() { return model(1.2); }
    static auto prior() {
        const auto seen = [](const CountAndTime&) { return CountAndTime::Statistics{{1, 3}, 2}; };
        return latent::MixturePrior<decltype(seen)>{2, seen};
    }
    static double log_density(const latent::Family<CountAndTime>& family, const Eigen::VectorXd& x,
                              latent::Index k) {
        const auto& [count, rate] = family.component(k);
        return std::log(count.p * rate) + x(0) * std::log(1 - count.p) - rate * x(1);
    }
};

}  // namespace kit
