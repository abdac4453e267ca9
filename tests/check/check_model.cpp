// check_model: the library's own models hold all properties, and every mistake is found by the property that it breaks.
#include "latent/check/check_model.hpp"

#include <atomic>
#include <sstream>

#include "catch.hpp"
#include "kit/coins.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"

namespace {

using kit::Coins, kit::Pair;
using latent::Index;

const std::vector<int> rounds{5, 9, 8, 4, 7, 3, 2, 6, 7, 9, 10, 4, 1};
const Coins coins{{0.4, 0.6}, {0.8, 0.35}};

template <class M, class Data>
void check_holds(const M& model, const Data& data) {
    const auto report = latent::check_model(model, data);
    INFO(report);
    CHECK(report.ok());
    CHECK(report.held().size() > 15);
}

/// The property does not hold, and the report says what was found.
template <class M>
void check_finds(const M& model, const std::string& property, const std::string& sentence,
                 const std::vector<int>& data = rounds) {
    const auto report = latent::check_model(model, data);
    INFO(report);
    CHECK(report.found(property));
    std::ostringstream printed;
    printed << report;
    CHECK_THAT(printed.str(), ContainsSubstring(sentence));
    CHECK_THAT(printed.str(), ContainsSubstring("usual cause: "));
}

// Coins with one mistake each.

struct Negative : Coins {
    double infer(int heads, Pair& q, double beta = 1) const { return -Coins::infer(heads, q, beta); }
};
struct SwappedPosterior : Coins {
    double infer(int heads, Pair& q, double beta = 1) const {
        const double log_p = Coins::infer(heads, q, beta);
        std::swap(q[0], q[1]);
        return log_p;
    }
};
struct StalePosterior : Coins {
    using Posterior = std::vector<double>;
    double infer(int heads, Posterior& q) const {
        Pair now;
        const double log_p = Coins::infer(heads, now);
        q.insert(q.end(), now.begin(), now.end());
        return log_p;
    }
    void accumulate(int heads, const Posterior& q, Statistics& s) const {
        for (std::size_t i = 0; i + 1 < q.size(); i += 2) Coins::accumulate(heads, {q[i], q[i + 1]}, s);
    }
    void decode(int, Posterior&) const = delete;
    void sample(int, latent::Random&, Posterior&) const = delete;
};
struct Overwriting : Coins {
    void accumulate(int heads, const Pair& q, Statistics& s) const {
        s = {};
        Coins::accumulate(heads, q, s);
    }
};
struct Undivided : Coins {
    void maximize(const Statistics& s) {
        Coins::maximize(s);
        bias = s.heads;
    }
};
struct Smoothing : Coins {
    void maximize(const Statistics& s) {
        Coins::maximize(s);
        for (const auto k : {0u, 1u}) bias[k] = (s.heads[k] + 1) / (s.heads[k] + s.tails[k] + 2);
    }
};
struct Sluggish : Coins {
    void maximize(const Statistics& s) {
        const Coins before = *this;
        Coins::maximize(s);
        for (const auto k : {0u, 1u}) bias[k] = 0.5 * (bias[k] + before.bias[k]);
    }
};
struct NoTails : Coins {
    double expected_log_joint(const Statistics& s) const {
        return log_joint(0, s.rounds[0], s.heads[0], 0) + log_joint(1, s.rounds[1], s.heads[1], 0);
    }
};
struct NoWeights : Coins {
    double expected_log_joint(const Statistics& s) const {
        return log_joint(0, 0, s.heads[0], s.tails[0]) + log_joint(1, 0, s.heads[1], s.tails[1]);
    }
};
/// Of three coordinates.
struct OneTooMany : Coins {
    latent::Index parameters() const { return 2; }
};
struct WrongVector : Coins {
    void from_vector(std::span<const double> v) {
        Coins::from_vector(v);
        std::swap(bias[0], bias[1]);
    }
};
struct BoundedVector : Coins {
    std::vector<double> to_vector() const { return {weight[0], bias[0], bias[1]}; }
    void from_vector(std::span<const double> v) {
        weight = {v[0], 1 - v[0]};
        bias = {v[1], v[2]};
    }
};
struct NoReset : Coins {
    void reset(Statistics& s) const { s.heads = s.tails = {}; }
};
struct Beginning : Coins {
    Statistics zero_statistics() const { return {{1, 1}, {}, {}}; }
};
struct ColdInfer : Coins {
    double infer(int heads, Pair& q, double beta = 1) const { return beta * Coins::infer(heads, q, beta); }
};
struct Untempered : Coins {
    double infer(int heads, Pair& q, double = 1) const { return Coins::infer(heads, q); }
};
struct OneIsNotOne : Coins {
    double infer(int heads, Pair& q) const { return Coins::infer(heads, q); }
    double infer(int heads, Pair& q, double beta) const { return Coins::infer(heads, q, beta / 2); }
};
struct DecodesPosterior : Coins {
    double decode(int heads, Pair& q) const {
        infer(heads, q);
        const double likelier = std::max(q[0], q[1]);
        q = q[0] < q[1] ? Pair{0, 1} : Pair{1, 0};
        return std::log(likelier);
    }
};
struct FirstCoin : Coins {
    double sample(int heads, latent::Random&, Pair& q) const {
        const double log_p = infer(heads, q);
        q = {1, 0};
        return log_p;
    }
};
struct NoCoin : Coins {
    double sample(int heads, latent::Random&, Pair& q) const {
        const double log_p = infer(heads, q);
        q = {0, 0};
        return log_p;
    }
};
struct SampledJoint : Coins {
    double sample(int heads, latent::Random& random, Pair& q) const {
        Coins::sample(heads, random, q);
        const double drawn =
            q[0] > 0 ? log_joint(0, 1, heads, 10 - heads) : log_joint(1, 1, heads, 10 - heads);
        return drawn;
    }
};
struct Truncating : Coins {
    void truncate(int, Pair& q, double) const { q = {q[0] > 0.5 ? 1.0 : 0.0, q[1]}; }
};
struct NotFinite : Coins {
    double infer(int heads, Pair& q, double beta = 1) const {
        return heads == 7 ? -INFINITY : Coins::infer(heads, q, beta);
    }
};
struct Throwing : Coins {
    void maximize(const Statistics&) { throw std::runtime_error("no maximum today"); }
};
struct Nameless : Coins {
    static constexpr auto members() { return std::tuple{&Coins::weight, &Coins::weight}; }
};

/// How many units were inferred before changes what is inferred: a race between threads.
struct Shared : Coins {
    struct Counter : std::atomic<int> {
        Counter() = default;
        Counter(const Counter& other) : std::atomic<int>(other.load()) {}
        Counter& operator=(const Counter& other) {
            store(other.load());
            return *this;
        }
    };
    mutable Counter calls;
    double infer(int heads, Pair& q, double beta = 1) const {
        const double log_p = Coins::infer(heads, q, beta);
        return log_p + 1e-3 * (calls++ % 13);
    }
};

/// A field that is a mean of what came, and one that is the largest.
struct Averaging : Coins {
    struct Statistics : Coins::Statistics {
        double mean = 0;
        static constexpr auto fields() {
            return std::tuple{&Statistics::rounds, &Statistics::heads, &Statistics::tails, &Statistics::mean};
        }
    };
    Statistics zero_statistics() const { return {}; }
    void accumulate(int heads, const Pair& q, Statistics& s) const {
        Coins::accumulate(heads, q, s);
        s.mean = (s.heads[0] + s.heads[1]) / (s.rounds[0] + s.rounds[1]);
    }
};
/// fields() leaves one out.
struct Forgetting : Coins {
    struct Statistics : Coins::Statistics {
        static constexpr auto fields() { return std::tuple{&Statistics::rounds, &Statistics::heads}; }
    };
    Statistics zero_statistics() const { return {}; }
};
/// The size of a field is known only when the first unit comes.
struct Unsized : Coins {
    struct Statistics {
        std::vector<double> rounds, heads, tails;
        static constexpr auto fields() {
            return std::tuple{&Statistics::rounds, &Statistics::heads, &Statistics::tails};
        }
    };
    static Coins::Statistics whole(const Statistics& s) {
        return {{s.rounds[0], s.rounds[1]}, {s.heads[0], s.heads[1]}, {s.tails[0], s.tails[1]}};
    }
    Statistics zero_statistics() const { return {}; }
    void accumulate(int heads, const Pair& q, Statistics& s) const {
        for (auto* field : {&s.rounds, &s.heads, &s.tails}) field->resize(2);
        for (const auto k : {0u, 1u})
            s.rounds[k] += q[k], s.heads[k] += q[k] * heads, s.tails[k] += q[k] * (10 - heads);
    }
    void maximize(const Statistics& s) { Coins::maximize(whole(s)); }
    double expected_log_joint(const Statistics& s) const { return Coins::expected_log_joint(whole(s)); }
};

/// A mixture that forgets the weights of its observations.
struct Unweighted : latent::Mixture<latent::Poisson<>> {
    using latent::Mixture<latent::Poisson<>>::Mixture;
    double infer(const Unit& x, Posterior& q) const { return Mixture::infer(x.with_weights(nullptr), q); }
    void accumulate(const Unit& x, const Posterior& q, Statistics& s) const {
        Mixture::accumulate(x.with_weights(nullptr), q, s);
    }
};

Eigen::MatrixXd counts() { return Eigen::MatrixXd{{1, 9, 4}, {3, 2, 12}}; }

constexpr const char* gradients = "infer and expected_log_joint have the same gradient";
constexpr const char* gains = "log p(x) gains at least what expected_log_joint gains";

}  // namespace

TEST_CASE("the library's models and a user's hold all properties") {
    check_holds(coins, rounds);
    latent::Random random(1);
    const latent::Mixture<latent::Poisson<>> mixture(Eigen::Vector3d(0.5, 0.3, 0.2),
                                                     latent::Poisson<>(counts()));
    const Eigen::MatrixXd x = mixture.sample(120, random);
    check_holds(mixture, latent::Blocks<double>(x, 9));
    const latent::HiddenMarkovModel<latent::Poisson<>> hmm(
        Eigen::Vector3d(0.5, 0.3, 0.2), Eigen::Matrix3d{{.6, .3, .1}, {.1, .7, .2}, {.2, .3, .5}},
        latent::Poisson<>(counts()));
    const std::vector<Index> lengths{30, 25, 20, 15, 10, 8, 7, 5};
    check_holds(hmm, latent::SequenceBlocks<double>({latent::Observations<double>(x), lengths}, 20));
    const latent::GaussianMixture<latent::Full, float> gaussians(
        Eigen::Vector2d(0.4, 0.6),
        {Eigen::MatrixXd{{0, 3}, {1, -2}},
         {Eigen::Matrix2d{{1, 0.3}, {0.3, 2}}, Eigen::Matrix2d{{2, 0.5}, {0.5, 1}}}});
    const Eigen::MatrixXf y = gaussians.sample(120, random);
    check_holds(gaussians, latent::Blocks<float>(y, 9));
}

TEST_CASE("what is too rare for draws to show is not held against a model") {
    check_holds(Coins{{0.99999, 1e-5}, {0.6, 0.5}}, rounds);
}

TEST_CASE("what a type does not offer is not asked") {
    struct Bare {
        Pair weight, bias;
        using Unit = int;
        using Posterior = Pair;
        using Statistics = Coins::Statistics;
        Coins own() const { return {weight, bias}; }
        Statistics zero_statistics() const { return {}; }
        double infer(int heads, Pair& q) const { return own().infer(heads, q); }
        void accumulate(int heads, const Pair& q, Statistics& s) const { own().accumulate(heads, q, s); }
        void maximize(const Statistics& s) {
            Coins next = own();
            next.maximize(s);
            weight = next.weight, bias = next.bias;
        }
        double expected_log_joint(const Statistics& s) const { return own().expected_log_joint(s); }
    };
    const auto report = latent::check_model(Bare{coins.weight, coins.bias}, rounds);
    CHECK(report.ok());
    CHECK(report.held().size() == 12);
    CHECK(report.not_asked().size() == 13);
}

TEST_CASE("a single unit shows less, and the report says so") {
    std::ostringstream printed;
    printed << latent::check_model(coins, std::vector<int>{5});
    CHECK_THAT(printed.str(), ContainsSubstring("not asked: what is between units: the data are one"));
}

TEST_CASE("a report is the same twice, and is made of sentences") {
    std::ostringstream once, twice;
    once << latent::check_model(Overwriting{coins}, rounds);
    twice << latent::check_model(Overwriting{coins}, rounds);
    CHECK(once.str() == twice.str());
    CHECK_THAT(once.str(), ContainsSubstring("Overwriting: "));
    CHECK_THAT(once.str(), ContainsSubstring("wrong: accumulate adds to the statistics ("));
    CHECK_THAT(once.str(),
               ContainsSubstring("found: after unit 0 was accumulated twice field 0 of the statistics, "
                                 "number 0 is 0.102905767, expected 0.205811534"));
    CHECK_THAT(once.str(), ContainsSubstring("it assigns (=) where it should add (+=)"));
}

TEST_CASE("data that no fit takes are refused") {
    CHECK_THROWS_WITH(latent::check_model(coins, std::vector<int>{}),
                      "latent::check_model: there are no data");
    const latent::Mixture<latent::Poisson<>> mixture(latent::Poisson<>{counts()});
    const Eigen::MatrixXd negative = Eigen::MatrixXd::Constant(2, 3, -1);
    CHECK_THROWS_WITH(latent::check_model(mixture, negative), ContainsSubstring("latent::Poisson"));
}

TEST_CASE("mistakes of inference are found") {
    check_finds(Negative{coins}, gradients, "the log-likelihood that infer returns has the slope");
    check_finds(Negative{coins}, gains, "from the model to maximize(s) the objective changes by");
    check_finds(SwappedPosterior{coins}, gradients, "along coordinate 0");
    check_finds(StalePosterior{coins}, "infer depends on nothing but the model and the unit",
                "inferred into a posterior that another unit was inferred into");
    check_finds(NotFinite{coins}, "an E-step is finite", "log p(x) is -inf");
    check_finds(Shared{coins, {}}, "infer depends on nothing but the model and the unit",
                "with a fresh posterior, but");
    check_finds(ColdInfer{coins}, "infer(x, q, beta) is tempered", "at beta = 0.5 along coordinate");
    check_finds(Untempered{coins}, "infer(x, q, beta) is tempered", "at beta = 0.5 is -");
    check_finds(OneIsNotOne{coins}, "infer(x, q, 1) is infer(x, q)", "of unit 0 infer(x, q, 1) returns");
    check_finds(DecodesPosterior{coins}, "decode finds one explanation, the best", "");
    check_finds(FirstCoin{coins}, "draws follow the posterior", "in the mean over draws, expected");
    check_finds(NoCoin{coins}, "draws follow the posterior", "adds nothing to the statistics");
    check_finds(SampledJoint{coins}, "draws follow the posterior", "of unit 0 sample returns");
    check_finds(Truncating{coins}, "truncate(x, q, 0) changes nothing", "after truncate(x, q, 0)");
}

TEST_CASE("mistakes of the statistics are found") {
    check_finds(Overwriting{coins}, "statistics of parts add up to those of the whole",
                "of three parts of the units, added");
    check_finds(Averaging{coins}, "accumulate adds to the statistics",
                "field 3 of the statistics, number 0 is");
    check_finds(Averaging{coins}, "statistics of parts add up to those of the whole", "");
    check_finds(Forgetting{coins}, "maximize(2 s) is maximize(s)", "");
    check_finds(Unsized{coins}, "zero_statistics() are the statistics of no data",
                "the statistics' shapes differ");
    check_finds(NoReset{coins}, "reset(s) makes s zero_statistics()",
                "after reset field 0 of the statistics, number 0 is");
    check_finds(Beginning{coins}, "zero_statistics() are the statistics of no data", "is 1, expected 0");
}

TEST_CASE("mistakes of the M-step are found") {
    check_finds(Undivided{coins}, "maximize(s) does not lower expected_log_joint(s)",
                "before maximize(s) and");
    check_finds(Smoothing{coins}, "maximize(s) finds the maximum of expected_log_joint(s)", "still rises");
    check_finds(Smoothing{coins}, "maximize(2 s) is maximize(s)", "after maximize(2 s)");
    check_finds(Sluggish{coins}, "maximize(s) repeats itself", "after a second maximize(s) with the same s");
    check_finds(NoTails{coins}, gradients, "expected_log_joint");
    check_finds(NoTails{coins}, "maximize(s) finds the maximum of expected_log_joint(s)", "");
    check_finds(NoWeights{coins}, gradients, "along coordinate 0");
    check_finds(Throwing{coins}, "EM never lowers the log-likelihood", "it threw \"no maximum today\"");
}

TEST_CASE("mistakes of coordinates, bytes and weights are found") {
    check_finds(WrongVector{coins}, "coordinates there and back are the same model", "number 1 is");
    check_finds(OneTooMany{coins}, "no coordinate is one too many", "has 3 numbers, of 2");
    check_finds(BoundedVector{coins}, "every vector of coordinates is a model",
                "after from_vector of coordinates");
    check_finds(Nameless{coins}, "as bytes there and back it is the same model", "");
    const Unweighted mixture(Eigen::Vector3d(0.5, 0.3, 0.2), latent::Poisson<>(counts()));
    latent::Random random(2);
    const Eigen::MatrixXd x = mixture.sample(60, random);
    const auto report = latent::check_model(mixture, latent::Blocks<double>(x, 9));
    INFO(report);
    CHECK(report.found("a weight of w is w copies"));
    CHECK(report.findings().size() == 1);
}
