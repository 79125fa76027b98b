// Random numbers, stateless and stateful.
#include <algorithm>
#include <cmath>
#include <string>

#include "kernels/always.h"
#include "kernels/distributions.h"
#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "kernels/random_inputs.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
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

template <typename Distribution>
void stateful(KernelContext& context) {
  TensorRep& out =
      context.allocate_output(0, dtype_of<typename Distribution::Value>, read_shape(context, 0));
  fill<Distribution>(context, take_stateful(context, out.num_elements() * kReservedBlocks), out);
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
  fill_integers<T>(context, take_stateful(context, out.num_elements() * kReservedBlocks), 1, out);
}
template <typename T>
void stateless_integers_v2(KernelContext& context) {
  const Philox generator = read_generator(context);
  TensorRep& out = context.allocate_output(0, dtype_of<T>, read_shape(context, 0));
  fill_integers<T>(context, generator, 4, out);
}
template <typename T>
void stateless_integers(KernelContext& context) {
  const KeyCounter start = read_seeds(context, 1);
  TensorRep& out = context.allocate_output(0, dtype_of<T>, read_shape(context, 0));
  fill_integers<T>(context, Philox(start.key, start.counter_low, start.counter_high), 2, out);
}

// Integers of which every value is as likely.
template <typename T>
struct FullInteger {
  using Value = T;
  static constexpr int kGroup = 16 / sizeof(T);
  static constexpr std::uint64_t kBlocksPerGroup = 1;
  static void fill(Philox& source, T* out) noexcept {
    const Philox::Block x = source.next();
    for (std::size_t i = 0; i < static_cast<std::size_t>(kGroup); ++i) {
      if constexpr (sizeof(T) == 8) {
        out[i] = static_cast<T>((std::uint64_t{x[2 * i + 1]} << 32) | x[2 * i]);
      } else {
        out[i] = static_cast<T>(x[i]);
      }
    }
  }
};

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

using FullTypes = TypeList<std::int32_t, std::int64_t, std::uint32_t, std::uint64_t>;

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
    {"StatelessRandomUniformInt",
     [](const KernelKey& key) {
       return pick(IndexTypes{}, key.outputs[0],
                   []<typename T>() -> Kernel { return stateless_integers<T>; });
     }},
    {"StatelessRandomUniformIntV2",
     [](const KernelKey& key) {
       return pick(FullTypes{}, key.outputs[0],
                   []<typename T>() -> Kernel { return stateless_integers_v2<T>; });
     }},
    {"StatelessRandomUniformFullInt",
     [](const KernelKey& key) {
       return pick(FullTypes{}, key.outputs[0],
                   []<typename T>() -> Kernel { return stateless<FullInteger<T>>; });
     }},
    {"StatelessRandomUniformFullIntV2",
     [](const KernelKey& key) {
       return pick(FullTypes{}, key.outputs[0],
                   []<typename T>() -> Kernel { return stateless_v2<FullInteger<T>>; });
     }},
};
}  // namespace

KernelBindings random_kernels() { return kBindings; }

}  // namespace opscope::runtime
