// Where the random ops take their generator from: seeds as attributes or inputs, or the node's
// state.
#pragma once

#include <cstdint>

#include "kernels/philox.h"
#include "ops/kernel_context.h"

namespace opscope::runtime {

// What TensorFlow sets aside for each output of a stateful op.
inline constexpr std::int64_t kReservedBlocks = 256;

// The generator for one run of a stateful op, which leaves the node's own `blocks` ahead. Seeded by
// the attributes seed and seed2; at random if both are 0.
[[nodiscard]] Philox take_stateful(KernelContext& context, std::int64_t blocks);

// The generator that the inputs 1 (key), 2 (counter) and 3 (algorithm) describe. Fails unless their
// shapes and the algorithm are as StatelessRandomGetKeyCounter and StatelessRandomGetAlg give them.
[[nodiscard]] Philox read_generator(const KernelContext& context);

// The key and counter for the two seeds in input i.
[[nodiscard]] KeyCounter read_seeds(const KernelContext& context, std::size_t i);

// One 32-bit number after the other.
class SingleNumbers {
 public:
  explicit SingleNumbers(const Philox& source) noexcept : source_(source) {}

  std::uint32_t next() noexcept {
    if (used_ == block_.size()) {
      block_ = source_.next();
      used_ = 0;
    }
    return block_[used_++];
  }

 private:
  Philox source_;
  Philox::Block block_{};
  std::size_t used_ = 4;
};

}  // namespace opscope::runtime
