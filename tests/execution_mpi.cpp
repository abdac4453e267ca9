// Mpi: every rank ends with the same bits or the same exception. Run by mpirun with 1 to 4 ranks, which all make the
// same calls; a failure on one of them fails the test.
#include "catch.hpp"
#include "kit/execution_properties.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/core/random.hpp"
#include "latent/data/shard.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/estep/stepwise.hpp"
#include "latent/estep/stochastic.hpp"
#include "latent/execution/mpi.hpp"
#include "latent/execution/threads.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"
#include "latent/observer/observers.hpp"

using namespace latent;

namespace {

/// Around main, which belongs to Catch2.
struct Session {
    Session() {
        int provided = 0;
        MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
    }
    ~Session() { MPI_Finalize(); }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
};
const Session session;

int rank() { return Mpi<>{}.rank(); }
int ranks() { return Mpi<>{}.ranks(); }

/// Whether all ranks have the same bits.
bool same_everywhere(const std::vector<double>& own) {
    std::vector<double> first = own;
    MPI_Bcast(first.data(), static_cast<int>(first.size()), MPI_DOUBLE, 0, MPI_COMM_WORLD);
    return Mpi<>{}.total(first == own ? 1 : 0) == ranks();
}
template <class M>
bool same_everywhere(const Result<M>& fit) {
    return same_everywhere(fit.model.to_vector()) && same_everywhere(fit.trace) &&
           same_everywhere({fit.log_likelihood, fit.objective, static_cast<double>(fit.status)});
}

/// Relative to 1.
double distance(const std::vector<double>& a, const std::vector<double>& b) {
    double largest = a.size() == b.size() ? 0 : 1e300;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        largest = std::max(largest, std::abs(a[i] - b[i]) / std::max(1.0, std::abs(b[i])));
    return largest;
}

GaussianMixture<> normals(double apart) {
    const Eigen::Matrix2d wide{{2, 0.5}, {0.5, 1}}, round{{1, 0}, {0, 1}};
    return {Eigen::Vector2d(0.4, 0.6), Gaussian<>(Eigen::Matrix2d{{0, apart}, {1, -1}}, {wide, round})};
}
Eigen::MatrixXd draw(Index n) {
    Random random(5);
    return normals(3).sample(n, random);
}

/// Columns of x that are no whole number of slices: rank r's run, the first one short.
Eigen::MatrixXd uneven(const Eigen::MatrixXd& x) {
    const auto bound = [&](int r) { return x.cols() * r * (r + 1) / (ranks() * (ranks() + 1)); };
    return x.middleCols(bound(rank()), bound(rank() + 1) - bound(rank()));
}

template <class EStep = Batch<>, class X = Mpi<>, class Acceleration = Plain>
auto em(const EStep& estep = {}, const X& execution = {}) {
    return ExpectationMaximization<EStep, MaximumLikelihood<>, X, Acceleration>{
        .estep = estep, .execution = execution, .limits = {.iterations = 15}};
}

/// The fit of shards cut by `shard` has the bits of the fit of everything on one thread, on every rank.
template <class EStep = Batch<>, class X = Mpi<>, class Acceleration = Plain, class M, class Data>
void check_shards(const M& start, const Data& data, const EStep& estep = {}, const X& execution = {}) {
    const auto whole = em<EStep, Sequential, Acceleration>(estep).fit(start, data);
    const auto fit =
        em<EStep, X, Acceleration>(estep, execution).fit(start, shard(start, data, rank(), ranks()));
    CHECK(fit.trace == whole.trace);
    CHECK(fit.model.to_vector() == whole.model.to_vector());
    CHECK(fit.status == whole.status);
    CHECK(same_everywhere(fit));
}

/// f ends on every rank, with an exception that says `message`.
template <class F>
void throws_everywhere(const F& f, const std::string& message) {
    std::string found;
    try {
        f();
    } catch (const std::exception& e) {
        found = e.what();
    }
    CHECK_THAT(found, ContainsSubstring(message));
    CHECK(Mpi<>{}.total(1) == ranks());  // and all of them are here, not in another call
}

struct Counted {
    std::vector<double> values;
    Index count = 0;
    static constexpr auto fields() { return std::tuple{&Counted::values, &Counted::count}; }
};

/// A sum that is no addition: whichever has the smaller key.
struct Smaller {
    double key = std::numeric_limits<double>::infinity();
    Index which = -1;
    static constexpr auto fields() { return std::tuple{&Smaller::key, &Smaller::which}; }
    friend void add(Smaller& into, const Smaller& from) {
        if (from.key < into.key) into = from;
    }
};

}  // namespace

TEST_CASE("Mpi is an execution over several processes") {
    STATIC_REQUIRE(Execution<Mpi<>>);
    STATIC_REQUIRE(Distributed<Mpi<Threads>>);
    STATIC_REQUIRE_FALSE(Distributed<Threads>);
}

TEST_CASE("slices shared out to ranks sum in the order of one") {
    for (const Index n : {0, 1, 2, 5, 32, 100}) {
        const Slices all(n);
        const auto bound = [&](int r) { return all.count() * r / ranks(); };
        const Slices own = all.middle(bound(rank()), bound(rank() + 1));
        const Index first = bound(rank()) < all.count() ? all.begin(bound(rank())) : n;
        auto reduction = Mpi<Threads>{.inner = {2}, .message_bytes = 3}.reduction<double, int>();
        for (int again = 0; again < 2; ++again)
            CHECK(kit::harmonic(reduction, own, n > 0 ? first : 0) == kit::harmonic(n));
        CHECK(reduction.first_unit(own.units()) == first);
    }
}

TEST_CASE("a sum can be anything that add adds") {
    auto reduction = Mpi<>{}.reduction<Smaller, int>();
    Smaller total;
    reduction(
        3, [](Smaller& s) { s = {}; },
        [](Smaller& s, int&, Index i) {
            const Index unit = 3 * rank() + i;
            add(s, Smaller{std::abs(static_cast<double>(unit) - 2.25 * ranks()), unit});
        },
        total);
    Smaller expected;
    for (Index unit = 0; unit < 3 * ranks(); ++unit)
        add(expected, Smaller{std::abs(static_cast<double>(unit) - 2.25 * ranks()), unit});
    CHECK(total.which == expected.which);
    CHECK(total.key == expected.key);
}

TEST_CASE("sums of different shapes are refused on all ranks") {
    if (ranks() == 1) return;
    auto reduction = Mpi<>{}.reduction<Counted, int>();
    Counted total;
    throws_everywhere(
        [&] {
            reduction(
                1,
                [](Counted& s) {
                    s = {std::vector<double>(rank() == 1 ? 3 : 2), 0};
                },
                [](Counted& s, int&, Index) { ++s.count; }, total);
        },
        "the sums' shapes differ: 24 bytes on rank 0, but 32 on rank 1");
}

TEST_CASE("shards of whole slices give the bits of one process: Gaussian mixture") {
    for (const Index n : {2000, 20000}) {
        const Eigen::MatrixXd x = draw(n);
        check_shards(normals(1), x);
        check_shards<Batch<>, Mpi<Threads>>(normals(1), x, {}, {.inner = {2}, .message_bytes = 100});
        check_shards<Batch<>, Mpi<>, Squarem>(normals(1), x);
        check_shards(normals(1), x, Batch<Stochastic>{{.seed = 3}});
    }
}

TEST_CASE("shards of whole slices give the bits of one process: hidden Markov model") {
    using Model = HiddenMarkovModel<Poisson<>>;
    const Model truth(Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{0.9, 0.1}, {0.2, 0.8}},
                      Poisson<>(Eigen::RowVector2d(2, 9)));
    const Model start(Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{0.7, 0.3}, {0.3, 0.7}},
                      Poisson<>(Eigen::RowVector2d(3, 6)));
    Random random(6);
    const Eigen::MatrixXd x = truth.sample(60'000, random).x;
    const std::vector<Index> lengths(100, 600);
    const Sequences<double> sequences(x, lengths), one(x);
    check_shards(start, sequences);
    check_shards(start, one);  // on one rank, for there is but one unit
    check_shards<Batch<>, Mpi<Threads>>(start, one, {}, {.inner = {2}});
    check_shards(start, sequences, Batch<Stochastic>{{.seed = 4}});
}

TEST_CASE("shards of any lengths differ by rounding, empty ones included") {
    const Eigen::MatrixXd x = draw(9000), own = uneven(x);
    const auto whole = em<Batch<>, Sequential>().fit(normals(1), x);
    const auto fit = em().fit(normals(1), own);
    CHECK(same_everywhere(fit));
    CHECK(distance(fit.model.to_vector(), whole.model.to_vector()) < 1e-12);
    CHECK(distance(fit.trace, whole.trace) < 1e-12);

    for (int holder = 0; holder < ranks(); ++holder) {
        const Eigen::MatrixXd all_or_nothing = rank() == holder ? x : Eigen::MatrixXd(2, 0);
        const auto alone = em().fit(normals(1), all_or_nothing);
        CHECK(same_everywhere(alone));
        CHECK(alone.model.to_vector() == whole.model.to_vector());
    }
}

TEST_CASE("draws are keyed by the observation's place in the whole data") {
    const std::vector<int> all{5, 9, 8, 4, 7, 6, 5, 9, 1, 2, 5, 7};
    const auto bound = [&](int r) { return std::ssize(all) * r / ranks(); };
    const std::vector<int> own(all.begin() + bound(rank()), all.begin() + bound(rank() + 1));
    const auto estep = Batch<Stochastic>{{.seed = 8}};
    const auto whole = em<Batch<Stochastic>, Sequential>(estep).fit(kit::published_start, all);
    const auto fit = em(estep).fit(kit::published_start, own);
    CHECK(same_everywhere(fit));
    CHECK(distance(fit.trace, whole.trace) < 1e-12);
}

TEST_CASE("stepwise EM scales every process's mini-batch to its shard") {
    const Eigen::MatrixXd x = draw(40'000), own = uneven(x);
    const auto whole = em<Batch<>, Sequential>().fit(normals(3), x);
    const ExpectationMaximization<Stepwise<>, MaximumLikelihood<>, Mpi<>> stepwise{
        .estep = {.batch = 2}, .limits = {.iterations = 100}};
    const auto fit = stepwise.fit(normals(3), own);
    CHECK(same_everywhere(fit));
    CHECK(distance({fit.log_likelihood}, {whole.log_likelihood}) < 1e-4);
    CHECK((fit.model.means() - whole.model.means()).cwiseAbs().maxCoeff() < 0.05);
    CHECK((fit.model.weights() - whole.model.weights()).cwiseAbs().maxCoeff() < 0.02);
}

TEST_CASE("what one rank throws, all throw: a unit") {
    for (int failing = 0; failing < ranks(); ++failing) {
        std::vector<int> rounds(40, 5);
        if (rank() >= failing) rounds[20] = -20 - rank();
        throws_everywhere([&] { em().fit(kit::FailingCoins{kit::published_start}, rounds); },
                          "unit " + std::to_string(20 + failing));
        throws_everywhere(
            [&] {
                em<Batch<>, Mpi<Threads>>({}, {.inner = {3}})
                    .fit(kit::FailingCoins{kit::published_start}, rounds);
            },
            "unit " + std::to_string(20 + failing));
    }
}

TEST_CASE("what one rank throws, all throw: the check of the data") {
    for (int failing = 0; failing < ranks(); ++failing) {
        Eigen::MatrixXd x = draw(50);
        if (rank() == failing) x(1, 7) = std::nan("");
        CHECK_THROWS_AS(em().fit(normals(1), x), std::invalid_argument);
        throws_everywhere([&] { em().fit(normals(1), x); }, "observation 7, dimension 1 is nan");
    }
    throws_everywhere([&] { em().fit(normals(1), Eigen::MatrixXd(2, 0)); }, "there are no observations");
}

TEST_CASE("what one rank throws, all throw: the observer") {
    const auto observer = [](const Progress& p, const auto&) {
        if (p.iteration == 3 && rank() == ranks() - 1) throw std::runtime_error("the disk is full");
    };
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Mpi<>, Plain, Aitken, decltype(observer)>
        watched{.observer = observer};
    throws_everywhere([&] { watched.fit(normals(1), draw(50)); }, "the disk is full");
}

TEST_CASE("a component that degenerates on the data of one rank ends all with the same Status") {
    // Rank 0 holds an outlier of its own component; the others, and a fit of the whole, see it by the sums alone.
    Eigen::MatrixXd own = draw(50);
    if (rank() == 0) own.col(0) << 1e6, 1e6;
    const GaussianMixture<> start(Eigen::Vector2d(0.5, 0.5),
                                  Gaussian<>(Eigen::Matrix2d{{0, 1e6}, {0, 1e6}},
                                             {Eigen::Matrix2d::Identity(), Eigen::Matrix2d::Identity()}));
    const ExpectationMaximization<Batch<>, MaximumLikelihood<NoRemedy>, Mpi<>> bare{};
    const auto fit = bare.fit(start, own);
    CHECK(fit.status == Status::degenerate);
    REQUIRE(fit.events.size() == 1);
    CHECK(fit.events[0].component == 1);
    CHECK(same_everywhere(fit));
}

TEST_CASE("an impossible sequence on one rank ends all with the same explanation") {
    using Model = HiddenMarkovModel<Poisson<>>;
    const Model start(Eigen::Vector2d(1, 0), Eigen::Matrix2d::Identity(),
                      Poisson<>(Eigen::RowVector2d(0, 5)));
    Eigen::MatrixXd own = Eigen::MatrixXd::Zero(1, 20);
    if (rank() == ranks() - 1) own(0, 7) = 3;
    const auto fit = em().fit(start, own);
    CHECK(fit.status == Status::degenerate);
    CHECK(fit.explanation.find("sequence 0 is impossible from its step 7") == 0);
}

TEST_CASE("a limit of time or an observer on one rank ends all") {
    const Eigen::MatrixXd x = draw(500);
    for (int stopping = 0; stopping < ranks(); ++stopping) {
        const auto stop = [&](const Progress& p, const auto&) {
            return p.iteration == 4 && rank() == stopping;
        };
        const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Mpi<>, Plain, Aitken,
                                      StopWhen<decltype(stop)>>
            watched{.convergence = {0}, .observer = {stop}};
        const auto stopped = watched.fit(normals(1), x);
        CHECK(stopped.status == Status::stopped);
        CHECK(stopped.iterations == 4);
        CHECK(same_everywhere(stopped));

        auto limited = em();
        limited.limits.seconds = rank() == stopping ? 0 : 1e9;
        const auto fit = limited.fit(normals(1), x);
        CHECK(fit.status == Status::time_limit);
        CHECK(same_everywhere(fit));
    }
}
