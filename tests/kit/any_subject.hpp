// What the kit asks of a subject (model_properties.hpp), whatever the types of its model and data.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "kit/any_model.hpp"

namespace kit {

/// Observations and their units.
class AnyData {
  public:
    virtual ~AnyData() = default;
    virtual AnyUnits units() const = 0;
    virtual Index count() const = 0;
    /// How many values the hidden state of observation i can take.
    virtual Index states(Index i) const = 0;
    /// log p(x_i, z | θ) of the subject's model.
    virtual double log_joint(const AnyModel& model, Index i, Index z) const = 0;
    /// The same observations with weights, and so many copies of each.
    virtual std::shared_ptr<const AnyData> weighted(const std::vector<double>& weights) const = 0;
    virtual std::shared_ptr<const AnyData> repeated(const std::vector<double>& weights) const = 0;
};

struct AnySubject {
    AnyModel truth, start;
    std::function<std::shared_ptr<const AnyData>(Index n, latent::Random& random)> draw;
    std::function<AnyStatistics(const AnyModel&)> prior;
    double rounding, recovery;
    bool weighable;  ///< observations can have weights
    bool augmented;  ///< by hidden variables beside z
};

template <class S>
using UnitsOf = std::remove_cvref_t<decltype(S::units(std::declval<const typename S::Data&>()))>;

template <class S>
inline constexpr bool weighable = requires {
    S::weighted_units;
};

template <class S>
class DataOf : public AnyData {
    using Model = typename S::Model;

  public:
    explicit DataOf(typename S::Data data) : data_(std::move(data)) {}
    AnyUnits units() const override { return AnyUnits(units_); }
    Index count() const override { return S::count(data_); }
    Index states(Index i) const override {
        if constexpr (requires { S::states(data_, i); }) {
            return S::states(data_, i);
        } else {
            return S::states;
        }
    }
    double log_joint(const AnyModel& model, Index i, Index z) const override {
        const auto& typed = dynamic_cast<const ModelOf<Model, UnitsOf<S>>&>(model.interface());
        return S::log_joint(typed.model(), data_, i, z);
    }
    std::shared_ptr<const AnyData> weighted(const std::vector<double>& weights) const override {
        if constexpr (weighable<S>) {
            auto same = std::make_shared<DataOf>(data_);
            same->weights_ = weights;
            same->units_ = S::weighted_units(same->data_, same->weights_);
            return same;
        } else {
            return nullptr;
        }
    }
    std::shared_ptr<const AnyData> repeated(const std::vector<double>& weights) const override {
        if constexpr (weighable<S>) {
            return std::make_shared<DataOf>(S::repeat(data_, weights));
        } else {
            return nullptr;
        }
    }

  private:
    typename S::Data data_;
    std::vector<double> weights_;
    UnitsOf<S> units_ = S::units(data_);
};

/// The subject S without its types.
template <class S>
AnySubject any_subject() {
    using Typed = ModelOf<typename S::Model, UnitsOf<S>>;
    const auto any = [](typename S::Model model) {
        return AnyModel(std::make_unique<Typed>(std::move(model)));
    };
    return {any(S::truth()), any(S::start()),
            [](Index n, latent::Random& random) { return std::make_shared<DataOf<S>>(S::draw(n, random)); },
            [prior = S::prior()](const AnyModel& model) {
                return Typed::untyped(prior(dynamic_cast<const Typed&>(model.interface()).model()));
            },
            S::rounding, S::recovery, weighable<S>, requires {S::augmented;
}
};  // namespace kit
}

}  // namespace kit
