// Mpi: every rank ends with the same bits or the same exception. Run by mpirun with 1 to 4 ranks, which all make the
// same calls; a failure on one of them fails the test.
#include "latent/execution/mpi.hpp"

#include "catch.hpp"
#include "kit/execution_properties.hpp"
#include "kit/resumption.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/checkpoint/checkpoint.hpp"
#include "latent/core/random.hpp"
#include "latent/data/known.hpp"
#include "latent/data/npy.hpp"
#include "latent/data/shard.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/estep/stepwise.hpp"
#include "latent/estep/stochastic.hpp"
#include "latent/execution/threads.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"
#include "latent/observer/observers.hpp"
#include "latent/selection/likelihood_ratio_test.hpp"
#include "latent/selection/select.hpp"
#include "latent/start/k_means.hpp"
#include "latent/start/responsibilities.hpp"
#include "latent/start/restarts.hpp"
#include "temporary_file.hpp"

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

struct Shaped {
    Eigen::VectorXd values;
    static constexpr auto fields() { return std::tuple{&Shaped::values}; }
};

/// A sum that grows: what was met, in order.
struct Joined {
    std::vector<Index> units;
    static constexpr auto fields() { return std::tuple{&Joined::units}; }
    friend void add(Joined& into, const Joined& from) {
        into.units.insert(into.units.end(), from.units.begin(), from.units.end());
    }
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

TEST_CASE("sums may be of other lengths on other ranks, where add can take that") {
    auto reduction = Mpi<>{.message_bytes = 7}.reduction<Joined, int>();
    Joined total;
    std::vector<Index> expected;
    for (int r = 0; r < ranks(); ++r)
        for (Index i = 0; i < 2 * r; ++i) expected.push_back(100 * r + i);
    for (int again = 0; again < 2; ++again) {
        reduction(
            2 * rank(), [](Joined& s) { s.units.clear(); },
            [](Joined& s, int&, Index i) { s.units.push_back(100 * rank() + i); }, total);
        CHECK(total.units == expected);
    }
}

TEST_CASE("where add throws on a rank, all throw, and go on after") {
    if (ranks() == 1) return;
    auto reduction = Mpi<>{}.reduction<Shaped, int>();
    const auto reduce = [&](Index size_on_rank_1) {
        Shaped total;
        reduction(
            1, [&](Shaped& s) { s.values.setZero(rank() == 1 ? size_on_rank_1 : 2); },
            [](Shaped& s, int&, Index) { s.values.array() += 1; }, total);
        return total.values;
    };
    throws_everywhere([&] { reduce(3); }, "the statistics' shapes differ: 2 and 3 entries");
    CHECK(reduce(2) == Eigen::Vector2d(ranks(), ranks()));
}

template <class StartPolicy>
void check_start(const StartPolicy& start) {
    const GaussianMixture<> shape(2, 2);
    const Eigen::MatrixXd x = draw(9000), own = uneven(x);
    const auto whole = start(shape, x).to_vector();
    CHECK(start(shape, shard(shape, x, rank(), ranks()), Mpi<>{}).to_vector() == whole);
    const auto found = start(shape, own, Mpi<Threads>{{2}}).to_vector();
    CHECK(same_everywhere(found));
    CHECK(distance(found, whole) < 1e-10);
}

TEST_CASE("starts on shards are those of the whole data") {
    check_start(KMeans{.seed = 1});
    check_start(KMeans{.seed = 2, .sample = 500});
    check_start(KMeans{.seed = 2, .sample = 4});
    check_start(RandomResponsibilities{.seed = 3});
}

TEST_CASE("a start of the few observations with weight is on shards that of the whole data") {
    const GaussianMixture<> shape(2, 2);
    const Eigen::MatrixXd x = draw(9000);
    Eigen::VectorXd w = Eigen::VectorXd::Zero(9000);
    for (Index i = 0; i < 30; ++i) w(300 * i + i % 7) = 1;
    const auto data = weighted(x, w);
    const KMeans start{.sample = 100};
    const auto found = start(shape, shard(shape, data, rank(), ranks()), Mpi<>{}).to_vector();
    CHECK(found == start(shape, data).to_vector());
}

TEST_CASE("restarts on shards are those of the whole data") {
    const Eigen::MatrixXd x = draw(3000);
    const GaussianMixture<> shape(3, 2);
    const auto all = Restarts<KMeansPlusPlus>{.number = 3, .start = {.seed = 1}}.fit(shape, x);
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Mpi<>> processes{};
    const auto shards =
        Restarts<KMeansPlusPlus, ExpectationMaximization<Batch<>, MaximumLikelihood<>, Mpi<>>>{
            .number = 3, .start = {.seed = 1}, .em = processes}
            .fit(shape, shard(shape, x, rank(), ranks()));
    REQUIRE(shards.all.size() == all.all.size());
    CHECK(shards.best_index == all.best_index);
    for (std::size_t i = 0; i < all.all.size(); ++i) CHECK(shards.all[i].trace == all.all[i].trace);
}

TEST_CASE("whole fits are shared out to ranks: a selection and a bootstrap are those of one process") {
    Random random(3);
    Eigen::MatrixXd x = GaussianMixture<>(1, 1).sample(60, random);
    for (Index i = 0; i < 60; i += 2) x(0, i) += 8;
    const auto chosen = [&](const auto& criterion, const auto& execution) {
        return select(x, components(1, 3), structures<Full, Tied>(), Starts{2}, criterion, execution);
    };
    const auto compare = [&](const auto& criterion) {
        const auto alone = chosen(criterion, Sequential{});
        const auto shared = chosen(criterion, Mpi<>{});
        CHECK(shared.order == alone.order);
        for (std::size_t i = 0; i < alone.table.size(); ++i) {
            CHECK(shared.table[i].criterion == alone.table[i].criterion);
            CHECK(std::visit([](const auto& fit) { return fit.model.to_vector(); }, shared.all[i]) ==
                  std::visit([](const auto& fit) { return fit.model.to_vector(); }, alone.all[i]));
        }
        shared.with_best([](const auto& fit) { CHECK(same_everywhere(fit)); });
    };
    compare(Bic{});
    compare(CrossValidation{.folds = 3});
    const auto ratio = [&](const auto& execution) {
        const GaussianMixture<> one(1, 1), two(2, 1);
        return likelihood_ratio_test(x, one, two, Replicates{5}, Starts{1}, execution).replicates;
    };
    CHECK(ratio(Mpi<>{}) == ratio(Sequential{}));
    CHECK_THROWS_AS(select(x, components(1, 61), structures<Full>(), Mpi<>{}), std::invalid_argument);
}

TEST_CASE("a start that fails on the data of one rank fails on all") {
    Eigen::MatrixXd own = draw(50);
    if (rank() == ranks() - 1) own(0, 3) = std::nan("");
    const GaussianMixture<> shape(2, 2);
    CHECK_THROWS_AS(KMeans{}(shape, own, Mpi<>{}), std::invalid_argument);
    CHECK_THROWS_AS(RandomResponsibilities{}(shape, own, Mpi<>{}), std::invalid_argument);
    std::vector<Index> labels(50);
    labels[7] = rank() == ranks() - 1 ? 2 : 1;
    throws_everywhere([&] { Labels{labels}(shape, draw(50), Mpi<>{}); }, "labels[7] is 2, expected 0 … 1");
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

TEST_CASE(
    "shards of whole slices give the bits of one process: missing cells, of a dimension all on one rank") {
    Eigen::MatrixXd x = draw(20'000);
    x.block(1, 0, 1, 12'000).setConstant(std::nan(""));
    check_shards(normals(1), with_missing(x));
    x.row(1).setConstant(std::nan(""));
    throws_everywhere([&] { em().fit(normals(1), shard(normals(1), with_missing(x), rank(), ranks())); },
                      "dimension 1 is missing in all observations");
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

    const TemporaryFile file;  // a rank's own copy: not every machine shares its files
    write_npy(file.path, x);
    const NpyFile<> source(file.path);
    check_shards(start, Sequences<NpyFile<>>(source, lengths));
}

TEST_CASE("each process gets the answers about its shard, and all of them the likelihood of the whole") {
    const Eigen::MatrixXd x = draw(20'000);
    const auto m = normals(1);
    const auto own = shard(m, x, rank(), ranks());
    const Mpi<Threads> execution{.inner = {2}};
    const Index first = execution.before(own.cols());
    CHECK(m.predict_proba(own, execution) == m.predict_proba(x).middleCols(first, own.cols()));
    CHECK(m.score_samples(own, execution) == m.score_samples(x).segment(first, own.cols()));
    CHECK(m.score(own, execution) == m.score(x));
    CHECK(m.bic(own, execution) == m.bic(x));
    CHECK(m.icl(own, execution) == m.icl(x));

    const HiddenMarkovModel<Gaussian<>> chain(m.emission());
    const std::vector<Index> lengths(100, 200);
    Eigen::MatrixXd y = x;
    const Sequences<double> sequences(y, lengths);
    const auto part = shard(chain, sequences, rank(), ranks());
    const Index begin = execution.before(part.cols());
    CHECK(chain.filter(part, execution) == chain.filter(sequences).middleCols(begin, part.cols()));
    CHECK(chain.score(part, execution) == chain.score(sequences));
    CHECK(chain.expected_moves(part, execution) == chain.expected_moves(sequences));
    CHECK_FALSE(chain.impossible(part, execution));

    y(0, 19'999) = std::nan("");
    throws_everywhere([&] { chain.viterbi(part, execution); }, "observation 19999, dimension 0 is nan");
    const Eigen::MatrixXd nothing(0, 0), some = rank() == ranks() - 1 ? x : nothing;
    CHECK(m.predict(some, execution).size() == (rank() == ranks() - 1 ? 20'000u : 0u));
    CHECK(m.score(some, execution) == m.score(x));
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

TEST_CASE("a fit goes on on all ranks from the file of the first") {
    const kit::AbsentFile file;  // of a name that differs from rank to rank, as if no disk was shared
    const auto check = [&]<class E, class A>(const E& estep, const A& acceleration, const auto& own) {
        using EM = ExpectationMaximization<E, MaximumLikelihood<>, Mpi<>, A, Aitken, Silent, Checkpoint>;
        EM em{.estep = estep, .acceleration = acceleration, .convergence = {0}, .limits = {16}};
        const auto expected = em.fit(normals(1), own);
        em.checkpoint = {.path = file.path, .every_iterations = 3};
        for (const int cut : {5, 11, 16}) {
            em.limits.iterations = cut;
            const auto fit = em.fit(normals(1), own);
            CHECK(fit.iterations == cut);
            CHECK(same_everywhere(fit));
            if (cut == 16) kit::check_same(fit, expected);
        }
        CHECK(std::filesystem::exists(file.path) == (rank() == 0));
        file.remove();
    };
    const Eigen::MatrixXd x = draw(9000);  // four slices
    const auto own = shard(normals(1), x, rank(), ranks());
    check(Batch<>{}, Plain{}, own);
    check(Batch<>{}, Squarem{}, own);
    check(Batch<Stochastic>{{.seed = 3}}, Plain{}, own);
    check(Stepwise<>{.batch = 2}, Plain{}, uneven(x));
}

TEST_CASE("a checkpoint that the first rank cannot read or write fails on all") {
    using EM =
        ExpectationMaximization<Batch<>, MaximumLikelihood<>, Mpi<>, Plain, Aitken, Silent, Checkpoint>;
    const TemporaryFile file("no checkpoint");
    throws_everywhere([&] { EM{.checkpoint = {.path = file.path}}.fit(normals(1), draw(50)); },
                      "is no checkpoint: it has 13 bytes");
    throws_everywhere([&] { EM{.checkpoint = {.path = "/no such folder/fit"}}.fit(normals(1), draw(50)); },
                      "cannot be written");
    const int own = rank() == ranks() - 1 ? -1 : 1;
    throws_everywhere(
        [&] { EM{.checkpoint = {.path = {}, .every_iterations = own}}.fit(normals(1), draw(50)); },
        "every_iterations is -1");
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

TEST_CASE("a fit of nothing is refused on all ranks, and of something on one of them is not") {
    const kit::Coins start = kit::published_start;
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Mpi<>> shared{};
    throws_everywhere([&] { shared.fit(start, std::vector<int>()); }, "there are no data");
    const auto fit = shared.fit(start, rank() == 0 ? kit::published_rounds : std::vector<int>());
    CHECK(fit.trace == ExpectationMaximization<>{}.fit(start, kit::published_rounds).trace);
}

TEST_CASE("what one rank throws, all throw: cutting its data into units") {
    const HiddenMarkovModel<Poisson<>> shape(2, 1);
    std::vector<Eigen::MatrixXd> sequences(3, Eigen::MatrixXd::Ones(1, 20));
    if (rank() == ranks() - 1) sequences[1] = Eigen::MatrixXd(1, 0);
    const Mpi<> execution;
    throws_everywhere([&] { KMeans{}(shape, sequences, execution); }, "lengths[1] is 0");
    throws_everywhere([&] { RandomResponsibilities{}(shape, sequences, execution); }, "lengths[1] is 0");
    throws_everywhere([&] { em().fit(shape, sequences); }, "lengths[1] is 0");
    throws_everywhere([&] { em<Batch<>, Mpi<>>({}, {.message_bytes = 0}).fit(normals(1), draw(50)); },
                      "message_bytes is 0");
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
