// expect: latent: a member that Statistics::fields\(\) names cannot be added
#include <optional>

#include "latent/fit.hpp"
#include "least_model.hpp"

struct Named {
    double count = 0;
#ifdef LATENT_COMPILE_FAIL_CONTROL
    double sum = 0;
#else
    std::optional<double> sum = 0;
#endif
    static constexpr auto fields() { return std::tuple{&Named::count, &Named::sum}; }
};

struct Mean : LeastModel {
    using Statistics = Named;
    Statistics zero_statistics() const { return {}; }
    void accumulate(double, const Posterior&, Statistics& s) const { s.count += 1; }
    void maximize(const Statistics& s) { mean = 1 / s.count; }
    double expected_log_joint(const Statistics& s) const { return s.count * mean; }
};

int main() { latent::fit(Mean{}, numbers); }
