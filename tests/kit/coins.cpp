// The kit on a model written by a user.
#include "kit/coins.hpp"

#include "catch.hpp"
#include "kit/model_properties.hpp"

namespace {

struct CoinsSubject {
    using Model = kit::Coins;
    using Data = std::vector<int>;
    static constexpr kit::Index states = 2;
    static constexpr double rounding = 1e-15, recovery = 0.25;

    static Model truth() { return {{0.4, 0.6}, {0.8, 0.35}}; }
    static Model start() { return {{0.5, 0.5}, {0.6, 0.5}}; }
    static kit::CoinsPrior prior() { return {.rounds = 2, .heads = 3, .tails = 3}; }
    static Data draw(kit::Index n, latent::Random& random) {
        Data heads;
        for (kit::Index i = 0; i < n; ++i) {
            const double bias = truth().bias[random.uniform() < truth().weight[0] ? 0 : 1];
            heads.push_back(0);
            for (int toss = 0; toss < 10; ++toss) heads.back() += random.uniform() < bias ? 1 : 0;
        }
        return heads;
    }
    static const Data& units(const Data& data) { return data; }
    static kit::Index count(const Data& data) { return std::ssize(data); }
    static double log_joint(const Model& m, const Data& data, kit::Index i, kit::Index z) {
        const int heads = data[static_cast<std::size_t>(i)];
        const auto k = static_cast<std::size_t>(z);
        return std::log(m.weight[k] * std::pow(m.bias[k], heads) * std::pow(1 - m.bias[k], 10 - heads));
    }
};

}  // namespace

TEST_CASE("coins have the properties of a model") { kit::check_model<CoinsSubject>(); }
TEST_CASE("fits of coins have the properties of EM") { kit::check_fits<CoinsSubject>(); }
