// Documents are what their texts count to, and what a sparse matrix holds.
#include "latent/data/documents.hpp"

#include "catch.hpp"

using namespace latent;

namespace {

Eigen::VectorXd dense_document(const Documents& x, Index i) {
    Eigen::VectorXd counts = Eigen::VectorXd::Zero(x.vocabulary_size());
    for (std::size_t j = 0; j < x[i].word.size(); ++j) counts(x[i].word[j]) = x[i].count[j];
    return counts;
}

}  // namespace

TEST_CASE("a document counts each of its words once") {
    const Documents x({"a b a", "", "c  b\n"});
    CHECK(x.size() == 3);
    CHECK(x.vocabulary_size() == 3);
    CHECK(x.words() == std::vector<std::string>{"a", "b", "c"});
    CHECK(dense_document(x, 0) == Eigen::Vector3d(2, 1, 0));
    CHECK(x[1].word.empty());
    CHECK(dense_document(x, 2) == Eigen::Vector3d(0, 1, 1));
    const Documents more({"d c a d"}, x);
    CHECK(more.vocabulary_size() == 3);
    CHECK(dense_document(more, 0) == Eigen::Vector3d(1, 0, 1));
}

TEST_CASE("documents of a sparse matrix are its columns, and counts only") {
    const Eigen::MatrixXd dense{{0, 2}, {3, 0}, {0, 0}, {1, 5}};
    const Documents x(Eigen::SparseMatrix<double>(dense.sparseView()));
    CHECK(x.vocabulary_size() == 4);
    CHECK(x.words().empty());
    for (Index i = 0; i < 2; ++i) CHECK(dense_document(x, i) == dense.col(i));
    const Eigen::MatrixXd half{{1, 0.5}};
    CHECK_THROWS_WITH(Documents(Eigen::SparseMatrix<double>(half.sparseView())),
                      "latent::Documents: document 1, word 0 is 0.5, expected a count 0, 1, 2, …");
}
