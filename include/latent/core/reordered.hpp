// The components of a value in another order.
#pragma once

#include <concepts>
#include <functional>
#include <tuple>
#include <vector>

#include "latent/core/additive.hpp"
#include "latent/core/concepts.hpp"
#include "latent/core/saved.hpp"

namespace latent::detail {

template <class T>
concept Reorders = requires(const T t, const std::vector<Index>& order) {
    { t.reordered(order) } -> std::same_as<T>;
};

template <class T>
T reorder(const T& value, const std::vector<Index>& order, SavedAs as);

template <class Matrix>
Matrix reorder_matrix(const Matrix& m, const std::vector<Index>& order, SavedAs as) {
    const bool rows = m.rows() == std::ssize(order) && (as == SavedAs::each || as == SavedAs::square);
    const bool columns = m.cols() == std::ssize(order) && (as == SavedAs::columns || as == SavedAs::square);
    Matrix by_rows = m;
    for (Index i = 0; rows && i < m.rows(); ++i) by_rows.row(i) = m.row(order[static_cast<std::size_t>(i)]);
    Matrix result = by_rows;
    for (Index k = 0; columns && k < m.cols(); ++k)
        result.col(k) = by_rows.col(order[static_cast<std::size_t>(k)]);
    return result;
}
template <class T>
std::vector<T> reorder_list(const std::vector<T>& list, const std::vector<Index>& order, SavedAs as) {
    if (as == SavedAs::each && list.size() == order.size()) {
        std::vector<T> result;
        for (const Index k : order) result.push_back(list[static_cast<std::size_t>(k)]);
        return result;
    }
    if constexpr (Savable<T> || Reorders<T>) {
        std::vector<T> result;
        for (const T& element : list) result.push_back(reorder(element, order, as));
        return result;
    } else {
        return list;
    }
}
template <class T>
T reorder_parts(const T& value, const std::vector<Index>& order) {
    return std::apply(
        [&](const auto&... part) {
            std::tuple values{reorder(std::remove_cvref_t<decltype(std::invoke(part.member, value))>(
                                          std::invoke(part.member, value)),
                                      order, part.as)...};
            return std::apply([](auto&... v) { return made_of<T>(v...); }, values);
        },
        T::saved());
}

template <class T>
T reorder(const T& value, const std::vector<Index>& order, SavedAs as) {
    if (as == SavedAs::plain) return value;
    if constexpr (Reorders<T>) {
        return value.reordered(order);
    } else if constexpr (PlainEigen<T>) {
        return reorder_matrix(value, order, as);
    } else if constexpr (is_tuple<T>) {
        return std::apply([&](const auto&... element) { return T(reorder(element, order, as)...); }, value);
    } else if constexpr (Savable<T>) {
        return reorder_parts(value, order);
    } else if constexpr (is_vector<T>) {
        return reorder_list(value, order, as);
    } else {
        return value;
    }
}

}  // namespace latent::detail
