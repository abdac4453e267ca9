// What a selection compared, as a picture.
#pragma once

#include <cmath>
#include <filesystem>
#include <string>

#include "latent/selection/selection_result.hpp"
#include "plot.hpp"

/// A line a family, over the numbers of components; what is not sound is left out, the best has a ring. Says where it is.
template <class Selected>
std::string draw_selection(const std::filesystem::path& picture, const Titles& titles, const Selected& all) {
    Gnuplot plot(picture);
    set_titles(plot, titles);
    const auto names = latent::detail::different(all.table, [](const auto& c) { return c.name; });
    const auto point = [&](const latent::Candidate& c) {
        plot << c.components << ' ' << c.criterion << '\n';
    };
    for (std::size_t f = 0; f < names.size(); ++f) {
        plot << "$family" << f << " << EOD\n";
        for (const latent::Candidate& c : all.table)
            if (c.name == names[f] && c.sound && std::isfinite(c.criterion)) point(c);
        plot << "EOD\n";
    }
    plot << "$best << EOD\n";
    point(all.table[all.best_index()]);
    plot << "EOD\nset xtics 1\nplot ";
    for (std::size_t f = 0; f < names.size(); ++f)
        plot << "$family" << f << " using 1:2 with linespoints linewidth 2 pointsize 0.8 pointtype "
             << (f < 8 ? 7 : 4) << " dashtype " << (f < 8 ? "1" : "(8, 5)") << " linecolor rgb " << colour(f)
             << (names[f].empty() ? " notitle" : " title " + quoted(names[f])) << ", \\\n  ";
    plot << "$best with points pointtype 6 pointsize 2 linewidth 2 linecolor rgb '#222222' title 'best'\n";
    return plot.draw();
}
