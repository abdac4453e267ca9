// expect: latent: the model's reset is not reset\(s\) const, with Statistics& s
#include "latent/fit.hpp"
#include "least_model.hpp"

struct Mean : LeastModel {
#ifdef LATENT_COMPILE_FAIL_CONTROL
    void reset(Statistics& s) const { s = {}; }
#else
    void reset(Statistics&& s) const { s = {}; }
#endif
};

int main() { latent::fit(Mean{}, numbers); }
