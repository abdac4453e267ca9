// How many components, and of which structure? 150 irises of three species, the species unknown, by four lengths and widths
// (Anderson 1935; Fisher 1936). Each further component fits better; BIC asks whether by as much as its parameters cost (Fraley &
// Raftery 2002, "Model-based clustering, discriminant analysis, and density estimation").
#include <cmath>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include "latent/data/csv.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/fit.hpp"
#include "latent/model/agreement.hpp"
#include "latent/model/mixture.hpp"
#include "latent/selection/selection.hpp"
#include "support/plot.hpp"
#include "support/program.hpp"

using latent::Index;

namespace {

constexpr Index most = 6;  // components

/// What was found with one structure of the covariances: of 1, 2, … components.
struct Candidates {
    std::string name;
    std::vector<double> bic{};
    std::vector<bool> sound{};
    std::vector<Index> parameters{};
    std::vector<std::vector<Index>> labels{};
};

template <class Covariance>
Candidates candidates(const char* name, const Eigen::MatrixXd& x) {
    using Model = latent::GaussianMixture<Covariance>;
    std::vector<Model> shapes;
    for (Index K = 1; K <= most; ++K) shapes.emplace_back(K, x.rows());
    const auto found =
        latent::Selection<latent::Bic>{.restarts = {.number = 20, .start = {.seed = 1}}}.fit(shapes, x);
    Candidates all{name, found.criterion};
    for (const auto& fit : found.all) {
        all.sound.push_back(fit.sound());
        all.parameters.push_back(static_cast<Index>(fit.model.parameters()));
        all.labels.push_back(fit.model.predict(x));
    }
    return all;
}

/// The least BIC, of which structure and number of components (less one).
struct Choice {
    const Candidates* structure;
    std::size_t number;
};
Choice choose(const std::vector<Candidates>& all) {
    Choice best{&all.front(), 0};
    for (const Candidates& c : all)
        for (std::size_t i = 0; i < c.bic.size(); ++i)
            if (c.sound[i] && c.bic[i] < best.structure->bic[best.number]) best = {&c, i};
    return best;
}

void print_table(const std::vector<Candidates>& all) {
    std::cout << "BIC, the smaller the better; –: a component collapsed\nstructure     ";
    for (Index K = 1; K <= most; ++K) std::cout << std::setw(9) << "K = " + std::to_string(K);
    std::cout << '\n' << std::fixed << std::setprecision(1);
    for (const Candidates& c : all) {
        std::cout << std::left << std::setw(14) << c.name << std::right;
        for (std::size_t i = 0; i < c.bic.size(); ++i)
            if (c.sound[i])
                std::cout << std::setw(9) << c.bic[i];
            else
                std::cout << "        –";
        std::cout << '\n';
    }
}

std::string draw(const std::filesystem::path& picture, const std::vector<Candidates>& all,
                 const Choice& best) {
    Gnuplot plot(picture);
    set_titles(plot, {"150 irises: how many components, and of which structure?", "components", "BIC"});
    for (std::size_t s = 0; s < all.size(); ++s) {
        plot << "$bic" << s << " << EOD\n";
        for (std::size_t i = 0; i < all[s].bic.size(); ++i)
            if (all[s].sound[i]) plot << i + 1 << ' ' << all[s].bic[i] << '\n';
        plot << "EOD\n";
    }
    plot << "$best << EOD\n"
         << best.number + 1 << ' ' << best.structure->bic[best.number] << "\nEOD\nset xtics 1\nplot ";
    for (std::size_t s = 0; s < all.size(); ++s)
        plot << "$bic" << s << " with linespoints linewidth 2 pointtype 7 pointsize 0.7 linecolor rgb "
             << colour(s) << " title " << quoted(all[s].name) << ", \\\n  ";
    plot << "$best with points pointtype 6 pointsize 2.2 linewidth 2 linecolor rgb '#222222' title 'the "
            "least'\n";
    return plot.draw();
}

}  // namespace

int main(int argc, char** argv) {
    return run_program("model_choice", [&] {
        const Eigen::MatrixXd x = latent::read_csv(argc > 1 ? argv[1] : "examples/data/iris.csv").values;
        const std::vector<Candidates> all{
            candidates<latent::EII>("EII, balls", x), candidates<latent::Diagonal>("VVI, diagonal", x),
            candidates<latent::Tied>("EEE, tied", x), candidates<latent::VEV>("VEV", x),
            candidates<latent::Full>("VVV, full", x)};
        print_table(all);
        const Choice best = choose(all);
        std::cout << "\nleast: " << best.number + 1 << " components, " << best.structure->name << ", "
                  << best.structure->parameters[best.number] << " parameters\n";

        std::vector<Index> species;  // fifty of each, one after the other
        for (Index i = 0; i < x.cols(); ++i) species.push_back(i / 50);
        std::cout << "agreement with the three species (adjusted Rand index), VEV\n" << std::setprecision(3);
        for (const std::size_t K : {2u, 3u, 4u})
            std::cout << "  " << K
                      << " components: " << latent::adjusted_rand_index(all[3].labels[K - 1], species)
                      << '\n';
        std::cout << "plot: " << draw(argc > 2 ? argv[2] : "model_choice.svg", all, best) << '\n';
        return 0;
    });
}
