// Products of families: columns of different kinds.
#pragma once

#include <concepts>
#include <tuple>
#include <utility>

#include "latent/core/saved.hpp"
#include "latent/emission/emission_prior.hpp"
#include "latent/emission/product_of_blocks.hpp"

namespace latent {

/// K densities p(x | k) = Π_b p_b(x_b | k) of observations that are blocks of rows x = (x_1, …, x_B), given k independent, each
/// of a family of its own: an Emission. `Product(Gaussian<Full>(K, 2), Categorical<>(K, 5), Poisson<>(K, 1))` is of two numbers
/// with a covariance, a symbol and a count; `HMM<Product<Gamma<>, VonMises<>>>` of the steps and turns of an animal (Morales,
/// Haydon, Frair, Holsinger & Fryxell 2004). The blocks are any emissions of the same K and Scalar, products, mixtures and tied
/// ones too; rows are in the blocks' order. Where a family of numbers is known at run time only, see ProductOf.
///
/// It has what its blocks have: coordinates, means and members() where all of them do. A component has collapsed where one of its
/// blocks has; a remedy lifts the variances of that block, and removes or starts anew the component in all of them. Priors:
/// ProductPrior. Cost: that of the blocks, and a copy of the observations; with no Room (detail::RoomOf) an allocation a call.
template <class... E>
class Product : public detail::ProductOfBlocks<std::tuple<E...>> {
    using Base = detail::ProductOfBlocks<std::tuple<E...>>;
    static_assert(detail::BlockTypes<std::tuple<E...>>::one_scalar,
                  "latent: the blocks of a Product have different scalars: all double or all float");

  public:
    /// Whether one of the blocks is a Gate, which has the weights of its mixture.
    static constexpr bool has_weights = (WeightingEmission<E> || ...);

    /// An empty one, K = 0: to be assigned to.
    Product() requires(std::default_initializable<E>&&...) = default;

    /// Throws std::invalid_argument where the blocks' sizes differ.
    explicit Product(E... blocks) : Base("Product", std::tuple<E...>(std::move(blocks)...)) {}

    /// A shape for a start: of what E(K, argument) makes, an argument a block: `Product<Gamma<>, VonMises<>>(3, 1, 1)`. (A block
    /// that needs more of them is made by the constructor above.)
    template <class... Arguments>
        requires(sizeof...(Arguments) == sizeof...(E) &&
                 (std::constructible_from<E, Index, Arguments> && ...))
    explicit Product(Index K, Arguments... arguments) : Product(E(K, arguments)...) {}

    /// Block b = 0, 1, …
    template <std::size_t b>
    const auto& block() const {
        return std::get<b>(this->blocks());
    }
    template <std::size_t b>
    auto& block() {
        return std::get<b>(this->blocks());
    }

    static std::string type_name() { return "Product"; }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("blocks", &Product::saved_blocks, SavedAs::components)};
    }
    static Product restored(std::tuple<E...> blocks) {
        return std::apply([](auto&... block) { return Product(std::move(block)...); }, blocks);
    }
};

template <class... E>
Product(E...) -> Product<E...>;

/// A prior of a product: one of each block, in their order; FlatPrior{} for a block without. As pseudo-observations:
/// `MixturePrior{2.0, ProductPrior(NormalInverseWishart{…}, DirichletPrior{2})}`.
template <class... P>
class ProductPrior {
  public:
    /// One of each block, in their order.
    explicit ProductPrior(P... priors) : priors_(std::move(priors)...) {}

    template <class... E>
        requires(sizeof...(E) == sizeof...(P))
    typename Product<E...>::Statistics operator()(const Product<E...>& product) const {
        typename Product<E...>::Statistics s;
        product.for_each([&](const auto& block, Index, auto b) {
            std::get<b()>(s.blocks) = detail::pseudo_observations(std::get<b()>(priors_), block);
        });
        return s;
    }

    static std::string type_name() { return "ProductPrior"; }
    static constexpr auto saved() { return std::tuple{named("priors", &ProductPrior::priors_)}; }
    static ProductPrior restored(std::tuple<P...> priors) {
        return std::apply([](auto&... prior) { return ProductPrior(std::move(prior)...); }, priors);
    }

  private:
    std::tuple<P...> priors_;
};

/// A product of any number of blocks of one type E, which is known at run time: `ProductOf(std::vector{…})`. With OneOf for E its
/// blocks are of any of some families. What else a Product says holds for it.
template <class E>
class ProductOf : public detail::ProductOfBlocks<std::vector<E>> {
    using Base = detail::ProductOfBlocks<std::vector<E>>;

  public:
    /// An empty one, K = 0: to be assigned to.
    ProductOf() = default;

    /// Throws std::invalid_argument where there are no blocks or their sizes differ.
    explicit ProductOf(std::vector<E> families) : Base("ProductOf", std::move(families)) {}

    using Base::blocks;
    static std::string type_name() { return "ProductOf"; }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("blocks", &ProductOf::saved_blocks, SavedAs::components)};
    }
};

}  // namespace latent
