// No observer: nobody watches.
#pragma once

#include "latent/core/concepts.hpp"

namespace latent {

/// The default observer.
struct Silent {
    template <class M>
    void operator()(const Progress&, const M&) const {}
};

}  // namespace latent
