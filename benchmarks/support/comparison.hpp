// The table of a comparison, as Markdown, as CSV and as a picture.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <string>
#include <vector>

#include "examples/support/gnuplot.hpp"

/// A case and a peer; a figure that was not measured is NaN.
struct Row {
    static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

    std::string of, peer;
    double one = unknown, several = unknown;                ///< ms an iteration, on one thread and on several
    double ratio = unknown;                                 ///< to ours, on one thread
    double share = unknown;                                 ///< of the machine's matrix product
    double memory = unknown;                                ///< peak beyond the data, MiB
    double score = unknown, viterbi = unknown;              ///< ms for a log-likelihood, for the best paths
    double log_likelihood = unknown, difference = unknown;  ///< relative, to ours
    std::string note{};
    bool good = true;
};

/// Three significant digits; `–` for what was not measured.
inline std::string digits(double value) {
    if (std::isnan(value)) return "–";
    char text[32];
    const double size = std::abs(value);
    std::snprintf(text, sizeof text, "%.*f", size >= 99.5 ? 0 : size >= 9.95 ? 1 : 2, value);
    return text;
}

inline std::string percent(double share) {
    if (std::isnan(share)) return "–";
    char text[32];
    std::snprintf(text, sizeof text, "%.*f %%", share < 0.0995 ? 1 : 0, 100 * share);
    return text;
}

class ComparisonTable {
  public:
    /// Starts compare.md and compare.csv in the folder.
    void open(const std::filesystem::path& folder, double gflops, int threads, const std::string& missing) {
        folder_ = folder;
        markdown_.open(folder / "compare.md");
        csv_.open(folder / "compare.csv");
        if (!markdown_ || !csv_) throw std::runtime_error("cannot write into the folder " + folder.string());
        csv_.precision(6);
        csv_ << "case,peer,ms_1_thread,ms_" << threads
             << "_threads,ratio,dgemm_share,memory_mib,score_ms,viterbi_ms,log_likelihood_difference,note\n";
        say("dgemm: " + digits(gflops) + " GFLOP/s on one thread. Not installed, so not measured: " +
            (missing.empty() ? "none" : missing) + ".\n");
        line({"case", "peer", "ms, 1 thread", "ms, " + std::to_string(threads) + " threads", "÷ latent",
              "of dgemm", "MiB", "score, ms", "Viterbi, ms", "log-likelihood", "note"});
        line({"---", "---", "---", "---", "---", "---", "---", "---", "---", "---", "---"});
    }

    void add(const Row& row) {
        const std::string name = row.peer == "latent" ? "**latent**" : row.peer;
        char difference[32] = "–";
        if (!std::isnan(row.difference))
            std::snprintf(difference, sizeof difference, "%+.0e", row.difference);
        line({row.of, name, digits(row.one), digits(row.several), digits(row.ratio), percent(row.share),
              digits(row.memory), digits(row.score), digits(row.viterbi), difference, row.note});
        csv_ << '"' << row.of << "\"," << row.peer;
        for (const double value :
             {row.one, row.several, row.ratio, row.share, row.memory, row.score, row.viterbi, row.difference})
            std::isnan(value) ? csv_ << ',' : csv_ << ',' << value;
        csv_ << ",\"" << row.note << '"' << std::endl;
        rows_.push_back(row);
    }

    bool good() const {
        return std::all_of(rows_.begin(), rows_.end(), [](const Row& row) { return row.good; });
    }

    /// A line for each case, from the fastest to the slowest, a mark for each peer, and how many times slower than
    /// latent the fastest peer is. Says where the picture is.
    std::string draw() const {
        const std::vector<std::string> cases = distinct(&Row::of), peers = distinct(&Row::peer);
        const auto height =
            static_cast<int>(std::max<std::size_t>(450, 150 + 27 * cases.size()));  // room for the key
        Gnuplot plot(folder_ / "compare.svg", height);
        const auto place = [&](const std::string& name) {
            return std::find(cases.begin(), cases.end(), name) - cases.begin();
        };
        double least = 1e300, most = 0;
        plot << "$spans << EOD\n";
        for (const std::string& each : cases) {
            const Span span = this->span(each);
            plot << span.least << ' ' << place(each) << ' ' << span.most - span.least << ' ' << span.most
                 << " \"" << (span.ratio > 0 ? digits(span.ratio) + "×" : "") << "\"\n";
            least = std::min(least, span.least);
            most = std::max(most, span.most);
        }
        plot << "EOD\n";
        for (std::size_t p = 0; p < peers.size(); ++p) {
            plot << "$peer" << p << " << EOD\n";
            for (const Row& row : rows_)
                if (row.peer == peers[p] && row.one > 0) plot << row.one << ' ' << place(row.of) << '\n';
            plot << "EOD\n";
        }
        plot << "set title 'An iteration of EM, one thread: how many times slower is the fastest peer?' "
                "noenhanced textcolor rgb '#222222'\n"
             << "set key invert\nset xlabel 'ms (logarithmic)' textcolor rgb '#222222'\nset logscale x\n"
             << "set offsets 0, 0, 0, 0\nset xrange [" << 0.6 * least << ":" << 4 * most << "]\nset yrange ["
             << static_cast<double>(cases.size()) - 0.4 << ":-0.6]\nset ytics (";
        for (const std::string& each : cases)
            plot << (place(each) > 0 ? ", " : "") << quoted(each) << ' ' << place(each);
        plot << ") font ',12'\nplot $spans using 1:2:3:(0) with vectors nohead linewidth 3 linecolor rgb "
                "'#e4e4e4' notitle, $spans using 4:2:5 with labels left offset 1,0 font ',12' textcolor rgb "
                "'#444444' notitle";
        for (std::size_t p = peers.size(); p-- > 0;) {
            const bool ours = peers[p] == "latent";
            plot << ", \\\n  $peer" << p << " using 1:2 with points pointtype " << (ours ? 7 : marks[p % 8])
                 << " pointsize " << (ours ? 1.5 : 0.9) << " linewidth 1.5 linecolor rgb "
                 << (ours ? "'#DD3300'" : colour(p - 1)) << " title " << quoted(peers[p]);
        }
        plot << '\n';
        return plot.draw();
    }

  private:
    static constexpr int marks[] = {7, 5, 9, 11, 13, 4, 8, 6};

    struct Span {
        double least = 1e300, most = 0, ratio = 0;  ///< the fastest peer's time by ours
    };
    Span span(const std::string& name) const {
        Span s;
        double ratio = 1e300;
        for (const Row& row : rows_)
            if (row.of == name && row.one > 0) {
                s.least = std::min(s.least, row.one);
                s.most = std::max(s.most, row.one);
                if (!std::isnan(row.ratio)) ratio = std::min(ratio, row.ratio);
            }
        s.ratio = ratio < 1e300 ? ratio : 0;
        return s;
    }
    std::vector<std::string> distinct(std::string Row::*field) const {
        std::vector<std::string> all;
        for (const Row& row : rows_)
            if (std::find(all.begin(), all.end(), row.*field) == all.end()) all.push_back(row.*field);
        return all;
    }
    void say(const std::string& text) {
        std::cout << text << std::endl;
        markdown_ << text << std::endl;
    }
    void line(const std::vector<std::string>& cells) {
        std::string text = "|";
        for (const std::string& cell : cells) text += " " + cell + " |";
        say(text);
    }

    std::filesystem::path folder_;
    std::ofstream markdown_, csv_;
    std::vector<Row> rows_;
};
