// Pictures of a series with the hidden states behind it.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "gnuplot.hpp"

/// Probabilities of the states at every step, and what they are called.
struct StateShares {
    std::string name = "p(state)";
    Eigen::MatrixXd probabilities{};  ///< K × n
};

/// What is drawn: the observations one panel a dimension, coloured by their states, and below them the states'
/// probabilities, stacked.
struct StatePlot {
    std::string title, time = "step";
    double first = 0;                        ///< time of the first observation; they are one apart
    Eigen::MatrixXd values{};                ///< d × n; of NaN nothing is drawn
    std::vector<std::string> value_names{};  ///< d
    std::vector<Eigen::Index> states{};      ///< n, 0 … K − 1
    std::vector<StateShares> shares{};       ///< one or more
    std::vector<std::string> state_names{};  ///< K
    Eigen::MatrixXd levels{};                ///< d × K, where each state is on average; may be empty
    bool connected = true;                   ///< whether a line leads from one observation to the next
    /// Where further sequences begin, in ascending order; may be empty.
    std::vector<Eigen::Index> beginnings{};
};

namespace state_plot {

/// visit(from, to) for every run of observations over which `same(i − 1, i)` holds and no sequence begins.
template <class Same, class Visit>
void for_each_run(const StatePlot& plot, const Same& same, const Visit& visit) {
    const Eigen::Index n = plot.values.cols();
    for (Eigen::Index from = 0, to = 0; from < n; from = to) {
        for (to = from + 1; to < n && same(to - 1, to); ++to)
            if (std::ranges::binary_search(plot.beginnings, to)) break;
        visit(from, to);
    }
}

inline Eigen::Index state(const StatePlot& plot, Eigen::Index i) {
    return plot.states[static_cast<std::size_t>(i)];
}

/// Blocks $line (time, values …), $points (time, values …, state) and $levels (begin, end, state, levels …).
inline void write_series(Gnuplot& out, const StatePlot& plot) {
    const auto write = [&](Eigen::Index i) -> Gnuplot& {
        out << plot.first + static_cast<double>(i);
        for (const double value : plot.values.col(i)) out << ' ' << value;
        return out;
    };
    out << "$line << EOD\n";  // an empty line where a sequence ends
    for_each_run(
        plot, [](auto...) { return true; },
        [&](Eigen::Index from, Eigen::Index to) {
            for (Eigen::Index i = from; i < to; ++i) write(i) << '\n';
            out << '\n';
        });
    out << "EOD\n$points << EOD\n";
    for (Eigen::Index i = 0; i < plot.values.cols(); ++i) write(i) << ' ' << state(plot, i) << '\n';
    out << "EOD\n$levels << EOD\n";
    for_each_run(
        plot, [&](Eigen::Index i, Eigen::Index j) { return state(plot, i) == state(plot, j); },
        [&](Eigen::Index from, Eigen::Index to) {
            if (plot.levels.size() == 0) return;
            out << plot.first + static_cast<double>(from) - 0.5 << ' '
                << plot.first + static_cast<double>(to) - 0.5 << ' ' << state(plot, from);
            for (const double level : plot.levels.col(state(plot, from))) out << ' ' << level;
            out << '\n';
        });
    out << "EOD\n";
}

/// Block $sharesI: time, then the sums of the probabilities of states 0 … k; each step as wide as it is long.
inline void write_shares(Gnuplot& out, const StatePlot& plot, std::size_t panel) {
    const Eigen::MatrixXd& p = plot.shares[panel].probabilities;
    out << "$shares" << panel << " << EOD\n";
    for (Eigen::Index i = 0; i < p.cols(); ++i)
        for (const double side : {-0.5, 0.5}) {
            out << plot.first + static_cast<double>(i) + side;
            double sum = 0;
            for (const double share : p.col(i)) out << ' ' << std::min(1.0, sum += share);
            out << '\n';
        }
    out << "EOD\n";
}

/// The least of … 0.1, 0.2, 0.5, 1, 2, 5, 10 … that is not less than `least`.
inline double tic_step(double least) {
    const double power = std::pow(10.0, std::floor(std::log10(least)));
    for (const double step : {1.0, 2.0, 5.0})
        if (step * power >= least) return step * power;
    return 10 * power;
}

}  // namespace state_plot

/// Draws it and says where the picture is. Beginnings of sequences are dotted lines.
inline std::string draw_states(const std::filesystem::path& picture, const StatePlot& plot) {
    const Eigen::Index d = plot.values.rows(), n = plot.values.cols();
    const std::size_t K = plot.state_names.size();
    const double begin = plot.first - 0.5, end = begin + static_cast<double>(n);
    Gnuplot out(picture);
    state_plot::write_series(out, plot);
    for (std::size_t i = 0; i < plot.shares.size(); ++i) state_plot::write_shares(out, plot, i);

    // One below the other: d panels of equal height, then the probabilities.
    const auto panels = static_cast<double>(d), below = static_cast<double>(plot.shares.size());
    const double top = 0.92, bottom = 0.11, gap = 0.035,
                 share = d + std::ssize(plot.shares) == 2 ? 0.24 : 0.18;
    const double height = (top - bottom - below * share - (panels + below - 1) * gap) / panels;
    const auto place = [&](double high, double low, const std::string& name) {
        const double room = 75 * (high - low), letters = static_cast<double>(name.size());
        out << "set tmargin at screen " << high << "\nset bmargin at screen " << low << "\nset label 1 "
            << quoted(name) << " noenhanced center rotate by 90 at screen 0.018, screen " << (high + low) / 2
            << " font '," << std::floor(14 * std::clamp(room / letters, 0.5, 1.0))
            << "' textcolor rgb '#222222'\n";
    };
    out << "set multiplot\nset offsets 0, 0, 0, 0\nset lmargin at screen 0.11\nset rmargin at screen 0.77\n"
        << "set key at screen 0.785, screen " << top << " left top\nset xrange [" << begin << ":" << end
        << "]\nset format x ''\n"
        << "set title " << quoted(plot.title) << " noenhanced offset 0,0.3 textcolor rgb '#222222'\n";
    for (const Eigen::Index beginning : plot.beginnings)
        out << "set arrow from first " << begin + static_cast<double>(beginning) << ", graph 0 to first "
            << begin + static_cast<double>(beginning)
            << ", graph 1 nohead linewidth 1 dashtype (3, 3) linecolor rgb '#555555' front\n";
    const double size = n <= 400 ? 0.6 : n <= 1500 ? 0.4 : 0.25;
    for (Eigen::Index j = 0; j < d; ++j) {
        const double high = top - static_cast<double>(j) * (height + gap);
        place(high, high - height, plot.value_names[static_cast<std::size_t>(j)]);
        const double lowest = plot.values.row(j).minCoeff<Eigen::PropagateNumbers>(),
                     highest = plot.values.row(j).maxCoeff<Eigen::PropagateNumbers>();
        const double room = highest > lowest ? 0.06 * (highest - lowest) : 1;
        out << "set yrange [" << lowest - room << ":" << highest + room << "]\nset ytics "
            << state_plot::tic_step((highest - lowest + 2 * room) * 0.035 / height) << "\nplot ";
        if (plot.levels.size() > 0)
            for (std::size_t k = 0; k < K; ++k)
                out << "$levels using 1:($3 == " << k << " ? $" << 4 + j
                    << " : NaN):($2 - $1):(0) with vectors nohead linewidth 6 linecolor rgb "
                    << colour(k, "90") << " notitle, \\\n  ";
        out << "$line using 1:" << 2 + j << " with " << (plot.connected ? "lines" : "dots") << " linewidth "
            << (n <= 1000 ? 0.8 : 0.3) << " linecolor rgb '#999999' notitle";
        for (std::size_t k = 0; k < K; ++k)
            out << ", \\\n  $points using ($" << 2 + d << " == " << k << " ? $1 : NaN):" << 2 + j
                << " with points pointtype 7 pointsize " << size << " linecolor rgb " << colour(k)
                << " notitle";
        if (j == 0)
            for (std::size_t k = 0; k < K; ++k)
                out << ", \\\n  NaN with points pointtype 7 pointsize 0.8 linecolor rgb " << colour(k)
                    << " title " << quoted(plot.state_names[k]);
        out << "\nunset title\n";
    }
    out << "set yrange [0:1]\nset ytics 0, 0.5, 1\nset grid front\nset key off\n";
    for (std::size_t i = 0; i < plot.shares.size(); ++i) {
        const double low = bottom + (below - 1 - static_cast<double>(i)) * (share + gap);
        place(low + share, low, plot.shares[i].name);
        if (i + 1 == plot.shares.size())
            out << "set format x\nset xlabel " << quoted(plot.time)
                << " noenhanced textcolor rgb '#222222'\n";
        out << "plot ";
        for (std::size_t k = K; k-- > 0;)  // the sums from the highest down, each over the one before
            out << "$shares" << i << " using 1:" << 2 + k
                << " with filledcurves y1=0 fillstyle solid 1 noborder linecolor rgb " << colour(k)
                << (k > 0 ? ", \\\n  " : "\n");
    }
    out << "unset multiplot\n";
    return out.draw();
}
