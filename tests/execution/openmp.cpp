// OpenMp: the sums, the bits and the exceptions of Sequential.
#include "latent/execution/openmp.hpp"

#include <omp.h>

#include <stdexcept>
#include <string>

#include "catch.hpp"
#include "kit/execution_properties.hpp"
#include "kit/gaussian_subject.hpp"
#include "kit/hidden_markov_subject.hpp"
#include "kit/workers.hpp"
#include "latent/fit.hpp"

using namespace latent;

// LLVM's OpenMP runtime leaves some of its own threads' memory at the end: not ours to free.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libomp\n"; }

TEST_CASE("any number of OpenMP threads sums in the order of one") {
    kit::sums_in_the_order_of_one<OpenMp>();
}

TEST_CASE("each OpenMP thread has a scratch of its own") { kit::each_worker_has_its_scratch<OpenMp>(); }

TEST_CASE("what a unit throws on an OpenMP thread, the fit throws: the exception of the first slice") {
    kit::throws_what_the_first_slice_threw<OpenMp>();
}

TEST_CASE("OpenMP threads go on working after an exception") { kit::goes_on_after_an_exception<OpenMp>(); }

TEST_CASE("OpenMP threads change no bit of a fit") {
    kit::typed_workers_change_no_bit<kit::GaussianSubject<Full, double>, OpenMp>();
}

TEST_CASE("OpenMP threads help with one long sequence, in the same bits") {
    using Subject = kit::HiddenMarkovSubject<kit::GaussianSubject<Full, double>>;
    static_assert(TakesHelpers<Subject::Model::Posterior>);
    Random random(6);
    const Eigen::MatrixXd x = Subject::truth().sample(30'000, random).x;
    const auto fit_by = [&](const auto& execution) {
        return fit(Subject::start(), x, execution, Limits{.iterations = 4});
    };
    const auto alone = fit_by(Sequential{});
    for (const Index workers : {2, 3}) {
        const auto together = fit_by(OpenMp{workers});
        CHECK(together.trace == alone.trace);
        CHECK(together.model.to_vector() == alone.model.to_vector());
    }
}

TEST_CASE("what an OpenMP thread throws, the team throws, that of the first one, and it works on") {
    detail::OpenMpTeam team(3);
    CHECK(team.count() == 3);
    for (int again = 0; again < 2; ++again)
        CHECK_THROWS_WITH(
            team.run([](Index worker) { throw std::runtime_error("worker " + std::to_string(worker)); }),
            "worker 0");
}

TEST_CASE("a reduction inside a parallel region of the user sums in the same order") {
    const double expected = kit::harmonic(40);
    std::vector<double> sums(2);
#pragma omp parallel num_threads(2)
    {
        auto reduction = OpenMp{2}.reduction<double, int>();
        for (int again = 0; again < 2; ++again)
            sums[static_cast<std::size_t>(omp_get_thread_num())] = kit::harmonic(reduction, 40);
    }
    for (int thread = 0; thread < 2; ++thread)
        if (sums[static_cast<std::size_t>(thread)] != 0)
            CHECK(sums[static_cast<std::size_t>(thread)] == expected);
}
