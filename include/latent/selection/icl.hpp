// The integrated classification likelihood: fit, parameters, and how well components are told apart.
#pragma once

#include "latent/core/concepts.hpp"
#include "latent/core/sum_of_weights.hpp"
#include "latent/driver/result.hpp"
#include "latent/model/criteria.hpp"

namespace latent {

/// parameters · log n − 2 log p(x, ẑ), ẑ the most probable hidden values: BIC with the likelihood of data and classes (Biernacki,
/// Celeux & Govaert 2000; of hidden Markov models, ẑ being the Viterbi path, Celeux & Durand 2008). Of a mixture it is
/// Mixture::icl. For every Decodable model. Time: a pass over the data.
struct Icl {
    static constexpr const char* name = "ICL";

    template <Decodable M, class Units, Execution X>
    double operator()(const Result<M>& fit, const Units& units, const X& execution) const {
        double joint = 0;
        execution.template reduction<double, typename M::Posterior>()(
            detail::slices_of(units, std::ssize(units)), [](double& sum) { sum = 0; },
            [&](double& sum, auto& q, Index u) { sum += fit.model.decode(units[u], q); }, joint);
        return Bic{}(joint, static_cast<double>(fit.parameters()), detail::sum_of_weights(units, execution));
    }
};

}  // namespace latent
