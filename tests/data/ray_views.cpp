// Units of rays: each ray in one of them, in views evenly apart.
#include "latent/data/ray_views.hpp"

#include "catch.hpp"

using latent::detail::RayViews, latent::Index;

TEST_CASE("units have every so-manieth view") {
    const RayViews views(11, 2, 3);  // rays 01 23 45 67 89 10
    CHECK(views.size() == 3);
    CHECK(views.first(1) == 4);
    CHECK(views.first(2) == 8);
    CHECK(views.first(3) == 11);
    const Eigen::VectorXd rays = views.sorted(Eigen::VectorXd::LinSpaced(11, 0, 10));
    CHECK(rays.transpose() == Eigen::RowVectorXd{{0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10}});
}

TEST_CASE("each ray is in one unit, and known by its number there") {
    for (const Index rays : {1, 7, 24, 25})
        for (const Index view : {1, 3, 24, 40})
            for (const Index most : {1, 4, 100}) {
                const RayViews views(rays, view, most);
                const Eigen::VectorXd sorted =
                    views.sorted(Eigen::VectorXd::LinSpaced(rays, 0, static_cast<double>(rays - 1)));
                CHECK(views.first(views.size()) == rays);
                CHECK_THAT(sorted.sum(), WithinRel(static_cast<double>(rays * (rays - 1)) / 2, 1e-15));
                for (Index u = 0; u < views.size(); ++u) {
                    CHECK(views.rays(u) > 0);
                    for (Index i = 0; i < views.rays(u); ++i)
                        CHECK(static_cast<double>(views.ray(u, i)) == sorted(views.first(u) + i));
                }
            }
}
