// Normal mixtures: of one covariance structure, or of several and several numbers of components, and the best of them.
#include "../support/comparison.hpp"
#include "fit_mixture.hpp"
#include "latent/selection/candidates.hpp"
#include "normal_mixture.hpp"

namespace {

/// The codes in a list "VVV,tied", or all of them, those of few parameters first.
std::vector<std::string> asked_for(const std::string& list) {
    if (list == "all") return latent::all_structures().names;
    const std::vector<std::string> known = normal_names();
    std::vector<std::string> codes;
    std::istringstream words(list);
    for (std::string word; std::getline(words, word, ',');) {
        CommandLine::require(
            std::ranges::count(known, word) > 0, "--covariance: '", word,
            "' is none of all, full, tied, diagonal, spherical and the fourteen from EII to VVV");
        codes.push_back(find_normal(word).names.back());
    }
    return codes;
}

}  // namespace

int fit_normals(const FitOptions& options, const std::string& covariance, const KnownData& data) {
    using Model = latent::Mixture<AnyNormal>;
    require_enough(options, options.components,
                   data.values.cols());  // before a shape takes the memory of so many
    const std::string shape = covariance + " covariance";
    if (!options.load.empty()) return fit_and_report(options, shape, data, latent::load<Model>(options.load));
    auto [weights, normal] = begin_normal(options, covariance, data.values.rows(), 0);
    return fit_and_report(options, shape, data, Model(weights, std::move(normal)));
}

int compare_mixtures(const FitOptions& options, const std::string& covariances, const KnownData& data) {
    require_enough(options, options.components, data.values.cols());
    std::vector<latent::Mixture<AnyNormal>> shapes;
    std::vector<std::string> names;
    for (const std::string& code : asked_for(covariances))
        for (latent::Index K = options.first_components; K <= options.components; ++K) {
            shapes.emplace_back(find_normal(code).shape(K, data.values.rows()));
            names.push_back(code);
        }
    auto result = compared_as_chosen(options, shapes, data.observations());
    for (std::size_t i = 0; i < names.size(); ++i) result.table[i].name = names[i];
    report_comparison(options, result);
    return report_fit(options, result.table[result.best_index()].name + " covariance", data, result.best());
}
