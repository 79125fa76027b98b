// DepthwiseConv2dNative and its two gradients.
#include <algorithm>
#include <string>

#include "kernels/conv_geometry.h"
#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "kernels/scratch.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
// As a convolution with one group for each input channel; the filter's dimensions [rows, columns,
// in, multiplier] lie in memory as [rows, columns, 1, in * multiplier].
ConvGeometry depthwise_geometry(const KernelContext& context, const Shape& input,
                                const Shape& filter) {
  if (filter.rank() != 4) {
    context.invalid("filter must be 4-dimensional: " + filter.to_bracket_string());
  }
  for (const std::int64_t size : filter.dims()) {
    context.require(size > 0 && size < (std::int64_t{1} << 31),
                    "filter dimensions must be positive and below 2^31");
  }
  const ImageFormat format = image_format(context);
  if (input.rank() == 4 && input[format.channels()] != filter[2]) {
    context.invalid("input depth must be evenly divisible by filter depth: " +
                    std::to_string(input[format.channels()]) + " vs " + std::to_string(filter[2]));
  }
  return conv_geometry(context, input, {filter[0], filter[1], 1, filter[2] * filter[3]});
}

// visit(in pixel, tap) for the pixels under the window of one output pixel.
template <typename Visit>
void for_taps(const ConvGeometry& conv, std::int64_t pixel, Visit visit) {
  const std::int64_t column = pixel % conv.columns.out;
  const std::int64_t row = pixel / conv.columns.out % conv.rows.out;
  const std::int64_t image = pixel / conv.columns.out / conv.rows.out;
  for (std::int64_t r = 0; r < conv.rows.size; ++r) {
    const std::int64_t y = row * conv.rows.stride - conv.rows.before + r * conv.rows.dilation;
    if (y < 0 || y >= conv.rows.in) continue;
    for (std::int64_t c = 0; c < conv.columns.size; ++c) {
      const std::int64_t x =
          column * conv.columns.stride - conv.columns.before + c * conv.columns.dilation;
      if (x < 0 || x >= conv.columns.in) continue;
      visit((image * conv.rows.in + y) * conv.columns.in + x, r * conv.columns.size + c);
    }
  }
}

// What one output pixel and one tap do to `sum`. Channel c of the input meets outputs
// c * multiplier ... of the output.
template <typename C, typename T>
void add_products(const ConvGeometry& conv, const T* in, const T* filter, C* sum) {
  const std::int64_t multiplier = conv.group_out();
  if (multiplier == 1) {
#pragma GCC ivdep
    for (std::int64_t c = 0; c < conv.in_channels; ++c) sum[c] += load(in[c]) * load(filter[c]);
    return;
  }
  for (std::int64_t c = 0; c < conv.in_channels; ++c) {
    for (std::int64_t q = c * multiplier; q < (c + 1) * multiplier; ++q) {
      sum[q] += load(in[c]) * load(filter[q]);
    }
  }
}

// Results in Compute<T>, then rounded to T.
template <typename T>
void round_to(const Compute<T>* from, std::int64_t count, T* to) {
  for (std::int64_t i = 0; i < count; ++i) to[i] = static_cast<T>(from[i]);
}

// Output 0, from an image with channels last.
template <typename T>
void output_image(KernelContext& context, const Shape& shape, const Compute<T>* values) {
  if (image_format(context).channels_first) {
    const Ref<TensorRep> image = TensorRep::make(dtype_of<T>, shape);
    round_to<T>(values, image->num_elements(), image->mutable_data<T>());
    output_channels_first(context, *image);
    return;
  }
  TensorRep& out = context.allocate_output(0, dtype_of<T>, shape);
  round_to<T>(values, out.num_elements(), out.mutable_data<T>());
}

template <typename T>
void depthwise(KernelContext& context) {
  using C = Compute<T>;
  const Shape& filter_shape = context.input(1).shape();
  const ConvGeometry conv = depthwise_geometry(context, context.input(0).shape(), filter_shape);
  const Shape shape{conv.batch, conv.rows.out, conv.columns.out, conv.out_channels};
  const Ref<TensorRep> input = channels_last(context, 0);
  const T* in = input->data<T>();
  const T* filter = context.input(1).data<T>();
  const Scratch<C> sums(std::max<std::int64_t>(1, shape.num_elements()));
  const double cost = static_cast<double>(conv.rows.size * conv.columns.size * conv.out_channels);
  parallel_for(context.pool(), conv.pixels(), cost, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t pixel = begin; pixel < end; ++pixel) {
      C* sum = sums.get() + pixel * conv.out_channels;
      std::fill_n(sum, conv.out_channels, C{0});
      for_taps(conv, pixel, [&](std::int64_t from, std::int64_t tap) {
        add_products(conv, in + from * conv.in_channels, filter + tap * conv.out_channels, sum);
      });
    }
  });
  output_image<T>(context, shape, sums.get());
}

template <typename T>
void depthwise_input_gradient(KernelContext& context) {
  using C = Compute<T>;
  const Shape sizes = read_shape(context, 0);
  context.require(sizes.rank() == 4, "input_sizes must contain 4 values");
  const ConvGeometry conv = depthwise_geometry(context, sizes, context.input(1).shape());
  check_gradient(context, conv, context.input(2).shape());
  const Shape shape{conv.batch, conv.rows.in, conv.columns.in, conv.in_channels};
  const Ref<TensorRep> gradient = channels_last(context, 2);
  const T* dy = gradient->data<T>();
  const T* filter = context.input(1).data<T>();
  const Scratch<C> sums(std::max<std::int64_t>(1, shape.num_elements()));
  std::fill_n(sums.get(), shape.num_elements(), C{0});
  const std::int64_t image_pixels = conv.rows.out * conv.columns.out;
  const std::int64_t multiplier = conv.group_out();
  const double cost = static_cast<double>(conv.rows.size * conv.columns.size * conv.out_channels) *
                      static_cast<double>(image_pixels);
  const std::int64_t images = image_pixels == 0 ? 0 : conv.batch;
  parallel_for(context.pool(), images, cost, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t pixel = begin * image_pixels; pixel < end * image_pixels; ++pixel) {
      const T* from = dy + pixel * conv.out_channels;
      for_taps(conv, pixel, [&](std::int64_t to, std::int64_t tap) {
        C* sum = sums.get() + to * conv.in_channels;
        const T* weights = filter + tap * conv.out_channels;
        for (std::int64_t q = 0; q < conv.out_channels; ++q) {
          sum[q / multiplier] += load(from[q]) * load(weights[q]);
        }
      });
    }
  });
  output_image<T>(context, shape, sums.get());
}

template <typename T>
void depthwise_filter_gradient(KernelContext& context) {
  using C = Compute<T>;
  const Shape sizes = read_shape(context, 1);
  const ConvGeometry conv = depthwise_geometry(context, context.input(0).shape(), sizes);
  check_gradient(context, conv, context.input(2).shape());
  const Ref<TensorRep> input = channels_last(context, 0);
  const Ref<TensorRep> gradient = channels_last(context, 2);
  TensorRep& out = context.allocate_output(0, dtype_of<T>, sizes);
  const Scratch<C> sums(out.num_elements());
  std::fill_n(sums.get(), out.num_elements(), C{0});
  const std::int64_t multiplier = conv.group_out();
  for (std::int64_t pixel = 0; pixel < conv.pixels(); ++pixel) {
    const T* dy = gradient->data<T>() + pixel * conv.out_channels;
    for_taps(conv, pixel, [&](std::int64_t from, std::int64_t tap) {
      const T* in = input->data<T>() + from * conv.in_channels;
      C* sum = sums.get() + tap * conv.out_channels;
      for (std::int64_t q = 0; q < conv.out_channels; ++q) {
        sum[q] += load(in[q / multiplier]) * load(dy[q]);
      }
    });
  }
  round_to<T>(sums.get(), out.num_elements(), out.mutable_data<T>());
}

constexpr KernelBinding kBindings[] = {
    {"DepthwiseConv2dNative",
     [](const KernelKey& key) {
       return pick(Floats{}, key.inputs[0], []<typename T>() -> Kernel { return depthwise<T>; });
     }},
    {"DepthwiseConv2dNativeBackpropInput",
     [](const KernelKey& key) {
       return pick(Floats{}, key.inputs[1],
                   []<typename T>() -> Kernel { return depthwise_input_gradient<T>; });
     }},
    {"DepthwiseConv2dNativeBackpropFilter",
     [](const KernelKey& key) {
       return pick(Floats{}, key.inputs[0],
                   []<typename T>() -> Kernel { return depthwise_filter_gradient<T>; });
     }},
};
}  // namespace

KernelBindings depthwise_kernels() { return kBindings; }

}  // namespace opscope::runtime
