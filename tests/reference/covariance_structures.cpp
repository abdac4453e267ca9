// The fourteen structures of model-based clustering, from labels to convergence.
#include <fstream>
#include <map>

#include "case.hpp"
#include "catch.hpp"
#include "latent/start/responsibilities.hpp"

using namespace latent;
using namespace reference;

namespace {

struct Answer {
    double log_likelihood;
    Index parameters;
};

/// Lines model,loglik,parameters,bic beneath a header.
std::map<std::string, Answer> answers(const Folder& folder) {
    std::map<std::string, Answer> all;
    std::ifstream in(folder.file("results"));
    std::string model, log_likelihood, parameters, bic;
    std::getline(in, model);
    while (std::getline(in, model, ',') && std::getline(in, log_likelihood, ',') &&
           std::getline(in, parameters, ',') && std::getline(in, bic))
        all[model] = {std::stod(log_likelihood), std::stol(parameters)};
    return all;
}

/// In the order of the letters.
template <class Covariance>
void check_structure(const std::string& name) {
    CAPTURE(name);
    for (const char* data : {"faithful", "iris"}) {
        CAPTURE(data);
        const Folder folder(std::string("covariance_structures/") + data);
        const Answer answer = answers(folder).at(name);
        const Eigen::MatrixXd x = folder.read("X");
        const std::vector<Index> labels = folder.whole("labels");
        const Index K = *std::max_element(labels.begin(), labels.end()) + 1;
        const GaussianMixture<Covariance> shape(K, x.rows());
        const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential> em{
            {}, {}, {}, {}, Aitken{1e-11}, {.iterations = 20000}, {}};
        const auto fit = em.fit(Labels{labels}(shape, x), x);
        CHECK(fit.status == Status::converged);
        CHECK(fit.events.empty());
        CHECK(fit.model.parameters() == answer.parameters);
        CHECK(fit.log_likelihood > answer.log_likelihood - 1e-4);
        CHECK(std::is_sorted(fit.trace.begin(), fit.trace.end(),
                             [](double a, double b) { return a < b - 1e-9 * std::abs(b); }));
    }
}

}  // namespace

TEST_CASE("fourteen structures reach what other software reaches") {
    check_structure<EII>("EII");
    check_structure<VII>("VII");
    check_structure<EEI>("EEI");
    check_structure<VEI>("VEI");
    check_structure<EVI>("EVI");
    check_structure<VVI>("VVI");
    check_structure<EEE>("EEE");
    check_structure<VEE>("VEE");
    check_structure<EVE>("EVE");
    check_structure<VVE>("VVE");
    check_structure<EEV>("EEV");
    check_structure<VEV>("VEV");
    check_structure<EVV>("EVV");
    check_structure<VVV>("VVV");
}
