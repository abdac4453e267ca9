// Notices when a kernel has become slow. Each is timed in turn with the same work written on Eigen's arrays
// (support/reference.hpp), compiled into this program with the same flags; the ratio of the shortest times must stay
// below a bound, which is about twice the largest ratio measured with AVX2 and SSE2 by g++ 12 and clang 14. So it holds on
// a slow, a busy and another machine.
// Exit status 1 where a bound is broken, or where the two do not compute the same.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "support/cases.hpp"
#include "support/models.hpp"
#include "support/reference.hpp"
#include "support/timing.hpp"

namespace {

using kernel_inputs::Block;
using latent::Index;
namespace kernel = latent::detail;

class Guard {
  public:
    /// ours() and theirs() return numbers that must agree.
    template <class Ours, class Theirs>
    void check(const std::string& name, double bound, const Ours& ours, const Theirs& theirs) {
        const double difference = std::abs(ours() / theirs() - 1);
        double a = 1e300, b = 1e300;
        double sink = 0;
        // Once more where it looks bad: a busy neighbour may have the processor's cache for a while.
        for (int attempt = 0; attempt < 3 && (attempt == 0 || a > bound * b); ++attempt)
            repeat_for(0.2, 20, [&] {
                a = std::min(a, seconds([&] { sink += ours(); }));
                b = std::min(b, seconds([&] { sink += theirs(); }));
            });
        const char* const verdict = !(difference < 1e-10) ? "  DIFFERENT" : a > bound * b ? "  TOO SLOW" : "";
        std::printf("%-34s %10.2f %10.2f %8.2f %8.2f%s\n", name.c_str(), 1e6 * a, 1e6 * b, a / b, bound,
                    verdict);
        good_ = good_ && *verdict == '\0' && std::isfinite(sink);
    }
    bool good() const { return good_; }

  private:
    bool good_ = true;
};

double sum_of(const latent::Panel<double>& p) {
    double sum = 0;
    for (Index k = 0; k < p.columns(); ++k) sum += p(0, k) + p(p.size() - 1, k);
    return sum;
}

void density(Guard& guard, Index d, double bound) {
    const Block block(512, d);
    const kernel_inputs::Triangular input(d, 8);
    latent::Panel<double> a, b;
    guard.check(
        "triangular density, d = " + std::to_string(d), bound,
        [&] { return kernel::log_density(block.panel, input.density, a), sum_of(a); },
        [&] { return reference::log_density(block.panel, input, b), sum_of(b); });
}

void scatter(Guard& guard, Index d, double bound) {
    const Block block(512, d);
    const auto weights = kernel_inputs::panel(kernel_inputs::uniform(512, 1));
    const Eigen::VectorXd centre = Eigen::VectorXd::Zero(d);
    const auto run = [&](const auto& add) {
        Eigen::VectorXd first = centre;
        Eigen::MatrixXd second = Eigen::MatrixXd::Zero(d, d);
        double count = 0;
        add(count, first, second);
        return second(d - 1, 0) + second(d - 1, d - 1) + count;
    };
    guard.check(
        "scatter, d = " + std::to_string(d), bound,
        [&] {
            return run([&](double& count, auto& first, auto& second) {
                kernel::add_scatter(block.panel, weights.column(0), centre.data(), count, first.data(),
                                    second.data(), d);
            });
        },
        [&] {
            return run([&](double& count, auto& first, auto& second) {
                reference::add_scatter(block.panel, reference::column(weights, 0), centre, count, first,
                                       second);
            });
        });
}

void softmax(Guard& guard, Index K, double bound) {
    const Eigen::MatrixXd densities = 3 * kernel_inputs::normal(512, K);
    const Eigen::VectorXd log_weights = Eigen::VectorXd::Constant(K, -1);
    auto p = kernel_inputs::panel(densities);
    const auto restored = [&]() -> latent::Panel<double>& {
        for (Index k = 0; k < K; ++k) std::copy_n(densities.col(k).data(), 512, p.column(k));
        return p;
    };
    guard.check(
        "softmax, K = " + std::to_string(K), bound,
        [&] { return kernel::normalize(restored(), log_weights.data()); },
        [&] { return reference::normalize(restored(), log_weights); });
}

/// An E-step with its sums and the M-step through the driver, which packs the data as well; the reference makes the
/// E-step on packed data.
void mixture(Guard& guard, Index d, Index K, double bound) {
    const MixtureCase c{true, 512 * 8, d, K, 0};
    const Problem problem = draw(c);
    const latent::GaussianMixture<> start(problem.start.initial, emission<latent::Gaussian<>>(problem.start));
    const kernel_inputs::Triangular input = [&] {
        kernel_inputs::Triangular t(d, K);
        t.means = problem.start.emission;
        for (Index k = 0; k < K; ++k) t.factors.middleCols(k * d, d).setIdentity();
        return t;
    }();
    const double constant = 1 - 0.5 * static_cast<double>(d) * std::log(2 * 3.14159265358979323846);
    const Eigen::VectorXd log_weights = problem.start.initial.array().log() + constant;
    std::vector<latent::Panel<double>> blocks(8);
    for (Index b = 0; b < 8; ++b)
        kernel::pack(latent::Observations<double>(problem.x).middle(512 * b, 512),
                     blocks[static_cast<std::size_t>(b)]);
    latent::Panel<double> r;
    Eigen::VectorXd count(K);
    Eigen::MatrixXd first(d, K), second(d, d * K);
    double ignored = 0;
    const auto em = timed_em(1, 9, ignored);
    guard.check(
        "EM iteration × 10, d = " + std::to_string(d) + ", K = " + std::to_string(K), bound,
        [&] { return em.fit(start, problem.x).trace.front(); },
        [&] {
            double total = 0;
            for (int evaluation = 0; evaluation < 10; ++evaluation) {
                count.setZero(), first.setZero(), second.setZero();
                total = 0;
                for (const auto& block : blocks)
                    total += reference::expectation(block, input, log_weights, r, count, first, second);
            }
            return total;
        });
}

/// Baum–Welch through the driver, densities included; the reference makes forward-backward on given densities.
void chain(Guard& guard, Index K, double bound) {
    const HmmCase c{false, K, 16, 1, 0, 4000};
    const Problem problem = draw(c);
    const latent::HMM<latent::Categorical<>> start(problem.start.initial, problem.start.transition,
                                                   emission<latent::Categorical<>>(problem.start));
    Eigen::MatrixXd densities(K, c.T), alpha(K, c.T), gamma(K, c.T), pairs(K, K);
    for (Index t = 0; t < c.T; ++t)
        densities.col(t) = problem.start.emission.row(static_cast<Index>(problem.x(0, t))).transpose();
    double ignored = 0;
    const auto em = timed_em(1, 9, ignored);
    guard.check(
        "Baum–Welch × 10, K = " + std::to_string(K), bound,
        [&] { return em.fit(start, problem.x).trace.front(); },
        [&] {
            double total = 0;
            for (int evaluation = 0; evaluation < 10; ++evaluation)
                total = reference::forward_backward(problem.start.transition, problem.start.initial,
                                                    densities, alpha, gamma, pairs);
            return total;
        });
}

}  // namespace

int main() {
    Guard guard;
    std::printf("%-34s %10s %10s %8s %8s\n", "shortest times, µs", "latent", "Eigen", "ratio", "bound");
    density(guard, 2, 1.3);
    density(guard, 8, 1.2);
    density(guard, 32, 1.0);
    scatter(guard, 8, 1.0);
    scatter(guard, 32, 1.0);
    softmax(guard, 8, 1.1);
    mixture(guard, 8, 8, 1.2);
    chain(guard, 4, 1.0);
    chain(guard, 16, 1.6);
    return guard.good() ? 0 : 1;
}
