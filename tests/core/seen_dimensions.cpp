// Dimensions of which nothing is seen.
#include "latent/core/seen_dimensions.hpp"

#include <limits>

#include "catch.hpp"
#include "latent/core/sequential.hpp"
#include "latent/data/blocks.hpp"
#include "latent/data/known.hpp"

using namespace latent;

TEST_CASE("a dimension of which nothing is seen is named, where cells may be missing") {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    Eigen::MatrixXd x{{1, none, 2, none}, {none, none, none, 3}};
    const auto look = [&](const Observations<double>& all) {
        detail::require_seen_dimensions("Owner", Blocks<double>(all, 2), Sequential{});
    };
    CHECK(detail::may_lack_cells(Blocks<double>(with_missing(x), 2)));
    CHECK_NOTHROW(look(with_missing(x)));
    x(1, 3) = none;
    CHECK_THROWS_WITH(look(with_missing(x)),
                      "latent::Owner: dimension 1 is missing in all observations: leave it out");
    CHECK_NOTHROW(look(x));  // a NaN is no missing cell
}
