// Images beside each other, in shades of grey or in colours.
#pragma once

#include <Eigen/Core>
#include <cmath>
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

/// An image whose pixels stand row by row, its first row on top.
struct ColourPanel {
    std::string title;
    Eigen::MatrixXd image;  // red, green and blue, 0 … 1: 3 × pixels
};

/// The beginning of a picture of `count` images whose height is `aspect` times their width.
inline Gnuplot begin_panels(const std::filesystem::path& picture, std::size_t count, std::size_t columns,
                            double aspect) {
    const std::size_t rows = (count + columns - 1) / columns;
    Gnuplot plot(
        picture,
        static_cast<int>(900 * aspect * static_cast<double>(rows) / static_cast<double>(columns)) + 40);
    plot << "set palette gray\nunset colorbox\nunset tics\nunset key\nunset border\nunset grid\n"
         << "unset offsets\nset autoscale xfix\nset autoscale yfix\nset size ratio " << aspect << "\n"
         << "set tmargin 1.6\nset bmargin 0.4\nset lmargin 0.4\nset rmargin 0.4\n"
         << "set multiplot layout " << rows << ", " << columns << "\n";
    return plot;
}

/// Draws the panels, so many a row, and says where the picture is.
inline std::string draw_panels(const std::filesystem::path& picture, const std::vector<ImagePanel>& panels,
                               std::size_t columns) {
    Gnuplot plot = begin_panels(picture, panels.size(), columns, 1);
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

/// The same for images in colours, all of them so many pixels wide.
inline std::string draw_panels(const std::filesystem::path& picture, const std::vector<ColourPanel>& panels,
                               Eigen::Index width, std::size_t columns) {
    const Eigen::Index height = panels.front().image.cols() / width;
    Gnuplot plot = begin_panels(picture, panels.size(), columns,
                                static_cast<double>(height) / static_cast<double>(width));
    for (const ColourPanel& panel : panels) {
        plot << "set title " << quoted(panel.title) << " offset 0, -0.5\n$image << EOD\n";
        for (Eigen::Index i = 0; i < panel.image.cols(); ++i) {
            plot << i % width << ' ' << height - 1 - i / width;
            for (const double part : panel.image.col(i)) plot << ' ' << std::lround(255 * part);
            plot << '\n';
        }
        plot << "EOD\nplot $image with rgbimage\n";
    }
    plot << "unset multiplot\n";
    return plot.draw();
}
