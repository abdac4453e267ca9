// NumPy's file format, .npy: arrays of numbers, read at once or block by block, and written.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <string_view>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/data/blocks.hpp"
#include "latent/data/exact.hpp"
#include "latent/data/file.hpp"

namespace latent {

namespace detail {

/// What stands before the numbers of a .npy file.
struct NpyHeader {
    std::string type;          ///< "<f8": byte order, kind, bytes
    bool fortran = false;      ///< whether the first index runs fastest
    std::vector<Index> shape;  ///< one length a dimension
    std::int64_t bytes = 0;    ///< where the numbers begin
};

/// The name NumPy gives to a type of number of this machine.
template <class Number>
std::string npy_type() {
    const char order = sizeof(Number) == 1 ? '|' : std::endian::native == std::endian::little ? '<' : '>';
    const char kind = std::is_same_v<Number, bool>  ? 'b'
                      : std::floating_point<Number> ? 'f'
                      : std::is_signed_v<Number>    ? 'i'
                                                    : 'u';
    return {order, kind, static_cast<char>('0' + sizeof(Number))};
}

/// visit(Number{}) for the type of number of this name, one of Scalar, bool and the whole ones; false where it is none.
template <class Scalar, class Visit>
bool with_npy_type(const std::string& type, const Visit& visit) {
    const auto is = [&]<class Number>(Number number) {
        if (type != npy_type<Number>()) return false;
        visit(number);
        return true;
    };
    return is(Scalar{}) || is(bool{}) || is(std::int8_t{}) || is(std::int16_t{}) || is(std::int32_t{}) ||
           is(std::int64_t{}) || is(std::uint8_t{}) || is(std::uint16_t{}) || is(std::uint32_t{}) ||
           is(std::uint64_t{});
}

/// The text of a value in the header's dictionary: what follows 'key': up to the comma, or the bracket that closes it.
inline std::string_view npy_value(const std::string& file, std::string_view dictionary,
                                  std::string_view key) {
    const auto found = dictionary.find("'" + std::string(key) + "':");
    require(found != std::string_view::npos, file, ": the .npy header has no '", key, "'");
    std::string_view rest = dictionary.substr(found + key.size() + 3);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const char open = rest.empty() ? ' ' : rest.front();
    const auto end = open == '(' ? rest.find(')') : open == '[' ? rest.rfind(']') : rest.find_first_of(",}");
    require(end != std::string_view::npos, file, ": the .npy header's '", key, "' has no end");
    return rest.substr(0, open == '(' || open == '[' ? end + 1 : end);
}

/// The numbers of "(3, 4)".
inline std::vector<Index> npy_shape(const std::string& file, std::string_view text) {
    constexpr Index most = std::numeric_limits<Index>::max() / 10 - 1;
    std::vector<Index> shape;
    bool inside = false;
    for (const char c : text.substr(1, text.size() - 2)) {
        const bool digit = c >= '0' && c <= '9';
        require((digit || c == ',' || c == ' ') && (shape.empty() || shape.back() < most), file,
                ": the .npy header's shape is ", text, ", expected whole numbers");
        if (digit && !inside) shape.push_back(0);
        if (digit) shape.back() = 10 * shape.back() + (c - '0');
        inside = digit;
    }
    return shape;
}

/// Reads the header: versions 1.0, 2.0 and 3.0. Throws std::invalid_argument on what is none.
inline NpyHeader read_npy_header(const File& file) {
    const std::string name = file.name();
    std::array<char, 12> start{};
    file.read(0, std::min<std::int64_t>(file.size(), 12), start.data());
    require(file.size() >= 12 && std::string_view(start.data(), 6) == "\x93NUMPY", name,
            ": this is no .npy file");
    const int version = static_cast<unsigned char>(start[6]);
    require(version >= 1 && version <= 3, name, ": the .npy version is ", version, ", expected 1, 2 or 3");

    NpyHeader header;
    const std::size_t width = version == 1 ? 2 : 4;  // bytes of the dictionary's length, the lowest first
    std::int64_t length = 0;
    for (std::size_t i = width; i-- > 0;) length = 256 * length + static_cast<unsigned char>(start[8 + i]);
    const auto begin = static_cast<std::int64_t>(8 + width);
    header.bytes = begin + length;
    require(header.bytes <= file.size(), name, ": the file ends within the .npy header");
    std::string dictionary(static_cast<std::size_t>(length), ' ');
    file.read(begin, length, dictionary.data());

    const std::string_view type = npy_value(name, dictionary, "descr");
    header.type = type.starts_with('\'') ? type.substr(1, type.size() - 2) : type;
    const std::string_view order = npy_value(name, dictionary, "fortran_order");
    require(order == "True" || order == "False", name, ": the .npy header's fortran_order is ", order);
    header.fortran = order == "True";
    const std::string_view shape = npy_value(name, dictionary, "shape");
    require(shape.starts_with('('), name, ": the .npy header's shape is ", shape, ", expected a tuple");
    header.shape = npy_shape(name, shape);
    return header;
}

}  // namespace detail

/// A DataSource: an array that NumPy saved, n × d (one observation a row) or of n numbers (d = 1): float32 for
/// Scalar = float, float64 for double, and for both bool and the whole numbers int8 … int64, uint8 … uint64. Arrays in C
/// order are read as they stand; one in Fortran order is gathered from d places a block, and takes d times as many reads.
template <std::floating_point Type = double>
class NpyFile {
  public:
    using Scalar = Type;

    /// Throws std::runtime_error where the file cannot be read; std::invalid_argument, naming the file and what was
    /// found, for numbers of another type or byte order, an array of no or more than two dimensions, and a file
    /// shorter or longer than its header says.
    explicit NpyFile(const std::filesystem::path& path)
        : file_(path), header_(detail::read_npy_header(file_)) {
        const std::string name = file_.name();
        const bool known = detail::with_npy_type<Scalar>(header_.type, [&]<class Number>(Number) {
            width_ = sizeof(Number);
            read_ = &NpyFile::read_numbers<Number>;
        });
        detail::require(known, name, ": the numbers are of type ", header_.type, ", expected ",
                        detail::npy_type<Scalar>(), " (", sizeof(Scalar) == 4 ? "float32" : "float64",
                        "), bool, or whole numbers of this machine's byte order");
        const auto& shape = header_.shape;
        detail::require(shape.size() == 1 || shape.size() == 2, name, ": the array has ", shape.size(),
                        " dimensions, expected n × d, one observation a row");
        n_ = shape[0];
        d_ = shape.size() == 2 ? shape[1] : 1;
        const std::int64_t bytes = file_.size() - header_.bytes, numbers = bytes / width_;
        const bool fits = d_ == 0 ? numbers == 0 : numbers % d_ == 0 && numbers / d_ == n_;
        detail::require(fits && bytes % width_ == 0, name, ": ", bytes, " bytes follow the header, expected ",
                        n_, " × ", d_, " numbers of ", width_, width_ == 1 ? " byte" : " bytes");
    }

    Index rows() const { return d_; }
    Index cols() const { return n_; }
    /// Throws std::runtime_error where the file has become shorter since it was opened, std::invalid_argument, naming the
    /// observation, for a whole number that Scalar does not hold exactly.
    void read(Index first, Index count, Scalar* to) const {
        if (count == 0) return;  // such an array may say that d is anything
        if (!header_.fortran || d_ == 1) return (this->*read_)(first * d_, first * d_ + d_ * count, to);
        std::array<Scalar, 512> some;
        for (Index j = 0; j < d_; ++j)
            for (Index begin = 0; begin < count; begin += std::ssize(some)) {
                const Index end = std::min(begin + std::ssize(some), count);
                (this->*read_)(j * n_ + first + begin, j * n_ + first + end, some.data());
                for (Index i = begin; i < end; ++i)
                    to[i * d_ + j] = some[static_cast<std::size_t>(i - begin)];
            }
    }

  private:
    /// Numbers begin … end − 1 of the file.
    template <class Number>
    void read_numbers(Index begin, Index end, Scalar* to) const {
        if constexpr (std::is_same_v<Number, Scalar>) {
            file_.read_values(header_.bytes + width_ * begin, end - begin, to);
        } else {
            using Stored = std::conditional_t<std::is_same_v<Number, bool>, std::uint8_t, Number>;
            std::array<Stored, 512> some;
            for (; begin < end; begin += std::ssize(some)) {
                const Index count = std::min(std::ssize(some), end - begin);
                file_.read_values(header_.bytes + width_ * begin, count, some.data());
                for (Index i = 0; i < count; ++i)
                    *to++ = exactly<Number>(some[static_cast<std::size_t>(i)], begin + i);
            }
        }
    }
    /// Number `at` of the file.
    template <class Number, class Stored>
    Scalar exactly(Stored number, Index at) const {
        constexpr bool truth = std::is_same_v<Number, bool>;
        if (truth ? number > 1 : !detail::holds<Scalar>(number)) {
            const Index i = header_.fortran ? at % n_ : at / d_, j = header_.fortran ? at / n_ : at % d_;
            const auto what =
                truth ? "is no bool" : detail::text("no ", detail::name_of<Scalar>, " holds exactly");
            detail::require(false, file_.name(), ": observation ", i, ", dimension ", j, " is ", +number,
                            ", which ", what);
        }
        return static_cast<Scalar>(number);
    }

    detail::File file_;
    detail::NpyHeader header_;
    Index d_ = 0, n_ = 0;
    std::int64_t width_ = 0;                                        // bytes a number
    void (NpyFile::*read_)(Index, Index, Scalar*) const = nullptr;  // of the file's type
};

/// Writes a .npy file of n × d numbers in C order, as many observations at a time as are given.
template <std::floating_point Scalar = double>
class NpyWriter {
  public:
    /// Throws std::invalid_argument for d < 1, std::runtime_error where the file cannot be written.
    NpyWriter(const std::filesystem::path& path, Index d)
        : path_(path), d_(checked(d)), stream_(path, std::ios::binary) {
        write_header();
        check();
    }

    /// Adds observations, d × any number. Throws std::invalid_argument on another number of rows.
    void append(const Eigen::Ref<const MatrixX<Scalar>, 0, Eigen::OuterStride<>>& x) {
        detail::require(x.rows() == d_, "latent::NpyWriter: observations have ", x.rows(),
                        " rows, expected d = ", d_, ": one observation a column");
        const bool whole = x.outerStride() == d_;
        const Index runs = whole ? 1 : x.cols(), length = whole ? d_ * x.cols() : d_;
        for (Index i = 0; i < runs; ++i)
            stream_.write(reinterpret_cast<const char*>(x.data() + i * x.outerStride()),
                          static_cast<std::streamsize>(sizeof(Scalar)) * length);
        n_ += x.cols();
    }

    /// Writes down how many observations there are: without it, the file is none that can be read. Throws
    /// std::runtime_error where anything could not be written.
    void close() {
        stream_.seekp(0);
        write_header();
        stream_.close();
        check();
    }

  private:
    /// Before the file is opened: one that is there is not lost.
    static Index checked(Index d) {
        detail::require(d >= 1, "latent::NpyWriter: d is ", d, ", expected at least 1");
        return d;
    }
    /// 128 bytes, whatever n is: the dictionary is filled up with blanks.
    void write_header() {
        std::string header("\x93NUMPY\x01\x00\x76\x00", 10);
        header += "{'descr': '" + detail::npy_type<Scalar>() + "', 'fortran_order': False, 'shape': (" +
                  std::to_string(n_) + ", " + std::to_string(d_) + "), }";
        header.resize(127, ' ');
        stream_ << header << '\n';
    }
    void check() const {
        if (!stream_) throw std::runtime_error("cannot write the file " + path_.string());
    }

    std::filesystem::path path_;
    Index d_, n_ = 0;
    std::ofstream stream_;
};

/// All of a .npy file as a matrix d × n, one observation a column. Throws where NpyFile does.
template <std::floating_point Scalar = double>
MatrixX<Scalar> read_npy(const std::filesystem::path& path) {
    const NpyFile<Scalar> file(path);
    MatrixX<Scalar> x(file.rows(), file.cols());
    file.read(0, file.cols(), x.data());
    return x;
}

/// Writes a matrix d × n as NumPy's n × d array, one observation a row. Throws std::invalid_argument where d is 0
/// (and leaves a file that is there), std::runtime_error where the file cannot be written to the end.
template <class Derived>
void write_npy(const std::filesystem::path& path, const Eigen::MatrixBase<Derived>& x) {
    NpyWriter<typename Derived::Scalar> file(path, x.rows());
    file.append(x.derived());
    file.close();
}

/// The same of a source, some thousand observations at a time: a .csv file becomes one that reads sixty times as
/// fast. Memory: one block.
template <DataSource Source>
void write_npy(const std::filesystem::path& path, const Source& source) {
    using Scalar = typename Source::Scalar;
    const Blocks<Source> blocks(source, 4096);
    NpyWriter<Scalar> file(path, source.rows());
    for (Index b = 0; b < blocks.size(); ++b)
        file.append(Eigen::Map<const MatrixX<Scalar>>(blocks[b].data(), blocks.rows(), blocks.length(b)));
    file.close();
}

}  // namespace latent
