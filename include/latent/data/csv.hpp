// Comma-separated files, one observation a line, read and written with no loss and in no locale.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/core/decimal.hpp"
#include "latent/core/types.hpp"

namespace latent {

/// What a file of comma-separated values holds.
struct Csv {
    Eigen::MatrixXd values;          ///< d × n, one observation (a line of the file) a column
    std::vector<std::string> names;  ///< of the d columns of the file; empty where it has no header line
};

/// How a file of comma-separated values is read.
struct CsvOptions {
    /// Whether a cell that is empty, NA, NaN or ? is a missing one, and read as NaN. Otherwise it is an error.
    bool missing = false;
};

namespace detail {

inline std::string contents(const std::filesystem::path& path) {
    std::error_code ignored;  // a folder opens as a file does, and then reads as empty
    std::ifstream file(path, std::ios::binary);
    if (!file || std::filesystem::is_directory(path, ignored))
        throw std::runtime_error("cannot read the file " + path.string());
    std::string all{std::istreambuf_iterator<char>(file), {}};
    if (file.bad()) throw std::runtime_error("reading the file " + path.string() + " failed");
    return all;
}

/// What some spreadsheets write before the text, and what does not count at the ends of lines and cells.
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF", blanks = " \t\r\n";

inline std::string_view trimmed(std::string_view cell) {
    const auto first = cell.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return cell.substr(first, cell.find_last_not_of(blanks) - first + 1);
}

/// The cells of a line; double quotes around one are dropped, and a comma inside them does not separate.
inline void split(std::string_view line, std::vector<std::string_view>& cells) {
    cells.clear();
    for (std::size_t begin = 0, end = 0; begin <= line.size(); begin = end + 1) {
        bool quoted = false;
        for (end = begin; end < line.size() && (quoted || line[end] != ','); ++end)
            if (line[end] == '"') quoted = !quoted;
        std::string_view cell = trimmed(line.substr(begin, end - begin));
        if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"')
            cell = trimmed(cell.substr(1, cell.size() - 2));
        cells.push_back(cell);
    }
}

/// How the whole cell reads as a number: std::errc{}, invalid_argument or result_out_of_range.
inline std::errc parse(std::string_view cell, double& value) {
    if (cell.size() > 1 && cell[0] == '+' && cell[1] != '-') cell.remove_prefix(1);
    return parse_decimal(cell, value);
}

/// Whether the cell, which does not read as a number, says that there is none. (NaN, in any letters, reads as one.)
inline bool says_missing(std::string_view cell) { return cell.empty() || cell == "NA" || cell == "?"; }

/// A header is a line in which nothing is a number: one bad cell in a first observation is still an error. A line of
/// missing cells, where there may be some, is an observation.
inline bool is_header(const std::vector<std::string_view>& cells, const CsvOptions& options = {}) {
    const auto is_text = [](std::string_view cell) {
        double ignored = 0;
        return parse(cell, ignored) == std::errc::invalid_argument;
    };
    return std::all_of(cells.begin(), cells.end(), is_text) &&
           !(options.missing && std::all_of(cells.begin(), cells.end(), says_missing));
}

/// The cells as numbers into x; file:line is named in errors.
inline void parse_line(const std::vector<std::string_view>& cells, const CsvOptions& options,
                       const std::string& file, Index line, Eigen::Ref<Eigen::VectorXd> x) {
    require(static_cast<Index>(cells.size()) == x.size(), file, ":", line, ": ", cells.size(),
            cells.size() == 1 ? " cell" : " cells", ", expected ", x.size());
    for (Index j = 0; j < x.size(); ++j) {
        const std::string_view cell = cells[static_cast<std::size_t>(j)];
        const std::errc error = parse(cell, x[j]);
        if (error == std::errc{} && (std::isfinite(x[j]) || (options.missing && std::isnan(x[j])))) continue;
        if (options.missing && says_missing(cell)) {
            x[j] = std::numeric_limits<double>::quiet_NaN();
            continue;
        }
        const char* const reason = error == std::errc::invalid_argument      ? "' is not a number"
                                   : error == std::errc::result_out_of_range ? "' is out of a double's range"
                                                                             : "' is not finite";
        require(!cell.empty(), file, ":", line, ": column ", j + 1, ": the cell is empty");
        require(false, file, ":", line, ": column ", j + 1, ": '", cell, reason);
    }
}

/// Takes the first line, without its end, off the text.
inline std::string_view take_line(std::string_view& text) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

/// The columns of x from the lines of the text, as many as there are columns; the first is line `line` of the file.
inline void parse_lines(std::string_view text, std::vector<std::string_view>& cells,
                        const CsvOptions& options, const std::string& file, Index line,
                        Eigen::Ref<Eigen::MatrixXd> x) {
    for (Index i = 0; i < x.cols(); ++i) {
        split(take_line(text), cells);
        parse_line(cells, options, file, line + i, x.col(i));
    }
}

}  // namespace detail

/// Reads a file of comma-separated numbers, one observation a line. A first line in which no cell is a number
/// is the header. Blanks and double quotes around a cell, CRLF line ends and blank lines at the end are
/// tolerated. With read_csv(path, {.missing = true}) there may be missing cells, which are NaN: see with_missing. Throws
/// std::runtime_error where the file cannot be read; std::invalid_argument, naming file, line and column, for
/// a cell that is empty, no number or not finite, a line longer or shorter than the first, and no
/// observation. Cost: one pass over the text, held in memory beside the result.
inline Csv read_csv(const std::filesystem::path& path, const CsvOptions& options = {}) {
    const std::string all = detail::contents(path), file = path.string();
    std::string_view text = all;
    if (text.starts_with(detail::byte_order_mark)) text.remove_prefix(detail::byte_order_mark.size());
    text = text.substr(0, text.find_last_not_of(detail::blanks) + 1);

    Csv csv;
    std::vector<std::string_view> cells;
    const Index lines = text.empty() ? 0 : 1 + static_cast<Index>(std::count(text.begin(), text.end(), '\n'));
    std::string_view rest = text;
    detail::split(detail::take_line(rest), cells);
    const bool header = lines > 0 && detail::is_header(cells, options);
    if (header) csv.names.assign(cells.begin(), cells.end());
    csv.values.resize(static_cast<Index>(cells.size()), lines - header);
    detail::parse_lines(header ? rest : text, cells, options, file, 1 + header, csv.values);
    detail::require(csv.values.cols() > 0, file, ": there is no observation");
    return csv;
}

/// Writes a d × n matrix, one observation (column) a line, after a header line where d names are given.
/// Numbers have the digits, up to 17, that read back as the same double. Throws std::invalid_argument for
/// another number of names, or names that would not be read back (a number, a blank or a double quote at an end), and
/// std::runtime_error where the file cannot be written to the end.
inline void write_csv(const std::filesystem::path& path, const Eigen::Ref<const Eigen::MatrixXd>& values,
                      const std::vector<std::string>& names = {}) {
    detail::require(names.empty() || static_cast<Index>(names.size()) == values.rows(),
                    "latent::write_csv: names has ", names.size(), " elements, expected one for each of ",
                    values.rows(), " rows");
    std::string text;
    for (const std::string& name : names) {
        const char* const quote = name.find(',') == std::string::npos ? "" : "\"";
        text.append(quote).append(name).append(quote).append(&name == &names.back() ? "\n" : ",");
    }
    std::string_view header = text;
    std::vector<std::string_view> read;
    detail::split(detail::take_line(header), read);
    detail::require(
        names.empty() ||
            (detail::is_header(read) && std::equal(read.begin(), read.end(), names.begin(), names.end())),
        "latent::write_csv: the names would be read back as others, or as an observation: ", text);
    char digits[32];
    for (Index i = 0; i < values.cols(); ++i)
        for (Index j = 0; j < values.rows(); ++j) {
            text.append(digits, std::to_chars(digits, std::end(digits), values(j, i)).ptr);
            text.push_back(j + 1 == values.rows() ? '\n' : ',');
        }
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (!file) throw std::runtime_error("cannot write the file " + path.string());
}

}  // namespace latent
