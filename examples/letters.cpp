// What is found in a text by someone who knows nothing about language: two states, 26 letters, and the states turn
// out to be vowels and consonants. After Cave & Neuwirth (1980), "Hidden Markov models for English", and Markov
// (1913), who told them apart beforehand and counted by hand. The text is Genesis.
#include <algorithm>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <numeric>
#include <set>

#include "latent/emission/categorical.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/start/responsibilities.hpp"
#include "latent/start/restarts.hpp"
#include "support/gnuplot.hpp"

using latent::Index;
using Model = latent::HiddenMarkovModel<latent::Categorical<>>;

namespace {

constexpr char space = '{';  // the character after z, so that a … z and the space are 0 … 26

std::string name(Index symbol) {
    return 'a' + symbol == space ? "␣" : std::string(1, static_cast<char>('a' + symbol));
}

/// The text in small letters; whatever stands between two words is one space.
std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read the file " + path);
    std::string text;
    for (std::istreambuf_iterator<char> c(file), end; c != end; ++c) {
        const char small = *c >= 'A' && *c <= 'Z' ? static_cast<char>(*c - 'A' + 'a') : *c;
        if (small >= 'a' && small <= 'z')
            text.push_back(small);
        else if (!text.empty() && text.back() != space)
            text.push_back(space);
    }
    return text;
}

Eigen::RowVectorXd symbols(const std::string& text) {
    Eigen::RowVectorXd x(std::ssize(text));
    for (std::size_t i = 0; i < text.size(); ++i) x(static_cast<Index>(i)) = text[i] - 'a';
    return x;
}

/// Two states that know nothing: in each of the starts every letter gets its own random share in either of them.
template <class Data>
latent::RestartsResult<Model> fit(Index alphabet, const Data& x, int starts) {
    using Starts = latent::Restarts<latent::RandomValues>;
    return Starts{.number = starts, .start = {.seed = 1}}.fit(Model(latent::Categorical<>(2, alphabet)), x);
}

/// The letters, and their probabilities in either state: first the state that writes more of the letter e.
struct States {
    Index first;                ///< that state
    Eigen::MatrixXd letters;    ///< alphabet × 2
    std::vector<Index> sorted;  ///< all letters, by the ratio of the two

    explicit States(const Model& model) : letters(model.emission().probabilities()) {
        first = letters('e' - 'a', 0) > letters('e' - 'a', 1) ? 0 : 1;
        if (first == 1) letters = letters.rowwise().reverse().eval();
        sorted.resize(static_cast<std::size_t>(letters.rows()));
        std::iota(sorted.begin(), sorted.end(), 0);
        std::ranges::sort(sorted, std::greater(), [&](Index m) { return share(m); });
    }
    double share(Index m) const { return letters(m, 0) / letters.row(m).sum(); }
    /// "a e i o u y"
    std::string written_by(int state) const {
        std::string all;
        for (const Index m : sorted)
            if ((share(m) > 0.5) == (state == 0)) all.append(all.empty() ? "" : " ").append(name(m));
        return all;
    }
};

std::string draw(const std::filesystem::path& picture, const States& states) {
    Gnuplot plot(picture);
    plot
        << "set title 'Words of Genesis: the letters that two hidden states write' offset 0,0.3 textcolor "
           "rgb "
           "'#222222'\nset ylabel 'p(letter | state)' textcolor rgb '#222222'\n"
        << "set style data histograms\nset style histogram clustered gap 1\nset style fill solid 1 noborder\n"
        << "set xtics scale 0\nset yrange [0:*]\nset offsets 0, 0, graph 0.04, 0\n$letters << EOD\n";
    for (const Index m : states.sorted)
        plot << name(m) << ' ' << states.letters(m, 0) << ' ' << states.letters(m, 1) << '\n';
    plot << "EOD\nplot $letters using 2:xtic(1) linecolor rgb " << colour(0) << " title 'state A', \\\n"
         << "  $letters using 3 linecolor rgb " << colour(1) << " title 'state B'\n";
    return plot.draw();
}

}  // namespace

int main(int argc, char** argv) try {
    const std::string text = read(argc > 1 ? argv[1] : "examples/data/genesis.txt");
    const int starts = argc > 3 ? std::stoi(argv[3]) : 16;

    // Every word once, each a sequence of its own.
    std::set<std::string> words;
    std::string all;
    std::vector<Index> lengths;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t to = std::min(text.find(space, from), text.size());
        if (const auto [word, is_new] = words.insert(text.substr(from, to - from)); is_new) {
            all += *word;
            lengths.push_back(std::ssize(*word));
        }
        from = to + 1;
    }
    const Eigen::RowVectorXd x = symbols(all);
    const auto fits = fit(26, latent::Sequences<double>(x, lengths), starts);
    const Model& model = fits.best().model;
    const States states(model);
    std::cout << "The " << words.size() << " different words of the text, " << all.size()
              << " letters: " << fits.agreeing() << " of " << fits.all.size()
              << " random starts found the same states\n\n"
              << "letter   p(letter | A)   p(letter | B)   in A rather than B\n"
              << std::fixed << std::setprecision(4);
    for (const Index m : states.sorted)
        std::cout << "   " << name(m) << std::setw(18) << states.letters(m, 0) << std::setw(16)
                  << states.letters(m, 1) << std::setw(21) << states.share(m) << '\n';
    const Index a = states.first, b = 1 - a;
    std::cout << "\nstate A writes " << states.written_by(0) << ",\nstate B " << states.written_by(1) << ".\n"
              << std::setprecision(2) << "A word begins in A with probability " << model.initial()(a)
              << "; B follows A with " << model.transition()(a, b) << ", and A follows B with "
              << model.transition()(b, a) << ".\nplot: " << draw(argc > 2 ? argv[2] : "letters.svg", states)
              << '\n';

    // In the running text the words of every line, "and", "the", "of", outweigh the language: vowels and spaces are
    // one optimum of several, and not the best.
    const Eigen::RowVectorXd running = symbols(text.substr(0, 20'000));
    auto optima = fit(27, running, starts).all;
    std::ranges::sort(optima, std::greater(), [](const auto& f) { return f.log_likelihood; });
    std::cout << "\nThe running text, the first " << running.size()
              << " letters and spaces: what the starts found\n"
              << "log-likelihood   found   state A writes\n";
    for (std::size_t from = 0, to = 0; from < optima.size(); from = to) {
        const double best = optima[from].log_likelihood;
        while (to < optima.size() && best - optima[to].log_likelihood < 1e-6 * std::abs(best)) ++to;
        std::cout << std::setw(14) << best << std::setw(8) << to - from << "   "
                  << States(optima[from].model).written_by(0) << '\n';
    }
} catch (const std::exception& error) {
    std::cerr << "letters: " << error.what() << '\n';
    return 2;
}
