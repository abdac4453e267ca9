// A table of normal components for people to read.
#pragma once

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "component.hpp"

/// The columns' names: those of the file, else x1, x2, …
inline std::vector<std::string> dimension_names(std::vector<std::string> names, Eigen::Index d) {
    for (auto j = static_cast<Eigen::Index>(names.size()); j < d; ++j)
        names.push_back("x" + std::to_string(j + 1));
    return names;
}

/// A parameter in a table, 14 wide; "–" where it is NaN: the component has no such one.
inline std::string parameter_cell(double value) {
    if (std::isnan(value)) return std::string(13, ' ') + "–";
    std::ostringstream text;
    text << std::showpoint << std::setprecision(6) << std::setw(14) << value;
    return text.str();
}

/// A line for each component and dimension: weight, mean and standard deviation.
inline void print_components(std::ostream& out, const std::vector<Component>& components,
                             const std::vector<std::string>& names) {
    std::size_t width = 9;
    for (const std::string& name : names) width = std::max(width, name.size());
    const int w = static_cast<int>(width);
    out << "component   weight   " << std::left << std::setw(w) << "dimension" << std::right
        << "          mean     deviation\n";
    for (std::size_t k = 0; k < components.size(); ++k)
        for (std::size_t j = 0; j < names.size(); ++j) {
            const auto row = static_cast<Eigen::Index>(j);
            if (j == 0)
                out << std::setw(9) << k << std::fixed << std::setprecision(4) << std::setw(9)
                    << components[k].weight << std::defaultfloat;
            else
                out << std::string(18, ' ');
            out << "   " << std::left << std::setw(w) << names[j] << std::right << std::showpoint
                << std::setprecision(6) << std::setw(14) << components[k].mean[row] << std::setw(14)
                << std::sqrt(components[k].covariance(row, row)) << std::noshowpoint << '\n';
        }
}
