// What latent::check_model says of a model, asked by way of AnyModel: its many questions are compiled once for all models.
#pragma once

#include "kit/any_model.hpp"
#include "latent/check/check_report.hpp"
#include "latent/core/units.hpp"

namespace kit {

/// Of a model that computes in double, or else in float: checker_properties.cpp.
latent::CheckReport checked(const AnyModel& model, const AnyUnits& units, bool in_double);

template <class M, class Data>
latent::CheckReport checked(const M& model, const Data& data) {
    const auto& units = latent::detail::units_of(model, data);
    using Units = std::remove_cvref_t<decltype(units)>;
    latent::detail::check_with(model, units);
    return checked(AnyModel(std::make_unique<ModelOf<M, Units>>(model)), AnyUnits(units),
                   std::is_same_v<typename M::Scalar, double>);
}

}  // namespace kit
