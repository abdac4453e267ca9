// expect: latent: the observer cannot be called with \(const Progress&, const Model&\)
#include "latent/expectation_maximization.hpp"
#include "least_model.hpp"

struct Watcher {
#ifdef LATENT_COMPILE_FAIL_CONTROL
    void operator()(const latent::Progress&, const Model&) const {}
#else
    void operator()(int, double) const {}
#endif
};

int main() {
    using namespace latent;
    ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Plain, Aitken, Watcher>{}.fit(Model{},
                                                                                                    numbers);
}
