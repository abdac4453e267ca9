// What is a book about, and where? Genesis in passages of twenty verses, each of one topic, which is hidden; a topic is how often it
// has each word (mixture of unigrams; Nigam, McCallum, Thrun & Mitchell 2000). Neither the order of words nor that of passages is
// known to it, and yet topics come to be stories, and passages of a story stand together.
//     topics [FILE, a verse a line, [picture]]
#include <algorithm>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <numeric>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "latent/estep/annealed.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/mixture_of_unigrams.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"
#include "latent/start/random_documents.hpp"
#include "latent/start/restarts.hpp"
#include "support/program.hpp"
#include "support/shaded_table.hpp"

using latent::Index;
using Model = latent::MixtureOfUnigrams;

namespace {

constexpr std::size_t verses = 20;  // of a passage
constexpr Index topics = 6;

/// Passages in small letters; whatever stands between two words is a blank.
std::vector<std::string> read(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read the file " + path);
    std::vector<std::string> passages;
    std::size_t read = 0;
    for (std::string verse; std::getline(file, verse); ++read) {
        if (read % verses == 0) passages.emplace_back();
        for (const char c : verse + ' ') {
            const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            passages.back() += small >= 'a' && small <= 'z' ? small : ' ';
        }
    }
    return passages;
}

/// The passages without the words that two fifths of them have: "and" and "the" say of no passage what it is about.
std::vector<std::string> without_common_words(const std::vector<std::string>& passages) {
    const auto each_word = [](const std::string& passage, const auto& visit) {
        std::istringstream words(passage);
        for (std::string word; words >> word;) visit(word);
    };
    std::map<std::string, std::set<const std::string*>> found;
    for (const std::string& passage : passages)
        each_word(passage, [&](const std::string& word) { found[word].insert(&passage); });
    std::vector<std::string> rest(passages.size());
    for (std::size_t i = 0; i < passages.size(); ++i)
        each_word(passages[i], [&](const std::string& word) {
            if (5 * found[word].size() < 2 * passages.size()) rest[i] += word + ' ';
        });
    return rest;
}

/// The best of 20 starts. A long passage is certain of its topic at once, whichever it is, and each start ends at an optimum of its
/// own: passages that are slow to decide, by annealing, find much better ones.
template <class Rule>
latent::Result<Model> fit(const latent::Documents& passages, const Rule& rule) {
    using Smoothed = latent::MaximumAPosteriori<latent::UnigramPrior>;
    using EM = latent::ExpectationMaximization<latent::Batch<Rule>, Smoothed>;
    const latent::Restarts<latent::RandomDocuments, EM> starts{
        .number = 20, .start = {.seed = 1}, .em = {.estep = {rule}, .mstep = {{.words = 1.5}}}};
    return starts.fit(Model(topics, passages), passages).best();
}

/// The topics in the order in which the book comes to them: by the mean place of their passages.
std::vector<Index> in_order_of_the_book(const Eigen::MatrixXd& topic) {
    const auto places = Eigen::VectorXd::LinSpaced(topic.cols(), 0, 1);
    const Eigen::VectorXd mean = (topic * places).cwiseQuotient(topic.rowwise().sum());
    std::vector<Index> order(static_cast<std::size_t>(topic.rows()));
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, {}, [&](Index k) { return mean(k); });
    return order;
}

std::string words(const Model& model, Index k, Index most) {
    std::string all;
    for (const Index word : model.top_words(k, most))
        all.append(all.empty() ? "" : " ").append(model.words()[static_cast<std::size_t>(word)]);
    return all;
}

/// A row for each topic, a column for each passage: where in the book which topic is.
std::string draw(const std::filesystem::path& picture, const Model& model, const Eigen::MatrixXd& topic,
                 const std::vector<Index>& order) {
    std::vector<std::string> names, verse;
    for (const Index k : order) names.push_back(words(model, k, 4));
    for (Index i = 0; i < topic.cols(); ++i)
        verse.push_back(i % 10 == 0 ? std::to_string(static_cast<Index>(verses) * i + 1) : "");
    Gnuplot plot(picture, 330);
    plot << "set title 'Genesis: which topic a passage is of' offset 0,0.3\nset xlabel 'verse'\n"
         << "set lmargin at screen 0.3\nset rmargin at screen 0.98\n";
    draw_shades(plot, names, verse, topic(order, Eigen::all));
    return plot.draw();
}

}  // namespace

int main(int argc, char** argv) {
    return run_program("topics", [&] {
        const std::vector<std::string> texts = read(argc > 1 ? argv[1] : "examples/data/genesis.txt");
        const latent::Documents passages(without_common_words(texts));
        const auto found = fit(passages, latent::Annealed{.beta = 0.01});
        std::cout << passages.size() << " passages of " << verses << " verses, " << passages.vocabulary_size()
                  << " words\nobjective, the best of 20 starts: " << std::fixed << std::setprecision(1)
                  << fit(passages, latent::Soft{}).objective << ", annealed " << found.objective
                  << "\n\npassages   most frequent words of the topic\n";
        const Eigen::MatrixXd topic = found.model.predict_proba(passages);
        const std::vector<Index> order = in_order_of_the_book(topic);
        for (const Index k : order)
            std::cout << std::setw(8) << topic.row(k).sum() << "   " << words(found.model, k, 10) << '\n';
        std::cout << "plot: " << draw(argc > 2 ? argv[2] : "topics.svg", found.model, topic, order) << '\n';
        return 0;
    });
}
