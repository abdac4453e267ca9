// A source of observations in a binary file: numbers and nothing else.
#pragma once

#include <limits>

#include "latent/core/checks.hpp"
#include "latent/data/file.hpp"
#include "latent/data/source.hpp"

namespace latent {

/// A DataSource: a file of n × d numbers of the machine's own format, observation by observation (C's fwrite, NumPy's
/// tofile, R's writeBin of a d × n matrix). Nothing in such a file says what it holds: d, Scalar and the byte order
/// are the caller's to know.
template <std::floating_point Type = double>
class RawFile {
  public:
    using Scalar = Type;

    /// Throws std::runtime_error where the file cannot be read; std::invalid_argument for d < 1, or one whose
    /// observations no file could hold, or where the file's size is no multiple of an observation's.
    RawFile(const std::filesystem::path& path, Index d) : file_(path), d_(d) {
        constexpr Index most = std::numeric_limits<Index>::max() / static_cast<Index>(sizeof(Scalar));
        detail::require(d >= 1 && d <= most, "latent::RawFile: d is ", d, ", expected 1 … ", most);
        const auto bytes = static_cast<std::int64_t>(sizeof(Scalar)) * d;
        detail::require(file_.size() % bytes == 0, file_.name(), ": ", file_.size(),
                        " bytes are no whole number of observations of ", d, " × ", sizeof(Scalar), " bytes");
        n_ = static_cast<Index>(file_.size() / bytes);
    }

    Index rows() const { return d_; }
    Index cols() const { return n_; }
    /// Throws std::runtime_error where the file has become shorter since it was opened.
    void read(Index first, Index count, Scalar* to) const {
        file_.read_values(static_cast<std::int64_t>(sizeof(Scalar)) * d_ * first, d_ * count, to);
    }

  private:
    detail::File file_;
    Index d_, n_ = 0;
};

}  // namespace latent
