// Execution on OpenMP's threads, with the same bits.
#pragma once

#include "latent/execution/shared_reduction.hpp"

#ifdef _OPENMP
#include <omp.h>
#endif

namespace latent {

namespace detail {

/// The threads of an OpenMP parallel region. The body must not throw.
class OpenMpTeam final : public Workers {
  public:
    explicit OpenMpTeam(Index workers) : workers_(static_cast<int>(workers)) {}

    Index count() const override { return workers_; }

    static Index all() {
#ifdef _OPENMP
        return omp_get_max_threads();
#else
        return 1;
#endif
    }

  private:
    /// On as many threads as OpenMP gives.
    void call(Function function, const void* argument) override {
#ifdef _OPENMP
#pragma omp parallel num_threads(workers_)
        function(argument, omp_get_thread_num());
#else
        function(argument, 0);
#endif
    }

    int workers_;
};

}  // namespace detail

/// What Threads does, on the threads of OpenMP: for programs whose threads are OpenMP's already (OMP_NUM_THREADS,
/// OMP_PROC_BIND, a limit of the batch system). The bits of Sequential for any number of threads; the exception of
/// the first slice that threw is rethrown on the caller. Inside a parallel region of yours a fit runs on the thread
/// that called it, unless nested regions are allowed. Memory: a sum a slice and a scratch a worker.
///
/// It needs OpenMP (the target latent::openmp, or -fopenmp -DEIGEN_DONT_PARALLELIZE) and is refused by a sentence of
/// the compiler without. The definition keeps Eigen from splitting its products by the number of threads, which
/// changes their last bits.
struct OpenMp {
    Index workers = 0;  ///< threads in all; 0: as many as OpenMP would use

    void check() const { detail::require_workers("OpenMp", workers); }

    template <class Sum, class Scratch>
    auto reduction() const {
        check();
#ifdef _OPENMP
        constexpr bool available = true;
#else
        constexpr bool available = sizeof(Sum) == 0;  // never, but only judged where it is used
#endif
        static_assert(available,
                      "latent: OpenMp needs OpenMP: link latent::openmp, or compile with -fopenmp");
        return detail::SharedReduction<Sum, Scratch, detail::OpenMpTeam>(
            workers > 0 ? workers : detail::OpenMpTeam::all());
    }
};

}  // namespace latent
