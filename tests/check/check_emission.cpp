// check_emission: a family with every refinement holds all properties, and every mistake is found by the one that it breaks.
#include "latent/check/check_emission.hpp"

#include <sstream>

#include "catch.hpp"

namespace {

using latent::Index, latent::Panel, latent::Random;

/// K exponential densities of waiting times in one dimension, by hand: p(x | k) = λ_k exp(−λ_k x).
struct Waiting {
    Eigen::VectorXd rates;

    using Scalar = double;
    struct Statistics {
        Eigen::VectorXd count, sum;
        static constexpr auto fields() { return std::tuple{&Statistics::count, &Statistics::sum}; }
    };
    Index size() const { return rates.size(); }
    Index dimension() const { return 1; }
    Statistics zero_statistics() const {
        return {Eigen::VectorXd::Zero(size()), Eigen::VectorXd::Zero(size())};
    }
    void log_density(const Panel<double>& x, Panel<double>& out) const {
        out.resize(x.size(), size());
        for (Index k = 0; k < size(); ++k)
            for (Index i = 0; i < x.padded(); ++i) out(i, k) = std::log(rates(k)) - rates(k) * x(i, 0);
    }
    void accumulate(const Panel<double>& x, const Panel<double>& r, Statistics& s) const {
        for (Index k = 0; k < size(); ++k)
            for (Index i = 0; i < x.size(); ++i) s.count(k) += r(i, k), s.sum(k) += r(i, k) * x(i, 0);
    }
    void maximize(const Statistics& s) {
        for (Index k = 0; k < size(); ++k)
            if (s.count(k) > 0) rates(k) = s.count(k) / s.sum(k);
    }
    double expected_log_density(const Statistics& s) const {
        return (s.count.array() * rates.array().log() - rates.array() * s.sum.array()).sum();
    }
    Index parameters() const { return size(); }
    bool all_equal() const { return (rates.array() == rates(0)).all(); }
    void sample(Index k, Random& random, double* x) const { *x = -std::log1p(-random.uniform()) / rates(k); }
    Index coordinates() const { return size(); }
    void to_vector(std::span<double> v) const {
        for (Index k = 0; k < size(); ++k) v[static_cast<std::size_t>(k)] = std::log(rates(k));
    }
    void from_vector(std::span<const double> v) {
        for (Index k = 0; k < size(); ++k) rates(k) = std::exp(v[static_cast<std::size_t>(k)]);
    }
    void check(const latent::Observations<double>& x) const {
        for (Index i = 0; i < x.cols(); ++i)
            latent::detail::require(x(0, i) >= 0, "Waiting: a time is ", x(0, i));
    }
};

const Waiting waiting{Eigen::Vector2d(0.5, 3)};

Eigen::MatrixXd times() {
    Random random(4);
    return latent::Mixture<Waiting>(waiting).sample(100, random);
}

/// The property does not hold, and the report says what was found.
template <class E>
void check_finds(const E& emission, const std::string& property, const std::string& sentence) {
    const Eigen::MatrixXd x = times();
    const auto report = latent::check_emission(emission, x);
    INFO(report);
    CHECK(report.found(property));
    std::ostringstream printed;
    printed << report;
    CHECK_THAT(printed.str(), ContainsSubstring(sentence));
}

// Waiting times with one mistake each.

struct WrongSign : Waiting {
    void log_density(const Panel<double>& x, Panel<double>& out) const {
        Waiting::log_density(x, out);
        for (Index i = 0; i < x.padded(); ++i) out(i, 0) = std::log(rates(0)) + rates(0) * x(i, 0);
    }
};
struct NotANumber : Waiting {
    void log_density(const Panel<double>& x, Panel<double>& out) const {
        Waiting::log_density(x, out);
        out(0, 1) = std::nan("");
    }
};
struct Unresized : Waiting {
    void log_density(const Panel<double>& x, Panel<double>& out) const {
        Waiting::log_density(x, out);
        out.resize(x.padded(), size());
    }
};
/// Reads the next observation, which for the last one is filler.
struct Neighbour : Waiting {
    void log_density(const Panel<double>& x, Panel<double>& out) const {
        Waiting::log_density(x, out);
        for (Index i = 0; i + 1 < x.padded(); ++i) out(i, 0) -= 1e-3 * x(i + 1, 0);
    }
};
struct Counting : Waiting {
    void accumulate(const Panel<double>& x, const Panel<double>& r, Statistics& s) const {
        Waiting::accumulate(x, r, s);
        s.count.array() += static_cast<double>(x.size());
    }
};
struct SquaredWeight : Waiting {
    void accumulate(const Panel<double>& x, const Panel<double>& r, Statistics& s) const {
        for (Index k = 0; k < size(); ++k)
            for (Index i = 0; i < x.size(); ++i)
                s.count(k) += r(i, k), s.sum(k) += r(i, k) * r(i, k) * x(i, 0);
    }
};
struct Assigning : Waiting {
    void accumulate(const Panel<double>& x, const Panel<double>& r, Statistics& s) const {
        s = zero_statistics();
        Waiting::accumulate(x, r, s);
    }
};
struct DividesByZero : Waiting {
    void maximize(const Statistics& s) { rates = s.count.array() / s.sum.array(); }
};
struct Constant : Waiting {  // forgets log λ
    double expected_log_density(const Statistics& s) const { return -rates.dot(s.sum); }
};
struct Inverse : Waiting {
    void maximize(const Statistics& s) {
        for (Index k = 0; k < size(); ++k)
            if (s.count(k) > 0) rates(k) = s.sum(k) / s.count(k);
    }
};
struct SamplesScale : Waiting {  // takes the rate for a scale
    void sample(Index k, Random& random, double* x) const { *x = -std::log1p(-random.uniform()) * rates(k); }
};
struct SamplesFirst : Waiting {
    void sample(Index, Random& random, double* x) const { Waiting::sample(0, random, x); }
};
struct SamplesNegative : Waiting {
    void sample(Index k, Random& random, double* x) const {
        Waiting::sample(k, random, x);
        *x -= 0.01;
    }
};
struct TooFew : Waiting {
    Index coordinates() const { return size() + 1; }
};
struct AllTheSame : Waiting {
    bool all_equal() const { return rates.size() == 2; }
};
struct Forgets : Waiting {  // from_vector leaves one as it was
    void from_vector(std::span<const double> v) { rates(0) = std::exp(v[0]); }
};

/// Gaussian, with mistakes about components that collapse.
struct Careless : latent::Gaussian<latent::Diagonal> {
    using Gaussian::Gaussian;
    double share(Index) const { return 1; }
    bool floor_variances(Index, const Eigen::VectorXd&) { return true; }
    void remove(Index) { Gaussian::remove(size() - 1); }
    std::optional<latent::Cause> collapse_cause(Index k, const Eigen::VectorXd& floor) const {
        if (floor.size() > 0) return Gaussian::collapse_cause(k, floor);
        return k == 0 ? std::nullopt : std::optional(latent::Cause::singular_covariance);
    }
};

latent::Gaussian<latent::Diagonal> gaussian() {
    return {Eigen::MatrixXd{{0, 4, 1}, {0, 1, 5}},
            std::vector<Eigen::MatrixXd>{Eigen::Vector2d(1, 0.7).asDiagonal(),
                                         Eigen::Vector2d(0.8, 1.2).asDiagonal(),
                                         Eigen::Vector2d(1.5, 0.6).asDiagonal()}};
}

}  // namespace

TEST_CASE("a family of one's own and one of the library hold all properties") {
    const Eigen::MatrixXd x = times();
    const auto report = latent::check_emission(waiting, x);
    INFO(report);
    CHECK(report.ok());
    CHECK(report.held().size() > 30);
    Random random(5);
    const Eigen::MatrixXd y = latent::Mixture(gaussian()).sample(100, random);
    const auto collapsible = latent::check_emission(gaussian(), y);
    INFO(collapsible);
    CHECK(collapsible.ok());
    CHECK(collapsible.not_asked().empty());
}

TEST_CASE("mistakes of densities are found") {
    check_finds(WrongSign{waiting}, "log_density and expected_log_density have the same gradient",
                "along coordinate 0 the sum of r log p(x | k) has the slope");
    check_finds(NotANumber{waiting}, "log-densities are numbers", "of observation 0, component 1, is nan");
    check_finds(Unresized{waiting}, "log_density and accumulate can be called",
                "log_density makes `out` 104 × 2, expected n × K = 100 × 2");
    check_finds(Neighbour{waiting}, "log-densities do not depend on the block",
                "in blocks of 1 observations");
}

TEST_CASE("mistakes of statistics are found") {
    check_finds(Counting{waiting}, "weights of zero add nothing", "field 0 of the statistics, number 0 is");
    check_finds(SquaredWeight{waiting}, "a weight is a factor", "with weights twice as large field 1");
    check_finds(Assigning{waiting}, "blocks add up", "in blocks of 7 observations field 0");
}

TEST_CASE("mistakes of the M-step of an emission are found") {
    check_finds(DividesByZero{waiting}, "components without weight keep their parameters",
                "is nan, expected");
    check_finds(Constant{waiting}, "log_density and expected_log_density have the same gradient",
                "along coordinate");
    check_finds(Inverse{waiting}, "maximize(s) does not lower expected_log_joint(s)", "Mixture<");
    check_finds(Forgets{waiting}, "coordinates there and back are the same model", "Mixture<");
}

TEST_CASE("mistakes of draws and coordinates are found") {
    check_finds(SamplesScale{waiting}, "draws follow the density",
                "over 1000 draws of component 0 the slope");
    check_finds(SamplesFirst{waiting}, "draws follow the density",
                "over 1000 draws of component 1 the slope");
    check_finds(SamplesNegative{waiting}, "draws are observations", "it threw \"Waiting: a time is -0.0");
    check_finds(TooFew{waiting}, "coordinates() numbers are written", "leaves number 2");
    check_finds(AllTheSame{waiting}, "all_equal() means the same", "all_equal() is true, but");
}

TEST_CASE("mistakes about components that collapse are found") {
    Random random(5);
    const Eigen::MatrixXd x = latent::Mixture(gaussian()).sample(60, random);
    Careless careless(3, 2);
    std::vector<double> v(static_cast<std::size_t>(gaussian().coordinates()));
    gaussian().to_vector(v);
    careless.from_vector(v);
    const auto report = latent::check_emission(careless, x);
    INFO(report);
    CHECK(report.found("shares sum to one"));
    CHECK(report.found("collapse_cause names what is wrong, and nothing else"));
    CHECK(report.found("a raised component is above the floor"));
    CHECK(report.found("remove(k) leaves the others as they are"));
    CHECK(report.findings().size() == 4);
}

TEST_CASE("observations that the emission does not take are refused") {
    const Eigen::MatrixXd none(1, 0), wide = Eigen::MatrixXd::Ones(2, 5),
                                      negative = -Eigen::MatrixXd::Ones(1, 5);
    CHECK_THROWS_WITH(latent::check_emission(waiting, none),
                      "latent::check_emission: there are no observations");
    CHECK_THROWS_WITH(latent::check_emission(waiting, wide),
                      ContainsSubstring("have 2 rows, expected d = 1"));
    CHECK_THROWS_WITH(latent::check_emission(waiting, negative), "Waiting: a time is -1");
}
