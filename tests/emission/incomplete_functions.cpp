// Incomplete gamma and beta functions against values computed with 60 digits (mpmath 1.3).
#include "latent/emission/incomplete_functions.hpp"

#include "catch.hpp"

using namespace latent::detail;

namespace {

struct GammaValues {
    double a, x, lower, upper;
};
constexpr GammaValues gamma_values[] = {
    {0.5, 0.125, 0.3829249225480262073, 0.6170750774519737927},
    {0.5, 3.0, 0.9856941215645703605, 0.01430587843542963953},
    {1.0, 1.0, 0.6321205588285576784, 0.3678794411714423216},
    {1.0, 700.0, 1.0, 9.859676543759770857e-305},
    {2.5, 40.0, 0.9999999999999991608, 8.391825114831610089e-16},
    {3.0, 0.0010000000000000000208, 1.665417166527807638e-10, 0.9999999998334582833},
    {10.0, 3.0, 0.001102488130115479742, 0.9988975118698845203},
    {10.0, 10.0, 0.5420702855281477917, 0.4579297144718522083},
    {10.0, 11.5, 0.7112054604513287364, 0.2887945395486712636},
    {10.0, 40.0, 0.9999999960740677737, 3.925932226286188195e-9},
    {100.0, 50.0, 3.200065324585125294e-10, 0.9999999996799934675},
    {100.0, 100.0, 0.5132987982791486649, 0.4867012017208513351},
    {100.0, 180.0, 0.9999999999705170544, 2.948294557648284517e-11},
    {10000.0, 9500.0, 1.862454651795155086e-7, 0.9999998137545348205},
    {10000.0, 10000.0, 0.5013298083399552004, 0.4986701916600447996},
    {10000.0, 10700.0, 0.9999999999962118931, 3.788106865259077762e-12},
    {1000000.0, 1000000.0, 0.5001329807608725912, 0.4998670192391274088},
    {1000000.0, 995000.0, 2.749580359270070754e-7, 0.999999725041964073},
    {1000000.0, 1004000.0, 0.9999676545526865223, 0.00003234544731347768032},
};

struct BetaValues {
    double a, b, x, lower, upper;
};
constexpr BetaValues beta_values[] = {
    {0.5, 0.5, 0.25, 0.3333333333333333333, 0.6666666666666666667},
    {0.5, 0.5, 0.75, 0.6666666666666666667, 0.3333333333333333333},
    {1.0, 3.0, 0.125, 0.330078125, 0.669921875},
    {3.0, 1.0, 0.5, 0.125, 0.875},
    {2.5, 0.5, 0.0009765625, 1.012232993909075101e-8, 0.9999999898776700609},
    {2.5, 0.5, 0.9375, 0.5887244480896832164, 0.4112755519103167836},
    {0.0010000000000000000208, 2.0, 0.25, 0.9993636271006046956, 0.0006363728993953044467},
    {5.0, 20.0, 0.5, 0.999228060245513916, 0.0007719397544860839844},
    {5.0, 20.0, 0.03125, 0.0007700346096659443268, 0.9992299653903340557},
    {50.0, 40.0, 0.25, 3.758966713239473371e-10, 0.9999999996241033287},
    {50.0, 40.0, 0.5, 0.1445480403480301447, 0.8554519596519698553},
    {50.0, 40.0, 0.875, 0.9999999999999566227, 4.337730793212696604e-14},
    {1000.0, 1000.0, 0.5, 0.5, 0.5},
    {1000.0, 1000.0, 0.46875, 0.002575221553587426289, 0.9974247784464125737},
    {500000.0, 0.5, 0.99999000000000004551, 0.001565364006598188907, 0.9984346359934018111},
    {500000.0, 0.5, 0.99999950000000004113, 0.4795001771289205354, 0.5204998228710794646},
    {10000.0, 300.0, 0.96875, 0.1018584399514893872, 0.8981415600485106128},
    {0.0625, 1000.0, 1.0000000000000000364e-10, 0.3773986644338537094, 0.6226013355661462906},
    {12.0, 100000.0, 0.000244140625, 0.9980143496642994167, 0.00198565033570058331},
};

/// The smaller tail to `precision`, relative, and the other to its rounding; where a is far below 1, the upper one to the
/// rounding of 1, which it is taken off.
void check(const Tails& tails, double a, double lower, double upper, double precision) {
    const double rounding = a < 0.01 ? 1e-14 : 0;
    CAPTURE(tails.lower / lower - 1, tails.upper / upper - 1);
    CHECK_THAT(tails.lower, WithinAbs(lower, precision * (lower < 0.6 ? lower : 1)));
    CHECK_THAT(tails.upper, WithinAbs(upper, precision * (upper < 0.6 ? upper : 1) + rounding));
}

}  // namespace

TEST_CASE("the incomplete gamma function, in both tails") {
    for (const auto& [a, x, lower, upper] : gamma_values) {
        CAPTURE(a, x);
        check(incomplete_gamma(a, x), a, lower, upper, 1e-12);
    }
    CHECK_THAT(incomplete_gamma(0.0009765625, 0.5).upper, WithinAbs(0.0005469333936690030355, 1e-14));
}

TEST_CASE("the incomplete beta function, in both tails") {
    for (const auto& [a, b, x, lower, upper] : beta_values) {
        CAPTURE(a, b, x);
        check(incomplete_beta(a, b, x, 1 - x), a, lower, upper, 1e-12);
    }
}

TEST_CASE("the ends of what is incomplete") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (const double a : {1e-4, 1.0, 1e8}) {
        CHECK(incomplete_gamma(a, 0).lower == 0);
        CHECK(incomplete_gamma(a, 0).upper == 1);
        CHECK(incomplete_gamma(a, infinity).lower == 1);
        CHECK(incomplete_gamma(a, infinity).upper == 0);
        CHECK(incomplete_gamma(a, 1e300).upper == 0);
        CHECK(incomplete_beta(a, 2, 0, 1).lower == 0);
        CHECK(incomplete_beta(a, 2, 1, 0).lower == 1);
    }
    CHECK(incomplete_gamma(infinity, 3).lower == 0);
    CHECK(incomplete_gamma(1e300, 3).lower == 0);
    CHECK(incomplete_beta(2, infinity, 0.5, 0.5).lower == 1);
    CHECK(incomplete_beta(2, 1e300, 0.5, 0.5).lower == 1);
}
