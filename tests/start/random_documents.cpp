// A start of topics has no zeros, and another seed is another start.
#include "latent/start/random_documents.hpp"

#include "catch.hpp"
#include "latent/fit.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"

using namespace latent;

TEST_CASE("topics begin with documents of their own") {
    const Documents x({"sun beach sea sun", "sea sun sand", "goal team match", "match goal goal ball",
                       "beach sand", "team ball match"});
    const MixtureOfUnigrams shape(2, x);
    const auto start = RandomDocuments{.seed = 1}(shape, x);
    CHECK((start.probabilities().array() > 0).all());
    CHECK(start.to_vector() == RandomDocuments{.seed = 1}(shape, x).to_vector());
    CHECK(start.to_vector() != RandomDocuments{.seed = 2}(shape, x).to_vector());
    double best = -1e300;
    std::vector<Index> topic;
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
        const auto fitted =
            fit(shape, x, RandomDocuments{.seed = seed}, MaximumAPosteriori{UnigramPrior{1, 1.1}});
        if (fitted.objective > best) best = fitted.objective, topic = fitted.model.predict(x);
    }
    const Index a = topic[0];
    CHECK(topic == std::vector<Index>{a, a, 1 - a, 1 - a, a, 1 - a});
    CHECK_THROWS_WITH(RandomDocuments{}(MixtureOfUnigrams(7, x), x),
                      "latent::RandomDocuments: 6 documents, expected at least K = 7");
    CHECK_THROWS_WITH(RandomDocuments{.documents = 0}(shape, x),
                      "latent::RandomDocuments: documents is 0, expected at least 1");
}
