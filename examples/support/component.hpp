// One normal component, as tables, files and plots show it whatever the structure of its covariance.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "latent/core/types.hpp"

struct Component {
    double weight = 1;
    Eigen::VectorXd mean;        // d
    Eigen::MatrixXd covariance;  // d × d
};

/// The components of a Gaussian mixture.
template <class Mixture>
std::vector<Component> components(const Mixture& model) {
    std::vector<Component> all;
    for (latent::Index k = 0; k < model.size(); ++k)
        all.push_back({model.weights()[k], model.means().col(k), model.covariance(k)});
    return all;
}
