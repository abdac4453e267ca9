// What the kit must know about mixtures, whatever their emission.
#pragma once

#include <cmath>
#include <vector>

#include "latent/model/mixture_prior.hpp"

namespace kit {

/// A base of subjects (see model_properties.hpp). Subject supplies truth(), start(), prior() and
/// log_density(emission, x, k).
template <class Subject, class E>
struct MixtureSubject {
    using Index = latent::Index;
    using Scalar = typename E::Scalar;
    using Model = latent::Mixture<E>;
    using Data = latent::MatrixX<Scalar>;
    static constexpr Index states = 3;
    static constexpr double rounding = std::numeric_limits<Scalar>::epsilon();

    static Data draw(Index n, latent::Random& random) { return Subject::truth().sample(n, random); }
    static latent::Blocks<Scalar> units(const Data& data) { return latent::Blocks<Scalar>(data, 9); }
    static Index count(const Data& data) { return data.cols(); }
    static double log_joint(const Model& m, const Data& data, Index i, Index z) {
        const Eigen::VectorXd x = data.col(i).template cast<double>();
        return std::log(m.weights()(z)) + Subject::log_density(m.emission(), x, z);
    }

    static latent::Blocks<Scalar> weighted_units(const Data& data, std::vector<double>& weights) {
        return latent::Blocks<Scalar>({data.data(), data.rows(), data.cols(), 1, data.rows(), weights.data()},
                                      9);
    }
    static Data repeat(const Data& data, const std::vector<double>& weights) {
        Data copies(data.rows(), 0);
        for (Index i = 0; i < data.cols(); ++i)
            for (double w = weights[static_cast<std::size_t>(i)]; w > 0; --w) {
                copies.conservativeResize(Eigen::NoChange, copies.cols() + 1);
                copies.rightCols(1) = data.col(i);
            }
        return copies;
    }
};

}  // namespace kit
