// One mixture, fitted to data that no process holds in whole: each draws observations of its own (or would read them
// from its part of a file), all of them end with the same parameters, and the first one prints them.
//     mpirun -n 4 fit_shards
#include <iostream>

#include "latent/execution/mpi.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/mixture.hpp"
#include "latent/start/k_means.hpp"
#include "support/component.hpp"
#include "support/table.hpp"

namespace {

using Model = latent::GaussianMixture<>;
using EM = latent::ExpectationMaximization<latent::Batch<>, latent::MaximumLikelihood<>, latent::Mpi<>>;

Model truth() {
    const Eigen::Matrix<double, 2, 3> means{{0, 4, 8}, {0, 5, 0}};
    const Eigen::Matrix2d round{{1, 0}, {0, 1}}, wide{{3, 1}, {1, 2}};
    return {Eigen::Vector3d(0.5, 0.3, 0.2), latent::Gaussian<>(means, {round, wide, round})};
}

void run() {
    const latent::Mpi<> processes;
    latent::Random random(1, static_cast<std::uint64_t>(processes.rank()));
    const Eigen::MatrixXd x = truth().sample(100'000, random);

    const auto start = latent::KMeans{.seed = 1}(Model(3, 2), x, processes);  // the same on all of them
    const auto fit = EM{.execution = processes}.fit(start, x);
    const auto n = processes.total(x.cols());
    if (processes.rank() != 0) return;
    print_components(std::cout, components(fit.model), {"x", "y"});
    std::cout << fit << '\n' << n << " observations on " << processes.ranks() << " processes\n";
}

}  // namespace

int main(int argc, char** argv) {
    MPI_Init(&argc, &argv);
    run();
    MPI_Finalize();
}
