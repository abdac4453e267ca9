// What a kernel is run in, and that this program is built as its name says.
#include "latent/kernel/dispatch.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "every_width.hpp"

using latent::Index;
using namespace latent::detail;

namespace {

#if defined(__x86_64__) && defined(__GNUC__)
/// Bytes of each kind of register that this machine has, whatever the build: asked again here, of the processor.
[[maybe_unused]] std::vector<Index> machine_widths() {
    std::vector<Index> all{16};
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) all.push_back(32);
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
        all.push_back(64);
    return all;
}
#endif

/// Bytes of the registers that a kernel is given.
Index given() {
    Index width = 0;
    with_registers([&](auto bytes) { width = bytes(); });
    return width;
}

/// Twice each of n numbers, in registers of Bytes.
template <Index Bytes>
struct Twice {
    [[gnu::always_inline]] static void run(const double* x, Index n, double* out) {
        for (Index i = 0; i < n; i += lanes<double, Bytes>) {
            Lane<double, Bytes> lane;
            load(x + i, lane);
            store(out + i, Lane<double, Bytes>(lane + lane));
        }
    }
};

}  // namespace

#if defined(__x86_64__) && defined(__GNUC__)
#ifdef LATENT_NO_DISPATCH
static_assert(!dispatches, "a program that forgoes it asks nothing");
#elif defined(LATENT_TEST_ANY_X86)
static_assert(register_bytes == 16 && dispatches, "built for any x86 machine, a kernel asks this one");
TEST_CASE("a program for any x86 machine runs its kernels in each kind of register of this one", "[kernel]") {
    const std::vector<Index> widths = every_width::widths();
    CHECK(widths == machine_widths());
    std::string list;
    for (const Index width : widths) {
        const every_width::Chosen registers(width);
        CHECK(given() == width);
        list += std::to_string(width) + " ";
    }
    WARN("kernels are tested in registers of " << list << "bytes");
}
#elif defined(LATENT_TEST_NATIVE)
TEST_CASE("a program for this machine is built for all of its registers, and asks nothing", "[kernel]") {
    CHECK(register_bytes == machine_widths().back());
    CHECK(every_width::widths() == std::vector<Index>{register_bytes});
}
#endif
#endif

TEST_CASE("a kernel is given the widest registers, and no wider ones than it can use", "[kernel]") {
    CHECK(given() == every_width::widths().back());
    IN_REGISTERS_OF_EVERY_WIDTH();
    CHECK(given() == registers.bytes);
    with_registers<32>([&](auto bytes) { CHECK(bytes() == std::min<Index>(32, registers.bytes)); });
    alignas(64) double x[16], twice[16] = {}, again[16] = {};
    for (int i = 0; i < 16; ++i) x[i] = i;
    with_registers([&](auto bytes) {
        in_registers<Twice<bytes()>, bytes()>(static_cast<const double*>(x), Index(16),
                                              static_cast<double*>(twice));
        call_in_registers<bytes()>([&]()
                                       __attribute__((always_inline)) { Twice<bytes()>::run(x, 16, again); });
    });
    for (int i = 0; i < 16; ++i) {
        CHECK(twice[i] == 2 * i);
        CHECK(again[i] == 2 * i);
    }
}

TEST_CASE("what limits the registers ends with its scope", "[kernel]") {
    const Index widest = given();
    for (const Index width : every_width::widths()) {
        const every_width::Chosen outer(width);
        { const every_width::Chosen inner(every_width::widths().front()); }
        CHECK(given() == width);
    }
    CHECK(given() == widest);
}

TEST_CASE("a size is known at compile time up to the largest, and pieces cover everything once", "[kernel]") {
    for (const Index n : {1, 2, 3, 4, 5, 100}) {
        const Index known = with_size<4>(n, [](auto size) { return Index(size()); });
        CHECK(known == std::min<Index>(n, 4));
    }
    for (const Index n : {0, 1, 4, 5, 11}) {
        std::vector<Index> pieces;
        Index next = 0;
        in_pieces<4>(n, [&](auto size, Index first) {
            CHECK(first == next);
            next = first + size();
            pieces.push_back(size());
        });
        CHECK(next == n);
        CHECK(std::ssize(pieces) == (n + 3) / 4);
        for (const Index piece : pieces) CHECK((piece >= 1 && piece <= 4));
    }
}
