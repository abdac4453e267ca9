// What types are called in a file.
#include "latent/core/type_name.hpp"

#include <set>

#include "catch.hpp"
#include "latent/latent.hpp"

using namespace latent;

namespace {

enum class Colour : std::uint8_t { red };

/// One member of each kind.
struct Everything {
    std::string text;
    std::vector<Eigen::MatrixXd> matrices;
    std::optional<Eigen::Vector3f> perhaps;
    std::pair<std::int8_t, Colour> pair{};
    std::array<double, 2> numbers{};
    Eigen::Array<bool, Eigen::Dynamic, Eigen::Dynamic> mask;

    static std::string type_name() { return "Everything"; }
    static constexpr auto members() {
        using E = Everything;
        return std::tuple{&E::text, &E::matrices, &E::perhaps, &E::pair, &E::numbers, &E::mask};
    }
};

template <class... T>
std::set<std::string> type_names() {
    return {detail::type_name<T>()...};
}

}  // namespace

TEST_CASE("types have names that no compiler chooses") {
    CHECK(detail::type_name<std::int64_t>() == "i8");
    CHECK(detail::type_name<float>() == "f4");
    CHECK(detail::type_name<Eigen::VectorXf>() == "f4[*x1]");
    CHECK(detail::type_name<Eigen::Matrix<double, 3, -1, Eigen::RowMajor>>() == "f8[3x* by rows]");
    CHECK(detail::type_name<std::tuple<int&, std::vector<bool>>>() == "(i4,[b1],)");
    CHECK(detail::type_name<Everything>() == "Everything{text,[f8[*x*]],f4[3x1]?,(i1,e1),[2 f8],b1[*x*],}");
    CHECK(detail::type_name<Poisson<>>() == "Poisson{f8[*x*],f8[*x*],f8[*x1],f8[*x*],}");
}

TEST_CASE("no family is taken for another") {
    const auto names = type_names<Gaussian<Full>, Gaussian<Tied>, Gaussian<Diagonal>, Gaussian<Spherical>,
                                  Gaussian<Full, float>, StudentT<>, StudentT<Full, float>, Poisson<>,
                                  Exponential<>, Bernoulli<>, Multinomial<>, NegativeBinomial<>, Gamma<>,
                                  VonMises<>, Categorical<>, MixtureEmission<Poisson<>>,
                                  TiedEmission<Poisson<>>, Mixture<Poisson<>>, HMM<Poisson<>>, MarkovChain>();
    CHECK(names.size() == 20);
}
