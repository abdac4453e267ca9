// Every value that fits have to do with is saved and loaded, as JSON and as bytes, and is the same to the bit.
#include "latent/save/save.hpp"

#include <cctype>
#include <cstdlib>

#include "catch.hpp"
#include "kit/absent_file.hpp"
#include "latent/latent.hpp"

using namespace latent;

namespace {

struct Place : kit::AbsentFile {
    explicit Place(const char* ending) { path += ending; }
};

/// What is computed from the parameters, too.
template <class M>
void check_same_model(const M& loaded, const M& saved) {
    if constexpr (requires { saved.to_vector(); }) CHECK(loaded.to_vector() == saved.to_vector());
    CHECK(loaded.parameters() == saved.parameters());
    Random one(3), other(3);
    const auto x = saved.sample(40, one), y = loaded.sample(40, other);
    if constexpr (requires { x.states; }) {
        CHECK(x.x == y.x);
        CHECK(loaded.score(x.x) == saved.score(x.x));
    } else {
        CHECK(x == y);
        CHECK(loaded.score_samples(x) == saved.score_samples(x));
    }
}
/// Letters and digits of a text, the rest as one hyphen.
std::string file_name(const std::string& text) {
    std::string name;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)))
            name += c;
        else if (!name.empty() && name.back() != '-')
            name += '-';
    }
    return name.substr(0, name.find_last_not_of('-') + 1);
}
/// The files of a value's kind that x86-64 saved are the bytes that come out of reading and saving them again: all numbers keep
/// their bits on the way from one platform to another. Where LATENT_TEST_RECORD is set, files that lack are made.
template <class T>
void check_of_x86_64(const T& value, const std::string& variant = "") {
    const std::string name = file_name(detail::type_text(detail::describe(value)) + variant);
    std::vector<std::string> texts;
    for (const char* ending : {".json", ".latent"}) {
        const auto kept = std::filesystem::path(LATENT_TEST_DATA) / "saved" / (name + ending);
        CAPTURE(kept);
        if (std::getenv("LATENT_TEST_RECORD") && !std::filesystem::exists(kept)) save(kept, value);
        std::ifstream file(kept, std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(file), {}};
        const T loaded = load<T>(kept);
        CHECK(detail::file_text(detail::file_of_value(loaded), kept) == bytes);
        texts.push_back(detail::json_text(detail::describe(loaded)));
    }
    CHECK(texts.front() == texts.back());
}
template <class T>
void check_written_and_read(const T& value, const char* ending) {
    const Place place(ending);
    save(place.path, value);
    const T loaded = load<T>(place.path);
    CHECK(detail::json_text(detail::describe(loaded)) == detail::json_text(detail::describe(value)));
    if constexpr (requires { value.sample(1, std::declval<Random&>()); }) check_same_model(loaded, value);
}
template <class T>
void check_round_trip(const T& value, const std::string& variant = "") {
    check_written_and_read(value, ".json");
    check_written_and_read(value, ".latent");
    check_of_x86_64(value, variant);
}

/// After an M-step, whose parameters no constructor has rounded.
template <class M>
M fitted(const M& model, int iterations = 2) {
    Random random(4);
    const auto draw = model.sample(300, random);
    if constexpr (requires { draw.states; })
        return ExpectationMaximization<>{.limits = {.iterations = iterations}}.fit(model, draw.x).model;
    else
        return ExpectationMaximization<>{.limits = {.iterations = iterations}}.fit(model, draw).model;
}

const Eigen::MatrixXd means{{0.1, 3.7, -2.9}, {1.3, -0.7, 5.1}};
const Eigen::Vector3d thirds(0.2, 0.5, 0.3);

template <class Covariance>
std::vector<Eigen::MatrixXd> covariances() {
    std::vector<Eigen::MatrixXd> all{Eigen::Matrix2d{{1.7, 0.3}, {0.3, 0.9}},
                                     Eigen::Matrix2d{{0.7, 0.1}, {0.1, 1.3}},
                                     Eigen::Matrix2d{{2.1, -0.4}, {-0.4, 1.1}}};
    for (Eigen::MatrixXd& c : all) {
        if (Covariance::block_columns(2) == 1) c = Eigen::MatrixXd(c.diagonal().asDiagonal());
        if (Covariance::block_rows(2) == 1) c = c(0, 0) * Eigen::MatrixXd::Identity(2, 2);
    }
    if (Covariance::shared) all.resize(1);
    return all;
}

MarkovChain chain() { return {thirds, Eigen::Matrix3d{{0.6, 0.4, 0}, {0.1, 0.7, 0.2}, {0.3, 0, 0.7}}}; }
Poisson<> counts() { return Poisson<>(Eigen::RowVector3d(1.1, 4.7, 9.3)); }

/// A number that is 0 with probability p, for Family: a density of a user's own.
struct Coin {
    double p = 0.5;
    struct Statistics {
        double zeros = 0, all = 0;
        static constexpr auto fields() { return std::tuple{&Statistics::zeros, &Statistics::all}; }
    };
    static constexpr auto saved() { return std::tuple{named("p", &Coin::p)}; }
    double log_density(double x) const { return std::log(x == 0 ? p : 1 - p); }
    void accumulate(double x, double weight, Statistics& s) const {
        s.all += weight;
        if (x == 0) s.zeros += weight;
    }
    void maximize(const Statistics& s) { p = s.zeros / s.all; }
    double expected_log_density(const Statistics& s) const {
        return s.zeros * std::log(p) + (s.all - s.zeros) * std::log(1 - p);
    }
    static Index parameters() { return 1; }
    double sample(Random& random) const { return random.uniform() < p ? 0 : 1; }
};

}  // namespace

TEMPLATE_TEST_CASE("normal and t mixtures are saved with every covariance structure", "", Full, Tied,
                   Diagonal, Spherical) {
    check_round_trip(
        fitted(Mixture<Gaussian<TestType>>(thirds, Gaussian<TestType>(means, covariances<TestType>()))));
    check_round_trip(fitted(Mixture<Gaussian<TestType, float>>(
                         thirds, Gaussian<TestType, float>(means, covariances<TestType>()))),
                     " float");
}
TEMPLATE_TEST_CASE("normal mixtures are saved whatever they share", "", EII, EEI, VEI, EVI, VEE, EVE, VVE,
                   EEV, VEV, EVV) {
    Random random(4);
    std::vector<Index> labels;
    const Eigen::MatrixXd x =
        Mixture(thirds, Gaussian<>(means, covariances<Full>())).sample(300, random, labels);
    check_round_trip(Labels{labels}(Mixture<Gaussian<TestType>>(3, 2), x));
}
TEST_CASE("regressions are saved, of which nothing is drawn") {
    const Mixture<LinearRegressions<>> lines(thirds, {means, Eigen::Vector3d(0.3, 1.0 / 3, 2)});
    for (const char* ending : {".json", ".latent"}) {
        const Place place(ending);
        save(place.path, lines);
        const auto loaded = load<Mixture<LinearRegressions<>>>(place.path);
        CHECK(loaded.emission().coefficients() == lines.emission().coefficients());
        CHECK(loaded.emission().deviations() == lines.emission().deviations());
        CHECK(loaded.weights() == lines.weights());
        const auto check = [&](const auto& e) {
            save(place.path, e);
            CHECK(load<std::remove_cvref_t<decltype(e)>>(place.path).coefficients() == means);
        };
        check(PoissonRegressions<>(means));
        const MixtureOfExperts<LinearRegressions<>> experts(Gate<>(means), lines.emission());
        save(place.path, experts);
        CHECK(load<MixtureOfExperts<LinearRegressions<>>>(place.path).to_vector() == experts.to_vector());
        check(BinomialRegressions<>(means));
    }
    check_of_x86_64(lines);
}
TEST_CASE("mixtures of every other family are saved") {
    const Eigen::MatrixXd positive{{0.3, 1.7, 4.1}, {2.3, 0.9, 1.1}};
    check_round_trip(fitted(
        Mixture<StudentT<>>(thirds, StudentT<>(means, covariances<Full>(), Eigen::Vector3d(3, 6, 11)))));
    StudentT<Diagonal> fixed(means, covariances<Diagonal>(), Eigen::Vector3d(3, 6, 11));
    check_round_trip(fitted(Mixture<StudentT<Diagonal>>(thirds, fixed.fix_degrees())), " diagonal fixed");
    check_round_trip(fitted(Mixture<FactorAnalyzers<>>(
        thirds, FactorAnalyzers<>(means, std::vector<Eigen::MatrixXd>(3, Eigen::Vector2d(0.5, -0.3)),
                                  Eigen::MatrixXd::Constant(2, 3, 0.4)))));
    check_round_trip(fitted(Mixture<Poisson<>>(thirds, Poisson<>(positive))));
    check_round_trip(fitted(Mixture<Exponential<>>(thirds, Exponential<>(positive))));
    check_round_trip(fitted(Mixture<Gamma<>>(thirds, Gamma<>(positive, positive.reverse()))));
    check_round_trip(
        fitted(Mixture<NegativeBinomial<>>(thirds, NegativeBinomial<>(positive, positive.reverse()))));
    check_round_trip(fitted(Mixture<VonMises<>>(thirds, VonMises<>(means, positive))));
    check_round_trip(fitted(Mixture<Bernoulli<>>(thirds, Bernoulli<>(positive / 5))));
    const Eigen::MatrixXd shares{{0.2, 0.1, 0.7}, {0.5, 0.1, 0.2}, {0.3, 0.8, 0.1}};
    check_round_trip(fitted(Mixture<Multinomial<>>(thirds, Multinomial<>(shares, 7))));
    check_round_trip(fitted(Mixture<Categorical<>>(thirds, Categorical<>(shares))));
    const Eigen::MatrixXd two{
        {0.2, 0.1, 0.7}, {0.5, 0.1, 0.2}, {0.3, 0.8, 0.1}, {0.4, 0.9, 0.5}, {0.6, 0.1, 0.5}};
    check_round_trip(fitted(Mixture<Categorical<>>(thirds, Categorical<>(two, {3, 2}))), " of two");
    check_round_trip(
        fitted(Mixture<Family<Coin>>(Eigen::Vector2d(0.4, 0.6), Family<Coin>({Coin{0.2}, Coin{0.7}}))));
}
TEST_CASE("translations are saved with their words") {
    const ParallelText text({"das Haus", "das Buch"}, {"the house", "the book"});
    const WordAlignment model = fit(WordAlignment(text), text, Limits{.iterations = 3}).model;
    check_round_trip(model);
    const Place place(".json");
    save(place.path, model);
    CHECK(load<WordAlignment>(place.path).probability("Haus", "house") == model.probability("Haus", "house"));
}

TEST_CASE("topics are saved with their words") {
    const Documents x({"sun sea sun", "goal team", "sea"});
    const MixtureOfUnigrams model =
        fit(RandomDocuments{}(MixtureOfUnigrams(2, x), x), x, Limits{.iterations = 3}).model;
    check_round_trip(model);
    check_round_trip(UnigramPrior{1.5, 1.25});
    const Place place(".json");
    save(place.path, model);
    const auto loaded = load<MixtureOfUnigrams>(place.path);
    CHECK(loaded.words() == x.words());
    CHECK(loaded.predict_proba(x) == model.predict_proba(x));
}

TEST_CASE("images are saved") {
    const PoissonImage<> image(Eigen::VectorXd(Eigen::Vector4d(0.1, 0, 1e-200, 7.3)));
    check_round_trip(image);
    const Place place(".json");
    save(place.path, image);
    CHECK(load<PoissonImage<>>(place.path).image() == image.image());
}
TEST_CASE("emissions made of others are saved") {
    const Gaussian<> normal(means, covariances<Full>());
    check_round_trip(fitted(Mixture(thirds, Product(counts(), Gaussian<>(normal)))));
    using Any = OneOf<Gaussian<>, Poisson<>, Gamma<>>;
    check_round_trip(fitted(Mixture(thirds, ProductOf(std::vector<Any>{Any(counts()), Any(normal)}))));
    const Eigen::VectorXd low = Eigen::Vector2d(-10, -11), high = Eigen::Vector2d(10.3, 12);
    check_round_trip(
        fitted(Mixture(Eigen::Vector4d(0.2, 0.5, 0.2, 0.1), WithNoise(normal, BoundingBox{low, high}))));
    const Mixture placeless(Eigen::Vector4d(0.2, 0.5, 0.2, 0.1), WithNoise(normal, 40.3));
    const Place place(".json");
    save(place.path, placeless);
    CHECK(load<Mixture<WithNoise<Gaussian<>>>>(place.path).score(means) == placeless.score(means));
    check_of_x86_64(placeless, " placeless");
    check_round_trip(fitted(Mixture(Eigen::VectorXd(Eigen::VectorXd::Ones(1)),
                                    MixtureEmission<Gaussian<>>(Eigen::MatrixXd(thirds), normal))));
    check_round_trip(
        fitted(HiddenMarkovModel(chain(), TiedEmission(Poisson<>(Eigen::RowVector2d(1.3, 7.1)), {0, 1, 0}))));
}
TEST_CASE("hidden Markov models are saved with the structure of their chains") {
    check_round_trip(fitted(HiddenMarkovModel(chain(), counts())));
    MarkovChain ties = chain();
    ties.set_transition(Eigen::Matrix3d{{0.6, 0.4, 0}, {0.5, 0.5, 0}, {0.3, 0, 0.7}});
    ties.tie_rows({1, 1, 2});
    ties.fix_initial();
    HiddenMarkovModel<Poisson<>> tied(ties, counts());
    tied.fix_emission();
    check_round_trip(fitted(tied), " tied");
    MarkovChain stationary = chain();
    stationary.set_stationary();
    check_round_trip(fitted(HiddenMarkovModel(stationary, counts())), " stationary");
    MarkovChain fixed = chain();
    fixed.fix_transition();
    check_round_trip(fitted(HiddenMarkovModel(fixed, counts())), " fixed");
}
TEST_CASE("linear dynamical systems are saved with what a fit estimates") {
    const Eigen::Matrix2d covariance{{1.7, 0.3}, {0.3, 0.9}};
    const LinearDynamicalSystem model({.observation = Eigen::MatrixXd{{0.1, 1}, {0.7, 0.3}, {1, -0.2}},
                                       .transition = Eigen::Matrix2d{{0.9, 0.1}, {-0.1, 0.7}},
                                       .observation_covariance = 0.3 * Eigen::Matrix3d::Identity(),
                                       .state_covariance = covariance,
                                       .initial_mean = Eigen::Vector2d(0.1, 0.7),
                                       .initial_covariance = covariance},
                                      {.transition = true, .state_covariance = true});
    check_round_trip(fitted(model));
    const Place place(".json");
    save(place.path, model);
    CHECK(load<LinearDynamicalSystem>(place.path).estimated() == model.estimated());
}
TEST_CASE("a probability that a fit drove to zero is still free when it is loaded") {
    HiddenMarkovModel<Poisson<>> model(
        MarkovChain(Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{0.5, 0.5}, {0.5, 0.5}}),
        Poisson<>(Eigen::RowVector2d(1, 1e-300)));
    const Eigen::MatrixXd ones = Eigen::MatrixXd::Ones(1, 9);
    model = ExpectationMaximization<>{.limits = {.iterations = 3}}.fit(model, ones).model;
    check_written_and_read(model, ".json");
}
TEST_CASE("priors are saved") {
    check_round_trip(MixturePrior{
        2.5, NormalInverseWishart{Eigen::Vector2d(0.1, 2), 0.3, 4.7, Eigen::Matrix2d{{1, 0.1}, {0.1, 2}}}});
    check_round_trip(HiddenMarkovPrior<GammaPrior>{1.5, 1.2, 7, {2, 0.1}});
    check_round_trip(MixturePrior{2.0, BetaPrior{1.5, 3}});
    check_round_trip(MixturePrior{2.0, ProductPrior(FlatPrior{}, DirichletPrior{1.1})});
}
TEST_CASE("a fit's result is saved with its way there") {
    const Mixture<Gaussian<>> model(thirds, Gaussian<>(means, covariances<Full>()));
    Random random(4);
    auto result = fit(model, model.sample(200, random), Limits{.iterations = 3});
    result.events.push_back({.component = 1, .cause = Cause::empty_component, .action = Action::reseeded});
    result.flaws.push_back({2, Cause::singular_covariance});
    result.trace.front() = -std::numeric_limits<double>::infinity();
    result.objective = std::numeric_limits<double>::quiet_NaN();
    check_round_trip(result);
    const Place place(".json");
    save(place.path, result);
    const auto loaded = load<Result<Mixture<Gaussian<>>>>(place.path);
    CHECK(loaded.status == Status::iteration_limit);
    CHECK(loaded.trace == result.trace);
    CHECK(loaded.events.front().cause == Cause::empty_component);
    CHECK(loaded.flaws == result.flaws);
}
