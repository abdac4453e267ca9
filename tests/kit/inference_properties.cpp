// Properties of a model's inferences: they are what enumeration of the hidden states says they are.
#include "catch.hpp"
#include "kit/enumeration.hpp"
#include "kit/properties.hpp"
#include "latent/estep/annealed.hpp"
#include "latent/estep/hard.hpp"
#include "latent/estep/stochastic.hpp"

namespace kit {

namespace {

/// An E-step by `rule` has the objective and the expected log joint of the enumerated one. (Of a model with further hidden
/// variables beside z the expected log joint is another function: gradients_agree checks it.)
template <class Rule>
void check_against(const Enumerated& expected, const Rule& rule, const AnySubject& subject,
                   const AnyData& data) {
    const auto e = expect(rule, subject.start, data.units());
    const double gain =
        subject.truth.expected_log_joint(e.statistics) - subject.start.expected_log_joint(e.statistics);
    const double tolerance =
        100 * subject.rounding * (std::abs(expected.objective) + std::abs(expected.gain));
    CHECK_THAT(e.objective, WithinAbs(expected.objective, tolerance));
    if (!subject.augmented) CHECK_THAT(gain, WithinAbs(expected.gain, tolerance));
}

}  // namespace

void inference_equals_enumeration(const AnySubject& subject) {
    latent::Random random(1);
    const auto data = subject.draw(60, random);
    const auto check_tempered = [&](double beta, const auto& rule) {
        check_against(enumerate_tempered(subject.start, subject.truth, *data, beta), rule, subject, *data);
    };
    check_tempered(1, latent::Soft{});
    check_tempered(1, latent::Annealed{.beta = 1});
    check_tempered(0.5, latent::Annealed{.beta = 0.5});
    check_tempered(0.01, latent::Annealed{.beta = 0.01});  // nearly flat
    check_against(enumerate_hard(subject.start, subject.truth, *data), latent::Hard{}, subject, *data);
}

/// Statistics of many draws have the mean of those of the exact posterior, to five standard errors.
void draws_follow_the_posterior(const AnySubject& subject) {
    latent::Random random(2);
    const auto data = subject.draw(40, random);
    const AnyUnits units = data->units();
    const auto exact = expect(latent::Soft{}, subject.start, units);
    const std::vector<double>& expected = exact.statistics.numbers;
    constexpr int draws = 300;
    std::vector<double> sum(expected.size()), squares(expected.size());
    for (int t = 0; t < draws; ++t) {
        const auto drawn = expect(latent::Stochastic{.seed = 3}, subject.start, units, t);
        REQUIRE(drawn.objective == exact.objective);
        const std::vector<double>& values = drawn.statistics.numbers;
        for (std::size_t i = 0; i < values.size(); ++i) {
            sum[i] += values[i] - expected[i];
            squares[i] += (values[i] - expected[i]) * (values[i] - expected[i]);
        }
    }
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double error = std::sqrt(squares[i]) / draws;
        CHECK(std::abs(sum[i] / draws) <= 5 * error + 100 * subject.rounding * std::abs(expected[i]));
    }
}

/// Units shared out at random among three sums, which are then added: the statistics of the whole.
void shards_add_up(const AnySubject& subject) {
    latent::Random random(4);
    const auto data = subject.draw(100, random);
    const AnyUnits units = data->units();
    const AnyModel& model = subject.start;
    std::vector<AnyStatistics> shards;
    for (int shard = 0; shard < 3; ++shard) shards.push_back(model.zero_statistics());
    AnyPosterior q;
    for (Index i = 0; i < units.size(); ++i) {
        model.infer(units[i], q);
        model.accumulate(units[i], q, shards[static_cast<std::size_t>(random.below(3))]);
    }
    latent::add(shards[0], shards[1]);
    latent::add(shards[0], shards[2]);
    const std::vector<double> whole = expect(latent::Soft{}, model, units).statistics.numbers;
    CHECK(distance(shards[0].numbers, whole) < 1e-12 * distance(whole, std::vector(whole.size(), 0.0)));
}

/// An observation of weight w counts as w of them; weight zero, as none.
void weights_are_copies(const AnySubject& subject) {
    latent::Random random(5);
    const auto data = subject.draw(50, random);
    std::vector<double> weights;
    for (Index i = 0; i < data->count(); ++i) weights.push_back(static_cast<double>(random.below(4)));
    const auto weighted = data->weighted(weights), copies = data->repeated(weights);
    const auto by_weight = expect(latent::Soft{}, subject.start, weighted->units());
    const auto by_copies = expect(latent::Soft{}, subject.start, copies->units());
    CHECK_THAT(by_weight.objective, WithinRel(by_copies.objective, 100 * subject.rounding));
    AnyModel one = subject.start, other = subject.start;
    one.maximize(by_weight.statistics);
    other.maximize(by_copies.statistics);
    CHECK(distance(one.to_vector(), other.to_vector()) < 1000 * subject.rounding);
}

}  // namespace kit
