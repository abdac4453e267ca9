// Any text or bytes as a saved model: refused in a sentence, or loaded; what was loaded is saved and loaded the same.
#include "fuzz.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/emission/one_of.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/emission/product.hpp"
#include "latent/emission/student_t.hpp"
#include "latent/emission/tied_emission.hpp"
#include "latent/emission/with_noise.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"
#include "latent/save/save.hpp"

namespace {

template <class T>
void check(const std::string& bytes) {
    using namespace latent::detail;
    SavedValue again;
    const std::string refused =
        fuzz::refusal([&] { again = describe(restore<T>(value_of_file(parse_file(bytes)), SavedPlace())); });
    if (!refused.empty()) return;
    const std::string once = json_text(again);
    fuzz::expect(json_text(describe(restore<T>(parse_json(once), SavedPlace()))) == once, "the same text");
    const std::string compact = binary_text(again);
    fuzz::expect(json_text(describe(restore<T>(parse_binary(compact), SavedPlace()))) == once,
                 "the same bytes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace latent;
    const std::string bytes = fuzz::text(data, size);
    check<GaussianMixture<>>(bytes);
    check<GaussianMixture<Diagonal, float>>(bytes);
    check<Mixture<WithNoise<StudentT<Tied>>>>(bytes);
    check<HMM<ProductOf<OneOf<Poisson<>, Categorical<>>>>>(bytes);
    check<HMM<TiedEmission<Poisson<>>>>(bytes);
    return 0;
}
