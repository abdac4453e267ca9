// Components of one fit in the order of those of another.
#pragma once

#include <limits>
#include <numeric>
#include <vector>

#include "latent/model/sorted.hpp"

namespace latent {

namespace detail {

/// The columns σ(0), σ(1), … of the rows, each taken once, with the least Σ_i costs(i, σ(i)): the assignment problem, by
/// shortest augmenting paths (Kuhn 1955; Edmonds & Karp 1972). Time: K³.
inline std::vector<Index> least_assignment(const Eigen::MatrixXd& costs) {
    const Index K = costs.rows(), none = -1;
    std::vector<Index> row_of(static_cast<std::size_t>(K), none);
    Eigen::VectorXd of_row = Eigen::VectorXd::Zero(K), of_column = Eigen::VectorXd::Zero(K);  // prices
    for (Index start = 0; start < K; ++start) {
        Eigen::VectorXd distance = Eigen::VectorXd::Constant(K, std::numeric_limits<double>::infinity());
        std::vector<Index> from(static_cast<std::size_t>(K), none);  // the column before on the path
        std::vector<bool> done(static_cast<std::size_t>(K), false);
        Index row = start, column = none;
        double gone = 0;
        do {
            Index next = none;
            for (Index j = 0; j < K; ++j) {
                const auto at = static_cast<std::size_t>(j);
                if (done[at]) continue;
                const double reached = gone + costs(row, j) - of_row(row) - of_column(j);
                if (reached < distance(j)) distance(j) = reached, from[at] = column;
                if (next == none || distance(j) < distance(next)) next = j;
            }
            column = next;
            gone = distance(column);
            done[static_cast<std::size_t>(column)] = true;
            row = row_of[static_cast<std::size_t>(column)];
        } while (row != none);
        of_row(start) += gone;
        for (Index j = 0; j < K; ++j)
            if (const auto at = static_cast<std::size_t>(j); done[at]) {
                if (row_of[at] != none) of_row(row_of[at]) += gone - distance(j);
                of_column(j) += distance(j) - gone;
            }
        while (column != none) {
            const Index before = from[static_cast<std::size_t>(column)];
            row_of[static_cast<std::size_t>(column)] =
                before == none ? start : row_of[static_cast<std::size_t>(before)];
            column = before;
        }
    }
    std::vector<Index> column_of(static_cast<std::size_t>(K));
    for (Index j = 0; j < K; ++j)
        column_of[static_cast<std::size_t>(row_of[static_cast<std::size_t>(j)])] = j;
    return column_of;
}

}  // namespace detail

/// The model with its components in the order in which they agree best with others that are given by the probabilities of
/// theirs, K × n, as predict_proba makes them of the same data: Σ_i Σ_k p(k | x_i) q(k | x_i) is largest. Noise stays the
/// last. Throws std::invalid_argument where there are not as many components or observations.
template <Savable M, class Data>
    requires PredictsComponents<M, Data> M aligned(const M& model, const Eigen::MatrixXd& probabilities,
                                                   const Data& data) {
        const Eigen::MatrixXd own = model.predict_proba(data);
        detail::require(own.rows() == probabilities.rows() && own.cols() == probabilities.cols(),
                        "latent::aligned: the probabilities are ", probabilities.rows(), " × ",
                        probabilities.cols(), ", expected ", own.rows(), " × ", own.cols());
        const Index K = detail::components_of(model);
        const Eigen::MatrixXd agreement = probabilities.topRows(K) * own.topRows(K).transpose();
        std::vector<Index> order = detail::least_assignment(-agreement);
        for (Index k = K; k < model.size(); ++k) order.push_back(k);
        return reordered(model, order);
    }

}  // namespace latent
