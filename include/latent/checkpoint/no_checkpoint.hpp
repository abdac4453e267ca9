// No checkpoint: nothing of a fit is kept.
#pragma once

namespace latent {

/// The default: a process that is killed loses its fit.
struct NoCheckpoint {
    static constexpr bool keeps = false;

    struct Session {
        template <class... Arguments>
        bool resume(const Arguments&...) const {
            return false;
        }
        template <class... Arguments>
        void save(const Arguments&...) const {}
    };
    template <class X>
    Session session(const X&) const {
        return {};
    }
};

}  // namespace latent
