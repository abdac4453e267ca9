// The kit on mixtures of a family and noise.
#include "latent/emission/with_noise.hpp"

#include "catch.hpp"
#include "kit/mixture_subject.hpp"
#include "kit/model_properties.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/emission/normal_inverse_wishart.hpp"

namespace {

/// Two normal densities on the line, and noise between −20 and 30.
template <class Scalar>
struct WithNoiseSubject : kit::MixtureSubject<WithNoiseSubject<Scalar>,
                                              latent::WithNoise<latent::Gaussian<latent::Full, Scalar>>> {
    using Family = latent::Gaussian<latent::Full, Scalar>;
    using Emission = latent::WithNoise<Family>;
    using Model = latent::Mixture<Emission>;
    static constexpr double recovery = 0.3;

    static Model model(double spread, double shift) {
        const auto variance = [&](double v) {
            return Eigen::MatrixXd(Eigen::MatrixXd::Constant(1, 1, spread * v));
        };
        const Eigen::VectorXd lower = Eigen::VectorXd::Constant(1, -20),
                              upper = Eigen::VectorXd::Constant(1, 30);
        return {Eigen::Vector3d(0.5, 0.3, 0.2),
                Emission(Family(Eigen::RowVector2d(shift, 6 + shift), {variance(1), variance(2)}),
                         latent::BoundingBox{lower, upper})};
    }
    static Model truth() { return model(1, 0); }
    static Model start() { return model(1.5, 0.4); }
    static auto prior() {
        return latent::MixturePrior{2.0, latent::NormalInverseWishart{Eigen::VectorXd::Zero(1), 1, 3,
                                                                      Eigen::MatrixXd::Identity(1, 1)}};
    }
    static double log_density(const Emission& e, const Eigen::VectorXd& x, latent::Index k) {
        if (k == 2) return -std::log(50);
        const double variance = e.family().covariance(k)(0, 0), z = x(0) - e.family().means()(0, k);
        return -0.5 * (z * z / variance + std::log(2 * 3.14159265358979323846 * variance));
    }
};

}  // namespace

TEMPLATE_TEST_CASE("mixtures with noise have the properties of a model", "", double, float) {
    kit::check_model<WithNoiseSubject<TestType>>();
}
TEST_CASE("fits of mixtures with noise have the properties of EM") {
    kit::check_fits<WithNoiseSubject<double>>();
}
