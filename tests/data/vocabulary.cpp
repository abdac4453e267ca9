// Words have the numbers in which they came.
#include "latent/data/vocabulary.hpp"

#include "catch.hpp"

TEST_CASE("a vocabulary numbers words in the order in which they were first seen") {
    latent::Vocabulary words;
    CHECK(words.add("a") == 0);
    CHECK(words.add("b") == 1);
    CHECK(words.add("a") == 0);
    CHECK(words.find("b") == 1);
    CHECK(words.find("c") == -1);
    CHECK(words.size() == 2);
    CHECK(words.words() == std::vector<std::string>{"a", "b"});
}
