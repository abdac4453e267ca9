// CsvFile: what read_csv reads, and refuses, a few lines at a time.
#include "latent/data/csv_file.hpp"

#include <iomanip>

#include "catch.hpp"
#include "latent/execution/threads.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/fit.hpp"
#include "latent/start/k_means.hpp"
#include "naive_mixture.hpp"
#include "temporary_file.hpp"

using namespace latent;

namespace {

Eigen::MatrixXd read(const CsvFile& file, Index first, Index count) {
    Eigen::MatrixXd x = Eigen::MatrixXd::Constant(file.rows(), count, std::nan(""));
    file.read(first, count, x.data());
    return x;
}

/// All of the file in blocks.
void read_through(const CsvFile& file, Index length) {
    const Blocks<CsvFile> blocks(file, length);
    for (Index b = 0; b < blocks.size(); ++b) blocks[b];
}

/// What is said of the text, after the name of the file, by both readers.
std::string complaint(const std::string& text) {
    const auto said = complaint_about(text, [](const auto& path) { read_through(CsvFile(path), 100); });
    CHECK(said == complaint_about(text, [](const auto& path) { read_csv(path); }));
    return said;
}

}  // namespace

TEST_CASE("lines are read wherever they stand") {
    const Eigen::MatrixXd x = Eigen::MatrixXd::Random(3, 1000);
    const TemporaryFile file;
    for (const bool header : {false, true}) {
        write_csv(file.path, x,
                  header ? std::vector<std::string>{"a", "b, in m", "c"} : std::vector<std::string>{});
        const CsvFile csv(file.path);
        CHECK(csv.names() == read_csv(file.path).names);
        REQUIRE(csv.rows() == 3);
        REQUIRE(csv.cols() == 1000);
        CHECK(read(csv, 0, 1000) == x);
        for (const Index length : {1, 100, 255, 256, 257, 512, 999})
            for (Index first = 0; first + length <= 1000; first += length)
                REQUIRE(read(csv, first, length) == x.middleCols(first, length));
        CHECK(read(csv, 1000, 0).size() == 0);
    }
}

TEST_CASE("numbers of lines about the places that are known") {
    for (const Index n : {1, 255, 256, 257, 511, 512, 513}) {
        const Eigen::MatrixXd x = Eigen::RowVectorXd::LinSpaced(n, 1, static_cast<double>(n));
        const TemporaryFile file;
        write_csv(file.path, x);
        for (const std::string end : {"", "\n \n\r\n"}) {
            file.write(file.bytes() + end);
            const CsvFile csv(file.path);
            REQUIRE(csv.cols() == n);
            CHECK(read(csv, 0, n) == x);
            CHECK(read(csv, n - 1, 1) == x.rightCols(1));
        }
    }
}

TEST_CASE("what read_csv tolerates is tolerated") {
    for (const std::string text :
         {"1.5\n-2\n", "1.5\n-2", "1.5\r\n-2\r\n", "1.5\n-2\n\n", "1.5\r\n-2\r\n \r\n\n", " 1.5\t\n -2 \n",
          "+1.5\n-2\n", "\"1.5\"\n\"-2\"\n",
          "\xEF\xBB\xBF"
          "1.5\n-2\n",
          "\xEF\xBB\xBF"
          "x\n1.5\n-2\n",
          "x\n1.5\n-2"}) {
        const TemporaryFile file(text);
        const CsvFile csv(file.path);
        REQUIRE(csv.cols() == 2);
        CHECK(read(csv, 0, 2) == Eigen::RowVector2d(1.5, -2));
        CHECK(csv.names() == read_csv(file.path).names);
    }
    const TemporaryFile blank_lines("1\n2\n" + std::string(100'000, '\n'));  // more than is scanned at a time
    CHECK(CsvFile(blank_lines.path).cols() == 2);
}

TEST_CASE("lines longer than what is read at a time") {
    const Eigen::MatrixXd x = Eigen::MatrixXd::Random(9000, 3);
    const TemporaryFile file;
    std::vector<std::string> names(9000, "a long name");
    write_csv(file.path, x, names);
    const CsvFile csv(file.path);
    CHECK(csv.names() == names);
    CHECK(read(csv, 1, 2) == x.rightCols(2));
}

TEST_CASE("what is wrong has the words of read_csv") {
    CHECK(complaint("a,b\n1,2\n3,abc\n") == ":3: column 2: 'abc' is not a number");
    CHECK(complaint("1,2\n3,\n") == ":2: column 2: the cell is empty");
    CHECK(complaint("1,2\nnan,1\n") == ":2: column 1: 'nan' is not finite");
    CHECK(complaint("1e999\n") == ":1: column 1: '1e999' is out of a double's range");
    CHECK(complaint("1,2\n3,4,5\n") == ":2: 3 cells, expected 2");
    CHECK(complaint("a,b,c\n1,2\n") == ":2: 2 cells, expected 3");
    CHECK(complaint("1\n\n2\n") == ":2: column 1: the cell is empty");
    CHECK(complaint("") == ": there is no observation");
    CHECK(complaint("\n\n") == ": there is no observation");
    CHECK(complaint("\xEF\xBB\xBF") == ": there is no observation");
    CHECK(complaint("a,b\n") == ": there is no observation");
    std::string far = "x\n";
    for (int i = 0; i < 700; ++i) far += "1\n";
    CHECK(complaint(far + "one\n1\n") == ":702: column 1: 'one' is not a number");
    CHECK_THROWS_AS(CsvFile("no/such/file.csv"), std::runtime_error);
    CHECK_THROWS_AS(CsvFile(std::filesystem::temp_directory_path()), std::runtime_error);
}

TEST_CASE("missing cells are NaN by option, as read_csv reads them") {
    for (const std::string text : {"a,b\n1,NA\n?,2\n,NaN\n", "NA,?\n1,2\n", ",\n,\n1,2\n", "a,b\n1,2\n,3\n",
                                   "nan,NA\n1,2", "x\n1\n\n2\n\n"}) {
        const TemporaryFile file(text);
        const CsvFile csv(file.path, {.missing = true});
        const Csv whole = read_csv(file.path, {.missing = true});
        CHECK(csv.names() == whole.names);
        REQUIRE(csv.cols() == whole.values.cols());
        const Eigen::MatrixXd x = read(csv, 0, csv.cols());
        CHECK((x.array().isNaN() == whole.values.array().isNaN()).all());
        CHECK((x.array().isNaN() || x.array() == whole.values.array()).all());
        CHECK(x.hasNaN());
    }
    const auto said = [](const auto& path) { read_through(CsvFile(path, {.missing = true}), 100); };
    CHECK(complaint_about("1,2\nNA,n/a\n", said) == ":2: column 2: 'n/a' is not a number");
    for (const char* text : {"", "\n\n", "\xEF\xBB\xBF", "a,b\n"})
        CHECK(complaint_about(text, said) == ": there is no observation");
}

TEST_CASE("a fit from a csv file has the bits of one from memory") {
    const auto m = naive::random_mixture<Gaussian<Full>>(3, 5, 1);
    Random random(5);
    const Eigen::MatrixXd x = m.sample(5001, random);
    const TemporaryFile file;
    write_csv(file.path, x, {"a", "b", "c", "d", "e"});
    const CsvFile source(file.path);
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Threads> em{
        {}, {}, {2}, {}, Aitken{0}, {.iterations = 3}, {}};
    const auto expected = em.fit(m, x), fit = em.fit(m, source);
    CHECK(fit.trace == expected.trace);
    CHECK(naive::same_bits(fit.model, expected.model));
}

TEST_CASE("missing cells of a file are those of memory: fits, starts and questions") {
    const auto m = naive::random_mixture<Gaussian<Full>>(2, 3, 1);
    Random random(5);
    Eigen::MatrixXd x = m.sample(3000, random);
    for (double& value : x.reshaped())
        if (random.uniform() < 0.2) value = std::nan("");
    std::string text;
    for (Index i = 0; i < x.cols(); ++i)
        for (Index j = 0; j < 3; ++j)
            text += (std::isnan(x(j, i)) ? "NA" : detail::text(std::setprecision(17), x(j, i))) +
                    (j < 2 ? "," : "\n");
    const TemporaryFile file(text);
    const CsvFile source(file.path, {.missing = true});
    const auto given = with_missing(x);
    CHECK_THAT(m.score(source), WithinRel(m.score(given), 1e-12));
    CHECK((m.predict_proba(source) - m.predict_proba(given)).cwiseAbs().maxCoeff() < 1e-12);
    const auto from_file =
        fit(GaussianMixture<>(2, 3), source, KMeans{}, Threads{2}, Limits{.iterations = 5});
    const auto alone = fit(GaussianMixture<>(2, 3), source, KMeans{}, Limits{.iterations = 5});
    CHECK(from_file.trace == alone.trace);
    CHECK(std::isfinite(alone.objective));
}
