// The numbers of some statistics as bytes, with their shapes: how they travel.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include "latent/core/additive.hpp"

namespace latent::detail {

/// Numbers written one after the other.
class NumberWriter {
  public:
    std::vector<std::byte>& bytes() { return bytes_; }
    void clear() { bytes_.clear(); }

    /// Everything that `fields` of s name, and its centres.
    template <class S>
    void write(const S& s) {
        if constexpr (Arithmetic<S>) {
            append(&s, 1);
        } else if constexpr (PlainEigen<S>) {
            const Index shape[]{s.rows(), s.cols()};
            append(shape, 2);
            append(s.data(), static_cast<std::size_t>(s.size()));
        } else if constexpr (Fielded<S>) {
            if constexpr (Centred<S>) write(s.centre);
            const auto visit = [&](auto member) { write(s.*member); };
            std::apply([&](auto... members) { (visit(members), ...); }, S::fields());
        } else {
            const std::size_t size = s.size();
            append(&size, 1);
            if constexpr (Arithmetic<std::remove_cvref_t<decltype(s[0])>>) {
                append(s.data(), size);
            } else {
                for (std::size_t i = 0; i < size; ++i) write(s[i]);
            }
        }
    }

  private:
    template <class T>
    void append(const T* numbers, std::size_t count) {
        const auto bytes = std::as_bytes(std::span(numbers, count));
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }

    std::vector<std::byte> bytes_;
};

/// What a NumberWriter wrote, read in the same order.
class NumberReader {
  public:
    explicit NumberReader(std::span<const std::byte> bytes) : left_(bytes) {}

    /// s takes the shape of what was written.
    template <class S>
    void read(S& s) {
        if constexpr (Arithmetic<S>) {
            take(&s, 1);
        } else if constexpr (PlainEigen<S>) {
            Index shape[2];
            take(shape, 2);
            s.resize(shape[0], shape[1]);
            take(s.data(), static_cast<std::size_t>(s.size()));
        } else if constexpr (Fielded<S>) {
            if constexpr (Centred<S>) read(s.centre);
            const auto visit = [&](auto member) { read(s.*member); };
            std::apply([&](auto... members) { (visit(members), ...); }, S::fields());
        } else {
            std::size_t size = 0;
            take(&size, 1);
            if constexpr (requires { s.resize(size); }) s.resize(size);
            if constexpr (Arithmetic<std::remove_cvref_t<decltype(s[0])>>) {
                take(s.data(), size);
            } else {
                for (std::size_t i = 0; i < size; ++i) read(s[i]);
            }
        }
    }

  private:
    template <class T>
    void take(T* numbers, std::size_t count) {
        if (count > 0) std::memcpy(numbers, left_.data(), count * sizeof(T));
        left_ = left_.subspan(count * sizeof(T));
    }

    std::span<const std::byte> left_;
};

}  // namespace latent::detail
