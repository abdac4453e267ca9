// A remedy for spurious optima: variances that differ by so much and no more.
#pragma once

#include "latent/mstep/remedies.hpp"

namespace latent {

/// Keeps the variances of all components in all directions within a factor of each other: the largest eigenvalue of D^−½ Σ_k D^−½
/// over all k is at most `most` times the least, D = diag(scale²) of the data. The likelihood of normal mixtures has no bound, and
/// its highest local optima are components on a handful of points; under this bound its maximum exists and is consistent
/// (Hathaway 1985, "A constrained formulation of maximum-likelihood estimation for normal mixture distributions"; García-Escudero et
/// al. 2008, 2015). It is the M-step under the constraint, so the objective never falls. 1: spheres of one size, in the data's
/// units; the larger, the less it does. Besides, it does what VarianceFloor does. Emissions: Gaussian and StudentT (of scale
/// matrices) with structures Full, Tied, Diagonal, Spherical, EII or EEI. Cost: O(K d³ + (K d)²) an M-step.
struct EigenvalueRatio {
    double most = 100;
    double relative = 1e-6;
    Eigen::VectorXd floor{};  ///< least variances of the d dimensions; empty: `relative` · the data's scale²
    static constexpr bool monotone = true;
    void check() const {
        detail::check_floor("EigenvalueRatio", *this);
        detail::require(most >= 1 && std::isfinite(most), "latent::EigenvalueRatio: most is ", most,
                        ", expected a finite number >= 1");
    }

    template <class M>
    void operator()(M& model, Journal& journal) const {
        bound(model, journal);
        VarianceFloor{relative, floor}(model, journal);
    }
    template <class M>
    bool admit(M& model, Journal& journal) const {
        bound(model, journal);
        return VarianceFloor{relative, floor}.admit(model, journal);
    }

  private:
    template <class M>
    void bound(M& model, Journal& journal) const {
        if constexpr (CollapsibleModel<M>) {
            static_assert(
                Boundable<detail::EmissionOf<M>>,
                "latent: EigenvalueRatio needs an emission with bound_variances(ratio, scale), such as "
                "Gaussian<Full>: see Boundable");
            if (!detail::mendable(model)) return;
            const Index d = model.emission().dimension();
            const bool known = floor.size() == d && relative > 0 && (floor.array() > 0).all();
            const Eigen::VectorXd scale =
                known ? Eigen::VectorXd(floor / relative) : Eigen::VectorXd::Ones(d);
            if (model.emission().bound_variances(most, scale))
                journal.record(-1, Cause::unequal_variances, Action::floored);
        }
    }
};

}  // namespace latent
