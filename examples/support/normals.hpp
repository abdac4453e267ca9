// Normal densities whose covariance structure is named while the program runs.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "fit_options.hpp"
#include "gaussian_files.hpp"
#include "latent/emission/one_of.hpp"

using AnyNormal =
    latent::OneOf<latent::Gaussian<latent::Full>, latent::Gaussian<latent::Tied>,
                  latent::Gaussian<latent::Diagonal>, latent::Gaussian<latent::Spherical>,
                  latent::Gaussian<latent::EII>, latent::Gaussian<latent::EEI>, latent::Gaussian<latent::VEI>,
                  latent::Gaussian<latent::EVI>, latent::Gaussian<latent::VEE>, latent::Gaussian<latent::EVE>,
                  latent::Gaussian<latent::VVE>, latent::Gaussian<latent::EEV>, latent::Gaussian<latent::VEV>,
                  latent::Gaussian<latent::EVV>>;

/// A structure's names on the command line and in the files of saved models, and how its densities are made.
struct NamedNormal {
    std::vector<std::string> names;
    std::string saved;
    AnyNormal (*shape)(latent::Index K, latent::Index d);
    AnyNormal (*read)(const ParameterFiles& folder, latent::Index K, latent::Index d);
};
template <class Covariance>
NamedNormal named_normal(std::vector<std::string> names) {
    return {std::move(names), latent::Gaussian<Covariance>::type_name(),
            [](latent::Index K, latent::Index d) { return AnyNormal(latent::Gaussian<Covariance>(K, d)); },
            [](const ParameterFiles& folder, latent::Index K, latent::Index d) {
                return AnyNormal(read_gaussian<Covariance>(folder, K, d));
            }};
}
inline const auto& named_normals() {
    using namespace latent;
    static const std::vector<NamedNormal> all{named_normal<Full>({"full", "VVV"}),
                                              named_normal<Tied>({"tied", "EEE"}),
                                              named_normal<Diagonal>({"diagonal", "VVI"}),
                                              named_normal<Spherical>({"spherical", "VII"}),
                                              named_normal<EII>({"EII"}),
                                              named_normal<EEI>({"EEI"}),
                                              named_normal<VEI>({"VEI"}),
                                              named_normal<EVI>({"EVI"}),
                                              named_normal<VEE>({"VEE"}),
                                              named_normal<EVE>({"EVE"}),
                                              named_normal<VVE>({"VVE"}),
                                              named_normal<EEV>({"EEV"}),
                                              named_normal<VEV>({"VEV"}),
                                              named_normal<EVV>({"EVV"})};
    return all;
}
/// All names, the default first.
inline std::vector<std::string> normal_names() {
    std::vector<std::string> all;
    for (const NamedNormal& one : named_normals()) all.insert(all.end(), one.names.begin(), one.names.end());
    return all;
}
inline const NamedNormal& find_normal(const std::string& name) {
    return *std::ranges::find_if(named_normals(),
                                 [&](const auto& one) { return std::ranges::count(one.names, name) > 0; });
}

/// The weights, `others` of them of no normal density, and the densities: of the start's folder, or the shape of a start.
inline std::pair<Eigen::VectorXd, AnyNormal> begin_normal(const FitOptions& options,
                                                          const std::string& covariance, latent::Index d,
                                                          latent::Index others) {
    const NamedNormal& named = find_normal(covariance);
    if (options.start.empty()) {
        const latent::Index all = options.components + others;
        return {Eigen::VectorXd::Constant(all, 1 / static_cast<double>(all)),
                named.shape(options.components, d)};
    }
    const latent::Index all = latent::read_csv(options.start / "weights0.csv").values.cols();
    const Eigen::VectorXd weights = read_table(options.start / "weights0.csv", all, 1).row(0);
    return {weights, named.read(options.start, all - others, d)};
}
