#include "kernels/random_inputs.h"

#include <memory>
#include <random>
#include <string>

#include "kernels/kernel_inputs.h"

namespace opscope::runtime {
namespace {
std::uint64_t any_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

struct GeneratorState final : NodeState {
  explicit GeneratorState(const Philox& start) : generator(start) {}
  Philox generator;
};
}  // namespace

Philox take_stateful(KernelContext& context, std::int64_t blocks) {
  const std::int64_t seed = context.attr_int("seed");
  const std::int64_t seed2 = context.attr_int("seed2");
  const auto start = [&] {
    return seed == 0 && seed2 == 0 ? Philox::from_seeds(any_seed(), any_seed())
                                   : Philox::from_seeds(static_cast<std::uint64_t>(seed),
                                                        static_cast<std::uint64_t>(seed2));
  };
  auto* state = context.state();
  if (state == nullptr) return start();
  if (!*state) *state = std::make_unique<GeneratorState>(start());
  Philox& kept = static_cast<GeneratorState*>(state->get())->generator;
  const Philox now = kept;
  kept.skip(static_cast<std::uint64_t>(blocks));
  return now;
}

Philox read_generator(const KernelContext& context) {
  const TensorRep& key = context.input(1);
  const TensorRep& counter = context.input(2);
  context.require(key.shape() == Shape{1}, "key must have shape [1]");
  context.require(counter.rank() == 1 && counter.num_elements() >= 2,
                  "counter must be a vector with length at least 2");
  const std::int64_t algorithm = read_int(context, 3);
  if (algorithm != 1 && algorithm != 3) {
    context.invalid("algorithm " + std::to_string(algorithm) +
                    " is not supported; 1 (Philox) and 3 (auto) are");
  }
  const auto* counters = counter.data<std::uint64_t>();
  return Philox(*key.data<std::uint64_t>(), counters[0], counters[1]);
}

KeyCounter read_seeds(const KernelContext& context, std::size_t i) {
  context.require(context.input(i).shape() == Shape{2}, "seed must have shape [2]");
  const IntList seeds = read_ints(context, i);
  return scramble_seeds(static_cast<std::uint64_t>(seeds[0]), static_cast<std::uint64_t>(seeds[1]));
}

}  // namespace opscope::runtime
