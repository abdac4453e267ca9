// No allocation inside the loop: after the first iteration a fit lives in the memory it has.
#include "catch.hpp"
#include "count_allocations.hpp"
#include "kit/coins.hpp"
#include "kit/gaussian_subject.hpp"
#include "latent/execution/threads.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/poisson_image.hpp"
#include "naive_hidden_markov.hpp"

using namespace latent;

namespace {

constexpr int iterations = 30;

/// How many allocations were made when iteration i had ended.
struct Ledger {
    long* at;
    template <class M>
    void operator()(const Progress& p, const M&) const {
        at[p.iteration] = allocations;
    }
};

template <class M, class Data, class X>
std::vector<long> allocations_by_iteration(const M& start, const Data& x, const X& execution) {
    std::vector<long> ledger(iterations + 1);
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, X, Plain, Aitken, Ledger> em{
        .execution = execution,
        .convergence = {0},
        .limits = {.iterations = iterations},
        .observer = {ledger.data()}};
    const auto fit = em.fit(start, x);
    REQUIRE(fit.status == Status::iteration_limit);
    std::vector<long> each;
    for (int i = 2; i <= iterations; ++i)
        each.push_back(ledger[static_cast<std::size_t>(i)] - ledger[static_cast<std::size_t>(i) - 1]);
    return each;
}

template <class Subject, class X>
std::vector<long> allocations_by_iteration(const X& execution, Index n) {
    Random random(30);
    return allocations_by_iteration(Subject::start(), Subject::draw(n, random), execution);
}

template <class Covariance>
using Subject = kit::GaussianSubject<Covariance, double>;

}  // namespace

TEST_CASE("the counter counts") {
    const void* volatile used;  // or the compiler may do without the memory
    const long before = allocations;
    const std::vector<int> standard(1000);
    used = standard.data();
    Panel<double> panel;
    panel.resize(1000, 1);
    used = panel.column(0);
    const Eigen::VectorXd eigen(1000);
    used = eigen.data();
    static_cast<void>(used);
    const long counts = allocations - before;
    if (!counted) WARN("allocations cannot be counted in this build: a sanitizer, or not the GNU C library");
    CHECK(counts == (counted ? 3 : 0));
}

TEMPLATE_TEST_CASE("one thread allocates nothing after the first iteration", "", Full, Tied, Diagonal,
                   Spherical) {
    const std::vector<long> none(iterations - 1, 0);
    CHECK(allocations_by_iteration<Subject<TestType>>(Sequential{}, 3000) == none);
    CHECK(allocations_by_iteration<Subject<TestType>>(Threads{1}, 3000) == none);
}

// A thread makes its room when the first unit falls to it, which may be late; and once more a fit makes room
// when it turns out too short to share.
TEMPLATE_TEST_CASE("several threads allocate once each", "[threads]", Full, Tied, Diagonal, Spherical) {
    const auto each = allocations_by_iteration<Subject<TestType>>(Threads{3}, 8000);
    const auto busy = std::count_if(each.begin(), each.end(), [](long n) { return n > 0; });
    CHECK(busy <= 3);
}

TEST_CASE("images allocate nothing after the first iteration") {
    Random random(33);
    const SystemMatrix a =
        Eigen::MatrixXd::NullaryExpr(60, 50, [&] { return random.uniform(); }).sparseView();
    const RayCounts data(a, Eigen::VectorXd::NullaryExpr(60, [&] { return random.below(9); }), {.view = 5});
    const std::vector<long> none(iterations - 1, 0);
    CHECK(allocations_by_iteration(PoissonImage(50), data, Sequential{}) == none);
}

// Few states and many, each by a pass of its own; sequences of all lengths, and one long one that idle workers share.
TEST_CASE("hidden Markov models allocate nothing after the first iteration") {
    const std::vector<long> none(iterations - 1, 0);
    const std::vector<Index> lengths{1, 3000, 20, 1, 1, 7, 300, 2500};
    for (const Index K : {3, 6, 12}) {
        CAPTURE(K);
        Random random(31);
        const auto model = naive::random_model<naive::Normal>(naive::random_chain(K, random), random);
        const Eigen::MatrixXd x = naive::draw(model, lengths, random);
        CHECK(allocations_by_iteration(model, Sequences<double>(x, lengths), Sequential{}) == none);
        CHECK(allocations_by_iteration(model, Sequences<double>(x), Sequential{}) == none);
        CHECK(allocations_by_iteration(model, Sequences<double>(x), Threads{1}) == none);
    }
}

TEST_CASE("hidden Markov models on several threads allocate once each", "[threads]") {
    const std::vector<Index> lengths(40, 500);
    for (const Index K : {3, 6}) {
        CAPTURE(K);
        Random random(32);
        const auto model = naive::random_model<naive::Normal>(naive::random_chain(K, random), random);
        const Eigen::MatrixXd x = naive::draw(model, lengths, random);
        for (const auto& sequences : {Sequences<double>(x, lengths), Sequences<double>(x)}) {
            const auto each = allocations_by_iteration(model, sequences, Threads{3});
            CHECK(std::count_if(each.begin(), each.end(), [](long n) { return n > 0; }) <= 3);
        }
    }
}
