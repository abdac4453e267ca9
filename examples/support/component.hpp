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

/// The normal densities of an emission: itself, or the family beside noise.
template <class E>
const auto& normal_part(const E& emission) {
    if constexpr (requires { emission.noise(); })
        return emission.family();
    else
        return emission;
}

/// The components of a Gaussian mixture, but for noise.
template <class Mixture>
std::vector<Component> components(const Mixture& model) {
    std::vector<Component> all;
    const auto& normal = normal_part(model.emission());
    for (latent::Index k = 0; k < normal.size(); ++k)
        all.push_back({model.weights()[k], normal.means().col(k), normal.covariance(k)});
    return all;
}
