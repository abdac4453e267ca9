// Regression by a mixture: what it predicts of some columns where others are known.
#pragma once

#include <numeric>
#include <utility>
#include <vector>

#include "latent/model/mixture.hpp"

namespace latent {

/// E[outputs | inputs] and its covariance under a Gaussian or Student-t mixture of both (Ghahramani & Jordan 1994, "Supervised
/// learning from incomplete data via an EM approach"; "Gaussian mixture regression"): of every component the linear regression,
/// weighted by how probable it is at the inputs. What does not depend on these, slopes and factors, is computed once.
///
/// Any columns, in any order: `Regression(mixture, {2}, {0, 1})` predicts column 2 from columns 0 and 1; those of neither are
/// integrated out. Inputs come as observations do, d_in × n, and may lie far out of the data. Cost of an input: that of the
/// inputs' mixture, and K·d_in·d_out for a mean, K·d_out² more for a covariance.
template <Emission E>
class Regression {
    static_assert(Conditionable<E>,
                  "latent: Regression needs an emission that is Conditionable, such as Gaussian");

  public:
    using Scalar = typename E::Scalar;
    /// What densities of some of the dimensions are: an E as a rule.
    using Joint = decltype(std::declval<const E&>().marginal({}));

    /// Throws std::invalid_argument unless outputs and inputs are different ones of 0 … d − 1, at least one of each.
    Regression(const Mixture<E>& mixture, const std::vector<Index>& outputs, const std::vector<Index>& inputs)
        : outputs_(std::ssize(outputs)),
          joint_(mixture.emission().marginal(joined(mixture, inputs, outputs))),
          given_(joint_, first(std::ssize(inputs))),
          inputs_(mixture.weights(), given_.marginal) {}

    /// E[outputs | inputs = x_i]: d_out × n. Throws std::invalid_argument as the mixture's queries do, and where a cell is missing.
    Eigen::MatrixXd mean(const Observations<Scalar>& x) const {
        Eigen::MatrixXd result(outputs_, x.cols());
        for_each(x, [&](Index i, const Weighted& at) { result.col(i) = at.means * at.weights; });
        return result;
    }

    /// The covariance of the outputs where inputs = x_i, d_out × d_out each: that of the components, and that of their means. It
    /// is infinite where a component's is: of a Student-t with ν + d_in ≤ 2.
    std::vector<Eigen::MatrixXd> covariance(const Observations<Scalar>& x) const {
        std::vector<Eigen::MatrixXd> result(static_cast<std::size_t>(x.cols()),
                                            Eigen::MatrixXd::Zero(outputs_, outputs_));
        for_each(x, [&](Index i, const Weighted& at) {
            Eigen::MatrixXd& sum = result[static_cast<std::size_t>(i)];
            const Eigen::VectorXd mean = at.means * at.weights;
            for (Index k = 0; k < joint_.size(); ++k) {
                if (at.weights(k) == 0) continue;  // its covariance may be infinite
                const Eigen::VectorXd deviation = at.means.col(k) - mean;
                sum += at.weights(k) *
                       (given_.covariance(joint_, k, at.x) + deviation.lazyProduct(deviation.transpose()));
            }
        });
        return result;
    }

    /// The mixture of the outputs where inputs = x, one observation.
    auto conditional(const Eigen::VectorXd& x) const {
        detail::require(x.size() == inputs_.dimension(), "latent::Regression: ", x.size(),
                        " values given, expected ", inputs_.dimension());
        const Eigen::VectorX<Scalar> input = x.template cast<Scalar>();
        return Mixture(weights(input).col(0).eval(), given_.conditional(joint_, x));
    }

    /// p(k | inputs = x_i): K × n.
    Eigen::MatrixXd weights(const Observations<Scalar>& x) const {
        Eigen::MatrixXd result = inputs_.predict_proba(x);
        result.array().rowwise() /= result.colwise().sum().array().eval();  // of float, to double's rounding
        return result;
    }

  private:
    /// The components at one input.
    struct Weighted {
        Eigen::VectorXd x, weights;  // d_in, K
        Eigen::MatrixXd means;       // of the outputs: d_out × K
    };

    static std::vector<Index> joined(const Mixture<E>& mixture, std::vector<Index> inputs,
                                     const std::vector<Index>& outputs) {
        detail::require_dimensions("Regression: inputs", inputs, mixture.dimension());
        detail::require_dimensions("Regression: outputs", outputs, mixture.dimension());
        inputs.insert(inputs.end(), outputs.begin(), outputs.end());
        return inputs;
    }
    static std::vector<Index> first(Index count) {
        std::vector<Index> all(static_cast<std::size_t>(count));
        std::iota(all.begin(), all.end(), Index{0});
        return all;
    }

    template <class Visit>
    void for_each(const Observations<Scalar>& x, const Visit& visit) const {
        detail::require(!x.missing(),
                        "latent::Regression: inputs have missing cells, expected complete ones");
        const Eigen::MatrixXd all_weights = weights(x);
        Weighted at{Eigen::VectorXd(x.rows()), {}, Eigen::MatrixXd(outputs_, joint_.size())};
        Eigen::VectorXd mean(outputs_);
        for (Index i = 0; i < x.cols(); ++i) {
            for (Index j = 0; j < x.rows(); ++j) at.x(j) = static_cast<double>(x(j, i));
            at.weights = all_weights.col(i);
            for (Index k = 0; k < joint_.size(); ++k) {
                given_.expect(joint_, k, at.x, mean);
                at.means.col(k) = mean;
            }
            visit(i, at);
        }
    }

    Index outputs_;
    Joint joint_;  // of the inputs, then the outputs
    typename Joint::Given given_;
    Mixture<Joint> inputs_;
};

}  // namespace latent
