// expect: latent: the emission's check is not check\(x\) const, with const Observations<Scalar>& x
#include "latent/check/check_emission.hpp"
#include "least_emission.hpp"

struct Least : LeastEmission {
#ifdef LATENT_COMPILE_FAIL_CONTROL
    void check(const latent::Observations<double>& x) const;
#else
    void check(const Table& x) const;  // as log_density's
#endif
};

int main() {
    const std::vector<double> numbers{1, 2, 3};
    return latent::check_emission(Least{}, std::span(numbers)).ok() ? 0 : 1;
}
