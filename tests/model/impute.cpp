// Missing cells filled in: by formulas, by enumeration, and on average by draws.
#include "latent/model/impute.hpp"

#include "catch.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/mixture_emission.hpp"
#include "latent/emission/student_t.hpp"
#include "latent/emission/tied_emission.hpp"
#include "latent/emission/von_mises.hpp"

using namespace latent;

namespace {

const double none = std::numeric_limits<double>::quiet_NaN();
const Eigen::MatrixXd means{{0, 3}, {0, -1}};
const std::vector<Eigen::MatrixXd> covariances{Eigen::MatrixXd{{1, 0.8}, {0.8, 1}},
                                               Eigen::MatrixXd{{2, -1}, {-1, 1}}};
const Eigen::MatrixXd x{{1, none, none, 2}, {none, 0.5, none, 1}};

/// Draws have the mean and the variance that are promised.
template <class M, class Data>
void check_draws(const M& model, const Data& data, const Imputation<double>& expected, double slack = 6) {
    const int draws = 4000;
    Random random(11);
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(expected.x.rows(), expected.x.cols()), squares = sum;
    for (int i = 0; i < draws; ++i) {
        const Eigen::MatrixXd draw = impute(model, data, random) - expected.x;
        sum += draw / draws;
        squares += draw.cwiseAbs2() / draws;
    }
    const Eigen::ArrayXXd error = (expected.variances.array() / draws).sqrt();
    CHECK((sum.array().abs() <= slack * error + 1e-12).all());
    CHECK((squares - expected.variances).cwiseAbs().maxCoeff() < 0.25 * expected.variances.maxCoeff());
}

/// −Σ_k r_k log r_k, of each column.
Eigen::RowVectorXd entropies(const Eigen::MatrixXd& r) {
    return r.unaryExpr([](double p) { return p > 0 ? -p * std::log(p) : 0.0; }).colwise().sum();
}

/// On average over what the missing cells may be, the responsibilities of all cells are those of what is seen, and components
/// are known better.
template <class M, class Complete, class Data>
void check_information(const M& model, const Complete& complete, const Data& data) {
    const int draws = 3000;
    Random random(12);
    const Eigen::MatrixXd seen = model.predict_proba(data);
    Eigen::MatrixXd mean = Eigen::MatrixXd::Zero(seen.rows(), seen.cols());
    Eigen::RowVectorXd entropy = Eigen::RowVectorXd::Zero(seen.cols());
    for (int i = 0; i < draws; ++i) {
        const Eigen::MatrixXd filled = impute(model, data, random);
        const Eigen::MatrixXd r = model.predict_proba(complete(filled));
        mean += r / draws;
        entropy += entropies(r) / draws;
    }
    CHECK((mean - seen).cwiseAbs().maxCoeff() < 5 * 0.5 / std::sqrt(draws));
    CHECK((entropy.array() <= entropies(seen).array() + 0.02).all());
    CHECK(entropy.sum() < entropies(seen).sum());
}

}  // namespace

TEST_CASE("components are never known better with cells missing than with all of them, on average") {
    const auto itself = [](const Eigen::MatrixXd& filled) { return filled; };
    const Eigen::Vector2d weights(0.4, 0.6);
    check_information(GaussianMixture<>(weights, Gaussian<>(means, covariances)), itself, with_missing(x));
    check_information(Mixture(weights, StudentT<>(means, covariances, Eigen::Vector2d(4, 9))), itself,
                      with_missing(x));
    const Categorical<> symbols(Eigen::MatrixXd{{0.7, 0.2}, {0.3, 0.8}, {0.1, 0.5}, {0.9, 0.5}}, 2);
    const Eigen::MatrixXd some{{1, none, 0}, {none, 0, none}};
    check_information(Mixture(weights, symbols), itself, with_missing(some));
    const HiddenMarkovModel<Gaussian<>> states(weights, Eigen::Matrix2d{{0.9, 0.1}, {0.2, 0.8}},
                                               Gaussian<>(means, covariances));
    check_information(states, itself, with_missing(x));
}

TEST_CASE("a normal density's missing cells are its regression on what is seen") {
    const GaussianMixture<> model(Gaussian<>(means.leftCols(1), {covariances[0]}));
    const auto filled = impute(model, with_missing(x));
    CHECK_THAT(filled.x(1, 0), WithinAbs(0.8, 1e-14));
    CHECK_THAT(filled.variances(1, 0), WithinAbs(0.36, 1e-14));
    CHECK((filled.x(0, 2) == 0 && filled.variances(0, 2) == 1));
    CHECK((filled.x(0, 0) == 1 && filled.variances(0, 0) == 0 && filled.variances.col(3).isZero()));
    check_draws(model, with_missing(x), filled);
}

TEST_CASE("over components the responsibilities of what is seen weigh") {
    const GaussianMixture<> model(Eigen::Vector2d(0.4, 0.6), Gaussian<>(means, covariances));
    const auto data = with_missing(x);
    const auto filled = impute(model, data);
    const Eigen::MatrixXd r = model.predict_proba(data);
    const double first = 0.8, second = -1 - 0.5 * (1 - 3);
    CHECK_THAT(filled.x(1, 0), WithinAbs(r(0, 0) * first + r(1, 0) * second, 1e-13));
    const double square = r(0, 0) * (0.36 + first * first) + r(1, 0) * (0.5 + second * second);
    CHECK_THAT(filled.variances(1, 0), WithinAbs(square - filled.x(1, 0) * filled.x(1, 0), 1e-13));
    check_draws(model, data, filled);
}

TEST_CASE("heavy tails, ties and mixtures of densities fill in as they draw") {
    const auto data = with_missing(x);
    const Mixture<StudentT<>> heavy(StudentT<>(means, covariances, Eigen::Vector2d(8, 9)));
    check_draws(heavy, data, impute(heavy, data));
    const Mixture<MixtureEmission<Gaussian<>>> nested(
        MixtureEmission<Gaussian<>>(Eigen::MatrixXd{{0.3}, {0.7}}, Gaussian<>(means, covariances)));
    const GaussianMixture<> flat(Eigen::Vector2d(0.3, 0.7), Gaussian<>(means, covariances));
    CHECK(impute(nested, data).x.isApprox(impute(flat, data).x, 1e-13));
    check_draws(nested, data, impute(nested, data));
    const Mixture<TiedEmission<Gaussian<>>> tied(
        TiedEmission<Gaussian<>>(Gaussian<>(means, covariances), {0, 1, 1}));
    const GaussianMixture<> thirds(Eigen::Vector2d(1, 2) / 3, Gaussian<>(means, covariances));
    CHECK(impute(tied, data).variances.isApprox(impute(thirds, data).variances, 1e-12));
    check_draws(tied, data, impute(tied, data));
}

TEST_CASE("hidden Markov models fill in by what comes before and after") {
    const HMM<Categorical<>> model(Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{0.95, 0.05}, {0.05, 0.95}},
                                   Categorical<>(Eigen::MatrixXd{{0.9, 0.05}, {0.05, 0.05}, {0.05, 0.9}}));
    const Eigen::MatrixXd symbols{{0, 0, none, 0, 0, 2, 2, none, none, 2}};
    const auto filled = impute(model, Sequences<double>(with_missing(symbols), std::vector<Index>{5, 5}));
    CHECK((filled.x(0, 2) == 0 && filled.x(0, 7) == 2 && filled.x(0, 8) == 2));
    CHECK((filled.variances(0, 2) > 0.1 && filled.variances(0, 2) < 0.15 && filled.variances(0, 0) == 0));

    const GaussianHMM<> chain(Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{0.9, 0.1}, {0.2, 0.8}},
                              Gaussian<>(means, covariances));
    const Sequences<double> one(with_missing(x));
    check_draws(chain, one, impute(chain, one));
}

TEST_CASE("angles are filled in on the circle") {
    const Mixture<VonMises<>> model(VonMises<>(Eigen::MatrixXd{{3.1, -3.1}}, Eigen::MatrixXd{{50, 50}}));
    const Eigen::MatrixXd unseen{{none}};
    const auto filled = impute(model, with_missing(unseen));
    CHECK_THAT(std::abs(filled.x(0, 0)), WithinAbs(std::numbers::pi, 1e-12));
    CHECK_THAT(filled.variances(0, 0), WithinAbs(0.022, 0.002));
}

TEST_CASE("variances of what is filled in keep their digits far from the origin") {
    const Eigen::MatrixXd own{{1, 0.6}, {0.6, 1}};
    for (const double offset : {0.0, 1e6, 1.7e9}) {
        CAPTURE(offset);
        const Eigen::MatrixXd apart = Eigen::MatrixXd{{0, 3}, {0, 1}}.array() + offset;
        const GaussianMixture<> one(Eigen::VectorXd::Ones(1), Gaussian<>(apart.leftCols(1), {own}));
        const GaussianMixture<> two(Eigen::Vector2d(0.5, 0.5), Gaussian<>(apart, {own, own}));
        Eigen::MatrixXd partly = Eigen::MatrixXd::Constant(2, 1, offset + 0.5);
        partly(0, 0) = std::nan("");
        CHECK_THAT(impute(one, with_missing(partly)).variances(0, 0), WithinRel(0.64, 1e-9));
        partly(1, 0) = std::nan("");  // nothing is seen
        CHECK_THAT(impute(two, with_missing(partly)).variances(0, 0), WithinRel(1 + 9.0 / 4, 1e-9));
        CHECK_THAT(impute(two, with_missing(partly)).variances(1, 0), WithinRel(1 + 1.0 / 4, 1e-9));
    }
}
