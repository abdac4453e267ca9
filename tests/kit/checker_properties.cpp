// The checker that authors of models are given finds nothing wrong with the library's own.
#include "catch.hpp"
#include "kit/checked.hpp"
#include "kit/properties.hpp"
#include "latent/check/check_model.hpp"

namespace kit {

latent::CheckReport checked(const AnyModel& model, const AnyUnits& units, bool in_double) {
    return in_double ? latent::check_model(model, units) : latent::check_model(AnySingleModel(model), units);
}

void public_checker_finds_nothing(const AnySubject& subject) {
    latent::Random random(16);
    const auto data = subject.draw(200, random);
    const auto report = checked(subject.start, data->units(), subject.rounding < 1e-10);
    INFO(report);
    CHECK(report.ok());
}

}  // namespace kit
