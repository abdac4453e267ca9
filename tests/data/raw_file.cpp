// RawFile: numbers read as they stand, and files that cannot be what is asked for.
#include "latent/data/raw_file.hpp"

#include "catch.hpp"
#include "temporary_file.hpp"

using latent::RawFile;

namespace {

template <class Scalar>
std::string bytes(const std::vector<Scalar>& numbers) {
    return {reinterpret_cast<const char*>(numbers.data()), sizeof(Scalar) * numbers.size()};
}

}  // namespace

TEST_CASE("observations stand one after the other") {
    const TemporaryFile file(bytes<double>({1, 2, 3, 4, 5, 6}));
    const RawFile<> source(file.path, 2);
    CHECK(source.rows() == 2);
    CHECK(source.cols() == 3);
    Eigen::MatrixXd x(2, 2);
    source.read(1, 2, x.data());
    CHECK(x == Eigen::MatrixXd{{3, 5}, {4, 6}});
    CHECK(RawFile<>(file.path, 6).cols() == 1);
}

TEST_CASE("numbers of type float") {
    const TemporaryFile file(bytes<float>({1, 2, 3}));
    const RawFile<float> source(file.path, 1);
    CHECK(source.cols() == 3);
    std::vector<float> x(3);
    source.read(0, 3, x.data());
    CHECK(x == std::vector<float>{1, 2, 3});
}

TEST_CASE("a raw file that is none is refused") {
    const auto complaint = [](std::size_t size, latent::Index d) {
        return complaint_about(std::string(size, '\0'), [&](const auto& path) { RawFile<>(path, d); });
    };
    CHECK(complaint(40, 2) == ": 40 bytes are no whole number of observations of 2 × 8 bytes");
    CHECK(complaint(48, 2) == "no complaint");
    CHECK(complaint(0, 2) == "no complaint");
    const TemporaryFile file;
    CHECK_THROWS_WITH(RawFile<>(file.path, 0), "latent::RawFile: d is 0, expected 1 … 1152921504606846975");
    for (const latent::Index d : {latent::Index{1} << 61, latent::Index{1} << 60})  // d × 8 bytes overflow
        CHECK_THROWS_WITH(RawFile<>(file.path, d),
                          ContainsSubstring("latent::RawFile: d is " + std::to_string(d)));
    CHECK_THROWS_AS(RawFile<>("no/such/file", 1), std::runtime_error);
    CHECK_THROWS_AS(RawFile<>(std::filesystem::temp_directory_path(), 1), std::runtime_error);
}

TEST_CASE("a raw file that shrinks while it is read") {
    const TemporaryFile file(std::string(80000, '\0'));  // more than a stream reads ahead
    const RawFile<> source(file.path, 1);
    std::vector<double> x(100);
    file.write(std::string(160, '\0'));
    CHECK_THROWS_WITH(source.read(10, 20, x.data()),
                      EndsWith("failed: there are 80 of 160 bytes from byte 80 on"));
    source.read(0, 20, x.data());  // and the stream can be used again
}
