// Values as bytes that say what they are: written by one program, read by another.
#pragma once

#include "latent/core/bytes.hpp"
#include "latent/core/checks.hpp"
#include "latent/core/type_name.hpp"

namespace latent {

namespace detail {

/// What precedes a value of type T in an archive. The number is to be raised whenever anything is written otherwise.
template <class T>
std::string archive_head() {
    return "latent archive 1: " + type_name<T>();
}

}  // namespace detail

/// Writes values one after the other, in the machine's own representation, each with its type in front and a checksum
/// behind it. Two thirds of a gigabyte a second.
class ArchiveWriter {
  public:
    /// What was written so far.
    const std::string& bytes() const& { return bytes_.bytes(); }
    std::string bytes() && { return std::move(bytes_).bytes(); }

    /// Appends one value.
    template <Archivable T>
    void write(const T& value) {
        bytes_.write(detail::archive_head<T>());
        const std::size_t begin = bytes_.bytes().size();
        bytes_.write(value);
        bytes_.write(detail::checksum(std::string_view(bytes_.bytes()).substr(begin)));
    }

  private:
    detail::ByteWriter bytes_;
};

/// Reads back, into values of the same types in the same order, what an ArchiveWriter wrote. Containers and matrices
/// take the size that was written. Throws ArchiveError, saying why, where the bytes are of another type (a mixture of other
/// covariances or of float, another family, an older version of a class) or not what was written, before anything larger
/// than they are is allocated for them; the value that was being read is then of no use.
class ArchiveReader {
  public:
    /// A view: the bytes must outlive it.
    explicit ArchiveReader(std::string_view bytes) : bytes_(bytes) {}

    /// Bytes that are not read yet.
    std::size_t left() const { return bytes_.left(); }

    template <class T>
        requires Archivable<std::remove_cvref_t<T>>
    void read(T&& to) {
        std::string head;
        bytes_.read(head);
        check_head(head, detail::archive_head<std::remove_cvref_t<T>>());
        const std::string_view before = bytes_.rest();
        bytes_.read(to);
        const std::uint64_t found = detail::checksum(before.substr(0, before.size() - bytes_.left()));
        std::uint64_t written = 0;
        bytes_.read(written);
        if (found != written) throw ArchiveError("the bytes are damaged: their checksum is another");
    }

    /// Throws ArchiveError unless all has been read.
    void finish() const { bytes_.finish(); }

  private:
    /// Throws ArchiveError, with what the two say where they first differ, unless they are the same.
    static void check_head(const std::string& found, const std::string& expected) {
        if (found == expected) return;
        const auto differ = std::mismatch(found.begin(), found.end(), expected.begin(), expected.end());
        const auto at = static_cast<std::size_t>(differ.first - found.begin());
        const std::size_t from = at > 32 ? at - 32 : 0;
        throw ArchiveError(detail::text("the bytes are of another type: …", found.substr(from, 64),
                                        "…, not …", expected.substr(from, 64), "…"));
    }

    detail::ByteReader bytes_;
};

}  // namespace latent
