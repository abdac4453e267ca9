// Marginals, conditionals and regressions that other software computed.
#include "latent/model/conditional.hpp"

#include <algorithm>

#include "case.hpp"
#include "catch.hpp"

using namespace latent;
using namespace reference;

namespace {

void check_weights(const Eigen::VectorXd& weights, const Eigen::VectorXd& expected) {
    REQUIRE(weights.size() == expected.size());
    for (Index k = 0; k < weights.size(); ++k) CHECK_THAT(weights(k), WithinRel(expected(k), 1e-9));
}

void reproduce(const GaussianMixture<>& model, const Folder& query) {
    const Eigen::VectorXd values = query.column("values");
    const std::vector<Index> columns = query.whole("columns");
    std::vector<Index> rest;
    for (Index j = 0; j < model.dimension(); ++j)
        if (std::find(columns.begin(), columns.end(), j) == columns.end()) rest.push_back(j);

    const auto alone = marginal(model, columns);
    check_weights(alone.weights(), model.weights());
    check_near(alone.emission(), Files{query, "marginal_"});
    const Eigen::MatrixXd one = values;
    CHECK_THAT(alone.score(one), WithinRel(query.column("log_density")(0), 1e-12));
    const auto given = conditional(model, columns, values);
    check_weights(given.weights(), query.column("conditional_weights"));
    check_near(given.emission(), Files{query, "conditional_"});
    const Regression regression(model, rest, columns);
    query.check_near(regression.mean(one).transpose(), "regression_mean");
    query.check_near(regression.covariance(one).front(), "regression_covariance");
}

}  // namespace

TEST_CASE("conditionals of other software") {
    int queries = 0;
    const Folder cases("conditional");
    for (const auto& folder : std::filesystem::directory_iterator(cases.path)) {
        const auto model = mixture<Gaussian<>>(Folder(folder.path()), "0");
        for (const auto& query : std::filesystem::directory_iterator(folder)) {
            if (!query.is_directory()) continue;
            CAPTURE(query.path());
            reproduce(model, Folder(query.path()));
            ++queries;
        }
    }
    CHECK(queries >= 3);
}
