// Gamma and Bessel functions against values computed with 60 digits (mpmath 1.3).
#include "catch.hpp"
#include "latent/emission/special_functions.hpp"
#include "latent/emission/unit_gamma.hpp"

using namespace latent::detail;

namespace {

/// Within 1e-13 of the larger of the value and `scale`.
auto near(double value, double scale = 1) {
    return WithinAbs(value, 1e-13 * std::max(std::abs(value), scale));
}

struct GammaValues {
    double x, log_gamma, digamma, trigamma, log_minus_digamma;
};
constexpr GammaValues gamma_values[] = {
    {0.0009765625, 6.93090890241946189, -1024.575610429340622, 1.048577642589392153e+6, 1017.644138623741169},
    {0.125, 2.019418357553796345, -8.388492663295854868, 65.38813344498803447, 6.30905112161601894},
    {0.5, 0.5723649429247000871, -1.963510026021423479, 4.934802200544679309, 1.27036284546147817},
    {1.5, -0.1207822376352452223, 0.03648997397857652056, 0.9348022005446793094, 0.3689751341295878614},
    {2.75, 0.4752146669149371303, 0.8189010249754325923, 0.4375712576489307614, 0.1926998867030473329},
    {5, 3.17805383034794562, 1.506117668431800473, 0.2213229557371153254, 0.1033202440022999019},
    {9.875, 12.52118363918365432, 2.23851970759068735, 0.1065659300432811065, 0.05148660319649821617},
    {10, 12.80182748008146961, 2.251752589066721108, 0.1051663356816857461, 0.05083250392732457637},
    {25.5, 56.38916764371994674, 3.218942472883919767, 0.03999466964956292404, 0.01973597928046069568},
    {1000, 5905.220423209181212, 6.907255195648812052, 1.000500166666633333e-3, 5.00083333325000004e-4},
    {1048576, 1.348776794752331133e+7, 13.86294313436167219, 9.536747711537454468e-7,
     4.768372339943501477e-7},
    {1099511627776, 2.938542376364347401e+13, 27.72588722239735763, 9.094947017733418282e-13,
     4.547473508865330507e-13},
};

struct RisingValues {
    double a, x, log_rising;
};
constexpr RisingValues rising_values[] = {
    {0.0009765625, 3, 14.55755503981140831},
    {0.5, 0.5, -0.2257913526447274324},
    {0.5, 1000000, 1.350865808509776803e+7},
    {2.25, 7, 5.342016891545014528},
    {12, 1.5, 0.03040833568881483679},
    {1000, 1000, 385.9477458629464101},
    {1048576, 4, 5.72203953198499591e-6},
    {1048576, 1000000, 371955.3174676120177},
    {1099511627776, 3, 2.728484105316716762e-12},
    {3, 0, 0.0},
};

struct BesselValues {
    double x, scaled_i0, scaled_i1, ratio;
};
constexpr BesselValues bessel_values[] = {
    {0, 1.0, 0.0, 0.0},
    {1e-10, 0.9999999999, 4.999999999500000182e-11, 5.000000000000000182e-11},
    {0.0009765625, 0.999024152367851967, 4.878047037475153557e-4, 4.882811917923483384e-4},
    {0.5, 0.6450352704491500681, 0.1564208031848716971, 0.2424996125808019454},
    {1, 0.4657596075936404365, 0.2079104153497084489, 0.446389965896534507},
    {5, 0.1835408126093283531, 0.1639722669445423569, 0.8933831370440852216},
    {15, 0.1038995314488227214, 0.1003741750451666553, 0.9660695639865081248},
    {24.875, 0.08040012710492859652, 0.07876710431113148713, 0.9796888033315434436},
    {25, 0.08019677354743670842, 0.07857611331929277203, 0.9797914534905159312},
    {25.125, 0.07999495557986294547, 0.07838650268257646238, 0.9798930709364456798},
    {50, 0.05656162664745419253, 0.05599312389289539964, 0.9899489673784977526},
    {700, 0.01508129565153135759, 0.01507051944471684695, 0.9992854588184260933},
    {1000, 0.01261724045589125659, 0.01261093025692862947, 0.9994998748748042802},
    {1000000, 3.989423302692457788e-4, 3.989421307980307763e-4, 0.9999994999998749999},
    {1e300, 3.989422804014326675e-151, 3.989422804014326675e-151, 1.0},
};

struct BesselGaps {
    double x, gap, slope;
};
constexpr BesselGaps bessel_gaps[] = {
    {0, 1.0, 0.5},
    {0.5, 0.7575003874191980546, 0.4561947127365570722},
    {5.0, 0.1066168629559147784, 0.02318994303645219957},
    {24.875, 0.02031119666845655644, 0.0008253741210177009736},
    {25, 0.02020854650948406878, 0.0008170495273215195718},
    {25.125, 0.02010692906355432019, 0.0008088502894902656162},
    {50, 0.01005103262150224741, 0.000202062638676037423},
    {1000, 0.0005001251251957198011, 5.002503757832875597e-7},
    {1e6, 5.000001250001250002e-7, 5.000002500003750008e-13},
    {1e8, 5.000000012500000125e-9, 5.000000025000000375e-17},
    {1e15, 5.00000000000000125e-16, 5.0000000000000025e-31},
};

}  // namespace

TEST_CASE("gamma functions, below and above where their series begin") {
    for (const auto& v : gamma_values) {
        CAPTURE(v.x);
        CHECK_THAT(log_gamma(v.x), near(v.log_gamma));
        CHECK_THAT(digamma(v.x), near(v.digamma));
        CHECK_THAT(trigamma(v.x), WithinRel(v.trigamma, 1e-13));
        CHECK_THAT(log_minus_digamma(v.x), WithinRel(v.log_minus_digamma, 1e-13));
    }
}

TEST_CASE("ratios of gamma functions keep their digits where the functions are large") {
    for (const auto& v : rising_values) {
        CAPTURE(v.a, v.x);
        CHECK_THAT(log_rising(v.a, v.x), near(v.log_rising, v.x));
    }
    CHECK_THAT(
        log_rising(1048576, 4),
        WithinAbs(std::log1p(1 / 1048576.0) + std::log1p(2 / 1048576.0) + std::log1p(3 / 1048576.0), 1e-15));
}

TEST_CASE("scaled Bessel functions, below and above where the asymptotic series begins") {
    for (const auto& v : bessel_values) {
        CAPTURE(v.x);
        CHECK_THAT(scaled_bessel_i(0, v.x), WithinRel(v.scaled_i0, 1e-13));
        CHECK_THAT(scaled_bessel_i(1, v.x), WithinRel(v.scaled_i1, 1e-13));
        CHECK_THAT(bessel_ratio(v.x).ratio, WithinRel(v.ratio, 1e-13));
    }
}

TEST_CASE("what the ratio of Bessel functions leaves to one, and its slope") {
    for (const auto& v : bessel_gaps) {
        CAPTURE(v.x);
        CHECK_THAT(bessel_ratio(v.x).gap, WithinRel(v.gap, 1e-13));
        CHECK_THAT(bessel_ratio(v.x).slope, WithinRel(v.slope, 1e-11));
    }
}

TEST_CASE("a root is found from any start, outside of the interval, its nearer end") {
    int calls = 0;
    const auto cube = [&](double x) { return ++calls, Slope{x * x * x - 8, 3 * x * x}; };
    for (const double start : {1e-9, 1.9, 2.0, 70.0, 1e9, std::nan("")}) {
        calls = 0;
        CHECK_THAT(positive_root(cube, 1e-6, 1e6, start), WithinRel(2, 1e-15));
        CHECK(calls < 30);
    }
    CHECK(positive_root(cube, 3, 1e6, 5) == 3);
    CHECK(positive_root(cube, 1e-6, 1, 0.5) == 1);
    const auto flat = [](double x) {
        return Slope{std::atan(1e3 * (x - 2)), 1e3 / (1 + 1e6 * (x - 2) * (x - 2))};
    };
    CHECK_THAT(positive_root(flat, 1e-3, 1e3, 900), WithinRel(2, 1e-12));  // where Newton alone diverges
}

TEST_CASE("gamma shapes from the mean of y − 1 − log y") {
    const std::pair<double, double> excess_and_shape[] = {{0.0001220703125, 4096.166659884541229},
                                                          {0.125, 4.159378015168949472},
                                                          {1, 0.615556766479594379},
                                                          {8, 0.1013437530376327293},
                                                          {64, 0.01477948601218379802}};
    for (const auto& [excess, shape] : excess_and_shape)
        CHECK_THAT(unit_gamma_shape(excess, 1e-4, 1e8), WithinRel(shape, 1e-12));
    for (const double a : {1e-3, 1e6, 9e7})
        CHECK_THAT(unit_gamma_shape(log_minus_digamma(a), 1e-4, 1e8), WithinRel(a, 1e-12));
    for (const double none : {0.0, -1e-17, 1e-30, std::nan("")})
        CHECK(unit_gamma_shape(none, 1e-4, 1e8) == 1e8);
    CHECK(unit_gamma_shape(1e9, 1e-4, 1e8) == 1e-4);
    CHECK_THAT(unit_gamma_constant(3), WithinAbs(3 * std::log(3) - 3 - std::log(2), 1e-14));
}

TEST_CASE("gamma draws of mean one") {
    latent::Random random(3);
    for (const double a : {0.05, 0.7, 1.0, 6.0, 1e6}) {
        constexpr int n = 20'000;
        double sum = 0, squares = 0;
        for (int i = 0; i < n; ++i) {
            const double y = draw_unit_gamma(a, random) - 1;
            sum += y, squares += y * y;
        }
        const double variance_error = std::sqrt((2 + 6 / a) / n);  // relative; 6 / a is the excess kurtosis
        CHECK_THAT(sum / n, WithinAbs(0, 5 / std::sqrt(a * n)));
        CHECK_THAT(squares / n, WithinRel(1 / a, 5 * variance_error));
    }
}
