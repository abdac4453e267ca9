// What a linear dynamical system says about data: LinearDynamicalSystem's queries.
#pragma once

#include "latent/model/linear_dynamical_system.hpp"

namespace latent {

template <class Scalar>
template <class Cut, class X, class Visit>
void BasicLinearDynamicalSystem<Scalar>::for_each_sequence(const Cut& blocks, const X& execution,
                                                           const Visit& visit) const {
    detail::check_data(execution, blocks.cols(), [&] { require_shape(blocks); });
    int total = 0;
    execution.template reduction<int, Inference>()(
        blocks.slices(), [](int& sum) { sum = 0; },
        [&](int&, Inference& inference, Index b) {
            const Unit block = blocks[b];
            check_block(block, blocks.first_sequence(b));
            inference.prepare();
            for (Index i = 0; i < block.size(); ++i)
                visit(blocks.first_sequence(b) + i, blocks.first(b) + block.first(i), block[i],
                      block.weight(i), inference);
        },
        total);
}

template <class Scalar>
template <class D, class X>
Eigen::VectorX<Scalar> BasicLinearDynamicalSystem<Scalar>::score_sequences_of(const D& y, const X& execution,
                                                                              bool weighted) const {
    const auto& blocks = detail::units_of(execution, *this, y);
    Eigen::VectorX<Scalar> result = Eigen::VectorX<Scalar>::Zero(blocks.first_sequence(blocks.size()));
    for_each_sequence(
        blocks, execution, [&](Index i, Index, const Series& sequence, double weight, Inference& inference) {
            if (weighted && weight == 0) return;
            result(i) = (weighted ? weight : 1.0) * inference.filter(chain_, sequence, [](Index, double) {});
        });
    return result;
}

template <class Scalar>
template <class D, Execution X>
NormalMoments BasicLinearDynamicalSystem<Scalar>::filter(const D& y, const X& execution) const {
    const auto& blocks = detail::units_of(execution, *this, y);
    NormalMoments result;
    result.resize(size(), blocks.cols());
    for_each_sequence(
        blocks, execution, [&](Index, Index first, const Series& sequence, double, Inference& inference) {
            inference.filter(chain_, sequence, [&](Index t, double) {
                result.set(first + t, inference.filter().mean(), inference.filter().covariance());
            });
        });
    return result;
}

template <class Scalar>
template <class D, Execution X>
SmoothedStates BasicLinearDynamicalSystem<Scalar>::smooth(const D& y, const X& execution) const {
    const auto& blocks = detail::units_of(execution, *this, y);
    SmoothedStates result;
    result.resize(size(), blocks.cols());
    result.lag_one.setZero(size(), size() * blocks.cols());
    for_each_sequence(
        blocks, execution, [&](Index, Index first, const Series& sequence, double, Inference& inference) {
            inference.filter(chain_, sequence);
            inference.smooth(chain_, nullptr, [&](Index t) {
                result.set(first + t, inference.mean(), inference.covariance());
                if (t + 1 < sequence.cols())
                    result.lag_one.middleCols((first + t) * size(), size()) = inference.lag_one();
            });
        });
    return result;
}

template <class Scalar>
template <class D>
NormalMoments BasicLinearDynamicalSystem<Scalar>::forecast_states(const D& y, Index steps) const {
    detail::require(steps >= 0, "latent::LinearDynamicalSystem::forecast_states: steps is ", steps,
                    ", expected at least 0");
    const auto& blocks = units(y);
    NormalMoments result;
    result.resize(size(), steps);
    for_each_sequence(blocks, Sequential{},
                      [&](Index i, Index, const Series& sequence, double, Inference& inference) {
                          if (i + 1 < blocks.first_sequence(blocks.size())) return;
                          inference.filter(chain_, sequence, [](Index, double) {});
                          for (Index h = 0; h < steps; ++h) {
                              inference.filter().predict(chain_);
                              result.set(h, inference.filter().mean(), inference.filter().covariance());
                          }
                      });
    return result;
}

template <class Scalar>
template <class D>
NormalMoments BasicLinearDynamicalSystem<Scalar>::forecast(const D& y, Index steps) const {
    const NormalMoments states = forecast_states(y, steps);
    NormalMoments result;
    result.resize(dimension(), steps);
    for (Index h = 0; h < steps; ++h) {
        Eigen::MatrixX<Scalar> covariance = observation_covariance();
        covariance += observation()
                          .lazyProduct(Eigen::MatrixX<Scalar>(states.covariance(h)))
                          .eval()
                          .lazyProduct(observation().transpose());
        Full::symmetrize(covariance);
        result.set(h, observation().lazyProduct(states.means.col(h)), covariance);
    }
    return result;
}

template <class Scalar>
template <class D, Execution X>
Imputation<double> BasicLinearDynamicalSystem<Scalar>::impute(const D& y, const X& execution) const {
    const auto& blocks = detail::units_of(execution, *this, y);
    Imputation<double> result{Eigen::MatrixX<Scalar>(dimension(), blocks.cols()),
                              Eigen::MatrixX<Scalar>::Zero(dimension(), blocks.cols())};
    for_each_sequence(blocks, execution,
                      [&](Index, Index first, const Series& sequence, double, Inference& inference) {
                          inference.filter(chain_, sequence);
                          inference.smooth(chain_, nullptr, [&](Index t) {
                              result.x.col(first + t) = sequence.matrix().col(t);
                              if (!result.x.col(first + t).hasNaN()) return;
                              const auto& observed = inference.observe(chain_.observation, sequence, t);
                              for (Index j = 0; j < dimension(); ++j) {
                                  if (!std::isnan(sequence(j, t))) continue;
                                  result.x(j, first + t) = observed.value(chain_.observation, j);
                                  result.variances(j, first + t) = observed.variance(chain_.observation, j);
                              }
                          });
                      });
    return result;
}

template <class Scalar>
template <class D>
Eigen::MatrixX<Scalar> BasicLinearDynamicalSystem<Scalar>::sample_states(const D& y, Random& random) const {
    const auto& blocks = units(y);
    Eigen::MatrixX<Scalar> result(size(), blocks.cols());
    for_each_sequence(
        blocks, Sequential{}, [&](Index, Index first, const Series& sequence, double, Inference& inference) {
            inference.filter(chain_, sequence);
            inference.smooth(chain_, &random, [&](Index t) { result.col(first + t) = inference.mean(); });
        });
    return result;
}

template <class Scalar>
StateSpaceDraw BasicLinearDynamicalSystem<Scalar>::sample(Index n, Random& random) const {
    require_parameters();
    detail::require(n >= 0, "latent::LinearDynamicalSystem::sample: n is ", n, ", expected at least 0");
    StateSpaceDraw draw{Eigen::MatrixX<Scalar>(dimension(), n), Eigen::MatrixX<Scalar>(size(), n)};
    Eigen::VectorX<Scalar> x = Eigen::VectorX<Scalar>::Ones(1);
    for (Index t = 0; t < n; ++t) {
        x = (t == 0 ? chain_.initial : chain_.transition).sample(x, random);
        draw.states.col(t) = x;
        draw.x.col(t) = chain_.observation.sample(x, random);
    }
    return draw;
}

}  // namespace latent
