// Fits that go on in another process: with the same bits, from their own file, or not at all.
#include "latent/checkpoint/checkpoint.hpp"

#include <chrono>
#include <thread>

#include "catch.hpp"
#include "kit/coins.hpp"
#include "kit/resumption.hpp"
#include "latent/acceleration/anderson.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/emission/normal_inverse_wishart.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/emission/student_t.hpp"
#include "latent/estep/annealed.hpp"
#include "latent/estep/stepwise.hpp"
#include "latent/estep/stochastic.hpp"
#include "latent/execution/threads.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"
#include "latent/model/mixture_prior.hpp"
#include "latent/mstep/jittered.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"
#include "latent/mstep/remedies.hpp"
#include "latent/observer/observers.hpp"

using namespace latent;
using kit::AbsentFile, kit::check_resumption, kit::check_same, kit::Coins, kit::published_rounds,
    kit::published_start;

namespace {

using ML = MaximumLikelihood<>;

/// `n` draws of three clusters in the plane.
Eigen::MatrixXd clusters(Index n) {
    Random random(21);
    Eigen::MatrixXd x(2, n);
    for (Index i = 0; i < n; ++i)
        for (Index j = 0; j < 2; ++j) x(j, i) = random.normal() + 3 * static_cast<double>((i + j) % 3);
    return x;
}
GaussianMixture<> three() {
    const Eigen::MatrixXd means{{0.0, 2.0, 5.0}, {1.0, 4.0, 2.0}};
    const std::vector<Eigen::MatrixXd> covariances(3, 2 * Eigen::MatrixXd::Identity(2, 2));
    return {Eigen::Vector3d(0.2, 0.3, 0.5), Gaussian<>(means, covariances)};
}
Blocks<double> units(const Eigen::MatrixXd& x) { return Blocks<double>(x, 9); }

template <class E, class P, class A>
void check_policies(const E& estep, const P& mstep, const A& acceleration) {
    const Eigen::MatrixXd x = clusters(120);
    check_resumption(estep, mstep, acceleration, three(), units(x), 16);
}

template <class E = Batch<>, class O = Silent>
using Keeping = ExpectationMaximization<E, ML, Sequential, Plain, Aitken, O, Checkpoint>;

/// A fit of the published coins that makes so many iterations.
Keeping<> keeping(const AbsentFile& file, int iterations) {
    return {.convergence = {0}, .limits = {.iterations = iterations}, .checkpoint = {.path = file.path}};
}

/// Coins by another name.
struct OtherCoins : Coins {
    static constexpr auto members() { return Coins::members(); }
};

/// Stops counting what it does not keep.
struct Impatient {
    int* calls;
    int most;
    bool operator()(const Progress&, const Coins&) const { return ++*calls < most; }
};

/// Begins another fit on the same path in the midst of its own, and keeps what that says.
struct Twice {
    const AbsentFile* file;
    std::string* refusal;
    void operator()(const Progress&, const Coins&) const {
        try {
            keeping(*file, 5).fit(published_start, published_rounds);
        } catch (const std::runtime_error& error) {
            *refusal = error.what();
        }
    }
};

/// Takes its time.
struct Slow {
    static constexpr double seconds = 0.005;
    void operator()(const Progress&, const Coins&) const {
        std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    }
};

}  // namespace

TEST_CASE("fits of every policy go on with the same bits") {
    const MixturePrior<NormalInverseWishart> prior{
        2, {Eigen::Vector2d(1.5, 2), 0.1, 4, Eigen::Matrix2d{{1.0, 0.2}, {0.2, 0.8}}}};
    const MaximumAPosteriori<MixturePrior<NormalInverseWishart>> map{prior};
    SECTION("plain") { check_policies(Batch<>{}, ML{}, Plain{}); }
    SECTION("with a prior") { check_policies(Batch<>{}, map, Plain{}); }
    SECTION("annealed") { check_policies(Batch<Annealed>{}, ML{}, Plain{}); }
    SECTION("stochastic") { check_policies(Batch<Stochastic>{{.seed = 5}}, ML{}, Plain{}); }
    SECTION("stepwise") { check_policies(Stepwise<>{.batch = 3, .burn_in = 2, .seed = 6}, ML{}, Plain{}); }
    SECTION("jittered") { check_policies(Batch<>{}, Jittered<>{}, Plain{}); }
    SECTION("SQUAREM") { check_policies(Batch<>{}, ML{}, Squarem{}); }
    SECTION("Anderson") { check_policies(Batch<>{}, ML{}, Anderson{.order = 4}); }
    SECTION("Anderson with a prior") { check_policies(Batch<>{}, map, Anderson{}); }
}

TEST_CASE("fits of other models go on with the same bits") {
    const Eigen::MatrixXd x = clusters(120);
    const Eigen::MatrixXd counts = x.topRows(1).array().abs().round();
    const MarkovChain chain(Eigen::Vector2d(0.6, 0.4), Eigen::Matrix2d{{0.9, 0.1}, {0.3, 0.7}});
    const HiddenMarkovModel<Poisson<>> hmm(chain, Poisson<>(Eigen::RowVector2d(1, 4)));
    check_resumption(Batch<>{}, ML{}, Plain{}, hmm, Sequences<double>(counts, std::vector<Index>{50, 70}),
                     12);
    const GaussianMixture<> normal = three();
    std::vector<Eigen::MatrixXd> scales(3, Eigen::MatrixXd::Identity(2, 2));
    const Mixture<StudentT<>> t(normal.weights(),
                                StudentT<>(normal.means(), scales, Eigen::Vector3d(3, 6, 9)));
    check_resumption(Batch<>{}, ML{}, Plain{}, t, units(x), 12);
}

TEST_CASE("components that were dropped or reseeded stay so") {
    Eigen::MatrixXd x = clusters(60);
    x.leftCols(20).setConstant(50);  // a component collapses onto them
    const auto check = [&](const auto& remedy) {
        GaussianMixture<> model = three();
        Eigen::MatrixXd means = model.means();
        means.col(2).setConstant(50);
        model = {model.weights(),
                 Gaussian<>(means, std::vector<Eigen::MatrixXd>(3, Eigen::MatrixXd::Identity(2, 2)))};
        const MaximumLikelihood<std::remove_cvref_t<decltype(remedy)>> mstep{remedy};
        CHECK_FALSE(ExpectationMaximization<Batch<>, std::remove_const_t<decltype(mstep)>>{.mstep = mstep}
                        .fit(model, units(x))
                        .events.empty());
        check_resumption(Batch<>{}, mstep, Plain{}, model, units(x), 12);
    };
    check(Drop{});
    check(Reseed{});
    check(VarianceFloor{});
}

TEST_CASE("a fit that broke down does so again") {
    Eigen::MatrixXd x = clusters(60);
    x.leftCols(20).setConstant(50);
    const Eigen::MatrixXd means{{0.0, 50.0}, {1.0, 50.0}};
    const GaussianMixture<> model(
        Gaussian<>(means, std::vector<Eigen::MatrixXd>(2, Eigen::MatrixXd::Identity(2, 2))));
    using Unrepaired = MaximumLikelihood<NoRemedy>;
    const auto expected = ExpectationMaximization<Batch<>, Unrepaired>{}.fit(model, x);
    REQUIRE(expected.status == Status::degenerate);
    const AbsentFile file;
    const ExpectationMaximization<Batch<>, Unrepaired, Sequential, Plain, Aitken, Silent, Checkpoint> em{
        .checkpoint = {.path = file.path}};
    for (int run = 0; run < 3; ++run) check_same(em.fit(model, x), expected);
}

TEST_CASE("any execution goes on from the file of any other") {
    const Eigen::MatrixXd x = clusters(500);
    const ExpectationMaximization<> whole{.convergence = {0}, .limits = {20}};
    const auto expected = whole.fit(three(), units(x));
    const AbsentFile file;
    Keeping<> em{.convergence = {0}, .limits = {7}, .checkpoint = {file.path}};
    em.fit(three(), units(x));
    const ExpectationMaximization<Batch<>, ML, Threads, Plain, Aitken, Silent, Checkpoint> threads{
        .execution = {3}, .convergence = {0}, .limits = {20}, .checkpoint = {file.path}};
    check_same(threads.fit(three(), units(x)), expected);
}

TEST_CASE("the file says when the fit was over, and a larger limit goes on") {
    const AbsentFile file;
    const auto five = keeping(file, 5).fit(published_start, published_rounds);
    CHECK(five.status == Status::iteration_limit);
    const std::string bytes = file.bytes();
    const auto again = keeping(file, 5).fit(published_start, published_rounds);
    check_same(again, five);
    CHECK(file.bytes() == bytes);
    const auto nine = keeping(file, 9).fit(published_start, published_rounds);
    CHECK(nine.iterations == 9);
    CHECK(nine.trace.size() == 10);
    CHECK(keeping(file, 3).fit(published_start, published_rounds).iterations == 9);  // it is there already
}

TEST_CASE("the time of earlier processes counts") {
    const AbsentFile file;
    const Keeping<Batch<>, Slow> slow{.convergence = {0}, .limits = {5}, .checkpoint = {.path = file.path}};
    slow.fit(published_start, published_rounds);
    Keeping<> em = keeping(file, 100);
    em.limits.seconds = 5 * Slow::seconds;
    const auto fit = em.fit(published_start, published_rounds);
    CHECK(fit.status == Status::time_limit);
    CHECK(fit.iterations == 5);
    CHECK(fit.seconds >= 5 * Slow::seconds);
}

TEST_CASE("the observer hears from where the fit goes on") {
    const AbsentFile file;
    int calls = 0;
    const Keeping<Batch<>, Impatient> em{
        .convergence = {0}, .observer = {&calls, 4}, .checkpoint = {.path = file.path}};
    CHECK(em.fit(published_start, published_rounds).status == Status::stopped);
    CHECK(calls == 4);
    calls = 0;
    const auto fit = em.fit(published_start, published_rounds);
    CHECK(calls == 4);
    CHECK(fit.iterations == 6);
    CHECK(fit.evaluations == 7);
}

TEST_CASE("checkpoints are as many as asked for") {
    struct Count {
        const AbsentFile* file;
        std::vector<bool>* written;  // since the iteration before
        void operator()(const Progress&, const Coins&) const {
            written->push_back(std::filesystem::exists(file->path));
            file->remove();
        }
    };
    const AbsentFile file;
    const auto written = [&](double seconds, int iterations) {
        std::vector<bool> result;
        const Keeping<Batch<>, Count> em{.convergence = {0},
                                         .limits = {6},
                                         .observer = {&file, &result},
                                         .checkpoint = {file.path, seconds, iterations}};
        em.fit(published_start, published_rounds);
        result.push_back(std::filesystem::exists(file.path));
        file.remove();
        return result;
    };
    using Written = std::vector<bool>;
    CHECK(written(0, 0) == Written{false, true, true, true, true, true, true, true});
    CHECK(written(1e9, 1) == Written{false, true, true, true, true, true, true, true});
    CHECK(written(1e9, 3) == Written{false, true, false, false, true, false, false, true});
    CHECK(written(1e9, 0) == Written{false, true, false, false, false, false, false, true});
}

TEST_CASE("without a path nothing is kept") {
    const Keeping<> em{.limits = {5}};
    CHECK(em.fit(published_start, published_rounds).iterations == 5);
    CHECK_FALSE(std::filesystem::exists(".tmp"));
}

TEST_CASE("a file of another fit is refused, by what differs") {
    const AbsentFile file;
    keeping(file, 4).fit(published_start, published_rounds);
    const auto refused = [&](const auto& em, const auto& model, const auto& data, const std::string& what) {
        CHECK_THROWS_WITH(em.fit(model, data),
                          StartsWith("latent::Checkpoint: " + file.path.string()) && ContainsSubstring(what));
    };
    refused(keeping(file, 9), Coins{{0.5, 0.5}, {0.6, 0.4}}, published_rounds, "began at another model");
    refused(keeping(file, 9), OtherCoins{published_start}, published_rounds, "other types");
    refused(keeping(file, 9), published_start, std::vector{5, 9, 8, 4}, "other data");
    refused(keeping(file, 9), published_start, std::vector{5, 9, 8, 4, 6}, "other data");
    const Keeping<Batch<Stochastic>> other{.checkpoint = {.path = file.path}};
    refused(other, published_start, published_rounds, "other types");

    file.remove();
    const Keeping<Stepwise<>> first{
        .estep = {.batch = 1, .seed = 1}, .limits = {5}, .checkpoint = {file.path}};
    first.fit(published_start, published_rounds);
    const Keeping<Stepwise<>> second{.estep = {.batch = 2}, .checkpoint = {file.path}};
    refused(second, published_start, published_rounds, "other policies");
}

TEST_CASE("a second fit on one path is refused while the first one runs") {
    const AbsentFile file;
    std::string refusal;
    const Keeping<Batch<>, Twice> first{
        .convergence = {0}, .limits = {5}, .observer = {&file, &refusal}, .checkpoint = {file.path}};
    const auto fit = first.fit(published_start, published_rounds);
    CHECK_THAT(refusal,
               StartsWith("latent::Checkpoint: " + file.path.string() + ": is in use by another fit"));
    CHECK(fit.iterations == 5);
    CHECK_FALSE(std::filesystem::exists(file.path.string() + ".lock"));
    check_same(keeping(file, 5).fit(published_start, published_rounds), fit);
}

TEST_CASE("a file that is damaged anywhere is refused") {
    const AbsentFile file;
    keeping(file, 4).fit(published_start, published_rounds);
    const std::string bytes = file.bytes();
    const auto fit = [&] { keeping(file, 9).fit(published_start, published_rounds); };
    const auto message = StartsWith("latent::Checkpoint: " + file.path.string());
    for (std::size_t i = 0; i < bytes.size(); i += i < sizeof(detail::CheckpointHeader) ? 1 : 5) {
        std::string wrong = bytes;
        wrong[i] = static_cast<char>(wrong[i] ^ 4);
        file.write(wrong);
        CHECK_THROWS_WITH(fit(), message);
    }
    file.write(bytes);
    for (std::size_t size = bytes.size(); size-- > 0;) {
        std::filesystem::resize_file(file.path, size);
        CHECK_THROWS_WITH(fit(), message);
    }
    file.write(bytes + 'x');
    CHECK_THROWS_WITH(fit(), ContainsSubstring("is not whole"));
    file.write("1,2\n3,4\n5,6\n7,8\n9,10\n11,12\n13,14\n");
    CHECK_THROWS_WITH(fit(), ContainsSubstring("is no checkpoint"));
    file.write(bytes);
    CHECK_NOTHROW(fit());
}

TEST_CASE("what a killed process left half written is not in the way") {
    const AbsentFile file;
    std::ofstream(file.path.string() + ".tmp") << "half a";
    CHECK(keeping(file, 4).fit(published_start, published_rounds).iterations == 4);
    CHECK_FALSE(std::filesystem::exists(file.path.string() + ".tmp"));
}

TEST_CASE("a checkpoint that cannot be written is found out at once") {
    const AbsentFile folder;
    int calls = 0;
    const Keeping<Batch<>, Impatient> em{.observer = {&calls, 100}, .checkpoint = {folder.path / "file"}};
    CHECK_THROWS_WITH(em.fit(published_start, published_rounds), ContainsSubstring("cannot be written"));
    CHECK(calls == 1);
    const Keeping<> of_a_folder{.checkpoint = {std::filesystem::temp_directory_path()}};
    CHECK_THROWS_WITH(of_a_folder.fit(published_start, published_rounds), ContainsSubstring("no file"));
}

TEST_CASE("times that cannot be are refused") {
    const AbsentFile file;
    const Keeping<> seconds{.checkpoint = {file.path, -1.0}}, iterations{.checkpoint = {file.path, 1.0, -1}};
    CHECK_THROWS_WITH(seconds.fit(published_start, published_rounds),
                      "latent::Checkpoint: every_seconds is -1, expected 0 or more");
    CHECK_THROWS_WITH(iterations.fit(published_start, published_rounds),
                      "latent::Checkpoint: every_iterations is -1, expected 0 or more");
}
