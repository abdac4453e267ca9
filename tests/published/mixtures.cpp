// Numbers that papers and manuals print. Each test names its source.
#include <array>

#include "catch.hpp"
#include "latent/latent.hpp"

using namespace latent;

namespace {

const std::filesystem::path cases = std::filesystem::path(LATENT_TEST_DATA) / "mixtures";

/// So small a tolerance that only the rounding of the objective ends the fit.
constexpr Aitken to_the_end{1e-16};

Eigen::MatrixXd iris() { return read_csv(cases / "iris-full-3" / "X.csv").values; }
Eigen::MatrixXd faithful() { return read_csv(cases / "faithful-full-2" / "X.csv").values; }
Eigen::MatrixXd waiting_times() { return faithful().row(1); }

/// Fitted until the objective moves no more, without a floor.
template <class M, class Data>
Result<M> fit_to_the_end(const M& model, const Data& data) {
    const ExpectationMaximization<Batch<>, MaximumLikelihood<NoRemedy>> em{
        {}, {}, {}, {}, to_the_end, {.iterations = 100'000}, {}};
    const auto result = em.fit(model, data);
    CHECK(result.converged());
    return result;
}

/// The model after each of a number of EM iterations; the first is the start.
template <class MStepPolicy = MaximumLikelihood<>, class M, class Data>
std::vector<M> iterates(const M& model, const Data& data, int iterations, const MStepPolicy& mstep = {}) {
    std::vector<M> models;
    const ExpectationMaximization<Batch<>, MStepPolicy, Sequential, Plain, Aitken, History<M>> em{
        {}, mstep, {}, {}, Aitken{0}, {.iterations = iterations}, {&models}};
    em.fit(model, data);
    return models;
}

/// n log p, and 0 where n is 0 whatever p.
double n_log(double n, double p) { return n > 0 ? n * std::log(p) : 0; }

// -----------------------------------------------------------------------------------------------------------
// models of one's own

/// Multinomial counts in cells with the probabilities ½ + θ/4, (1 − θ)/4, (1 − θ)/4, θ/4; how the first one's
/// count divides into ½ and θ/4 is hidden.
struct Linkage {
    using Unit = std::array<double, 4>;
    using Posterior = double;  // the expected count in the part θ/4 of the first cell
    struct Statistics {
        double recombined = 0, other = 0;
        static constexpr auto fields() { return std::tuple{&Statistics::recombined, &Statistics::other}; }
    };
    double theta;

    Statistics zero_statistics() const { return {}; }
    double infer(const Unit& y, Posterior& hidden) const {
        hidden = y[0] * theta / (2 + theta);
        return y[0] * std::log(0.5 + theta / 4) + (y[1] + y[2]) * std::log((1 - theta) / 4) +
               y[3] * std::log(theta / 4);
    }
    void accumulate(const Unit& y, const Posterior& hidden, Statistics& s) const {
        s.recombined += hidden + y[3];
        s.other += y[1] + y[2];
    }
    void maximize(const Statistics& s) { theta = s.recombined / (s.recombined + s.other); }
    double expected_log_joint(const Statistics& s) const {
        return n_log(s.recombined, theta) + n_log(s.other, 1 - theta);
    }
};

/// One of two coins is taken and tossed `tosses` times; only the number of heads is seen.
struct TwoCoins {
    using Unit = int;
    using Posterior = double;  // p(first coin | heads)
    struct Statistics {
        std::array<double, 2> chosen{}, heads{};
        static constexpr auto fields() { return std::tuple{&Statistics::chosen, &Statistics::heads}; }
    };
    int tosses;
    double first;                 // probability of taking the first coin
    std::array<double, 2> heads;  // of each coin

    Statistics zero_statistics() const { return {}; }
    double infer(int x, double& q) const {
        const auto p = [&](double coin, double head) {
            return coin * std::pow(head, x) * std::pow(1 - head, tosses - x);
        };
        const double one = p(first, heads[0]), two = p(1 - first, heads[1]);
        q = one / (one + two);
        return std::log(one + two);
    }
    void accumulate(int x, double q, Statistics& s) const {
        for (const std::size_t coin : {0U, 1U}) {
            const double share = coin == 0 ? q : 1 - q;
            s.chosen[coin] += share;
            s.heads[coin] += share * x;
        }
    }
    void maximize(const Statistics& s) {
        first = s.chosen[0] / (s.chosen[0] + s.chosen[1]);
        for (const std::size_t coin : {0U, 1U}) heads[coin] = s.heads[coin] / (s.chosen[coin] * tosses);
    }
    double expected_log_joint(const Statistics& s) const {
        double total = n_log(s.chosen[0], first) + n_log(s.chosen[1], 1 - first);
        for (const std::size_t coin : {0U, 1U})
            total += n_log(s.heads[coin], heads[coin]) +
                     n_log(s.chosen[coin] * tosses - s.heads[coin], 1 - heads[coin]);
        return total;
    }
};

/// Expectation conditional maximisation of a one-dimensional mixture (Meng & Rubin 1993): weights and means
/// in odd iterations, weights and variances in even ones.
struct MeansThenVariances : MaximumLikelihood<NoRemedy> {
    template <class M>
    void operator()(M& model, const typename M::Statistics& s, const Journal& journal) const {
        std::vector<Eigen::MatrixXd> variances;
        for (Index k = 0; k < model.size(); ++k) variances.push_back(model.covariance(k));
        Eigen::MatrixXd means = model.means();
        if (journal.iteration % 2 == 1) {
            means += Eigen::MatrixXd(s.emission.sum.array().rowwise() / s.count.transpose().array());
        } else {  // the statistics are about the current means
            for (Index k = 0; k < model.size(); ++k)
                variances[static_cast<std::size_t>(k)] = s.emission.scatter.col(k) / s.count(k);
        }
        model = M(s.count / s.count.sum(), Gaussian<Full>(means, variances));
    }
};

void check_coins(const TwoCoins& coins, double first, double second, double precision) {
    CHECK_THAT(coins.heads[0], WithinAbs(first, precision));
    CHECK_THAT(coins.heads[1], WithinAbs(second, precision));
}

/// What mclust prints: log-likelihood, number of parameters, and BIC, of which ours is the negative.
template <class M>
void check_mclust(const Result<M>& fit, const Eigen::MatrixXd& x, double log_likelihood, Index parameters,
                  double bic) {
    CHECK_THAT(fit.log_likelihood, WithinAbs(log_likelihood, 1e-5));
    CHECK(fit.model.parameters() == parameters);
    CHECK_THAT(-fit.model.bic(x), WithinAbs(bic, 0.05));
}

template <class Covariance>
Result<GaussianMixture<Covariance>> fit_species() {
    std::vector<Index> species(150);
    for (std::size_t i = 0; i < species.size(); ++i) species[i] = static_cast<Index>(i / 50);
    const Eigen::MatrixXd x = iris();
    return fit_to_the_end(Labels{species}(GaussianMixture<Covariance>(3, 4), x), x);
}

template <class Covariance>
GaussianMixture<Covariance> waiting_times_start() {
    const Eigen::MatrixXd variance = Eigen::MatrixXd::Constant(1, 1, 25);
    Eigen::MatrixXd means(1, 2);
    means << 55, 80;
    return GaussianMixture<Covariance>(
        Gaussian<Covariance>(means, std::vector<Eigen::MatrixXd>(Covariance::shared ? 1 : 2, variance)));
}

}  // namespace

// Dempster, Laird & Rubin (1977), "Maximum likelihood from incomplete data via the EM algorithm", section 1.
TEST_CASE("multinomial linkage") {
    const std::vector<Linkage::Unit> y{{125, 18, 20, 34}};
    const auto models = iterates(Linkage{0.5}, y, 30);
    const double printed[] = {0.5,         0.608247423, 0.624321050, 0.626488879, 0.626777322,
                              0.626815632, 0.626820719, 0.626821394, 0.626821484};
    for (std::size_t t = 0; t < std::size(printed); ++t)
        CHECK_THAT(models[t].theta, WithinAbs(printed[t], 6e-10));
    const double before = models[7].theta - models[6].theta, step = models[8].theta - models[7].theta;
    CHECK_THAT(step / before, WithinAbs(0.132779, 1e-6));
    CHECK_THAT(models.back().theta, WithinAbs(0.626821497871, 1e-12));

    // Near the limit the parameter's distance to it shrinks by the rate, that of the objective by its square.
    const auto fit = fit_to_the_end(Linkage{0.5}, y);
    CHECK_THAT(std::sqrt((fit.trace[5] - fit.trace[4]) / (fit.trace[4] - fit.trace[3])),
               WithinAbs(0.132779, 1e-4));
}

// Do & Batzoglou (2008), "What is the expectation maximization algorithm?", figure 1: the coins are equally
// probable, and stay so.
TEST_CASE("coins of ten tosses") {
    const std::vector<int> heads{5, 9, 8, 4, 7};
    const auto keep = [](TwoCoins& next, const TwoCoins& current) { next.first = current.first; };
    const Frozen mstep{keep};
    const auto models = iterates(TwoCoins{10, 0.5, {0.6, 0.5}}, heads, 200, mstep);
    check_coins(models[1], 0.71301, 0.58134, 6e-6);
    check_coins(models[2], 0.74529, 0.56926, 6e-6);
    check_coins(models[3], 0.76810, 0.54954, 6e-6);
    check_coins(models[10], 0.79674, 0.51966, 6e-6);
    check_coins(models[200], 0.7967891, 0.5195831, 6e-8);
}

// Collins (1997), "The EM algorithm", section 2: the likelihood is largest on the boundary.
TEST_CASE("three coins") {
    const std::vector<int> heads{3, 0, 3, 0};
    const auto models = iterates(TwoCoins{3, 0.3, {0.3, 0.6}}, heads, 20);
    CHECK_THAT(models[1].first, WithinAbs(0.3738, 6e-5));
    check_coins(models[1], 0.0680, 0.7578, 6e-5);
    CHECK_THAT(models[2].first, WithinAbs(0.4859, 6e-5));
    check_coins(models[2], 0.0004, 0.9722, 6e-5);
    CHECK_THAT(models[20].first, WithinAbs(0.5, 1e-12));
    check_coins(models[20], 0, 1, 1e-12);
}

// Benaglia, Chauveau, Hunter & Young (2009), "mixtools: An R package for analyzing finite mixture models",
// Journal of Statistical Software 32(6), section 2: the waiting times of Old Faithful.
TEST_CASE("waiting times of Old Faithful with equal deviations") {
    const Eigen::MatrixXd x = waiting_times();
    const auto fit = fit_to_the_end(waiting_times_start<Tied>(), x);
    CHECK_THAT(fit.model.weights()(0), WithinAbs(0.3608494, 1e-6));
    CHECK_THAT(fit.model.means()(0, 0), WithinAbs(54.613626, 1e-5));
    CHECK_THAT(fit.model.means()(0, 1), WithinAbs(80.090304, 1e-5));
    CHECK_THAT(std::sqrt(fit.model.covariance(0)(0, 0)), WithinAbs(5.869091, 1e-5));
    check_mclust(fit, x, -1034.001760, 4, -2090.427);
}

TEST_CASE("waiting times of Old Faithful with two deviations") {
    const Eigen::MatrixXd x = waiting_times();
    const auto fit = fit_to_the_end(waiting_times_start<Full>(), x);
    CHECK_THAT(fit.model.means()(0, 0), WithinAbs(54.614857, 1e-5));
    CHECK_THAT(fit.model.means()(0, 1), WithinAbs(80.091070, 1e-5));
    CHECK_THAT(std::sqrt(fit.model.covariance(0)(0, 0)), WithinAbs(5.871220, 1e-5));
    CHECK_THAT(std::sqrt(fit.model.covariance(1)(0, 0)), WithinAbs(5.867734, 1e-5));
    CHECK_THAT(fit.log_likelihood, WithinAbs(-1034.001750, 1e-6));
}

// mixtools' default is not plain EM: there is an E-step between the means and the deviations.
TEST_CASE("mixtools' trace for the waiting times of Old Faithful") {
    const Eigen::MatrixXd x = waiting_times();
    const ExpectationMaximization<Batch<>, MeansThenVariances> em{
        {}, {}, {}, {}, Aitken{0}, {.iterations = 6}, {}};
    const auto fit = em.fit(waiting_times_start<Full>(), x);
    const double printed[] = {-1051.089641, -1034.134938, -1034.018763, -1034.006569};
    REQUIRE(fit.trace.size() == 7);
    for (std::size_t t = 0; t < std::size(printed); ++t)
        CHECK_THAT(fit.trace[2 * t], WithinAbs(printed[t], 6e-7));
}

// Hasselblad (1969), "Estimation of finite mixtures of distributions from the exponential family": days with
// 0, 1, … 9 deaths of women of 80 and more, The Times 1910–1912.
TEST_CASE("two Poisson components for death notices") {
    const Eigen::RowVectorXd deaths = Eigen::RowVectorXd::LinSpaced(10, 0, 9);
    const double days[] = {162, 267, 271, 185, 111, 61, 27, 8, 3, 1};
    const Observations<double> x(deaths.data(), 1, 10, 1, 1, days);
    Eigen::MatrixXd rates(1, 2);
    rates << 1, 2.5;
    const Mixture<Poisson<>> start(Eigen::Vector2d(0.3, 0.7), Poisson<>(rates));
    CHECK_THAT(start.score(x), WithinAbs(-1992.723266, 6e-7));

    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Squarem> em{
        {}, {}, {}, {}, to_the_end, {.iterations = 1000}, {}};
    const auto fit = em.fit(start, x);
    CHECK_THAT(fit.log_likelihood, WithinAbs(-1989.945859883, 1e-8));
    CHECK_THAT(fit.model.weights()(0), WithinAbs(0.359885397, 1e-4));
    CHECK_THAT(fit.model.means()(0, 0), WithinAbs(1.256095101, 1e-4));
    CHECK_THAT(fit.model.means()(0, 1), WithinAbs(2.663404357, 1e-4));
}

// Fraley & Raftery (2002), "Model-based clustering, discriminant analysis, and density estimation"; Scrucca
// et al. (2016), "mclust 5", The R Journal 8(1).
TEST_CASE("mclust on iris with three components") {
    const Eigen::MatrixXd x = iris();
    check_mclust(fit_species<Spherical>(), x, -384.314095, 17, -853.8090);
    check_mclust(fit_species<Tied>(), x, -256.354043, 24, -632.9633);
    check_mclust(fit_species<Full>(), x, -180.185477, 44, -580.8389);
}

// There is a better optimum, −306.860461, next to the species: mclust's own start does not find it.
TEST_CASE("mclust on iris with three diagonal components") {
    const Eigen::MatrixXd x = iris();
    const auto fits = restarts(10, GaussianMixture<Diagonal>(3, 4), x);
    CHECK(std::any_of(fits.all.begin(), fits.all.end(),
                      [](const auto& fit) { return std::abs(fit.log_likelihood + 307.177572) < 1e-5; }));
    check_mclust(fits.best(), x, -306.860461, 26, -743.9974);
    check_mclust(fit_species<Diagonal>(), x, -306.860461, 26, -743.9974);
}

TEST_CASE("mclust on Old Faithful with two components") {
    const Eigen::MatrixXd x = faithful();
    std::vector<Index> labels;
    for (Index i = 0; i < x.cols(); ++i) labels.push_back(x(0, i) > 3 ? 1 : 0);
    const auto fit = fit_to_the_end(Labels{labels}(GaussianMixture<>(2, 2), x), x);
    check_mclust(fit, x, -1130.263960, 11, -2322.192);

    const double printed_means[] = {2.03639, 54.47852, 4.28966, 79.96812};
    CHECK_THAT(fit.model.weights()(0), WithinAbs(0.3559, 6e-5));
    for (Index j = 0; j < 4; ++j)
        CHECK_THAT(fit.model.means()(j % 2, j / 2), WithinAbs(printed_means[j], 6e-6));
    Eigen::Matrix2d first, second;
    first << 0.0691677, 0.4351676, 0.4351676, 33.69728;
    second << 0.1699684, 0.9406093, 0.9406093, 36.04621;
    CHECK((fit.model.covariance(0) - first).cwiseAbs().maxCoeff() < 2e-5);
    CHECK((fit.model.covariance(1) - second).cwiseAbs().maxCoeff() < 2e-5);

    const auto one = fit_to_the_end(Labels{std::vector<Index>(272, 0)}(GaussianMixture<>(1, 2), x), x);
    CHECK_THAT(2 * (fit.log_likelihood - one.log_likelihood), WithinAbs(319.0654, 0.001));
}

TEST_CASE("mclust's best model of Old Faithful, three components that share a covariance") {
    const Eigen::MatrixXd x = faithful();
    const auto fit = fit_to_the_end(restarts(10, GaussianMixture<Tied>(3, 2), x).best().model, x);
    check_mclust(fit, x, -1126.315928, 11, -2314.2957);
    // Printed where mclust stops, 0.02 short in BIC; the entropy is not stationary there, so ICL is further
    // off.
    CHECK_THAT(-fit.model.icl(x), WithinAbs(-2357.824, 0.6));
    Eigen::VectorXd weights = fit.model.weights();
    std::sort(weights.begin(), weights.end());
    CHECK((weights - Eigen::Vector3d(0.1686, 0.3564, 0.4750)).cwiseAbs().maxCoeff() < 6e-5);
}

TEST_CASE("mclust on the durations of Old Faithful with four components") {
    const Eigen::MatrixXd x = faithful().row(0);
    const auto best = restarts(10, GaussianMixture<>(4, 1), x).best();
    // Printed where mclust stops, short of the maximum.
    CHECK(-best.model.bic(x) > -576.660);
    CHECK_THAT(-best.model.bic(x), WithinAbs(-576.660, 0.1));
}
