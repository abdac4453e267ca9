// A model behind virtual functions: what the kit compiles its many fits for, once for all models.
#pragma once

#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "kit/numerics.hpp"
#include "latent/check/parameter_properties.hpp"
#include "latent/core/concepts.hpp"

namespace kit {

/// An object of a type that only its maker knows.
using Box = std::unique_ptr<void, void (*)(void*)>;

template <class T>
Box boxed(T value) {
    return {new T(std::move(value)), [](void* p) { delete static_cast<T*>(p); }};
}

/// Statistics without a number in them, but with the point that they are taken about.
class EmptyStatistics {
  public:
    virtual ~EmptyStatistics() = default;
    /// The statistics `numbers` about this point, about another.
    virtual std::vector<double> recentred(const std::vector<double>& numbers,
                                          const EmptyStatistics& to) const = 0;
};

/// All the numbers of a model's statistics, and their centre.
struct AnyStatistics {
    std::vector<double> numbers;
    std::shared_ptr<const EmptyStatistics> centre;

    static constexpr auto fields() { return std::tuple{&AnyStatistics::numbers}; }
    void recentre(const std::shared_ptr<const EmptyStatistics>& to) {
        numbers = centre->recentred(numbers, *to);
        centre = to;
    }
};

/// Unit i of some units.
struct AnyUnit {
    const void* units;
    Index i;
};

/// A view of units of any type.
class AnyUnits {
  public:
    template <class Units>
    explicit AnyUnits(const Units& units)
        : units_(&units),
          size_(std::ssize(units)),
          slices_(latent::detail::slices_of(units, std::ssize(units))) {}
    Index size() const { return size_; }
    AnyUnit operator[](Index i) const { return {units_, i}; }
    latent::Slices slices() const { return slices_; }

  private:
    const void* units_;
    Index size_;
    latent::Slices slices_;
};

/// Room for what any model infers.
struct AnyPosterior {
    Box room{nullptr, nullptr};
};

/// What the kit asks of a model: the contract LatentVariableModel and its refinements. (Those that a model lacks throw.)
class ModelInterface {
  public:
    virtual ~ModelInterface() = default;
    virtual std::unique_ptr<ModelInterface> clone() const = 0;
    virtual AnyStatistics zero_statistics() const = 0;
    virtual void reset(AnyStatistics& s) const = 0;
    virtual double infer(AnyUnit x, AnyPosterior& q) const = 0;
    virtual double infer(AnyUnit x, AnyPosterior& q, double beta) const = 0;
    virtual double decode(AnyUnit x, AnyPosterior& q) const = 0;
    virtual double sample(AnyUnit x, latent::Random& random, AnyPosterior& q) const = 0;
    virtual void accumulate(AnyUnit x, const AnyPosterior& q, AnyStatistics& s) const = 0;
    virtual void maximize(const AnyStatistics& s) = 0;
    virtual double expected_log_joint(const AnyStatistics& s) const = 0;
    virtual std::vector<double> to_vector() const = 0;
    virtual void from_vector(std::span<const double> v) = 0;
    virtual std::string bytes() const = 0;
    virtual void read(const std::string& bytes) = 0;
    /// The same, written and read back by an empty object.
    virtual AnyStatistics written_and_read(const AnyStatistics& s) const = 0;
};

/// A model of any type, as a value. Remedies find no emission in it.
class AnyModel {
  public:
    using Unit = AnyUnit;
    using Posterior = AnyPosterior;
    using Statistics = AnyStatistics;

    explicit AnyModel(std::unique_ptr<ModelInterface> model) : model_(std::move(model)) {}
    AnyModel(const AnyModel& other) : model_(other.model_->clone()) {}
    AnyModel(AnyModel&&) = default;
    AnyModel& operator=(const AnyModel& other) {
        model_ = other.model_->clone();
        return *this;
    }
    AnyModel& operator=(AnyModel&&) = default;
    ~AnyModel() = default;

    AnyStatistics zero_statistics() const { return model_->zero_statistics(); }
    void reset(AnyStatistics& s) const { model_->reset(s); }
    double infer(AnyUnit x, AnyPosterior& q) const { return model_->infer(x, q); }
    double infer(AnyUnit x, AnyPosterior& q, double beta) const { return model_->infer(x, q, beta); }
    double decode(AnyUnit x, AnyPosterior& q) const { return model_->decode(x, q); }
    double sample(AnyUnit x, latent::Random& random, AnyPosterior& q) const {
        return model_->sample(x, random, q);
    }
    void accumulate(AnyUnit x, const AnyPosterior& q, AnyStatistics& s) const { model_->accumulate(x, q, s); }
    void maximize(const AnyStatistics& s) { model_->maximize(s); }
    double expected_log_joint(const AnyStatistics& s) const { return model_->expected_log_joint(s); }
    std::vector<double> to_vector() const { return model_->to_vector(); }
    void from_vector(std::span<const double> v) { model_->from_vector(v); }
    std::string bytes() const { return model_->bytes(); }
    void read(const std::string& bytes) { model_->read(bytes); }
    const ModelInterface& interface() const { return *model_; }

  private:
    std::unique_ptr<ModelInterface> model_;
};

/// One that computes in float: what rounding may do to its objective is judged by that.
struct AnySingleModel : AnyModel {
    using Scalar = float;
    explicit AnySingleModel(AnyModel model) : AnyModel(std::move(model)) {}
};

/// The reverse of flat.
template <class S>
void set_flat(S& statistics, const std::vector<double>& all) {
    std::size_t next = 0;
    latent::for_each_leaf(
        [&](auto leaf) {
            for (auto& value : leaf)
                value = static_cast<std::remove_reference_t<decltype(value)>>(all[next++]);
        },
        statistics);
}

template <class S>
struct EmptyOf : EmptyStatistics {
    S zero;
    explicit EmptyOf(S s) : zero(std::move(s)) {}
    S with(const std::vector<double>& numbers) const {
        S s = zero;
        set_flat(s, numbers);
        return s;
    }
    std::vector<double> recentred(const std::vector<double>& numbers,
                                  const EmptyStatistics& to) const override {
        S sum = static_cast<const EmptyOf&>(to).zero;
        latent::add(sum, with(numbers));
        return flat(sum);
    }
};

/// A model M whose units are of the type Units.
template <class M, class Units>
class ModelOf : public ModelInterface {
    using S = typename M::Statistics;
    using Posterior = typename M::Posterior;

  public:
    explicit ModelOf(M model) : model_(std::move(model)) {}

    const M& model() const { return model_; }
    std::unique_ptr<ModelInterface> clone() const override { return std::make_unique<ModelOf>(model_); }
    AnyStatistics zero_statistics() const override { return untyped(model_.zero_statistics()); }
    void reset(AnyStatistics& s) const override {
        S own = s.centre ? typed(s) : S();
        latent::detail::reset(model_, own);
        s = untyped(own);
    }
    double infer(AnyUnit x, AnyPosterior& q) const override {
        return on(x, [&](const auto& unit) { return model_.infer(unit, room(q)); });
    }
    double infer(AnyUnit x, AnyPosterior& q, double beta) const override {
        if constexpr (latent::Temperable<M>)
            return on(x, [&](const auto& unit) { return model_.infer(unit, room(q), beta); });
        else
            throw std::logic_error("the model cannot be tempered");
    }
    double decode(AnyUnit x, AnyPosterior& q) const override {
        if constexpr (latent::Decodable<M>)
            return on(x, [&](const auto& unit) { return model_.decode(unit, room(q)); });
        else
            throw std::logic_error("the model cannot be decoded");
    }
    double sample(AnyUnit x, latent::Random& random, AnyPosterior& q) const override {
        return on(x, [&](const auto& unit) { return model_.sample(unit, random, room(q)); });
    }
    void accumulate(AnyUnit x, const AnyPosterior& q, AnyStatistics& s) const override {
        S own = typed(s);
        const auto& posterior = *static_cast<const Posterior*>(q.room.get());
        on(x, [&](const auto& unit) { model_.accumulate(unit, posterior, own); });
        s.numbers = flat(own);
    }
    void maximize(const AnyStatistics& s) override { model_.maximize(typed(s)); }
    double expected_log_joint(const AnyStatistics& s) const override {
        return model_.expected_log_joint(typed(s));
    }
    std::vector<double> to_vector() const override { return model_.to_vector(); }
    void from_vector(std::span<const double> v) override { model_.from_vector(v); }
    std::string bytes() const override { return latent::detail::bytes_of(model_); }
    void read(const std::string& bytes) override { read_all(bytes, model_); }
    AnyStatistics written_and_read(const AnyStatistics& s) const override {
        S own = typed(s), read = model_.zero_statistics();
        read_all(latent::detail::bytes_of(own), read);
        return untyped(std::move(read));
    }

    /// With a centre of its own: that of the model which made them.
    static AnyStatistics untyped(S s) {
        std::vector<double> numbers = flat(s);
        latent::set_zero(s);
        return {std::move(numbers), std::make_shared<EmptyOf<S>>(std::move(s))};
    }

  private:
    template <class T>
    static void read_all(const std::string& bytes, T& to) {
        latent::ArchiveReader reader(bytes);
        reader.read(to);
        reader.finish();
    }
    static S typed(const AnyStatistics& s) {
        return static_cast<const EmptyOf<S>&>(*s.centre).with(s.numbers);
    }
    static Posterior& room(AnyPosterior& q) {
        if (!q.room) q.room = boxed(Posterior());
        return *static_cast<Posterior*>(q.room.get());
    }
    template <class F>
    static auto on(AnyUnit x, const F& f) {
        const Units& units = *static_cast<const Units*>(x.units);
        const auto& unit = units[static_cast<decltype(units.size())>(x.i)];
        return f(unit);
    }

    M model_;
};

}  // namespace kit
