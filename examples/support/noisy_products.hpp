// Families, and products of them, beside uniform noise over the data's box, which is the last component.
#pragma once

#include <cmath>

#include "latent/emission/with_noise.hpp"
#include "products.hpp"

using Noisy = latent::WithNoise<AnyProduct>;

template <>
struct Family<Noisy> {
    static Noisy shape(const FamilyRequest& request) {
        return {Family<AnyProduct>::shape(request), request.data.observations()};
    }
    static Noisy read(const FamilyRequest& request, latent::Index K) {
        return {Family<AnyProduct>::read(request, K - 1), request.data.observations()};
    }
    static std::string name(const Noisy& e) { return Family<AnyProduct>::name(e.family()); }
    /// Of noise there is nothing to write: its box is that of the data.
    static void write(const FamilyRequest& request, const Noisy& e) {
        Family<AnyProduct>::write(request, e.family());
    }
    static void describe(const FamilyRequest& request, const Noisy& e, EmissionTable& table) {
        Family<AnyProduct>::describe(request, e.family(), table);
        for (Column& column : table.columns) add_noise(column.values);
        if (table.levels.size() > 0) add_noise(table.levels);
    }

  private:
    /// Noise has no such parameter.
    static void add_noise(Eigen::MatrixXd& table) {
        table.conservativeResize(Eigen::NoChange, table.cols() + 1);
        table.rightCols(1).setConstant(std::nan(""));
    }
};
