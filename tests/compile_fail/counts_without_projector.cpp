// expect: latent: RayCounts needs a Projector, .* of matrices it takes a SystemMatrix
#include "latent/model/ray_counts.hpp"

int main() {
#ifdef LATENT_COMPILE_FAIL_CONTROL
    const latent::SystemMatrix matrix = Eigen::MatrixXd{{1, 2}}.sparseView();
#else
    const Eigen::SparseMatrix<double> matrix = Eigen::MatrixXd{{1, 2}}.sparseView();  // a pixel a column
#endif
    const latent::RayCounts data(matrix, Eigen::VectorXd::Ones(1));
    return static_cast<int>(data.size()) - 1;
}
