// A source of observations in a comma-separated file larger than memory.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/data/csv.hpp"
#include "latent/data/file.hpp"
#include "latent/data/source.hpp"

namespace latent {

namespace detail {

/// Where the lines of a text begin, every so many of them, found in one pass by pieces.
class LineIndex {
  public:
    static constexpr Index step = 256;  ///< lines between two places that are known

    /// Of the bytes from `begin` on. Blank lines at the end do not count.
    LineIndex(const File& file, std::int64_t begin) : places_{begin}, end_(begin) {
        std::string piece;
        Index ended = 0;
        for (std::int64_t at = begin; at < file.size(); at += std::ssize(piece)) {
            piece.resize(static_cast<std::size_t>(std::min<std::int64_t>(1 << 16, file.size() - at)));
            file.read(at, std::ssize(piece), piece.data());
            const std::size_t last = piece.find_last_not_of(blanks);
            for (std::size_t i = 0; i < piece.size(); ++i) {
                const std::int64_t next = at + static_cast<std::int64_t>(i) + 1;
                if (i == last) lines_ = ended + 1, end_ = next;
                if (piece[i] == '\n' && ++ended % step == 0) places_.push_back(next);
            }
        }
        places_.resize(static_cast<std::size_t>((lines_ + step - 1) / step));
        places_.push_back(end_);
    }

    /// Number of lines.
    Index lines() const { return lines_; }
    /// The first byte of line step·i; the end of the last line where there is none.
    std::int64_t place(Index i) const {
        return places_[static_cast<std::size_t>(std::min(i, static_cast<Index>(places_.size()) - 1))];
    }

  private:
    std::vector<std::int64_t> places_;
    Index lines_ = 0;
    std::int64_t end_;
};

/// The first line of a file of comma-separated values: how many cells, their names where it is a header, and where the
/// first observation begins.
struct CsvHeader {
    std::vector<std::string> names;
    Index cells = 0;
    std::int64_t bytes = 0;

    CsvHeader(const File& file, const CsvOptions& options) {
        std::string text;
        while (text.find('\n') == std::string::npos && std::ssize(text) < file.size()) {
            text.resize(
                static_cast<std::size_t>(std::min<std::int64_t>(2 * std::ssize(text) + 4096, file.size())));
            file.read(0, std::ssize(text), text.data());
        }
        std::string_view rest = text;
        if (rest.starts_with(byte_order_mark)) rest.remove_prefix(byte_order_mark.size());
        const auto begin = static_cast<std::int64_t>(text.size() - rest.size());
        std::vector<std::string_view> found;
        split(take_line(rest), found);
        cells = std::ssize(found);
        const bool header = is_header(found, options);
        if (header) names.assign(found.begin(), found.end());
        bytes = header ? static_cast<std::int64_t>(text.size() - rest.size()) : begin;
    }
};

}  // namespace detail

/// A DataSource: a file of comma-separated numbers as read_csv reads it, one observation a line, header included. It is
/// scanned once when it is opened, for where lines begin: 8 bytes of memory for 256 lines. Numbers are parsed anew in
/// every pass: where there are many passes, write_npy(path, CsvFile(…)) first, and fit from that.
/// Missing cells, CsvFile(path, {.missing = true}), are read as NaN.
class CsvFile {
  public:
    using Scalar = double;

    /// Throws std::runtime_error where the file cannot be read, std::invalid_argument where there is no observation.
    explicit CsvFile(const std::filesystem::path& path, const CsvOptions& options = {})
        : options_(options), file_(path), header_(file_, options), lines_(file_, header_.bytes) {
        detail::require(cols() > 0, file_.name(), ": there is no observation");
    }

    Index rows() const { return header_.cells; }
    Index cols() const { return lines_.lines(); }
    /// Whether there may be missing cells, which are NaN.
    bool missing() const { return options_.missing; }
    /// Of the d columns of the file; empty where it has no header line.
    const std::vector<std::string>& names() const { return header_.names; }
    /// Throws std::invalid_argument where read_csv does, in the same words, naming file, line and column;
    /// std::runtime_error where the file has become shorter since it was opened.
    void read(Index first, Index count, double* to) const {
        if (count == 0) return;
        const auto room = room_.take([] { return std::make_unique<Room>(); });
        const Index from = first / detail::LineIndex::step;
        const std::int64_t begin = lines_.place(from);
        room->text.resize(static_cast<std::size_t>(
            lines_.place((first + count - 1) / detail::LineIndex::step + 1) - begin));
        file_.read(begin, std::ssize(room->text), room->text.data());
        std::string_view text = room->text;
        for (Index i = from * detail::LineIndex::step; i < first; ++i) detail::take_line(text);
        detail::parse_lines(text, room->cells, options_, file_.name(), first + 1 + !header_.names.empty(),
                            Eigen::Map<Eigen::MatrixXd>(to, rows(), count));
    }

  private:
    struct Room {
        std::string text;
        std::vector<std::string_view> cells;
    };

    CsvOptions options_;
    detail::File file_;
    detail::CsvHeader header_;
    detail::LineIndex lines_;
    detail::Pool<Room> room_;
};

}  // namespace latent
