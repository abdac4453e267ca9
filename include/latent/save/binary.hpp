// Values as bytes that say what they are, for files with the ending .latent.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "latent/core/bytes.hpp"
#include "latent/save/value.hpp"

namespace latent::detail {

/// What the bytes begin with: what they are, and, to be read as the same number, the machine's order of bytes.
inline constexpr std::string_view saved_magic = "latent\r\n\x1a\n";
inline constexpr std::uint32_t saved_order = 0x01020304;

inline void write_saved(const SavedValue& value, ByteWriter& out) {
    out.write(static_cast<std::uint8_t>(value.index()));
    if (const auto* list = value.get<SavedList>()) {
        out.write(static_cast<std::uint64_t>(list->size()));
        for (const SavedValue& element : *list) write_saved(element, out);
    } else if (const auto* parts = value.get<SavedParts>()) {
        out.write(static_cast<std::uint64_t>(parts->size()));
        for (const auto& [name, part] : *parts) {
            out.write(name);
            write_saved(part, out);
        }
    } else {
        std::visit(
            [&]<class T>(const T& leaf) {
                if constexpr (Archivable<T>) out.write(leaf);
            },
            value.base());
    }
}

/// No value needs less than a byte, so that a damaged size asks for no memory; nor is one nested deeper than any model.
inline SavedValue read_saved(ByteReader& in, int depth = 0) {
    if (depth > deepest_value) throw ArchiveError("values in one another are nested too deep");
    std::uint8_t kind = 0;
    in.read(kind);
    const auto leaf = [&]<class T>(T value) -> SavedValue {
        in.read(value);
        return value;
    };
    const auto count = [&] {
        std::uint64_t n = 0;
        in.read(n);
        if (n > in.left()) throw ArchiveError("a size is larger than the rest of the bytes");
        return n;
    };
    switch (kind) {
        case 0:
            return {};
        case 1:
            return leaf(false);
        case 2:
            return leaf(std::int64_t{});
        case 3:
            return leaf(0.0);
        case 4:
            return leaf(std::string());
        case 5:
            return leaf(std::vector<double>());
        case 6: {
            SavedList list;
            for (std::uint64_t n = count(); n > 0; --n) list.push_back(read_saved(in, depth + 1));
            return list;
        }
        case 7: {
            SavedParts parts;
            for (std::uint64_t n = count(); n > 0; --n) {
                std::string name;
                in.read(name);
                parts.emplace_back(std::move(name), read_saved(in, depth + 1));
            }
            return parts;
        }
        default:
            throw ArchiveError("a value is of no known kind");
    }
}

inline std::string binary_text(const SavedValue& value) {
    ByteWriter body;
    write_saved(value, body);
    ByteWriter tail;
    tail.write(saved_order);
    tail.write(body.bytes());
    tail.write(checksum(body.bytes()));
    return std::string(saved_magic) + tail.bytes();
}

/// Throws LoadError where the bytes are not what binary_text writes.
inline SavedValue parse_binary(std::string_view bytes) {
    if (!bytes.starts_with(saved_magic)) throw LoadError("is no file of latent: it begins otherwise");
    ByteReader in(bytes.substr(saved_magic.size()));
    try {
        std::uint32_t order = 0;
        in.read(order);
        if (order != saved_order)
            throw LoadError("was written on a machine of another order of bytes: exchange it as JSON");
        std::string body;
        std::uint64_t sum = 0;
        in.read(body);
        in.read(sum);
        in.finish();
        if (sum != checksum(body)) throw LoadError("is damaged: its checksum is another");
        ByteReader reader(body);
        SavedValue value = read_saved(reader);
        reader.finish();
        return value;
    } catch (const ArchiveError& error) {
        throw LoadError(text("is damaged: ", error.what()));
    }
}

}  // namespace latent::detail
