// What fit_hmm must know of an emission family beyond its contract: what its parameters and their files are called.
#pragma once

#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "../support/parameter_files.hpp"
#include "../support/table.hpp"
#include "fit_hmm.hpp"

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
    static E shape(const HmmRequest& request) {
        return E(request.options.components, request.data.values.rows());
    }

    /// From the files of the folder of start parameters, their names ending in 0.
    static E read(const HmmRequest& request, latent::Index K) {
        return make(request, K, std::make_index_sequence<std::size(Parameters<E>::all)>());
    }
    static void write(const std::filesystem::path& folder, const E& e) {
        for (const auto& parameter : Parameters<E>::all)
            latent::write_csv(folder / (std::string(parameter.file) + ".csv"), parameter.of(e));
    }
    static void describe(const HmmRequest& request, const E& e, HmmAnswer& answer) {
        for (const auto& parameter : Parameters<E>::all)
            answer.emission.push_back({parameter.column, parameter.of(e)});
        answer.lines = dimension_names(request.data.names, e.dimension());
        if constexpr (requires { e.means(); }) answer.levels = e.means();
    }

  private:
    template <std::size_t... I>
    static E make(const HmmRequest& request, latent::Index K, std::index_sequence<I...>) {
        const auto read = [&](const auto& parameter) {
            return read_table(request.options.start / (std::string(parameter.file) + "0.csv"), K,
                              request.data.values.rows());
        };
        return E(read(Parameters<E>::all[I])...);
    }
};
