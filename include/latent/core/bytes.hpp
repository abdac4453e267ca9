// Exact copies of values as bytes: what is read back has the same bits as what was written.
#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "latent/core/archivable.hpp"

namespace latent {

/// Bytes that are no archive of the values asked for.
struct ArchiveError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace latent

namespace latent::detail {

/// FNV-1a in 64 bits; a single changed byte always changes it.
inline std::uint64_t checksum(std::string_view bytes) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
    return hash;
}

/// Writes values one after the other, in the machine's own representation, and nothing else.
class ByteWriter {
  public:
    ByteWriter() = default;
    /// Uses the memory of a string that is not needed any more.
    explicit ByteWriter(std::string&& memory) : bytes_(std::move(memory)) { bytes_.clear(); }

    /// What was written so far.
    const std::string& bytes() const& { return bytes_; }
    std::string bytes() && { return std::move(bytes_); }

    template <Archivable T>
    void write(const T& value) {
        if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
            raw(&value, 1);
        } else if constexpr (PlainEigen<T>) {
            write(static_cast<std::int64_t>(value.rows()));
            write(static_cast<std::int64_t>(value.cols()));
            raw(value.data(), static_cast<std::size_t>(value.size()));
        } else if constexpr (WithMembers<T> || Fielded<T>) {
            const auto each = [&](auto member) { write(value.*member); };
            std::apply([&](auto... members) { (each(members), ...); }, members_of<T>());
        } else {
            write_container(value);
        }
    }

  private:
    template <class T>
    void write_container(const std::vector<T>& values) {
        write(static_cast<std::uint64_t>(values.size()));
        if constexpr (raw_run<T>) {
            raw(values.data(), values.size());
        } else {
            for (const T& value : values) write(value);
        }
    }
    void write_container(const std::string& text) {
        write(static_cast<std::uint64_t>(text.size()));
        raw(text.data(), text.size());
    }
    template <class T, std::size_t n>
    void write_container(const std::array<T, n>& values) {
        for (const T& value : values) write(value);
    }
    template <class T>
    void write_container(const std::optional<T>& value) {
        write(value.has_value());
        if (value) write(*value);
    }
    template <class A, class B>
    void write_container(const std::pair<A, B>& value) {
        write(value.first), write(value.second);
    }
    template <class... T>
    void write_container(const std::tuple<T...>& values) {
        std::apply([&](const auto&... value) { (write(value), ...); }, values);
    }
    template <class T>
    void raw(const T* values, std::size_t n) {
        if (n > 0) bytes_.append(reinterpret_cast<const char*>(values), n * sizeof(T));
    }

    std::string bytes_;
};

/// Reads back, into values of the same types in the same order, what an ByteWriter wrote. Containers and matrices
/// take the size that was written. Throws ArchiveError where the bytes cannot be what was written, before
/// anything is allocated for them; the value that was being read is then of no use.
class ByteReader {
  public:
    /// A view: the bytes must outlive it.
    explicit ByteReader(std::string_view bytes) : left_(bytes) {}

    /// Bytes that are not read yet.
    std::size_t left() const { return left_.size(); }
    std::string_view rest() const { return left_; }

    template <class T>
        requires Archivable<std::remove_cvref_t<T>>
    void read(T&& to) {
        using Value = std::remove_cvref_t<T>;
        if constexpr (std::is_same_v<Value, bool>) {
            char byte = 0;
            raw(&byte, 1);
            require(byte == 0 || byte == 1, "a truth value is neither true nor false");
            to = byte == 1;
        } else if constexpr (std::is_arithmetic_v<Value> || std::is_enum_v<Value>) {
            raw(&to, 1);
        } else if constexpr (PlainEigen<Value>) {
            read_matrix(to);
        } else if constexpr (WithMembers<Value> || Fielded<Value>) {
            const auto each = [&](auto member) { read(to.*member); };
            std::apply([&](auto... members) { (each(members), ...); }, members_of<Value>());
        } else {
            read_container(to);
        }
    }

    /// Throws ArchiveError unless all has been read.
    void finish() const { require(left_.empty(), "more bytes than were written"); }

  private:
    static void require(bool valid, const char* what) {
        if (!valid) throw ArchiveError(what);
    }
    /// How many elements follow, each of `least` bytes or more.
    std::size_t count(std::size_t least) {
        std::uint64_t n = 0;
        read(n);
        require(n <= left() / least, "a size is larger than the rest of the bytes");
        return static_cast<std::size_t>(n);
    }
    template <class Matrix>
    void read_matrix(Matrix& to) {
        using Scalar = typename Matrix::Scalar;
        std::int64_t rows = 0, cols = 0;
        read(rows), read(cols);
        const auto fits = [](std::int64_t n, int fixed, int most) {
            return n >= 0 && (fixed == Eigen::Dynamic || n == fixed) && (most == Eigen::Dynamic || n <= most);
        };
        require(fits(rows, Matrix::RowsAtCompileTime, Matrix::MaxRowsAtCompileTime) &&
                    fits(cols, Matrix::ColsAtCompileTime, Matrix::MaxColsAtCompileTime),
                "a matrix is of another shape");
        const auto entries = static_cast<std::int64_t>(left() / sizeof(Scalar));
        require(cols == 0 || rows <= entries / cols, "a matrix is larger than the rest of the bytes");
        to.resize(rows, cols);
        if constexpr (std::is_same_v<Scalar, bool>) {
            for (Index i = 0; i < to.size(); ++i) read(to.data()[i]);
        } else {
            raw(to.data(), static_cast<std::size_t>(to.size()));
        }
    }
    template <class T>
    void read_container(std::vector<T>& to) {
        const std::size_t n = count(std::is_arithmetic_v<T> ? sizeof(T) : 1);
        if constexpr (raw_run<T>) {
            to.resize(n);
            return raw(to.data(), n);
        }
        if constexpr (!std::default_initializable<T>) {
            require(n == to.size(), "there are other numbers of elements than to be read into");
            for (T& value : to) read(value);
        } else {
            to.clear();
            for (std::size_t i = 0; i < n; ++i) {  // no reserve: elements may be larger than their bytes
                T value{};
                read(value);
                to.push_back(std::move(value));
            }
        }
    }
    void read_container(std::string& to) {
        to.resize(count(1));
        raw(to.data(), to.size());
    }
    template <class T, std::size_t n>
    void read_container(std::array<T, n>& to) {
        for (T& value : to) read(value);
    }
    template <class T>
    void read_container(std::optional<T>& to) {
        bool has_value = false;
        read(has_value);
        if constexpr (!std::default_initializable<T>) {
            require(has_value == to.has_value(), "there are other values than to be read into");
            if (to) read(*to);
        } else {
            to.reset();
            if (has_value) read(to.emplace());
        }
    }
    template <class A, class B>
    void read_container(std::pair<A, B>& to) {
        read(to.first), read(to.second);
    }
    /// Of values, or of references to them.
    template <class... T>
    void read_container(std::tuple<T...>& to) {
        std::apply([&](auto&... value) { (read(value), ...); }, to);
    }
    template <class... T>
    void read_container(const std::tuple<T&...>& to) {
        std::apply([&](auto&... value) { (read(value), ...); }, to);
    }
    template <class T>
    void raw(T* to, std::size_t n) {
        require(n <= left_.size() / sizeof(T), "the bytes end too early");
        if (n > 0) std::memcpy(to, left_.data(), n * sizeof(T));
        left_.remove_prefix(n * sizeof(T));
    }

    std::string_view left_;
};

}  // namespace latent::detail
