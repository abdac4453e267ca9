// The kit on mixtures of counts of outcomes.
#include "latent/emission/multinomial.hpp"

#include "catch.hpp"
#include "kit/mixture_subject.hpp"
#include "kit/model_properties.hpp"

namespace {

template <class Scalar>
struct MultinomialSubject : kit::MixtureSubject<MultinomialSubject<Scalar>, latent::Multinomial<Scalar>> {
    using Model = latent::Mixture<latent::Multinomial<Scalar>>;
    static constexpr double recovery = 0.25;

    /// Component k prefers outcome k of four, in ten trials.
    static Model model(double preferred) {
        Eigen::MatrixXd probabilities = Eigen::MatrixXd::Constant(4, 3, (1 - preferred) / 3);
        probabilities.diagonal().setConstant(preferred);
        return {Eigen::Vector3d(0.5, 0.3, 0.2), latent::Multinomial<Scalar>(probabilities, 10)};
    }
    static Model truth() { return model(0.6); }
    static Model start() { return model(0.45); }
    static auto prior() { return latent::MixturePrior<latent::DirichletPrior>{2, {1.5}}; }
    static double log_density(const latent::Multinomial<Scalar>& m, const Eigen::VectorXd& x,
                              latent::Index k) {
        double total = std::lgamma(x.sum() + 1);
        for (latent::Index j = 0; j < x.size(); ++j)
            total += x(j) * std::log(m.probabilities()(j, k)) - std::lgamma(x(j) + 1);
        return total;
    }
};

}  // namespace

TEMPLATE_TEST_CASE("mixtures of multinomial densities have the properties of a model", "", double, float) {
    kit::check_model<MultinomialSubject<TestType>>();
}
TEST_CASE("fits of multinomial mixtures have the properties of EM") {
    kit::check_fits<MultinomialSubject<double>>();
}
TEST_CASE("fits of multinomial mixtures have the same bits on any number of threads", "[threads]") {
    kit::threads_change_no_bit<MultinomialSubject<double>>();
}
