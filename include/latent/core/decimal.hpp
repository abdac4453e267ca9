// A number from its decimal digits, in no locale.
#pragma once

#include <charconv>
#include <concepts>
#include <string>
#include <string_view>
#include <system_error>
#include <version>

#if !defined(_WIN32)
#include <clocale>
#include <cmath>
#include <cstdlib>
#if __has_include(<xlocale.h>)
#include <xlocale.h>  // of macOS and the BSDs
#endif
#endif

namespace latent::detail {

#if !defined(_WIN32)  // where there is no strtod_l, and no such libc++
/// What std::from_chars does, which libc++ before 20 has for whole numbers alone: by the C library, which also takes blanks,
/// a plus and hexadecimal digits.
inline std::errc decimal_by_strtod(std::string_view text, double& value) {
    static const locale_t plain = newlocale(LC_ALL_MASK, "C", nullptr);
    constexpr std::string_view first = "-.0123456789iInN";
    if (text.empty() || first.find(text[0]) == std::string_view::npos ||
        text.find_first_of("xX") != std::string_view::npos)
        return std::errc::invalid_argument;
    const std::string terminated(text);
    char* end = nullptr;
    const double read = strtod_l(terminated.c_str(), &end, plain);
    if (end != terminated.c_str() + text.size()) return std::errc::invalid_argument;
    const bool infinite = std::isinf(read) && text.find_first_of("iI") == std::string_view::npos;
    const bool vanished = read == 0 && text.substr(0, text.find_first_of("eE")).find_first_of("123456789") !=
                                           std::string_view::npos;
    if (infinite || vanished) return std::errc::result_out_of_range;
    value = read;
    return {};
}
#endif

/// How the whole text reads as a number: std::errc{}, or invalid_argument or result_out_of_range, and then the value is kept.
template <class Number>
std::errc parse_by_from_chars(std::string_view text, Number& value) {
    Number read{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
    if (end != text.data() + text.size()) return std::errc::invalid_argument;
    if (error == std::errc{}) value = read;
    return error;
}
inline std::errc parse_decimal(std::string_view text, double& value) {
#ifdef __cpp_lib_to_chars
    return parse_by_from_chars(text, value);
#else
    return decimal_by_strtod(text, value);
#endif
}
template <std::integral Whole>
std::errc parse_decimal(std::string_view text, Whole& value) {
    return parse_by_from_chars(text, value);
}

}  // namespace latent::detail
