// Images beside each other, in shades of grey.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "gnuplot.hpp"

/// An image, its first row on top, white where it is `white` or more.
struct ImagePanel {
    std::string title;
    Eigen::MatrixXd image;
    double white = 1;
};

/// The pixels of an image that stand row by row.
inline Eigen::MatrixXd in_rows(const Eigen::VectorXd& pixels, Eigen::Index columns) {
    return pixels.reshaped(columns, pixels.size() / columns).transpose();
}

/// Draws the panels, so many a row, and says where the picture is.
inline std::string draw_panels(const std::filesystem::path& picture, const std::vector<ImagePanel>& panels,
                               std::size_t columns) {
    const std::size_t rows = (panels.size() + columns - 1) / columns;
    Gnuplot plot(picture, static_cast<int>(900 * rows / columns) + 40);
    plot << "set palette gray\nunset colorbox\nunset tics\nunset key\nunset border\nunset grid\n"
         << "unset offsets\nset autoscale xfix\nset autoscale yfix\nset size square\n"
         << "set tmargin 1.6\nset bmargin 0.4\nset lmargin 0.4\nset rmargin 0.4\n"
         << "set multiplot layout " << rows << ", " << columns << "\n";
    for (const ImagePanel& panel : panels) {
        plot << "set title " << quoted(panel.title) << " offset 0, -0.5\nset cbrange [0:" << panel.white
             << "]\n"
             << "$image << EOD\n";
        for (Eigen::Index row = panel.image.rows() - 1; row >= 0; --row)
            for (Eigen::Index column = 0; column < panel.image.cols(); ++column)
                plot << panel.image(row, column) << (column + 1 < panel.image.cols() ? ' ' : '\n');
        plot << "EOD\nplot $image matrix with image\n";
    }
    plot << "unset multiplot\n";
    return plot.draw();
}
