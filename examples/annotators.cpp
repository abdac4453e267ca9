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

}  // namespace

int main() {
    return run_program("annotators", [] {
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
        const Eigen::MatrixXd& tables = fit.model.emission().probabilities();
        for (Index j = 0; j < people; ++j)
            std::cout << std::setw(6) << j + 1 << std::setw(9) << skill(j) << std::setw(11)
                      << tables.middleRows(j * classes, classes).diagonal().dot(fit.model.weights()) << '\n';
        std::cout << "\nitems sorted rightly: " << share_right(votes, answers.truth)
                  << " by the most frequent answer, " << share_right(fit.model.predict(x), answers.truth)
                  << " by the model\n";
        return 0;
    });
}
