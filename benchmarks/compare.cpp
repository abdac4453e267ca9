// Time, memory and log-likelihood of latent and of every peer that is installed, on the same data, from the same
// parameters, after the same number of iterations. On Debian
//
//   apt-get install libbenchmark-dev libopenblas-dev libarmadillo-dev libopencv-dev libvlfeat-dev libghmm-dev
//       python3-sklearn python3-pomegranate r-cran-mclust gnuplot-nox
//
// installs all but hmmlearn, which a Python (LATENT_PYTHON, python3) must be able to import, and libhmm, which the CMake
// variable LATENT_LIBHMM names. docs/benchmarks.md says how to read the table.
#include <unistd.h>

#include <cmath>
#include <iostream>

#include "examples/support/command_line.hpp"
#include "support/cases.hpp"
#include "support/comparison.hpp"
#include "support/peers.hpp"

namespace {

constexpr const char* usage =
    "usage: compare [--quick] [--case TEXT] [--peer TEXT] [--threads N] [--seconds S] [--out DIR]\n"
    "Compares an iteration of EM with the peers that are installed, in Markdown.\n"
    "  --quick      small data, a minute or two; without it about a quarter of an hour\n"
    "  --case TEXT  only cases whose name has this text, such as 'full' or 'K = 16'\n"
    "  --peer TEXT  only peers whose name has this text (latent is always measured)\n"
    "  --threads N  of the second column, 2 where it is not given\n"
    "  --seconds S  to repeat each measurement for, 1 (quick: 0.1) where it is not given\n"
    "  --out DIR    where compare.md, compare.csv, compare.svg and what peers said (peers.log) go; compare\n";

/// The same case with less data.
MixtureCase quick(MixtureCase c) {
    c.n = std::max<latent::Index>(c.n / 20, 2000);
    return c;
}
HmmCase quick(HmmCase c) {
    c.T /= 10;
    c.count = c.count > 1 ? c.count / 10 : 1;
    return c;
}

/// 2nKd² operations of a full mixture, 6TK² of a chain: what the matrix product's speed is compared with.
double operations(const MixtureCase& c) {
    return c.full ? 2.0 * static_cast<double>(c.n * c.K * c.d * c.d)
                  : std::numeric_limits<double>::quiet_NaN();
}
double operations(const HmmCase& c) { return 6.0 * static_cast<double>(c.T * c.K * c.K); }

class Comparison {
  public:
    Comparison(const CommandLine& line, bool is_quick)
        : quick_(is_quick),
          threads_(line.number("threads", 2, 1)),
          seconds_(line.number("seconds", is_quick ? 0.1 : 1.0, 0.0)),
          wanted_(line.text("case")),
          out_(line.text("out", "compare")),
          folder_(std::filesystem::temp_directory_path() / ("latent_compare_" + std::to_string(getpid()))) {
        std::filesystem::create_directories(out_);
        std::filesystem::remove(log());
        for (Peer& peer : all_peers())
            if (peer.name == "latent" || peer.name.find(line.text("peer")) != std::string::npos) {
                if (installed(peer))
                    peers_.push_back(peer);
                else
                    missing_ += (missing_.empty() ? "" : ", ") + peer.name + " (" + peer.package + ")";
            }
    }
    ~Comparison() { std::filesystem::remove_all(folder_); }
    Comparison(const Comparison&) = delete;
    Comparison& operator=(const Comparison&) = delete;

    /// False where a log-likelihood differs that should not, or a peer failed.
    bool run() {
        gflops_ = measured_dgemm(log());
        table_.open(out_, gflops_, threads_, missing_);
        for (const MixtureCase& c : mixture_cases) compare(quick_ ? quick(c) : c);
        for (const HmmCase& c : hmm_cases)
            if (!quick_ || c.K <= 16) compare(quick_ ? quick(c) : c);
        std::cout << '\n' << table_.draw() << '\n';
        return table_.good();
    }

  private:
    std::filesystem::path log() const { return out_ / "peers.log"; }

    template <class Case>
    void compare(const Case& c) {
        if (c.name().find(wanted_) == std::string::npos) return;
        std::string kind;
        {
            const Problem problem = draw(c);
            write(problem, folder_);
            kind = problem.kind;
        }
        Row ours;
        for (const Peer& peer : peers_) {
            if (!has_word(peer.kinds, kind)) continue;
            const Row row = measured(c, kind, peer, ours);
            if (peer.name == "latent") ours = row;
            table_.add(row);
        }
    }

    /// ms an iteration; unknown where the difference of two noisy times is no time.
    static double iteration(const Figures& figures) {
        const double ms = 1e3 * figure(figures, "iteration");
        return ms > 0 ? ms : Row::unknown;
    }

    template <class Case>
    Row measured(const Case& c, const std::string& kind, const Peer& peer, const Row& ours) const {
        const Figures one = measure(peer, folder_, seconds_, 1, log());
        Row row{.of = c.name(), .peer = peer.name};
        row.one = iteration(one);
        if (peer.parallel && threads_ > 1)
            row.several = iteration(measure(peer, folder_, seconds_, threads_, log()));
        row.score = 1e3 * figure(one, "score");
        row.viterbi = 1e3 * figure(one, "viterbi");
        row.memory = figure(one, "memory") / 1024;
        row.log_likelihood = figure(one, "log_likelihood");
        row.share = operations(c) / (1e6 * row.one) / gflops_;
        if (peer.name == "latent") return row;
        row.ratio = row.one / ours.one;
        row.difference = row.log_likelihood / ours.log_likelihood - 1;
        const bool same = std::abs(row.difference) < 1e-9, known = has_word(peer.differs_for, kind);
        row.good = same || (known && !one.empty());
        row.note = one.empty()           ? "failed, see peers.log"
                   : std::isnan(row.one) ? "not resolved: three iterations took no longer than one"
                   : known               ? peer.difference
                   : same                ? ""
                                         : "the log-likelihood differs";
        return row;
    }

    bool quick_;
    int threads_;
    double seconds_, gflops_ = 0;
    std::string wanted_, missing_;
    std::filesystem::path out_, folder_;
    std::vector<Peer> peers_;
    ComparisonTable table_;
};

}  // namespace

int main(int argc, char** argv) try {
    std::vector<const char*> words(argv, argv + argc);
    const bool is_quick =
        std::erase_if(words, [](const char* word) { return std::string(word) == "--quick"; }) > 0;
    const CommandLine line(static_cast<int>(words.size()), words.data(),
                           {"case", "peer", "threads", "seconds", "out"});
    if (line.help()) return std::cout << usage, 0;
    CommandLine::require(line.arguments().empty(), "compare takes options only");
    return Comparison(line, is_quick).run() ? 0 : 1;
} catch (const std::exception& error) {
    std::cerr << "compare: " << error.what() << '\n';
    return 2;
}
