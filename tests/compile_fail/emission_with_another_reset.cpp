// expect: latent: the emission's reset is not reset\(s\) const, with Statistics& s
#include "latent/check/check_emission.hpp"
#include "least_emission.hpp"

struct Least : LeastEmission {
#ifdef LATENT_COMPILE_FAIL_CONTROL
    void reset(Statistics& s) const { s = {}; }
#else
    void reset(Statistics& s) { s = {}; }
#endif
};

int main() {
    const std::vector<double> numbers{1, 2, 3};
    return latent::check_emission(Least{}, std::span(numbers)).ok() ? 0 : 1;
}
