// What is known of observations: missing cells, labels and prior probabilities, through every view of them.
#include "latent/data/known.hpp"

#include "catch.hpp"
#include "latent/data/blocks.hpp"
#include "latent/data/sequences.hpp"

using namespace latent;

namespace {

const double none = std::numeric_limits<double>::quiet_NaN();
const Eigen::MatrixXd x{{1, none, 3, 4, none}, {5, 6, none, 8, 9}};
const std::vector<Index> labels{0, -1, 1, -1, 2};

}  // namespace

TEST_CASE("observations carry what is known of them, and so do their parts") {
    const Eigen::MatrixXd p{{0.5, 1, 1, 0, 0.25}, {0.5, 1, 3, 1, 0.75}};
    const ComponentPrior prior(p);
    const auto all = with_prior(labelled(with_missing(x), labels), prior);
    CHECK((all.missing() && all.informed() && all.data() == x.data() && all.prior_components() == 2));
    CHECK(all.log_prior()[2 * 2 + 1] == std::log(3.0));
    const auto part = all.middle(2, 3).view(1, 2);
    CHECK((part.missing() && part.labels()[1] == 2 && part.number(1) == 4 && part.place(7, 1) == 8));
    CHECK(part.log_prior()[0] == -std::numeric_limits<double>::infinity());
    const Sequences<double> sequences(all, std::vector<Index>{3, 2});
    CHECK(sequences[1].labels()[1] == 2);
    CHECK_FALSE(Observations<double>(x).missing());
    CHECK_FALSE(Observations<double>(x).informed());
}

TEST_CASE("knowledge that makes no sense is refused by name") {
    CHECK_THROWS_WITH(labelled(x.leftCols(2), labels),
                      StartsWith("latent::labelled: 5 labels given for 2 observations"));
    const std::vector<Index> wrong{0, -2, 0, 0, 0};
    CHECK_THROWS_WITH(labelled(x, wrong), StartsWith("latent::labelled: labels[1] is -2"));
    CHECK_THROWS_WITH(ComponentPrior(Eigen::MatrixXd{{0.5, -1}}),
                      StartsWith("latent::ComponentPrior: observation 1 has a probability of -1"));
    CHECK_THROWS_WITH(ComponentPrior(Eigen::MatrixXd{{0.5, 0}}),
                      StartsWith("latent::ComponentPrior: observation 1 has the probability 0"));
    const ComponentPrior prior(Eigen::MatrixXd::Ones(2, 3));
    CHECK_THROWS_WITH(with_prior(x, prior), StartsWith("latent::with_prior: the prior has 3 columns for 5"));
    CHECK_THROWS_WITH(detail::require_known("Owner", labelled(x, labels), 2),
                      StartsWith("latent::Owner: the label of observation 4 is 2"));
    const ComponentPrior five(Eigen::MatrixXd::Ones(2, 5));
    CHECK_THROWS_WITH(detail::require_known("Owner", with_prior(x, five), 3),
                      StartsWith("latent::Owner: the observations' prior is of 2 components, expected 3"));
    CHECK(detail::has_labels(Blocks<double>(labelled(with_missing(x), labels), 2)));
}

TEST_CASE("log-densities with what is known of the components") {
    Panel<double> p;
    p.resize(2, 3);
    for (Index k = 0; k < 3; ++k) p(0, k) = p(1, k) = static_cast<double>(-k);
    const ComponentPrior prior(Eigen::MatrixXd{{1, 1, 1, 1, 2}, {1, 1, 1, 1, 0}, {1, 1, 1, 1, 4}});
    detail::add_known(with_prior(labelled(x, labels), prior), p, [](Index row) { return 3 + row; });
    CHECK((p(0, 0) == 0 && p(0, 1) == -1 && p(0, 2) == -2));
    CHECK((std::isinf(p(1, 0)) && std::isinf(p(1, 1)) && p(1, 2) == -2 + std::log(4.0)));
}

TEST_CASE("observations of one pattern are put together, with all that is known of them") {
    const Eigen::VectorXd weights{{1, 2, 3, 4, 5}};
    const ComponentPrior prior(Eigen::MatrixXd{{1, 2, 3, 4, 5}});
    const auto sorted = detail::by_pattern(
        with_prior(labelled(with_missing(weighted(x, weights)), labels), prior).middle(0, 5));
    REQUIRE(sorted.cols() == 5);
    for (Index i = 0; i < 5; ++i) {
        const Index from = sorted.place(0, i);
        CAPTURE(i, from);
        CHECK(sorted.number(i) == from);
        for (Index j = 0; j < 2; ++j)
            CHECK((sorted(j, i) == x(j, from) || (std::isnan(sorted(j, i)) && std::isnan(x(j, from)))));
        CHECK(sorted.weight(i) == weights(from));
        CHECK(sorted.labels()[i] == labels[static_cast<std::size_t>(from)]);
        CHECK(sorted.log_prior()[i] == std::log(static_cast<double>(from + 1)));
    }
    CHECK((sorted.place(0, 0) == 0 && sorted.place(0, 1) == 3));  // complete ones first, in their order
    CHECK((sorted.place(0, 2) == 1 && sorted.place(0, 3) == 4));
    const Eigen::MatrixXd complete{{1, 2}, {3, 4}};
    CHECK(detail::by_pattern(with_missing(complete)).data() == complete.data());
    CHECK(detail::by_pattern(Observations<double>(x)).data() == x.data());
}
