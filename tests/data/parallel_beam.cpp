// The scanner's matrix: against one that other software computed, and against areas and lengths that are known.
#include "latent/data/parallel_beam.hpp"

#include "catch.hpp"
#include "latent/core/random.hpp"
#include "model/discs.hpp"

using namespace latent;

TEST_CASE("a strip sees the area of each pixel within it, as other software has it") {
    const Discs discs;
    const SystemMatrix made = parallel_beam(Discs::size, Discs::angles, Discs::bins);
    CHECK((Eigen::MatrixXd(made) - Eigen::MatrixXd(discs.system)).cwiseAbs().maxCoeff() < 5.001e-7);
    CHECK(made.nonZeros() >= discs.system.nonZeros());  // there, what rounds to 0 is left out
}

TEST_CASE("at each angle the strips see the whole of every pixel") {
    for (const Index angles : {1, 2, 3, 7, 180}) {
        const Eigen::MatrixXd a = parallel_beam(4, angles, 9);
        for (Index angle = 0; angle < angles; ++angle)
            CHECK((a.middleRows(9 * angle, 9).colwise().sum().array() - 1).abs().maxCoeff() < 1e-12);
    }
}

TEST_CASE("a line sees the length of it in each pixel") {
    // At 90° the shadows are the rows: of bins at the rows' middles each line crosses its own row, pixel by pixel.
    const Eigen::MatrixXd rows = parallel_beam(3, 1, 3, Beam::line);
    Eigen::MatrixXd expected = Eigen::MatrixXd::Zero(3, 9);
    for (Index row = 0; row < 3; ++row) expected.row(2 - row).segment(3 * row, 3).setOnes();  // y is upwards
    CHECK((rows - expected).cwiseAbs().maxCoeff() < 1e-12);
    // At 45° the middle one is the diagonal of the one pixel.
    const Eigen::MatrixXd diagonal = parallel_beam(1, 2, 1, Beam::line);
    CHECK((diagonal.array() - std::sqrt(2.0)).abs().maxCoeff() < 1e-12);
}

TEST_CASE("a strip is made of lines") {
    constexpr int fine = 2000;
    for (const double theta : {0.0, 1e-9, 0.01, 0.7, 0.785398163397, 1.3, 2.5, 3.1}) {
        const detail::Shadow shadow(theta);
        for (const double t : {-1.2, -0.7, -0.3, 0.0, 0.2, 0.6, 1.1}) {
            double sum = 0;
            for (int i = 0; i < fine; ++i) sum += shadow.height(t - 0.5 + (i + 0.5) / fine) / fine;
            CAPTURE(theta, t);
            CHECK_THAT(shadow.area(t + 0.5) - shadow.area(t - 0.5), WithinAbs(sum, 1e-3));
        }
    }
}

TEST_CASE("a scanner has some of everything") {
    CHECK_THROWS_WITH(parallel_beam(0, 3, 4),
                      "latent::parallel_beam: size is 0, angles 3 and bins 4, expected "
                      "positive numbers");
    CHECK_THROWS_AS(parallel_beam(4, -1, 4), std::invalid_argument);
    CHECK_THROWS_AS(parallel_beam(4, 1, 0), std::invalid_argument);
}
