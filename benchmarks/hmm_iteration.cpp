// Time of a Baum–Welch iteration, of a log-likelihood and of a Viterbi path, beside GHMM (where it was found when this
// was configured) and hmmlearn (where python3, or the Python that LATENT_PYTHON names, can import it): from the same
// start, in one run.
//
// Milliseconds, the shortest of several. `ratio`: the faster peer's time by ours on one thread. `prototype`: our speed
// as a share of the kernels' prototype, both scaled by the machine's matrix product. The log-likelihoods after three
// iterations are compared; GHMM's Gaussian is another algorithm, see support/ghmm_peer.hpp.
#include <cstdio>
#include <limits>
#include <optional>

#include "latent/emission/categorical.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/execution/threads.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "support/dgemm.hpp"
#include "support/ghmm_peer.hpp"
#include "support/hmm_cases.hpp"
#include "support/hmmlearn_peer.hpp"

namespace {

using latent::Index;
using Diagonal = latent::Gaussian<latent::Diagonal>;

constexpr int compared = 3;  // iterations after which log-likelihoods are compared

/// Seconds; NaN where a peer is missing.
struct Times {
    double iteration = std::numeric_limits<double>::quiet_NaN(), score = iteration, viterbi = iteration;
    double log_likelihood = iteration;  ///< after the compared iterations
};

latent::HMM<latent::Categorical<>> model(const HmmParameters& p, std::type_identity<latent::Categorical<>>) {
    return {p.initial, p.transition, latent::Categorical<>(p.emission)};
}
latent::HMM<Diagonal> model(const HmmParameters& p, std::type_identity<Diagonal>) {
    std::vector<Eigen::MatrixXd> covariances;
    for (Index k = 0; k < p.variances.cols(); ++k) covariances.emplace_back(p.variances.col(k).asDiagonal());
    return {p.initial, p.transition, Diagonal(p.emission, covariances)};
}

/// Keeps the shortest iteration.
struct Watch {
    double* shortest;

    template <class Model>
    void operator()(const latent::Progress& p, const Model&) const {
        if (p.iteration > 0) *shortest = std::min(*shortest, p.step_seconds);
    }
};

template <class Emission>
Times ours(const HmmProblem& problem, Index workers) {
    const latent::Sequences<double> x(latent::Observations<double>(problem.x), problem.lengths);
    const auto start = model(problem.start, std::type_identity<Emission>());
    Times times;
    times.iteration = std::numeric_limits<double>::infinity();
    const latent::ExpectationMaximization<latent::Batch<>, latent::MaximumLikelihood<latent::NoRemedy>,
                                          latent::Threads, latent::Plain, latent::Aitken, Watch>
        em{{}, {}, {workers}, {}, {.tolerance = 0}, {.iterations = compared}, {&times.iteration}};
    for (int run = 0; run < 5; ++run) times.log_likelihood = em.fit(start, x).log_likelihood;
    times.score = shortest(5, [&] { start.score(x); });
    times.viterbi = shortest(5, [&] { start.viterbi(x); });
    return times;
}

Times of_ghmm([[maybe_unused]] const HmmCase& c, [[maybe_unused]] const HmmProblem& problem) {
    Times times;
#ifdef LATENT_HAS_GHMM
    const auto measure = [&](auto peer) {
        const int runs = c.K > 16 ? 1 : 3;
        times.iteration = ghmm::iteration_seconds(peer, problem, runs, 1);
        peer.restart(problem.start);
        times.score = shortest(runs, [&] { peer.log_likelihood(); });
        if (!(c.gaussian && c.K > 16)) times.viterbi = shortest(runs, [&] { peer.viterbi(); });
        if (!c.gaussian) {
            peer.iterate(compared);
            times.log_likelihood = peer.log_likelihood();
        }
    };
    if (c.gaussian) {
        measure(ghmm::Gaussian(problem));
    } else {
        measure(ghmm::Categorical(problem));
    }
#endif
    return times;
}

Times of_hmmlearn(const HmmCase& c, const HmmProblem& problem, bool available) {
    if (available)
        if (const auto t = hmmlearn::run(c, problem, compared))
            return {t->iteration, t->score, t->viterbi, t->log_likelihood};
    return {};
}

void print_row(const std::string& what, double one, double two, double ghmm, double learn, double prototype) {
    std::printf("  %-22s", what.c_str());
    for (const double seconds : {one, two, ghmm, learn})
        std::isnan(seconds) ? std::printf("%10s", "-") : std::printf("%10.2f", 1e3 * seconds);
    std::printf("%8.1f", std::fmin(ghmm, learn) / one);
    prototype > 0 ? std::printf("%11.2f\n", prototype / one) : std::printf("%11s\n", "");
}

template <class Emission>
void compare(const HmmCase& c, double gflops, bool with_hmmlearn) {
    const HmmProblem problem(c);
    const Times one = ours<Emission>(problem, 1), two = ours<Emission>(problem, 2);
    const Times ghmm = of_ghmm(c, problem), learn = of_hmmlearn(c, problem, with_hmmlearn);
    std::printf("%s\n", c.name().c_str());
    print_row("Baum–Welch iteration", one.iteration, two.iteration, ghmm.iteration, learn.iteration,
              1e-3 * c.prototype * 100 / gflops);
    const double unknown = std::numeric_limits<double>::quiet_NaN();
    print_row("log-likelihood", one.score, unknown, ghmm.score, learn.score, 0);
    print_row("Viterbi", one.viterbi, unknown, ghmm.viterbi, learn.viterbi, 0);
    std::printf("  %-22s%10.4f, GHMM %+.0e, hmmlearn %+.0e\n", "after 3 iterations", one.log_likelihood,
                ghmm.log_likelihood / one.log_likelihood - 1, learn.log_likelihood / one.log_likelihood - 1);
    std::fflush(stdout);
}

}  // namespace

/// Arguments: the largest number of states to time (all where there is none).
int main(int argc, char** argv) {
    const Index most = argc > 1 ? std::atol(argv[1]) : 64;
    const double gflops = dgemm();
    const bool with_hmmlearn = hmmlearn::available();
    std::printf("dgemm: %.1f GFLOP/s on one thread%s\n", gflops, with_hmmlearn ? "" : "; no hmmlearn");
    std::printf("%-24s%10s%10s%10s%10s%8s%11s\n", "T = 100 000, ms", "1 thread", "2 threads", "GHMM",
                "hmmlearn", "ratio", "prototype");
    for (const HmmCase& c : hmm_cases)
        if (c.K <= most)
            c.gaussian ? compare<Diagonal>(c, gflops, with_hmmlearn)
                       : compare<latent::Categorical<>>(c, gflops, with_hmmlearn);
}
