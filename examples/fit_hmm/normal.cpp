// fit_hmm with normal emissions, and with such of heavier tails.
#include "../support/gaussian_files.hpp"
#include "answer.hpp"
#include "latent/emission/student_t.hpp"

template <class Covariance>
struct Family<latent::Gaussian<Covariance>> {
    using E = latent::Gaussian<Covariance>;

    static E shape(const HmmRequest& request) {
        return {request.options.components, request.data.values.rows()};
    }
    static E read(const HmmRequest& request, latent::Index K) {
        return read_gaussian<Covariance>(request.options.start, K, request.data.values.rows());
    }
    static void write(const std::filesystem::path& folder, const E& e) { write_gaussian(folder, e); }
    static void describe(const HmmRequest& request, const E& e, HmmAnswer& answer) {
        Eigen::MatrixXd deviations = e.means();
        for (latent::Index k = 0; k < e.size(); ++k)
            deviations.col(k) = e.covariance(k).diagonal().cwiseSqrt();
        answer.emission = {{"mean", e.means()}, {"deviation", deviations}};
        answer.lines = dimension_names(request.data.names, e.dimension());
        answer.levels = e.means();
    }
};

template <>
struct Family<latent::StudentT<>> {
    using E = latent::StudentT<>;

    static E shape(const HmmRequest& request) {
        return {request.options.components, request.data.values.rows()};
    }
    static E read(const HmmRequest& request, latent::Index K) {
        const std::filesystem::path& folder = request.options.start;
        const latent::Index d = request.data.values.rows();
        const Eigen::VectorXd degrees = read_table(folder / "degrees0.csv", K, 1).row(0);
        return {read_table(folder / "means0.csv", K, d), read_matrices(folder / "scales0.csv", K, d),
                degrees};
    }
    static void write(const std::filesystem::path& folder, const E& e) {
        latent::write_csv(folder / "means.csv", e.means());
        write_matrices(folder / "scales.csv", e.size(), [&](latent::Index k) { return e.scale(k); });
        write_lines(folder / "degrees.csv", e.degrees());
    }
    static void describe(const HmmRequest& request, const E& e, HmmAnswer& answer) {
        Eigen::MatrixXd widths = e.means();
        for (latent::Index k = 0; k < e.size(); ++k) widths.col(k) = e.scale(k).diagonal().cwiseSqrt();
        answer.emission = {{"location", e.means()},
                           {"scale", widths},
                           {"degrees", e.degrees().transpose().replicate(e.dimension(), 1)}};
        answer.lines = dimension_names(request.data.names, e.dimension());
        answer.levels = e.means();
    }
};

std::vector<NamedFit> normal_families() {
    return {{"gaussian", &fit_hmm<latent::Gaussian<latent::Full>>},
            {"tied", &fit_hmm<latent::Gaussian<latent::Tied>>},
            {"diagonal", &fit_hmm<latent::Gaussian<latent::Diagonal>>},
            {"spherical", &fit_hmm<latent::Gaussian<latent::Spherical>>},
            {"student_t", &fit_hmm<latent::StudentT<>>}};
}
