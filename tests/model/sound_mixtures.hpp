// What a fit never returns, where fits of mixtures begin, and what happened in them.
#pragma once

#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/mixture.hpp"

namespace sound_mixtures {

using namespace latent;

template <class M>
void check_finite(const Result<M>& fit) {
    CHECK(std::isfinite(fit.objective));
    CHECK(std::isfinite(fit.log_likelihood));
    for (const double objective : fit.trace) CHECK(std::isfinite(objective));
    CHECK(fit.model.weights().allFinite());
    CHECK(fit.model.means().allFinite());
    for (Index k = 0; k < fit.model.size(); ++k) {
        CHECK(fit.model.covariance(k).allFinite());
        CHECK(fit.model.precision(k).allFinite());
    }
    CHECK(fit.status != Status::running);
}

/// A start that needs no data: means as given, unit covariances.
template <class Covariance = Full>
GaussianMixture<Covariance> standard(const Eigen::MatrixXd& means) {
    const Eigen::MatrixXd one = Eigen::MatrixXd::Identity(means.rows(), means.rows());
    return GaussianMixture<Covariance>(Gaussian<Covariance>(
        means,
        std::vector<Eigen::MatrixXd>(static_cast<std::size_t>(Covariance::shared ? 1 : means.cols()), one)));
}

template <class M>
bool happened(const Result<M>& fit, Index component, Cause cause, Action action) {
    return std::any_of(fit.events.begin(), fit.events.end(), [&](const Event& e) {
        return e.component == component && e.cause == cause && e.action == action;
    });
}

template <class Remedy, class M>
Result<M> fit_with(const Remedy& remedy, const M& start, const Eigen::MatrixXd& x) {
    const ExpectationMaximization<Batch<>, MaximumLikelihood<Remedy>> em{
        {}, {remedy}, {}, {}, {}, {.iterations = 500}, {}};
    return em.fit(start, x);
}

}  // namespace sound_mixtures
