// Pairs of sentences: words are numbered, and each pair of them finds its place in the table.
#include "latent/data/parallel_text.hpp"

#include "catch.hpp"

using namespace latent;

namespace {

std::vector<Index> numbers(std::span<const std::int32_t> words) { return {words.begin(), words.end()}; }

}  // namespace

TEST_CASE("words are numbered as they come, and rows hold those that meet") {
    const ParallelText text({"a b", "b  c\t"}, {"x y x", "z"}, {.null_word = false});
    CHECK(text.size() == 2);
    CHECK(text.source().words() == std::vector<std::string>{"a", "b", "c"});
    CHECK(text.target().words() == std::vector<std::string>{"x", "y", "z"});
    CHECK(text.source().find("c") == 2);
    CHECK(text.source().find("x") == -1);
    CHECK(text.pairs().lengths == std::vector<Index>{2, 3, 1});
    CHECK(text.pairs().targets == std::vector<std::int32_t>{0, 1, 0, 1, 2, 2});
    CHECK(numbers(text[0].source) == std::vector<Index>{0, 1});
    CHECK(numbers(text[0].target) == std::vector<Index>{0, 1, 0});
    CHECK(numbers(text[0].entry) == std::vector<Index>{0, 2, 1, 3, 0, 2});
    CHECK(numbers(text[1].entry) == std::vector<Index>{4, 5});
}

TEST_CASE("the word that no word is the translation of stands first in each sentence") {
    const ParallelText text({"a", "b"}, {"x", "y"});
    CHECK(text.source().words() == std::vector<std::string>{"NULL", "a", "b"});
    CHECK(numbers(text[1].source) == std::vector<Index>{0, 2});
    CHECK(text.pairs().lengths == std::vector<Index>{2, 1, 1});
    CHECK(text.slices().units() == 2);
}

TEST_CASE("texts that are no pairs are refused") {
    CHECK_THROWS_WITH(ParallelText({"a"}, {}), ContainsSubstring("1 source and 0 target sentences"));
    CHECK_THROWS_WITH(ParallelText({}, {}), ContainsSubstring("expected as many, and some"));
    CHECK_THROWS_WITH(ParallelText({"a", " "}, {"x", "y"}),
                      ContainsSubstring("source sentence 1 has no word"));
    CHECK_THROWS_WITH(ParallelText({"a", "b"}, {"", "y"}),
                      ContainsSubstring("target sentence 0 has no word"));
}
