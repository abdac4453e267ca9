// What files hold of a value, whatever their format: numbers, texts, lists, and what has parts with names.
#pragma once

#include <concepts>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "latent/core/checks.hpp"

namespace latent {

/// A file or text that holds no value of the type asked for.
struct LoadError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

namespace detail {

struct SavedValue;
using SavedList = std::vector<SavedValue>;
using SavedParts = std::vector<std::pair<std::string, SavedValue>>;

/// One value. A list of nothing but numbers is held as such.
struct SavedValue : std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<double>,
                                 SavedList, SavedParts> {
    using Base = variant;
    using Base::Base;
    Base& base() { return *this; }
    const Base& base() const { return *this; }
    template <class T>
    const T* get() const {
        return std::get_if<T>(&base());
    }
};

/// How deep values may stand in one another: deeper than in any model, and far from what a stack holds.
inline constexpr int deepest_value = 64;

/// Where in a file a value stands, for messages: "emission: means: 2".
class SavedPlace {
  public:
    SavedPlace() = default;
    SavedPlace(const SavedPlace& parent, std::string_view name) : parent_(&parent), name_(name) {}

    std::string text() const {
        const std::string before = parent_ ? parent_->text() : std::string();
        return name_.empty() ? before : before + name_ + ": ";
    }
    template <class... Parts>
    [[noreturn]] void fail(const Parts&... parts) const {
        throw LoadError(text() + detail::text(parts...));
    }

  private:
    const SavedPlace* parent_ = nullptr;
    std::string name_;
};

/// What a value is, in words.
inline const char* kind_of(const SavedValue& value) {
    constexpr const char* kinds[] = {"nothing", "a truth value", "an integer", "a number",
                                     "a text",  "a list",        "a list",     "a value with parts"};
    return kinds[value.index()];
}

/// The part of this name, nullptr where there is none.
inline const SavedValue* part_of(const SavedParts& parts, std::string_view name) {
    for (const auto& [key, value] : parts)
        if (key == name) return &value;
    return nullptr;
}

}  // namespace detail

}  // namespace latent
