// fit_hmm with families and a last state of noise.
#include "../support/noisy_products.hpp"
#include "answer.hpp"

HmmAnswer fit_beside_noise(HmmRequest& request) { return fit_hmm<Noisy>(request); }
