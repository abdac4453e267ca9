// Any bytes as an archive of a model, and, so that more than type and checksum is seen, as the values of one: refused, or
// read; what was read comes back from what is written of it.
#include "latent/core/archive.hpp"

#include "fuzz.hpp"
#include "latent/core/journal.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"

namespace {

template <class T>
void check(const std::string& bytes, const T& shape) {
    using namespace latent;
    T value = shape;
    fuzz::refusal([&] {
        ArchiveReader reader(bytes);
        reader.read(value);
        reader.finish();
    });
    const std::string refused = fuzz::refusal([&] { detail::ByteReader(bytes).read(value); });
    if (!refused.empty()) return;
    ArchiveWriter once, twice;
    once.write(value);
    T another = shape;
    ArchiveReader(once.bytes()).read(another);
    twice.write(another);
    fuzz::expect(once.bytes() == twice.bytes(), "the same bytes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace latent;
    const std::string bytes = fuzz::text(data, size);
    check(bytes, GaussianMixture<>(2, 2));
    check(bytes, GaussianMixture<Diagonal, float>(1, 1));
    check(bytes, HMM<Poisson<>>(2, 1));
    check(bytes, Journal{});
    check(bytes, std::vector<std::optional<std::pair<bool, std::string>>>{});
    return 0;
}
