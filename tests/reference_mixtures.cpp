// Fits that other software made, iteration by iteration.
#include "catch.hpp"
#include "latent/latent.hpp"
#include "naive_mixture.hpp"

using namespace latent;

namespace {

const std::filesystem::path cases = std::filesystem::path(LATENT_TEST_DATA) / "mixtures";

/// One folder of files without headers, a matrix row a line; read_csv hands a line back as a column.
template <class Covariance>
struct Case {
    std::filesystem::path folder;
    Eigen::MatrixXd x;
    std::vector<double> trace;

    explicit Case(const char* name) : folder(cases / name), x(read_csv(folder / "X.csv").values) {
        const Eigen::MatrixXd values = read_csv(folder / "loglik.csv").values;
        trace.assign(values.data(), values.data() + values.size());
    }

    /// The parameters at the start (suffix "0.csv") or at the end (".csv").
    GaussianMixture<Covariance> model(const std::string& suffix) const {
        const auto read = [&](const char* what) { return read_csv(folder / (what + suffix)).values; };
        const Eigen::MatrixXd means = read("means"), stacked = read("covariances");
        std::vector<Eigen::MatrixXd> covariances;
        for (Index k = 0; k < (Covariance::shared ? 1 : means.cols()); ++k)
            covariances.push_back(stacked.middleCols(k * x.rows(), x.rows()));
        return {read("weights").row(0).transpose(), Gaussian<Covariance>(means, covariances)};
    }

    /// Exactly as many iterations as the reference made.
    template <class Remedy, class Execution, class Data>
    Result<GaussianMixture<Covariance>> fit(const Execution& execution, const Data& data) const {
        const int iterations = static_cast<int>(trace.size()) - 1;
        const ExpectationMaximization<Batch<>, MaximumLikelihood<Remedy>, Execution> em{
            {}, {}, execution, {}, Aitken{0}, {.iterations = iterations}, {}};
        return em.fit(model("0.csv"), data);
    }
};

template <class Covariance>
void check_against_reference(const Case<Covariance>& c, const Result<GaussianMixture<Covariance>>& fit) {
    CHECK(fit.status == Status::iteration_limit);
    CHECK(fit.events.empty());
    REQUIRE(fit.trace.size() == c.trace.size());
    for (std::size_t t = 0; t < c.trace.size(); ++t) {
        CAPTURE(t);
        CHECK_THAT(fit.trace[t], WithinRel(c.trace[t], 1e-9));
    }
    const auto expected = c.model(".csv");
    CHECK((fit.model.weights() - expected.weights()).cwiseAbs().maxCoeff() < 1e-7);
    CHECK((fit.model.means() - expected.means()).cwiseAbs().maxCoeff() < 1e-7);
    for (Index k = 0; k < expected.size(); ++k)
        CHECK((fit.model.covariance(k) - expected.covariance(k)).cwiseAbs().maxCoeff() < 1e-7);
}

/// These data are one unit for a mixture; cut into short ones they are shared out among the threads.
template <class Covariance>
void check_threads(const Case<Covariance>& c) {
    const auto units = Sequences<double>::blocks(c.x, 7);
    const auto alone = c.template fit<VarianceFloor>(Sequential{}, units);
    check_against_reference(c, alone);
    for (const Index workers : {1, 2, 3}) {
        CAPTURE(workers);
        const auto together = c.template fit<VarianceFloor>(Threads{workers}, units);
        CHECK(together.trace == alone.trace);
        CHECK(naive::same_bits(together.model, alone.model));
    }
}

template <class Covariance>
void reproduce(const char* name) {
    const Case<Covariance> c(name);
    check_against_reference(c, c.template fit<NoRemedy>(Sequential{}, c.x));
    check_against_reference(c, c.template fit<VarianceFloor>(Sequential{}, c.x));
    check_threads(c);
}

}  // namespace

TEST_CASE("acidity of lakes, two components of one dimension") { reproduce<Full>("acidity-full-2"); }
TEST_CASE("Old Faithful, two full components") { reproduce<Full>("faithful-full-2"); }
TEST_CASE("iris, three full components") { reproduce<Full>("iris-full-3"); }
TEST_CASE("iris, three components that share a covariance") { reproduce<Tied>("iris-tied-3"); }
TEST_CASE("iris, three diagonal components") { reproduce<Diagonal>("iris-diagonal-3"); }
TEST_CASE("iris, three spherical components") { reproduce<Spherical>("iris-spherical-3"); }
