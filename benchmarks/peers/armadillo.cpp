// Armadillo's gmm_full and gmm_diag (Debian: libarmadillo-dev). Its threads are OpenMP's.
#include <armadillo>

#include "peers/peer.hpp"

namespace {

template <class Model>
class Armadillo {
  public:
    explicit Armadillo(const Problem& p)
        : x_(const_cast<double*>(p.x.data()), arma::uword(p.x.rows()), arma::uword(p.x.cols()), false, true),
          weights_(p.start.initial.data(), arma::uword(p.K())),
          means_(p.start.emission.data(), arma::uword(p.x.rows()), arma::uword(p.K())) {}

    void fit(int iterations) {
        set_start();
        if (!model_.learn(x_, means_.n_cols, arma::maha_dist, arma::keep_existing, 0, arma::uword(iterations),
                          0.0, false))
            throw std::runtime_error("Armadillo's learn failed");
    }
    double log_likelihood() const { return model_.avg_log_p(x_) * double(x_.n_cols); }

  private:
    void set_start() {
        const arma::uword d = means_.n_rows, K = means_.n_cols;
        if constexpr (std::is_same_v<Model, arma::gmm_full>) {
            arma::cube unit(d, d, K);
            unit.each_slice() = arma::eye(d, d);
            model_.set_params(means_, unit, weights_);
        } else {
            model_.set_params(means_, arma::ones(d, K), weights_);
        }
    }

    arma::mat x_;
    arma::rowvec weights_;
    arma::mat means_;
    Model model_;
};

}  // namespace

int main(int argc, char** argv) {
    return peer::main(argc, argv, [](const Problem& problem, double budget, int) {
        const auto measure = [&](auto library) { peer::report(library, budget); };
        problem.kind == "full" ? measure(Armadillo<arma::gmm_full>(problem))
                               : measure(Armadillo<arma::gmm_diag>(problem));
    });
}
