// What was the ozone on the days when nobody measured it? The air of New York, every day from May to September 1973:
// ozone, sunshine, wind and temperature, with 37 days without ozone and 7 without sunshine. EM takes the rows as they
// are: what is missing is hidden, as a component is.
#include <array>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include "latent/data/csv.hpp"
#include "latent/fit.hpp"
#include "latent/model/impute.hpp"
#include "latent/model/mixture.hpp"
#include "latent/start/k_means.hpp"
#include "support/plot.hpp"

using latent::Index;
using Model = latent::GaussianMixture<>;

namespace {

constexpr Index ozone = 0, sunshine = 1, temperature = 3;

/// K normal components. Where nothing is missing, with_missing(x) is x.
latent::Result<Model> fitted(Index K, const Eigen::MatrixXd& x) {
    return latent::fit(Model(K, x.rows()), latent::with_missing(x), latent::KMeans{.seed = 1});
}

/// The days on which all was measured.
Eigen::MatrixXd complete(const Eigen::MatrixXd& x) {
    std::vector<Index> days;
    for (Index i = 0; i < x.cols(); ++i)
        if (!x.col(i).hasNaN()) days.push_back(i);
    return x(Eigen::all, days);
}

double mean_of_seen(const Eigen::ArrayXd& values) {
    const auto missing = values.isNaN();
    return missing.select(0, values).sum() / static_cast<double>(values.size() - missing.count());
}

/// Each missing value replaced by the mean of those that were seen.
Eigen::MatrixXd with_means(Eigen::MatrixXd x) {
    for (auto row : x.rowwise()) {
        const double mean = mean_of_seen(row.transpose());
        for (double& value : row)
            if (std::isnan(value)) value = mean;
    }
    return x;
}

/// Mean and covariance of a mixture as a whole.
Component whole(const Model& model) {
    Component all{1, model.means() * model.weights(), Eigen::MatrixXd::Zero(4, 4)};
    for (const Component& c : components(model)) {
        const Eigen::VectorXd apart = c.mean - all.mean;
        all.covariance += c.weight * (c.covariance + apart * apart.transpose());
    }
    return all;
}

void print_moments(const std::string& how, const Eigen::MatrixXd& x, const Model& model) {
    const auto [weight, mean, covariance] = whole(model);
    const double both = std::sqrt(covariance(ozone, ozone) * covariance(temperature, temperature));
    std::cout << std::left << std::setw(32) << how << std::right << std::setw(4) << x.cols()
              << std::setprecision(2) << std::setw(11) << mean(ozone) << std::setw(11)
              << std::sqrt(covariance(ozone, ozone)) << std::setw(12) << mean(temperature) << std::setw(13)
              << std::setprecision(3) << covariance(ozone, temperature) / both << '\n';
}

/// "5 May", for the fifth day of May and of the table.
std::string date(Index day) {
    constexpr std::array<std::pair<const char*, Index>, 4> months{
        {{"May", 31}, {"June", 30}, {"July", 31}, {"August", 31}}};
    for (const auto& [month, days] : months) {
        if (day < days) return std::to_string(day + 1) + " " + month;
        day -= days;
    }
    return std::to_string(day + 1) + " September";
}

/// "143 ± 60", or what was measured.
std::string cell(const Eigen::MatrixXd& x, const latent::Imputation<double>& filled, Index j, Index i) {
    std::string text = std::to_string(std::lround(filled.x(j, i)));
    if (std::isnan(x(j, i)))
        text += " ± " + std::to_string(std::lround(2 * std::sqrt(filled.variances(j, i))));
    return text;
}

std::string draw(const std::filesystem::path& picture, const Eigen::MatrixXd& x,
                 const latent::Imputation<double>& filled) {
    Gnuplot plot(picture);
    set_titles(plot, {"New York, May to September 1973: what EM fills in", "temperature, °F", "ozone, ppb"});
    for (const bool missing : {false, true}) {
        plot << (missing ? "$imputed" : "$seen") << " << EOD\n";
        for (Index i = 0; i < x.cols(); ++i)
            if (std::isnan(x(ozone, i)) == missing)
                plot << x(temperature, i) << ' ' << filled.x(ozone, i) << ' '
                     << 2 * std::sqrt(filled.variances(ozone, i)) << '\n';
        plot << "EOD\n";
    }
    plot << "set errorbars 0\nplot " << mean_of_seen(x.row(ozone).transpose())
         << " with lines linewidth 1.5 dashtype (8, 5) linecolor rgb '#777777' title 'the mean', \\\n"
         << "  $imputed with yerrorbars pointtype 7 pointsize 0.1 linewidth 1.3 linecolor rgb "
         << colour(1, "90") << " notitle, \\\n  $seen with points pointtype 7 pointsize 0.7 linecolor rgb "
         << colour(0)
         << " title 'measured', \\\n  $imputed with points pointtype 7 pointsize 0.8 linecolor rgb "
         << colour(1) << " title 'imputed', \\\n  NaN with lines linewidth 1.3 linecolor rgb "
         << colour(1, "90") << " title '± 2 deviations'\n";
    return plot.draw();
}

void print_first_gaps(const Eigen::MatrixXd& x, const latent::Imputation<double>& filled) {
    std::cout << "\nThe first days with gaps, filled in by the mixture (± 2 standard deviations)\n\n"
              << "  day       temperature         ozone      sunshine\n";
    for (Index i = 0, printed = 0; i < x.cols() && printed < 6; ++i) {
        if (!x.col(i).hasNaN()) continue;
        std::cout << "  " << std::left << std::setw(10) << date(i) << std::right << std::setw(11)
                  << cell(x, filled, temperature, i);
        for (const Index j : {ozone, sunshine}) {
            const std::string text = cell(x, filled, j, i);
            std::cout << std::setw(std::isnan(x(j, i)) ? 15 : 14) << text;  // ± has two bytes
        }
        std::cout << '\n';
        ++printed;
    }
}

/// Multiple imputation (Rubin 1987): the spread of a mean from draw to draw is what the gaps cost.
void print_multiple_imputation(const Eigen::MatrixXd& x, const Model& model) {
    constexpr int draws = 5;
    latent::Random random(1);
    const auto n = static_cast<double>(x.cols());
    Eigen::ArrayXd means(draws), errors(draws);
    for (int draw = 0; draw < draws; ++draw) {
        const Eigen::RowVectorXd row = latent::impute(model, latent::with_missing(x), random).row(ozone);
        means(draw) = row.mean();
        errors(draw) = (row.array() - row.mean()).square().sum() / (n - 1) / n;
    }
    const double between = (means - means.mean()).square().sum() / (draws - 1);
    std::cout << "\nmean ozone of " << draws << " drawn tables: " << std::setprecision(2) << means.transpose()
              << "\ntheir mean " << means.mean() << ", its standard error "
              << std::sqrt(errors.mean() + (1 + 1.0 / draws) * between) << ", or " << std::sqrt(errors.mean())
              << " if nothing had been missing\n";
}

}  // namespace

int main(int argc, char** argv) try {
    const Eigen::MatrixXd x =
        latent::read_csv(argc > 1 ? argv[1] : "examples/data/airquality.csv", {.missing = true}).values;
    const auto normal = fitted(1, x), mixture = fitted(2, x);

    std::cout << std::fixed
              << "                                days mean ozone  deviation  mean temp.  correlation\n";
    print_moments("complete days alone", complete(x), fitted(1, complete(x)).model);
    print_moments("means filled in", with_means(x), fitted(1, with_means(x)).model);
    print_moments("EM, a normal distribution", x, normal.model);
    print_moments("EM, a mixture of two", x, mixture.model);
    std::cout << "\nTo leave days out wastes what was measured on them; to fill in means makes ozone less "
                 "variable than it is,\nand less tied to the temperature. EM does neither.\n\nBIC: "
              << std::setprecision(1) << normal.model.bic(latent::with_missing(x)) << " of one normal, "
              << mixture.model.bic(latent::with_missing(x)) << " of two (smaller is better)\n";

    const Model& model = mixture.model;
    const auto filled = latent::impute(model, latent::with_missing(x));
    print_first_gaps(x, filled);
    print_multiple_imputation(x, model);
    std::cout << "plot: " << draw(argc > 2 ? argv[2] : "missing_values.svg", x, filled) << '\n';
} catch (const std::exception& error) {
    std::cerr << "missing_values: " << error.what() << '\n';
    return 2;
}
