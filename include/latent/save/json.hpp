// Values as JSON, by nlohmann/json (Debian: nlohmann-json3-dev; CMake: latent::json).
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "latent/save/describe.hpp"

namespace latent::detail {

using Json = nlohmann::ordered_json;

/// The digits that give the number its bits back; what JSON has no number for is a text.
inline std::string json_number(double number) {
    if (std::isnan(number)) return "\"nan\"";
    if (std::isinf(number)) return number < 0 ? "\"-inf\"" : "\"inf\"";
    return Json(number).dump();
}

/// In quotes; what is no UTF-8 is replaced.
inline std::string json_word(const std::string& word) {
    return Json(word).dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// A list of numbers on one line, all else on lines of its own.
inline void write_json(const SavedValue& value, std::string& out, std::size_t depth) {
    const auto each = [&](const auto& elements, char open, char close, const auto& write) {
        out += open;
        for (std::size_t i = 0; i < elements.size(); ++i) {
            out += i == 0 ? "\n" : ",\n";
            out.append(2 * depth + 2, ' ');
            write(elements[i]);
        }
        if (!elements.empty()) (out += '\n').append(2 * depth, ' ');
        out += close;
    };
    if (const auto* numbers = value.get<std::vector<double>>()) {
        out += '[';
        for (std::size_t i = 0; i < numbers->size(); ++i)
            out += (i == 0 ? "" : ", ") + json_number((*numbers)[i]);
        out += ']';
    } else if (const auto* list = value.get<SavedList>()) {
        each(*list, '[', ']', [&](const SavedValue& element) { write_json(element, out, depth + 1); });
    } else if (const auto* parts = value.get<SavedParts>()) {
        each(*parts, '{', '}', [&](const auto& part) {
            out += json_word(part.first) + ": ";
            write_json(part.second, out, depth + 1);
        });
    } else if (const auto* number = value.get<double>()) {
        out += json_number(*number);
    } else if (const auto* integer = value.get<std::int64_t>()) {
        out += std::to_string(*integer);
    } else if (const auto* truth = value.get<bool>()) {
        out += *truth ? "true" : "false";
    } else if (const auto* word = value.get<std::string>()) {
        out += json_word(*word);
    } else {
        out += "null";
    }
}

/// Throws LoadError where values are nested deeper than those of any model.
inline SavedValue from_json(const Json& json, int depth = 0) {
    if (depth > deepest_value) throw LoadError("has values in one another that are nested too deep");
    if (json.is_boolean()) return json.get<bool>();
    if (json.is_number_integer()) return json.get<std::int64_t>();
    if (json.is_number()) return json.get<double>();
    if (json.is_string()) return json.get<std::string>();
    if (json.is_array()) {
        bool numbers = !json.empty();
        for (const Json& element : json) numbers = numbers && element.is_number();
        if (numbers) return json.get<std::vector<double>>();
        SavedList list;
        for (const Json& element : json) list.push_back(from_json(element, depth + 1));
        return list;
    }
    if (json.is_object()) {
        SavedParts parts;
        for (const auto& [name, part] : json.items()) parts.emplace_back(name, from_json(part, depth + 1));
        return parts;
    }
    return {};
}

inline std::string json_text(const SavedValue& value) {
    std::string out;
    write_json(value, out, 0);
    return out += '\n';
}

/// Throws LoadError where the text is no JSON.
inline SavedValue parse_json(const std::string& text) {
    try {
        return from_json(Json::parse(text));
    } catch (const nlohmann::json::exception& error) {
        throw LoadError(detail::text("is no JSON: ", error.what()));
    }
}

}  // namespace latent::detail
