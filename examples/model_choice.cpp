// How many components, and of which structure? 150 irises of three species, the species unknown, by four lengths and widths
// (Anderson 1935; Fisher 1936). Each further component fits better; BIC asks whether by as much as its parameters cost (Fraley &
// Raftery 2002, "Model-based clustering, discriminant analysis, and density estimation").
#include <iomanip>
#include <iostream>
#include <string>
#include <variant>
#include <vector>

#include "latent/data/csv.hpp"
#include "latent/execution/threads.hpp"
#include "latent/model/agreement.hpp"
#include "latent/model/mixture.hpp"
#include "latent/selection/select.hpp"
#include "support/program.hpp"
#include "support/selection_plot.hpp"

using latent::Index;

namespace {

/// How far the components of the candidates of this name agree with the species.
template <class Selected>
void print_agreement(const Selected& selected, const std::string& name, const Eigen::MatrixXd& x) {
    std::vector<Index> species;  // fifty of each, one after the other
    for (Index i = 0; i < x.cols(); ++i) species.push_back(i / 50);
    std::cout << "agreement with the three species (adjusted Rand index), " << name << '\n';
    for (std::size_t i = 0; i < selected.table.size(); ++i) {
        const latent::Candidate& c = selected.table[i];
        if (c.name != name || c.components < 2 || c.components > 4) continue;
        const auto labels =
            std::visit([&](const auto& fit) { return fit.model.predict(x); }, selected.all[i]);
        std::cout << "  " << c.components << " components: " << std::fixed << std::setprecision(3)
                  << latent::adjusted_rand_index(labels, species) << '\n';
    }
}

}  // namespace

int main(int argc, char** argv) {
    return run_program("model_choice", [&] {
        using namespace latent;
        const Eigen::MatrixXd x = read_csv(argc > 1 ? argv[1] : "examples/data/iris.csv").values;
        const auto selected =
            select(x, components(1, 6), structures<EII, Diagonal, Tied, VEV, Full>(), Bic{}, Threads{});
        std::cout << selected << "\n\n";
        print_agreement(selected, "VEV", x);
        const Titles titles{"150 irises: how many components, and of which structure?", "components", "BIC"};
        std::cout << "plot: " << draw_selection(argc > 2 ? argv[2] : "model_choice.svg", titles, selected)
                  << '\n';
        return 0;
    });
}
