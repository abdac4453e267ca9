// What the fuzz targets share: bytes as a file, and what a reader may say of them. (clang++ -fsanitize=fuzzer, see .ci/run.)
#pragma once

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

namespace fuzz {

/// Stops with a sentence unless `right`: libFuzzer keeps the input.
inline void expect(bool right, const std::string& what) {
    if (right) return;
    std::cerr << "expected: " << what << '\n';
    std::abort();
}

inline std::string text(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// Writes the bytes to a file, the same one in every call.
inline const std::filesystem::path& file_of(const std::string& bytes) {
    static const auto path =
        std::filesystem::temp_directory_path() / ("latent_fuzz_" + std::to_string(getpid()));
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
}

/// What is said where read() refuses, in one of the two ways in which the library does; empty where it does not. Other
/// exceptions, a std::bad_alloc first of all, end the program.
template <class Read>
std::string refusal(const Read& read) {
    std::string what;
    try {
        read();
    } catch (const std::invalid_argument& error) {
        what = error.what();
        expect(!what.empty(), "a sentence");
    } catch (const std::runtime_error& error) {
        what = error.what();
        expect(!what.empty(), "a sentence");
    }
    return what;
}

}  // namespace fuzz
