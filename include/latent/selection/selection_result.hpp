// What a selection found: a table of candidates, and the best of them.
#pragma once

#include <algorithm>
#include <iomanip>
#include <numeric>
#include <ostream>
#include <sstream>
#include <string>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

#include "latent/driver/result.hpp"

namespace latent {

/// One candidate: how it was fitted, best of its starts, and what the criterion says.
struct Candidate {
    std::string name{};    ///< of its family or structure
    Index components = 0;  ///< or states
    Index parameters = 0;  ///< free ones
    double criterion = 0;  ///< the smaller, the better
    double log_likelihood = 0;
    Status status = Status::running;  ///< how the fit ended
    bool sound = true;                ///< whether no component is spurious, see Result::sound
    double seconds = 0;               ///< that all its starts took
};

namespace detail {

/// "VVV 3", or "3" where there is but one family.
inline std::string called(const Candidate& c) {
    return c.name.empty() ? std::to_string(c.components) : c.name + " " + std::to_string(c.components);
}

/// Their numbers, the best first: degenerate fits behind all others, spurious ones behind sound ones unless they are to be
/// compared by the criterion alone.
inline std::vector<std::size_t> ranked(const std::vector<Candidate>& table, bool spurious) {
    const auto place = [&](std::size_t i) {
        const Candidate& c = table[i];
        const int rank = c.status == Status::degenerate ? 2 : c.sound || spurious ? 0 : 1;
        return std::tuple(rank, c.criterion, i);
    };
    std::vector<std::size_t> order(table.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return place(a) < place(b); });
    return order;
}

/// The different values of `of`, in the order in which they come.
template <class Of>
auto different(const std::vector<Candidate>& table, const Of& of) {
    std::vector<std::decay_t<decltype(of(table[0]))>> values;
    for (const Candidate& c : table)
        if (std::count(values.begin(), values.end(), of(c)) == 0) values.push_back(of(c));
    return values;
}

inline std::string in_table(const Candidate& c) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(2) << c.criterion << (c.sound ? "" : "!");
    return text.str();
}

/// A line a number of components, a column a family; then the best three.
inline void print_table(std::ostream& out, const std::string& criterion, const std::vector<Candidate>& table,
                        const std::vector<std::size_t>& order) {
    const auto names = different(table, [](const Candidate& c) { return c.name; });
    auto numbers = different(table, [](const Candidate& c) { return c.components; });
    std::sort(numbers.begin(), numbers.end());
    std::size_t width = 10;
    for (const Candidate& c : table) width = std::max({width, c.name.size() + 1, in_table(c).size()});
    const auto w = static_cast<int>(width + 1);
    out << criterion << ", the smaller, the better\n  K";
    for (const std::string& name : names) out << std::setw(w) << name + " ";
    for (const Index number : numbers) {
        out << '\n' << std::setw(3) << number;
        for (const std::string& name : names) {
            const auto cell = std::find_if(table.begin(), table.end(), [&](const Candidate& c) {
                return c.name == name && c.components == number;
            });
            const std::string text = cell == table.end() ? " " : in_table(*cell) + (cell->sound ? " " : "");
            out << std::setw(w) << text;
        }
    }
    out << "\nbest:";
    for (std::size_t i = 0; i < std::min<std::size_t>(3, order.size()); ++i)
        out << (i > 0 ? ", " : " ") << called(table[order[i]]) << " (" << in_table(table[order[i]]) << ")";
    if (std::any_of(table.begin(), table.end(), [](const Candidate& c) { return !c.sound; }))
        out << "\n! spurious components, or broken down";
}

}  // namespace detail

/// The candidates in their order, each with its best fit. Streamed into a std::ostream it is a table: a line a number of
/// components, a column a family, and the best three.
template <class... M>
struct SelectionResult {
    /// A Result<M> where candidates are of one type, else a std::variant of them.
    using Fit = std::conditional_t<sizeof...(M) == 1, std::tuple_element_t<0, std::tuple<Result<M>...>>,
                                   std::variant<Result<M>...>>;

    std::string criterion{};           ///< what it is called
    std::vector<Candidate> table{};    ///< a line a candidate
    std::vector<Fit> all{};            ///< of each candidate its best fit
    std::vector<std::size_t> order{};  ///< the candidates' numbers, the best first

    /// The number of the candidate that is kept.
    std::size_t best_index() const { return order.front(); }
    /// The fit of the candidate that is kept.
    const Fit& best() const& { return all[best_index()]; }
    /// Of a temporary, by value: a reference would dangle.
    Fit best() && { return std::move(all[best_index()]); }
    /// visit(fit) of the candidate that is kept, a Result of its model: for candidates of one type or several.
    template <class Visit>
    decltype(auto) with_best(const Visit& visit) const {
        if constexpr (sizeof...(M) == 1) {
            return visit(best());
        } else {
            return std::visit(visit, best());
        }
    }
};

template <class... M>
std::ostream& operator<<(std::ostream& out, const SelectionResult<M...>& result) {
    std::ostringstream table;
    detail::print_table(table, result.criterion, result.table, result.order);
    return out << table.str();
}

}  // namespace latent
