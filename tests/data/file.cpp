// A file that several threads read at once.
#include "latent/data/file.hpp"

#include <array>
#include <thread>

#include "catch.hpp"
#include "temporary_file.hpp"

using latent::detail::File;

TEST_CASE("bytes are read by their position, by several threads at once", "[threads]") {
    std::string bytes;
    for (int i = 0; i < 10'000; ++i) bytes.push_back(static_cast<char>(i * 7 % 251));
    const TemporaryFile temporary(bytes);
    const File file(temporary.path), copy = file;
    CHECK(file.size() == 10'000);
    CHECK(file.name() == temporary.path.string());
    std::array<bool, 4> right{};
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < right.size(); ++t)
        threads.emplace_back([&, t] {
            right[t] = true;
            for (std::size_t begin = t; begin + 100 <= bytes.size(); begin += 97) {
                std::string some(100, ' ');
                (t % 2 ? file : copy).read(static_cast<std::int64_t>(begin), 100, some.data());
                right[t] = right[t] && some == bytes.substr(begin, 100);
            }
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(right == std::array{true, true, true, true});
}

TEST_CASE("a read beyond the end says what was there, and the next one is right again") {
    const TemporaryFile temporary("0123456789");
    const File file(temporary.path);
    char some[8];
    CHECK_THROWS_WITH(file.read(6, 8, some), ContainsSubstring("there are 4 of 8 bytes from byte 6 on"));
    file.read(6, 4, some);
    CHECK(std::string(some, 4) == "6789");
    std::int16_t values[2];
    file.read_values(2, 2, values);
    CHECK(std::string(reinterpret_cast<const char*>(values), 4) == "2345");
}

TEST_CASE("what is no file cannot be read") {
    CHECK_THROWS_WITH(File(kit::AbsentFile().path), StartsWith("cannot read the file "));
    CHECK_THROWS_WITH(File(std::filesystem::temp_directory_path()), StartsWith("cannot read the file "));
}
