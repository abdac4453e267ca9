// expect: latent: the model's Statistics do not name their members
#include "latent/fit.hpp"
#include "least_model.hpp"

struct Unnamed {
    double count = 0, sum = 0;
#ifdef LATENT_COMPILE_FAIL_CONTROL
    static constexpr auto fields() { return std::tuple{&Unnamed::count, &Unnamed::sum}; }
#endif
};

struct Mean : LeastModel {
    using Statistics = Unnamed;
    Statistics zero_statistics() const { return {}; }
    void accumulate(double x, const Posterior&, Statistics& s) const { s.count += 1, s.sum += x; }
    void maximize(const Statistics& s) { mean = s.sum / s.count; }
    double expected_log_joint(const Statistics& s) const {
        return mean * s.sum - 0.5 * s.count * mean * mean;
    }
};

int main() { latent::fit(Mean{}, numbers); }
