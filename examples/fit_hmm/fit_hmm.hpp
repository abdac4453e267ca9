// What fit_hmm is asked and what it answers, whatever the emission family.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

#include "../support/families.hpp"
#include "latent/core/concepts.hpp"
#include "latent/core/journal.hpp"
#include "latent/core/types.hpp"
#include "latent/uncertainty/standard_errors.hpp"

struct HmmRequest : FamilyRequest {
    std::vector<latent::Index> lengths;  ///< of the sequences in the data
};

inline constexpr latent::Index forecast_steps = 10;

struct HmmAnswer {
    Eigen::VectorXd initial;
    Eigen::MatrixXd transition;
    EmissionTable table;
    std::vector<latent::Index> path;
    Eigen::MatrixXd posterior;  ///< K × n
    Eigen::MatrixXd forecast;   ///< K × forecast_steps: of the states after the last observation
    Eigen::MatrixXd imputed;    ///< d × n where cells may be missing, else empty
    double log_likelihood = 0, aic = 0, bic = 0;
    latent::Status status = latent::Status::running;
    int iterations = 0;
    double seconds = 0;
    std::vector<double> trace;
    std::vector<latent::Event> events;
    std::vector<latent::Flaw> flaws;
    std::string explanation;
    std::optional<latent::StandardErrors> errors;  ///< where they are asked for
};

// What fits it, in files that are compiled by themselves.

std::vector<std::string> family_names();
/// The codes of covariance structures, from EII to VVV.
std::vector<std::string> structure_names();
// Of a loaded model they say in the request what it is made of.
HmmAnswer fit_product(HmmRequest& request);
/// One of structure_names(), as it stays where it is saved.
HmmAnswer fit_normals(HmmRequest& request);
/// The last state is noise.
HmmAnswer fit_beside_noise(HmmRequest& request);
