// Expected numbers of moves, against plain loops in long double.
#include "latent/kernel/pair_products.hpp"

#include "catch.hpp"
#include "every_width.hpp"
#include "naive.hpp"

using latent::Index;
using namespace latent::detail;
using naive::Real;

TEST_CASE("products of what leaves and what enters a state are summed over steps", "[kernel]") {
    IN_REGISTERS_OF_EVERY_WIDTH();
    for (const Index K : {1, 4, 6, 7, 13, 64})
        for (const Index n : {0, 1, 15, 16, 17, 200}) {
            CAPTURE(K, n);
            const Eigen::MatrixXd leaving = naive::observations<double>(K, n + 1, 0, 2),
                                  entering = naive::observations<double>(K, n + 1, 0, 3);
            StateRows left, entered, sum;
            left.resize(n + 1, K);
            entered.resize(n + 1, K);
            sum.resize(padded_states(K), K);
            for (Index t = 0; t <= n; ++t) {
                left.fill(t, [&](Index k) { return leaving(k, t); });
                entered.fill(t, [&](Index k) { return entering(k, t); });
            }
            for (Index i = 0; i < K; ++i) sum.fill(i, [](Index) { return 0.25; });
            with_registers<state_bytes>(
                [&](auto bytes) { add_pair_products<bytes()>(left, entered, n, sum); });
            double worst = 0;
            for (Index i = 0; i < K; ++i)
                for (Index j = 0; j < K; ++j) {
                    Real expected = 0.25;  // row 0 is no move's
                    for (Index t = 1; t <= n; ++t) expected += Real(leaving(i, t)) * entering(j, t);
                    worst = std::max(worst, std::abs(sum[i][j] - double(expected)));
                }
            CHECK(worst < 1e-12);
        }
}
