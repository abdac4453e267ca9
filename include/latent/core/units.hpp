// From what a user has to what a model infers at a time.
#pragma once

namespace latent::detail {

/// The data as the model's units: cut by the model where it knows how, else taken as they are.
template <class M, class Data>
decltype(auto) units_of(const M& model, const Data& data) {
    if constexpr (requires { model.units(data); }) {
        return model.units(data);
    } else {
        return (data);
    }
}

}  // namespace latent::detail
