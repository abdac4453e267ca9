// fit_hmm with positive numbers, and with angles.
#include "answer.hpp"
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

std::vector<NamedFit> families_of_numbers() {
    return {{"exponential", &fit_hmm<latent::Exponential<>>},
            {"gamma", &fit_hmm<latent::Gamma<>>},
            {"von_mises", &fit_hmm<latent::VonMises<>>}};
}
