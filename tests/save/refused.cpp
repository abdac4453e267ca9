// Files that hold no value of the type asked for are refused in a sentence that says where and why.
#include <fstream>

#include "catch.hpp"
#include "kit/absent_file.hpp"
#include "latent/latent.hpp"
#include "latent/save/save.hpp"

using namespace latent;

namespace {

using Model = GaussianMixture<>;

struct Place : kit::AbsentFile {
    explicit Place(const char* ending) { path += ending; }
};
Model model() {
    const std::vector<Eigen::MatrixXd> covariances{Eigen::MatrixXd{{1.0}}, Eigen::MatrixXd{{2.0}}};
    return {Eigen::Vector2d(0.25, 0.75), Gaussian<>(Eigen::RowVector2d(2, 9), covariances)};
}
std::string json() {
    const Place place(".json");
    save(place.path, model());
    return place.bytes();
}
/// With the last one of these replaced.
std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.rfind(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}
template <class T = Model>
std::string refusal(const std::string& bytes, const char* ending = ".json") {
    const Place place(ending);
    place.write(bytes);
    try {
        load<T>(place.path);
    } catch (const LoadError& error) {
        const std::string begin = "latent::load: " + place.path.string() + ": ";
        CHECK_THAT(error.what(), StartsWith(begin));
        return std::string(error.what()).substr(begin.size());
    }
    return "accepted";
}

}  // namespace

TEST_CASE("a file made by hand needs the parameters only") {
    const Place place(".json");
    place.write(R"({"format": "latent", "version": 1, "value": {"type": "HiddenMarkovModel",
        "chain": {"type": "MarkovChain", "initial": [1, 0], "transition": [[0.5, 0.5], [0, 1]]},
        "emission": {"type": "Categorical", "probabilities": [[0.5, 0.5], [0, 1]]}}})");
    const auto hmm = load<HiddenMarkovModel<Categorical<>>>(place.path);
    CHECK(hmm.transition() == Eigen::Matrix2d{{0.5, 0.5}, {0, 1}});
    CHECK(hmm.emission().probabilities() == Eigen::Matrix2d{{0.5, 0}, {0.5, 1}});
    CHECK_FALSE(hmm.chain().stationary());
    CHECK_FALSE(hmm.emission_fixed());
}
TEST_CASE("a file of another value, format or version is refused") {
    CHECK(refusal(json()) == "accepted");
    CHECK(refusal<Mixture<Poisson<>>>(json()) == "emission: type is 'Gaussian full', expected 'Poisson'");
    CHECK(refusal<Mixture<Gaussian<Diagonal>>>(json()) ==
          "emission: type is 'Gaussian full', expected 'Gaussian diagonal'");
    CHECK(refusal<GaussianMixture<Full, float>>(json()) == "scalar is 'double', expected 'float'");
    CHECK(refusal<HiddenMarkovModel<Gaussian<>>>(json()) ==
          "type is 'Mixture', expected 'HiddenMarkovModel'");
    CHECK(refusal(replaced(json(), "\"version\": 1", "\"version\": 2")) ==
          "is of version 2, this program reads 1");
    CHECK(refusal(replaced(json(), "\"format\": \"latent\"", "\"format\": \"pickle\"")) ==
          "is no file of latent: it has no \"format\": \"latent\"");
    CHECK_THAT(refusal("weights: [1]"), StartsWith("is no JSON: "));
    CHECK_THAT(refusal(""), StartsWith("is no JSON: "));
    CHECK_THAT(refusal(json().substr(0, 200)), StartsWith("is no JSON: "));
    CHECK(refusal("[1, 2]") == "is no file of latent: it has no \"format\": \"latent\"");
    CHECK_THROWS_WITH(load<Model>("absent.json"), "latent::load: cannot read the file absent.json");
}
TEST_CASE("invalid parameters are refused with their place") {
    CHECK(refusal(replaced(json(), "0.25", "0.5")) == "latent::Mixture: the weights sum to 1.25, expected 1");
    CHECK(refusal(replaced(json(), "0.25", "\"many\"")) == "weights: 0: is a text, expected a number");
    CHECK(refusal(replaced(json(), "0.25, 0.75", "1")) ==
          "latent::Mixture: 1 weights given for 2 components");
    CHECK(refusal(replaced(json(), "[2.0]", "[-2.0]")) ==
          "emission: latent::Gaussian: covariances[1] is not positive definite");
    CHECK_THAT(refusal(replaced(json(), "[2.0]", "[2.0, 1]")), StartsWith("emission: "));
    CHECK_THAT(refusal(replaced(json(), "[9.0]", "[9.0, 1]")),
               StartsWith("emission: means: list 1 has 2 numbers"));
    CHECK(refusal(replaced(json(), "\"weights\"", "\"wieghts\"")) ==
          "has a part 'wieghts' that none of its kind has");
    CHECK(refusal(replaced(json(), "\"weights\": [0.25, 0.75],", "")) == "lacks 'weights'");
    CHECK(refusal(replaced(json(), "[0.25, 0.75]", "\"0.25\"")) ==
          "weights: is a text, expected a list of numbers");
}
TEST_CASE("damaged bytes are refused, wherever they are cut or changed") {
    const Place place(".latent");
    save(place.path, model());
    const std::string bytes = place.bytes();
    CHECK(load<Model>(place.path).weights() == model().weights());
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        CAPTURE(n);
        CHECK(refusal(bytes.substr(0, n), ".latent") != "accepted");
        std::string changed = bytes;
        changed[n] = static_cast<char>(changed[n] ^ 0x10);
        CHECK(refusal(changed, ".latent") != "accepted");
    }
    CHECK_THAT(refusal(bytes + "x", ".latent"), ContainsSubstring("more bytes than were written"));
}
TEST_CASE("of several types the first that the file holds is loaded") {
    const Place place(".json");
    save(place.path, model());
    const auto any = load_any<Mixture<Poisson<>>, Model, GaussianMixture<Diagonal>>(place.path);
    CHECK(any.index() == 1);
    CHECK(std::get<Model>(any).weights() == model().weights());
    CHECK_THROWS_WITH((load_any<Mixture<Poisson<>>, Mixture<Gamma<>>>(place.path)),
                      ContainsSubstring("is of none of the types that can be loaded here:") &&
                          ContainsSubstring("expected 'Poisson'") && ContainsSubstring("expected 'Gamma'"));
}
TEST_CASE("a file says what it holds") {
    const Place place(".json");
    save(place.path, model());
    CHECK(saved_type(place.path) == "Mixture(Gaussian full)");
    const MarkovChain chain(Eigen::VectorXd::Ones(1), Eigen::MatrixXd::Ones(1, 1));
    const Poisson<> counts(Eigen::MatrixXd::Ones(1, 1));
    save(place.path, HiddenMarkovModel(chain, Product(counts, Exponential<>(1, 1))));
    CHECK(saved_type(place.path) == "HiddenMarkovModel(MarkovChain, Product(Poisson, Exponential))");
}
TEST_CASE("a path that nothing can be saved to is refused") {
    CHECK_THROWS_WITH(save("model.txt", model()),
                      ContainsSubstring("model.txt ends neither with .json nor with .latent"));
    CHECK_THROWS_WITH(save("no/such/folder/model.json", model()),
                      "latent::save: cannot write the file no/such/folder/model.json");
}
