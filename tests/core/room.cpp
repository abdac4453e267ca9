// Rooms: an emission that has one is asked in it, one that has none as ever; and who takes missing cells is told apart.
#include "latent/core/room.hpp"

#include "catch.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/emission/mixture_emission.hpp"
#include "latent/emission/multinomial.hpp"
#include "latent/emission/student_t.hpp"
#include "latent/kernel/pack.hpp"

using namespace latent;

static_assert(std::is_same_v<detail::RoomOf<Multinomial<>>, detail::NoRoom>);
static_assert(std::is_same_v<detail::RoomOf<Gaussian<>>, Gaussian<>::Room>);
static_assert(TakesMissing<StudentT<>> && !TakesMissing<Multinomial<>>);

namespace {

const Eigen::MatrixXd x{{0.1, 2, -1, 3}, {1, 0, 2, 1}};
const Gaussian<> gaussian(Eigen::MatrixXd{{0, 1}, {0, 2}},
                          {Eigen::MatrixXd{{1, 0.3}, {0.3, 1}}, Eigen::MatrixXd{{2, -0.5}, {-0.5, 1}}});

/// What is accumulated in a room is what is accumulated without one.
template <class E>
void agree(const E& e) {
    Panel<double> block, alone, together, r;
    detail::pack(Observations<double>(x), block);
    detail::RoomOf<E> room;
    e.log_density(block, alone);
    detail::log_density(e, block, together, room);
    r.resize(block.size(), e.size());
    for (Index k = 0; k < e.size(); ++k)
        for (Index i = 0; i < r.padded(); ++i) r(i, k) = i < r.size() ? 0.1 * static_cast<double>(i + k) : 0;
    auto s = e.zero_statistics(), t = s;
    e.accumulate(block, r, s);
    detail::accumulate(e, block, r, room, t);
    detail::accumulate(e, block, r, room, t);  // what stands in the room stays
    E once = e, twice = e;
    once.maximize(s);
    twice.maximize(t);
    CHECK(once.means().isApprox(twice.means(), 1e-14));
    for (Index k = 0; k < e.size(); ++k)
        for (Index i = 0; i < block.size(); ++i) CHECK(alone(i, k) == together(i, k));
}

}  // namespace

TEST_CASE("an emission says the same in a room and without one") {
    agree(gaussian);
    agree(StudentT<>(gaussian.means(), {gaussian.covariance(0), gaussian.covariance(1)},
                     Eigen::Vector2d(3, 5)));
    agree(MixtureEmission<Gaussian<>>(Eigen::MatrixXd{{0.4}, {0.6}}, gaussian));
}

TEST_CASE("missing cells are refused in the owner's name where the densities need all") {
    const Multinomial<> counts(Eigen::MatrixXd{{0.5, 0.2}, {0.5, 0.8}}, 3);
    CHECK_NOTHROW(detail::require_cells("Owner", counts, Observations<double>(x)));
    CHECK_THROWS_WITH(detail::require_cells("Owner", counts, Observations<double>(x).with_missing()),
                      StartsWith("latent::Owner: its densities cannot do without a cell"));
    CHECK_NOTHROW(detail::require_cells("Owner", gaussian, Observations<double>(x).with_missing()));
}
