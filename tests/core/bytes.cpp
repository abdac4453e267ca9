// Exact copies of values as bytes.
#include "latent/core/bytes.hpp"

#include <limits>

#include "catch.hpp"

using namespace latent;
using detail::ByteReader, detail::ByteWriter;

TEST_CASE("numbers are written as they are in memory, one behind the other") {
    ByteWriter writer;
    writer.write(std::uint8_t{7});
    writer.write(-0.0);
    writer.write(std::numeric_limits<double>::quiet_NaN());
    CHECK(writer.bytes().size() == 17);
    CHECK(writer.bytes()[0] == 7);
    ByteReader reader(writer.bytes());
    std::uint8_t seven = 0;
    double zero = 1, none = 0;
    reader.read(seven);
    CHECK(reader.left() == 16);
    CHECK_THROWS_WITH(reader.finish(), "more bytes than were written");
    reader.read(zero);
    reader.read(none);
    CHECK(seven == 7);
    CHECK((zero == 0 && std::signbit(zero)));
    CHECK(std::isnan(none));
    CHECK_NOTHROW(reader.finish());
    CHECK_THROWS_WITH(reader.read(seven), "the bytes end too early");
}

TEST_CASE("matrices and containers come back with the sizes they had") {
    const std::vector<std::string> texts{"a", ""};
    const std::optional<int> none;
    const Eigen::MatrixXd row{{1, 2, 3}};
    ByteWriter writer;
    writer.write(std::tie(texts, none, row));
    std::vector<std::string> read_texts(5);
    std::optional<int> read_none = 4;
    Eigen::MatrixXd read_row(7, 7);
    ByteReader reader(writer.bytes());
    reader.read(std::tie(read_texts, read_none, read_row));
    CHECK(read_texts == texts);
    CHECK_FALSE(read_none);
    CHECK(read_row == row);
    CHECK(reader.rest().empty());
}

TEST_CASE("a checksum is FNV-1a's, and every changed byte changes it") {
    CHECK(detail::checksum("") == 0xcbf29ce484222325u);
    CHECK(detail::checksum("foobar") == 0x85944171f73967e8u);
    const std::string text = "latent";
    for (std::size_t i = 0; i < text.size(); ++i)
        for (int bit = 0; bit < 8; ++bit) {
            std::string changed = text;
            changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
            CHECK(detail::checksum(changed) != detail::checksum(text));
        }
}
