// Normal densities and uniform noise, compiled once for all covariances.
#include "fit_mixture.hpp"
#include "latent/emission/with_noise.hpp"
#include "normal_mixture.hpp"

int fit_beside_noise(const FitOptions& options, const std::string& covariance, const KnownData& data) {
    using Model = latent::Mixture<latent::WithNoise<AnyNormal>>;
    require_enough(options, options.components,
                   data.values.cols());  // before a shape takes the memory of so many
    const std::string shape = covariance + " covariance and noise";
    if (!options.load.empty()) return fit_and_report(options, shape, data, latent::load<Model>(options.load));
    auto [weights, normal] = begin_normal(options, covariance, data.values.rows(), 1);
    return fit_and_report(options, shape, data,
                          Model(weights, latent::WithNoise(std::move(normal), data.observations())));
}
