// The smallest program that uses the library.
#include <iostream>
#include <latent/data/sequences.hpp>

int main() {
    const Eigen::MatrixXd x = Eigen::MatrixXd::Random(2, 10);
    std::cout << latent::Observations<double>(x).cols() << " observations\n";
}
