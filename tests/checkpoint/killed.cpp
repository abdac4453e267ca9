// Processes killed in the middle of a fit, at any moment: whoever comes last ends with the bits of one never killed.
#include "catch.hpp"

#if __has_include(<sys/wait.h>)

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "kit/coins.hpp"
#include "kit/resumption.hpp"
#include "latent/acceleration/anderson.hpp"
#include "latent/estep/stepwise.hpp"
#include "latent/estep/stochastic.hpp"
#include "latent/model/mixture.hpp"

using namespace latent;

namespace {

/// Sends a byte after every iteration.
struct Beat {
    int to;
    template <class M>
    bool operator()(const Progress&, const M&) const {
        return ::write(to, "", 1) == 1;
    }
};

/// A process that fits, and reports its iterations.
class Child {
  public:
    template <class Fit>
    explicit Child(const Fit& fit) {
        REQUIRE(::pipe(ends_.data()) == 0);
        process_ = ::fork();
        REQUIRE(process_ >= 0);
        if (process_ > 0) {
            ::close(ends_[1]);  // so that the end of the child is the end of its reports
            return;
        }
        try {
            fit(Beat{ends_[1]});
            ::_exit(0);
        } catch (...) {
            ::_exit(1);
        }
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() { ::close(ends_[0]); }
    /// Returns when it has made so many iterations, or is dead.
    void wait(Index iterations) {
        char beat = 0;
        while (iterations > 0 && ::read(ends_[0], &beat, 1) == 1) --iterations;
    }
    /// Kills it so many microseconds after so many iterations; whether it was still alive.
    bool kill(Index iterations, Index microseconds) {
        wait(iterations);
        ::usleep(static_cast<useconds_t>(microseconds));
        ::kill(process_, SIGKILL);
        int status = 0;
        REQUIRE(::waitpid(process_, &status, 0) == process_);
        CHECK((WIFSIGNALED(status) || WEXITSTATUS(status) == 0));
        return WIFSIGNALED(status);
    }

  private:
    std::array<int, 2> ends_{};
    pid_t process_ = 0;
};

template <class E, class A>
void check_killed(const E& estep, const A& acceleration, int iterations, std::uint64_t seed) {
    using ML = MaximumLikelihood<>;
    Random random(seed);
    Eigen::MatrixXd x(2, 400), means(2, 3);
    for (Index i = 0; i < x.size(); ++i) x.data()[i] = random.normal() + 2 * static_cast<double>(i / 2 % 3);
    for (Index i = 0; i < means.size(); ++i) means.data()[i] = x.data()[i];
    const GaussianMixture<> start(
        Gaussian<>(means, std::vector<Eigen::MatrixXd>(3, 2 * Eigen::MatrixXd::Identity(2, 2))));
    const auto units = Blocks<double>(x, 40);
    const ExpectationMaximization<E, ML, Sequential, A> whole{
        .estep = estep, .acceleration = acceleration, .convergence = {0}, .limits = {iterations}};
    const auto expected = whole.fit(start, units);

    const kit::AbsentFile file;
    const auto fit = [&](const auto& observer, int every) {
        const ExpectationMaximization<E, ML, Sequential, A, Aitken, std::remove_cvref_t<decltype(observer)>,
                                      Checkpoint>
            em{estep, {}, {}, acceleration, {0}, {iterations}, observer, {file.path, 1e9, every}};
        return em.fit(start, units);
    };
    int killed = 0;
    for (int process = 0; process < 12; ++process) {
        Child child([&](const Beat& beat) { fit(beat, 1); });
        if (child.kill(random.below(5), random.below(3000))) ++killed;
    }
    CHECK(killed > 0);
    kit::check_same(fit(Silent{}, 0), expected);
}

}  // namespace

TEST_CASE("a fit whose processes are killed at any moment ends with the same bits") {
    SECTION("EM") { check_killed(Batch<>{}, Plain{}, 600, 31); }
    SECTION("accelerated") { check_killed(Batch<>{}, Anderson{}, 600, 32); }
    SECTION("random and stepwise") {
        check_killed(Stepwise<Stochastic>{.rule = {.seed = 1}, .batch = 3, .seed = 2}, Plain{}, 600, 33);
    }
}

TEST_CASE("a process is refused while another one is at work on the file, and not once that is dead") {
    const kit::AbsentFile file;
    const kit::Coins start = kit::published_start;
    const auto fit = [&](const auto& observer, int iterations) {
        const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Plain, Aitken,
                                      std::remove_cvref_t<decltype(observer)>, Checkpoint>
            em{.convergence = {0}, .limits = {iterations}, .observer = observer, .checkpoint = {file.path}};
        return em.fit(start, kit::published_rounds);
    };
    Child child([&](const Beat& beat) { fit(beat, 1'000'000); });
    child.wait(2);  // two iterations, so it has the file
    CHECK_THROWS_WITH(fit(Silent{}, 5), ContainsSubstring("is in use by another fit"));
    CHECK(child.kill(0, 0));
    CHECK_NOTHROW(fit(Silent{}, 5));
}

#else

TEST_CASE("a fit whose processes are killed ends with the same bits: not tested without processes") {
    SUCCEED();
}

#endif
