// What families need to be Collapsible.
#include "latent/emission/component_counts.hpp"

#include "catch.hpp"

using namespace latent;

TEST_CASE("shares are those of the last counts, of equal ones before any") {
    detail::ComponentCounts counts(4);
    CHECK(counts.share(2) == 0.25);
    counts.set(Eigen::Vector4d(1, 2, 3, 4));
    CHECK(counts.share(2) == 0.3);
    counts.copy(0, 3);
    CHECK(counts.share(0) == 4.0 / 13);
    counts.remove(1);
    CHECK(counts.share(0) == 4.0 / 11);
    CHECK(counts.share(1) == 3.0 / 11);
    CHECK(counts.share(2) == 4.0 / 11);
}

TEST_CASE("a component is flawed where it is empty, or its deviation in any dimension is below the least") {
    detail::ComponentCounts counts(2);
    counts.set(Eigen::Vector2d(0, 5));
    const auto collapse_cause = [&](Index k, double first, double second) {
        const double deviations[] = {first, second};
        return counts.collapse_cause(
            k, 2, [&](Index j) { return deviations[j]; }, [](Index) { return 1.0; });
    };
    CHECK(collapse_cause(0, 2, 2) == Cause::empty_component);
    CHECK_FALSE(collapse_cause(1, 2, 2));
    CHECK_FALSE(collapse_cause(1, 1 - 1e-12, 1));  // at the least, but for rounding
    CHECK(collapse_cause(1, 0.999, 2) == Cause::singular_covariance);
    CHECK(collapse_cause(1, 2, 0.999) == Cause::singular_covariance);
    CHECK(collapse_cause(1, 2, std::nan("")) == Cause::singular_covariance);
}

TEST_CASE("the least deviation is the floor's, none where there is no floor") {
    CHECK(detail::least_deviation(Eigen::Vector2d(4, 9), 1) == 3);
    CHECK(detail::least_deviation({}, 1) == 0);
}

TEST_CASE("a table without a column has the others in their order") {
    const Eigen::MatrixXd table{{1, 2, 3}, {4, 5, 6}};
    CHECK(detail::without_column(table, 0) == Eigen::MatrixXd{{2, 3}, {5, 6}});
    CHECK(detail::without_column(table, 1) == Eigen::MatrixXd{{1, 3}, {4, 6}});
    CHECK(detail::without_column(table, 2) == Eigen::MatrixXd{{1, 2}, {4, 5}});
}
