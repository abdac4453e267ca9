// IBM Model 1: published numbers, what other software computed, and sums over all alignments.
#include "latent/model/word_alignment.hpp"

#include <fstream>
#include <map>

#include "catch.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/check/check_model.hpp"
#include "latent/convergence/aitken.hpp"
#include "latent/execution/threads.hpp"
#include "latent/fit.hpp"
#include "latent/observer/observers.hpp"

using namespace latent;

namespace {

std::vector<std::string> lines(const std::string& path) {
    std::ifstream in(std::string(LATENT_TEST_DATA "/alignment/") + path);
    REQUIRE(in);
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
}

ParallelText case_of(const std::string& name, bool null_word) {
    return {lines(name + "/source.txt"), lines(name + "/target.txt"), {.null_word = null_word}};
}

ParallelText german() {
    return {{"das Haus", "das Buch", "ein Buch"}, {"the house", "the book", "a book"}, {.null_word = false}};
}

/// log p(f | e), each alignment after the other.
double enumerated(const WordAlignment& model, const ParallelText& text, Index pair) {
    const SentencePair x = text[pair];
    const std::size_t l = x.source.size(), m = x.target.size();
    double total = 0;
    std::vector<std::size_t> a(m, 0);
    for (bool more = true; more;) {
        double p = 1;
        for (std::size_t j = 0; j < m; ++j)
            p *= model.probability(text.source().words()[static_cast<std::size_t>(x.source[a[j]])],
                                   text.target().words()[static_cast<std::size_t>(x.target[j])]) /
                 static_cast<double>(l);
        total += p;
        more = false;
        for (std::size_t j = 0; j < m && !more; ++j) {
            more = ++a[j] < l;
            if (!more) a[j] = 0;
        }
    }
    return std::log(total);
}

}  // namespace

TEST_CASE("published: three sentences of German") {
    const auto text = german();
    std::vector<WordAlignment> all;
    const auto result =
        fit(WordAlignment(text), text, History<WordAlignment>{&all}, Aitken{0}, Limits{.iterations = 2000});
    const std::array bits{12.0, 7.6601, 7.2151, 6.8452};
    const std::array<std::map<std::string, double>, 3> tables{{{{"das the", 0.5},
                                                                {"Buch book", 0.5},
                                                                {"Haus house", 0.5},
                                                                {"das book", 0.25},
                                                                {"das house", 0.25},
                                                                {"ein book", 0.5}},
                                                               {{"das the", 0.6364},
                                                                {"Buch book", 0.6364},
                                                                {"ein a", 0.5714},
                                                                {"das book", 0.1818},
                                                                {"das house", 0.1818},
                                                                {"ein book", 0.4286}},
                                                               {{"das the", 0.7479},
                                                                {"Buch book", 0.7479},
                                                                {"Haus house", 0.6534},
                                                                {"das book", 0.1208},
                                                                {"das house", 0.1313},
                                                                {"ein book", 0.3466}}}};
    for (std::size_t t = 0; t < bits.size(); ++t)
        CHECK_THAT(-result.trace[t] / std::log(2), WithinAbs(bits[t], 5.1e-5));
    for (std::size_t t = 0; t < tables.size(); ++t)
        for (const auto& [words, expected] : tables[t]) {
            CAPTURE(t, words);
            const auto blank = words.find(' ');
            CHECK_THAT(all[t + 1].probability(words.substr(0, blank), words.substr(blank + 1)),
                       WithinAbs(expected, 5.1e-5));
        }
    CHECK_THAT(-result.log_likelihood / std::log(2), WithinAbs(6, 1e-3));
    CHECK(result.model.probability("ein", "a") > 0.999);
    CHECK(result.model.translations("Haus").front().word == "house");
}

TEST_CASE("log-likelihoods and translations are those of other software") {
    for (const bool null_word : {false, true}) {
        const std::string name = null_word ? "english-spanish-null" : "english-spanish";
        const ParallelText text = case_of(name, null_word);
        const auto result = fit(WordAlignment(text), text, Aitken{0}, Limits{.iterations = 10});
        const auto trace = lines(name + "/loglik.csv");
        REQUIRE(trace.size() == result.trace.size());
        for (std::size_t t = 0; t < trace.size(); ++t)
            CHECK_THAT(result.trace[t], WithinRel(std::stod(trace[t]), 1e-12));
        const auto table = lines(name + "/translation.csv");
        CHECK(std::ssize(table) == result.model.zero_statistics().count.size());
        for (const std::string& line : table) {
            const auto first = line.find(','), second = line.find(',', first + 1);
            CAPTURE(line);
            CHECK_THAT(
                result.model.probability(line.substr(first + 1, second - first - 1), line.substr(0, first)),
                WithinAbs(std::stod(line.substr(second + 1)), 1e-9));
        }
    }
}

TEST_CASE("the likelihood is the sum over all alignments, and the best one is the best of them") {
    const ParallelText text({"a b a", "b c", "c"}, {"x y z", "x x y", "w z"});
    auto model = fit(WordAlignment(text), text, Limits{.iterations = 3}).model;
    double total = 0;
    for (Index i = 0; i < text.size(); ++i) {
        WordAlignmentPosterior q, best;
        const double log_p = model.infer(text[i], q);
        CHECK_THAT(log_p, WithinAbs(enumerated(model, text, i), 1e-12));
        total += log_p;
        CHECK(model.decode(text[i], best) <= log_p);
        const auto alignment = model.align(text[i]);
        const std::size_t l = text[i].source.size();
        for (std::size_t j = 0; j < alignment.size(); ++j)
            for (std::size_t k = 0; k < l; ++k) {
                CHECK(q.probability[j * l + k] <=
                      q.probability[j * l + static_cast<std::size_t>(alignment[j])]);
                CHECK(best.probability[j * l + k] == (static_cast<Index>(k) == alignment[j] ? 1 : 0));
            }
    }
    CHECK_THAT(model.score(text), WithinAbs(total, 1e-12));
}

TEST_CASE("a table of translations is a model") {
    const ParallelText text({"a b a", "b c", "c"}, {"x y z", "x x y", "w z"});
    const auto report = check_model(fit(WordAlignment(text), text, Limits{.iterations = 2}).model, text);
    CAPTURE(report);
    CHECK(report.ok());
}

TEST_CASE("words: any number of threads gives the same bits", "[threads]") {
    const ParallelText text = case_of("english-spanish-null", true);
    const auto expected = fit(WordAlignment(text), text, Limits{.iterations = 20});
    for (const Index workers : {2, 3, 5}) {
        const auto shared = fit(WordAlignment(text), text, Limits{.iterations = 20}, Threads{workers});
        CHECK(shared.model.to_vector() == expected.model.to_vector());
        CHECK(shared.trace == expected.trace);
    }
}

TEST_CASE("the likelihood has one maximum: every start and policy climbs to it") {
    const ParallelText text = case_of("english-spanish-null", true);
    const auto plain = fit(WordAlignment(text), text, Aitken{1e-10}, Limits{.iterations = 5000});
    auto other = WordAlignment(text);
    auto v = other.to_vector();
    Random random(1);
    for (double& coordinate : v) coordinate = random.normal();
    other.from_vector(v);
    for (const auto& end : {fit(other, text, Aitken{1e-10}, Limits{.iterations = 5000}).log_likelihood,
                            fit(WordAlignment(text), text, Squarem{}, Aitken{1e-10}).log_likelihood})
        CHECK_THAT(end, WithinAbs(plain.log_likelihood, 0.01));
}

TEST_CASE("a text of other words is refused") {
    const auto text = german();
    const ParallelText other({"das Haus"}, {"the house"}, {.null_word = false});
    CHECK_THROWS_WITH(fit(WordAlignment(text), other), ContainsSubstring("the text has other words"));
    CHECK_THROWS_WITH(WordAlignment(text).score(other), ContainsSubstring("latent::WordAlignment"));
    CHECK(WordAlignment(text).probability("nowhere", "the") == 0);
    CHECK(WordAlignment(text).translations("nowhere").empty());
}

TEST_CASE("parameters that are no table of translations are refused") {
    const Eigen::MatrixXd p = Eigen::MatrixXd::Constant(2, 1, 0.5);
    CHECK_NOTHROW(WordAlignment::restored({"a"}, {"x", "y"}, {2}, {0, 1}, p));
    CHECK_THROWS_WITH(WordAlignment::restored({"a", "b"}, {"x", "y"}, {2}, {0, 1}, p),
                      ContainsSubstring("2 source words with 1 rows"));
    CHECK_THROWS_WITH(WordAlignment::restored({"a"}, {"x", "y"}, {3}, {0, 1}, p),
                      ContainsSubstring("a row has 3 translations"));
    CHECK_THROWS_WITH(WordAlignment::restored({"a"}, {"x", "y"}, {1}, {0, 1}, p),
                      ContainsSubstring("rows have 1 translations"));
    CHECK_THROWS_WITH(WordAlignment::restored({"a"}, {"x", "y"}, {2}, {0, 2}, p),
                      ContainsSubstring("target word 2, there are 2"));
    CHECK_THROWS_WITH(WordAlignment::restored({"a"}, {"x", "y"}, {2}, {0, 1}, 3 * p),
                      ContainsSubstring("probability 0 is 1.5"));
}
