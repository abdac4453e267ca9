// Properties of a model's parameters: as coordinates and as bytes, there and back, they are the same.
#pragma once

#include "latent/check/model_trial.hpp"
#include "latent/core/archive.hpp"

namespace latent::detail {

template <class T>
std::string coordinates_round_trip(const T& t) {
    const std::vector<double> v = t.model.to_vector();
    const auto back = detail::at(t.maximized(t.model, t.here.statistics), v);  // into another model
    const std::vector<double> again = back.to_vector();
    const double scale = std::max(1.0, largest(v));
    for (std::size_t i = 0; i < v.size(); ++i)
        if (again.size() != v.size() || !near(again[i], v[i], 90 * t.exact * scale))
            return text("to_vector() has ", v.size(), " numbers, number ", i, " is ", v[i],
                        "; after from_vector(", "to_vector()) it has ", again.size(),
                        again.size() > i ? text(", and it is ", again[i]) : "");
    const double there = t.expect(back).objective, here = t.here.objective;
    if (near(there, here, 0.1 * t.slack(here))) return {};
    return text("log p(x) is ", here, ", but ", there, " after from_vector(to_vector())");
}

template <class M>
concept CountsParameters = Vectorizable<M> && requires(const M& m) {
    { m.parameters() } -> std::convertible_to<Index>;
};

/// As errors of estimates need it: the information about redundant coordinates is singular.
template <class T>
std::string coordinates_are_free(const T& t) {
    const Index coordinates = std::ssize(t.model.to_vector()), parameters = t.model.parameters();
    if (coordinates <= parameters) return {};
    return text("to_vector() has ", coordinates, " numbers, of ", parameters, " parameters()");
}

/// Whatever the numbers, a valid model, whose own coordinates are a fixed point.
template <class T>
std::string every_vector_is_a_model(const T& t) {
    Random random(8);
    for (int again = 0; again < 10; ++again) {
        const std::vector<double> v = disturbed(t.model.to_vector(), 1, random);
        const auto any = detail::at(t.model, v);
        const double objective = t.expect(any).objective;
        if (!std::isfinite(objective))
            return text("log p(x) is ", objective, " after from_vector of coordinates disturbed by 1");
        const std::vector<double> own = any.to_vector();
        const auto same = detail::at(t.model, own);
        if (const double apart = distance(same.to_vector(), own);
            !(apart <= 900 * t.exact * std::max(1.0, largest(own))))
            return text("from_vector(v), then to_vector(), from_vector and to_vector, differ by ", apart);
        if (const double there = t.expect(same).objective; !near(there, objective, t.slack(objective)))
            return text("log p(x) is ", objective, " after from_vector(v), but ", there,
                        " after to_vector() and from_vector of that");
    }
    return {};
}

template <class M>
[[gnu::noinline]] std::string bytes_of(const M& model) {
    ArchiveWriter archive;
    archive.write(model);
    return std::move(archive).bytes();
}

/// What is read back into another model has the same bytes, and EM goes on from it in the same bits. (Written is what an
/// M-step left.)
template <class T>
std::string bytes_round_trip(const T& t) {
    auto from = t.maximized(t.model, t.here.statistics), to = t.model;
    const std::string bytes = bytes_of(from);
    ArchiveReader reader(bytes);
    reader.read(to);
    reader.finish();
    if (bytes_of(to) != bytes) return "what is written, read and written again are other bytes";
    for (int step = 0; step < 2; ++step) {
        const auto expected = t.expect(from), found = t.expect(to);
        if (found.objective != expected.objective)
            return text("log p(x) is ", expected.objective, ", but ", found.objective,
                        " after the model was written and read, and ", step, " EM steps");
        from = t.maximized(from, expected.statistics);
        to = t.maximized(to, found.statistics);
        if (bytes_of(from) != bytes_of(to)) return "written and read, it does not go on in the same bits";
    }
    return {};
}

}  // namespace latent::detail
