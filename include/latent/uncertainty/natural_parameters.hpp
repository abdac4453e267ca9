// A model's parameters as people know them: each number with its name.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "latent/core/concepts.hpp"
#include "latent/save/describe.hpp"

namespace latent {

/// Numbers and what they are called: "weights[1]", "means[0][1]", the component first, as they stand in files of `save`.
struct NaturalParameters {
    std::vector<std::string> names{};
    Eigen::VectorXd values{};
};

namespace detail {

/// All numbers in a value that is to be saved, by their places in it. Whole numbers and truth values are no estimates.
class NaturalNumbers {
  public:
    std::vector<std::string> names;
    std::vector<double> values;

    void add(const std::string& name, double value) {
        names.push_back(name);
        values.push_back(value);
    }
    void add(const std::string& name, const SavedValue& value) {
        if (const auto* number = value.get<double>()) add(name, *number);
        if (const auto* numbers = value.get<std::vector<double>>())
            for (std::size_t i = 0; i < numbers->size(); ++i) add(indexed(name, i), (*numbers)[i]);
        if (const auto* list = value.get<SavedList>()) add_list(name, *list);
        if (const auto* parts = value.get<SavedParts>())
            for (const auto& [part, inner] : *parts) {
                std::string whole = name;
                if (!name.empty()) whole += '.';
                add(whole += part, inner);
            }
    }

    /// Names lose the names of the parts that they stand in, where they stay different without.
    void shorten() {
        std::vector<std::string> brief;
        for (const std::string& name : names) brief.push_back(without_parts(name));
        std::vector<std::string> sorted = brief;
        std::sort(sorted.begin(), sorted.end());
        for (std::size_t i = 0; i < names.size(); ++i) {
            const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), brief[i]);
            if (last - first == 1) names[i] = brief[i];
        }
    }

  private:
    static std::string indexed(const std::string& name, std::size_t i) {
        return name + "[" + std::to_string(i) + "]";
    }
    /// Of a symmetric matrix, such as a covariance, one half: the lower one. (A matrix of probabilities is never taken
    /// for one: it stands by itself, and not in a list.)
    void add_list(const std::string& name, const SavedList& list) {
        for (std::size_t i = 0; i < list.size(); ++i) {
            const auto* inner = list[i].get<SavedList>();
            if (inner && symmetric(*inner)) {
                for (std::size_t r = 0; r < inner->size(); ++r)
                    for (std::size_t c = 0; c <= r; ++c)
                        add(indexed(indexed(indexed(name, i), r), c),
                            (*(*inner)[r].get<std::vector<double>>())[c]);
            } else {
                add(indexed(name, i), list[i]);
            }
        }
    }
    static bool symmetric(const SavedList& matrix) {
        for (const SavedValue& row : matrix) {
            const auto* numbers = row.get<std::vector<double>>();
            if (!numbers || numbers->size() != matrix.size()) return false;
        }
        const auto at = [&](std::size_t i, std::size_t j) {
            return (*matrix[i].get<std::vector<double>>())[j];
        };
        for (std::size_t i = 0; i < matrix.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                if (at(i, j) != at(j, i)) return false;
        return true;
    }
    /// "emission.means[0][1]" → "means[0][1]", "emission.blocks[1].rates[0]" → "blocks[1].rates[0]".
    static std::string without_parts(const std::string& name) {
        std::size_t begin = 0;
        for (std::size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', begin)) {
            if (name.substr(begin, dot - begin).find('[') != std::string::npos) break;
            begin = dot + 1;
        }
        return name.substr(begin);
    }
};

}  // namespace detail

/// All numbers that `save` would write of the model, and, where its components have covariances, "deviations[k][j]", the
/// square roots of these on the diagonal. Of symmetric matrices the lower half.
template <Savable M>
NaturalParameters natural_parameters(const M& model) {
    detail::NaturalNumbers numbers;
    numbers.add("", detail::describe(model));
    if constexpr (WithEmission<const M>) {
        const auto& emission = model.emission();
        if constexpr (WithCovariances<std::remove_cvref_t<decltype(emission)>>) {
            for (Index k = 0; k < emission.size(); ++k) {
                const Eigen::MatrixXd covariance = emission.covariance(k);
                for (Index j = 0; j < covariance.rows(); ++j)
                    if (std::isfinite(covariance(j, j)))  // else it has no deviation
                        numbers.add(detail::text("deviations[", k, "][", j, "]"),
                                    std::sqrt(covariance(j, j)));
            }
        }
    }
    numbers.shorten();
    return {numbers.names,
            Eigen::Map<const Eigen::VectorXd>(numbers.values.data(), std::ssize(numbers.values))};
}

}  // namespace latent
