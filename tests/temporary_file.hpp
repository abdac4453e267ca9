// Files for a test.
#pragma once

#include <string>

#include "kit/absent_file.hpp"

/// A file of the given bytes, removed at the end of the test.
struct TemporaryFile : kit::AbsentFile {
    explicit TemporaryFile(const std::string& bytes = "") { write(bytes); }
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
