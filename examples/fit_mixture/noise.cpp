// Normal densities and uniform noise, compiled once for all covariances.
#include "fit_mixture.hpp"
#include "latent/emission/one_of.hpp"
#include "latent/emission/with_noise.hpp"
#include "normal_mixture.hpp"

namespace {

using latent::Full, latent::Tied, latent::Diagonal, latent::Spherical, latent::Gaussian;
using Normal = latent::OneOf<Gaussian<Full>, Gaussian<Tied>, Gaussian<Diagonal>, Gaussian<Spherical>>;
using Model = latent::Mixture<latent::WithNoise<Normal>>;

template <class Covariance>
Model begin(const FitOptions& options, const latent::Observations<double>& x) {
    auto [weights, normal] = begin_normal<Covariance>(options, x.rows(), 1);
    return {weights, latent::WithNoise(Normal(std::move(normal)), x)};
}

}  // namespace

int fit_beside_noise(const FitOptions& options, const std::string& covariance, const KnownData& data) {
    require_enough(options, options.components,
                   data.values.cols());  // before a shape takes the memory of so many
    const latent::Observations<double> x = data.observations();
    if (!options.load.empty())
        return fit_and_report(options, covariance + " covariance and noise", data,
                              latent::load<Model>(options.load));
    return fit_and_report(options, covariance + " covariance and noise", data,
                          covariance == "tied"        ? begin<Tied>(options, x)
                          : covariance == "diagonal"  ? begin<Diagonal>(options, x)
                          : covariance == "spherical" ? begin<Spherical>(options, x)
                                                      : begin<Full>(options, x));
}
