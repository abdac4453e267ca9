// Pictures through gnuplot: a script that carries its own data, drawn at once where gnuplot is installed.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <locale>
#include <sstream>
#include <stdexcept>
#include <string>

/// A text as gnuplot reads it between single quotes.
inline std::string quoted(const std::string& text) {
    std::string all = "'";
    for (const char c : text) all.append(c == '\'' ? "''" : std::string(1, c));
    return all + "'";
}

/// Colours that stay apart for colour-blind readers, too (after P. Tol's bright and muted schemes).
inline std::string colour(std::size_t k, const std::string& opacity = "") {
    static const char* const palette[] = {"4477AA", "CC6677", "228833", "BB9922",
                                          "AA3377", "44AAAA", "882255", "777777"};
    return "'#" + opacity + palette[k % std::size(palette)] + "'";
}

/// A gnuplot script. What is streamed into it is added; draw() finishes the picture.
class Gnuplot {
  public:
    /// The picture's format is that of its extension: .png, else SVG. It is 900 wide and, as SVG, so high.
    explicit Gnuplot(std::filesystem::path picture, int height = 600) : picture_(std::move(picture)) {
        script_.imbue(std::locale::classic());
        script_.precision(8);
        script_ << "set encoding utf8\n"
                << (picture_.extension() == ".png"
                        ? png
                        : "set terminal svg size 900," + std::to_string(height) + svg)
                << "set output " << quoted(picture_.string()) << "\n"
                << style;
    }

    template <class Part>
    Gnuplot& operator<<(const Part& part) {
        script_ << part;
        return *this;
    }

    /// Draws the picture and says where it is. Without gnuplot, or where it takes more than a minute
    /// (LATENT_GNUPLOT_SECONDS), the script is left beside it, and the sentence says what to do. Throws
    /// std::runtime_error where the folder cannot be written.
    std::string draw() const {
        const std::string script = std::filesystem::path(picture_).replace_extension(".gp").string();
        std::ofstream file(script);
        file << script_.str();
        file.close();
        if (!file) throw std::runtime_error("cannot write the file " + script);
        if (std::system("command -v gnuplot >/dev/null 2>&1") != 0)
            return "not drawn, since gnuplot is not installed: 'gnuplot " + script + "' will draw " +
                   picture_.string();
        if (std::system(("gnuplot " + shell_quoted(script) + watched).c_str()) != 0)
            return "gnuplot could not draw " + picture_.string() + " in time: see '" + script + "'";
        std::filesystem::remove(script);
        return picture_.string();
    }

  private:
    static std::string shell_quoted(const std::string& text) {
        std::string all = "'";
        for (const char c : text) all.append(c == '\'' ? "'\\''" : std::string(1, c));
        return all + "'";
    }

    /// The rest of the shell's command, which ends the program at its time limit.
    static constexpr const char* watched =
        " & drawing=$!; (sleep ${LATENT_GNUPLOT_SECONDS:-60}; kill -9 $drawing) >/dev/null 2>&1 & watch=$!; "
        "wait $drawing; status=$?; kill $watch 2>/dev/null; exit $status";
    static constexpr const char* svg = " font 'sans-serif,14' background '#ffffff' enhanced\n";
    static constexpr const char* png =
        "if (strstrt(GPVAL_TERMINALS, 'pngcairo')) {\n"
        "    set terminal pngcairo size 1800,1200 font 'sans-serif,14' fontscale 1.9 linewidth 2 pointscale "
        "2\n"
        "} else {\n"
        "    set terminal png truecolor size 900,600\n"
        "}\n";
    static constexpr const char* style =
        "set border 3 linecolor rgb '#888888'\n"
        "set tics nomirror out scale 0.5 textcolor rgb '#444444'\n"
        "set grid linetype 1 linewidth 0.7 linecolor rgb '#e8e8e8' back\n"
        "set key outside right top Left reverse spacing 1.35 samplen 2 noenhanced textcolor rgb '#222222'\n"
        "set tmargin 3\n"
        "set autoscale fix\nset offsets graph 0.04, graph 0.04, graph 0.04, graph 0.04\n";

    std::filesystem::path picture_;
    std::ostringstream script_;
};
