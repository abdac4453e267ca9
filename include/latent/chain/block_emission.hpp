// What a pass over hidden states needs of an emission, whatever its type.
#pragma once

#include <algorithm>
#include <type_traits>
#include <vector>

#include "latent/core/room.hpp"
#include "latent/data/known.hpp"
#include "latent/data/sequence_blocks.hpp"
#include "latent/kernel/pack.hpp"
#include "latent/kernel/relative_density.hpp"
#include "latent/kernel/softmax.hpp"

namespace latent::detail {

/// The densities of a block's observations, and a place for the posteriors of their states. Passes go over some
/// hundred observations at a time, so that it costs nothing to call them through a virtual function, and the passes
/// are compiled once for all emissions. Each worker has its own observations packed.
class BlockEmission {
  public:
    virtual ~BlockEmission() = default;
    /// There will be so many workers, 0 …, and posteriors of so many parts of the block.
    virtual void prepare(Index workers, Index parts) = 0;
    /// Packs observations first … first + n − 1 of the block, or those that are named.
    virtual void pack(Index worker, Index first, Index n) = 0;
    virtual void pack(Index worker, const Index* steps, Index n) = 0;
    /// Of the packed observations: beta · log p(x | k), n × K.
    virtual const Panel<double>& logs(Index worker, double beta) = 0;
    /// p(x | k)^beta · exp(−shift), n × K; shift has room for the padded panel. The panel may be overwritten.
    virtual Panel<double>& relative(Index worker, double beta, double* shift) = 0;
    /// The posterior of the packed observations, n × K, of which pack's `first` was the first. Calls of one part come
    /// from one worker.
    virtual void collect(Index worker, Index part, Index first, const Panel<double>& posterior) = 0;
};

/// A worker's observations and densities.
template <Emission E>
struct EmissionWorker {
    Panel<typename E::Scalar> x, density, posterior;
    Panel<double> wide, relative;
    RoomOf<E> room;
    bool room_ready = false;       ///< for x
    Index first = 0;               ///< x are observations first … of the block …
    const Index* steps = nullptr;  ///< … or those that are named
};

/// BlockEmission of a family. prepare(parts) is called when a pass begins (anew), and collect(part, first, x, posterior,
/// room) gets the posteriors.
template <Emission E, class Prepare, class Collect>
class BlockEmissionOf : public BlockEmission {
  public:
    using Scalar = typename E::Scalar;
    using Worker = EmissionWorker<E>;

    BlockEmissionOf(const E& emission, const Observations<Scalar>& x, std::vector<Worker>& workers,
                    const Prepare& prepare, const Collect& collect)
        : emission_(emission), x_(x), workers_(workers), prepare_(prepare), collect_(collect) {
        BlockEmissionOf::prepare(1, 1);
    }

    void prepare(Index workers, Index parts) override {
        if (std::ssize(workers_) < workers) workers_.resize(static_cast<std::size_t>(workers));
        prepare_(parts);
    }
    void pack(Index worker, Index first, Index n) override {
        Worker& w = at(worker);
        detail::pack(x_.middle(first, n), w.x);
        w.first = first;
        w.steps = nullptr;
        w.room_ready = false;
    }
    void pack(Index worker, const Index* steps, Index n) override {
        Worker& w = at(worker);
        Panel<Scalar>& x = w.x;
        w.steps = steps;
        w.room_ready = false;
        x.resize(n, x_.rows());
        for (Index j = 0; j < x_.rows(); ++j) {
            Scalar* to = x.column(j);
            const Scalar* from = x_.data() + j * x_.row_stride();
            for (Index row = 0; row < n; ++row) to[row] = from[steps[row] * x_.column_stride()];
            std::fill(to + n, to + x.padded(), to[n - 1]);
        }
        x.set_missing(x_.missing() && lacks_cells(x));
    }
    const Panel<double>& logs(Index worker, double beta) override {
        Worker& w = at(worker);
        log_density(emission_, w.x, w.density, w.room);
        w.room_ready = true;
        if (x_.informed())
            add_known(x_, w.density, [&](Index row) { return w.steps ? w.steps[row] : w.first + row; });
        if (beta != 1) scale(w.density, beta);
        return as_double(w);
    }
    Panel<double>& relative(Index worker, double beta, double* shift) override {
        Worker& w = at(worker);
        if constexpr (PlainDensity<E>) {
            if (beta == 1 && !x_.informed() && !w.x.missing()) {  // plain probabilities: relative to one
                detail::density(emission_, w.x, w.density, w.room);
                std::fill_n(shift, w.x.padded(), 0.0);
                return as_double(w);
            }
        }
        relative_density(logs(worker, beta), w.relative, shift);
        return w.relative;
    }
    void collect(Index worker, Index part, Index first, const Panel<double>& posterior) override {
        Worker& w = at(worker);
        if (!w.room_ready) detail::prepare(emission_, w.x, w.room);
        w.room_ready = true;
        if constexpr (std::is_same_v<Scalar, double>) {
            collect_(part, first, w.x, posterior, w.room);
        } else {
            convert(posterior, w.posterior);
            collect_(part, first, w.x, w.posterior, w.room);
        }
    }

  protected:
    Worker& at(Index worker) { return workers_[static_cast<std::size_t>(worker)]; }

  private:
    static Panel<double>& as_double(Worker& w) {
        if constexpr (std::is_same_v<Scalar, double>) {
            return w.density;
        } else {
            convert(w.density, w.wide);
            return w.wide;
        }
    }
    template <class From, class To>
    static void convert(const Panel<From>& from, Panel<To>& to) {
        to.resize(from.size(), from.columns());
        for (Index k = 0; k < from.columns(); ++k)
            for (Index t = 0; t < to.padded(); ++t)
                to(t, k) = t < from.size() ? static_cast<To>(from(t, k)) : To(0);
    }

    const E& emission_;
    const Observations<Scalar>& x_;
    std::vector<Worker>& workers_;
    const Prepare& prepare_;
    const Collect& collect_;
};

struct IgnoresAll {
    void operator()(auto&&...) const {}
};
inline constexpr IgnoresAll ignores_all;

/// Whose posteriors are kept: each step's becomes a column, K × n.
template <Emission E>
class PosteriorColumns : public BlockEmissionOf<E, IgnoresAll, IgnoresAll> {
    using Base = BlockEmissionOf<E, IgnoresAll, IgnoresAll>;

  public:
    PosteriorColumns(const E& emission, const Observations<typename E::Scalar>& x,
                     std::vector<EmissionWorker<E>>& workers, const Eigen::Ref<Eigen::MatrixXd>& columns)
        : Base(emission, x, workers, ignores_all, ignores_all), columns_(columns) {}

    void collect(Index worker, Index, Index first, const Panel<double>& posterior) override {
        const Index* const steps = this->at(worker).steps;
        if (!steps) {
            const Eigen::Map<const Eigen::MatrixXd, 0, Eigen::OuterStride<>> rows(
                posterior.column(0), posterior.size(), columns_.rows(),
                Eigen::OuterStride<>(posterior.stride()));
            columns_.middleCols(first, posterior.size()) = rows.transpose();
            return;
        }
        for (Index row = 0; row < posterior.size(); ++row) {
            double sum = 0;
            for (Index k = 0; k < columns_.rows(); ++k) sum += posterior(row, k);
            if (sum == 0) continue;  // filler, which repeats a step
            for (Index k = 0; k < columns_.rows(); ++k) columns_(k, steps[row]) = posterior(row, k);
        }
    }

  private:
    Eigen::Ref<Eigen::MatrixXd> columns_;
};

}  // namespace latent::detail
