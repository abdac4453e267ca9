// A file that holds one archive, whole or not at all.
#include "latent/checkpoint/checkpoint_file.hpp"

#include "catch.hpp"
#include "kit/absent_file.hpp"

using latent::detail::read_checkpoint_file, latent::detail::write_checkpoint_file;

TEST_CASE("an archive comes back as it was written, and no file is no archive") {
    const kit::AbsentFile file;
    CHECK(read_checkpoint_file(file.path).empty());
    for (const std::string& archive :
         {std::string("some\0bytes", 10), std::string(100'000, 'x'), std::string()}) {
        write_checkpoint_file(file.path, archive);
        CHECK(read_checkpoint_file(file.path) == archive);
        CHECK_FALSE(std::filesystem::exists(file.path.string() + ".tmp"));
    }
}

TEST_CASE("a checkpoint file is refused, wherever it is cut or changed") {
    const kit::AbsentFile file;
    write_checkpoint_file(file.path, "the archive");
    const std::string whole = file.bytes();
    const auto refused = [&](const std::string& bytes) {
        file.write(bytes);
        CHECK_THROWS_WITH(read_checkpoint_file(file.path),
                          StartsWith("latent::Checkpoint: " + file.path.string() + ": "));
    };
    for (std::size_t length = 0; length < whole.size(); ++length) refused(whole.substr(0, length));
    refused(whole + "x");
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string changed = whole;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        refused(changed);
    }
    file.write(whole);
    CHECK(read_checkpoint_file(file.path) == "the archive");
}

TEST_CASE("a checkpoint file that cannot be written is told by its name") {
    const kit::AbsentFile folder;
    CHECK_THROWS_WITH(write_checkpoint_file(folder.path / "none", "x"),
                      ContainsSubstring("cannot be written: "));
    CHECK_THROWS_WITH(read_checkpoint_file(std::filesystem::temp_directory_path()),
                      EndsWith("is no file that can be read"));
}
