// FusedBatchNormV3 and its gradient.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "kernels/scratch.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
// The input as [outer, channels, inner]; with channels last inner is 1.
struct ChannelView {
  std::int64_t outer;
  std::int64_t channels;
  std::int64_t inner;

  [[nodiscard]] std::int64_t count() const noexcept { return outer * inner; }
};

ChannelView view_channels(const KernelContext& context, const Shape& shape) {
  const std::string_view format = context.attr_string("data_format");
  const int rank = format.size() == 5 ? 5 : 4;
  if (shape.rank() != rank) {
    context.invalid("input must be " + std::to_string(rank) + "-dimensional" +
                    shape.to_bracket_string());
  }
  const int axis = format.substr(0, 2) == "NC" ? 1 : rank - 1;
  return {count_elements(shape, 0, axis), shape[axis], count_elements(shape, axis + 1, rank)};
}

// Input i as one value for each channel.
template <typename U>
void read_channels(const KernelContext& context, std::size_t i, const char* name,
                   const ChannelView& view, float* to) {
  const TensorRep& tensor = context.input(i);
  if (tensor.rank() != 1 || tensor.num_elements() != view.channels) {
    context.invalid(
        std::string(name) + " must have the same number of elements as the channels of x, got " +
        std::to_string(tensor.num_elements()) + " and " + std::to_string(view.channels));
  }
  const U* values = tensor.data<U>();
  for (std::int64_t c = 0; c < view.channels; ++c) to[c] = static_cast<float>(load(values[c]));
}

// visit(begin of a run, its length, channel or -1): runs of one channel, or with channels last one
// run for each pixel that goes through all channels.
template <typename Visit>
void for_runs(const ChannelView& view, Visit visit) {
  if (view.inner == 1) {
    for (std::int64_t o = 0; o < view.outer; ++o) visit(o * view.channels, view.channels, -1);
    return;
  }
  for (std::int64_t o = 0; o < view.outer; ++o) {
    for (std::int64_t c = 0; c < view.channels; ++c) {
      visit((o * view.channels + c) * view.inner, view.inner, c);
    }
  }
}

// sums[c] += term(element, c) over all elements of each channel, in double: exact to the last bit
// of a float for any batch.
template <typename Term>
void sum_channels(const ChannelView& view, double* sums, Term term) {
  std::fill_n(sums, view.channels, 0.0);
  for_runs(view, [&](std::int64_t begin, std::int64_t length, std::int64_t channel) {
    if (channel < 0) {
#pragma GCC ivdep
      for (std::int64_t c = 0; c < length; ++c) sums[c] += term(begin + c, c);
    } else {
      double sum = 0;
      for (std::int64_t i = 0; i < length; ++i) sum += term(begin + i, channel);
      sums[channel] += sum;
    }
  });
}

// to[i] = value(i, its channel) for all elements.
template <typename T, typename Value>
void map_channels(KernelContext& context, const ChannelView& view, T* to, Value value) {
  const std::int64_t runs = view.inner == 1 ? view.outer : view.outer * view.channels;
  const std::int64_t length = view.inner == 1 ? view.channels : view.inner;
  parallel_for(context.pool(), runs, static_cast<double>(length),
               [&](std::int64_t first, std::int64_t last) {
                 for (std::int64_t run = first; run < last; ++run) {
                   const std::int64_t begin = run * length;
                   if (view.inner == 1) {
#pragma GCC ivdep
                     for (std::int64_t c = 0; c < length; ++c) {
                       to[begin + c] = static_cast<T>(value(begin + c, c));
                     }
                     continue;
                   }
                   const std::int64_t channel = run % view.channels;
#pragma GCC ivdep
                   for (std::int64_t i = begin; i < begin + length; ++i) {
                     to[i] = static_cast<T>(value(i, channel));
                   }
                 }
               });
}

template <typename T>
void mean_and_variance(const ChannelView& view, const T* x, float* mean, float* variance) {
  const Scratch<double> sums(view.channels);
  double* sum = sums.get();
  const auto count = static_cast<double>(view.count());
  sum_channels(view, sum, [x](std::int64_t i, std::int64_t) { return double{load(x[i])}; });
  for (std::int64_t c = 0; c < view.channels; ++c) mean[c] = static_cast<float>(sum[c] / count);
  sum_channels(view, sum, [x, mean](std::int64_t i, std::int64_t c) {
    const double difference = double{load(x[i])} - double{mean[c]};
    return difference * difference;
  });
  for (std::int64_t c = 0; c < view.channels; ++c) variance[c] = static_cast<float>(sum[c] / count);
}

template <typename U>
void write_channels(KernelContext& context, std::size_t output, const ChannelView& view,
                    const float* values) {
  U* to = context.allocate_output(output, dtype_of<U>, {view.channels}).template mutable_data<U>();
  for (std::int64_t c = 0; c < view.channels; ++c) to[c] = U(values[c]);
}

template <typename U>
void fill_channels(KernelContext& context, std::size_t output, const ChannelView& view,
                   float value) {
  U* to = context.allocate_output(output, dtype_of<U>, {view.channels}).template mutable_data<U>();
  std::fill_n(to, view.channels, U(value));
}

// Outputs 1 and 2: this batch's mean and its variance over one less than the count, mixed with the
// given ones by exponential_avg_factor.
template <typename U>
void write_running(KernelContext& context, const ChannelView& view, const float* mean,
                   const float* variance) {
  const float factor = context.attr_float("exponential_avg_factor");
  const Scratch<float> kept(2 * view.channels);
  float* old_mean = kept.get();
  float* old_variance = old_mean + view.channels;
  std::fill_n(old_mean, 2 * view.channels, 0.0f);
  if (factor != 1) {
    read_channels<U>(context, 3, "When exponential_avg_factor != 1, mean", view, old_mean);
    read_channels<U>(context, 4, "When exponential_avg_factor != 1, variance", view, old_variance);
  }
  const auto count = static_cast<float>(view.count());
  const float correction = view.count() > 1 ? count / (count - 1) : 1.0f;
  for (std::int64_t c = 0; c < view.channels; ++c) {
    old_mean[c] = (1 - factor) * old_mean[c] + factor * mean[c];
    old_variance[c] = (1 - factor) * old_variance[c] + factor * variance[c] * correction;
  }
  write_channels<U>(context, 1, view, old_mean);
  write_channels<U>(context, 2, view, old_variance);
}

template <typename T, typename U>
void batch_norm(KernelContext& context) {
  const TensorRep& x = context.input(0);
  const ChannelView view = view_channels(context, x.shape());
  const Scratch<float> room(std::max<std::int64_t>(1, 4 * view.channels));
  float* scale = room.get();
  float* offset = scale + view.channels;
  float* mean = offset + view.channels;
  float* variance = mean + view.channels;
  read_channels<U>(context, 1, "scale", view, scale);
  read_channels<U>(context, 2, "offset", view, offset);
  const bool is_training = context.attr_bool("is_training");
  if (!is_training) {
    read_channels<U>(context, 3, "When is_training=false, mean", view, mean);
    read_channels<U>(context, 4, "When is_training=false, variance", view, variance);
  }
  T* y = context.allocate_output(0, dtype_of<T>, x.shape()).template mutable_data<T>();
  context.allocate_output(5, dtype_of<U>, {0});
  if (x.num_elements() == 0) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    for (const std::size_t output : {1u, 2u}) fill_channels<U>(context, output, view, nan);
    for (const std::size_t output : {3u, 4u}) fill_channels<U>(context, output, view, 0);
    return;
  }
  const T* values = x.data<T>();
  if (is_training) {
    mean_and_variance(view, values, mean, variance);
    write_running<U>(context, view, mean, variance);
  } else {
    write_channels<U>(context, 1, view, mean);
    write_channels<U>(context, 2, view, variance);
  }
  write_channels<U>(context, 3, view, mean);
  write_channels<U>(context, 4, view, variance);
  const float epsilon = context.attr_float("epsilon");
  for (std::int64_t c = 0; c < view.channels; ++c) scale[c] /= std::sqrt(variance[c] + epsilon);
  map_channels(context, view, y, [=](std::int64_t i, std::int64_t c) {
    return (load(values[i]) - mean[c]) * scale[c] + offset[c];
  });
}

template <typename T>
void batch_norm_grad(KernelContext& context) {
  const TensorRep& dy = context.input(0);
  const TensorRep& x = context.input(1);
  const ChannelView view = view_channels(context, x.shape());
  context.require(dy.shape() == x.shape(), "x and y_backprop must have same shape");
  const Scratch<float> room(std::max<std::int64_t>(1, 5 * view.channels));
  float* scale = room.get();
  float* mean = scale + view.channels;
  float* inverse = mean + view.channels;
  float* a = inverse + view.channels;
  float* b = a + view.channels;
  read_channels<float>(context, 2, "scale", view, scale);
  read_channels<float>(context, 3, "reserve_space_1", view, mean);
  read_channels<float>(context, 4, "reserve_space_2", view, inverse);
  const float epsilon = context.attr_float("epsilon");
  for (std::int64_t c = 0; c < view.channels; ++c) inverse[c] = 1 / std::sqrt(inverse[c] + epsilon);
  T* dx = context.allocate_output(0, dtype_of<T>, x.shape()).template mutable_data<T>();
  context.allocate_output(3, DType::float32, {0});
  context.allocate_output(4, DType::float32, {0});
  const T* gradient = dy.data<T>();
  const T* values = x.data<T>();
  const Scratch<double> sums(std::max<std::int64_t>(1, 2 * view.channels));
  double* offset_sum = sums.get();
  double* scale_sum = offset_sum + view.channels;
  sum_channels(view, offset_sum,
               [=](std::int64_t i, std::int64_t) { return double{load(gradient[i])}; });
  sum_channels(view, scale_sum, [=](std::int64_t i, std::int64_t c) {
    return double{load(gradient[i]) * ((load(values[i]) - mean[c]) * inverse[c])};
  });
  const bool is_training = context.attr_bool("is_training");
  const double count = is_training ? static_cast<double>(view.count()) : 1;
  for (std::int64_t c = 0; c < view.channels; ++c) {
    a[c] = is_training ? static_cast<float>(offset_sum[c] / count) : 0;
    b[c] = is_training ? static_cast<float>(scale_sum[c] / count) : 0;
    scale[c] *= inverse[c];
  }
  map_channels(context, view, dx, [=](std::int64_t i, std::int64_t c) {
    return (load(gradient[i]) - a[c] - (load(values[i]) - mean[c]) * inverse[c] * b[c]) * scale[c];
  });
  const auto write = [&](std::size_t output, const double* from) {
    float* to = context.allocate_output(output, DType::float32, {view.channels})
                    .template mutable_data<float>();
    for (std::int64_t c = 0; c < view.channels; ++c) to[c] = static_cast<float>(from[c]);
  };
  write(1, scale_sum);
  write(2, offset_sum);
}

using Normalized = TypeList<float, half, bfloat16>;

constexpr KernelBinding kBindings[] = {
    {"FusedBatchNormV3",
     [](const KernelKey& key) -> Kernel {
       if (key.inputs[1] == DType::bfloat16) {
         return key.inputs[0] == DType::bfloat16 ? batch_norm<bfloat16, bfloat16> : nullptr;
       }
       return pick(Normalized{}, key.inputs[0],
                   []<typename T>() -> Kernel { return batch_norm<T, float>; });
     }},
    {"FusedBatchNormGradV3",
     [](const KernelKey& key) {
       return pick(Normalized{}, key.inputs[0],
                   []<typename T>() -> Kernel { return batch_norm_grad<T>; });
     }},
};
}  // namespace

KernelBindings batch_norm_kernels() { return kBindings; }

}  // namespace opscope::runtime
