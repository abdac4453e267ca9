// Standard errors as the user of a program asked for them: on the terminal and in a file.
#pragma once

#include <filesystem>
#include <fstream>
#include <iomanip>
#include <optional>
#include <ostream>
#include <stdexcept>

#include "fit_options.hpp"
#include "latent/execution/threads.hpp"
#include "latent/uncertainty/standard_errors.hpp"

/// Nothing where none are asked for.
template <class M, class Data>
std::optional<latent::StandardErrors> errors_as_chosen(const FitOptions& options, const M& model,
                                                       const Data& data) {
    if (!options.errors) return {};
    return latent::standard_errors(model, data, latent::Threads{options.threads});
}

/// The estimates, ± their errors, with 95 % intervals; what is not identified; how fast EM was.
inline void print_errors(std::ostream& out, const std::optional<latent::StandardErrors>& errors) {
    if (!errors) return;
    out << "\nStandard errors, and 95 % intervals\n" << *errors;
    if (errors->missing.size() > 0)
        out << "missing         " << std::setprecision(4) << 100 * errors->missing(0)
            << " % of the information, at most\n";
}

/// errors.csv in the folder of results: parameter,estimate,error,from,to.
inline void write_errors(const std::filesystem::path& folder,
                         const std::optional<latent::StandardErrors>& errors) {
    if (!errors) return;
    const std::filesystem::path path = folder / "errors.csv";
    std::ofstream file(path);
    const Eigen::MatrixXd interval = errors->interval();
    file << "parameter,estimate,error,from,to\n" << std::setprecision(17);
    for (latent::Index j = 0; j < errors->errors.size(); ++j)
        file << errors->estimates.names[static_cast<std::size_t>(j)] << ',' << errors->estimates.values(j)
             << ',' << errors->errors(j) << ',' << interval(j, 0) << ',' << interval(j, 1) << '\n';
    if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}
