// .npy files: those of NumPy are read, those written are NumPy's, and the others are refused in clear words.
#include "latent/data/npy.hpp"

#include "catch.hpp"
#include "temporary_file.hpp"

using latent::Index;
using latent::NpyFile;
using latent::NpyWriter;
using latent::read_npy;
using latent::write_npy;

namespace {

template <class Scalar>
std::string bytes(const std::vector<Scalar>& numbers) {
    return {reinterpret_cast<const char*>(numbers.data()), sizeof(Scalar) * numbers.size()};
}

/// The bytes of a .npy file with this dictionary.
std::string npy(std::string dictionary, const std::string& numbers, int version = 1) {
    dictionary += '\n';
    std::string header("\x93NUMPY", 6);
    header += static_cast<char>(version);
    header += '\0';
    for (std::size_t i = 0, length = dictionary.size(); i < (version == 1 ? 2 : 4); ++i, length /= 256)
        header += static_cast<char>(length % 256);
    return header + dictionary + numbers;
}
std::string dictionary(const std::string& type, const std::string& order, const std::string& shape) {
    return "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
}

const std::string six = bytes<double>({1, 2, 3, 4, 5, 6});

template <class Scalar = double>
latent::MatrixX<Scalar> read(const std::string& file) {
    return read_npy<Scalar>(TemporaryFile(file).path);
}
std::string complaint(const std::string& file) {
    return complaint_about(file, [](const auto& path) { NpyFile<>{path}; });
}

}  // namespace

TEST_CASE("an array of NumPy is read, one observation a row") {
    const Eigen::MatrixXd expected{{1, 3, 5}, {2, 4, 6}};
    for (const int version : {1, 2, 3})
        CHECK(read(npy(dictionary("<f8", "False", "(3, 2)"), six, version)) == expected);
    CHECK(read(npy("{'shape':(3,2),'fortran_order':False,'descr':'<f8'}", six)) == expected);
    CHECK(read<float>(npy(dictionary("<f4", "False", "(3, 2)"), bytes<float>({1, 2, 3, 4, 5, 6}))) ==
          expected.cast<float>());
}

TEST_CASE("an array of one dimension has observations of one") {
    CHECK(read(npy(dictionary("<f8", "False", "(6,)"), six)) == Eigen::RowVectorXd{{1, 2, 3, 4, 5, 6}});
    CHECK(read(npy(dictionary("<f8", "True", "(6,)"), six)) == Eigen::RowVectorXd{{1, 2, 3, 4, 5, 6}});
    CHECK(read(npy(dictionary("<f8", "False", "(0,)"), "")).cols() == 0);
}

TEMPLATE_TEST_CASE("whole numbers of every type are read exactly", "", std::int8_t, std::int16_t,
                   std::int32_t, std::int64_t, std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t) {
    using Limits = std::numeric_limits<TestType>;
    const std::string type = latent::detail::npy_type<TestType>();
    CHECK(type == (sizeof(TestType) == 1 ? "|" : "<") + std::string(Limits::is_signed ? "i" : "u") +
                      std::to_string(sizeof(TestType)));
    const std::vector<TestType> numbers{Limits::min(), 0, 1, 2, 100, TestType(Limits::max() / 2 + 1)};
    const Eigen::MatrixXd c_order{{static_cast<double>(numbers[0]), 1, 100},
                                  {0, 2, static_cast<double>(numbers[5])}};
    CHECK(read(npy(dictionary(type, "False", "(3, 2)"), bytes(numbers))) == c_order);
    CHECK(read<float>(npy(dictionary(type, "False", "(3, 2)"), bytes(numbers))) == c_order.cast<float>());
    CHECK(read(npy(dictionary(type, "True", "(3, 2)"), bytes(numbers))) ==
          c_order.reshaped(3, 2).transpose());
    const std::vector<TestType> many(2000, 7);
    CHECK((read(npy(dictionary(type, "False", "(2000,)"), bytes(many))).array() == 7).all());
}

TEST_CASE("bools are read as 0 and 1") {
    using namespace std::string_literals;
    CHECK(read(npy(dictionary("|b1", "False", "(4,)"), "\0\1\1\0"s)) == Eigen::RowVectorXd{{0, 1, 1, 0}});
    const TemporaryFile file(npy(dictionary("|b1", "False", "(2, 2)"), "\0\1\2\0"s));
    CHECK_THROWS_WITH(read_npy(file.path), EndsWith(": observation 1, dimension 0 is 2, which is no bool"));
}

TEST_CASE("whole numbers that would be rounded are refused by name") {
    constexpr std::int64_t most = std::int64_t{1} << 53;
    const auto complaint_of = [](auto scalar, const std::string& type, const std::string& order,
                                 const std::string& numbers) {
        return complaint_about(npy(dictionary(type, order, "(3, 2)"), numbers),
                               [](const auto& path) { read_npy<decltype(scalar)>(path); });
    };
    const auto wide = bytes<std::int64_t>({0, 1, -most, most + 2, 5, -most - 1});
    CHECK(complaint_of(0.0, "<i8", "False", wide) ==
          ": observation 2, dimension 1 is -9007199254740993, which no double holds exactly");
    CHECK(complaint_of(0.0, "<i8", "True", wide) ==
          ": observation 2, dimension 1 is -9007199254740993, which no double holds exactly");
    CHECK(complaint_of(0.0, "<u8", "False", bytes<std::uint64_t>({0, ~std::uint64_t{0}, 0, 0, 0, 0})) ==
          ": observation 0, dimension 1 is 18446744073709551615, which no double holds exactly");
    CHECK(complaint_of(0.0F, "<i4", "False", bytes<std::int32_t>({0, 1 << 24, 0, (1 << 24) + 1, 0, 0})) ==
          ": observation 1, dimension 1 is 16777217, which no float holds exactly");
}

TEST_CASE("an array of no observations may have any dimension, and is read at once") {
    for (const char* const order : {"False", "True"}) {
        const TemporaryFile file(npy(dictionary("<f8", order, "(0, 4294967296)"), ""));
        CHECK(read_npy(file.path).cols() == 0);
        CHECK(read_npy(file.path).rows() == 4294967296);
    }
}

TEST_CASE("an array in Fortran order is gathered") {
    CHECK(read(npy(dictionary("<f8", "True", "(3, 2)"), six)) == Eigen::MatrixXd{{1, 2, 3}, {4, 5, 6}});

    const Eigen::MatrixXd x = Eigen::MatrixXd::Random(3, 1500);
    const Eigen::MatrixXd transposed = x.transpose();
    const TemporaryFile file(npy(dictionary("<f8", "True", "(1500, 3)"),
                                 {reinterpret_cast<const char*>(transposed.data()), 3 * 1500 * 8}));
    const NpyFile<> source(file.path);
    Eigen::MatrixXd some(3, 1200);
    source.read(100, 1200, some.data());
    CHECK(some == x.middleCols(100, 1200));
    CHECK(read_npy(file.path) == x);
}

TEST_CASE("what is written comes back") {
    const TemporaryFile file;
    const Eigen::MatrixXd x = Eigen::MatrixXd::Random(3, 7);
    write_npy(file.path, x);
    CHECK(file.bytes().size() == 128 + 8 * 21);
    CHECK(file.bytes().substr(10, 60) == "{'descr': '<f8', 'fortran_order': False, 'shape': (7, 3), } ");
    CHECK(read_npy(file.path) == x);
    write_npy(file.path, x.transpose());
    CHECK(read_npy(file.path) == x.transpose());
    write_npy(file.path, x.block(1, 2, 2, 4));
    CHECK(read_npy(file.path) == x.block(1, 2, 2, 4));
    write_npy(file.path, x.cast<float>());
    CHECK(read_npy<float>(file.path) == x.cast<float>());
}

TEST_CASE("a file is written bit by bit") {
    const TemporaryFile file;
    const Eigen::MatrixXd x = Eigen::MatrixXd::Random(2, 10);
    NpyWriter<> writer(file.path, 2);
    writer.append(x.leftCols(3));
    writer.append(x.middleCols(3, 0));
    writer.append(x.rightCols(7));
    CHECK_THROWS_WITH(
        writer.append(Eigen::MatrixXd::Zero(3, 1)),
        "latent::NpyWriter: observations have 3 rows, expected d = 2: one observation a column");
    writer.close();
    CHECK(read_npy(file.path) == x);
}

TEST_CASE("what cannot be written leaves the file that is there") {
    const TemporaryFile file;
    const Eigen::MatrixXd x = Eigen::MatrixXd::Ones(2, 3);
    write_npy(file.path, x);
    CHECK_THROWS_AS(write_npy(file.path, Eigen::MatrixXd()), std::invalid_argument);
    CHECK(read_npy(file.path) == x);
}

TEST_CASE("a file that was not closed is refused") {
    const TemporaryFile file;
    { NpyWriter<>(file.path, 1).append(Eigen::MatrixXd::Zero(1, 2)); }
    CHECK_THROWS_WITH(read_npy(file.path),
                      EndsWith(": 16 bytes follow the header, expected 0 × 1 numbers of 8 bytes"));
}

TEST_CASE("a source is copied block by block") {
    const TemporaryFile from, to;
    const Eigen::MatrixXd x = Eigen::MatrixXd::Random(2, 5000);
    write_npy(from.path, x);
    write_npy(to.path, NpyFile<>(from.path));
    CHECK(to.bytes() == from.bytes());
}

TEST_CASE("numbers of another type are named") {
    const std::string expected =
        ", expected <f8 (float64), bool, or whole numbers of this machine's byte order";
    const auto of_type = [](const std::string& type) {
        return complaint(npy(dictionary(type, "False", "(3, 2)"), six));
    };
    CHECK(of_type("<f4") == ": the numbers are of type <f4" + expected);
    CHECK(of_type(">f8") == ": the numbers are of type >f8" + expected);
    CHECK(of_type(">i8") == ": the numbers are of type >i8" + expected);
    CHECK(of_type("|O") == ": the numbers are of type |O" + expected);
    CHECK(complaint(npy("{'descr': [('x', '<f8'), ('y', '<f8')], 'fortran_order': False, 'shape': (3,), }",
                        six)) == ": the numbers are of type [('x', '<f8'), ('y', '<f8')]" + expected);
}

TEST_CASE("arrays of other shapes, and files of other lengths, are refused") {
    const auto of_shape = [](const std::string& shape, std::size_t size) {
        return complaint(npy(dictionary("<f8", "False", shape), std::string(size, '\0')));
    };
    CHECK(of_shape("()", 8) == ": the array has 0 dimensions, expected n × d, one observation a row");
    CHECK(of_shape("(1, 2, 3)", 48) == ": the array has 3 dimensions, expected n × d, one observation a row");
    CHECK(of_shape("(3, 2)", 48) == "no complaint");
    CHECK(of_shape("(3, 2)", 40) == ": 40 bytes follow the header, expected 3 × 2 numbers of 8 bytes");
    CHECK(of_shape("(3, 2)", 47) == ": 47 bytes follow the header, expected 3 × 2 numbers of 8 bytes");
    CHECK(of_shape("(3, 2)", 49) == ": 49 bytes follow the header, expected 3 × 2 numbers of 8 bytes");
    CHECK(of_shape("(3, 2)", 56) == ": 56 bytes follow the header, expected 3 × 2 numbers of 8 bytes");
    CHECK(of_shape("(2, 0)", 8) == ": 8 bytes follow the header, expected 2 × 0 numbers of 8 bytes");
    CHECK(of_shape("(-3, 2)", 48) == ": the .npy header's shape is (-3, 2), expected whole numbers");
    CHECK(of_shape("(4611686018427387904, 4)", 0) ==
          ": the .npy header's shape is (4611686018427387904, 4), expected whole numbers");
    CHECK(of_shape("6", 48) == ": the .npy header's shape is 6, expected a tuple");
}

TEST_CASE("headers that are none are refused") {
    const std::string good = npy(dictionary("<f8", "False", "(3, 2)"), six);
    CHECK(complaint("") == ": this is no .npy file");
    CHECK(complaint("1,2\n3,4\n5,6\n") == ": this is no .npy file");
    CHECK(complaint(good.substr(0, 11)) == ": this is no .npy file");
    CHECK(complaint(good.substr(0, 40)) == ": the file ends within the .npy header");
    CHECK(complaint(npy("", six, 4)) == ": the .npy version is 4, expected 1, 2 or 3");
    CHECK(complaint(npy("{'fortran_order': False, 'shape': (3, 2), }", six)) ==
          ": the .npy header has no 'descr'");
    CHECK(complaint(npy(dictionary("<f8", "0", "(3, 2)"), six)) == ": the .npy header's fortran_order is 0");
    CHECK(complaint(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2", six)) ==
          ": the .npy header's 'shape' has no end");
    CHECK(complaint(npy("{'descr':", six)) == ": the .npy header's 'descr' has no end");
    CHECK_THROWS_AS(NpyFile<>("no/such/file.npy"), std::runtime_error);
    CHECK_THROWS_AS(NpyWriter<>("no/such/file.npy", 1), std::runtime_error);
    CHECK_THROWS_AS(NpyWriter<>("no/such/file.npy", 0), std::invalid_argument);
    if (std::filesystem::exists("/dev/full"))
        CHECK_THROWS_AS(write_npy("/dev/full", Eigen::MatrixXd::Zero(9, 999)), std::runtime_error);
}
