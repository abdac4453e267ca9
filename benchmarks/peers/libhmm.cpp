// libhmm 4 (github.com/OldCrow/libhmm, C++20), whose hidden Markov models work on logarithms throughout.
//
// Its class for a log-likelihood makes the backward pass as well: there is no call for the forward one alone.
#include <libhmm/libhmm.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "peers/peer.hpp"

namespace {

using Gaussians = libhmm::ObservationVectorView;  ///< what an observation is to a model of several dimensions

libhmm::Vector vector(const Eigen::VectorXd& values) {
    libhmm::Vector copy(static_cast<std::size_t>(values.size()));
    for (std::size_t i = 0; i < copy.size(); ++i) copy(i) = values(static_cast<latent::Index>(i));
    return copy;
}

libhmm::Matrix matrix(const Eigen::Ref<const Eigen::MatrixXd>& values) {
    libhmm::Matrix copy(static_cast<std::size_t>(values.rows()), static_cast<std::size_t>(values.cols()));
    for (latent::Index i = 0; i < values.rows(); ++i)
        for (latent::Index j = 0; j < values.cols(); ++j)
            copy(static_cast<std::size_t>(i), static_cast<std::size_t>(j)) = values(i, j);
    return copy;
}

auto emission(const Parameters& p, latent::Index k, std::in_place_type_t<double>) {
    auto symbols = std::make_unique<libhmm::DiscreteDistribution>(static_cast<int>(p.emission.rows()));
    for (latent::Index m = 0; m < p.emission.rows(); ++m)
        symbols->setProbability(static_cast<double>(m), p.emission(m, k));
    return symbols;
}

auto emission(const Parameters& p, latent::Index k, std::in_place_type_t<Gaussians>) {
    const auto mean = p.emission.col(k), variance = p.variances.col(k);
    auto density =
        std::make_unique<libhmm::DiagonalGaussianDistribution>(static_cast<std::size_t>(mean.size()));
    density->setParameters({mean.begin(), mean.end()}, {variance.begin(), variance.end()});
    return density;
}

/// A sequence as libhmm wants it: symbols, or a row an observation.
auto sequence(const Eigen::Ref<const Eigen::MatrixXd>& x, std::in_place_type_t<double>) {
    return vector(x.row(0).transpose());
}
auto sequence(const Eigen::Ref<const Eigen::MatrixXd>& x, std::in_place_type_t<Gaussians>) {
    return matrix(x.transpose());
}

template <class Observation>
class LibHmm {
  public:
    explicit LibHmm(const Problem& problem) : start_(problem.start), model_(started()) {
        latent::Index begin = 0;
        for (const latent::Index length : problem.lengths) {
            sequences_.push_back(sequence(problem.x.middleCols(begin, length), kind));
            begin += length;
        }
    }

    void fit(int iterations) {
        model_ = started();
        libhmm::BasicBaumWelchTrainer<Observation> trainer(model_, sequences_);
        for (int n = 0; n < iterations; ++n) trainer.train();
    }

    double log_likelihood() const { return sum<libhmm::BasicForwardBackwardCalculator<Observation>>(); }

    /// Log-probability of the best paths.
    double viterbi() const { return sum<libhmm::BasicViterbiCalculator<Observation>>(); }

  private:
    static constexpr std::in_place_type_t<Observation> kind{};

    libhmm::BasicHmm<Observation> started() const {
        libhmm::BasicHmm<Observation> model(static_cast<std::size_t>(start_.initial.size()));
        model.setPi(vector(start_.initial));
        model.setTrans(matrix(start_.transition));
        for (latent::Index k = 0; k < start_.initial.size(); ++k)
            model.setDistribution(static_cast<std::size_t>(k), emission(start_, k, kind));
        return model;
    }

    /// What the passes of a calculator come to, which it makes when it is constructed.
    template <class Calculator>
    double sum() const {
        double log_p = 0;
        for (const auto& each : sequences_) log_p += Calculator(model_, each).getLogProbability();
        return log_p;
    }

    const Parameters& start_;
    libhmm::BasicHmm<Observation> model_;
    typename libhmm::ObsSeqTraits<Observation>::ListType sequences_;
};

}  // namespace

int main(int argc, char** argv) {
    return peer::main(argc, argv, [](const Problem& problem, double budget, int) {
        const auto measure = [&](auto library) {
            peer::report(library, budget);
            peer::report("score", budget, [&] { library.log_likelihood(); });
            peer::report("viterbi", budget, [&] { library.viterbi(); });
        };
        problem.kind == "gaussian" ? measure(LibHmm<Gaussians>(problem)) : measure(LibHmm<double>(problem));
    });
}
