// What the programs that fit a model to a file must know of an emission family beyond its contract: what its parameters and
// their files are called.
#pragma once

#include <array>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "fit_options.hpp"
#include "known_data.hpp"
#include "latent/data/csv.hpp"
#include "parameter_files.hpp"
#include "table.hpp"

/// What is asked of a family: or of a block of a product, whose data and files are some of all.
struct FamilyRequest {
    FitOptions options;
    KnownData data;                        ///< d × n
    std::vector<latent::Index> alphabets;  ///< of categorical data, their sizes; empty: the start's files say
    std::string emission;                  ///< its name, or "gamma:1,von_mises:1"
    std::string prefix;                    ///< of its files: "block1."

    ParameterFiles start() const { return {options.start, prefix}; }
};

/// A column in the table of emission parameters.
struct Column {
    std::string name;
    Eigen::MatrixXd values;  ///< a row a line of the table, a column a component
};
struct EmissionTable {
    std::vector<Column> columns;
    std::vector<std::string> lines;  ///< what its lines are called
    Eigen::MatrixXd levels;  ///< d × K, where each component is on average; empty where that means nothing
};

/// Throws std::invalid_argument, naming the file and the line, on the first observation that the family cannot take.
template <class E>
void check_data(const FamilyRequest& request, const E& emission) {
    const latent::Observations<double> x = request.data.observations();
    try {
        emission.check(x);
    } catch (const std::invalid_argument& error) {
        const auto taken = [&](latent::Index i) {
            try {
                emission.check(x.middle(i, 1));
                return true;
            } catch (const std::invalid_argument&) {
                return false;
            }
        };
        latent::Index i = 0;
        while (i + 1 < x.cols() && taken(i)) ++i;
        throw std::invalid_argument(latent::detail::text(request.options.data.string(), ":",
                                                         i + (request.data.names.empty() ? 1 : 2), ": ",
                                                         error.what()));
    }
}

/// A table of parameters, d × K: its file's name, its column's, and where the family keeps it.
template <class E>
struct Parameter {
    const char* file;
    const char* column;
    Eigen::MatrixXd (*of)(const E&);
};

/// The tables of a family, in the order in which its constructor takes them: specialised beside each family.
template <class E>
struct Parameters;

/// A family that is made of such tables. Others are specialisations of this.
template <class E>
struct Family {
    static E shape(const FamilyRequest& request) {
        return E(request.options.components, request.data.values.rows());
    }

    /// From the files of the folder of start parameters, their names ending in 0.
    static E read(const FamilyRequest& request, latent::Index K) {
        return make(request, K, std::make_index_sequence<std::size(Parameters<E>::all)>());
    }
    static void write(const ParameterFiles& folder, const E& e) {
        for (const auto& parameter : Parameters<E>::all)
            latent::write_csv(folder / (std::string(parameter.file) + ".csv"), parameter.of(e));
    }
    static void describe(const FamilyRequest& request, const E& e, EmissionTable& table) {
        for (const auto& parameter : Parameters<E>::all)
            table.columns.push_back({parameter.column, parameter.of(e)});
        table.lines = dimension_names(request.data.names, e.dimension());
        if constexpr (requires { e.means(); }) table.levels = e.means();
    }

  private:
    template <std::size_t... I>
    static E make(const FamilyRequest& request, latent::Index K, std::index_sequence<I...>) {
        const auto read = [&](const auto& parameter) {
            return read_table(request.start() / (std::string(parameter.file) + "0.csv"), K,
                              request.data.values.rows());
        };
        return E(read(Parameters<E>::all[I])...);
    }
};
