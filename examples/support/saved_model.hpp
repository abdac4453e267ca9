// A model that is kept in a file: what the programs that fit one must know of it before they can load it.
#pragma once

#include <string>

#include "fit_options.hpp"
#include "latent/save/save.hpp"
#include "program.hpp"

/// How many components or states the model in the file has, noise included.
inline latent::Index saved_components(const FitOptions& options) {
    using latent::detail::part_of, latent::detail::SavedParts;
    return latent::detail::with_file(options.load, [&](const latent::detail::SavedValue& value) {
        const SavedParts* parts = value.get<SavedParts>();
        const auto* chain = parts ? part_of(*parts, "chain") : nullptr;
        if (chain) parts = chain->get<SavedParts>();
        const auto* list = parts ? part_of(*parts, chain ? "initial" : "weights") : nullptr;
        if (!list) throw latent::LoadError("holds neither a mixture nor a hidden Markov model");
        return std::ssize(latent::detail::restore_numbers(*list, {}));
    });
}

/// Saves the model where the options say so.
template <class M>
void save_as_chosen(const FitOptions& options, const M& model) {
    if (!options.save.empty()) written([&] { latent::save(options.save, model); });
}
inline void print_saved(std::ostream& out, const FitOptions& options) {
    if (!options.save.empty()) out << "model           " << options.save.string() << '\n';
}
