// The part of latent::compiled that holds families of emission/.
#define LATENT_COMPILING_EMISSION
#include "latent/emission/categorical.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/emission/student_t.hpp"
