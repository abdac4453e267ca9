// Candidates of several types in one call: the same for any number of workers, on real data the choice of mclust.
#include "latent/selection/select.hpp"

#include <filesystem>
#include <sstream>

#include "catch.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/checkpoint/checkpoint.hpp"
#include "latent/data/csv.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/execution/threads.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"
#include "latent/start/quantiles.hpp"
#include "latent/start/short_runs.hpp"
#include "naive_mixture.hpp"

using namespace latent;

namespace {

Eigen::MatrixXd three_groups(Index n) {
    Random random(3);
    Eigen::MatrixXd x = GaussianMixture<>(1, 2).sample(n, random);
    for (Index i = 0; i < n; ++i) x.col(i).array() += 12.0 * static_cast<double>(i % 3);
    return x;
}

std::string printed(const auto& value) {
    std::ostringstream text;
    text << value;
    return text.str();
}

}  // namespace

TEST_CASE("select compares types, and each candidate is what a Selection of its own finds") {
    const Eigen::MatrixXd x = three_groups(150);
    const auto all = select(x, components(1, 4), structures<Full, Spherical>(), Starts{2}, Squarem{});
    REQUIRE(all.table.size() == 8);
    CHECK(all.criterion == "BIC");
    CHECK(all.table[all.best_index()].name == "spherical");
    CHECK(all.with_best([](const auto& fit) { return fit.model.size(); }) == 3);
    using EM = ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Squarem>;
    const auto own = Selection<Bic, Restarts<KMeans, EM>>{.restarts = {.number = 2}}.fit(
        std::vector{GaussianMixture<>(2, 2)}, x);
    CHECK(all.table[1].name == "full");
    CHECK(all.table[1].components == 2);
    CHECK(all.table[1].parameters == own.best().model.parameters());
    CHECK(all.table[1].criterion == own.table[0].criterion);
    CHECK(std::get<0>(all.all[1]).log_likelihood == own.best().log_likelihood);
    CHECK(all.table[1].status == Status::converged);
    CHECK(printed(all).find("spherical") != std::string::npos);
}

TEST_CASE("a selection of several types has the same bits for any number of workers") {
    const Eigen::MatrixXd x = three_groups(90);
    const auto run = [&](const auto& criterion, const auto& execution) {
        auto result = select(x, components(1, 3), structures<Tied, EVI>(), criterion, execution, Starts{2});
        for (Candidate& c : result.table) c.seconds = 0;
        return result;
    };
    const auto compare = [&](const auto& criterion) {
        const auto alone = run(criterion, Sequential{});
        for (const Index workers : {1, 2, 5}) {
            const auto shared = run(criterion, Threads{workers});
            CHECK(printed(shared) == printed(alone));
            CHECK(shared.order == alone.order);
            for (std::size_t i = 0; i < alone.table.size(); ++i)
                CHECK(shared.table[i].criterion == alone.table[i].criterion);
        }
    };
    compare(Icl{});
    compare(CrossValidation{.folds = 3});
}

TEST_CASE("policies of fits go to every fit, a spurious fit is chosen only where one asks for it") {
    const Eigen::MatrixXd x = three_groups(60);
    const auto short_fits =
        select(x, components(1, 2), structures<Full>(), Limits{.iterations = 1}, Starts{1});
    CHECK(short_fits.table[1].status == Status::iteration_limit);
    const auto by_mine = select(x, components(1, 2), structures<Full>(), Starts{1},
                                [](double, double parameters, double) -> double { return -parameters; });
    CHECK(by_mine.criterion == "criterion");
    CHECK(by_mine.best().model.size() == 2);

    Eigen::MatrixXd lumps = three_groups(60);  // a third of the observations are copies of two points
    for (Index i = 0; i < 60; i += 3) lumps.col(i) = Eigen::Vector2d(static_cast<double>(i % 2), 100);
    const auto honest = select(lumps, components(1, 4), structures<Full>(), Starts{2});
    const auto asked = select(lumps, components(1, 4), structures<Full>(), Starts{2, true});
    CHECK(honest.best().sound());
    CHECK_FALSE(asked.best().sound());
    CHECK(asked.table[asked.best_index()].criterion < honest.table[honest.best_index()].criterion);
    CHECK(printed(honest).find("! spurious") != std::string::npos);
}

TEST_CASE("a selection that was stopped goes on, each fit from a file of its own") {
    const Eigen::MatrixXd x = three_groups(60);
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / "latent_select_test";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    const auto run = [&](const Checkpoint& checkpoint, int iterations, const auto& criterion) {
        return select(x, components(1, 2), structures<Full, Tied>(), Starts{2}, checkpoint, criterion,
                      Limits{.iterations = iterations}, Threads{2});
    };
    const auto compare = [&](const auto& criterion, const char* file, std::ptrdiff_t fits) {
        const auto whole = run({}, 1000, criterion);
        CHECK(run({folder / file}, 2, criterion).table[1].status == Status::iteration_limit);
        const auto resumed = run({folder / file}, 1000, criterion);
        CHECK(resumed.order == whole.order);
        for (std::size_t i = 0; i < whole.table.size(); ++i)
            CHECK(resumed.table[i].criterion == whole.table[i].criterion);
        std::ptrdiff_t files = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            const std::string name = entry.path().filename().string();
            files += name.starts_with(file) && !name.ends_with(".lock") ? 1 : 0;
        }
        CHECK(files == fits);
    };
    compare(Bic{}, "bic", 4 * 2);
    compare(CrossValidation{.folds = 3}, "cv", 4 * (1 + 3) * 2);
    std::filesystem::remove_all(folder);
}

TEST_CASE("states of hidden Markov models, over one dimension in a vector, too") {
    const std::vector<double> x{3, 4, 12, 2, 13, 14, 3, 11, 12, 3, 2, 4};
    const auto result = select(x, states(1, 3), emissions<Poisson<>>(), Starts{2});
    REQUIRE(result.all.size() == 3);
    CHECK(result.best().model.size() == 2);
    CHECK(result.table[1].name == Poisson<>::type_name());
    CHECK_THAT(result.table[1].criterion, WithinRel(result.all[1].model.bic(x), 1e-13));
}

TEST_CASE("real data: select finds what mclust chooses, or better") {
    const auto read = [](const char* name) {
        return read_csv(std::filesystem::path(LATENT_TEST_DATA) / name).values;
    };
    const auto geyser = select(read("mixtures/faithful-full-2/X.csv"), components(1, 4),
                               structures<EEE, VVV, VEE, VVE>(), Starts{4}, Threads{});
    CHECK(geyser.table[geyser.best_index()].name == "tied");
    CHECK(geyser.table[geyser.best_index()].components == 3);
    CHECK_THAT(geyser.table[2].criterion,
               WithinAbs(2314.30, 0.05));  // EEE 3: published −2314.316, tight −2314.2957
    CHECK_THAT(geyser.table[5].criterion, WithinAbs(2322.192, 0.05));
    CHECK(geyser.table[10].criterion < 2322.103 + 0.05);
    CHECK(geyser.table[13].criterion < 2320.433 + 0.05);
    CHECK_THAT(geyser.table[0].criterion, WithinAbs(2607.622, 0.05));
    const Eigen::MatrixXd flowers = read("mixtures/iris-full-3/X.csv");
    const auto iris = select(flowers, components(1, 3), structures<VEV, VVV>(), Starts{4}, Threads{});
    CHECK(iris.table[iris.best_index()].name == "VEV");
    CHECK(iris.table[iris.best_index()].components == 2);
    CHECK_THAT(iris.table[1].criterion, WithinAbs(561.7285, 0.05));
    CHECK(iris.table[2].criterion < 562.5522 + 0.05);
    CHECK_THAT(iris.table[4].criterion, WithinAbs(574.0178, 0.05));
}

TEST_CASE("velocities of galaxies: select finds better optima of three and four components than mclust") {
    // Of 82 galaxies in km/s (Postman, Huchra & Geller 1986; Roeder 1990), as R's MASS has them.
    const std::vector<double> galaxies{
        9172,  9350,  9483,  9558,  9775,  10227, 10406, 16084, 16170, 18419, 18552, 18600, 18927, 19052,
        19070, 19330, 19343, 19349, 19440, 19473, 19529, 19541, 19547, 19663, 19846, 19856, 19863, 19914,
        19918, 19973, 19989, 20166, 20175, 20179, 20196, 20215, 20221, 20415, 20629, 20795, 20821, 20846,
        20875, 20986, 21137, 21492, 21701, 21814, 21921, 21960, 22185, 22209, 22242, 22249, 22314, 22374,
        22495, 22746, 22747, 22888, 22914, 23206, 23241, 23263, 23484, 23538, 23542, 23666, 23706, 23711,
        24129, 24285, 24289, 24366, 24717, 24990, 25633, 26690, 26995, 32065, 32789, 34279};
    const auto all = select(galaxies, components(1, 7), structures<EII, VII>(), ShortRuns{}, Starts{3});
    const auto bic = [&](Index structure, Index K) {
        return all.table[static_cast<std::size_t>(7 * structure + K - 1)].criterion;
    };
    CHECK(all.table[all.best_index()].name == "spherical");
    CHECK(all.table[all.best_index()].components == 3);
    CHECK_THAT(bic(1, 3), WithinAbs(1574.484, 0.001));
    // mclust 6.0.0: E 1 and 3, V 1, 2, 3 and 4, which it chooses.
    CHECK_THAT(bic(0, 1), WithinAbs(1622.361, 0.001));
    CHECK(bic(0, 3) < 1584.016 + 0.01);
    CHECK_THAT(bic(1, 1), WithinAbs(1622.361, 0.001));
    CHECK(bic(1, 2) < 1595.403 + 0.01);
    CHECK(bic(1, 3) < 1592.299);
    CHECK(bic(1, 4) < 1579.862);
    // From equal shares of the sorted velocities EM comes to mclust's four.
    CHECK_THAT(fit(GaussianMixture<VII>(4, 1), galaxies, Quantiles{}).model.bic(galaxies),
               WithinAbs(1579.851, 0.01));
}
