// fit_hmm with counts, binary features, and symbols of an alphabet.
#include "answer.hpp"
#include "latent/emission/bernoulli.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/multinomial.hpp"
#include "latent/emission/negative_binomial.hpp"
#include "latent/emission/poisson.hpp"

template <>
struct Parameters<latent::Poisson<>> {
    using E = latent::Poisson<>;
    static constexpr std::array all{
        Parameter<E>{"rates", "rate", [](const E& e) -> Eigen::MatrixXd { return e.rates(); }}};
};

template <>
struct Parameters<latent::NegativeBinomial<>> {
    using E = latent::NegativeBinomial<>;
    static constexpr std::array all{
        Parameter<E>{"means", "mean", [](const E& e) -> Eigen::MatrixXd { return e.means(); }},
        Parameter<E>{"sizes", "size", [](const E& e) -> Eigen::MatrixXd { return e.sizes(); }}};
};

template <>
struct Parameters<latent::Multinomial<>> {
    using E = latent::Multinomial<>;
    static constexpr std::array all{Parameter<E>{
        "probabilities", "probability", [](const E& e) -> Eigen::MatrixXd { return e.probabilities(); }}};
};

/// The probabilities of a state are a line of emission.csv: for d > 1, those of one dimension after the other.
template <>
struct Family<latent::Categorical<>> {
    using E = latent::Categorical<>;

    static E shape(const HmmRequest& request) {
        return {request.options.components, request.symbols, request.data.values.rows()};
    }
    static E read(const HmmRequest& request, latent::Index K) {
        const latent::Index d = request.data.values.rows();
        return E(read_table(request.options.start / "emission0.csv", K, d * request.symbols), d);
    }
    static void write(const std::filesystem::path& folder, const E& e) {
        latent::write_csv(folder / "emission.csv", e.probabilities());
    }
    static void describe(const HmmRequest& request, const E& e, HmmAnswer& answer) {
        answer.emission = {{"probability", e.probabilities()}};
        for (const std::string& name : dimension_names(request.data.names, e.dimension()))
            for (latent::Index symbol = 0; symbol < e.symbols(); ++symbol)
                answer.lines.push_back(name + " = " + std::to_string(symbol));
    }
};

template <>
struct Parameters<latent::Bernoulli<>> {
    using E = latent::Bernoulli<>;
    static constexpr std::array all{Parameter<E>{
        "probabilities", "probability", [](const E& e) -> Eigen::MatrixXd { return e.probabilities(); }}};
};

std::vector<NamedFit> families_of_counts() {
    return {{"poisson", &fit_hmm<latent::Poisson<>>},
            {"negative_binomial", &fit_hmm<latent::NegativeBinomial<>>},
            {"multinomial", &fit_hmm<latent::Multinomial<>>},
            {"bernoulli", &fit_hmm<latent::Bernoulli<>>},
            {"categorical", &fit_hmm<latent::Categorical<>>}};
}
