// Comma-separated files: what is read, what is tolerated, what is refused and in which words.
#include "latent/data/csv.hpp"

#include <clocale>
#include <limits>

#include "catch.hpp"
#include "temporary_file.hpp"

using latent::read_csv;
using latent::write_csv;

namespace {

latent::Csv read(const std::string& text) { return read_csv(TemporaryFile(text).path); }

/// What read_csv says of the text, after the name of the file.
std::string complaint(const std::string& text) {
    return complaint_about(text, [](const auto& path) { read_csv(path); });
}

}  // namespace

TEST_CASE("a line of the file is a column of the matrix") {
    const auto csv = read("1,2.5,-3e-2\n4,5,6\n");
    CHECK(csv.names.empty());
    Eigen::MatrixXd expected(3, 2);
    expected << 1, 4, 2.5, 5, -3e-2, 6;
    CHECK(csv.values == expected);
}

TEST_CASE("a first line without a number is the header") {
    const auto csv = read("eruptions,waiting\n3.6,79\n1.8,54\n");
    CHECK(csv.names == std::vector<std::string>{"eruptions", "waiting"});
    CHECK(csv.values.rows() == 2);
    CHECK(csv.values.cols() == 2);
    CHECK(csv.values(1, 1) == 54);
}

TEST_CASE("line ends, blanks, quotes and a byte order mark are tolerated") {
    const Eigen::RowVector2d expected(1.5, -2);
    for (const std::string text :
         {"1.5\n-2\n", "1.5\n-2", "1.5\r\n-2\r\n", "1.5\n-2\n\n", "1.5\r\n-2\r\n \r\n\n", " 1.5\t\n -2 \n",
          "+1.5\n-2\n", "\"1.5\"\n\"-2\"\n",
          "\xEF\xBB\xBF"
          "1.5\n-2\n"})
        CHECK(read(text).values == expected);
    const auto quoted = read("\"length, in cm\" , 'b'\r\n1,2\r\n");
    CHECK(quoted.names == std::vector<std::string>{"length, in cm", "'b'"});
    CHECK(quoted.values.cols() == 1);
}

TEST_CASE("what is wrong is named with its line and column") {
    CHECK(complaint("a,b\n1,2\n3,abc\n") == ":3: column 2: 'abc' is not a number");
    CHECK(complaint("1,2\n3,\n") == ":2: column 2: the cell is empty");
    CHECK(complaint("1,2\nnan,1\n") == ":2: column 1: 'nan' is not finite");
    CHECK(complaint("1,2\nNA,1\n") == ":2: column 1: 'NA' is not a number");
    CHECK(complaint("1,2\n3,?\n") == ":2: column 2: '?' is not a number");
    CHECK(complaint("-inf\n") == ":1: column 1: '-inf' is not finite");
    CHECK(complaint("1e999\n") == ":1: column 1: '1e999' is out of a double's range");
    CHECK(complaint("1,2x\n") == ":1: column 2: '2x' is not a number");
    CHECK(complaint("+-1,2\n") == ":1: column 1: '+-1' is not a number");
    CHECK(complaint("1,2\n3,4,5\n") == ":2: 3 cells, expected 2");
    CHECK(complaint("1,2\r\n3\r\n") == ":2: 1 cell, expected 2");
    CHECK(complaint("a,b,c\n1,2\n") == ":2: 2 cells, expected 3");
    CHECK(complaint("1\n\n2\n") == ":2: column 1: the cell is empty");
    CHECK(complaint("1;2\n3;4\n") == ":2: column 1: '3;4' is not a number");
    CHECK(complaint("") == ": there is no observation");
    CHECK(complaint("\n\n") == ": there is no observation");
    CHECK(complaint("a,b\n") == ": there is no observation");
}

TEST_CASE("missing cells are NaN by option") {
    const auto read = [](const std::string& text) {
        return read_csv(TemporaryFile(text).path, {.missing = true});
    };
    for (const std::string cell : {"", "NA", "NaN", "nan", "-nan", "?", " ", "\" NA \"", "\"\""}) {
        const auto csv = read("1," + cell + ",3\n4,5,6\n");
        CHECK(csv.names.empty());
        REQUIRE(csv.values.cols() == 2);
        CHECK(std::isnan(csv.values(1, 0)));
        CHECK(csv.values.array().isNaN().count() == 1);
        CHECK(csv.values.col(1) == Eigen::Vector3d(4, 5, 6));
        CHECK_FALSE(complaint("1," + cell + ",3\n4,5,6\n").empty());
    }
    const auto gaps =
        read("x\n1\n\n2\r\n \r\n\n");  // of one column: what is blank at the end is no observation
    CHECK(gaps.values.cols() == 3);
    CHECK(std::isnan(gaps.values(0, 1)));
}

TEST_CASE("a first line of missing cells is an observation, with a name among them a header") {
    const auto read = [](const std::string& text) {
        return read_csv(TemporaryFile(text).path, {.missing = true});
    };
    for (const std::string line : {"NA,?", ",", "nan,NA"}) {
        CHECK(read(line + "\n1,2\n").names.empty());
        CHECK(read(line + "\n1,2\n").values.leftCols(1).array().isNaN().all());
    }
    CHECK(read_csv(TemporaryFile("NA,?\n1,2\n").path).names.size() == 2);  // without the option
    CHECK(read("a,NA\n1,2\n").names == std::vector<std::string>{"a", "NA"});
    CHECK(read("a,\n1,2\n").values == Eigen::Vector2d(1, 2));
}

TEST_CASE("with missing cells all else is refused as without") {
    const auto complaint = [](const std::string& text) {
        return complaint_about(text, [](const auto& path) { read_csv(path, {.missing = true}); });
    };
    CHECK(complaint("1,2\nNA,n/a\n") == ":2: column 2: 'n/a' is not a number");
    CHECK(complaint("1,2\n?!,1\n") == ":2: column 1: '?!' is not a number");
    CHECK(complaint("NA,inf\n") == ":1: column 2: 'inf' is not finite");
    CHECK(complaint("1,1e999\n") == ":1: column 2: '1e999' is out of a double's range");
    CHECK(complaint("1,2\n\n3,4\n") == ":2: 1 cell, expected 2");
    CHECK(complaint("") == ": there is no observation");
    CHECK(complaint("\n\n") == ": there is no observation");
    CHECK(complaint("a,b\n") == ": there is no observation");
}

TEST_CASE("a file that cannot be read or written") {
    CHECK_THROWS_AS(read_csv("no/such/file.csv"), std::runtime_error);
    CHECK_THROWS_AS(read_csv(std::filesystem::temp_directory_path()), std::runtime_error);
    CHECK_THROWS_AS(write_csv("no/such/file.csv", Eigen::MatrixXd::Zero(1, 1)), std::runtime_error);
    if (std::filesystem::exists("/dev/full"))
        CHECK_THROWS_AS(write_csv("/dev/full", Eigen::MatrixXd::Zero(1, 1)), std::runtime_error);
}

TEST_CASE("numbers come back bit for bit") {
    Eigen::MatrixXd values(3, 3);
    values << 0.1, 1.0 / 3, 1e-300, -0.0, 3.6, 79, std::numeric_limits<double>::max(),
        std::numeric_limits<double>::min(), 1 + std::numeric_limits<double>::epsilon();
    const TemporaryFile file("");
    const std::vector<std::string> names{"x", "y, in m", "z"};
    write_csv(file.path, values, names);
    const auto csv = read_csv(file.path);
    CHECK(csv.names == names);
    CHECK(csv.values == values);
    CHECK(std::signbit(csv.values(1, 0)));
    values(0, 1) = std::nan("");
    write_csv(file.path, values);
    CHECK(std::isnan(read_csv(file.path, {.missing = true}).values(0, 1)));
    values(0, 1) = 1.0 / 3;
    write_csv(file.path, values.transpose());
    CHECK(read_csv(file.path).names.empty());
    CHECK(read_csv(file.path).values == values.transpose());
    CHECK_THROWS_AS(write_csv(file.path, values, {"x"}), std::invalid_argument);
    using Names = std::vector<std::string>;
    for (const Names& bad :
         {Names{"2019", "2020", "2021"}, Names{"x", "3", "z"}, Names{"x", "5\" tube, long", "z"},
          Names{"x ", "y", "z"}, Names{"x", "y\nz", "z"}})
        CHECK_THROWS_WITH(write_csv(file.path, values, bad),
                          ContainsSubstring("would be read back as others"));
    CHECK(read_csv(file.path).values == values.transpose());  // what was there still is
}

TEST_CASE("the locale's decimal comma changes nothing") {
    const std::string before = std::setlocale(LC_ALL, nullptr);
    for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8"})
        if (std::setlocale(LC_ALL, name)) break;
    CHECK(read("1.5,2\n").values(0, 0) == 1.5);
    std::setlocale(LC_ALL, before.c_str());
}
