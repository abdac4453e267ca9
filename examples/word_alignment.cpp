// Which word is the translation of which? Forty English sentences beside their Spanish ones, and nothing else is known: neither a
// dictionary nor the order of words. Which word each Spanish word translates is hidden, and EM finds a dictionary (IBM Model 1;
// Brown et al. 1993). The NULL word is that which no word translates: the Spanish "a" before what is seen.
//     word_alignment FILE [picture], FILE a pair of sentences a line, a tabulator between them
#include "latent/model/word_alignment.hpp"

#include <algorithm>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <span>
#include <string>
#include <vector>

#include "latent/fit.hpp"
#include "support/shaded_table.hpp"

using latent::Index;

namespace {

latent::ParallelText read(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    std::vector<std::string> source, target;
    for (std::string line; std::getline(file, line);) {
        const auto tabulator = line.find('\t');
        if (tabulator == std::string::npos)
            throw std::runtime_error(path + ": a line without a tabulator: " + line);
        source.push_back(line.substr(0, tabulator));
        target.push_back(line.substr(tabulator + 1));
    }
    return {source, target};
}

/// The dictionary: of each word the translations that are not negligible.
void print_dictionary(const latent::WordAlignment& model) {
    for (const std::string& word : model.source_words()) {
        std::cout << std::setw(8) << word << "  ";
        for (const latent::Translation& t : model.translations(word))
            if (t.probability > 0.05) std::cout << "  " << t.word << ' ' << t.probability;
        std::cout << '\n';
    }
}

/// The pair of sentences as a table: which source word (a row) each target word (a column) most probably translates.
void print_alignment(const latent::WordAlignment& model, const latent::ParallelText& text, Index pair) {
    const latent::SentencePair x = text[pair];
    const std::vector<Index> alignment = model.align(x);
    std::cout << "\n         ";
    for (const auto f : x.target) std::cout << ' ' << text.target().words()[static_cast<std::size_t>(f)];
    for (std::size_t i = 0; i < x.source.size(); ++i) {
        std::cout << '\n'
                  << std::setw(8) << text.source().words()[static_cast<std::size_t>(x.source[i])] << ' ';
        for (std::size_t j = 0; j < x.target.size(); ++j) {
            const std::string cell(text.target().words()[static_cast<std::size_t>(x.target[j])].size(), '.');
            std::cout << ' '
                      << (alignment[j] == static_cast<Index>(i) ? std::string(cell.size(), '#') : cell);
        }
    }
    std::cout << '\n';
}

/// p(target | source), a row for each source word.
Eigen::MatrixXd dictionary(const latent::WordAlignment& model, const std::vector<std::string>& source,
                           const std::vector<std::string>& target) {
    return Eigen::MatrixXd::NullaryExpr(std::ssize(source), std::ssize(target), [&](Index i, Index j) {
        return model.probability(source[static_cast<std::size_t>(i)], target[static_cast<std::size_t>(j)]);
    });
}

std::vector<std::string> words(const latent::Vocabulary& all, std::span<const std::int32_t> numbers) {
    std::vector<std::string> words;
    for (const auto number : numbers) words.push_back(all.words()[static_cast<std::size_t>(number)]);
    return words;
}

/// The dictionary, the target words in the order of those that they most probably translate, and the alignment of a pair.
std::string draw(const std::filesystem::path& picture, const latent::WordAlignment& model,
                 const latent::ParallelText& text, Index pair) {
    const std::vector<std::string>& source = model.source_words();
    std::vector<std::string> target = model.target_words();
    std::ranges::stable_sort(target, {}, [&](const std::string& f) {
        return std::ranges::max_element(source, {}, [&](const auto& e) { return model.probability(e, f); });
    });
    const latent::SentencePair x = text[pair];
    latent::WordAlignmentPosterior q;
    model.infer(x, q);
    const Eigen::Map<const Eigen::MatrixXd> alignment(q.probability.data(), std::ssize(x.source),
                                                      std::ssize(x.target));

    Gnuplot plot(picture, 480);
    plot << "set multiplot\nset bmargin at screen 0.19\nset tmargin at screen 0.89\nset tics font ',12'\n"
         << "set xtics rotate by 55 right\nset lmargin at screen 0.07\nset rmargin at screen 0.56\n"
         << "set title 'The dictionary: p(Spanish | English)'\n";
    draw_shades(plot, source, target, dictionary(model, source, target));
    plot << "set lmargin at screen 0.66\nset rmargin at screen 0.99\nset title 'Who translates whom in a "
            "pair'\n";
    draw_shades(plot, words(text.source(), x.source), words(text.target(), x.target), alignment);
    plot << "unset multiplot\n";
    return plot.draw();
}

}  // namespace

int main(int count, char** arguments) try {
    if (count < 2 || count > 3) throw std::runtime_error("usage: word_alignment FILE [picture]");
    const latent::ParallelText text = read(arguments[1]);
    const auto fit = latent::fit(latent::WordAlignment(text), text);
    std::cout << text.size() << " pairs of sentences, " << text.source().size() - 1 << " and "
              << text.target().size() << " words; " << fit << "\n\n"
              << std::fixed << std::setprecision(2);
    print_dictionary(fit.model);
    print_alignment(fit.model, text, 2);
    std::cout << "\nplot: " << draw(count > 2 ? arguments[2] : "word_alignment.svg", fit.model, text, 2)
              << '\n';
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
}
