// Normal families, and such of heavier tails: what their parameters and files are called.
#pragma once

#include "families.hpp"
#include "gaussian_files.hpp"
#include "latent/emission/student_t.hpp"

template <class Covariance>
struct Family<latent::Gaussian<Covariance>> {
    using E = latent::Gaussian<Covariance>;

    static E shape(const FamilyRequest& request) {
        return {request.options.components, request.data.values.rows()};
    }
    static E read(const FamilyRequest& request, latent::Index K) {
        return read_gaussian<Covariance>(request.start(), K, request.data.values.rows());
    }
    static void write(const ParameterFiles& folder, const E& e) { write_gaussian(folder, e); }
    static void describe(const FamilyRequest& request, const E& e, EmissionTable& table) {
        Eigen::MatrixXd deviations = e.means();
        for (latent::Index k = 0; k < e.size(); ++k)
            deviations.col(k) = e.covariance(k).diagonal().cwiseSqrt();
        table.columns = {{"mean", e.means()}, {"deviation", deviations}};
        table.lines = dimension_names(request.data.names, e.dimension());
        table.levels = e.means();
    }
};

template <>
struct Family<latent::StudentT<>> {
    using E = latent::StudentT<>;

    static E shape(const FamilyRequest& request) {
        return {request.options.components, request.data.values.rows()};
    }
    static E read(const FamilyRequest& request, latent::Index K) {
        const ParameterFiles folder = request.start();
        const latent::Index d = request.data.values.rows();
        const Eigen::VectorXd degrees = read_table(folder / "degrees0.csv", K, 1).row(0);
        return {read_table(folder / "means0.csv", K, d), read_matrices(folder / "scales0.csv", K, d),
                degrees};
    }
    static void write(const ParameterFiles& folder, const E& e) {
        latent::write_csv(folder / "means.csv", e.means());
        write_matrices(folder / "scales.csv", e.size(), [&](latent::Index k) { return e.scale(k); });
        write_lines(folder / "degrees.csv", e.degrees());
    }
    static void describe(const FamilyRequest& request, const E& e, EmissionTable& table) {
        Eigen::MatrixXd widths = e.means();
        for (latent::Index k = 0; k < e.size(); ++k) widths.col(k) = e.scale(k).diagonal().cwiseSqrt();
        table.columns = {{"location", e.means()},
                         {"scale", widths},
                         {"degrees", e.degrees().transpose().replicate(e.dimension(), 1)}};
        table.lines = dimension_names(request.data.names, e.dimension());
        table.levels = e.means();
    }
};
