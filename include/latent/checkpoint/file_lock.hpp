// One user of a file at a time.
#pragma once

#include <memory>

#include "latent/checkpoint/checkpoint_file.hpp"

#ifdef O_CLOEXEC  // POSIX
#include <sys/file.h>
#include <sys/stat.h>
#endif

namespace latent::detail {

#ifdef O_CLOEXEC

/// While it lives, no other process and no other fit of this one gets a lock on the file at `path`: it holds one on
/// `path`.lock, which the system gives back however the process ends, and removes that file at last. Throws
/// std::runtime_error where somebody else holds it. Where none can be had (a folder that cannot be written, a file
/// system that knows no locks) nobody is kept out.
class FileLock {
  public:
    explicit FileLock(const std::filesystem::path& path) : path_(path.string() + ".lock") {
        do {
            file_ = std::make_unique<Descriptor>(path_, O_WRONLY | O_CREAT | O_CLOEXEC);
            if (!file_->is_open()) return;
            held_ = ::flock(file_->number(), LOCK_EX | LOCK_NB) == 0;
            if (!held_ && errno != EWOULDBLOCK) return;
            if (!held_) fail_at(path, "is in use by another fit, which holds ", path_.string());
        } while (!is_there());  // who held it before has removed it meanwhile
    }
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    ~FileLock() {
        std::error_code error;
        if (held_) std::filesystem::remove(path_, error);
    }

  private:
    /// Whether what is locked is what others find at the path.
    bool is_there() const {
        struct stat locked = {}, found = {};
        return ::fstat(file_->number(), &locked) == 0 && ::stat(path_.c_str(), &found) == 0 &&
               locked.st_dev == found.st_dev && locked.st_ino == found.st_ino;
    }

    std::filesystem::path path_;
    std::unique_ptr<Descriptor> file_;
    bool held_ = false;
};

#else

/// There are no locks here.
class FileLock {
  public:
    explicit FileLock(const std::filesystem::path&) {}
};

#endif

}  // namespace latent::detail
