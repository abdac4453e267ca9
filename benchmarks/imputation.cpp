// Seconds from a table with missing cells to one without, by one normal density fitted by EM, beside scikit-learn's
// IterativeImputer as it comes (which is needed), and how far the cells that were filled in are from what had been there:
// their root mean square deviation, that of a column's mean being 1. A fifth of the cells is missing, in patterns of their own
// or in ten. Prints Markdown.
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <iostream>

#include "latent/fit.hpp"
#include "latent/model/impute.hpp"
#include "latent/start/k_means.hpp"
#include "support/peers.hpp"
#include "support/problem.hpp"
#include "support/timing.hpp"

namespace {

using latent::Index;

/// Normal rows of unit variance, driven by two factors, and the same with holes.
struct Table {
    Eigen::MatrixXd complete, x;

    Table(Index n, Index d, Index patterns) : complete(d, n) {
        latent::Random random(7);
        const auto normal = [&](double) { return random.normal(); };
        const Eigen::MatrixXd loadings = Eigen::MatrixXd::Zero(d, 2).unaryExpr(normal);
        const Eigen::MatrixXd factors = Eigen::MatrixXd::Zero(2, n).unaryExpr(normal);
        complete = loadings * factors + 0.5 * Eigen::MatrixXd::Zero(d, n).unaryExpr(normal);
        for (Index j = 0; j < d; ++j) complete.row(j) /= std::sqrt(loadings.row(j).squaredNorm() + 0.25);
        Eigen::MatrixXd chance =
            Eigen::MatrixXd::Zero(d, patterns).unaryExpr([&](double) { return random.uniform(); });
        x = complete;
        for (Index i = 0; i < n; ++i)
            for (Index j = 0; j < d; ++j)
                if (chance(j, i % patterns) < 0.2) x(j, i) = std::nan("");
    }
    /// Of the cells that were missing.
    double deviation(const Eigen::MatrixXd& filled) const {
        const Eigen::ArrayXXd missing = x.array().isNaN().cast<double>();
        return std::sqrt(((filled - complete).array().square() * missing).sum() / missing.sum());
    }
};

}  // namespace

int main() try {
    const std::filesystem::path script =
        std::filesystem::path(LATENT_PEER_SCRIPTS) / "scikit_learn_impute.py";
    const auto interpreter = interpreter_of(script);
    if (!interpreter) return std::cout << "scikit-learn (python3-sklearn) is not installed\n", 0;
    const auto folder =
        std::filesystem::temp_directory_path() / ("latent_imputation_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    std::cout << "| n × d | patterns | scikit-learn ms | deviation | latent ms | deviation | times faster |\n"
                 "| --- | --- | --- | --- | --- | --- | --- |\n";
    for (const auto& [n, d] : {std::pair<Index, Index>(1000, 8), {20'000, 8}, {5000, 32}})
        for (const Index patterns : {Index{10}, n}) {
            const Table table(n, d, patterns);
            problem_files::write(folder / "x", table.x);
            const Figures theirs = run("",
                                       *interpreter + shell_word(script) + " " + shell_word(folder) + " " +
                                           std::to_string(n) + " " + std::to_string(d),
                                       1, folder / "log");
            if (theirs.empty()) throw std::runtime_error("scikit-learn failed");
            const Eigen::MatrixXd their_table = problem_files::read(folder / "imputed", d, n);
            const auto x = latent::with_missing(table.x);
            Eigen::MatrixXd filled;
            double best = 1e300;
            repeat_for(1, 2, [&] {
                best = std::min(best, seconds([&] {
                                    const latent::GaussianMixture<> shape(1, d);
                                    filled =
                                        latent::impute(latent::fit(shape, x, latent::KMeans{}).model, x).x;
                                }));
            });
            std::printf("| %td × %td | %td | %.1f | %.4f | %.1f | %.4f | %.1f |\n", n, d, patterns,
                        1e3 * figure(theirs, "seconds"), table.deviation(their_table), 1e3 * best,
                        table.deviation(filled), figure(theirs, "seconds") / best);
            std::fflush(stdout);
        }
    std::filesystem::remove_all(folder);
} catch (const std::exception& error) {
    std::cerr << "imputation: " << error.what() << '\n';
    return 1;
}
