// Any bytes as a file of comma-separated values: read, or refused in the same words, whole and by blocks; what was read is
// finite and comes back from what is written of it.
#include "fuzz.hpp"
#include "latent/data/csv_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace latent;
    const auto& path = fuzz::file_of(fuzz::text(data, size));
    Csv whole;
    Eigen::MatrixXd blocks;
    const std::string of_whole = fuzz::refusal([&] { whole = read_csv(path); });
    const std::string of_blocks = fuzz::refusal([&] {
        const CsvFile file(path);
        blocks.resize(file.rows(), file.cols());
        for (Index i = 0; i < file.cols(); i += 3)
            file.read(i, std::min<Index>(3, file.cols() - i), blocks.col(i).data());
    });
    fuzz::expect(of_whole == of_blocks, "one refusal, not '" + of_whole + "' and '" + of_blocks + "'");
    if (!of_whole.empty()) return 0;
    fuzz::expect(whole.values.allFinite() && whole.values == blocks, "the same finite numbers");
    write_csv(path, whole.values);
    fuzz::expect(read_csv(path).values == whole.values, "what was written");
    return 0;
}
