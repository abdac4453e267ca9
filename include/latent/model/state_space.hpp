// What a linear Gaussian state space model is made of, and what it says of states and observations.
#pragma once

#include <tuple>

#include "latent/core/saved.hpp"
#include "latent/core/types.hpp"

namespace latent {

/// y_t = Z x_t + v_t, v_t ~ N(0, H); x_{t+1} = T x_t + w_t, w_t ~ N(0, Q); x_1 ~ N(a, P): the state x has s numbers, an
/// observation y d.
struct StateSpaceParameters {
    Eigen::MatrixXd observation;             ///< Z, d × s
    Eigen::MatrixXd transition;              ///< T, s × s
    Eigen::MatrixXd observation_covariance;  ///< H, d × d
    Eigen::MatrixXd state_covariance;        ///< Q, s × s
    Eigen::VectorXd initial_mean;            ///< a, s
    Eigen::MatrixXd initial_covariance;      ///< P, s × s
};

/// Which of them a fit estimates; the others stay as they are.
struct Estimated {
    bool observation = false, transition = false, observation_covariance = false, state_covariance = false,
         initial_mean = false, initial_covariance = false;

    static constexpr Estimated all() { return {true, true, true, true, true, true}; }
    friend bool operator==(const Estimated&, const Estimated&) = default;

    /// What save writes, see Savable.
    static constexpr auto saved() {
        using E = Estimated;
        return std::tuple{named_optional("observation", &E::observation),
                          named_optional("transition", &E::transition),
                          named_optional("observation_covariance", &E::observation_covariance),
                          named_optional("state_covariance", &E::state_covariance),
                          named_optional("initial_mean", &E::initial_mean),
                          named_optional("initial_covariance", &E::initial_covariance)};
    }
};

/// Normal vectors of r numbers, one a step.
struct NormalMoments {
    Eigen::MatrixXd means;        ///< r × n
    Eigen::MatrixXd covariances;  ///< r × r·n, one beside the other

    auto covariance(Index t) const {
        return covariances.middleCols(t * covariances.rows(), covariances.rows());
    }
    void resize(Index r, Index n) {
        means.resize(r, n);
        covariances.resize(r, r * n);
    }
    /// mean, covariance := those of step t, and the reverse.
    void get(Index t, Eigen::VectorXd& mean, Eigen::MatrixXd& covariance_at) const {
        mean = means.col(t);
        covariance_at = covariance(t);
    }
    void set(Index t, const Eigen::VectorXd& mean, const Eigen::MatrixXd& covariance_at) {
        means.col(t) = mean;
        covariances.middleCols(t * covariances.rows(), covariances.rows()) = covariance_at;
    }
};

/// p(x_t | y), and how the states of neighbouring steps move together.
struct SmoothedStates : NormalMoments {
    Eigen::MatrixXd lag_one;  ///< Cov(x_{t+1}, x_t | y) as block t, s × s·n; zero at a sequence's last step
};

/// A draw of observations together with their states.
struct StateSpaceDraw {
    Eigen::MatrixXd x;       ///< d × n: the observations y_t
    Eigen::MatrixXd states;  ///< s × n
};

}  // namespace latent
