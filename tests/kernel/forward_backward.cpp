// The scaled passes over a run of steps: whichever comes first, and side by side, against the textbook's recursions.
#include "latent/kernel/forward_backward.hpp"

#include <cmath>
#include <vector>

#include "catch.hpp"
#include "every_width.hpp"
#include "naive.hpp"

using namespace latent::detail;
using latent::Index;
using naive::Real;
using Matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;

namespace {

/// A chain of K states, and two sequences in n steps, the second of which begins at step n / 3.
struct Run {
    Index K, n;
    Eigen::MatrixXd transition, density;  // K × K; K × n
    Eigen::VectorXd initial;
    PackedTransition<SumProduct> packed;
    StateRows start;
    std::vector<unsigned char> starts;

    Run(Index states, Index steps, bool sparse) : K(states), n(steps) {
        const Eigen::MatrixXd numbers = naive::observations<double>(K, K + n + 1, 0).cwiseAbs();
        transition = numbers.leftCols(K);
        for (Index i = 0; i < K; ++i) {
            for (Index j = 0; sparse && j < K; ++j)
                if (j != i && j != (i + 1) % K) transition(i, j) = 0;
            transition.row(i) /= transition.row(i).sum();
        }
        density = numbers.middleCols(K, n);
        initial = numbers.col(K + n) / numbers.col(K + n).sum();
        packed.assign(transition);
        start.resize(1, K);
        start.fill(0, [&](Index k) { return initial(k); });
        starts.assign(static_cast<std::size_t>(n) + 1, 0);
        starts.front() = starts[static_cast<std::size_t>(n / 3)] = starts.back() = 1;
    }
    bool begins(Index t) const { return starts[static_cast<std::size_t>(t)]; }
};

struct Naive {
    Matrix gamma, pairs;  // K × n; K × K
    Real log_likelihood = 0;
};

/// By long double and a division a step.
Naive naive_passes(const Run& run) {
    const Matrix a = run.transition.cast<Real>(), b = run.density.cast<Real>();
    Matrix alpha(run.K, run.n), beta(run.K, run.n);
    Naive result{Matrix(run.K, run.n), Matrix::Zero(run.K, run.K)};
    std::vector<Real> sum(static_cast<std::size_t>(run.n));
    for (Index t = 0; t < run.n; ++t) {
        const Matrix before =
            run.begins(t) ? Matrix(run.initial.cast<Real>()) : Matrix(a.transpose() * alpha.col(t - 1));
        alpha.col(t) = before.cwiseProduct(b.col(t));
        sum[static_cast<std::size_t>(t)] = alpha.col(t).sum();
        alpha.col(t) /= sum[static_cast<std::size_t>(t)];
        result.log_likelihood += std::log(sum[static_cast<std::size_t>(t)]);
    }
    for (Index t = run.n - 1; t >= 0; --t) {
        beta.col(t).setOnes();
        if (!run.begins(t + 1)) {
            const Matrix w =
                b.col(t + 1).cwiseProduct(beta.col(t + 1)) / sum[static_cast<std::size_t>(t) + 1];
            beta.col(t) = a * w;
            result.pairs += (alpha.col(t) * w.transpose()).cwiseProduct(a);
        }
        result.gamma.col(t) = alpha.col(t).cwiseProduct(beta.col(t));
    }
    return result;
}

struct WeightTwo {
    double operator()(Index) const { return 2; }
};

/// What the passes found, all numbers one after the other.
struct Found {
    std::vector<double> numbers;
    Real log_likelihood = 0;
};

/// The rows that both passes share, from nothing known before the first step and behind the last.
struct Rows {
    StateRows b, alpha, gamma, two, pairs;
    std::vector<double> due;

    explicit Rows(const Run& run) : due(static_cast<std::size_t>(run.n)) {
        b.resize(run.n + 2, run.K), alpha.resize(run.n + 1, run.K), gamma.resize(run.n, run.K);
        two.resize(2, run.K), pairs.resize(padded_states(run.K), run.K);
        for (Index t = 0; t < run.n; ++t) b.fill(t, [&](Index k) { return run.density(k, t); });
        const auto zero = [](Index) { return 0.0; };
        b.fill(run.n, zero), alpha.fill(0, zero), two.fill(0, zero), two.fill(1, zero);
        for (Index i = 0; i < run.K; ++i) pairs.fill(i, zero);
    }
    PosteriorRows<WeightTwo> posteriors() { return {alpha.at(), gamma.at(), {}}; }
};

enum class First { forward, backward };

Found passes(const Run& run, First first) {
    Rows rows(run);
    Found found;
    const auto ended = [&](Index t, const Likelihood& l) { found.log_likelihood += t > 0 ? l.log() : 0; };
    const auto forward = [&](const auto& a, const auto& at) __attribute__((always_inline)) {
        ForwardPass pass(a, run.start[0], rows.b.at(), run.starts.data(), true, {}, at, ended);
        for (Index t = 0; t < run.n; ++t) pass.step(t);
        CHECK(pass.sound);
        found.log_likelihood += pass.likelihood.log();
    };
    const auto backward = [&](const auto& a, const auto& at) __attribute__((always_inline)) {
        BackwardPass pass(a, rows.b.at(), run.starts.data(), 1, at);
        for (Index t = run.n - 1; t >= 0; --t) pass.step(t);
        CHECK(pass.sound);
    };
    run.packed.with([&](const auto& a) __attribute__((always_inline)) {
        if (first == First::forward) {
            forward(a, KeepAlpha{rows.alpha.at()});
            backward(a, MeetAlpha<WeightTwo>{rows.posteriors(), rows.b.at(), run.n});
        } else {
            backward(a, KeepBeta{rows.alpha.at(), rows.two.at(), rows.due.data()});
            forward(a, MeetBeta<WeightTwo>{rows.posteriors(), rows.b.at(), rows.two.at(), rows.due.data()});
        }
        a.add_pairs(rows.alpha, rows.b, run.n, rows.pairs);
        return true;
    });
    for (Index t = 0; t < run.n; ++t)
        found.numbers.insert(found.numbers.end(), rows.gamma[t], rows.gamma[t] + run.K);
    for (Index i = 0; i < run.K; ++i)
        found.numbers.insert(found.numbers.end(), rows.pairs[i], rows.pairs[i] + run.K);
    return found;
}

}  // namespace

TEST_CASE("posteriors and pairs are the textbook's, whichever pass comes first", "[kernel]") {
    IN_REGISTERS_OF_EVERY_WIDTH();
    for (const Index K : {1, 2, 5, 8, 13, 16, 17, 40, 66})
        for (const bool sparse : {false, true}) {
            CAPTURE(K, sparse);
            const Run run(K, 70, sparse);
            const Naive expected = naive_passes(run);
            for (const First first : {First::forward, First::backward}) {
                const Found found = passes(run, first);
                CHECK_THAT(double(found.log_likelihood), WithinRel(double(expected.log_likelihood), 1e-13));
                auto number = found.numbers.begin();
                double worst = 0;
                for (Index t = 0; t < run.n; ++t)
                    for (Index k = 0; k < K; ++k)
                        worst = std::max(worst, std::abs(*number++ - double(2 * expected.gamma(k, t))));
                for (Index i = 0; i < K; ++i)
                    for (Index j = 0; j < K; ++j)
                        worst = std::max(worst, std::abs(*number++ * run.transition(i, j) -
                                                         double(2 * expected.pairs(i, j))));
                CHECK(worst < 1e-12);
            }
        }
}

TEST_CASE("passes side by side have the bits of one after the other", "[kernel]") {
    IN_REGISTERS_OF_EVERY_WIDTH();
    for (const Index K : {3, 8, 16, 33, 64})
        for (const Index shorter : {0, 30, 90}) {
            CAPTURE(K, shorter);
            const Run one(K, 90, false), other(K, shorter, false);
            Rows alone(one), beside(one), other_alone(other), other_beside(other);
            const auto ended = [](Index, const Likelihood&) {};
            one.packed.with([&](const auto& a) __attribute__((always_inline)) {
                const auto forward = [&](Rows & rows) __attribute__((always_inline)) {
                    return ForwardPass(a, one.start[0], rows.b.at(), one.starts.data(), false, {},
                                       KeepAlpha{rows.alpha.at()}, ended);
                };
                const auto backward = [&](Rows & rows) __attribute__((always_inline)) {
                    return BackwardPass(a, rows.b.at(), other.starts.data(), 1,
                                        KeepBeta{rows.alpha.at(), rows.two.at(), rows.due.data()});
                };
                auto first = forward(alone);
                for (Index t = 0; t < one.n; ++t) first.step(t);
                auto second = backward(other_alone);
                for (Index t = other.n - 1; t >= 0; --t) second.step(t);
                auto first_beside = forward(beside);
                auto second_beside = backward(other_beside);
                step_both(a, first_beside, one.n, second_beside, other.n);
                CHECK(first.likelihood.log() == first_beside.likelihood.log());
                return true;
            });
            const auto same = [&](const StateRows& x, const StateRows& y, Index n) {
                bool all = true;
                for (Index t = 1; t <= n; ++t) all = all && std::equal(x[t], x[t] + K, y[t]);
                return all;
            };
            CHECK(same(alone.alpha, beside.alpha, one.n));
            CHECK(same(other_alone.alpha, other_beside.alpha, other.n));
            CHECK(other_alone.due == other_beside.due);
        }
}

TEST_CASE("a step that nothing explains is not sound", "[kernel]") {
    IN_REGISTERS_OF_EVERY_WIDTH();
    for (const Index K : {3, 20}) {
        Run run(K, 20, false);
        run.density.col(7).setZero();
        Rows rows(run);
        run.packed.with([&](const auto& a) __attribute__((always_inline)) {
            const auto ended = [](Index, const Likelihood&) {};
            ForwardPass forward(a, run.start[0], rows.b.at(), run.starts.data(), false, {},
                                KeepAlpha{rows.alpha.at()}, ended);
            for (Index t = 0; t < run.n; ++t) forward.step(t);
            CHECK_FALSE(forward.sound);
            BackwardPass backward(a, rows.b.at(), run.starts.data(), 1,
                                  KeepBeta{rows.alpha.at(), rows.two.at(), rows.due.data()});
            for (Index t = run.n - 1; t >= 0; --t) backward.step(t);
            CHECK_FALSE(backward.sound);
            return true;
        });
    }
}
