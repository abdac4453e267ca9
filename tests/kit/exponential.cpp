// The kit on mixtures of waiting times.
#include "latent/emission/exponential.hpp"

#include "catch.hpp"
#include "kit/mixture_subject.hpp"
#include "kit/model_properties.hpp"

namespace {

template <class Scalar>
struct ExponentialSubject : kit::MixtureSubject<ExponentialSubject<Scalar>, latent::Exponential<Scalar>> {
    using Model = latent::Mixture<latent::Exponential<Scalar>>;
    static constexpr double recovery = 0.3;

    /// Each component is quick in one of three dimensions: one alone would overlap with the others.
    static Model model(double scale) {
        const Eigen::MatrixXd rates{{20, 0.2, 1}, {1, 20, 0.2}, {0.2, 1, 20}};
        return {Eigen::Vector3d(0.5, 0.3, 0.2), latent::Exponential<Scalar>(scale * rates)};
    }
    static Model truth() { return model(1); }
    static Model start() { return model(1.3); }
    static auto prior() { return latent::MixturePrior<latent::GammaPrior>{2, {2, 0.5}}; }
    static double log_density(const latent::Exponential<Scalar>& e, const Eigen::VectorXd& x,
                              latent::Index k) {
        double total = 0;
        for (latent::Index j = 0; j < x.size(); ++j)
            total += std::log(e.rates()(j, k)) - e.rates()(j, k) * x(j);
        return total;
    }
};

}  // namespace

TEMPLATE_TEST_CASE("mixtures of exponential densities have the properties of a model", "", double, float) {
    kit::check_model<ExponentialSubject<TestType>>();
}
TEST_CASE("fits of exponential mixtures have the properties of EM") {
    kit::check_fits<ExponentialSubject<double>>();
}
TEST_CASE("fits of exponential mixtures have the same bits on any number of threads", "[threads]") {
    kit::threads_change_no_bit<ExponentialSubject<double>>();
}
