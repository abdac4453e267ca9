// A file that a test has still to make.
#pragma once

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <system_error>

namespace kit {

/// A path at which nothing is. What is made there, or at the path with .tmp behind it, is removed at the end of the
/// test. Tests may run side by side: the name is its own.
struct AbsentFile {
    std::filesystem::path path;

    AbsentFile()
        : path(std::filesystem::temp_directory_path() /
               ("latent_test_" + std::to_string(std::random_device{}()))) {}
    ~AbsentFile() {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
        std::filesystem::remove(path.string() + ".tmp", ignored);
    }
    AbsentFile(const AbsentFile&) = delete;
    AbsentFile& operator=(const AbsentFile&) = delete;

    void remove() const { std::filesystem::remove(path); }
    void write(const std::string& bytes) const { std::ofstream(path, std::ios::binary) << bytes; }
    std::string bytes() const {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
};

}  // namespace kit
