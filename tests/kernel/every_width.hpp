// Kernels in registers of every width that this program can run them in.
#pragma once

#include <utility>
#include <vector>

#include "catch.hpp"
#include "latent/kernel/dispatch.hpp"

namespace every_width {

using latent::Index;

/// Bytes of the registers: the build's, and where it leaves the choice to the machine, also the wider ones of that.
inline std::vector<Index> widths() {
    std::vector<Index> all{latent::detail::register_bytes};
    if constexpr (latent::detail::dispatches)
        while (all.back() < latent::detail::machine_registers()) all.push_back(2 * all.back());
    return all;
}

/// While it lives, kernels run in registers of so many bytes.
class Chosen {
  public:
    explicit Chosen(Index width) : bytes(width), before_(choose(width)) {}
    ~Chosen() { choose(before_); }
    Chosen(const Chosen&) = delete;
    Chosen& operator=(const Chosen&) = delete;

    const Index bytes;

  private:
    static Index choose([[maybe_unused]] Index width) {
        if constexpr (latent::detail::dispatches)
            return std::exchange(latent::detail::machine_registers(), width);
        else
            return width;
    }
    const Index before_;
};

}  // namespace every_width

/// What follows in a test case, once for every width.
#define IN_REGISTERS_OF_EVERY_WIDTH()                                                 \
    const every_width::Chosen registers(GENERATE(from_range(every_width::widths()))); \
    CAPTURE(registers.bytes)
