// Execution by MPI: many processes, each with a part of the data.
#pragma once

#include "latent/core/bytes.hpp"
#include "latent/core/concepts.hpp"
#include "latent/core/sequential.hpp"

#if __has_include(<mpi.h>)

#ifndef OMPI_SKIP_MPICXX
#define OMPI_SKIP_MPICXX  // the C++ bindings that MPI gave up
#endif
#ifndef MPICH_SKIP_MPICXX
#define MPICH_SKIP_MPICXX
#endif
#include <mpi.h>

#include <algorithm>
#include <exception>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace latent {

/// Processes that each hold a shard of the data: every process of `communicator` calls fit with its own shard and the
/// same model and policies, and all of them return the same bits. Within a process `inner` sums over the slices of
/// its shard (`Mpi<Threads>` works in several threads there; MPI is called from the caller's thread only,
/// MPI_THREAD_FUNNELED). Then the sum goes from rank to rank, each adding its slices in order, and the last tells all.
/// So the bits depend on the number of ranks only by where the slices end, and on shards cut by latent::shard they
/// do not depend on it at all: they are those of Sequential on the whole data. An empty shard is fine.
///
/// What fails on one rank (a check of its data, a unit's inference, the observer) fails on all: the first such rank
/// throws its exception, the others std::invalid_argument where it is one, else std::runtime_error, with its message.
/// A limit of time reached, or an observer that stops, on one rank ends all with the same Status.
///
/// It is an Execution whose sums may be any Archivable type that `add` adds, by addition or not; they travel with
/// their shapes. Messages have the tag 21 870. The program calls MPI_Init and MPI_Finalize. Processes of one fit should
/// run on one kind of processor: arithmetic that differs between them would make parameters differ. Time: a message to
/// the next rank and a broadcast of the sum a reduction, and four exchanges of a few bytes an iteration. Memory: a sum
/// a slice and one as bytes.
template <class Inner = Sequential>
struct Mpi {
    Inner inner{};
    MPI_Comm communicator = MPI_COMM_WORLD;
    /// At most, in one message: longer sums travel in several. The same on all ranks.
    int message_bytes = 1 << 30;

    template <class Sum, class Scratch>
    class Reduction;
    void check() const {
        detail::check(inner);
        detail::require(message_bytes > 0, "latent::Mpi: message_bytes is ", message_bytes,
                        ", expected at least 1");
    }
    template <class Sum, class Scratch>
    auto reduction() const {
        check();
        return Reduction<Sum, Scratch>(*this);
    }

    int rank() const {
        int rank = 0;
        MPI_Comm_rank(communicator, &rank);
        return rank;
    }
    int ranks() const {
        int ranks = 1;
        MPI_Comm_size(communicator, &ranks);
        return ranks;
    }

    /// What f returns on this rank. Where f throws on any rank, an exception on all of them.
    template <class F>
    decltype(auto) together(const F& f) const {
        const auto run = [&]() -> decltype(auto) {
            try {
                return f();
            } catch (...) {
                end_all(std::current_exception());
                throw;
            }
        };
        if constexpr (std::is_void_v<decltype(f())>) {
            run();
            end_all(nullptr);
        } else {
            decltype(auto) value = run();
            end_all(nullptr);
            return value;
        }
    }

    /// The values of all ranks, in their order.
    template <class T>
    std::vector<T> gather(const T& value) const {
        static_assert(std::is_trivially_copyable_v<T>);
        std::vector<T> all(static_cast<std::size_t>(ranks()));
        MPI_Allgather(&value, sizeof(T), MPI_BYTE, all.data(), sizeof(T), MPI_BYTE, communicator);
        return all;
    }

    /// The value of the first rank on which it is not T{}.
    template <class T>
    T agree(const T& value) const {
        for (const T& one : gather(value))
            if (one != T{}) return one;
        return T{};
    }
    std::string agree(const std::string& text) const {
        const auto lengths = gather(text.size());
        for (std::size_t from = 0; from < lengths.size(); ++from)
            if (lengths[from] > 0) return broadcast(text, lengths[from], static_cast<int>(from));
        return {};
    }

    /// Σ n over the ranks.
    Index total(Index n) const {
        const auto all = gather(n);
        return std::accumulate(all.begin(), all.end(), Index{0});
    }

    /// Σ n over the ranks before this one.
    Index before(Index n) const {
        const auto all = gather(n);
        return std::accumulate(all.begin(), all.begin() + rank(), Index{0});
    }

  private:
    static constexpr int tag = 21'870;
    enum class Failure { none, invalid_argument, other };

    /// What has failed, if anything, and the message.
    static Failure kind_of(const std::exception_ptr& failure, std::string& message) {
        if (!failure) return Failure::none;
        try {
            std::rethrow_exception(failure);
        } catch (const std::invalid_argument& e) {
            message = e.what();
            return Failure::invalid_argument;
        } catch (const std::exception& e) {
            message = e.what();
        } catch (...) {
            message = "an exception that is no std::exception";
        }
        return Failure::other;
    }

    /// Returns where no rank has failed; else throws the first failure on all ranks.
    void end_all(const std::exception_ptr& failure) const {
        struct Report {
            Failure kind;
            std::size_t length;
        };
        std::string message;
        const Failure kind = kind_of(failure, message);
        const auto reports = gather(Report{kind, message.size()});
        const auto first = std::find_if(reports.begin(), reports.end(),
                                        [](const Report& r) { return r.kind != Failure::none; });
        if (first == reports.end()) return;
        const int from = static_cast<int>(first - reports.begin());
        message = broadcast(message, first->length, from);
        if (from == rank()) std::rethrow_exception(failure);
        message = detail::text("rank ", from, ": ", message);
        if (first->kind == Failure::invalid_argument) throw std::invalid_argument(message);
        throw std::runtime_error(message);
    }

    std::string broadcast(std::string text, std::size_t length, int from) const {
        text.resize(length);
        in_messages(length, [&](std::size_t begin, int count) {
            MPI_Bcast(text.data() + begin, count, MPI_BYTE, from, communicator);
        });
        return text;
    }

    /// send(begin, count) for each message of so many bytes.
    template <class Send>
    void in_messages(std::size_t bytes, const Send& send) const {
        const auto most = static_cast<std::size_t>(std::max(message_bytes, 1));  // to say so if it is not
        for (std::size_t begin = 0; begin < bytes; begin += most)
            send(begin, static_cast<int>(std::min(most, bytes - begin)));
    }
};

/// A sum taken along the ranks.
template <class Inner>
template <class Sum, class Scratch>
class Mpi<Inner>::Reduction {
  public:
    double scale = 1;  ///< what this process's sum is multiplied by before it meets the others

    explicit Reduction(const Mpi& mpi) : mpi_(mpi), inner_(mpi.inner.template reduction<int, Scratch>()) {}

    template <class Reset, class Body>
    void operator()(Slices slices, const Reset& reset, const Body& body, Sum& total) {
        mpi_.together([&] {
            sum_slices(slices, reset, body);
            if (parts_.empty()) {
                reset(total);
            } else {
                total = parts_.front();
            }
        });
        if (mpi_.ranks() > 1)
            mpi_.together([&] { add_along_ranks(total); });
        else
            add_parts(total, 1);
    }

    /// The number of this process's first unit, of n, in the whole data. All ranks are asked once.
    Index first_unit(Index n) {
        if (first_unit_ < 0) first_unit_ = mpi_.before(n);
        return first_unit_;
    }

  private:
    /// parts_[s] := the sum of slice s, by the inner execution, whose units are the slices.
    template <class Reset, class Body>
    void sum_slices(Slices slices, const Reset& reset, const Body& body) {
        parts_.resize(static_cast<std::size_t>(slices.count()));
        const auto sum_slice = [&](int&, Scratch& scratch, Index slice) {
            Sum& sum = parts_[static_cast<std::size_t>(slice)];
            reset(sum);
            for (Index i = slices.begin(slice); i < slices.end(slice); ++i) body(sum, scratch, i);
            if constexpr (Additive<Sum>)
                if (scale != 1) latent::scale(sum, scale);
        };
        int nothing = 0;
        inner_({slices.count(), slices.count()}, detail::Ignore{}, sum_slice, nothing);
    }

    /// total := the sum over the ranks before, then over this one's slices in order; at last that of the last rank.
    /// Whatever is thrown here, the ranks behind get their message.
    void add_along_ranks(Sum& total) {
        const int rank = mpi_.rank(), last = mpi_.ranks() - 1;
        std::exception_ptr failure;
        try {
            if (rank > 0) {
                receive(rank - 1);
                detail::ByteReader(message_).read(total);
            }
            add_parts(total, rank > 0 ? 0 : 1);
            detail::ByteWriter archive(std::move(message_));
            archive.write(total);
            message_ = std::move(archive).bytes();
        } catch (...) {
            failure = std::current_exception();
        }
        if (rank < last) send(rank + 1);
        broadcast(last);
        if (failure) std::rethrow_exception(failure);
        detail::ByteReader(message_).read(total);
    }
    void add_parts(Sum& total, std::size_t from) {
        for (; from < parts_.size(); ++from) add(total, parts_[from]);
    }

    void send(int to) {
        const std::size_t size = message_.size();
        MPI_Send(&size, sizeof size, MPI_BYTE, to, tag, mpi_.communicator);
        mpi_.in_messages(size, [&](std::size_t begin, int count) {
            MPI_Send(&message_[begin], count, MPI_BYTE, to, tag, mpi_.communicator);
        });
    }
    void receive(int from) {
        std::size_t size = 0;
        MPI_Recv(&size, sizeof size, MPI_BYTE, from, tag, mpi_.communicator, MPI_STATUS_IGNORE);
        message_.resize(size);
        mpi_.in_messages(size, [&](std::size_t begin, int count) {
            MPI_Recv(&message_[begin], count, MPI_BYTE, from, tag, mpi_.communicator, MPI_STATUS_IGNORE);
        });
    }
    void broadcast(int from) {
        std::size_t size = message_.size();
        MPI_Bcast(&size, sizeof size, MPI_BYTE, from, mpi_.communicator);
        message_.resize(size);
        mpi_.in_messages(size, [&](std::size_t begin, int count) {
            MPI_Bcast(&message_[begin], count, MPI_BYTE, from, mpi_.communicator);
        });
    }

    Mpi mpi_;
    decltype(std::declval<const Inner&>().template reduction<int, Scratch>()) inner_;
    std::vector<Sum> parts_;
    std::string message_;
    Index first_unit_ = -1;
};

}  // namespace latent

#else  // there is no MPI: a sentence of the compiler where it is used

namespace latent {

template <class Inner = Sequential>
struct Mpi {
    static_assert(sizeof(Inner) == 0, "latent: Mpi needs <mpi.h>: link latent::mpi, or compile with mpicxx");
};

}  // namespace latent

#endif
