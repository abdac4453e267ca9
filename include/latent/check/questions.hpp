// How a check puts its questions.
#pragma once

#include <type_traits>

#include "latent/check/check_report.hpp"

namespace latent::detail {

/// Puts questions to what is on trial, T, and notes the answers: what check(trial) finds wrong, in a sentence; nothing
/// where the property holds.
template <class T>
struct Questions {
    const T& trial;
    CheckReport& report;

    void operator()(const char* property, const char* cause, std::string (*check)(const T&)) const {
        report.ask(property, cause, [&] { return check(trial); });
    }
    /// Only where `asked`: a property that not every type has.
    template <bool asked, class Check>
    void where(std::bool_constant<asked>, const char* why_not, const char* property, const char* cause,
               Check check) const {
        if constexpr (asked)
            (*this)(property, cause, check);
        else
            report.skip(property, why_not);
    }
};

}  // namespace latent::detail
