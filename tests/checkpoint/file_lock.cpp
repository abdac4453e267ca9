// One user of a file at a time.
#include "latent/checkpoint/file_lock.hpp"

#include <memory>

#include "catch.hpp"
#include "kit/absent_file.hpp"

using latent::detail::FileLock;

#ifdef O_CLOEXEC  // POSIX
TEST_CASE("a second lock on one path is refused until the first is gone") {
    const kit::AbsentFile file, other;
    auto first = std::make_unique<FileLock>(file.path);
    CHECK(std::filesystem::exists(file.path.string() + ".lock"));
    CHECK_THROWS_WITH(FileLock(file.path), ContainsSubstring("is in use by another fit"));
    CHECK_THROWS_AS(FileLock(file.path), std::runtime_error);  // who was refused has taken nothing away
    CHECK_NOTHROW(FileLock(other.path));
    first.reset();
    CHECK_FALSE(std::filesystem::exists(file.path.string() + ".lock"));
    CHECK_NOTHROW(FileLock(file.path));
}

TEST_CASE("where no lock can be had nobody is kept out") {
    const kit::AbsentFile folder;
    CHECK_NOTHROW(FileLock(folder.path / "none"));
}
#endif
