// Maxima of two to four states, and where they came from, against sums and comparisons of one number after the other.
#include "latent/kernel/viterbi_pairs.hpp"

#include <cmath>
#include <functional>
#include <random>

#include "catch.hpp"
#include "every_width.hpp"
#include "latent/data/panel.hpp"

using latent::Index, latent::Panel;
using namespace latent::detail;

namespace {

using Draw = std::function<double()>;
constexpr Index steps = 53, room = steps + 16;

template <int K>
ChainLogarithms<K> logarithms(const Draw& draw) {
    ChainLogarithms<K> p;
    const auto fill = [&](double* row) {
        for (int k = 0; k < 4; ++k) row[k] = k < K ? draw() : MaxSum::none;
    };
    fill(p.initial);
    for (auto& row : p.transition) fill(row);
    return p;
}

/// A run of steps with some sequences in it.
template <int K>
class Run {
  public:
    Run(const ChainLogarithms<K>& parameters, const Draw& draw) : p(parameters) {
        density_.resize(room, K);
        best_.resize(room, K);
        for (Index k = 0; k < K; ++k) {
            for (Index t = 0; t < room; ++t) density_(t, k) = draw();
            best_(0, k) = draw();
        }
        for (const std::size_t t : {17U, 18U, 40U}) starts_[t] = 1;
    }
    MaximaRun at() {
        return {{density_.column(0), density_.stride()}, {best_.column(0), best_.stride()}, starts_.data()};
    }
    void check() const {
        std::vector<unsigned char> sources(room);
        maxima_sources<K>(p, {best_.column(0), best_.stride()}, steps, sources.data());
        for (Index t = 0; t < steps; ++t)
            for (Index j = 0; j < K; ++j) {
                CAPTURE(K, t, j);
                const auto now = static_cast<std::size_t>(t);
                const auto candidate = [&](Index i) { return best_(t, i) + p.transition[i][j]; };
                Index first = 0;
                for (Index i = 1; i < K; ++i)
                    if (candidate(i) > candidate(first)) first = i;
                const double before = starts_[now] ? p.initial[j] : candidate(first);
                CHECK(best_(t + 1, j) == before + density_(t, j));
                CHECK(came_from(sources[now], j) == first);
            }
    }

  private:
    const ChainLogarithms<K>& p;
    Panel<double> density_, best_;
    std::vector<unsigned char> starts_ = std::vector<unsigned char>(room, 0);
};

template <int K>
void check_runs(const Draw& draw) {
    const ChainLogarithms<K> p = logarithms<K>(draw);
    Run<K> alone(p, draw), left(p, draw), right(p, draw);
    const MaximaRun one[] = {alone.at()}, two[] = {left.at(), right.at()};
    maxima_steps<K>(p, one, steps);
    maxima_steps<K>(p, two, steps);
    alone.check();
    left.check();
    right.check();
}

}  // namespace

TEST_CASE("maxima and the first states that attain them", "[kernel]") {
    IN_REGISTERS_OF_EVERY_WIDTH();
    std::mt19937 engine(1);
    const Draw any = [&] { return -std::uniform_real_distribution<>(0, 9)(engine); };
    const Draw tied = [&] { return -static_cast<double>(engine() % 3); };
    const Draw impossible = [&] { return engine() % 4 == 0 ? MaxSum::none : tied(); };
    for (const Draw& draw : {any, tied, impossible}) {
        check_runs<2>(draw);
        check_runs<3>(draw);
        check_runs<4>(draw);
    }
}
