// expect: latent: Regression needs an emission that is Conditionable, such as Gaussian
#include "latent/emission/poisson.hpp"
#include "latent/model/conditional.hpp"

#ifdef LATENT_COMPILE_FAIL_CONTROL
using Emission = latent::Gaussian<>;
#else
using Emission = latent::Poisson<>;
#endif

int main() { latent::conditional(latent::Mixture<Emission>(2, 2), {0}, Eigen::VectorXd::Ones(1)); }
