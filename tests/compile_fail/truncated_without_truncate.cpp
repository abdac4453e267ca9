// expect: latent: Truncated needs M::truncate\(x, q, threshold\)
#include "latent/estep/truncated.hpp"
#include "latent/expectation_maximization.hpp"
#include "least_model.hpp"

int main() {
    using namespace latent;
    ExpectationMaximization<Batch<Truncated>>{}.fit(Model{}, numbers);
}
