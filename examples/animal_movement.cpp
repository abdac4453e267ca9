// What is an animal doing? Of where it was every hour only the lengths of its steps and the angles of its turns are kept
// (Morales, Haydon, Frair, Holsinger & Fryxell 2004, "Extracting more out of relocation data"). Here it rests, searches or
// travels, and the walk is simulated, so that what is found can be compared with what was true. An observation has two parts
// of different kinds, a positive number and an angle: a product of a gamma and a von Mises density.
#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <numeric>

#include "latent/emission/gamma.hpp"
#include "latent/emission/product.hpp"
#include "latent/emission/von_mises.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/start/restarts.hpp"
#include "support/gnuplot.hpp"

using latent::Index;
using Movement = latent::Product<latent::Gamma<>, latent::VonMises<>>;  // step in km, turn in radians
using Model = latent::HiddenMarkovModel<Movement>;

namespace {

constexpr std::array names{"rests", "searches", "travels"};

Model truth() {
    const Eigen::RowVector3d mean_step(0.05, 0.4, 1.6), shape(0.8, 2, 6);
    const latent::Gamma<> steps(shape, shape.cwiseQuotient(mean_step));
    const latent::VonMises<> turns(Eigen::RowVector3d(3.1, 0, 0), Eigen::RowVector3d(0.3, 0.6, 8));
    const Eigen::Matrix3d transition{{0.90, 0.08, 0.02}, {0.06, 0.88, 0.06}, {0.02, 0.10, 0.88}};
    return {Eigen::Vector3d(1, 0, 0), transition, Movement(steps, turns)};
}

/// The states in the order of their mean steps.
std::array<Index, 3> by_step(const Model& model) {
    std::array<Index, 3> order{0, 1, 2};
    const Eigen::MatrixXd mean = model.emission().block<0>().means();
    std::ranges::sort(order, {}, [&](Index k) { return mean(0, k); });
    return order;
}

void print_table(const Model& model) {
    std::cout << "behaviour   mean step, km   turn, radians   concentration   hours at a time\n"
              << std::fixed;
    const std::array<Index, 3> order = by_step(model);
    for (std::size_t b = 0; b < order.size(); ++b) {
        const Index k = order[b];
        const latent::Gamma<>& steps = model.emission().block<0>();
        const latent::VonMises<>& turns = model.emission().block<1>();
        std::cout << std::left << std::setw(9) << names[b] << std::right << std::setprecision(3)
                  << std::setw(16) << steps.means()(0, k) << std::setw(16) << turns.directions()(0, k)
                  << std::setw(16) << turns.concentrations()(0, k) << std::setprecision(1) << std::setw(18)
                  << 1 / (1 - model.transition()(k, k)) << '\n';
    }
}

/// The walk that the steps and turns make, each step in the colour of its behaviour; rests are points.
std::string draw(const std::filesystem::path& picture, const Eigen::MatrixXd& walk,
                 const std::vector<std::size_t>& behaviour) {
    Gnuplot plot(picture);
    plot << "set title 'A simulated walk of " << walk.cols()
         << " hours, and what the animal was found to do'\n"
         << "set xlabel 'km east'\nset ylabel 'km north'\nset size ratio -1\n$walk << EOD\n";
    double x = 0, y = 0, heading = 0;
    for (Index t = 0; t < walk.cols(); ++t) {
        heading += walk(1, t);
        plot << x << ' ' << y;
        x += walk(0, t) * std::cos(heading);
        y += walk(0, t) * std::sin(heading);
        plot << ' ' << x << ' ' << y << ' ' << behaviour[static_cast<std::size_t>(t)] << '\n';
    }
    plot << "EOD\nplot ";
    for (std::size_t b = 1; b < names.size(); ++b)
        plot << "$walk using 1:2:($5 == " << b
             << " ? $3 - $1 : NaN):($4 - $2) with vectors nohead linewidth 1.5 linecolor rgb " << colour(b)
             << " title '" << names[b] << "', \\\n  ";
    plot << "$walk using ($5 == 0 ? $1 : NaN):2 with points pointtype 7 pointsize 0.6 linecolor rgb "
         << colour(0) << " title '" << names[0] << "'";
    plot << '\n';
    return plot.draw();
}

}  // namespace

int main(int argc, char** argv) try {
    latent::Random random(7);
    const Model animal = truth();
    const auto [walk, states] = animal.sample(1500, random);

    const auto fits = latent::restarts(5, Model(3, 1, 1), walk, 1);
    const Model& model = fits.best().model;
    std::cout << "The truth, from which " << walk.cols() << " hours are drawn:\n";
    print_table(animal);
    std::cout << "\nWhat is found, without a word on what it does when (" << fits.best().status << ", "
              << fits.agreeing() << " of " << fits.all.size() << " starts):\n";
    print_table(model);

    // Behaviour by behaviour: the number of a state is of no meaning.
    std::array<std::size_t, 3> behaviour_of{};
    const std::array<Index, 3> order = by_step(model);
    for (std::size_t b = 0; b < order.size(); ++b) behaviour_of[static_cast<std::size_t>(order[b])] = b;
    std::vector<std::size_t> behaviour;
    Index right = 0;
    for (const Index state : model.predict(walk)) {
        behaviour.push_back(behaviour_of[static_cast<std::size_t>(state)]);
        right += static_cast<Index>(behaviour.back()) == states[behaviour.size() - 1] ? 1 : 0;
    }
    std::cout << std::setprecision(1) << "\nThe behaviour is the true one in "
              << 100 * static_cast<double>(right) / static_cast<double>(walk.cols())
              << " % of the hours.\nplot: "
              << draw(argc > 1 ? argv[1] : "animal_movement.svg", walk, behaviour) << '\n';
    return fits.best().converged() ? 0 : 1;
} catch (const std::exception& error) {
    std::cerr << "animal_movement: " << error.what() << '\n';
    return 2;
}
