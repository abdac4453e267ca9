// latent itself, measured as its peers are.
#include "peers/peer.hpp"
#include "support/models.hpp"

namespace {

template <class Model, class Data>
class Latent {
  public:
    Latent(const Model& start, const Data& x, latent::Index workers)
        : x_(x), start_(start), fitted_(start), workers_(workers) {}

    void fit(int iterations) {
        double ignored = 0;
        fitted_ = timed_em(workers_, iterations, ignored).fit(start_, x_).model;
    }
    double log_likelihood() const { return fitted_.score(x_); }

  private:
    const Data& x_;
    Model start_, fitted_;
    latent::Index workers_;
};

}  // namespace

int main(int argc, char** argv) {
    return peer::main(argc, argv, [](const Problem& problem, double budget, int threads) {
        with_model(problem, [&](const auto& start, const auto& x) {
            Latent library(start, x, threads);
            peer::report(library, budget);
            if constexpr (requires { start.viterbi(x); }) {
                peer::report("score", budget, [&] { start.score(x); });
                peer::report("viterbi", budget, [&] { start.viterbi(x); });
            }
        });
    });
}
