// Normal mixtures of several covariance structures and numbers of components, and the best of them.
#include "../support/comparison.hpp"

#include "fit_mixture.hpp"
#include "latent/selection/candidates.hpp"
#include "normal_mixture.hpp"

namespace {

/// As they are called in the table.
std::string structure_code(const std::string& name) {
    for (const auto& [word, code] :
         {std::pair{"full", "VVV"}, {"tied", "EEE"}, {"diagonal", "VVI"}, {"spherical", "VII"}})
        if (name == word) return code;
    return name;
}

/// The names in a list "VVV,EEE", or all of those that differ in d dimensions.
std::vector<std::string> asked_for(const std::string& list, const std::vector<std::string>& all,
                                   latent::Index d) {
    if (list == "all" && d == 1) return {"EII", "VII"};
    if (list == "all") return all;
    std::vector<std::string> names;
    std::istringstream words(list);
    for (std::string word; std::getline(words, word, ',');) {
        names.push_back(structure_code(word));
        CommandLine::require(
            std::ranges::count(all, names.back()) > 0, "--covariance: '", word,
            "' is none of all, full, tied, diagonal, spherical and the fourteen from EII to VVV");
    }
    return names;
}

/// The same fit of a model whose structure is named at run time: what is reported of it is compiled once.
template <class Normal>
latent::Result<latent::Mixture<AnyNormal>> as_any(const latent::Result<latent::Mixture<Normal>>& fit) {
    return {{fit.model.weights(), AnyNormal(fit.model.emission())},
            fit.objective,
            fit.log_likelihood,
            fit.status,
            fit.iterations,
            fit.evaluations,
            fit.seconds,
            fit.trace,
            fit.events,
            fit.flaws,
            fit.explanation};
}

}  // namespace

int compare_mixtures(const FitOptions& options, const std::string& covariances, const KnownData& data) {
    require_enough(options, options.components, data.values.cols());
    const auto all = latent::all_structures();
    const auto names = asked_for(covariances, all.names, data.values.rows());
    auto shapes =
        candidates(latent::components(options.first_components, options.components), all, data.values.rows());
    const auto leave_out = [&](auto& family) {
        if (std::ranges::count(names, family.name) == 0) family.shapes.clear();
    };
    std::apply([&](auto&... family) { (leave_out(family), ...); }, shapes);
    const auto result = compared_as_chosen(options, shapes, data.observations());
    report_comparison(options, result);
    const std::string shape = result.table[result.best_index()].name + " covariance";
    const auto best = result.with_best([](const auto& fit) { return as_any(fit); });
    return report_fit(options, shape, data, best);
}
