// Mixtures whose weights depend on covariates: concomitant variables, mixtures of experts.
#pragma once

#include <span>
#include <tuple>
#include <vector>

#include "latent/emission/gate.hpp"
#include "latent/emission/product.hpp"
#include "latent/model/mixture.hpp"

namespace latent {

/// p(x | z) = Σ_k π_k(z) p(x | k), log π_k(z)/π_0(z) = z ᵀγ_k, over any emission family, as a rule regressions: mixtures of experts
/// (Jacobs, Jordan, Nowlan & Hinton 1991; Jordan & Jacobs 1994), latent classes with concomitant variables (Dayton & Macready
/// 1988). An observation is q covariates z, one of them always 1, and then what the emission observes. What these have in
/// common, such as regressors that are covariates too, stands there twice.
///
/// It is a Mixture of a Gate and the emission with equal weights, which stay so: the Gate has the π_k. All that a Mixture
/// answers it answers too; what is said of an observation is given its z, and nothing can be sampled. The M-step is exact: the
/// Gate's and the emission's. For weights that follow from where z lies instead, a Product of Gaussian and regressions in a
/// plain Mixture is a cluster-weighted model (Gershenfeld 1997), and needs no Gate.
template <class E>
class MixtureOfExperts : public Mixture<Product<Gate<typename E::Scalar>, E>> {
    using Base = Mixture<Product<Gate<typename E::Scalar>, E>>;

  public:
    using GateType = Gate<typename E::Scalar>;
    using Statistics = typename Base::Statistics;

    /// An empty one, to be assigned to.
    MixtureOfExperts() = default;
    /// Throws std::invalid_argument where the two are of another number of components.
    MixtureOfExperts(GateType gate, E experts) : Base(Product(std::move(gate), std::move(experts))) {}
    /// q covariates by which nothing depends on z yet: a shape for a start.
    MixtureOfExperts(Index q, E experts)
        : MixtureOfExperts(GateType(experts.size(), q), experts) {}  // not moved: who is first is open

    const GateType& gate() const { return this->emission().template block<0>(); }
    const E& experts() const { return this->emission().template block<1>(); }
    /// π_k(z), K × n, of covariates z, q × n.
    Eigen::MatrixXd prior_proba(const Eigen::MatrixXd& z) const {
        gate().check(Observations<double>(z));
        Eigen::MatrixXd p = gate().coefficients().transpose().lazyProduct(z);
        for (Index i = 0; i < p.cols(); ++i) p.col(i) = detail::log_softmax(p.col(i)).array().exp();
        return p;
    }
    void set_weights(const Eigen::VectorXd&) = delete;  // the Gate has them

    // --------------------------------------------------------------------- the LatentVariableModel contract

    void maximize(const Statistics& s) { this->emission().maximize(s.emission); }
    double expected_log_joint(const Statistics& s) const {
        return this->emission().expected_log_density(s.emission);
    }
    std::vector<double> to_vector() const requires VectorizableEmission<E> {
        std::vector<double> v(static_cast<std::size_t>(this->emission().coordinates()));
        this->emission().to_vector(v);
        return v;
    }
    void from_vector(std::span<const double> v) requires VectorizableEmission<E> {
        this->emission().from_vector(v);
    }
    bool split_heaviest(Index, Random&) = delete;  // weights say nothing of who is heavy
    bool remove(Index) = delete;

    /// Its name, see Archivable.
    static std::string type_name() { return "MixtureOfExperts"; }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("gate", &MixtureOfExperts::gate, SavedAs::components),
                          named("experts", &MixtureOfExperts::experts, SavedAs::components)};
    }
};

}  // namespace latent
