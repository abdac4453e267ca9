// How often do people see a doctor? Most go now and then, some are ill for long and go often; which of them somebody is is hidden,
// and the older people are, the more of them are ill. The visits of a year are a Poisson regression on age for each of the two,
// and how many are ill depends on age as well: a mixture of experts (Jordan & Jacobs 1994; of visits to doctors, with shares that
// depend on nothing, Deb & Trivedi 1997). The one regression for all runs between the two, and is nobody's. The data are simulated.
#include <cmath>
#include <iomanip>
#include <iostream>

#include "latent/emission/poisson_regressions.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture_of_experts.hpp"
#include "support/plot.hpp"
#include "support/program.hpp"

using latent::Index;
using Regressions = latent::PoissonRegressions<>;
using Model = latent::MixtureOfExperts<Regressions>;

namespace {

// Coefficients of 1 and of the decades above 50: a column for the healthy, and one for the ill.
const Eigen::Matrix2d visits{{0.5, 2.1}, {0.15, 0.05}};  // log of the visits expected
const Eigen::Matrix2d shares{{0, -1.2}, {0, 0.8}};       // log-odds against the healthy

/// What the regressions are told of an age, 2 × n.
Eigen::MatrixXd regressors(const Eigen::RowVectorXd& age) {
    Eigen::MatrixXd z(2, age.size());
    z << Eigen::RowVectorXd::Ones(age.size()), (age.array() - 50) / 10;
    return z;
}

/// The number of events of a Poisson process of rate 1 until `mean`.
double draw_count(double mean, latent::Random& random) {
    double count = 0;
    for (double time = -std::log1p(-random.uniform()); time < mean; ++count)
        time -= std::log1p(-random.uniform());
    return count;
}

Model truth() { return {latent::Gate<>(shares), Regressions(visits)}; }

/// The gate's covariates, the regressors and the visits of people of 20 to 90: 5 × n.
Eigen::MatrixXd draw_people(Index n, latent::Random& random) {
    Eigen::RowVectorXd age(n), count(n);
    for (double& years : age) years = std::floor(20 + 70 * random.uniform());
    const Eigen::MatrixXd z = regressors(age), ill = truth().prior_proba(z),
                          expected = truth().experts().predictions(z);
    for (Index i = 0; i < n; ++i)
        count(i) = draw_count(expected(random.uniform() < ill(1, i) ? 1 : 0, i), random);
    Eigen::MatrixXd people(5, n);
    people << z, z, count;
    return people;
}

/// Fits regressions that begin with so many visits each, at any age, and adds a line to the table. The gate's covariates are the
/// first of 1 and age.
Model fit(const char* name, const Eigen::MatrixXd& people, Index covariates,
          const Eigen::RowVectorXd& begin) {
    Eigen::MatrixXd start = Eigen::MatrixXd::Zero(2, begin.size()), x(covariates + 3, people.cols());
    start.row(0) = begin.array().log();
    x << people.topRows(covariates), people.bottomRows(3);
    const auto fitted = latent::fit(Model(covariates, Regressions(start)), x);
    std::cout << std::left << std::setw(34) << name << std::right << std::setw(10)
              << fitted.model.parameters() << std::setw(16) << fitted.log_likelihood << std::setw(11)
              << fitted.model.bic(x) << '\n';
    return fitted.model;
}

/// What a model says of people of some ages.
struct Prediction {
    Eigen::RowVectorXd age;
    Eigen::MatrixXd visits, share;  // K × n

    Prediction(const Model& model, const Eigen::RowVectorXd& years)
        : age(years),
          visits(model.experts().predictions(regressors(years))),
          share(model.prior_proba(regressors(years).topRows(model.gate().dimension()))) {}
};

void print(const Prediction& fitted, const Prediction& truth) {
    std::cout << "\n       visits of the healthy       visits of the ill        share of the ill\n"
              << "age       fitted   in truth       fitted   in truth       fitted   in truth\n";
    const auto cells = [](double found, double right) {
        std::cout << std::setw(13) << found << std::setw(11) << right;
    };
    for (Index i = 0; i < fitted.age.size(); ++i) {
        std::cout << std::setw(3) << std::setprecision(0) << fitted.age(i) << std::setprecision(2);
        for (const Index k : {0, 1}) cells(fitted.visits(k, i), truth.visits(k, i));
        cells(fitted.share(1, i), truth.share(1, i));
        std::cout << '\n';
    }
}

/// On top some of the people, in the colours of what they most probably are, and the visits expected; below the share of the ill.
std::string draw(const std::filesystem::path& picture, const Eigen::MatrixXd& people, const Model& one,
                 const Model& two) {
    const Prediction fitted(two, Eigen::RowVectorXd::LinSpaced(71, 20, 90)), single(one, fitted.age),
        right(truth(), fitted.age);
    const std::vector<Index> kind = two.predict(people);
    Gnuplot plot(picture);
    plot << "$people << EOD\n";
    for (Index i = 0; i < people.cols(); i += 5)
        plot << 50 + 10 * people(1, i) << ' ' << people(4, i) << ' ' << kind[static_cast<std::size_t>(i)]
             << '\n';
    plot << "EOD\n$lines << EOD\n";
    for (Index i = 0; i < fitted.age.size(); ++i)
        plot << fitted.age(i) << ' ' << fitted.visits(0, i) << ' ' << fitted.visits(1, i) << ' '
             << single.visits(0, i) << ' ' << fitted.share(1, i) << ' ' << right.share(1, i) << '\n';
    plot << "EOD\nset multiplot\nset lmargin at screen 0.09\nset rmargin at screen 0.76\nset offsets 0, 0, "
            "0, 0\nset xrange [19:91]\n"
         << "set tmargin at screen 0.91\nset bmargin at screen 0.4\nset format x ''\nset yrange [-0.5:20]\n";
    set_titles(plot, {"Who goes to the doctor, and how often", "", "visits in a year"});
    plot << "plot ";
    for (std::size_t k = 0; k < 2; ++k)
        plot << "$people using ($3 == " << k
             << " ? $1 : NaN):2 with points pointtype 7 pointsize 0.35 linecolor rgb " << colour(k, "68")
             << " notitle, \\\n  $lines using 1:" << k + 2 << " with lines linewidth 2.5 linecolor rgb "
             << colour(k) << " title '" << (k == 0 ? "healthy" : "ill") << "', \\\n  ";
    plot << "$lines using 1:4 with lines linewidth 2 dashtype (8, 5) linecolor rgb '#333333' title 'one for "
            "all'\n";
    plot << "set tmargin at screen 0.35\nset bmargin at screen 0.12\nset format x\nset yrange [0:1]\nset "
            "ytics 0.5\n";
    set_titles(plot, {"", "age", "share of the ill"});
    plot << "set ylabel offset 1\nplot $lines using 1:5 with lines linewidth 2.5 linecolor rgb " << colour(1)
         << " title 'by the gate', \\\n  $lines using 1:6 with lines linewidth 2 dashtype (3, 4) linecolor "
            "rgb '#333333' title 'in truth'\nunset multiplot\n";
    return plot.draw();
}

}  // namespace

int main(int argc, char** argv) {
    return run_program("doctor_visits", [&] {
        latent::Random random(3);
        const Eigen::MatrixXd people = draw_people(1000, random);
        std::cout << people.cols() << " people\n\n"
                  << std::fixed << std::setprecision(1)
                  << "model                               parameters  log-likelihood        BIC\n";
        const Model one = fit("one regression", people, 1, Eigen::RowVectorXd{{3}});
        fit("two, at fixed shares", people, 1, Eigen::RowVectorXd{{1, 6}});
        const Model two = fit("two, and shares that depend on age", people, 2, Eigen::RowVectorXd{{1, 6}});
        const Eigen::RowVectorXd age{{30, 50, 70, 90}};
        print({two, age}, {truth(), age});
        std::cout << "\nplot: " << draw(argc > 1 ? argv[1] : "doctor_visits.svg", people, one, two) << '\n';
        return 0;
    });
}
