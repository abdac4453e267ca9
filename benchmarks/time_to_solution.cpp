// Seconds and evaluations to the log-likelihood that scikit-learn's GaussianMixture.fit ends with, from our own k-means
// start, by EM as it is and accelerated: full covariances on six real data sets (three come with scikit-learn, which
// is needed), several K. scikit-learn runs with its default tolerance, 1e-3 of log-likelihood an observation, and with
// 1e-7. Prints Markdown.
//
// A start whose fit converges below the goal is given up for the next seed; its time and its evaluations count.
// k-means counts in the time. scikit-learn adds 1e-6 to every variance, which latent does not: its
// log-likelihood counts as reached to a relative 1e-7.
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <iostream>

#include "latent/acceleration/anderson.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/observer/observers.hpp"
#include "latent/start/k_means.hpp"
#include "support/models.hpp"
#include "support/peers.hpp"
#include "support/timing.hpp"

namespace {

using latent::Index;

struct DataSet {
    const char *name, *source;
    std::vector<Index> components;
};
const DataSet data_sets[] = {{"Old Faithful", LATENT_DATA "/examples/data/faithful.csv", {2, 3, 4}},
                             {"iris", LATENT_DATA "/examples/data/iris.csv", {2, 3, 4}},
                             {"acidity", LATENT_DATA "/tests/data/mixtures/acidity-full-2/X.csv", {2, 3}},
                             {"wine", "wine", {2, 3}},
                             {"breast cancer", "breast_cancer", {2, 3}},
                             {"digits, 12 components", "digits", {5, 10, 20}}};

/// The same log-likelihood, but for what rounding and scikit-learn's 1e-6 make of it.
double reachable(double log_likelihood) { return log_likelihood - 1e-7 * std::abs(log_likelihood); }

/// How one algorithm came to the goal.
struct Way {
    double seconds = 0;
    int evaluations = 0, starts = 0;
    bool arrived = false;
};

template <class Acceleration>
Way solve(const Eigen::MatrixXd& x, Index K, double goal) {
    constexpr int most_starts = 20;
    const latent::GaussianMixture<> shape(K, x.rows());
    const auto arrived = [goal](const latent::Progress& p, const auto&) { return p.objective >= goal; };
    const latent::ExpectationMaximization<latent::Batch<>, latent::MaximumLikelihood<>, latent::Sequential,
                                          Acceleration, latent::Aitken, latent::StopWhen<decltype(arrived)>>
        em{{}, {}, {}, {}, {.tolerance = 1e-9}, {}, {arrived}};
    Way way;
    way.seconds = seconds([&] {
        while (!way.arrived && way.starts < most_starts) {
            const latent::KMeans start{.seed = static_cast<std::uint64_t>(way.starts++)};
            const auto fit = em.fit(start(shape, x), x);
            way.evaluations += fit.evaluations;
            way.arrived = fit.objective >= goal;
        }
    });
    return way;
}

/// Cells: evaluations, milliseconds (shortest of several), times faster than scikit-learn, starts where they were more.
template <class Acceleration>
std::string cells(const Eigen::MatrixXd& x, Index K, double goal, double theirs) {
    Way way;
    double best = 1e300;
    repeat_for(0.2, 1, [&] {
        way = solve<Acceleration>(x, K, goal);
        best = std::min(best, way.seconds);
    });
    char text[96];
    if (way.arrived)
        std::snprintf(text, sizeof text, "| %d | %.2f | %.1f%s", way.evaluations, 1e3 * best, theirs / best,
                      way.starts > 1 ? (" (" + std::to_string(way.starts) + " starts)").c_str() : "");
    else
        std::snprintf(text, sizeof text, "| %d | %.2f | not reached", way.evaluations, 1e3 * best);
    return text;
}

/// A column group for each.
template <class... Accelerations>
struct Contest {
    static std::string row(const Eigen::MatrixXd& x, Index K, double goal, double theirs) {
        std::string text;
        ((text += cells<Accelerations>(x, K, goal, theirs) + " "), ...);
        return text;
    }
};
constexpr const char* names[] = {"Plain", "Squarem", "Anderson"};
using All = Contest<latent::Plain, latent::Squarem, latent::Anderson>;

void print_header() {
    std::string names_row = "| data, n × d, K | tol | log-likelihood | scikit-learn iterations | ms ",
                rule = "| --- | --- | --- | --- | --- ";
    for (const std::string name : names) {
        names_row += "| " + name + " evaluations | ms | times faster ";
        rule += "| --- | --- | --- ";
    }
    std::cout << names_row << "|\n" << rule << "|\n";
}

}  // namespace

int main() try {
    const std::filesystem::path script = std::filesystem::path(LATENT_PEER_SCRIPTS) / "scikit_learn_fit.py";
    const auto interpreter = interpreter_of(script);
    if (!interpreter) return std::cout << "scikit-learn (python3-sklearn) is not installed\n", 0;
    const auto folder =
        std::filesystem::temp_directory_path() / ("latent_solution_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    print_header();
    for (const DataSet& data : data_sets)
        for (const Index K : data.components)
            for (const char* tolerance : {"1e-3", "1e-7"}) {
                const Figures theirs =
                    run("",
                        *interpreter + shell_word(script) + " " + shell_word(folder) + " " +
                            shell_word(data.source) + " " + std::to_string(K) + " " + tolerance,
                        1, folder / "log");
                if (theirs.empty())
                    throw std::runtime_error(std::string("scikit-learn failed on ") + data.name);
                const auto n = static_cast<Index>(figure(theirs, "n")),
                           d = static_cast<Index>(figure(theirs, "d"));
                const Eigen::MatrixXd x = problem_files::read(folder / "x", d, n);
                const double goal = reachable(figure(theirs, "log_likelihood")),
                             time = figure(theirs, "seconds");
                std::printf("| %s, %td × %td, %td | %s | %.3f | %.0f | %.2f %s|\n", data.name, n, d, K,
                            tolerance, goal, figure(theirs, "iterations"), 1e3 * time,
                            All::row(x, K, goal, time).c_str());
                std::fflush(stdout);
            }
    std::filesystem::remove_all(folder);
} catch (const std::exception& error) {
    std::cerr << "time_to_solution: " << error.what() << '\n';
    return 1;
}
