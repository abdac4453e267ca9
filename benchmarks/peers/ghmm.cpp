// GHMM 0.9 (Debian: libghmm-dev), the C library that hidden Markov models are compared with.
//
// Its categorical models make the same EM as ours. Its multivariate Gaussians are another algorithm:
// covariances are whole matrices, taken around the means from before the update, no entry smaller than 1e-4;
// their log-likelihood is ours at the start parameters only.
#include <ghmm/model.h>
#include <ghmm/reestimate.h>
#include <ghmm/sfoba.h>
#include <ghmm/smodel.h>
#include <ghmm/sreestimate.h>
#include <ghmm/sviterbi.h>
#include <ghmm/viterbi.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>

#include "peers/peer.hpp"

// Debian's library calls ATLAS's LAPACK but is linked with another: here is what it needs of it, for its
// symmetric positive definite matrices. `used`, for only the library calls them.
extern "C" {
[[gnu::used]] int clapack_dgetrf(int, int, int n, double* a, int, int* pivots) {
    Eigen::Map<Eigen::MatrixXd> lu(a, n, n);
    for (int k = 0; k < n; ++k) {
        const int left = n - k - 1;
        pivots[k] = k;
        lu.col(k).tail(left) /= lu(k, k);
        lu.bottomRightCorner(left, left) -= lu.col(k).tail(left) * lu.row(k).tail(left);
    }
    return 0;
}
[[gnu::used]] int clapack_dgetri(int, int n, double* a, int, const int*) {
    Eigen::Map<Eigen::MatrixXd> lu(a, n, n);
    Eigen::MatrixXd inverse = Eigen::MatrixXd::Identity(n, n);
    lu.triangularView<Eigen::UnitLower>().solveInPlace(inverse);
    lu.triangularView<Eigen::Upper>().solveInPlace(inverse);
    lu = inverse;
    return 0;
}
/// For drawing samples, which no one does here.
[[gnu::used]] int clapack_dpotrf(int, int, int, double*, int) { return -1; }
}

namespace {

struct Free {
    void operator()(ghmm_dmodel* model) const { ghmm_dmodel_free(&model); }
    void operator()(ghmm_cmodel* model) const { ghmm_cmodel_free(&model); }
    void operator()(int* path) const { std::free(path); }
};

/// GHMM answers -1 where it fails; what it says of it goes to stderr.
inline void check(bool good) {
    if (!good) throw std::runtime_error("GHMM failed");
}

/// Transitions of state i, which GHMM keeps twice: to every state and from every state.
template <class State>
void connect(State& state, const Parameters& p, latent::Index i, double* out, double* in) {
    const auto K = static_cast<int>(p.initial.size());
    state.pi = p.initial(i);
    state.out_states = state.in_states = K;
    for (int j = 0; j < K; ++j) {
        state.out_id[j] = state.in_id[j] = j;
        out[j] = p.transition(i, j);
        in[j] = p.transition(j, i);
    }
}

/// Sequences in memory of ours: GHMM reads them and must not free them.
template <class Sequences, class Symbol>
struct Data {
    std::vector<Symbol> symbols;
    std::vector<Symbol*> begins;
    std::vector<int> lengths;  ///< in numbers, not in observations
    std::vector<double> weights;
    Sequences view{};

    explicit Data(const Problem& problem)
        : symbols(problem.x.reshaped().begin(), problem.x.reshaped().end()),
          weights(problem.lengths.size(), 1.0) {
        Symbol* begin = symbols.data();
        for (const latent::Index length : problem.lengths) {
            begins.push_back(begin);
            lengths.push_back(static_cast<int>(length * problem.x.rows()));
            begin += lengths.back();
        }
        view.seq = begins.data();
        view.seq_len = lengths.data();
        view.seq_w = weights.data();
        view.seq_number = static_cast<long>(begins.size());
        if constexpr (requires { view.dim; }) view.dim = static_cast<int>(problem.x.rows());
    }
    Data(const Data&) = delete;
    Data& operator=(const Data&) = delete;

    /// Log-probability of the best paths: decode(sequence, its length, log_p) returns one.
    template <class Decode>
    double best_paths(const Decode& decode) const {
        double sum = 0, log_p = 0;
        for (std::size_t k = 0; k < begins.size(); ++k) {
            const std::unique_ptr<int, Free> path(decode(begins[k], lengths[k], &log_p));
            check(path != nullptr);
            sum += log_p;
        }
        return sum;
    }
};

class Categorical {
  public:
    explicit Categorical(const Problem& problem) : data_(problem), start_(problem.start) {}

    void fit(int iterations) {
        restart();
        iterate(iterations);
    }

    double log_likelihood() { return ghmm_dmodel_likelihood(model_.get(), &data_.view); }

    /// Log-probability of the best paths.
    double viterbi() {
        int states = 0;
        return data_.best_paths([&](int* o, int length, double* log_p) {
            return ghmm_dmodel_viterbi(model_.get(), o, length, &states, log_p);
        });
    }

  private:
    void restart() {
        const Parameters& p = start_;
        const auto K = static_cast<int>(p.initial.size()), M = static_cast<int>(p.emission.rows());
        std::vector<int> degrees(static_cast<std::size_t>(K), K);
        model_.reset(ghmm_dmodel_calloc(M, K, GHMM_kDiscreteHMM, degrees.data(), degrees.data()));
        check(model_ != nullptr);
        for (int i = 0; i < K; ++i) {
            ghmm_dstate& state = model_->s[i];
            connect(state, p, i, state.out_a, state.in_a);
            Eigen::VectorXd::Map(state.b, M) = p.emission.col(i);
        }
    }

    /// So many iterations (while the log-likelihood grows), then the log-likelihood once more.
    void iterate(int iterations) {
        check(ghmm_dmodel_baum_welch_nstep(model_.get(), &data_.view, iterations, 0.0) == 0);
    }

    Data<ghmm_dseq, int> data_;
    const Parameters& start_;
    std::unique_ptr<ghmm_dmodel, Free> model_;
};

class Gaussian {
  public:
    explicit Gaussian(const Problem& problem) : data_(problem), start_(problem.start) {}

    void fit(int iterations) {
        restart();
        iterate(iterations);
    }

    double log_likelihood() {
        double log_p = 0;
        check(ghmm_cmodel_likelihood(model_.get(), &data_.view, &log_p) == data_.view.seq_number);
        return log_p;
    }

    /// Log-probability of the best paths.
    double viterbi() {
        return data_.best_paths([&](double* o, int length, double* log_p) {
            return ghmm_cmodel_viterbi(model_.get(), o, length, log_p);
        });
    }

  private:
    void restart() {
        const Parameters& p = start_;
        const auto K = static_cast<int>(p.initial.size()), d = static_cast<int>(p.emission.rows());
        model_.reset(ghmm_cmodel_calloc(K, GHMM_kContinuousHMM | GHMM_kMultivariate));
        check(model_ != nullptr);
        model_->M = model_->cos = 1;
        model_->dim = d;
        for (int i = 0; i < K; ++i) {
            ghmm_cstate& state = model_->s[i];
            check(ghmm_cstate_alloc(&state, 1, K, K, 1) == 0);
            connect(state, p, i, state.out_a[0], state.in_a[0]);
            state.M = 1;
            state.c[0] = 1;
            ghmm_c_emission& e = state.e[0];
            e.type = multinormal;  // before the allocation, which depends on it
            e.dimension = d;
            check(ghmm_c_emission_alloc(&e, d) == 0);
            const Eigen::VectorXd variances = p.variances.col(i);
            Eigen::VectorXd::Map(e.mean.vec, d) = p.emission.col(i);
            Eigen::MatrixXd::Map(e.variance.mat, d, d) = variances.asDiagonal();
            Eigen::MatrixXd::Map(e.sigmainv, d, d) = variances.cwiseInverse().asDiagonal();
            e.det = variances.prod();
        }
    }

    /// One call an iteration: within a call GHMM stops where the log-likelihood gains less than 1e-4 of it.
    void iterate(int iterations) {
        double log_p = 0;
        ghmm_cmodel_baum_welch_context context{model_.get(), &data_.view, &log_p, 0.0, 1};
        for (int n = 0; n < iterations; ++n) check(ghmm_cmodel_baum_welch(&context) == 0);
    }

    Data<ghmm_cseq, double> data_;
    const Parameters& start_;
    std::unique_ptr<ghmm_cmodel, Free> model_;
};

}  // namespace

int main(int argc, char** argv) {
    return peer::main(argc, argv, [](const Problem& problem, double budget, int) {
        const auto measure = [&](auto library, bool decode) {
            peer::report(library, budget);
            peer::report("score", budget, [&] { library.log_likelihood(); });
            if (decode) peer::report("viterbi", budget, [&] { library.viterbi(); });
        };
        if (problem.kind == "gaussian")
            measure(Gaussian(problem), problem.K() <= 16);  // beyond, a minute
        else
            measure(Categorical(problem), true);
    });
}
