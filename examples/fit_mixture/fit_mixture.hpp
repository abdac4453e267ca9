// The parts of fit_mixture that are compiled by themselves.
#pragma once

#include "../support/families.hpp"

/// A mixture of products of families, request.emission = "gaussian:2,categorical:1". Returns the exit status.
int fit_products(const FamilyRequest& request);
/// The last component is noise.
int fit_products_beside_noise(const FamilyRequest& request);

/// Normal densities of this covariance. Returns the exit status.
int fit_normals(const FitOptions& options, const std::string& covariance, const KnownData& data);
/// And uniform noise. Returns the exit status.
int fit_beside_noise(const FitOptions& options, const std::string& covariance, const KnownData& data);
/// Normal densities of several covariances, "VVV,EEE" or "all", and numbers of components: compares them, and reports the best.
/// Returns the exit status.
int compare_mixtures(const FitOptions& options, const std::string& covariances, const KnownData& data);
