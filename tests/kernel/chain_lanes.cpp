// Eight chains in the lanes against one chain after the other, in long double.
#include "latent/kernel/chain_lanes.hpp"

#include <cmath>
#include <limits>

#include "catch.hpp"
#include "every_width.hpp"
#include "latent/core/random.hpp"
#include "naive.hpp"

using namespace latent::detail;
using latent::Index, latent::Panel;
using naive::Real;

namespace {

/// Chains of different lengths, of which some begin inside a sequence, with filler before the shorter ones, and
/// several sequences in most.
template <int K>
struct Problem {
    Index steps;
    ChainParameters<K> parameters;
    std::vector<ChainStep> kind;
    std::vector<unsigned char> special;
    Panel<double> density;  // filler one, and eight rows of room
    double entering[chains][K], ends[chains][K];

    explicit Problem(Index n, double smallest = 0.05) : steps(n) {
        latent::Random random(static_cast<std::uint64_t>(n));
        const auto fill = [&](double(&p)[K]) {
            double sum = 0;
            for (double& value : p) sum += value = 0.05 + random.uniform();
            for (double& value : p) value /= sum;
        };
        fill(parameters.initial);
        for (auto& row : parameters.transition) fill(row);
        parameters.transition[0][K - 1] = 0;
        kind.assign(static_cast<std::size_t>(chains * (n + 1)), ChainStep::inside);
        special.assign(static_cast<std::size_t>(n) + 1, 0);
        density.resize(chains * (n + 1), K);
        for (Index row = 0; row < chains * (n + 1); ++row)
            for (Index k = 0; k < K; ++k) density(row, k) = smallest + random.uniform();
        for (Index l = 0; l < chains; ++l) {
            fill(entering[l]);
            fill(ends[l]);
            const Index filler = std::min(n - 1, l % 3 * 2);  // 0, 2 or 4 steps
            for (Index s = 0; s < filler; ++s) {
                set(s, l, ChainStep::filler);
                for (Index k = 0; k < K; ++k) density(chains * s + l, k) = 1;
            }
            if (l % 2 == 0) set(filler, l, ChainStep::start);
            for (Index s = filler + 1; s < n; ++s)
                if (random.uniform() < 0.15) set(s, l, ChainStep::start);
        }
    }
    void set(Index s, Index l, ChainStep to) {
        kind[static_cast<std::size_t>(chains * s + l)] = to;
        special[static_cast<std::size_t>(s)] = 1;
    }
    ChainStep at(Index s, Index l) const { return kind[static_cast<std::size_t>(chains * s + l)]; }
    ChainRows rows(Index first, Index count) const {
        return {kind.data() + chains * first, special.data() + first, count};
    }
    /// Eight chains, where each enters.
    ChainState<K, 1> begin() const {
        ChainState<K, 1> state;
        state.begin();
        for (Index l = 0; l < chains; ++l)
            for (int k = 0; k < K; ++k) state.set(l, 0, k, entering[l][k]);
        return state;
    }
};

/// One row's way over a chain: x at each step, not scaled.
template <int K>
std::vector<naive::Vector> forward(const Problem<K>& p, Index l, naive::Vector x) {
    std::vector<naive::Vector> all;
    for (Index s = 0; s < p.steps; ++s) {
        naive::Vector reached = x;
        for (int k = 0; k < K; ++k) {
            if (p.at(s, l) == ChainStep::inside) {
                reached(k) = 0;
                for (int i = 0; i < K; ++i) reached(k) += x(i) * Real(p.parameters.transition[i][k]);
            }
            if (p.at(s, l) == ChainStep::start) reached(k) = x.sum() * Real(p.parameters.initial[k]);
            reached(k) *= Real(p.density(chains * s + l, k));
        }
        x = reached;
        all.push_back(x);
    }
    return all;
}

/// The posteriors and the expected moves of all chains.
template <int K>
struct Smoothed {
    std::vector<double> gamma;  // of row 8 s + l, K each
    Real moves[K][K] = {};

    explicit Smoothed(const Problem<K>& p) : gamma(static_cast<std::size_t>(chains * p.steps * K)) {
        for (Index l = 0; l < chains; ++l) {
            const auto alpha =
                forward(p, l, Eigen::Map<const Eigen::VectorXd>(p.entering[l], K).template cast<Real>());
            naive::Vector beta = Eigen::Map<const Eigen::VectorXd>(p.ends[l], K).template cast<Real>();
            naive::Vector w(K);
            for (Index s = p.steps - 1; s >= 0 && p.at(s, l) != ChainStep::filler; --s) {
                const naive::Vector& a = alpha[static_cast<std::size_t>(s)];
                const bool inside = s + 1 < p.steps && p.at(s + 1, l) == ChainStep::inside;
                if (inside) {
                    for (int i = 0; i < K; ++i) {
                        beta(i) = 0;
                        for (int j = 0; j < K; ++j) beta(i) += Real(p.parameters.transition[i][j]) * w(j);
                    }
                } else if (s + 1 < p.steps) {
                    beta.setOnes();
                }
                const Real total = a.dot(beta);
                for (int i = 0; i < K; ++i) {
                    gamma[static_cast<std::size_t>((chains * s + l) * K + i)] =
                        double(a(i) * beta(i) / total);
                    for (int j = 0; inside && j < K; ++j)
                        moves[i][j] += a(i) * Real(p.parameters.transition[i][j]) * w(j) / total;
                }
                for (int k = 0; k < K; ++k) w(k) = beta(k) * Real(p.density(chains * s + l, k));
                w /= w.sum();
                beta /= beta.sum();
            }
        }
    }
};

template <class State>
bool same_bits(const State& a, const State& b) {
    return std::memcmp(&a, &b, sizeof a) == 0;
}

void check_near(double value, Real expected, double precision = 1e-13) {
    CHECK_THAT(value, WithinAbs(double(expected), precision * (1e-3 + std::abs(double(expected)))));
}

template <int K>
using Size = std::integral_constant<int, K>;

/// All that a second pass writes, with the steps in pieces of the given size.
template <int K>
struct Smoothing {
    Panel<double> b, alpha, gamma;
    ChainState<K, 1> state;
    ChainReturn<K> back;
    double pairs[K][K] = {};

    Smoothing(const Problem<K>& p, Index piece) : state(p.begin()) {
        b.resize(chains * (p.steps + 1), K);
        alpha.resize(chains * (p.steps + 1), K);
        gamma.resize(chains * p.steps, K);
        for (Index k = 0; k < K; ++k) {
            std::copy_n(p.density.column(k), b.padded(), b.column(k));
            std::fill_n(alpha.column(k), alpha.padded(), 0.0);
            for (Index l = 0; l < chains; ++l) back.ends[k][l] = p.ends[l][k];
        }
        for (Index first = 0; first < p.steps; first += piece) {
            const auto rows = p.rows(first, std::min(piece, p.steps - first));
            advance_chains(p.parameters, rows, b.column(0) + chains * first, b.stride(), state,
                           alpha.column(0) + chains * first);
        }
        for (Index first = (p.steps - 1) / piece * piece; first >= 0; first -= piece) {
            const auto rows = p.rows(first, std::min(piece, p.steps - first));
            return_chains(p.parameters, rows, b.column(0) + chains * first, alpha.column(0) + chains * first,
                          gamma.column(0) + chains * first, gamma.stride(), b.stride(), back);
        }
        add_pairs_of_chains(alpha.column(0), b.column(0), b.stride(), chains * p.steps, pairs);
    }
};

}  // namespace

TEMPLATE_TEST_CASE("distributions of eight chains are those of each alone", "[kernel]", Size<2>, Size<3>,
                   Size<4>) {
    IN_REGISTERS_OF_EVERY_WIDTH();
    constexpr int K = TestType();
    for (const Index n : {1, 2, 7, 64, 3000}) {
        CAPTURE(n);
        const Problem<K> p(n);
        ChainState<K, 1> state = p.begin();
        Panel<double> keep;
        keep.resize(p.density.size(), K);
        advance_chains(p.parameters, p.rows(0, n), p.density.column(0), p.density.stride(), state,
                       keep.column(0));
        CHECK(state.sound());
        for (Index l = 0; l < chains; ++l) {
            const auto all =
                forward(p, l, Eigen::Map<const Eigen::VectorXd>(p.entering[l], K).template cast<Real>());
            for (int k = 0; k < K; ++k) {
                const Real expected = std::ldexp(all.back()(k), -static_cast<int>(state.exponent(l)));
                check_near(state.value(l, 0, k), expected, 1e-12);
            }
            for (Index s = 0; s < n; ++s) {
                const naive::Vector& x = all[static_cast<std::size_t>(s)];
                double sum = 0;
                for (int k = 0; k < K; ++k) sum += keep(chains * s + l, k);
                double worst = 0;
                for (int k = 0; k < K; ++k)
                    worst = std::max(worst, std::abs(keep(chains * s + l, k) / sum - double(x(k) / x.sum())));
                CHECK(worst < 1e-13);
            }
        }
    }
}

TEMPLATE_TEST_CASE("operators of eight chains lead from every state", "[kernel]", Size<2>, Size<3>, Size<4>) {
    IN_REGISTERS_OF_EVERY_WIDTH();
    constexpr int K = TestType();
    for (const Index n : {1, 5, 64, 700}) {
        CAPTURE(n);
        const Problem<K> p(n);
        ChainState<K, K> state;
        state.begin();
        advance_chains(p.parameters, p.rows(0, n), p.density.column(0), p.density.stride(), state, nullptr);
        CHECK(state.sound());
        for (Index l = 0; l < chains; ++l)
            for (int row = 0; row < K; ++row) {
                const auto all = forward(p, l, naive::Vector(naive::Vector::Unit(K, row)));
                for (int k = 0; k < K; ++k)
                    check_near(state.value(l, row, k),
                               std::ldexp(all.back()(k), -static_cast<int>(state.exponent(l))), 1e-12);
            }
    }
}

TEMPLATE_TEST_CASE("posteriors and moves of eight chains are those of each alone", "[kernel]", Size<2>,
                   Size<3>, Size<4>) {
    IN_REGISTERS_OF_EVERY_WIDTH();
    constexpr int K = TestType();
    for (const Index n : {1, 2, 7, 64, 500}) {
        CAPTURE(n);
        const Problem<K> p(n);
        const Smoothing<K> s(p, n);
        const Smoothed<K> expected(p);
        CHECK(s.back.sound);
        double worst = 0;
        for (Index row = 0; row < chains * n; ++row)
            for (Index k = 0; k < K; ++k)
                worst = std::max(
                    worst, std::abs(s.gamma(row, k) - expected.gamma[static_cast<std::size_t>(row * K + k)]));
        CHECK(worst < 1e-13);
        for (Index l = 0; l < chains; ++l)
            for (Index t = 0; t < n; ++t)
                for (Index k = 0; k < K && p.at(t, l) == ChainStep::filler; ++k)
                    CHECK(s.gamma(chains * t + l, k) == 0);
        for (int i = 0; i < K; ++i)
            for (int j = 0; j < K; ++j)
                check_near(s.pairs[i][j] * p.parameters.transition[i][j], expected.moves[i][j]);
    }
}

TEMPLATE_TEST_CASE("steps in pieces give the same bits", "[kernel]", Size<2>, Size<3>, Size<4>) {
    IN_REGISTERS_OF_EVERY_WIDTH();
    constexpr int K = TestType();
    const Problem<K> p(150);
    ChainState<K, K> operators;
    operators.begin();
    advance_chains(p.parameters, p.rows(0, 150), p.density.column(0), p.density.stride(), operators, nullptr);
    const Smoothing<K> whole(p, 150);
    for (const Index piece : {1, 3, 64, 149}) {
        CAPTURE(piece);
        ChainState<K, K> in_pieces;
        in_pieces.begin();
        for (Index first = 0; first < 150; first += piece)
            advance_chains(p.parameters, p.rows(first, std::min(piece, 150 - first)),
                           p.density.column(0) + chains * first, p.density.stride(), in_pieces, nullptr);
        CHECK(same_bits(in_pieces, operators));
        const Smoothing<K> s(p, piece);
        CHECK(same_bits(s.state, whole.state));
        CHECK(same_bits(s.back.w, whole.back.w));
        CHECK(same_bits(s.pairs, whole.pairs));
        bool same = true;
        for (Index k = 0; k < K; ++k)
            for (Index row = 0; row < chains * 150; ++row)
                same = same && s.gamma(row, k) == whole.gamma(row, k) && s.b(row, k) == whole.b(row, k) &&
                       s.alpha(row, k) == whole.alpha(row, k);
        CHECK(same);
    }
}

TEMPLATE_TEST_CASE("what scaled numbers do not carry is noticed", "[kernel]", Size<2>, Size<3>, Size<4>) {
    IN_REGISTERS_OF_EVERY_WIDTH();
    constexpr int K = TestType();
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    for (const Index l : {0, 3, 7})
        for (const double density : {0.0, 1e-200, nan}) {
            CAPTURE(l, density);
            Problem<K> p(40);
            for (Index k = 0; k < K; ++k) p.density(chains * 20 + l, k) = density;
            CHECK_FALSE(Smoothing<K>(p, 40).state.sound());
            ChainState<K, K> operators;
            operators.begin();
            advance_chains(p.parameters, p.rows(0, 40), p.density.column(0), p.density.stride(), operators,
                           nullptr);
            CHECK_FALSE(operators.sound());
        }
    Problem<K> p(40);
    p.density(chains * 20 + 2, 1) = nan;  // of one state alone
    CHECK_FALSE(Smoothing<K>(p, 40).state.sound());
}

TEMPLATE_TEST_CASE("what each pass alone carries, but not the product of both, is noticed", "[kernel]",
                   Size<2>, Size<3>, Size<4>) {
    IN_REGISTERS_OF_EVERY_WIDTH();
    constexpr int K = TestType();
    Problem<K> p(4);
    for (int i = 0; i < K; ++i)
        for (int j = 0; j < K; ++j) p.parameters.transition[i][j] = i == j ? 1 : 0;
    // Forward the last state becomes zero before it turns out to be the only likely one, backward all others do.
    for (Index s = 0; s < 4; ++s) {
        p.set(s, 0, s == 0 ? ChainStep::start : ChainStep::inside);
        for (Index k = 0; k < K; ++k)
            p.density(chains * s, k) = s < 2 ? (k == K - 1 ? 0x1p-300 : 1) : (k == K - 1 ? 1 : 0x1p-400);
    }
    const Smoothing<K> smoothing(p, 4);
    CHECK(smoothing.state.sound());
    CHECK_FALSE(smoothing.back.sound);
}
