// Random numbers, stateless and stateful.
#include <algorithm>
#include <bit>
#include <cmath>
#include <random>
#include <string>

#include "kernels/always.h"
#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "kernels/philox.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
float unit_float(std::uint32_t x) noexcept {
  return std::bit_cast<float>((127u << 23) | (x & 0x7fffffu)) - 1.0f;
}
double unit_double(std::uint32_t x0, std::uint32_t x1) noexcept {
  const std::uint64_t mantissa = (std::uint64_t{x0 & 0xfffffu} << 32) | x1;
  return std::bit_cast<double>((std::uint64_t{1023} << 52) | mantissa) - 1.0;
}

// Two normal numbers from two uniform ones, by Box and Muller.
void box_muller(std::uint32_t x0, std::uint32_t x1, float* out) noexcept {
  constexpr double kPi = 3.14159265358979323846;
  const float u1 = std::max(unit_float(x0), 1.0e-7f);
  const auto v1 = static_cast<float>(2.0 * kPi * static_cast<double>(unit_float(x1)));
  const float u2 = std::sqrt(-2.0f * std::log(u1));
  out[0] = std::sin(v1) * u2;
  out[1] = std::cos(v1) * u2;
}
void box_muller(const Philox::Block& x, double* out) noexcept {
  constexpr double kPi = 3.14159265358979323846;
  const double u1 = std::max(unit_double(x[0], x[1]), 1.0e-7);
  const double v1 = 2 * kPi * unit_double(x[2], x[3]);
  const double u2 = std::sqrt(-2.0 * std::log(u1));
  out[0] = std::sin(v1) * u2;
  out[1] = std::cos(v1) * u2;
}

template <typename T>
struct Uniform {
  using Value = T;
  static constexpr int kGroup = std::is_same_v<T, double> ? 2 : 4;
  static constexpr std::uint64_t kBlocksPerGroup = 1;
  static void fill(Philox& source, T* out) noexcept {
    const Philox::Block x = source.next();
    if constexpr (std::is_same_v<T, double>) {
      out[0] = unit_double(x[0], x[1]);
      out[1] = unit_double(x[2], x[3]);
    } else {
      for (std::size_t i = 0; i < 4; ++i) out[i] = from_bits(x[i]);
    }
  }
  static T from_bits(std::uint32_t x) noexcept {
    if constexpr (std::is_same_v<T, half>) {
      const auto bits = static_cast<std::uint16_t>((15u << 10) | (x & 0x3ffu));
      return half(static_cast<float>(half::from_bits(bits)) - 1.0f);
    } else if constexpr (std::is_same_v<T, bfloat16>) {
      const auto bits = static_cast<std::uint16_t>((127u << 7) | (x & 0x7fu));
      return bfloat16(static_cast<float>(bfloat16::from_bits(bits)) - 1.0f);
    } else {
      return unit_float(x);
    }
  }
};

template <typename T>
struct Normal {
  using Value = T;
  static constexpr int kGroup = std::is_same_v<T, double> ? 2 : 4;
  static constexpr std::uint64_t kBlocksPerGroup = 1;
  static void fill(Philox& source, T* out) noexcept {
    const Philox::Block x = source.next();
    if constexpr (std::is_same_v<T, double>) {
      box_muller(x, out);
    } else {
      float values[4];
      box_muller(x[0], x[1], values);
      box_muller(x[2], x[3], values + 2);
      for (int i = 0; i < 4; ++i) out[i] = static_cast<T>(values[i]);
    }
  }
};

// Normal numbers within two standard deviations. Each group has 256 blocks to itself, of which it
// takes as many as it needs.
template <typename T>
struct Truncated {
  using Value = T;
  static constexpr int kGroup = std::is_same_v<T, double> ? 2 : 4;
  static constexpr std::uint64_t kBlocksPerGroup = std::is_same_v<T, double> ? 128 : 256;
  static void fill(Philox& source, T* out) noexcept {
    int count = 0;
    while (count < kGroup) {
      const Philox::Block x = source.next();
      if constexpr (std::is_same_v<T, double>) {
        double values[2];
        box_muller(x, values);
        for (int i = 0; i < 2 && count < kGroup; ++i) {
          if (std::abs(values[i]) < 2.0) out[count++] = values[i];
        }
      } else {
        float values[4];
        box_muller(x[0], x[1], values);
        box_muller(x[2], x[3], values + 2);
        for (int i = 0; i < 4 && count < kGroup; ++i) {
          if (std::abs(values[i]) < 2.0f) out[count++] = static_cast<T>(values[i]);
        }
      }
    }
  }
};

template <typename Distribution>
void fill(KernelContext& context, const Philox& base, TensorRep& out) {
  using T = typename Distribution::Value;
  constexpr std::int64_t kGroup = Distribution::kGroup;
  const std::int64_t total = out.num_elements();
  T* values = out.mutable_data<T>();
  parallel_for(context.pool(), (total + kGroup - 1) / kGroup, 30,
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t group = begin; group < end; ++group) {
                   Philox source = base;
                   source.skip(static_cast<std::uint64_t>(group) * Distribution::kBlocksPerGroup);
                   T part[Distribution::kGroup];
                   Distribution::fill(source, part);
                   const std::int64_t first = group * kGroup;
                   std::copy_n(part, std::min(kGroup, total - first), values + first);
                 }
               });
}

std::uint64_t any_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

struct GeneratorState final : NodeState {
  explicit GeneratorState(const Philox& start) : generator(start) {}
  Philox generator;
};

// The generator for one run of a stateful op, which leaves the node's own ahead by what the run
// may use.
Philox take_stateful(KernelContext& context, std::int64_t count) {
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
  kept.skip(static_cast<std::uint64_t>(count) * 256);
  return now;
}

template <typename Distribution>
void stateful(KernelContext& context) {
  TensorRep& out =
      context.allocate_output(0, dtype_of<typename Distribution::Value>, read_shape(context, 0));
  fill<Distribution>(context, take_stateful(context, out.num_elements()), out);
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

template <typename Distribution>
void stateless_v2(KernelContext& context) {
  const Philox generator = read_generator(context);
  TensorRep& out =
      context.allocate_output(0, dtype_of<typename Distribution::Value>, read_shape(context, 0));
  fill<Distribution>(context, generator, out);
}

template <typename Distribution>
void stateless(KernelContext& context) {
  const KeyCounter start = read_seeds(context, 1);
  TensorRep& out =
      context.allocate_output(0, dtype_of<typename Distribution::Value>, read_shape(context, 0));
  fill<Distribution>(context, Philox(start.key, start.counter_low, start.counter_high), out);
}

// Integers in [low, high).
template <typename T>
void fill_integers(KernelContext& context, Philox generator, std::size_t first_bound,
                   TensorRep& out) {
  using U = std::make_unsigned_t<T>;
  context.require(context.input(first_bound).num_elements() == 1 &&
                      context.input(first_bound + 1).num_elements() == 1,
                  "minval and maxval must be scalars");
  const T low = *context.input(first_bound).data<T>();
  const T high = *context.input(first_bound + 1).data<T>();
  if (out.num_elements() == 0) return;
  context.require(low < high, "Need minval < maxval");
  const U range = static_cast<U>(static_cast<U>(high) - static_cast<U>(low));
  T* values = out.mutable_data<T>();
  for (std::int64_t i = 0; i < out.num_elements();) {
    const Philox::Block x = generator.next();
    for (std::size_t j = 0; j < 4 && i < out.num_elements(); j += sizeof(T) / 4, ++i) {
      U bits = x[j];
      if constexpr (sizeof(T) == 8) bits |= static_cast<U>(x[j + 1]) << 32;
      values[i] = static_cast<T>(static_cast<U>(low) + bits % range);
    }
  }
}

template <typename T>
void stateful_integers(KernelContext& context) {
  TensorRep& out = context.allocate_output(0, dtype_of<T>, read_shape(context, 0));
  fill_integers<T>(context, take_stateful(context, out.num_elements()), 1, out);
}
template <typename T>
void stateless_integers(KernelContext& context) {
  const Philox generator = read_generator(context);
  TensorRep& out = context.allocate_output(0, dtype_of<T>, read_shape(context, 0));
  fill_integers<T>(context, generator, 4, out);
}

void key_counter(KernelContext& context) {
  const KeyCounter start = read_seeds(context, 0);
  *context.allocate_output(0, DType::uint64, {1}).mutable_data<std::uint64_t>() = start.key;
  auto* counter = context.allocate_output(1, DType::uint64, {2}).mutable_data<std::uint64_t>();
  counter[0] = start.counter_low;
  counter[1] = start.counter_high;
}

void algorithm(KernelContext& context) {
  *context.allocate_output(0, DType::int32, Shape()).mutable_data<std::int32_t>() = 1;
}

enum class Form { stateful, stateless, stateless_v2 };

template <template <typename> typename Distribution, Form kForm>
Kernel select_floats(const KernelKey& key) {
  return pick(Floats{}, key.outputs[0], []<typename T>() -> Kernel {
    if constexpr (kForm == Form::stateful)
      return stateful<Distribution<T>>;
    else if constexpr (kForm == Form::stateless)
      return stateless<Distribution<T>>;
    else
      return stateless_v2<Distribution<T>>;
  });
}

constexpr KernelBinding kBindings[] = {
    {"RandomUniform", select_floats<Uniform, Form::stateful>},
    {"RandomStandardNormal", select_floats<Normal, Form::stateful>},
    {"TruncatedNormal", select_floats<Truncated, Form::stateful>},
    {"StatelessRandomUniform", select_floats<Uniform, Form::stateless>},
    {"StatelessRandomNormal", select_floats<Normal, Form::stateless>},
    {"StatelessTruncatedNormal", select_floats<Truncated, Form::stateless>},
    {"StatelessRandomUniformV2", select_floats<Uniform, Form::stateless_v2>},
    {"StatelessRandomNormalV2", select_floats<Normal, Form::stateless_v2>},
    {"StatelessTruncatedNormalV2", select_floats<Truncated, Form::stateless_v2>},
    {"StatelessRandomGetKeyCounter", always<key_counter>},
    {"StatelessRandomGetAlg", always<algorithm>},
    {"RandomUniformInt",
     [](const KernelKey& key) {
       return pick(IndexTypes{}, key.outputs[0],
                   []<typename T>() -> Kernel { return stateful_integers<T>; });
     }},
    {"StatelessRandomUniformIntV2",
     [](const KernelKey& key) {
       using Types = TypeList<std::int32_t, std::int64_t, std::uint32_t, std::uint64_t>;
       return pick(Types{}, key.outputs[0],
                   []<typename T>() -> Kernel { return stateless_integers<T>; });
     }},
};
}  // namespace

KernelBindings random_kernels() { return kBindings; }

}  // namespace opscope::runtime
