// Any bytes as a checkpoint, and as what a checkpoint holds: a fit goes on from it, or refuses it.
#include "latent/checkpoint/checkpoint.hpp"

#include "fuzz.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/mixture.hpp"

namespace {

void fit_from(const std::string& bytes) {
    using namespace latent;
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Plain, Aitken, Silent, Checkpoint>
        em{.limits = {.iterations = 2}, .checkpoint = {.path = fuzz::file_of(bytes)}};
    const Mixture<Poisson<>> start(Poisson<>(Eigen::MatrixXd(Eigen::RowVector2d(1, 3))));
    fuzz::refusal([&] { em.fit(start, std::vector<double>{0, 1, 2, 5}); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace latent::detail;
    const std::string bytes = fuzz::text(data, size);
    fit_from(bytes);
    ByteWriter head;
    head.write(CheckpointHeader{.size = size, .sum = checksum(bytes)});
    fit_from(head.bytes() + bytes);
    return 0;
}
