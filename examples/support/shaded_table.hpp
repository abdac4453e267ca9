// Probabilities as a table in shades.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "gnuplot.hpp"

/// What stands at the tics 0, 1, … of an axis, "x" or "y".
inline void set_names(Gnuplot& plot, const char* axis, const std::vector<std::string>& names) {
    plot << "set " << axis << "tics (";
    for (std::size_t i = 0; i < names.size(); ++i)
        plot << (i > 0 ? ", " : "") << quoted(names[i]) << ' ' << i;
    plot << ")\n";
}

/// A row for each of `rows`, the first on top, a column for each of `columns`: the darker a cell, the more probable. Those under
/// 0.02 are left out.
inline void draw_shades(Gnuplot& plot, const std::vector<std::string>& rows,
                        const std::vector<std::string>& columns, const Eigen::MatrixXd& probabilities) {
    set_names(plot, "x", columns);
    set_names(plot, "y", rows);
    plot << "set palette defined (0 '#ffffff', 1 " << colour(0) << ")\nset cbrange [0:1]\nunset colorbox\n"
         << "unset key\nunset grid\nset border 15\nset tics scale 0\nset offsets 0, 0, 0, 0\nset style fill "
            "solid "
            "1 noborder\n"
         << "set xrange [-0.5:" << probabilities.cols() << " - 0.5]\nset yrange [" << probabilities.rows()
         << " - 0.5:-0.5]\n$shades << EOD\n";
    for (Eigen::Index i = 0; i < probabilities.rows(); ++i)
        for (Eigen::Index j = 0; j < probabilities.cols(); ++j)
            if (const double p = probabilities(i, j); p >= 0.02) plot << j << ' ' << i << ' ' << p << '\n';
    plot << "EOD\nplot $shades using 1:2:(0.5):(0.5):3 with boxxyerror linecolor palette\n";
}
