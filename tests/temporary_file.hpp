// Files for a test.
#pragma once

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <system_error>

/// A file of the given bytes, removed at the end of the test. Tests may run side by side: its name is its own.
struct TemporaryFile {
    std::filesystem::path path;

    explicit TemporaryFile(const std::string& bytes = "")
        : path(std::filesystem::temp_directory_path() /
               ("latent_test_" + std::to_string(std::random_device{}()))) {
        write(bytes);
    }
    ~TemporaryFile() {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    void write(const std::string& bytes) const { std::ofstream(path, std::ios::binary) << bytes; }
    std::string bytes() const {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
};

/// What `make` says of a file of the given bytes after its name, which must stand in front.
template <class Make>
std::string complaint_about(const std::string& bytes, const Make& make) {
    const TemporaryFile file(bytes);
    try {
        make(file.path);
    } catch (const std::exception& error) {
        const std::string what = error.what(), name = file.path.string();
        return what.starts_with(name) ? what.substr(name.size()) : "no name in front: " + what;
    }
    return "no complaint";
}
