// Cases that other software computed: their files, the models in them, and fits that make the same iterations.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "latent/data/csv.hpp"
#include "latent/emission/bernoulli.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/gamma.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/emission/product.hpp"
#include "latent/emission/von_mises.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"

namespace reference {

using namespace latent;

/// One folder of files without headers, a matrix row a line; read_csv hands a line back as a column.
struct Folder {
    std::filesystem::path path;

    explicit Folder(const std::filesystem::path& name)
        : path(std::filesystem::path(LATENT_TEST_DATA) / name) {}

    std::filesystem::path file(const std::string& what) const { return path / (what + ".csv"); }
    Eigen::MatrixXd read(const std::string& what, const CsvOptions& options = {}) const {
        return read_csv(file(what), options).values;
    }
    /// One value a line.
    Eigen::VectorXd column(const std::string& what) const {
        const Eigen::MatrixXd values = read(what);
        REQUIRE(values.rows() == 1);
        return values.row(0).transpose();
    }
    std::vector<Index> whole(const std::string& what) const {
        const Eigen::VectorXd values = column(what);
        REQUIRE(values == values.array().round().matrix());
        std::vector<Index> numbers;
        for (const double value : values) numbers.push_back(static_cast<Index>(value));
        return numbers;
    }
    /// Each number as the file has it, but for `precision` times its size or, where that is less than 1, for `precision`.
    void check_near(const Eigen::MatrixXd& value, const std::string& what, double precision = 1e-9) const {
        CAPTURE(file(what));
        const Eigen::ArrayXXd expected = read(what).array();
        REQUIRE(value.rows() == expected.rows());
        REQUIRE(value.cols() == expected.cols());
        const Eigen::ArrayXXd error = (value.array() - expected).abs() / expected.abs().max(1);
        CHECK(error.maxCoeff<Eigen::PropagateNaN>() < precision);
    }
};

/// A folder with the data of a fit and its log-likelihoods, of the start and after each iteration.
struct Case : Folder {
    Eigen::MatrixXd x;
    Eigen::VectorXd trace = column("loglik");

    explicit Case(const std::filesystem::path& name, const CsvOptions& cells = {},
                  const std::string& data = "X")
        : Folder(name), x(read(data, cells)) {}

    /// Exactly as many iterations as the reference made, each as good.
    template <class MStep = MaximumLikelihood<NoRemedy>, class M, class Data, class Execution = Sequential>
    Result<M> fit(const M& start, const Data& data, const Execution& execution = {}) const {
        const ExpectationMaximization<Batch<>, MStep, Execution> em{
            {}, {}, execution, {}, Aitken{0}, {.iterations = static_cast<int>(trace.size()) - 1}, {}};
        const auto result = em.fit(start, data);
        CHECK(result.status == Status::iteration_limit);
        CHECK(result.events.empty());
        REQUIRE(std::ssize(result.trace) == trace.size());
        for (Index t = 0; t < trace.size(); ++t) {
            CAPTURE(path, t);
            CHECK_THAT(result.trace[static_cast<std::size_t>(t)], WithinRel(trace(t), 1e-9));
        }
        check_as_on_x86_64(result.trace);
        return result;
    }

  private:
    /// Every platform has the log-likelihoods that x86-64 had, but for rounding. Where LATENT_TEST_RECORD is set they are kept.
    void check_as_on_x86_64(const std::vector<double>& own) const {
        if (std::getenv("LATENT_TEST_RECORD")) {
            std::ofstream kept(file("loglik_x86_64"));
            kept.precision(std::numeric_limits<double>::max_digits10);
            for (const double value : own) kept << value << '\n';
        }
        const Eigen::VectorXd there = column("loglik_x86_64");
        REQUIRE(std::ssize(own) == there.size());
        const Eigen::Map<const Eigen::VectorXd> here(own.data(), there.size());
        const Eigen::ArrayXd error = (here - there).array().abs() / there.array().abs();
        constexpr double precision = 1e-12;  // measured: see docs/platforms.md
        CAPTURE(path);
        CHECK(error.maxCoeff<Eigen::PropagateNaN>() / precision < 1);
    }
};

/// The files of an emission's parameters: a prefix, the parameter's name, and "0" at the start of a fit or "" at its end.
struct Files {
    const Folder& folder;
    std::string prefix = "", suffix = "";

    Eigen::MatrixXd read(const char* what) const { return folder.read(prefix + what + suffix); }
};

template <class E>
using Type = std::type_identity<E>;

// Each family as its files have it, and the files as they would have it.

using Parameters = std::vector<std::pair<std::string, Eigen::MatrixXd>>;

inline Poisson<> from(const Files& files, Type<Poisson<>>) { return Poisson<>(files.read("rates")); }
inline Parameters parameters(const Poisson<>& e) { return {{"rates", e.rates()}}; }

inline Categorical<> from(const Files& files, Type<Categorical<>>) {
    return Categorical<>(files.read("emission"));
}
inline Parameters parameters(const Categorical<>& e) { return {{"emission", e.probabilities()}}; }

inline Bernoulli<> from(const Files& files, Type<Bernoulli<>>) {
    return Bernoulli<>(files.read("probabilities"));
}
inline Parameters parameters(const Bernoulli<>& e) { return {{"probabilities", e.probabilities()}}; }

inline Gamma<> from(const Files& files, Type<Gamma<>>) { return {files.read("shapes"), files.read("rates")}; }
inline Parameters parameters(const Gamma<>& e) { return {{"shapes", e.shapes()}, {"rates", e.rates()}}; }

inline VonMises<> from(const Files& files, Type<VonMises<>>) {
    return {files.read("directions"), files.read("concentrations")};
}
inline Parameters parameters(const VonMises<>& e) {
    return {{"directions", e.directions()}, {"concentrations", e.concentrations()}};
}

/// Covariances one below the other, K of them though they be one that is shared.
template <class Covariance>
Gaussian<Covariance> from(const Files& files, Type<Gaussian<Covariance>>) {
    const Eigen::MatrixXd means = files.read("means"), stacked = files.read("covariances");
    std::vector<Eigen::MatrixXd> covariances;
    for (Index k = 0; k < (Covariance::shared ? 1 : means.cols()); ++k)
        covariances.push_back(stacked.middleCols(k * means.rows(), means.rows()));
    return {means, covariances};
}
template <class Covariance>
Parameters parameters(const Gaussian<Covariance>& e) {
    const Index d = e.dimension();
    Eigen::MatrixXd stacked(d, e.size() * d);
    for (Index k = 0; k < e.size(); ++k) stacked.middleCols(k * d, d) = e.covariance(k);
    return {{"means", e.means()}, {"covariances", stacked}};
}

inline std::string block_prefix(std::size_t b) { return "block" + std::to_string(b + 1) + "."; }

template <class... E>
Product<E...> from(const Files& files, Type<Product<E...>>) {
    std::size_t b = 0;
    const auto next = [&] { return Files{files.folder, block_prefix(b++), files.suffix}; };
    return std::make_from_tuple<Product<E...>>(std::tuple<E...>{from(next(), Type<E>{})...});
}
template <class... E>
Parameters parameters(const Product<E...>& e) {
    Parameters all;
    e.for_each([&](const auto& block, Index, auto b) {
        for (const auto& [what, value] : parameters(block)) all.emplace_back(block_prefix(b) + what, value);
    });
    return all;
}

// The models of a folder.

template <class E>
E emission(const Folder& folder, const std::string& suffix) {
    return from(Files{folder, "", suffix}, Type<E>{});
}
template <class E>
Mixture<E> mixture(const Folder& folder, const std::string& suffix) {
    return {folder.column("weights" + suffix), emission<E>(folder, suffix)};
}
template <class E>
HiddenMarkovModel<E> hidden_markov_model(const Folder& folder, const std::string& suffix) {
    return {folder.column("initial" + suffix), folder.read("transition" + suffix).transpose(),
            emission<E>(folder, suffix)};
}

// A model near that at the end of a fit.

template <class E>
void check_near(const E& emission, const Files& files, double precision = 1e-9) {
    const Parameters all = parameters(emission);
    for (const auto& [what, value] : all)
        files.folder.check_near(value, files.prefix + what + files.suffix, precision);
}
template <class E>
void check_near(const Mixture<E>& fit, const Folder& folder, double precision = 1e-9) {
    folder.check_near(fit.weights().transpose(), "weights", precision);
    check_near(fit.emission(), Files{folder}, precision);
}
template <class E>
void check_near(const HiddenMarkovModel<E>& fit, const Folder& folder, double precision = 1e-9) {
    folder.check_near(fit.initial().transpose(), "initial", precision);
    folder.check_near(fit.transition().transpose(), "transition", precision);
    check_near(fit.emission(), Files{folder}, precision);
}

}  // namespace reference
