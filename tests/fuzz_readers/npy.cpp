// Any bytes as a .npy file: read, whole and by blocks, or refused; nothing larger than the file is allocated.
#include "latent/data/npy.hpp"

#include "fuzz.hpp"

namespace {

template <class Scalar>
void check(const std::filesystem::path& path) {
    using namespace latent;
    MatrixX<Scalar> whole, blocks;
    const std::string refused = fuzz::refusal([&] {
        whole = read_npy<Scalar>(path);
        const NpyFile<Scalar> file(path);
        blocks.resize(file.rows(), file.cols());
        for (Index i = 0; i < file.cols() && file.rows() > 0; i += 3)
            file.read(i, std::min<Index>(3, file.cols() - i), blocks.col(i).data());
    });
    const auto bytes = [](const auto& x) {
        return std::string(reinterpret_cast<const char*>(x.data()),
                           sizeof(Scalar) * static_cast<std::size_t>(x.size()));
    };
    fuzz::expect(!refused.empty() || bytes(whole) == bytes(blocks), "the same numbers");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto& path = fuzz::file_of(fuzz::text(data, size));
    check<double>(path);
    check<float>(path);
    return 0;
}
