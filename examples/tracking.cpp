// A target followed through noise and gaps. Radar sees where ships are, every minute and with an error; now and then an echo is
// lost, and once for 25 minutes behind an island. How far the readings err, and how restlessly the ships move, nobody has
// said: EM finds both from twelve tracks. The Kalman filter then says where a ship is now, and the smoother where it was,
// in the gap as well, and how sure that is.
#include <cmath>
#include <iomanip>
#include <iostream>

#include "latent/acceleration/squarem.hpp"
#include "latent/data/known.hpp"
#include "latent/fit.hpp"
#include "latent/model/linear_dynamical_system.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"
#include "support/plot.hpp"

using latent::Index, latent::LinearDynamicalSystem;

namespace {

constexpr Index ships = 12, minutes = 120, gap_begin = 60, gap = 25, drawn = 2;

/// The state is (place, velocity) eastwards, then northwards, in km and km/min: velocities keep but for a random push. Of the
/// place readings err by `error`; a push has the deviation `push`.
LinearDynamicalSystem ship(double error, double push) {
    const Eigen::Matrix2d move{{1, 1}, {0, 1}}, pushed{{1.0 / 3, 0.5}, {0.5, 1}},
        none = Eigen::Matrix2d::Zero();
    const auto both = [](const Eigen::Matrix2d& one, const Eigen::Matrix2d& beside) {
        Eigen::Matrix4d all;
        all << one, beside, beside, one;
        return all;
    };
    return LinearDynamicalSystem(
        {.observation = Eigen::Matrix<double, 2, 4>{{1, 0, 0, 0}, {0, 0, 1, 0}},
         .transition = both(move, none),
         .observation_covariance = error * error * Eigen::Matrix2d::Identity(),
         .state_covariance = both(push * push * pushed, none),
         .initial_mean = Eigen::Vector4d::Zero(),
         .initial_covariance = Eigen::Vector4d(25, 0.05, 25, 0.05).asDiagonal().toDenseMatrix()},
        {.observation_covariance = true, .state_covariance = true});
}

struct Tracks {
    Eigen::MatrixXd truth{2, ships*minutes}, seen{2, ships*minutes};  // km; NaN where there was no echo
    std::vector<Index> lengths = std::vector<Index>(ships, minutes);
};

Tracks sail() {
    Tracks tracks;
    latent::Random random(3);
    for (Index i = 0; i < ships; ++i) {
        const auto [y, states] = ship(0.8, 0.04).sample(minutes, random);
        tracks.seen.middleCols(i * minutes, minutes) = y;
        tracks.truth.middleCols(i * minutes, minutes) = states(std::vector<Index>{0, 2}, Eigen::all);
        for (Index t = 0; t < minutes; ++t)
            if (random.uniform() < 0.1 || (t >= gap_begin && t < gap_begin + gap))
                tracks.seen.col(i * minutes + t).setConstant(std::numeric_limits<double>::quiet_NaN());
    }
    return tracks;
}

/// Places out of states.
Eigen::MatrixXd places(const latent::NormalMoments& states) {
    return states.means(std::vector<Index>{0, 2}, Eigen::all);
}

/// Root mean square distance in km, over the steps at which something was seen, or nothing.
double error(const Eigen::MatrixXd& places, const Tracks& tracks, bool seen) {
    double sum = 0, count = 0;
    for (Index i = 0; i < places.cols(); ++i)
        if (std::isnan(tracks.seen(0, i)) != seen)
            sum += (places.col(i) - tracks.truth.col(i)).squaredNorm(), ++count;
    return std::sqrt(sum / count);
}

std::string draw(const std::filesystem::path& picture, const LinearDynamicalSystem& model,
                 const Tracks& tracks) {
    const Eigen::MatrixXd seen = tracks.seen.middleCols(drawn * minutes, minutes);
    const auto states = model.smooth(latent::with_missing(seen));
    Gnuplot plot(picture);
    set_titles(plot, {"A ship seen through noise and a gap of 25 minutes", "km east", "km north"});
    plot << "set size ratio -1\n";
    const auto write = [&](const char* name, const Eigen::MatrixXd& xy) {
        plot << "$" << name << " << EOD\n";
        for (Index t = 0; t < xy.cols(); ++t)
            if (!std::isnan(xy(0, t))) plot << xy(0, t) << ' ' << xy(1, t) << '\n';
        plot << "EOD\n";
    };
    write("truth", tracks.truth.middleCols(drawn * minutes, minutes));
    write("seen", seen);
    write("smoothed", places(states));
    plot << "$unsure << EOD\n";
    for (Index t = gap_begin; t < gap_begin + gap; t += 2) {
        const std::vector<Index> place{0, 2};
        const Eigen::MatrixXd all = states.covariance(t);
        write_ellipse(plot, {.weight = 1, .mean = places(states).col(t), .covariance = all(place, place)}, 2);
        plot << '\n';
    }
    plot << "EOD\nplot $unsure with lines linewidth 1 linecolor rgb " << colour(0, "a0")
         << " title '2σ in the gap', \\\n  $seen with points pointtype 7 pointsize 0.6 linecolor rgb "
         << colour(3, "60")
         << " title 'readings', \\\n  $truth with lines linewidth 2 linecolor rgb '#555555'"
         << " title 'where it was', \\\n  $smoothed with lines linewidth 2 linecolor rgb " << colour(0)
         << " title 'smoothed'\n";
    return plot.draw();
}

}  // namespace

int main(int argc, char** argv) {
    const Tracks tracks = sail();
    const latent::Sequences<double> seen(latent::with_missing(tracks.seen), tracks.lengths);

    // Places hardly tell what pushes do within a minute: without a prior, as if two moves like those of the guess had been
    // seen, the likelihood is highest where some combination of the pushes has no variance at all.
    const LinearDynamicalSystem guess = ship(0.4, 0.1), truth = ship(0.8, 0.04);
    const auto two_moves = [&](const LinearDynamicalSystem& model) {
        auto statistics = model.zero_statistics();
        statistics.transition.count = 2;
        statistics.transition.residual = 2 * guess.state_covariance();
        return statistics;
    };
    const auto fit = latent::fit(guess, seen, latent::MaximumAPosteriori{two_moves}, latent::Squarem{});
    std::cout << fit << "\n\n"
              << std::fixed
              << "km (root mean square)    seen: filtered  smoothed    not seen: filtered  smoothed"
              << "    log-likelihood\n";
    const auto report = [&](const char* name, const LinearDynamicalSystem& model) {
        const Eigen::MatrixXd now = places(model.filter(seen)), after = places(model.smooth(seen));
        std::cout << std::left << std::setw(25) << name << std::right << std::setprecision(3) << std::setw(14)
                  << error(now, tracks, true) << std::setw(10) << error(after, tracks, true) << std::setw(22)
                  << error(now, tracks, false) << std::setw(10) << error(after, tracks, false)
                  << std::setprecision(1) << std::setw(18) << model.score(seen) << '\n';
    };
    report("first guess", guess);
    report("noises found by EM", fit.model);
    report("true noises", truth);
    std::cout << "the readings themselves  " << std::setprecision(3) << std::setw(14)
              << error(tracks.seen, tracks, true) << '\n';

    const auto deviation = [](const Eigen::MatrixXd& covariance, Index j) {
        return std::sqrt(covariance(j, j));
    };
    std::cout << "\ndeviation of             a reading   a push (km/min)\nfound                  "
              << std::setw(11) << deviation(fit.model.observation_covariance(), 0) << std::setw(18)
              << deviation(fit.model.state_covariance(), 1) << "\ntrue                   " << std::setw(11)
              << deviation(truth.observation_covariance(), 0) << std::setw(18)
              << deviation(truth.state_covariance(), 1) << "\n\n";

    const auto ahead = fit.model.forecast(seen, 10);
    std::cout << "the last ship in ten minutes: " << ahead.means(0, 9) << " km east and " << ahead.means(1, 9)
              << " km north, give or take " << deviation(ahead.covariance(9), 0) << " and "
              << deviation(ahead.covariance(9), 1)
              << "\nplot: " << draw(argc > 1 ? argv[1] : "tracking.svg", fit.model, tracks) << '\n';
}
