// expect: latent: what is saved names its parameters, static constexpr auto saved\(\): see Savable
#include "latent/save/save.hpp"

struct Rate {
#if defined(LATENT_COMPILE_FAIL_CONTROL)
    static constexpr auto saved() { return std::tuple{latent::named("value", &Rate::value)}; }
#endif
    double value = 1;
};

int main() { latent::save("rate.latent", Rate{}); }
