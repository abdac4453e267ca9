// Values as bytes: they come back with the same bits, and bytes that are none of theirs are refused.
#include "latent/core/archive.hpp"

#include "catch.hpp"
#include "latent/core/journal.hpp"
#include "latent/latent.hpp"

using namespace latent;

namespace {

enum class Colour : std::uint8_t { red, green };

class Base {
  public:
    static constexpr auto members() { return std::tuple{&Base::name_, &Base::sure}; }
    void rename(std::string name) { name_ = std::move(name); }
    bool operator==(const Base&) const = default;

    bool sure = false;

  private:
    std::string name_;
};
struct Everything : Base {
    std::vector<Eigen::MatrixXd> matrices;
    std::optional<Eigen::Vector3f> perhaps;
    std::vector<bool> flags;
    std::pair<std::int8_t, Colour> pair{};
    std::array<double, 2> numbers{};
    Eigen::Array<bool, Eigen::Dynamic, Eigen::Dynamic> mask;

    static constexpr auto members() {
        using E = Everything;
        return std::tuple_cat(Base::members(), std::tuple{&E::matrices, &E::perhaps, &E::flags, &E::pair,
                                                          &E::numbers, &E::mask});
    }
};

struct Forgetful {
    double a = 0, b = 0;
    static constexpr auto members() { return std::tuple{&Forgetful::a}; }
};
struct Heir : Base {  // members() is its base's
    double more = 0;
};
struct Anonymous {
    double a = 0;
};
struct Pointing {
    double* a = nullptr;
    static constexpr auto members() { return std::tuple{&Pointing::a}; }
};
struct Secret {
  private:
    static constexpr auto members() { return std::tuple{}; }
};
/// Nothing makes one but another.
struct Made {
    explicit Made(int n) : number(n) {}
    int number;
    static constexpr auto members() { return std::tuple{&Made::number}; }
};
struct Nothing {
    static constexpr auto members() { return std::tuple{}; }
};

static_assert(Archivable<double> && Archivable<Colour> && Archivable<std::string> && Archivable<Everything>);
static_assert(Archivable<Event> && Archivable<Journal> && Archivable<Nothing> &&
              Archivable<std::tuple<int&>>);
static_assert(Archivable<Gaussian<>> && Archivable<Gaussian<>::Statistics>);
static_assert(!Archivable<Forgetful> && !Archivable<Heir> && !Archivable<Anonymous> && !Archivable<Secret>);
static_assert(!Archivable<double*> && !Archivable<Pointing> && !Archivable<std::vector<Anonymous>>);
static_assert(!Archivable<std::optional<Heir>> && !Archivable<std::array<Heir, 2>> &&
              !Archivable<long double>);

Everything everything() {
    Everything e;
    e.rename("näme");
    e.sure = true;
    e.matrices = {Eigen::MatrixXd::Random(2, 3), Eigen::MatrixXd(0, 4)};
    e.perhaps = Eigen::Vector3f(1, -0.0F, std::numeric_limits<float>::infinity());
    e.flags = {true, false, true};
    e.pair = {std::int8_t{-3}, Colour::green};
    e.numbers = {0.1, std::numeric_limits<double>::quiet_NaN()};
    e.mask.setConstant(2, 2, true);
    e.mask(0, 1) = false;
    return e;
}

template <class T>
std::string bytes_of(const T& value) {
    ArchiveWriter archive;
    archive.write(value);
    return archive.bytes();
}
template <class T>
void read(const std::string& bytes, T& to) {
    ArchiveReader reader(bytes);
    reader.read(to);
    reader.finish();
}

/// The values alone, without type and checksum.
template <class... T>
std::string bare(const T&... values) {
    detail::ByteWriter writer;
    (writer.write(values), ...);
    return writer.bytes();
}
template <class T>
void read_bare(const std::string& bytes, T& to) {
    detail::ByteReader reader(bytes);
    reader.read(to);
    reader.finish();
}

/// How the model `from` is refused where a model like `to` is expected.
template <class From, class To>
std::string refusal(const From& from, To to) {
    try {
        read(bytes_of(from), to);
    } catch (const ArchiveError& error) {
        return error.what();
    }
    return "no refusal";
}

}  // namespace

TEST_CASE("what cannot be made of nothing is read into what is there, and nowhere else") {
    using Kept = std::tuple<std::vector<Made>, std::optional<Made>, std::optional<Made>>;
    const Kept from{{Made(1), Made(2)}, Made(3), {}};
    Kept to{{Made(0), Made(0)}, Made(0), {}};
    read(bytes_of(from), to);
    CHECK(std::get<0>(to)[1].number == 2);
    CHECK(std::get<1>(to)->number == 3);
    CHECK_THAT(refusal(from, Kept{{Made(0)}, Made(0), {}}), ContainsSubstring("other numbers of elements"));
    CHECK_THAT(refusal(from, Kept{{Made(0), Made(0)}, {}, {}}), ContainsSubstring("other values"));
}

TEST_CASE("values come back as they were") {
    const Everything from = everything();
    Everything to;
    to.matrices.resize(5);
    to.flags = {false};
    read(bytes_of(from), to);
    CHECK(static_cast<const Base&>(to) == from);
    REQUIRE(to.matrices.size() == 2);
    CHECK(to.matrices[0] == from.matrices[0]);
    CHECK(to.matrices[1].rows() == 0);
    CHECK(to.matrices[1].cols() == 4);
    REQUIRE(to.perhaps);
    CHECK(*to.perhaps == *from.perhaps);
    CHECK(std::signbit((*to.perhaps)(1)));
    CHECK(to.flags == from.flags);
    CHECK(to.pair == from.pair);
    CHECK(to.numbers[0] == 0.1);
    CHECK(std::isnan(to.numbers[1]));
    CHECK((to.mask == from.mask).all());
    CHECK(bytes_of(to) == bytes_of(from));

    Everything empty;
    read(bytes_of(Everything{}), to);
    CHECK(bytes_of(to) == bytes_of(empty));
}

TEST_CASE("several values are read in the order in which they were written") {
    ArchiveWriter archive;
    archive.write(1);
    archive.write(std::tuple{2.5, std::string("three")});
    ArchiveReader reader(archive.bytes());
    int one = 0;
    double two = 0;
    std::string three;
    reader.read(one);
    reader.read(std::tie(two, three));
    CHECK(reader.left() == 0);
    CHECK(one == 1);
    CHECK(two == 2.5);
    CHECK(three == "three");
}

TEST_CASE("statistics are kept with their centre, which is no field") {
    Gaussian<> g(2, 1);
    auto s = g.zero_statistics(), t = Gaussian<>(3, 2).zero_statistics();
    s.centre.setConstant(7);
    s.sum.setRandom();
    read(bytes_of(s), t);
    CHECK(t.centre == s.centre);
    CHECK(t.sum == s.sum);
}

TEST_CASE("bytes that end too early, or too late, are refused") {
    const std::string bytes = bytes_of(everything());
    Everything to;
    for (std::size_t n = 0; n < bytes.size(); ++n)
        CHECK_THROWS_AS(read(bytes.substr(0, n), to), ArchiveError);
    CHECK_THROWS_AS(read(bytes + 'x', to), ArchiveError);
    CHECK_NOTHROW(read(bytes, to));
}

TEST_CASE("any bytes are read or refused, and nothing larger than they are is allocated") {
    const std::string sealed = bytes_of(everything()), bytes = bare(everything());
    auto mutated = [random = Random(1)](std::string some) mutable {
        for (Index changes = 1 + random.below(4); changes > 0; --changes)
            some[static_cast<std::size_t>(random.below(std::ssize(some)))] =
                static_cast<char>(random.below(256));
        return some;
    };
    int refused = 0;
    for (int trial = 0; trial < 20'000; ++trial) {
        Everything to;
        const std::string damaged = mutated(sealed);
        if (damaged != sealed) CHECK_THROWS_AS(read(damaged, to), ArchiveError);
        try {
            read_bare(mutated(bytes), to);
        } catch (const ArchiveError&) {
            ++refused;
        }
    }
    CHECK(refused > 0);
}

TEST_CASE("sizes that cannot be are refused") {
    const auto largest = std::numeric_limits<std::uint64_t>::max();
    std::vector<double> numbers;
    CHECK_THROWS_WITH(read_bare(bare(largest), numbers), ContainsSubstring("size"));
    std::string text;
    CHECK_THROWS_WITH(read_bare(bare(std::uint64_t{3}, 'a', 'b'), text), ContainsSubstring("size"));

    Eigen::MatrixXd matrix;
    const auto shape = [](std::int64_t rows, std::int64_t cols) { return bare(rows, cols); };
    CHECK_THROWS_WITH(read_bare(shape(1, 1), matrix), ContainsSubstring("matrix"));
    CHECK_THROWS_WITH(read_bare(shape(-1, 1), matrix), ContainsSubstring("shape"));
    CHECK_THROWS_WITH(read_bare(shape(std::int64_t{1} << 32, std::int64_t{1} << 32), matrix),
                      ContainsSubstring("larger"));
    Eigen::Vector3d fixed;
    CHECK_THROWS_WITH(read_bare(shape(2, 1), fixed), ContainsSubstring("shape"));
    bool truth = false;
    CHECK_THROWS_WITH(read_bare(bare('\2'), truth), ContainsSubstring("truth"));
}

// -------------------------------------------------------------------------------------------------------- types

TEST_CASE("a model is not read into one of another type") {
    const GaussianMixture<> full(2, 3);
    CHECK(refusal(full, GaussianMixture<>(3, 1)) == "no refusal");
    const std::string diagonal = refusal(full, GaussianMixture<Diagonal>(2, 3));
    CHECK_THAT(diagonal,
               ContainsSubstring("of another type: …ixture{f8[*x1],f8[*x1],Gaussian full{f8[*x*],"));
    CHECK_THAT(diagonal, ContainsSubstring("…, not …ixture{f8[*x1],f8[*x1],Gaussian diagonal{f8[*x*],"));
    for (const std::string& other :
         {refusal(full, GaussianMixture<Tied>(2, 3)), refusal(full, GaussianMixture<Full, float>(2, 3)),
          refusal(full, Mixture<StudentT<>>(2, 3)), refusal(full, Mixture<Poisson<>>(2, 3)),
          refusal(full, GaussianHMM<>(2, 3)), refusal(full, full.emission()), refusal(1, 1.0),
          refusal(Mixture<Poisson<>>(2, 1), Mixture<Exponential<>>(2, 1)),
          refusal(std::string("latent"), 1.0)})
        CHECK(other.starts_with("the bytes are of another type: …"));
    double number = 0;
    CHECK_THROWS_AS(read("", number), ArchiveError);
    CHECK_THROWS_AS(read("these are no bytes of an archive", number), ArchiveError);
}

TEST_CASE("damaged bytes are refused, wherever the damage is") {
    const std::string bytes = bytes_of(GaussianMixture<>(2, 2));
    GaussianMixture<> to(2, 2);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        std::string damaged = bytes;
        damaged[i] = static_cast<char>(damaged[i] ^ 1);
        CHECK_THROWS_AS(read(damaged, to), ArchiveError);
    }
    std::string last = bytes;
    last.back() = static_cast<char>(last.back() ^ 1);
    CHECK_THROWS_WITH(read(last, to), "the bytes are damaged: their checksum is another");
}
