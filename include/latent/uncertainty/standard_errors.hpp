// Standard errors of every estimate: how far each parameter could be from the truth for chance alone.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <iomanip>
#include <limits>
#include <numbers>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "latent/core/bisection.hpp"
#include "latent/uncertainty/natural_parameters.hpp"
#include "latent/uncertainty/observed_information.hpp"

namespace latent {

/// Parameters that the data do not tell from others beside them, together: along some direction the likelihood has no
/// maximum that a normal distribution could describe.
struct Unidentified {
    enum class Reason {
        no_information,  ///< even complete data would say nothing: a probability at its boundary, an empty component
        flat,            ///< the likelihood does not change: it is what is hidden that told them apart
        rising,          ///< the likelihood rises on both sides: this is no maximum
    };
    Reason reason;
    std::vector<std::string> parameters;  ///< those that change along the direction, the most first
};

inline std::ostream& operator<<(std::ostream& out, const Unidentified& direction) {
    using enum Unidentified::Reason;
    out << (direction.reason == no_information ? "no information on (a boundary, or an empty component): "
            : direction.reason == flat         ? "the likelihood is flat along a change of: "
                                               : "no maximum, the likelihood rises along a change of: ");
    const std::size_t shown = std::min<std::size_t>(direction.parameters.size(), 6);
    for (std::size_t i = 0; i < shown; ++i) out << (i > 0 ? ", " : "") << direction.parameters[i];
    if (shown < direction.parameters.size()) out << " and " << direction.parameters.size() - shown << " more";
    return out;
}

namespace detail {

/// z with Φ(z) = (1 + level) / 2.
inline double normal_deviate(const char* function, double level) {
    require(level > 0 && level < 1, "latent::", function, ": level is ", level,
            ", expected a number between 0 and 1");
    return least_double([&](double z) { return std::erfc(z / std::numbers::sqrt2) <= 1 - level; }, 0, 40);
}

/// A line a parameter: its estimate, the error, and an interval, m × 2.
inline void write_estimates(std::ostream& out, const NaturalParameters& parameters,
                            const Eigen::VectorXd& errors, const Eigen::MatrixXd& interval) {
    std::size_t width = 9;
    for (const std::string& name : parameters.names) width = std::max(width, name.size());
    std::ostringstream table;
    table << std::setprecision(6) << std::left << std::setw(static_cast<int>(width)) << "parameter"
          << std::right << std::setw(14) << "estimate"
          << "  ± " << std::setw(12) << "error" << std::setw(14) << "from" << std::setw(14) << "to" << '\n';
    for (Index j = 0; j < errors.size(); ++j) {
        table << std::left << std::setw(static_cast<int>(width))
              << parameters.names[static_cast<std::size_t>(j)] << std::right << std::setw(14)
              << parameters.values(j) << "  ± ";
        if (std::isfinite(errors(j)))
            table << std::setw(12) << errors(j) << std::setw(14) << interval(j, 0) << std::setw(14)
                  << interval(j, 1) << '\n';
        else
            table << std::setw(12) << "unknown" << '\n';
    }
    out << table.str();
}

}  // namespace detail

/// Estimates with their standard errors, all of parameters that the fit was free to choose. No number is a NaN.
struct StandardErrors {
    NaturalParameters estimates{};  ///< names and values, m of them
    Eigen::VectorXd errors{};  ///< m; ∞ for a parameter that changes along a direction in `unidentified`
    Eigen::MatrixXd covariance{};  ///< m × m; of what is identified, but for the ∞ on its diagonal
    std::vector<Unidentified> unidentified{};  ///< empty as a rule: else what the data do not say
    std::vector<std::string>
        held{};  ///< parameters of these kinds that stayed where they were: at zero, or given
    /// Fractions of missing information, the largest first: the eigenvalues of the EM map's derivative (Dempster, Laird &
    /// Rubin 1977). The first is the rate at which EM converges.
    Eigen::VectorXd missing{};
    double distance =
        0;  ///< to the maximum, by one Newton step, in standard errors: 0 after a fit that converged
    Index evaluations = 0;  ///< E-steps made

    /// Wald's intervals, estimate ± z · error, z that of the level: m × 2. They are not cut at boundaries. Throws
    /// std::invalid_argument unless 0 < level < 1.
    Eigen::MatrixXd interval(double level = 0.95) const {
        const double z = detail::normal_deviate("StandardErrors::interval", level);
        Eigen::MatrixXd result(errors.size(), 2);
        for (Index j = 0; j < errors.size(); ++j) {
            result(j, 0) = estimates.values(j) - z * errors(j);
            result(j, 1) = estimates.values(j) + z * errors(j);
        }
        return result;
    }
    /// The error of a parameter. Throws std::invalid_argument where there is none of this name.
    double error(const std::string& name) const {
        const auto found = std::find(estimates.names.begin(), estimates.names.end(), name);
        detail::require(found != estimates.names.end(),
                        "latent::StandardErrors::error: there is no parameter '", name, "'");
        return errors(found - estimates.names.begin());
    }
};

/// A line a parameter, with its 95 % interval; then what is not identified.
inline std::ostream& operator<<(std::ostream& out, const StandardErrors& errors) {
    detail::write_estimates(out, errors.estimates, errors.errors, errors.interval());
    for (const Unidentified& direction : errors.unidentified) out << direction << '\n';
    if (errors.distance > 0.1)
        out << "not yet at the maximum: it is " << errors.distance << " standard errors away\n";
    return out;
}

namespace detail {

/// The inverse of the observed information in its axes, and the directions of which it has none.
struct InvertedInformation {
    using Matrix = Eigen::MatrixXd;
    Eigen::MatrixXd covariance;                ///< r × r, of what is identified
    Eigen::MatrixXd flat;                      ///< r × f, unit vectors
    std::vector<Unidentified::Reason> reason;  ///< f
    Eigen::VectorXd missing;                   ///< r fractions
    double distance = 0;                       ///< to the maximum
};

// (What is a template here without need is one so that only its callers compile it.)

template <class Information>
InvertedInformation inverted(const Information& information) {
    const auto own = eigensystem(information.missing);
    const auto r = own.values.size();
    const double nothing = 1e-7 + 10 * information.asymmetry;  // as far as information is known
    InvertedInformation result{Eigen::MatrixXd::Zero(r, r), Eigen::MatrixXd(r, 0), {}, own.values, 0};
    for (Index k = 0; k < r; ++k) {
        const double left = 1 - own.values(k);
        const auto direction = own.vectors.col(k);
        if (left > nothing) {
            result.covariance += direction * direction.transpose() / left;
        } else {
            result.reason.push_back(left < -nothing ? Unidentified::Reason::rising
                                                    : Unidentified::Reason::flat);
            result.flat.conservativeResize(r, result.flat.cols() + 1);
            result.flat.rightCols(1) = direction;
        }
    }
    const auto& score = information.score;
    result.distance = std::sqrt(std::max(0.0, score.dot(result.covariance * score)));
    return result;
}

/// How all natural parameters change along the axes, and along the directions that nothing is known of.
struct NaturalSlopes {
    NaturalParameters parameters;
    Eigen::MatrixXd known, unknown;
};

template <class M, class F>
NaturalSlopes natural_slopes(const M& model, const ObservedInformation& information, const F& natural) {
    constexpr double small = 1e-3 / differencing_step;  // as their length is one of the coordinates'
    NaturalSlopes result{natural(model), {}, {}};
    const Index m = result.parameters.values.size();
    const auto values = [&](const M& at) {
        Eigen::VectorXd moved = natural(at).values;
        require(moved.size() == m, "latent::standard_errors: a model beside this one has ", moved.size(),
                " numbers, but this one ", m);
        return moved;
    };
    Surroundings<M> near(model);
    near.axes = information.axes;
    result.known = near.derivatives(values, m);
    near.axes = small * information.unknown;
    result.unknown = near.derivatives(values, m) / small;
    return result;
}

/// Builds StandardErrors of what changes with the coordinates.
template <class Slopes, class Inverse, class Errors>
class ErrorsOf {
  public:
    ErrorsOf(const Slopes& slopes, const Inverse& inverse) {
        const typename Inverse::Matrix all = slopes.known * inverse.covariance * slopes.known.transpose();
        for (Index j = 0; j < slopes.known.rows(); ++j)
            if (moves(slopes.known, j) || moves(slopes.unknown, j)) free_.push_back(j);
        result_.estimates.values = slopes.parameters.values(free_);
        for (const Index j : free_)
            result_.estimates.names.push_back(slopes.parameters.names[static_cast<std::size_t>(j)]);
        hold(slopes.parameters.names);
        result_.covariance = all(free_, free_);
        result_.errors = result_.covariance.diagonal().cwiseMax(0).cwiseSqrt();
        result_.missing = inverse.missing;
        result_.distance = inverse.distance;
        say_unidentified(slopes, inverse);
    }
    Errors result() && { return std::move(result_); }

  private:
    /// Whether row j is not all zero, of a matrix that may have no columns.
    static bool moves(const Eigen::MatrixXd& slopes, Index j) {
        for (Index k = 0; k < slopes.cols(); ++k)
            if (slopes(j, k) != 0) return true;
        return false;
    }
    static std::string kind_of(const std::string& name) { return name.substr(0, name.find('[')); }
    /// What did not change, of the kinds of which something did.
    void hold(const std::vector<std::string>& names) {
        std::set<std::string> free(result_.estimates.names.begin(), result_.estimates.names.end()), kinds;
        for (const std::string& name : free) kinds.insert(kind_of(name));
        for (const std::string& name : names)
            if (!free.contains(name) && kinds.contains(kind_of(name))) result_.held.push_back(name);
    }
    void say_unidentified(const Slopes& slopes, const Inverse& inverse) {
        const Eigen::VectorXd known = slopes.known(free_, Eigen::all).rowwise().norm();
        const typename Inverse::Matrix unknown = slopes.unknown(free_, Eigen::all).cwiseAbs();
        const typename Inverse::Matrix flat = (slopes.known(free_, Eigen::all) * inverse.flat).cwiseAbs();
        for (Index k = 0; k < unknown.cols(); ++k)
            say(Unidentified::Reason::no_information, unknown.col(k), 0.1 * known);
        for (Index k = 0; k < flat.cols(); ++k)
            say(inverse.reason[static_cast<std::size_t>(k)], flat.col(k), 0.01 * known);
    }
    /// Parameters whose changes along a direction are more than what would not matter.
    void say(Unidentified::Reason reason, const Eigen::VectorXd& change, const Eigen::VectorXd& immaterial) {
        std::vector<Index> moved;
        for (Index j = 0; j < change.size(); ++j)
            if (change(j) > immaterial(j)) moved.push_back(j);
        std::stable_sort(moved.begin(), moved.end(), [&](Index i, Index j) { return change(i) > change(j); });
        Unidentified direction{reason, {}};
        for (const Index j : moved) {
            direction.parameters.push_back(result_.estimates.names[static_cast<std::size_t>(j)]);
            result_.errors(j) = result_.covariance(j, j) = std::numeric_limits<double>::infinity();
        }
        result_.unidentified.push_back(std::move(direction));
    }

    std::vector<Index> free_;
    Errors result_;
};

template <class M, class F>
StandardErrors errors_of(const M& model, const ObservedInformation& information,
                         const InvertedInformation& inverse, const F& natural) {
    StandardErrors result = ErrorsOf<NaturalSlopes, InvertedInformation, StandardErrors>(
                                natural_slopes(model, information, natural), inverse)
                                .result();
    result.evaluations = information.evaluations;
    return result;
}

struct SavedNumbers {
    template <class M>
    NaturalParameters operator()(const M& model) const {
        return natural_parameters(model);
    }
};

}  // namespace detail

/// Standard errors of all natural parameters (natural_parameters) of a fitted model, from the observed information of its
/// data (observed_information) by the delta method: errors² = the diagonal of G I⁻¹ Gᵀ, G how the parameters change with
/// the coordinates. Or of what a function says of a model, natural(model) → NaturalParameters, such as a stationary
/// distribution. They hold for many observations and a maximum inside the parameters' space. Where the information is
/// singular the parameters are named, and their errors are ∞.
///
/// Throws what observed_information does. Time: 4 p + 1 E-steps for p free parameters.
template <Vectorizable M, class Data, Execution X = Sequential, class F = detail::SavedNumbers>
StandardErrors standard_errors(const M& model, const Data& data, const X& execution = {},
                               const F& natural = {}) {
    const ObservedInformation information = observed_information(model, data, execution);
    return detail::errors_of(model, information, detail::inverted(information), natural);
}

}  // namespace latent
