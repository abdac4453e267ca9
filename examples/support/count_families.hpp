// Families of counts, binary features, and symbols of an alphabet: what their parameters and files are called.
#pragma once

#include <algorithm>
#include <numeric>

#include "families.hpp"
#include "latent/emission/bernoulli.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/multinomial.hpp"
#include "latent/emission/negative_binomial.hpp"
#include "latent/emission/poisson.hpp"

/// The sizes of the columns' alphabets: one more than the largest symbol; NaN does not count. Throws std::invalid_argument on a million symbols.
inline std::vector<latent::Index> alphabets_of(const Eigen::MatrixXd& x) {
    std::vector<latent::Index> sizes;
    for (latent::Index j = 0; j < x.rows(); ++j) {
        const double largest = std::max(0.0, x.row(j).maxCoeff<Eigen::PropagateNumbers>());
        latent::detail::require(largest < 1e6, "--symbols is needed: the largest symbol is ", largest);
        sizes.push_back(1 + static_cast<latent::Index>(largest));
    }
    return sizes;
}

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

/// The probabilities of a state are a line of emission.csv: for d > 1, those of one dimension after the other, and
/// symbols.csv has how many each dimension has, a line each.
template <>
struct Family<latent::Categorical<>> {
    using E = latent::Categorical<>;

    static E shape(const FamilyRequest& request) { return {request.options.components, request.alphabets}; }
    static E read(const FamilyRequest& request, latent::Index K) {
        const std::vector<latent::Index> symbols = alphabets(request);
        const latent::Index all = std::accumulate(symbols.begin(), symbols.end(), latent::Index{0});
        return {read_table(request.start() / "emission0.csv", K, all), symbols};
    }
    static void write(const ParameterFiles& folder, const E& e) {
        latent::write_csv(folder / "emission.csv", e.probabilities());
        if (e.dimension() > 1) write_lines(folder / "symbols.csv", e.alphabets());
    }
    static void describe(const FamilyRequest& request, const E& e, EmissionTable& table) {
        table.columns = {{"probability", e.probabilities()}};
        const std::vector<std::string> names = dimension_names(request.data.names, e.dimension());
        for (latent::Index j = 0; j < e.dimension(); ++j)
            for (latent::Index symbol = 0; symbol < e.symbols(j); ++symbol)
                table.lines.push_back(names[static_cast<std::size_t>(j)] + " = " + std::to_string(symbol));
    }

  private:
    /// As asked, else of the start: what symbols0.csv says, or, without it, equal shares of emission0.csv's columns.
    static std::vector<latent::Index> alphabets(const FamilyRequest& request) {
        if (!request.alphabets.empty()) return request.alphabets;
        const latent::Index d = request.data.values.rows();
        const std::filesystem::path file = request.start() / "symbols0.csv";
        if (d > 1 && std::filesystem::exists(file)) {
            const Eigen::VectorXd sizes = read_table(file, d, 1).row(0);
            for (const double size : sizes)
                latent::detail::require(size >= 1 && size < 1e6 && size == std::floor(size), file.string(),
                                        ": ", size, " is not the size of an alphabet");
            return {sizes.begin(), sizes.end()};
        }
        const latent::Index columns = latent::read_csv(request.start() / "emission0.csv").values.rows();
        latent::detail::require(columns % d == 0, (request.start() / "emission0.csv").string(), ": ", columns,
                                " columns, but ", d, " dimensions: how many each has is for ", file.string(),
                                " to say");
        std::vector<latent::Index> alike(static_cast<std::size_t>(d), columns / d);
        return alike;
    }
};

template <>
struct Parameters<latent::Bernoulli<>> {
    using E = latent::Bernoulli<>;
    static constexpr std::array all{Parameter<E>{
        "probabilities", "probability", [](const E& e) -> Eigen::MatrixXd { return e.probabilities(); }}};
};
