// The kit on mixtures of gamma densities.
#include "latent/emission/gamma.hpp"

#include "catch.hpp"
#include "kit/mixture_subject.hpp"
#include "kit/model_properties.hpp"

namespace {

template <class Scalar>
struct GammaSubject : kit::MixtureSubject<GammaSubject<Scalar>, latent::Gamma<Scalar>> {
    using Model = latent::Mixture<latent::Gamma<Scalar>>;
    static constexpr double recovery = 0.25;

    static Model model(double scale) {
        const Eigen::MatrixXd shapes{{2, 5, 9}, {1, 6, 3}}, rates{{2, 1, 0.8}, {1, 2, 0.4}};
        return {Eigen::Vector3d(0.5, 0.3, 0.2), latent::Gamma<Scalar>(scale * shapes, rates)};
    }
    static Model truth() { return model(1); }
    static Model start() { return model(1.2); }
    static auto prior() { return latent::MixturePrior{2.0}; }
    static double log_density(const latent::Gamma<Scalar>& p, const Eigen::VectorXd& x, latent::Index k) {
        double total = 0;
        for (latent::Index j = 0; j < x.size(); ++j) {
            const double a = p.shapes()(j, k), b = p.rates()(j, k);
            total += a * std::log(b) - std::lgamma(a) + (a - 1) * std::log(x(j)) - b * x(j);
        }
        return total;
    }
};

}  // namespace

TEMPLATE_TEST_CASE("mixtures of gamma densities have the properties of a model", "", double, float) {
    kit::check_model<GammaSubject<TestType>>();
}
TEST_CASE("fits of gamma mixtures have the properties of EM") { kit::check_fits<GammaSubject<double>>(); }
TEST_CASE("fits of gamma mixtures have the same bits on any number of threads", "[threads]") {
    kit::threads_change_no_bit<GammaSubject<double>>();
}
