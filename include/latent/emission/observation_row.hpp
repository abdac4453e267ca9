// Observations one by one, as densities take them.
#pragma once

#include <array>
#include <ostream>
#include <span>
#include <vector>

#include "latent/core/concepts.hpp"

namespace latent::detail {

/// An observation as D takes it. Of d numbers it has a room for one, on the stack where that is short.
template <class D>
class ObservationRow {
  public:
    explicit ObservationRow(Index d)
        : long_(static_cast<std::size_t>(d > std::ssize(short_) ? d : 0)),
          numbers_(long_.empty() ? short_.data() : long_.data(), static_cast<std::size_t>(d)) {}
    ObservationRow(const ObservationRow&) = delete;
    ObservationRow& operator=(const ObservationRow&) = delete;

    std::span<double> numbers() { return numbers_; }
    /// The observation whose numbers are value(j).
    template <class Value>
    std::span<const double> read(const Value& value) {
        for (std::size_t j = 0; j < numbers_.size(); ++j)
            numbers_[j] = static_cast<double>(value(static_cast<Index>(j)));
        return numbers_;
    }

    friend std::ostream& operator<<(std::ostream& out, const ObservationRow& row) {
        for (std::size_t j = 0; j < row.numbers_.size(); ++j) out << (j > 0 ? ", " : "(") << row.numbers_[j];
        return out << ')';
    }

  private:
    std::array<double, 32> short_{};
    std::vector<double> long_;
    std::span<double> numbers_;
};
template <ObservesNumber D>
class ObservationRow<D> {
  public:
    explicit ObservationRow(Index) {}

    template <class Value>
    double read(const Value& value) {
        return number_ = static_cast<double>(value(0));
    }

    friend std::ostream& operator<<(std::ostream& out, const ObservationRow& row) {
        return out << row.number_;
    }

  private:
    double number_ = 0;
};

}  // namespace latent::detail
