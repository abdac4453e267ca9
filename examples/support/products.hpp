// Families that the user names, "gamma", and products of them: "gamma:1,von_mises:1" are a column of each, in files
// "block1.shapes.csv", …. One family is a product of one block, whose files have no such prefix.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "command_line.hpp"
#include "count_families.hpp"
#include "latent/emission/one_of.hpp"
#include "latent/emission/product.hpp"
#include "normal_families.hpp"
#include "number_families.hpp"

using AnyFamily = latent::OneOf<latent::Gaussian<latent::Full>, latent::Gaussian<latent::Tied>,
                                latent::Gaussian<latent::Diagonal>, latent::Gaussian<latent::Spherical>,
                                latent::StudentT<>, latent::Exponential<>, latent::Gamma<>,
                                latent::VonMises<>, latent::Poisson<>, latent::NegativeBinomial<>,
                                latent::Multinomial<>, latent::Bernoulli<>, latent::Categorical<>>;
using AnyProduct = latent::ProductOf<AnyFamily>;

/// A family's name on the command line, and how its shape is made and its parameters are read.
struct NamedFamily {
    std::string name;
    AnyFamily (*shape)(const FamilyRequest&);
    AnyFamily (*read)(const FamilyRequest&, latent::Index K);
    bool (*is)(const AnyFamily&);
};
template <class E>
NamedFamily named(const char* name) {
    return {
        name, [](const FamilyRequest& request) { return AnyFamily(Family<E>::shape(request)); },
        [](const FamilyRequest& request, latent::Index K) { return AnyFamily(Family<E>::read(request, K)); },
        [](const AnyFamily& family) { return family.get<E>() != nullptr; }};
}
inline const auto& named_families() {
    static const std::array all{named<latent::Gaussian<latent::Full>>("gaussian"),
                                named<latent::Gaussian<latent::Tied>>("tied"),
                                named<latent::Gaussian<latent::Diagonal>>("diagonal"),
                                named<latent::Gaussian<latent::Spherical>>("spherical"),
                                named<latent::StudentT<>>("student_t"),
                                named<latent::VonMises<>>("von_mises"),
                                named<latent::Exponential<>>("exponential"),
                                named<latent::Gamma<>>("gamma"),
                                named<latent::Poisson<>>("poisson"),
                                named<latent::NegativeBinomial<>>("negative_binomial"),
                                named<latent::Multinomial<>>("multinomial"),
                                named<latent::Bernoulli<>>("bernoulli"),
                                named<latent::Categorical<>>("categorical")};
    return all;
}
inline const NamedFamily& find_family(const std::string& name) {
    const auto& all = named_families();
    const auto found = std::ranges::find(all, name, &NamedFamily::name);
    CommandLine::require(found != all.end(), "--emission: '", name, "' is no family");
    return *found;
}

/// A block: what is asked of its family, whose name is `emission`, about its columns of the data.
inline FamilyRequest block_of(const FamilyRequest& whole, std::size_t b, const std::string& family,
                              latent::Index first, latent::Index columns) {
    const auto names = dimension_names(whole.data.names, whole.data.values.rows());
    FamilyRequest block;
    block.options = whole.options;
    block.data.values = whole.data.values.middleRows(first, columns);
    block.data.names.assign(names.begin() + first, names.begin() + first + columns);
    block.emission = family;
    block.prefix = "block" + std::to_string(b + 1) + ".";
    if (family == "categorical" && whole.options.start.empty())
        block.alphabets = alphabets_of(block.data.values);
    return block;
}

/// Whether one family is asked for, and no list of families and columns.
inline bool is_single(const FamilyRequest& request) {
    return request.emission.find(':') == std::string::npos;
}

/// Those of request.emission. Throws std::invalid_argument where it is neither a family nor a list of families and columns, or
/// these are not as many as the data have.
inline std::vector<FamilyRequest> blocks_of(const FamilyRequest& request) {
    std::vector<FamilyRequest> blocks;
    if (is_single(request)) return {request};
    const latent::Index d = request.data.values.rows();
    latent::Index first = 0;
    std::string rest = request.emission + ",";
    while (!rest.empty()) {
        const std::string word = rest.substr(0, rest.find(','));
        rest.erase(0, word.size() + 1);
        const auto colon = word.find(':');
        latent::Index columns = 0;
        CommandLine::require(colon != std::string::npos &&
                                 latent::detail::parse_decimal(std::string_view(word).substr(colon + 1),
                                                               columns) == std::errc{} &&
                                 columns > 0,
                             "--emission: '", word, "' is not FAMILY:COLUMNS");
        find_family(word.substr(0, colon));
        CommandLine::require(columns <= d - first, "--emission: ", request.emission,
                             " are more columns than the ", d, " of ", request.options.data.string());
        blocks.push_back(block_of(request, blocks.size(), word.substr(0, colon), first, columns));
        first += columns;
    }
    CommandLine::require(first == d, "--emission: ", request.emission, " are ", first, " columns, but ",
                         request.options.data.string(), " has ", d);
    return blocks;
}

template <>
struct Family<AnyProduct> {
    static AnyProduct shape(const FamilyRequest& request) {
        return made(request, [](const NamedFamily& family, const FamilyRequest& block) {
            return family.shape(block);
        });
    }
    static AnyProduct read(const FamilyRequest& request, latent::Index K) {
        return made(request, [K](const NamedFamily& family, const FamilyRequest& block) {
            return family.read(block, K);
        });
    }
    /// As --emission says it.
    static std::string name(const AnyProduct& e) {
        std::string list, single;
        e.for_each([&](const AnyFamily& block, latent::Index, std::size_t b) {
            const auto named = std::ranges::find_if(
                named_families(), [&](const NamedFamily& family) { return family.is(block); });
            single = named->name;
            list += (b == 0 ? "" : ",") + single + ":" + std::to_string(block.dimension());
        });
        return e.saved_blocks().size() == 1 ? single : list;
    }
    static void write(const FamilyRequest& request, const AnyProduct& e) {
        const std::vector<FamilyRequest> blocks = blocks_of(request);
        e.for_each([&](const AnyFamily& block, latent::Index, std::size_t b) {
            const ParameterFiles own(request.options.out, blocks[b].prefix);
            block.visit([&](const auto& family, auto) { family_of(family).write(own, family); });
        });
    }
    /// One family's own table; of several a line a parameter and dimension: "shape of x1".
    static void describe(const FamilyRequest& request, const AnyProduct& e, EmissionTable& table) {
        const std::vector<FamilyRequest> blocks = blocks_of(request);
        if (is_single(request)) {
            e.for_each([&](const AnyFamily& block, latent::Index, std::size_t) {
                block.visit(
                    [&](const auto& family, auto) { family_of(family).describe(request, family, table); });
            });
            return;
        }
        table.columns = {{"value", Eigen::MatrixXd(0, e.size())}};
        Eigen::MatrixXd& values = table.columns.front().values;
        e.for_each([&](const AnyFamily& block, latent::Index, std::size_t b) {
            EmissionTable own;
            block.visit(
                [&](const auto& family, auto) { family_of(family).describe(blocks[b], family, own); });
            for (std::size_t j = 0; j < own.lines.size(); ++j)
                for (const Column& column : own.columns) {
                    values.conservativeResize(values.rows() + 1, Eigen::NoChange);
                    values.bottomRows(1) = column.values.row(static_cast<latent::Index>(j));
                    table.lines.push_back(column.name + " of " + own.lines[j]);
                }
        });
    }

  private:
    template <class E>
    static Family<E> family_of(const E&) {
        return {};
    }
    template <class Make>
    static AnyProduct made(const FamilyRequest& request, const Make& make) {
        std::vector<AnyFamily> families;
        for (const FamilyRequest& block : blocks_of(request))
            families.push_back(make(find_family(block.emission), block));
        return AnyProduct(std::move(families));
    }
};
