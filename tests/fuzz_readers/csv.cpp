// Any bytes as a file of comma-separated values, with missing cells and without: read, or refused in the same words, whole
// and by blocks; what was read is finite, or missing, and comes back from what is written of it.
#include "fuzz.hpp"
#include "latent/data/csv_file.hpp"

namespace {

using namespace latent;

/// Whether the numbers are the same, and where they are missing.
bool equal(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
    return a.rows() == b.rows() && a.cols() == b.cols() &&
           (a.array() == b.array() || (a.array().isNaN() && b.array().isNaN())).all();
}

void try_reading(const std::string& bytes, const CsvOptions& options) {
    const auto& path = fuzz::file_of(bytes);
    Csv whole;
    Eigen::MatrixXd blocks;
    const std::string of_whole = fuzz::refusal([&] { whole = read_csv(path, options); });
    const std::string of_blocks = fuzz::refusal([&] {
        const CsvFile file(path, options);
        blocks.resize(file.rows(), file.cols());
        for (Index i = 0; i < file.cols(); i += 3)
            file.read(i, std::min<Index>(3, file.cols() - i), blocks.col(i).data());
    });
    fuzz::expect(of_whole == of_blocks, "one refusal, not '" + of_whole + "' and '" + of_blocks + "'");
    if (!of_whole.empty()) return;
    fuzz::expect(equal(whole.values, blocks), "the same numbers");
    fuzz::expect(options.missing ? !whole.values.array().isInf().any() : whole.values.allFinite(),
                 "finite ones");
    write_csv(path, whole.values);
    fuzz::expect(equal(read_csv(path, options).values, whole.values), "what was written");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes = fuzz::text(data, size);
    for (const bool missing : {false, true}) try_reading(bytes, {.missing = missing});
    return 0;
}
