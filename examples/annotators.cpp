// Who is right? Several people sort the same items, each only some of them, and some people are careless. A latent class model
// finds what the items are and how far each person is to be trusted, without any item whose class is known (Dawid & Skene 1979,
// "Maximum likelihood estimation of observer error-rates using the EM algorithm"): the classes are the components of a
// mixture, each person's answer is a categorical feature, and an answer that was not given is a missing cell.
#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <limits>
#include <vector>

#include "latent/data/known.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/dirichlet_prior.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"
#include "latent/model/mixture_prior.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"
#include "support/gnuplot.hpp"
#include "support/program.hpp"

using latent::Index;

namespace {

constexpr Index classes = 3, people = 8;
/// How often each is right; the last two guess.
const Eigen::VectorXd skill{{0.95, 0.9, 0.8, 0.75, 0.7, 0.6, 1.0 / 3, 1.0 / 3}};

struct Answers {
    std::vector<Index> truth;  // n
    Eigen::MatrixXd x;         // people × n; NaN where one was not asked
};

/// Each item is shown to half of the people or so.
Answers ask(Index n, latent::Random& random) {
    Answers all{{}, Eigen::MatrixXd::Constant(people, n, std::numeric_limits<double>::quiet_NaN())};
    for (Index i = 0; i < n; ++i) {
        const auto truth = static_cast<Index>(random.uniform() * classes);
        all.truth.push_back(truth);
        for (Index j = 0; j < people; ++j) {
            if (random.uniform() < 0.5) continue;
            const auto other = (truth + 1 + static_cast<Index>(random.uniform() * (classes - 1))) % classes;
            all.x(j, i) = static_cast<double>(random.uniform() < skill(j) ? truth : other);
        }
    }
    return all;
}

/// A model in which everybody is right with probability 0.7, whatever the class: where the fit begins.
latent::Mixture<latent::Categorical<>> mostly_right() {
    const double wrong = 0.3 / (classes - 1);
    Eigen::MatrixXd one = Eigen::MatrixXd::Constant(classes, classes, wrong);
    one.diagonal().setConstant(0.7);
    return latent::Mixture(latent::Categorical<>(one.replicate(people, 1).eval(), people));
}

/// The answer that most of those who were asked gave; the first of those that are as frequent.
Index most_frequent(const Eigen::VectorXd& answers) {
    Eigen::VectorXd votes = Eigen::VectorXd::Zero(classes);
    for (const double answer : answers)
        if (!std::isnan(answer)) ++votes(static_cast<Index>(answer));
    Index best = 0;
    votes.maxCoeff(&best);
    return best;
}

double share_right(const std::vector<Index>& said, const std::vector<Index>& truth) {
    double right = 0;
    for (std::size_t i = 0; i < truth.size(); ++i) right += said[i] == truth[i];
    return right / static_cast<double>(truth.size());
}

/// How often each person is right by the model: a diagonal of answers for each class, weighted by the classes.
Eigen::VectorXd estimated_skill(const latent::Mixture<latent::Categorical<>>& model) {
    const Eigen::MatrixXd& tables = model.emission().probabilities();
    Eigen::VectorXd estimated(people);
    for (Index j = 0; j < people; ++j)
        estimated(j) = tables.middleRows(j * classes, classes).diagonal().dot(model.weights());
    return estimated;
}

/// The people as bars, with a line at the truth; beside them what all of them together come to.
std::string draw(const std::filesystem::path& picture, const Eigen::VectorXd& estimated, double votes,
                 double model) {
    Gnuplot plot(picture, 450);
    plot << "set title 'Whom to believe? Eight people sort items, and nobody knows what the items are' "
            "offset 0,0.3\n"
         << "set ylabel 'share that is right'\nset yrange [0:1]\nset xrange [0.3:12.2]\nset offsets 0, 0, 0, "
            "0\n"
         << "set style fill solid 1 noborder\nset boxwidth 0.7\nset grid noxtics\nset xtics scale 0\n"
         << "set xlabel 'person' offset -10.5\nset xtics ('votes' 10, 'model' 11.5)\n$people << "
            "EOD\n";
    for (Index j = 0; j < people; ++j) plot << j + 1 << ' ' << estimated(j) << ' ' << skill(j) << '\n';
    plot << "EOD\n$together << EOD\n10 " << votes << "\n11.5 " << model
         << "\nEOD\nplot $people using 1:2:xtic(1) with boxes linecolor rgb " << colour(0)
         << " title 'by the model', \\\n  $people using ($1 - 0.42):3:(0.84):(0) with vectors nohead "
            "linewidth 3"
         << " linecolor rgb '#222222' title 'in truth', \\\n  " << 1.0 / classes
         << " with lines linewidth 1.5 dashtype (8, 5) linecolor rgb " << colour(1)
         << " title 'guessing', \\\n  $together with boxes linecolor rgb " << colour(2)
         << " title 'items sorted'\n";
    return plot.draw();
}

}  // namespace

int main(int argc, char** argv) {
    return run_program("annotators", [&] {
        latent::Random random(1979);
        const Answers answers = ask(1000, random);
        const auto x = latent::with_missing(answers.x);
        // A pseudo-observation of each answer keeps tables of those who were asked rarely off 0.
        const latent::MixturePrior<latent::DirichletPrior> prior{2, {2}};
        const auto fit = latent::fit(mostly_right(), x, latent::MaximumAPosteriori{prior});
        std::vector<Index> votes;
        for (Index i = 0; i < answers.x.cols(); ++i) votes.push_back(most_frequent(answers.x.col(i)));

        std::cout << answers.x.cols() << " items of " << classes << " classes, each shown to some of "
                  << people << " people\n"
                  << fit << "\n\nperson    right  estimated\n"
                  << std::fixed << std::setprecision(2);
        const Eigen::VectorXd estimated = estimated_skill(fit.model);
        for (Index j = 0; j < people; ++j)
            std::cout << std::setw(6) << j + 1 << std::setw(9) << skill(j) << std::setw(11) << estimated(j)
                      << '\n';
        const double by_votes = share_right(votes, answers.truth),
                     by_model = share_right(fit.model.predict(x), answers.truth);
        std::cout << "\nitems sorted rightly: " << by_votes << " by the most frequent answer, " << by_model
                  << " by the model\nplot: "
                  << draw(argc > 1 ? argv[1] : "annotators.svg", estimated, by_votes, by_model) << '\n';
        return 0;
    });
}
