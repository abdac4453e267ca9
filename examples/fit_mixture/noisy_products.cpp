// fit_mixture with products of families over columns, and noise.
#include "../support/noisy_products.hpp"

#include "product_mixture.hpp"

int fit_products_beside_noise(const FamilyRequest& request) {
    return fit_product_mixture<Noisy>(request, " and noise");
}
