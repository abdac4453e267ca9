// How a fit ended, for people to read.
#pragma once

#include <iomanip>
#include <iostream>
#include <string>

#include "latent/core/concepts.hpp"
#include "latent/core/journal.hpp"
#include "latent/core/progress.hpp"
#include "latent/core/types.hpp"

/// "3 components"
inline std::string counted(latent::Index n, const std::string& noun) {
    return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

/// How well the model fits, and how the fit ended: a line each.
template <class Result>
void print_ending(std::ostream& out, const Result& result, double aic, double bic) {
    out << "\nlog-likelihood  " << std::setprecision(12) << result.log_likelihood << "\nAIC             "
        << aic << "  (smaller is better)\nBIC             " << bic << "  (smaller is better)\n";
    if (result.status != latent::Status::running)  // else nothing was fitted
        out << "status          " << result.status << "\niterations      " << result.iterations
            << "\ntime            " << std::setprecision(3) << result.seconds << " s\n";
    for (const latent::Event& event : result.events) out << "note            " << event << '\n';
    for (const latent::Flaw& flaw : result.flaws) out << "note            " << flaw << '\n';
}

/// The exit status of a program `name` that made this fit: 1 where it broke down, which is said on the error stream.
template <class Result>
int exit_status(const char* name, const Result& result) {
    using latent::Status;
    if (result.status != Status::degenerate && result.status != Status::objective_decreased) return 0;
    std::cerr << name << ": the fit ended with \"" << result.status
              << "\": what was found is its last good iteration";
    for (const latent::Event& event : result.events) std::cerr << "\n  " << event;
    if (!result.explanation.empty()) std::cerr << "\n  " << result.explanation;
    std::cerr << '\n';
    return 1;
}
