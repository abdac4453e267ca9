// A file that holds one archive, whole or not at all.
#pragma once

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include "latent/core/bytes.hpp"
#include "latent/core/checks.hpp"

#if __has_include(<unistd.h>) && __has_include(<fcntl.h>)
#include <fcntl.h>
#include <unistd.h>
#endif

namespace latent::detail {

/// Throws std::runtime_error with the parts joined.
template <class... Parts>
[[noreturn]] void fail_at(const std::filesystem::path& path, const Parts&... parts) {
    throw std::runtime_error(text("latent::Checkpoint: ", path.string(), ": ", parts...));
}

#ifdef O_CLOEXEC  // POSIX

/// Closes its file.
class Descriptor {
  public:
    Descriptor(const std::filesystem::path& path, int flags) : file_(::open(path.c_str(), flags, 0666)) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (file_ >= 0) ::close(file_);
    }
    bool is_open() const { return file_ >= 0; }
    int number() const { return file_; }
    bool write(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto n = ::write(file_, bytes.data(), bytes.size());
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
        return true;
    }
    /// Returns when the file is on the disk.
    bool flush() const { return ::fsync(file_) == 0; }

  private:
    int file_;
};

/// False, and errno says why, where they cannot be written to the disk.
inline bool write_through(const std::filesystem::path& path, std::string_view head, std::string_view body) {
    const Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
    return file.is_open() && file.write(head) && file.write(body) && file.flush();
}

#else

inline bool write_through(const std::filesystem::path& path, std::string_view head, std::string_view body) {
    std::ofstream file(path, std::ios::binary);
    file << head << body << std::flush;
    return file.good();
}

#endif

/// What precedes the archive.
struct CheckpointHeader {
    std::array<char, 8> magic{'l', 'a', 't',  'e',
                              'n', 't', '\r', '\n'};  // a transfer as text would change it
    std::uint64_t version = 2;                        ///< to be raised whenever what is written changes
    std::uint64_t size = 0, sum = 0;

    static constexpr auto members() {
        using H = CheckpointHeader;
        return std::tuple{&H::magic, &H::version, &H::size, &H::sum};
    }
};

/// Replaces the file at once: whenever the process is killed or the power fails, the file is the old one or the new
/// one, whole. Throws std::runtime_error where it cannot be written. Passes through `path`.tmp, so only
/// one may write at a time: see FileLock.
inline void write_checkpoint_file(const std::filesystem::path& path, const std::string& archive) {
    ByteWriter head;
    head.write(CheckpointHeader{.size = archive.size(), .sum = checksum(archive)});
    const std::filesystem::path fresh = path.string() + ".tmp";
    errno = 0;
    if (!write_through(fresh, head.bytes(), archive))
        fail_at(fresh, "cannot be written: ", std::generic_category().message(errno));
    std::error_code error;
    std::filesystem::rename(fresh, path, error);
    if (error) fail_at(path, "cannot be replaced: ", error.message());
}

/// The archive in the file; empty where there is no file. Throws std::runtime_error where the file cannot be read or
/// is not, byte for byte, what was written.
inline std::string read_checkpoint_file(const std::filesystem::path& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (status.type() == std::filesystem::file_type::not_found) return {};
    if (!std::filesystem::is_regular_file(status)) fail_at(path, "is no file that can be read");
    std::ifstream file(path, std::ios::binary);
    std::string bytes(std::filesystem::file_size(path, error), '\0');
    if (error || !file.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
        fail_at(path, "cannot be read");

    ByteReader reader(bytes);
    CheckpointHeader head;
    const CheckpointHeader expected;
    try {
        reader.read(head);
    } catch (const ArchiveError&) {
        fail_at(path, "is no checkpoint: it has ", bytes.size(), " bytes");
    }
    if (head.magic != expected.magic) fail_at(path, "is no checkpoint: it begins otherwise");
    if (head.version != expected.version)
        fail_at(path, "has the format version ", head.version, ", expected ", expected.version);
    if (head.size != reader.left())
        fail_at(path, "is not whole: it has ", reader.left(), " of ", head.size, " bytes");
    std::string archive = bytes.substr(bytes.size() - reader.left());
    if (checksum(archive) != head.sum) fail_at(path, "is damaged: its checksum is another");
    return archive;
}

}  // namespace latent::detail
