// VLFeat's mixtures of diagonal Gaussians (Debian: libvlfeat-dev). It drops responsibilities below 1e-2/K: not EM
// to the last digit.
extern "C" {
#include <vl/gmm.h>
}

#include <memory>

#include "peers/peer.hpp"

namespace {

class VlFeat {
  public:
    explicit VlFeat(const Problem& p) : p_(p) {}

    void fit(int iterations) {
        model_.reset(vl_gmm_new(VL_TYPE_DOUBLE, vl_size(p_.x.rows()), vl_size(p_.K())));
        vl_gmm_set_means(model_.get(), p_.start.emission.data());
        vl_gmm_set_covariances(model_.get(), p_.start.variances.data());
        vl_gmm_set_priors(model_.get(), p_.start.initial.data());
        vl_gmm_set_initialization(model_.get(), VlGMMCustom);
        vl_gmm_set_max_num_iterations(model_.get(), vl_size(iterations));
        log_likelihood_ = vl_gmm_em(model_.get(), p_.x.data(), vl_size(p_.x.cols()));
    }
    double log_likelihood() const { return log_likelihood_; }

  private:
    struct Delete {
        void operator()(VlGMM* model) const { vl_gmm_delete(model); }
    };
    const Problem& p_;
    std::unique_ptr<VlGMM, Delete> model_;
    double log_likelihood_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    return peer::main(argc, argv, [](const Problem& problem, double budget, int threads) {
        vl_set_num_threads(vl_size(threads));
        VlFeat library(problem);
        peer::report(library, budget);
    });
}
