// What a check of somebody's own type found, in words.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "latent/core/checks.hpp"

namespace latent {

namespace detail {

/// A type as the compiler writes it: "kit::Coins".
template <class T>
std::string spelled() {
    const std::string_view all = __PRETTY_FUNCTION__;
    const std::size_t begin = all.find("T = ") + 4;
    return std::string(all.substr(begin, all.find_first_of(";]", begin) - begin));
}

}  // namespace detail

/// What check_model and check_emission return: which properties hold, which do not and why, which were not asked.
class CheckReport {
  public:
    /// A property of the type `subject`, and what is said of it.
    struct Finding {
        std::string subject, property;  ///< the type, and the name of the property
        std::string found;              ///< what was expected and what was found; or why it was not asked
        std::string cause;              ///< what usually causes it
    };

    /// Nothing is asked yet of the type `subject`.
    explicit CheckReport(std::string subject) : subject_(std::move(subject)) {}

    /// Whether all properties hold that were asked.
    bool ok() const { return findings_.empty(); }
    /// The properties that do not hold.
    const std::vector<Finding>& findings() const { return findings_; }
    /// The names of the properties that hold.
    const std::vector<std::string>& held() const { return held_; }
    /// Properties that the type, or the data, give no occasion to ask.
    const std::vector<Finding>& not_asked() const { return not_asked_; }
    /// Whether `property` was asked and does not hold.
    bool found(std::string_view property) const {
        for (const Finding& f : findings_)
            if (f.property == property) return true;
        return false;
    }

    /// Asks one: what check() returns is what is wrong, nothing where the property holds. An exception is wrong, too.
    void ask(const std::string& property, const std::string& cause,
             const std::function<std::string()>& check) {
        std::string wrong;
        try {
            wrong = check();
        } catch (const std::exception& e) {
            wrong = detail::text("it threw \"", e.what(), '"');
        }
        if (wrong.empty())
            held_.push_back(property);
        else
            findings_.push_back({subject_, property, wrong, cause});
    }
    /// Notes a property that is not asked, and why.
    void skip(const std::string& property, const std::string& why) {
        not_asked_.push_back({subject_, property, why, {}});
    }
    /// Takes over all that another report says.
    void include(const CheckReport& other) {
        const auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
        append(findings_, other.findings_);
        append(held_, other.held_);
        append(not_asked_, other.not_asked_);
    }

    /// "Coins: all 17 properties hold", or what does not; then what was not asked.
    friend std::ostream& operator<<(std::ostream& out, const CheckReport& report) {
        const std::size_t asked = report.held_.size() + report.findings_.size();
        if (report.ok())
            out << report.subject_ << ": all " << asked << " properties hold";
        else
            out << report.subject_ << ": " << report.findings_.size() << " of " << asked
                << " properties do not hold";
        for (const Finding& f : report.findings_)
            out << "\n  wrong: " << f.property << " (" << f.subject << ")\n    found: " << f.found
                << "\n    usual cause: " << f.cause;
        for (const std::string& property : report.held_) out << "\n  holds: " << property;
        for (const Finding& f : report.not_asked_) out << "\n  not asked: " << f.property << ": " << f.found;
        return out;
    }

  private:
    std::string subject_;
    std::vector<Finding> findings_, not_asked_;
    std::vector<std::string> held_;
};

}  // namespace latent
