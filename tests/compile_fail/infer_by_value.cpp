// expect: latent: the model's infer\(x, q\) must take the posterior by reference
#include "latent/fit.hpp"
#include "least_model.hpp"

struct Guess {
    double mean = 0;
};

struct Mean : LeastModel {
    using Posterior = Guess;
#ifdef LATENT_COMPILE_FAIL_CONTROL
    double infer(double x, Guess& q) const {
#else
    double infer(double x, Guess q) const {
#endif
        q.mean = mean;
    return -(x - mean) * (x - mean);
} void accumulate(double x, const Guess& q, Statistics& s) const {
    s.count += 1, s.sum += x - q.mean;
}
}
;

int main() { latent::fit(Mean{}, numbers); }
