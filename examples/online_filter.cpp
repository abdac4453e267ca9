// A hidden Markov model that watches. Readings of a machine come in one at a time, and the question is what it is
// doing now: idle, at work, or labouring. The filter knows the past alone; waiting for a few readings more (a lag)
// is worth a great deal; knowing the whole day is worth little more than that.
#include "latent/model/online_filter.hpp"

#include <algorithm>
#include <chrono>
#include <iomanip>
#include <iostream>

#include "latent/core/random.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "support/state_plot.hpp"

using latent::Index;
using Emission = latent::Gaussian<latent::Diagonal>;

namespace {

const std::vector<std::string> names{"idle", "at work", "labouring"};

/// Power and temperature of a machine, so noisy that one reading tells little.
latent::HiddenMarkovModel<Emission> machine() {
    const Eigen::Matrix<double, 2, 3> means{{2, 4, 6}, {40, 48, 60}};
    const Eigen::Vector3d begins(1, 0, 0);
    const Eigen::Matrix3d moves{{0.97, 0.03, 0}, {0.02, 0.96, 0.02}, {0, 0.05, 0.95}};
    return {begins, moves,
            Emission(means, std::vector<Eigen::MatrixXd>(3, Eigen::Vector2d(4, 100).asDiagonal()))};
}

/// p(z_t | x_1 … x_{t+lag}), the readings fed one by one: K × n. The last `lag` columns have fewer behind them.
Eigen::MatrixXd watch(const latent::HiddenMarkovModel<Emission>& model, const Eigen::MatrixXd& x, Index lag) {
    latent::OnlineFilter filter(model, lag);
    Eigen::MatrixXd p(model.size(), x.cols());
    for (Index t = 0; t < x.cols(); ++t) {
        filter.push(x.col(t));
        p.col(t) = filter.probabilities();
        if (t >= lag) p.col(t - lag) = filter.smoothed();
    }
    return p;
}

/// How many of the most probable states are not the true ones.
double wrong(const Eigen::MatrixXd& probabilities, const std::vector<Index>& truth) {
    Index count = 0;
    for (Index t = 0; t < probabilities.cols(); ++t) {
        Index likeliest = 0;
        probabilities.col(t).maxCoeff(&likeliest);
        count += likeliest != truth[static_cast<std::size_t>(t)];
    }
    return static_cast<double>(count) / static_cast<double>(probabilities.cols());
}

std::string draw(const std::filesystem::path& picture, const Eigen::MatrixXd& x,
                 const std::vector<Index>& truth, const Eigen::MatrixXd& filtered,
                 const Eigen::MatrixXd& lagged) {
    const Index n = 300;  // the first ones
    return draw_states(picture,
                       {.title = "A machine watched: colours are what it was doing",
                        .time = "reading",
                        .values = x.leftCols(n),
                        .value_names = {"power", "temperature"},
                        .states = {truth.begin(), truth.begin() + n},
                        .shares = {{"at once", filtered.leftCols(n)}, {"10 later", lagged.leftCols(n)}},
                        .state_names = names,
                        .levels = machine().means()});
}

}  // namespace

int main(int argc, char** argv) {
    const auto model = machine();
    latent::Random random(1);
    const auto day = model.sample(20'000, random);

    std::cout << "readings waited for    wrong about the state\n" << std::fixed << std::setprecision(1);
    const auto report = [&](const std::string& name, const Eigen::MatrixXd& probabilities) {
        std::cout << std::setw(19) << name << std::setw(23) << 100 * wrong(probabilities, day.states)
                  << " %\n";
    };
    for (const Index lag : {0, 1, 2, 5, 10, 20}) report(std::to_string(lag), watch(model, day.x, lag));
    report("the whole day", model.predict_proba(day.x));

    // One at a time or all at once, it is the same likelihood.
    latent::OnlineFilter filter(model);
    const auto begin = std::chrono::steady_clock::now();
    for (Index t = 0; t < day.x.cols(); ++t) filter.push(day.x.col(t));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::cout << "\nlog-likelihood, one at a time: " << std::setprecision(6) << filter.log_likelihood()
              << ", all at once: " << model.score(day.x) << '\n'
              << std::setprecision(0) << 1e9 * seconds / static_cast<double>(day.x.cols())
              << " ns a reading\nthe state now: " << std::setprecision(3);
    for (std::size_t k = 0; k < names.size(); ++k)
        std::cout << (k > 0 ? ", " : "") << names[k] << ' ' << filter.probabilities()(static_cast<Index>(k));
    std::cout << "\nplot: "
              << draw(argc > 1 ? argv[1] : "online_filter.svg", day.x, day.states, watch(model, day.x, 0),
                      watch(model, day.x, 10))
              << '\n';
}
