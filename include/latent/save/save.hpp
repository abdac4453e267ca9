// Models kept in files: saved, loaded, and the same to the bit.
#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <system_error>
#include <variant>

#include "latent/save/binary.hpp"
#include "latent/save/describe.hpp"
#if __has_include(<nlohmann/json.hpp>)
#include "latent/save/json.hpp"
#endif

// A value in a file is its parameters and nothing else: no data, no caches. The ending of the path says how it is written:
//   .json    JSON, for people, Python and other programs. See docs/saving.md. Needs nlohmann/json.
//   .latent  the same as bytes of this machine's order with a checksum: smaller, and read faster.
// Numbers keep their bits in both.

namespace latent {

namespace detail {

/// The version of what save writes. To be raised whenever a program of today could not read it.
inline constexpr std::int64_t saved_version = 1;

inline std::string file_text(const SavedValue& value, const std::filesystem::path& path) {
    const std::filesystem::path ending = path.extension();
    if (ending == ".latent") return binary_text(value);
#if __has_include(<nlohmann/json.hpp>)
    if (ending == ".json") return json_text(value);
    throw std::invalid_argument(
        text("latent::save: ", path.string(), " ends neither with .json nor with .latent"));
#else
    throw std::invalid_argument(text("latent::save: ", path.string(), " does not end with .latent",
                                     ending == ".json" ? ", and nlohmann/json was not found" : ""));
#endif
}

inline SavedValue parse_file(const std::string& bytes) {
    if (bytes.starts_with(saved_magic)) return parse_binary(bytes);
#if __has_include(<nlohmann/json.hpp>)
    return parse_json(bytes);
#else
    throw LoadError("is no .latent file; for JSON nlohmann/json was not found");
#endif
}

/// What the file holds under "value", its head being checked.
inline SavedValue value_of_file(const SavedValue& file) {
    const auto* parts = file.get<SavedParts>();
    const auto* format = parts ? part_of(*parts, "format") : nullptr;
    const auto* name = format ? format->get<std::string>() : nullptr;
    if (!name || *name != "latent") throw LoadError(R"(is no file of latent: it has no "format": "latent")");
    const auto* version = part_of(*parts, "version");
    const auto* number = version ? version->get<std::int64_t>() : nullptr;
    if (!number || *number != saved_version)
        throw LoadError(text("is of version ", number ? *number : 0, ", this program reads ", saved_version));
    const auto* value = part_of(*parts, "value");
    if (!value) throw LoadError("lacks \"value\"");
    return *value;
}

template <class T>
SavedValue file_of_value(const T& value) {
    return SavedParts{
        {"format", std::string("latent")}, {"version", saved_version}, {"value", describe(value)}};
}

/// The type that a value calls itself, and those of its parts.
inline std::string type_text(const SavedValue& value) {
    std::string type, parts;
    const auto add = [&](const SavedValue& part) {
        if (const std::string own = type_text(part); !own.empty()) parts += (parts.empty() ? "" : ", ") + own;
    };
    if (const auto* list = value.get<SavedList>())
        for (const SavedValue& element : *list) add(element);
    if (const auto* named = value.get<SavedParts>()) {
        const auto* own = part_of(*named, "type");
        if (own && own->get<std::string>()) type = *own->get<std::string>();
        for (const auto& [name, part] : *named) add(part);
    }
    return type.empty() || parts.empty() ? type + parts : type + "(" + parts + ")";
}

/// Does `of` with the file's value, and says which file it was where that fails.
template <class F>
auto with_file(const std::filesystem::path& path, const F& of) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    if (!file.is_open() || file.bad())
        throw LoadError(text("latent::load: cannot read the file ", path.string()));
    try {
        return of(value_of_file(parse_file(bytes)));
    } catch (const LoadError& error) {
        throw LoadError(text("latent::load: ", path.string(), ": ", error.what()));
    }
}

}  // namespace detail

/// What a file holds, without the parameters: "Mixture(Gaussian full)", "HiddenMarkovModel(MarkovChain, Poisson)". Throws
/// LoadError where it is no file of latent.
inline std::string saved_type(const std::filesystem::path& path) {
    return detail::with_file(path, [](const detail::SavedValue& value) { return detail::type_text(value); });
}

/// Writes a Savable value (a model, an emission, a chain, a prior, a fit's Result) to a file, which is replaced as a whole or
/// not at all. Throws std::invalid_argument on a path of another ending than .json and .latent, and std::runtime_error where
/// the file cannot be written. Time: of a JSON of numbers, some 20 MB a second.
template <class T>
void save(const std::filesystem::path& path, const T& value) {
    const std::string bytes = detail::file_text(detail::file_of_value(value), path);
    const std::filesystem::path whole = path.string() + ".tmp";
    std::ofstream file(whole, std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    std::error_code error;
    if (file) std::filesystem::rename(whole, path, error);
    if (file && !error) return;
    std::error_code ignored;
    std::filesystem::remove(whole, ignored);
    throw std::runtime_error(detail::text("latent::save: cannot write the file ", path.string()));
}

/// The value that was saved, equal to the bit: `load<GaussianMixture<>>("model.json")`. Throws LoadError, naming file, place and
/// what was found, where the file cannot be read, is damaged, of another format, version or type, or its parameters are invalid.
template <class T>
T load(const std::filesystem::path& path) {
    return detail::with_file(path, [](const detail::SavedValue& value) {
        return detail::restore<T>(value, detail::SavedPlace());
    });
}

/// The value that was saved, of one of some types, the first that the file holds:
///   `std::visit([](const auto& model) { … }, load_any<Mixture<Gaussian<Full>>, Mixture<Poisson<>>>(path))`.
/// Throws LoadError as load does; where it is of none of the types, with what each of them lacks.
template <class... T>
std::variant<T...> load_any(const std::filesystem::path& path) {
    return detail::with_file(path, [](const detail::SavedValue& value) {
        std::optional<std::variant<T...>> found;
        std::string reasons;
        const auto attempt = [&]<class Type>(const Type*) {
            if (found) return;
            try {
                found.emplace(detail::restore<Type>(value, detail::SavedPlace()));
            } catch (const LoadError& error) {
                reasons += detail::text("\n  ", error.what());
            }
        };
        (attempt(static_cast<const T*>(nullptr)), ...);
        if (!found)
            throw LoadError(detail::text("is of none of the types that can be loaded here:", reasons));
        return *std::move(found);
    });
}

}  // namespace latent
