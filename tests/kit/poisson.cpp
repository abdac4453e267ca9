// The kit on mixtures of counts.
#include "latent/emission/poisson.hpp"

#include "catch.hpp"
#include "kit/mixture_subject.hpp"
#include "kit/model_properties.hpp"

namespace {

template <class Scalar>
struct PoissonSubject : kit::MixtureSubject<PoissonSubject<Scalar>, latent::Poisson<Scalar>> {
    using Model = latent::Mixture<latent::Poisson<Scalar>>;
    static constexpr double recovery = 0.2;

    static Model model(double scale) {
        const Eigen::MatrixXd rates{{1, 9, 4}, {3, 2, 12}};
        return {Eigen::Vector3d(0.5, 0.3, 0.2), latent::Poisson<Scalar>(scale * rates)};
    }
    static Model truth() { return model(1); }
    static Model start() { return model(1.2); }
    static auto prior() { return latent::MixturePrior<latent::GammaPrior>{2, {2, 0.5}}; }
    static double log_density(const latent::Poisson<Scalar>& p, const Eigen::VectorXd& x, latent::Index k) {
        double total = 0;
        for (latent::Index j = 0; j < x.size(); ++j)
            total += x(j) * std::log(p.rates()(j, k)) - p.rates()(j, k) - std::lgamma(x(j) + 1);
        return total;
    }
};

}  // namespace

TEMPLATE_TEST_CASE("mixtures of Poisson densities have the properties of a model", "", double, float) {
    kit::check_model<PoissonSubject<TestType>>();
}
TEST_CASE("fits of Poisson mixtures have the properties of EM") { kit::check_fits<PoissonSubject<double>>(); }
TEST_CASE("fits of Poisson mixtures have the same bits on any number of threads", "[threads]") {
    kit::threads_change_no_bit<PoissonSubject<double>>();
}
