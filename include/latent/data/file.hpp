// A file that several threads read at once, each where it wants to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>

#include "latent/data/pool.hpp"

namespace latent::detail {

/// Bytes of a file by their position. Every thread that reads has a stream of its own, lent for as long as a read
/// lasts, so that the operating system sees each of them read on and reads ahead of it. Copies share the streams.
class File {
  public:
    /// Throws std::runtime_error where the file cannot be read.
    explicit File(std::filesystem::path path) : path_(std::move(path)) {
        std::error_code failed;  // a folder opens as a file does, and then reads as empty
        if (std::filesystem::is_directory(path_, failed)) cannot_read();
        const auto stream = streams_.take([this] { return open(); });
        size_ = static_cast<std::int64_t>(stream->seekg(0, std::ios::end).tellg());
        if (size_ < 0) cannot_read();
    }

    const std::filesystem::path& path() const { return path_; }
    std::string name() const { return path_.string(); }
    /// Number of bytes when it was opened.
    std::int64_t size() const { return size_; }

    /// Copies `count` bytes from byte `begin` on. Throws std::runtime_error where there are fewer.
    void read(std::int64_t begin, std::int64_t count, char* to) const {
        const auto stream = streams_.take([this] { return open(); });
        stream->seekg(begin);
        stream->read(to, count);
        if (*stream) return;
        const auto found = stream->gcount();
        stream->clear();
        throw std::runtime_error("reading the file " + name() + " failed: there are " +
                                 std::to_string(found) + " of " + std::to_string(count) +
                                 " bytes from byte " + std::to_string(begin) + " on");
    }
    template <class Scalar>
    void read_values(std::int64_t begin, std::int64_t count, Scalar* to) const {
        read(begin, count * static_cast<std::int64_t>(sizeof(Scalar)), reinterpret_cast<char*>(to));
    }

  private:
    [[noreturn]] void cannot_read() const { throw std::runtime_error("cannot read the file " + name()); }
    std::unique_ptr<std::ifstream> open() const {
        auto stream = std::make_unique<std::ifstream>(path_, std::ios::binary);
        if (!*stream) cannot_read();
        return stream;
    }

    std::filesystem::path path_;
    std::int64_t size_ = 0;
    Pool<std::ifstream> streams_;
};

}  // namespace latent::detail
