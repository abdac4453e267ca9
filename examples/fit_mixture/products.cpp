// fit_mixture with products of families over columns.
#include "product_mixture.hpp"

int fit_products(const FamilyRequest& request) { return fit_product_mixture<AnyProduct>(request); }
