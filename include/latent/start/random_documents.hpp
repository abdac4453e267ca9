// A start of topics: some documents, blended with all.
#pragma once

#include <cstdint>
#include <numeric>
#include <vector>

#include "latent/core/random.hpp"
#include "latent/model/mixture_of_unigrams.hpp"

namespace latent {

/// Each topic begins with the words of some documents, drawn without replacement, as many as all documents but one in two can
/// give, at most `documents`, blended half and half with the frequencies in all documents, which no word is missing from. A
/// Start of a MixtureOfUnigrams. Throws std::invalid_argument where there are fewer documents than topics, or no words.
struct RandomDocuments {
    std::uint64_t seed = 0;
    Index documents = 5;  ///< of each topic

    void check() const {
        detail::require(documents > 0, "latent::RandomDocuments: documents is ", documents,
                        ", expected at least 1");
    }
    template <class Scalar>
    BasicMixtureOfUnigrams<Scalar> operator()(const BasicMixtureOfUnigrams<Scalar>& shape,
                                              const Documents& x) const {
        check();
        shape.check(x);
        const Index K = shape.size(), V = shape.vocabulary_size();
        detail::require(x.size() >= K, "latent::RandomDocuments: ", x.size(),
                        " documents, expected at least K = ", K);
        const Eigen::VectorX<Scalar> all = frequencies<Scalar>(x, in_order(x.size()), V);
        const std::vector<Index> order = shuffled(x.size());
        const Index each = std::clamp<Index>(x.size() / (2 * K), 1, documents);
        Eigen::MatrixX<Scalar> probabilities(V, K);
        for (Index k = 0; k < K; ++k)
            probabilities.col(k) =
                (all +
                 frequencies<Scalar>(x, {order.begin() + k * each, order.begin() + (k + 1) * each}, V)) /
                2;
        return {Eigen::VectorX<Scalar>::Constant(K, 1 / static_cast<double>(K)), probabilities,
                shape.words()};
    }

  private:
    static std::vector<Index> in_order(Index n) {
        std::vector<Index> order(static_cast<std::size_t>(n));
        std::iota(order.begin(), order.end(), Index{0});
        return order;
    }
    std::vector<Index> shuffled(Index n) const {
        std::vector<Index> order = in_order(n);
        Random random(seed);
        random.shuffle(order);
        return order;
    }
    /// Of the words in some documents, with half an occurrence of each word beside.
    template <class Scalar>
    static Eigen::VectorX<Scalar> frequencies(const Documents& x, const std::vector<Index>& which, Index V) {
        Eigen::VectorX<Scalar> count = Eigen::VectorX<Scalar>::Constant(V, 0.5);
        for (const Index i : which) {
            const Document one = x[i];
            for (std::size_t j = 0; j < one.word.size(); ++j) count(one.word[j]) += one.count[j];
        }
        return count / count.sum();
    }
};

}  // namespace latent
