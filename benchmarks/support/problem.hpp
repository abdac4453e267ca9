// Data and the parameters that EM starts from: plain matrices, so that latent and its peers are given the same
// numbers, and a folder of them, so that peers in other languages are.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "latent/core/types.hpp"

/// Of a mixture or a hidden Markov model of K components or states. Every probability and variance is positive.
struct Parameters {
    Eigen::VectorXd initial;     ///< K: weights, or where a sequence begins
    Eigen::MatrixXd transition;  ///< K × K, (i, j) from state i to j, rows sum to one; empty for a mixture
    Eigen::MatrixXd emission;    ///< M × K, a column for each state: means, or the probabilities of symbols
    Eigen::MatrixXd variances;   ///< M × K, of Gaussians only
};

struct Problem {
    /// "full" and "diagonal" mixtures; "gaussian" (diagonal) and "categorical" hidden Markov models.
    std::string kind;
    Eigen::MatrixXd x;  ///< d × n, one sequence after the other; 1 × n where categorical: symbols 0 … M − 1
    std::vector<latent::Index> lengths;  ///< of sequences, all equal; n ones for a mixture are left out
    Parameters start;

    latent::Index K() const { return start.initial.size(); }
    bool is_mixture() const { return start.transition.size() == 0; }
};

namespace problem_files {

/// The matrix as it lies in memory: in a language whose arrays are row-major it is its transpose.
inline void write(const std::filesystem::path& file, const Eigen::Ref<const Eigen::MatrixXd>& matrix) {
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(matrix.data()),
               static_cast<std::streamsize>(sizeof(double)) * matrix.size());
}

inline Eigen::MatrixXd read(const std::filesystem::path& file, latent::Index rows, latent::Index columns) {
    Eigen::MatrixXd matrix(rows, columns);
    std::ifstream(file, std::ios::binary)
        .read(reinterpret_cast<char*>(matrix.data()),
              static_cast<std::streamsize>(sizeof(double)) * matrix.size());
    return matrix;
}

}  // namespace problem_files

/// Writes `shape` (kind, n, d, K, M, number of sequences: a line of words) and raw doubles `x`, `initial`,
/// `transition`, `emission`, `variances` into the folder.
inline void write(const Problem& p, const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    const auto sequences = std::max<std::size_t>(p.lengths.size(), 1);
    std::ofstream shape(folder / "shape");
    shape << p.kind << ' ' << p.x.cols() << ' ' << p.x.rows() << ' ' << p.K() << ' '
          << p.start.emission.rows() << ' ' << sequences << '\n';
    problem_files::write(folder / "x", p.x);
    problem_files::write(folder / "initial", p.start.initial);
    problem_files::write(folder / "transition", p.start.transition);
    problem_files::write(folder / "emission", p.start.emission);
    problem_files::write(folder / "variances", p.start.variances);
    shape.close();
    if (!shape) throw std::runtime_error("cannot write into the folder " + folder.string());
}

/// What write() wrote.
inline Problem read_problem(const std::filesystem::path& folder) {
    Problem p;
    latent::Index n = 0, d = 0, K = 0, M = 0, sequences = 0;
    std::ifstream shape(folder / "shape");
    if (!(shape >> p.kind >> n >> d >> K >> M >> sequences))
        throw std::runtime_error("no problem in the folder " + folder.string());
    p.x = problem_files::read(folder / "x", d, n);
    p.start.initial = problem_files::read(folder / "initial", K, 1);
    p.start.emission = problem_files::read(folder / "emission", M, K);
    if (p.kind != "categorical") p.start.variances = problem_files::read(folder / "variances", M, K);
    if (p.kind == "gaussian" || p.kind == "categorical") {
        p.start.transition = problem_files::read(folder / "transition", K, K);
        p.lengths.assign(static_cast<std::size_t>(sequences), n / sequences);
    }
    return p;
}
