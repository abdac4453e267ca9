// What fit_hmm is asked and what it answers, whatever the emission family.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "../support/fit_options.hpp"
#include "latent/core/concepts.hpp"
#include "latent/core/journal.hpp"
#include "latent/core/types.hpp"
#include "latent/data/csv.hpp"

struct HmmRequest {
    FitOptions options;
    latent::Csv data;                      ///< d × n
    std::vector<latent::Index> lengths;    ///< of the sequences in it
    std::vector<latent::Index> alphabets;  ///< of categorical data, their sizes; empty: the start's files say
};

/// A column in the table of emission parameters.
struct Column {
    std::string name;
    Eigen::MatrixXd values;  ///< a row a line of the table, a column a state
};

struct HmmAnswer {
    Eigen::VectorXd initial;
    Eigen::MatrixXd transition;
    std::vector<Column> emission;
    std::vector<std::string> lines;  ///< what the lines of that table are called
    Eigen::MatrixXd levels;  ///< d × K, where each state is on average; empty where that means nothing
    std::vector<latent::Index> path;
    Eigen::MatrixXd posterior;  ///< K × n
    double log_likelihood = 0, aic = 0, bic = 0;
    latent::Status status = latent::Status::running;
    int iterations = 0;
    double seconds = 0;
    std::vector<double> trace;
    std::vector<latent::Event> events;
    std::vector<latent::Flaw> flaws;
    std::string explanation;
};

/// An emission family's name on the command line, and what fits a hidden Markov model of it.
struct NamedFit {
    std::string name;
    HmmAnswer (*fit)(const HmmRequest&);
};

// The families, in three files that are compiled by themselves.
std::vector<NamedFit> normal_families();
std::vector<NamedFit> families_of_numbers();
std::vector<NamedFit> families_of_counts();
