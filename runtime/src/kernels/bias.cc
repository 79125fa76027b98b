// BiasAdd and BiasAddGrad.
#include <algorithm>
#include <string>

#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "kernels/scratch.h"
#include "kernels/vector_loops.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
// A tensor as [outer, channels, inner].
struct Channels {
  std::int64_t outer;
  std::int64_t count;
  std::int64_t inner;
};

Channels view_channels(const KernelContext& context, const TensorRep& value) {
  context.require(value.rank() >= 2, "Input tensor must be at least 2D");
  // BiasAddV1 has no format: the channels are last.
  const bool is_first = context.spec().find_attr("data_format") != nullptr &&
                        context.attr_string("data_format") == "NCHW";
  const int axis = is_first ? 1 : value.rank() - 1;
  return {count_elements(value.shape(), 0, axis), value.shape()[axis],
          count_elements(value.shape(), axis + 1, value.rank())};
}

void add_to_rows(KernelContext& context, const Channels& view, const float* in, const float* bias,
                 float* out) {
  const VectorLoops& loops = vector_loops();
  parallel_for(context.pool(), view.outer, 0.1 * static_cast<double>(view.count) + 1,
               [&](std::int64_t begin, std::int64_t end) {
                 const std::int64_t first = begin * view.count;
                 loops.add_bias(in + first, bias, out + first, end - begin, view.count);
               });
}

// The sums of blocks of rows, then their sum: rounding errors stay small and the result does not
// depend on the number of threads.
void sum_rows(KernelContext& context, const Channels& view, const float* in, float* sums) {
  constexpr std::int64_t kBlock = 512;
  const VectorLoops& loops = vector_loops();
  std::fill_n(sums, view.count, 0.0f);
  const std::int64_t blocks = (view.outer + kBlock - 1) / kBlock;
  if (blocks <= 1) {
    loops.add_columns(in, view.outer, view.count, view.count, sums);
    return;
  }
  const Scratch<float> parts(blocks * view.count);
  std::fill_n(parts.get(), blocks * view.count, 0.0f);
  parallel_for(context.pool(), blocks, 0.1 * static_cast<double>(kBlock * view.count),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t block = begin; block < end; ++block) {
                   const std::int64_t first = block * kBlock;
                   loops.add_columns(in + first * view.count, std::min(kBlock, view.outer - first),
                                     view.count, view.count, parts.get() + block * view.count);
                 }
               });
  loops.add_columns(parts.get(), blocks, view.count, view.count, sums);
}

template <typename T>
void bias_add(KernelContext& context) {
  const TensorRep& value = context.input(0);
  const TensorRep& bias = context.input(1);
  const Channels view = view_channels(context, value);
  if (bias.rank() != 1 || bias.shape()[0] != view.count) {
    context.invalid("Must provide as many biases as the channel dimension of the input tensor: " +
                    bias.shape().to_bracket_string() + " vs. " + std::to_string(view.count));
  }
  const Shape shape = value.shape();
  const T* in = value.data<T>();
  TensorRep& out = context.forward_or_allocate(0, 0, dtype_of<T>, shape);
  T* result = out.mutable_data<T>();
  const T* biases = bias.data<T>();
  if constexpr (std::is_same_v<T, float>) {
    if (view.inner == 1) {
      add_to_rows(context, view, in, biases, result);
      return;
    }
  }
  for (std::int64_t o = 0; o < view.outer; ++o) {
    if (view.inner == 1) {
#pragma GCC ivdep
      for (std::int64_t c = 0; c < view.count; ++c) {
        const std::int64_t at = o * view.count + c;
        result[at] = static_cast<T>(add_wrapping(load(in[at]), load(biases[c])));
      }
      continue;
    }
    for (std::int64_t c = 0; c < view.count; ++c) {
      const auto addend = load(biases[c]);
      const std::int64_t first = (o * view.count + c) * view.inner;
#pragma GCC ivdep
      for (std::int64_t i = first; i < first + view.inner; ++i) {
        result[i] = static_cast<T>(add_wrapping(load(in[i]), addend));
      }
    }
  }
}

template <typename T>
void bias_add_grad(KernelContext& context) {
  using C = Compute<T>;
  const TensorRep& in = context.input(0);
  const Channels view = view_channels(context, in);
  TensorRep& out = context.allocate_output(0, dtype_of<T>, {view.count});
  if constexpr (std::is_same_v<T, float>) {
    if (view.inner == 1 && view.count > 0) {
      sum_rows(context, view, in.data<float>(), out.mutable_data<float>());
      return;
    }
  }
  Ref<TensorRep> wide;
  if constexpr (kIs16BitFloat<T>) wide = TensorRep::make(DType::float32, out.shape());
  C* sums = (wide ? *wide : out).template mutable_data<C>();
  std::fill_n(sums, view.count, C{0});
  for (std::int64_t o = 0; o < view.outer; ++o) {
    for (std::int64_t c = 0; c < view.count; ++c) {
      const T* values = in.data<T>() + (o * view.count + c) * view.inner;
      C sum = sums[c];
      for (std::int64_t i = 0; i < view.inner; ++i) sum = add_wrapping(sum, load(values[i]));
      sums[c] = sum;
    }
  }
  if constexpr (kIs16BitFloat<T>) {
    for (std::int64_t c = 0; c < view.count; ++c) out.mutable_data<T>()[c] = T(sums[c]);
  }
}

Kernel select_bias_add(const KernelKey& key) {
  return pick(Numbers{}, key.inputs[0], []<typename T>() -> Kernel { return bias_add<T>; });
}

constexpr KernelBinding kBindings[] = {
    {"BiasAdd", select_bias_add},
    {"BiasAddV1", select_bias_add},
    {"BiasAddGrad",
     [](const KernelKey& key) {
       return pick(Numbers{}, key.inputs[0],
                   []<typename T>() -> Kernel { return bias_add_grad<T>; });
     }},
};
}  // namespace

KernelBindings bias_kernels() { return kBindings; }

}  // namespace opscope::runtime
