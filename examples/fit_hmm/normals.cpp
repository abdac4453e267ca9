// fit_hmm with normal densities whose covariances have a structure that is named by its code: all of them are one model.
#include "../support/normals.hpp"

#include "../support/normal_families.hpp"
#include "answer.hpp"
#include "latent/selection/candidates.hpp"

template <>
struct Family<AnyNormal> {
    static AnyNormal shape(const FamilyRequest& request) {
        return find_normal(request.emission).shape(request.options.components, request.data.values.rows());
    }
    static AnyNormal read(const FamilyRequest& request, latent::Index K) {
        return find_normal(request.emission).read(request.start(), K, request.data.values.rows());
    }
    /// As --emission says it.
    static std::string name(const AnyNormal& e) {
        std::string result;
        e.visit([&](const auto& normal, auto) { result = code(normal); });
        return result;
    }
    static void write(const FamilyRequest& request, const AnyNormal& e) {
        const ParameterFiles folder(request.options.out, request.prefix);
        e.visit([&](const auto& normal, auto) { write_gaussian(folder, normal); });
    }
    static void describe(const FamilyRequest& request, const AnyNormal& e, EmissionTable& table) {
        e.visit([&](const auto& normal, auto) { describe(request, normal, table); });
    }

  private:
    template <class Covariance>
    static void describe(const FamilyRequest& request, const latent::Gaussian<Covariance>& normal,
                         EmissionTable& table) {
        Family<latent::Gaussian<Covariance>>::describe(request, normal, table);
    }
    template <class Normal>
    static std::string code(const Normal&) {
        return std::ranges::find(named_normals(), Normal::type_name(), &NamedNormal::saved)->names.back();
    }
};

HmmAnswer fit_normals(HmmRequest& request) { return fit_hmm<AnyNormal>(request); }

std::vector<std::string> structure_names() { return latent::all_structures().names; }
