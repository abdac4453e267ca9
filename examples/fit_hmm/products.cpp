// fit_hmm with families, and products of them, that are chosen at run time: all of them are one model.
#include "../support/products.hpp"

#include "answer.hpp"

std::vector<std::string> family_names() {
    std::vector<std::string> names;
    for (const NamedFamily& family : named_families()) names.push_back(family.name);
    return names;
}

HmmAnswer fit_product(HmmRequest& request) { return fit_hmm<AnyProduct>(request); }
