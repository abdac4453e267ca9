// Checkpoints: a fit that survives its process.
#pragma once

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <string>
#include <typeinfo>
#include <utility>

#include "latent/checkpoint/checkpoint_file.hpp"
#include "latent/checkpoint/file_lock.hpp"
#include "latent/core/archive.hpp"
#include "latent/core/concepts.hpp"
#include "latent/core/processes.hpp"

namespace latent {

namespace detail {

/// What a checkpoint belongs to. The objective of the start stands for the data and the values of the policies.
struct FitIdentity {
    std::string types;        ///< of model, E-step, M-step and acceleration
    std::uint64_t start = 0;  ///< checksum of the model that the fit began at
    double objective = 0;     ///< of that model

    static constexpr auto members() {
        using I = FitIdentity;
        return std::tuple{&I::types, &I::start, &I::objective};
    }
};

}  // namespace detail

/// Keeps the whole state of a fit in a file: `ExpectationMaximization{.checkpoint = Checkpoint{.path = "fit.ckpt"}}`.
/// If the file exists when fit(model, data) begins, the fit goes on from there; if not, it begins at the model. A
/// process may be killed at any moment; called again with the same model, data and policies, fit ends with the same
/// bits as if it had never been. Convergence, limits, observer and execution may change in between. The file
/// remains: fitting again returns its result at once, or goes on where a limit was raised; remove it to begin anew.
///
/// Result::seconds and Limits::seconds count the time of all processes up to the last checkpoint; the trace, events
/// and numbers of iterations and evaluations are those of the whole fit. The observer hears from where the fit goes
/// on, that iteration once more.
///
/// It belongs to one fit: several starts (Restarts) and the candidates of a selection have each a file of their own, `path`.0,
/// `path`.1, …, so that what was finished is not made again; and while a fit runs another one that is given the
/// same path is refused when it begins (the fit holds `path`.lock, which is worth nothing once its process is dead).
/// With an execution that has a rank(), such as one over processes, rank 0 reads and writes the file and tells the
/// others: they need not see its disk.
///
/// Needs an Archivable model. Throws std::runtime_error, naming the file and the reason, where it is in use, is damaged
/// or belongs to another fit (other types, data, start, or another objective of the start, to 1e-9; in float to
/// 5e-7), and where it cannot be written. Cost: an E-step when a fit goes on, and a file of the size of model,
/// statistics and trace each time, written first when the fit begins.
struct Checkpoint {
    std::filesystem::path path;  ///< of the file; empty: nothing is kept
    double every_seconds = 60;   ///< written after so many seconds, checked after each iteration, …
    int every_iterations = 0;    ///< … and after so many iterations; 0: whenever

    static constexpr bool keeps = true;

    /// For fit i of several, in the file `path`.i; nothing is kept where the path is empty.
    Checkpoint numbered(Index i) const {
        Checkpoint own = *this;
        if (!path.empty()) own.path += "." + std::to_string(i);
        return own;
    }

    void check() const {
        detail::require(every_seconds >= 0, "latent::Checkpoint: every_seconds is ", every_seconds,
                        ", expected 0 or more");
        detail::require(every_iterations >= 0, "latent::Checkpoint: every_iterations is ", every_iterations,
                        ", expected 0 or more");
    }

    class Session;
    /// Reads the file, where there is one. Called by all processes of the execution.
    template <class X>
    Session session(const X& execution) const;
};

/// One fit's use of a checkpoint.
class Checkpoint::Session {
  public:
    /// `found` is what the file has, empty where there is none; `lock` is held by the process that writes it.
    Session(Checkpoint checkpoint, std::string found, std::unique_ptr<detail::FileLock> lock)
        : checkpoint_(std::move(checkpoint)), found_(std::move(found)), lock_(std::move(lock)) {}

    /// Where the file holds the fit that begins at `start`: fills the lasting objects from it, and is true.
    template <class EM, class M, class Lasting>
    bool resume(const EM& em, const State<M>& start, const Lasting& lasting) {
        static_assert(Archivable<M>,
                      "latent: a checkpoint needs a model that names all of its members, see Archivable");
        static_assert(Archivable<typename M::Statistics>,
                      "latent: a checkpoint needs statistics that name all of their members, see Archivable");
        if (path().empty()) return false;
        identity_ = identity(em, start);
        if (found_.empty()) return false;
        ArchiveReader reader(found_);
        try {
            detail::FitIdentity other;
            reader.read(other);
            compare(other, std::max(1e-9, 16 * detail::resolution<M>()));
            reader.read(lasting);
            reader.finish();
        } catch (const ArchiveError& error) {
            detail::fail_at(path(), "does not hold the state of this fit: ", error.what());
        }
        found_ = {};
        return resumed_ = true;
    }

    /// Writes the file if it is time to, or `last` says that there will be no other.
    template <class Lasting>
    void save(int iteration, double seconds, bool last, const Lasting& lasting) {
        const int every = checkpoint_.every_iterations;
        const bool due = saved_iteration_ < 0 || last ||
                         seconds - saved_seconds_ >= checkpoint_.every_seconds ||
                         (every > 0 && iteration - saved_iteration_ >= every);
        if (!lock_ || !due || iteration == saved_iteration_) return;
        if (!std::exchange(resumed_, false)) {  // else the file has it already
            ArchiveWriter archive;
            archive.write(identity_);
            archive.write(lasting);
            detail::write_checkpoint_file(path(), archive.bytes());
        }
        saved_iteration_ = iteration;
        saved_seconds_ = seconds;
    }

  private:
    const std::filesystem::path& path() const { return checkpoint_.path; }

    template <class EM, class M>
    static detail::FitIdentity identity(const EM& em, const State<M>& start) {
        ArchiveWriter model;
        model.write(start.model);
        return {.types = detail::text(typeid(M).name(), ' ', typeid(em.estep).name(), ' ',
                                      typeid(em.mstep).name(), ' ', typeid(em.acceleration).name()),
                .start = detail::checksum(model.bytes()),
                .objective = start.objective};
    }

    /// Throws unless the file's fit is this one; objectives may differ by `rounding`, relative to their size.
    void compare(const detail::FitIdentity& other, double rounding) const {
        const auto& [types, start, objective] = identity_;
        if (other.types != types)
            detail::fail_at(path(), "belongs to a fit of other types (model, E-step, M-step, acceleration): ",
                            other.types, ", not ", types);
        if (other.start != start) detail::fail_at(path(), "belongs to a fit that began at another model");
        if (!(std::abs(other.objective - objective) <= rounding * std::abs(objective)))
            detail::fail_at(path(), "belongs to a fit to other data, or by other policies: at its start the ",
                            "objective was ", other.objective, ", not ", objective);
    }

    Checkpoint checkpoint_;
    std::string found_;
    std::unique_ptr<detail::FileLock> lock_;
    detail::FitIdentity identity_;
    bool resumed_ = false;
    int saved_iteration_ = -1;
    double saved_seconds_ = 0;
};

template <class X>
Checkpoint::Session Checkpoint::session(const X& execution) const {
    bool owns = !path.empty();
    if constexpr (Ranked<X>) owns = owns && execution.rank() == 0;
    std::unique_ptr<detail::FileLock> lock;
    std::string found = detail::together(execution, [&] {
        if (owns) lock = std::make_unique<detail::FileLock>(path);
        return owns ? detail::read_checkpoint_file(path) : std::string();
    });
    return {*this, detail::agreed(execution, std::move(found)), std::move(lock)};
}

}  // namespace latent
