// From a value to what files hold of it, and back.
#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <sstream>
#include <tuple>
#include <type_traits>
#include <utility>

#include "latent/core/additive.hpp"
#include "latent/core/concepts.hpp"
#include "latent/core/saved.hpp"
#include "latent/save/value.hpp"

namespace latent {

template <class... E>
class OneOf;

namespace detail {

template <class T>
inline constexpr bool is_one_of = false;
template <class... E>
inline constexpr bool is_one_of<OneOf<E...>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// What a value calls itself in files.
template <class T>
std::string saved_type() {
    if constexpr (requires {
                      { T::type_name() } -> std::convertible_to<std::string>;
                  }) {
        return T::type_name();
    } else {
        return {};
    }
}
/// Its numbers: "float" or, which is not said, "double".
template <class T>
constexpr const char* saved_scalar() {
    if constexpr (requires { typename T::Scalar; })
        if (std::is_same_v<typename T::Scalar, float>) return "float";
    return "";
}

// ------------------------------------------------------------------------------------------------------- writing

template <class T>
SavedValue describe(const T& value, SavedAs as = SavedAs::plain);

/// A vector, and a matrix of one column, as a list of numbers; another matrix as a list of such.
template <class Matrix>
SavedValue describe_matrix(const Matrix& matrix, SavedAs as) {
    const auto numbers = [](const auto& entries) {
        std::vector<double> list;
        for (Index i = 0; i < entries.size(); ++i) list.push_back(static_cast<double>(entries(i)));
        return list;
    };
    if (as != SavedAs::columns && matrix.cols() == 1) return numbers(matrix.col(0));
    SavedList lists;
    if (as == SavedAs::columns)
        for (Index k = 0; k < matrix.cols(); ++k) lists.emplace_back(numbers(matrix.col(k)));
    else
        for (Index i = 0; i < matrix.rows(); ++i) lists.emplace_back(numbers(matrix.row(i)));
    return lists;
}

template <class T>
SavedValue describe_parts(const T& value) {
    SavedParts parts;
    if (std::string type = saved_type<T>(); !type.empty()) parts.emplace_back("type", std::move(type));
    if (const std::string scalar = saved_scalar<T>(); !scalar.empty()) parts.emplace_back("scalar", scalar);
    const auto write = [&](const auto& part) {
        const auto& own = std::invoke(part.member, value);
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(own)>, Index>)
            if (part.optional && own == 0) return;
        parts.emplace_back(part.name, describe(own, part.as));
    };
    std::apply([&](const auto&... part) { (write(part), ...); }, T::saved());
    return parts;
}

template <class T>
SavedValue describe(const T& value, SavedAs as) {
    if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::string> ||
                  std::is_same_v<T, std::vector<double>>) {
        return value;
    } else if constexpr (std::is_enum_v<T>) {
        return text(value);
    } else if constexpr (std::is_integral_v<T>) {
        return static_cast<std::int64_t>(value);
    } else if constexpr (std::is_floating_point_v<T>) {
        return static_cast<double>(value);
    } else if constexpr (PlainEigen<T>) {
        return describe_matrix(value, as);
    } else if constexpr (is_vector<T>) {
        SavedList list;
        for (const auto& element : value) list.push_back(describe(element));
        return list;
    } else if constexpr (is_optional<T>) {
        return value ? describe(*value) : SavedValue();
    } else if constexpr (is_tuple<T>) {
        SavedList list;
        std::apply([&](const auto&... element) { (list.push_back(describe(element)), ...); }, value);
        return list;
    } else if constexpr (is_one_of<T>) {
        SavedValue family;
        value.visit([&](const auto& own, auto) { family = describe(own); });
        return family;
    } else {
        static_assert(
            Savable<T>,
            "latent: what is saved names its parameters, static constexpr auto saved(): see Savable");
        return describe_parts(value);
    }
}

// ------------------------------------------------------------------------------------------------------- reading

template <class T>
T restore(const SavedValue& value, const SavedPlace& place, SavedAs as = SavedAs::plain);

/// Numbers that no format has are texts.
inline double restore_number(const SavedValue& value, const SavedPlace& place) {
    if (const auto* number = value.get<double>()) return *number;
    if (const auto* integer = value.get<std::int64_t>()) return static_cast<double>(*integer);
    if (const auto* word = value.get<std::string>()) {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        if (*word == "inf") return infinity;
        if (*word == "-inf") return -infinity;
        if (*word == "nan") return std::numeric_limits<double>::quiet_NaN();
    }
    place.fail("is ", kind_of(value), ", expected a number");
}

inline std::vector<double> restore_numbers(const SavedValue& value, const SavedPlace& place) {
    if (const auto* numbers = value.get<std::vector<double>>()) return *numbers;
    const auto* list = value.get<SavedList>();
    if (!list) place.fail("is ", kind_of(value), ", expected a list of numbers");
    std::vector<double> numbers;
    for (std::size_t i = 0; i < list->size(); ++i)
        numbers.push_back(restore_number((*list)[i], SavedPlace(place, std::to_string(i))));
    return numbers;
}

template <class Matrix>
Matrix restore_matrix(const SavedValue& value, const SavedPlace& place, SavedAs as) {
    using Scalar = typename Matrix::Scalar;
    const auto* list = value.get<SavedList>();
    const bool flat =
        !list || list->empty() ||
        !(list->front().template get<std::vector<double>>() || list->front().template get<SavedList>());
    std::vector<std::vector<double>> lines;
    if (!flat) {
        for (std::size_t i = 0; i < list->size(); ++i)
            lines.push_back(restore_numbers((*list)[i], SavedPlace(place, std::to_string(i))));
    } else if (as == SavedAs::columns) {
        place.fail("is ", kind_of(value), " of numbers, expected a list of lists, one a component");
    } else {
        for (const double number : restore_numbers(value, place)) lines.push_back({number});
    }
    const auto length = static_cast<Index>(lines.empty() ? 0 : lines.front().size());
    Eigen::MatrixX<Scalar> m(std::ssize(lines), lines.empty() && Matrix::ColsAtCompileTime == 1 ? 1 : length);
    for (Index i = 0; i < m.rows(); ++i) {
        const std::vector<double>& line = lines[static_cast<std::size_t>(i)];
        if (std::ssize(line) != length)
            place.fail("list ", i, " has ", line.size(), " numbers, list 0 has ", length);
        for (Index j = 0; j < length; ++j) m(i, j) = static_cast<Scalar>(line[static_cast<std::size_t>(j)]);
    }
    if (Matrix::ColsAtCompileTime == 1 && m.cols() != 1)
        place.fail("is a list of lists, expected one of numbers");
    if constexpr (Matrix::ColsAtCompileTime == Eigen::Dynamic) {
        if (as == SavedAs::columns) return m.transpose();
    }
    return m;
}

/// The enumerator that this text is written for.
template <class E>
E restore_enumerator(const SavedValue& value, const SavedPlace& place) {
    const auto* word = value.get<std::string>();
    if (!word) place.fail("is ", kind_of(value), ", expected a text");
    for (int i = 0; i < 32; ++i)
        if (!word->empty() && text(static_cast<E>(i)) == *word) return static_cast<E>(i);
    place.fail("is '", *word, "', which is none of its values");
}

/// Throws unless the parts are those of a T.
template <class T>
void check_parts(const SavedParts& parts, const SavedPlace& place) {
    const auto check = [&](const char* what, const std::string& expected, const std::string& otherwise) {
        const SavedValue* found = part_of(parts, what);
        const std::string* word = found ? found->get<std::string>() : nullptr;
        const std::string is = word ? *word : otherwise;
        if (is != expected) place.fail(what, " is '", is, "', expected '", expected, "'");
    };
    if (const std::string type = saved_type<T>(); !type.empty()) check("type", type, "");
    if (requires { typename T::Scalar; }) {
        const std::string scalar = saved_scalar<T>();
        check("scalar", scalar.empty() ? "double" : scalar, "double");
    }
    for (const auto& found : parts) {
        const std::string& name = found.first;
        const bool known = std::apply(
            [&](const auto&... part) {
                return name == "type" || name == "scalar" || ((name == part.name) || ...);
            },
            T::saved());
        if (!known) place.fail("has a part '", name, "' that none of its kind has");
    }
}

template <class T, class Member>
using saved_value_t = std::remove_cvref_t<std::invoke_result_t<Member, const T&>>;

template <class T, class... Member>
T restore_parts(const SavedParts& parts, const SavedPlace& place, const std::tuple<Saved<Member>...>& saved) {
    const auto one = [&]<class M>(const Saved<M>& part) -> saved_value_t<T, M> {
        const SavedValue* value = part_of(parts, part.name);
        if (value) return restore<saved_value_t<T, M>>(*value, SavedPlace(place, part.name), part.as);
        if constexpr (std::default_initializable<saved_value_t<T, M>>)
            if (part.optional) return {};
        place.fail("lacks '", part.name, "'");
    };
    return std::apply(
        [&](const auto&... part) -> T {
            std::tuple<saved_value_t<T, Member>...> values{one(part)...};  // in their order
            try {
                return std::apply([](auto&... value) { return made_of<T>(value...); }, values);
            } catch (const std::invalid_argument& error) {
                place.fail(error.what());
            }
        },
        saved);
}

template <class T>
T restore_savable(const SavedValue& value, const SavedPlace& place) {
    const auto* parts = value.get<SavedParts>();
    if (!parts) place.fail("is ", kind_of(value), ", expected one with parts");
    check_parts<T>(*parts, place);
    return restore_parts<T>(*parts, place, T::saved());
}

template <class... E>
OneOf<E...> restore_one_of(const SavedValue& value, const SavedPlace& place, const OneOf<E...>*) {
    const auto* parts = value.get<SavedParts>();
    const SavedValue* type = parts ? part_of(*parts, "type") : nullptr;
    const std::string* name = type ? type->get<std::string>() : nullptr;
    if (!name) place.fail("is ", kind_of(value), ", expected one with a type");
    std::optional<OneOf<E...>> found;
    const auto attempt = [&]<class Family>(const Family*) {
        if (!found && saved_type<Family>() == *name) found.emplace(restore<Family>(value, place));
    };
    (attempt(static_cast<const E*>(nullptr)), ...);
    if (!found) place.fail("type is '", *name, "', which is none of the families that can stand here");
    return *std::move(found);
}

template <class... T>
std::tuple<T...> restore_tuple(const SavedValue& value, const SavedPlace& place, const std::tuple<T...>*) {
    const auto* list = value.get<SavedList>();
    if (!list || list->size() != sizeof...(T))
        place.fail("is ", kind_of(value), ", expected a list of ", sizeof...(T), " values");
    std::size_t next = 0;
    const auto one = [&]<class E>(const E*) {
        const std::size_t i = next++;
        return restore<E>((*list)[i], SavedPlace(place, std::to_string(i)));
    };
    return std::tuple<T...>{one(static_cast<const T*>(nullptr))...};
}

template <class T>
T restore(const SavedValue& value, const SavedPlace& place, SavedAs as) {
    if constexpr (std::is_same_v<T, bool>) {
        const auto* truth = value.get<bool>();
        if (!truth) place.fail("is ", kind_of(value), ", expected a truth value");
        return *truth;
    } else if constexpr (std::is_enum_v<T>) {
        return restore_enumerator<T>(value, place);
    } else if constexpr (std::is_integral_v<T>) {
        const auto* integer = value.get<std::int64_t>();
        if (!integer || !std::in_range<T>(*integer))
            place.fail("is ", kind_of(value), ", expected an integer");
        return static_cast<T>(*integer);
    } else if constexpr (std::is_floating_point_v<T>) {
        return static_cast<T>(restore_number(value, place));
    } else if constexpr (std::is_same_v<T, std::string>) {
        const auto* word = value.get<std::string>();
        if (!word) place.fail("is ", kind_of(value), ", expected a text");
        return *word;
    } else if constexpr (PlainEigen<T>) {
        return restore_matrix<T>(value, place, as);
    } else if constexpr (std::is_same_v<T, std::vector<double>>) {
        return restore_numbers(value, place);
    } else if constexpr (is_vector<T>) {
        using Element = typename T::value_type;
        T result;
        if constexpr (std::is_integral_v<Element>) {
            for (const double number : restore_numbers(value, place)) {
                if (number != std::floor(number) || std::abs(number) > 1e15)
                    place.fail("has the number ", number, ", expected integers");
                result.push_back(static_cast<Element>(number));
            }
        } else {
            SavedList numbers;  // a list of scalars that are one-column matrices, or of texts
            const auto* list = value.get<SavedList>();
            if (!list) {
                const auto* flat = value.get<std::vector<double>>();
                if (!flat || !flat->empty()) place.fail("is ", kind_of(value), ", expected a list of values");
                list = &numbers;
            }
            for (std::size_t i = 0; i < list->size(); ++i)
                result.push_back(restore<Element>((*list)[i], SavedPlace(place, std::to_string(i))));
        }
        return result;
    } else if constexpr (is_optional<T>) {
        if (value.get<std::monostate>()) return std::nullopt;
        return restore<typename T::value_type>(value, place);
    } else if constexpr (is_tuple<T>) {
        return restore_tuple(value, place, static_cast<const T*>(nullptr));
    } else if constexpr (is_one_of<T>) {
        return restore_one_of(value, place, static_cast<const T*>(nullptr));
    } else {
        static_assert(
            Savable<T>,
            "latent: what is loaded names its parameters, static constexpr auto saved(): see Savable");
        return restore_savable<T>(value, place);
    }
}

}  // namespace detail

}  // namespace latent
