// Families of positive numbers, and of angles: what their parameters and files are called.
#pragma once

#include "families.hpp"
#include "latent/emission/exponential.hpp"
#include "latent/emission/gamma.hpp"
#include "latent/emission/von_mises.hpp"

template <>
struct Parameters<latent::Exponential<>> {
    using E = latent::Exponential<>;
    static constexpr std::array all{
        Parameter<E>{"rates", "rate", [](const E& e) -> Eigen::MatrixXd { return e.rates(); }}};
};

template <>
struct Parameters<latent::Gamma<>> {
    using E = latent::Gamma<>;
    static constexpr std::array all{
        Parameter<E>{"shapes", "shape", [](const E& e) -> Eigen::MatrixXd { return e.shapes(); }},
        Parameter<E>{"rates", "rate", [](const E& e) -> Eigen::MatrixXd { return e.rates(); }}};
};

template <>
struct Parameters<latent::VonMises<>> {
    using E = latent::VonMises<>;
    static constexpr std::array all{
        Parameter<E>{"directions", "direction", [](const E& e) -> Eigen::MatrixXd { return e.directions(); }},
        Parameter<E>{"concentrations", "concentration",
                     [](const E& e) -> Eigen::MatrixXd { return e.concentrations(); }}};
};
