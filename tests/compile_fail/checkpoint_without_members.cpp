// expect: latent: a checkpoint needs a model that names all of its members, see Archivable
#include "latent/checkpoint/checkpoint.hpp"
#include "latent/expectation_maximization.hpp"
#include "least_model.hpp"

int main() {
    using namespace latent;
    ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Plain, Aitken, Silent, Checkpoint>{}
        .fit(Model{}, numbers);
}
