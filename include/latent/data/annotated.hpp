// What stands beside observations: weights, and what is known of their cells and components.
#pragma once

#include "latent/core/types.hpp"

namespace latent::detail {

/// What stands beside n observations: null or false where there is nothing. A view of memory that must outlive it.
struct Notes {
    const double* weights = nullptr;
    const Index* labels = nullptr;
    const double* log_prior = nullptr;
    Index prior_components = 0;
    bool missing = false;

    /// What stands beside observations `first` and those that follow.
    Notes from(Index first) const {
        Notes rest = *this;
        if (weights) rest.weights += first;
        if (labels) rest.labels += first;
        if (log_prior) rest.log_prior += first * prior_components;
        return rest;
    }
};

/// A view V of observations, in memory or of a source, with notes.
template <class V>
class Annotated {
  public:
    /// One weight an observation, or null where every weight is one.
    const double* weights() const { return notes_.weights; }
    double weight(Index i) const { return notes_.weights ? notes_.weights[i] : 1.0; }
    /// Whether a NaN is a missing cell, see with_missing.
    bool missing() const { return notes_.missing; }
    /// Known components, −1 where unknown, one an observation, or null; see labelled.
    const Index* labels() const { return notes_.labels; }
    /// log p(component k) of observation i by somebody's knowledge, at [i · components + k], or null; see with_prior.
    const double* log_prior() const { return notes_.log_prior; }
    Index prior_components() const { return notes_.prior_components; }
    /// Whether something is known of the components.
    bool informed() const { return notes_.labels || notes_.log_prior; }
    const Notes& notes() const { return notes_; }

    /// The same observations with other notes.
    V with_notes(const Notes& notes) const {
        V same = static_cast<const V&>(*this);
        static_cast<Annotated&>(same).notes_ = notes;
        return same;
    }
    /// The same observations with these weights, one an observation, or null.
    V with_weights(const double* weights) const {
        Notes notes = notes_;
        notes.weights = weights;
        return with_notes(notes);
    }
    /// The same observations, in which a NaN is a missing cell, or is not.
    V with_missing(bool missing = true) const {
        Notes notes = notes_;
        notes.missing = missing;
        return with_notes(notes);
    }
    /// The same observations with these labels, one an observation, or null.
    V with_labels(const Index* labels) const {
        Notes notes = notes_;
        notes.labels = labels;
        return with_notes(notes);
    }
    /// The same observations with these log-probabilities, `components` an observation, or null.
    V with_log_prior(const double* log_prior, Index components) const {
        Notes notes = notes_;
        notes.log_prior = log_prior;
        notes.prior_components = components;
        return with_notes(notes);
    }

  protected:
    Annotated() = default;
    explicit Annotated(const Notes& notes) : notes_(notes) {}

    Notes notes_;
};

}  // namespace latent::detail
