// What is missing of independent features: each counts for itself.
#pragma once

#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include "latent/emission/component_counts.hpp"
#include "latent/emission/missing_cells.hpp"

namespace latent::detail {

/// The table's rows `from`, in this order.
inline Eigen::MatrixXd rows_of(const Eigen::MatrixXd& table, const std::vector<Index>& from) {
    Eigen::MatrixXd some(std::ssize(from), table.cols());
    for (Index i = 0; i < some.rows(); ++i) some.row(i) = table.row(from[static_cast<std::size_t>(i)]);
    return some;
}
/// Adds `some` to the table's rows `to`.
inline void add_to_rows(Eigen::MatrixXd& table, const std::vector<Index>& to, const Eigen::MatrixXd& some) {
    for (Index i = 0; i < some.rows(); ++i) table.row(to[static_cast<std::size_t>(i)]) += some.row(i);
}

/// What is known of all features where those of `seen` are: nothing of the others but their densities. See MissingCells.
template <class E>
struct IndependentGiven {
    E marginal;
    std::vector<Index> seen, hidden;

    IndependentGiven(const E& family, const std::vector<Index>& dimensions)
        : marginal(family.marginal(dimensions)),
          seen(dimensions),
          hidden(others(dimensions, family.dimension())) {}

    template <class Statistics>
    void complete(const E& family, Statistics& t, Statistics& s) const {
        family.add_seen(seen, t, s);
        for (const Index j : hidden)
            for (Index k = 0; k < family.size(); ++k) family.expect_feature(j, k, marginal.count(t, k), s);
    }
    void expect(const E& family, Index k, const Eigen::VectorXd&, Eigen::VectorXd& x) const {
        for (Index i = 0; i < x.size(); ++i)
            x(i) = family.unseen_mean(k, hidden[static_cast<std::size_t>(i)]);
    }
    double variance(const E& family, Index k, const Eigen::VectorXd&, Index i) const {
        return family.unseen_variance(k, hidden[static_cast<std::size_t>(i)]);
    }
    void draw(const E& family, Index k, const Eigen::VectorXd&, Random& random, Eigen::VectorXd& x) const {
        std::vector<typename E::Scalar> all(static_cast<std::size_t>(family.dimension()));
        family.sample(k, random, all.data());
        for (Index i = 0; i < x.size(); ++i)
            x(i) = static_cast<double>(all[static_cast<std::size_t>(hidden[static_cast<std::size_t>(i)])]);
    }
};

/// A family E of independent features, whose parameters are tables of K columns, as a rule of d rows, that takes missing cells.
/// Beside an Emission's members it supplies
///   parameter_tables()               → a tuple of pointers to the members that are these tables, static;
///   update()                         makes what is derived of them;
///   expect_feature(j, k, count, s)   adds what one expects of `count` observations of k whose feature j is not seen, but
///                                    for the count itself;
///   unseen_mean(k, j), unseen_variance(k, j)
/// and Statistics whose fields() are the components' `count` and sums of d × K. What is other than that it supplies itself:
/// the members below that it has of its own go before these.
template <class E, class Scalar>
class IndependentFeatures : public TakesMissingCells<E, Scalar> {
  public:
    using Given = IndependentGiven<E>;

    /// The densities of these features alone, in this order. Throws std::invalid_argument unless they are different ones of
    /// 0 … d − 1, at least one.
    E marginal(const std::vector<Index>& dimensions) const {
        std::string name = E::type_name();
        name.append("::marginal");
        require_dimensions(name.c_str(), dimensions, this->self().dimension());
        E some = this->self();
        for_each_table([&](auto table) { some.*table = rows_of(some.*table, dimensions); });
        some.update();
        return some;
    }
    bool same_parameters(const E& other) const {
        bool same = true;
        for_each_table([&](auto table) { same = same && this->self().*table == other.*table; });
        return same;
    }

    /// Adds the statistics t of the features `seen`, their count as well, to s.
    template <class Statistics>
    void add_seen(const std::vector<Index>& seen, const Statistics& t, Statistics& s) const {
        const auto add = [&]<class Field>(Field Statistics::*field) {
            if constexpr (std::is_same_v<Field, Eigen::MatrixXd>) add_to_rows(s.*field, seen, t.*field);
        };
        s.count += t.count;
        std::apply([&](auto... field) { (add(field), ...); }, Statistics::fields());
    }
    /// How much of the observations component k has in s.
    template <class Statistics>
    static double count(const Statistics& s, Index k) {
        return s.count(k);
    }
    template <class Statistics>
    static void add_count(const Eigen::VectorXd& count, Statistics& s) {
        s.count += count;
    }
    template <class Statistics>
    void expect(const Eigen::VectorXd& count, Statistics& s) const {
        const E& family = this->self();
        family.add_count(count, s);
        for (Index k = 0; k < family.size(); ++k)
            for (Index j = 0; j < family.dimension(); ++j) family.expect_feature(j, k, count(k), s);
    }

    /// Component k becomes a copy of `from`: see SplittingEmission.
    void split_from(Index k, Index from, Random&) {
        E& family = static_cast<E&>(*this);
        for_each_table([&](auto table) { (family.*table).col(k) = (family.*table).col(from).eval(); });
        family.update();
    }
    void remove(Index k) {
        E& family = static_cast<E&>(*this);
        for_each_table([&](auto table) { family.*table = without_column(family.*table, k); });
        family.update();
    }

  private:
    template <class Visit>
    static void for_each_table(const Visit& visit) {
        std::apply([&](auto... table) { (visit(table), ...); }, E::parameter_tables());
    }
};

}  // namespace latent::detail
