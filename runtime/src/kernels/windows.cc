#include "kernels/windows.h"

#include <string>

#include "kernels/numeric.h"

namespace opscope::runtime {
namespace {
// Of any dimension, stride, dilation or padding: products of two fit.
constexpr std::int64_t kMostSize = (std::int64_t{1} << 31) - 1;

void check_size(const KernelContext& context, std::int64_t size) {
  context.require(size <= kMostSize, "a dimension, stride, dilation or padding is too large");
}

// The four entries of `name`, which must be 1 but for rows and columns.
std::array<std::int64_t, 2> pair_of(const KernelContext& context, ImageFormat format,
                                    std::string_view name, const char* not_positive) {
  const IntList values = window_ints(context, name);
  if (values.empty() && name == "dilations") return {1, 1};
  if (values.size() != 4) {
    context.invalid("Sliding window " + std::string(name) + " field must specify 4 dimensions");
  }
  for (const std::int64_t value : values) {
    if (value <= 0) context.invalid(not_positive + std::to_string(value));
    check_size(context, value);
  }
  if (values[0] != 1 || values[static_cast<std::size_t>(format.channels())] != 1) {
    context.fail(ErrorCode::unimplemented, "Current implementation does not yet support " +
                                               std::string(name) +
                                               " in the batch and depth dimensions.");
  }
  return {values[static_cast<std::size_t>(format.rows())],
          values[static_cast<std::size_t>(format.columns())]};
}

void set_padding(const KernelContext& context, ImageFormat format, int axis, WindowAxis& window) {
  const std::string_view padding = context.attr_string("padding");
  const IntList paddings = window_ints(context, "explicit_paddings");
  const std::int64_t effective = (window.size - 1) * window.dilation + 1;
  std::int64_t padded = window.in;
  if (padding == "SAME") {
    window.out = (window.in + window.stride - 1) / window.stride;
    const std::int64_t needed = (window.out - 1) * window.stride + effective - window.in;
    window.before = needed > 0 ? needed / 2 : 0;
    return;
  }
  if (padding == "EXPLICIT") {
    context.require(paddings.size() == 8, "explicit_paddings attribute must contain 8 values");
    for (const std::int64_t value : paddings) {
      context.require(value >= 0, "All elements of explicit_paddings must be nonnegative");
      check_size(context, value);
    }
    const auto channels = static_cast<std::size_t>(2 * format.channels());
    if (paddings[0] != 0 || paddings[1] != 0 || paddings[channels] != 0 ||
        paddings[channels + 1] != 0) {
      context.fail(ErrorCode::unimplemented,
                   "Current implementation does not support padding in the batch and depth "
                   "dimensions.");
    }
    window.before = paddings[static_cast<std::size_t>(2 * axis)];
    padded += window.before + paddings[static_cast<std::size_t>(2 * axis + 1)];
  }
  if (padded < effective) {
    context.invalid("Computed output size would be negative: input size " + std::to_string(padded) +
                    ", effective filter size " + std::to_string(effective) + ", stride " +
                    std::to_string(window.stride));
  }
  window.out = (padded - effective) / window.stride + 1;
}

// [batch, outer, inner] to [batch, inner, outer].
template <typename T>
void swap_inner(const void* from, void* to, std::int64_t batch, std::int64_t outer,
                std::int64_t inner) {
  const T* source = static_cast<const T*>(from);
  T* target = static_cast<T*>(to);
  for (std::int64_t b = 0; b < batch; ++b, source += outer * inner, target += outer * inner) {
    for (std::int64_t o = 0; o < outer; ++o) {
      for (std::int64_t i = 0; i < inner; ++i) target[i * outer + o] = source[o * inner + i];
    }
  }
}

void swap_inner(const TensorRep& from, TensorRep& to, std::int64_t outer, std::int64_t inner) {
  const std::int64_t batch = from.shape()[0];
  if (from.num_elements() == 0) return;
  switch (dtype_size(from.dtype())) {
    case 1:
      return swap_inner<std::uint8_t>(from.raw_data(), to.mutable_raw_data(), batch, outer, inner);
    case 2:
      return swap_inner<std::uint16_t>(from.raw_data(), to.mutable_raw_data(), batch, outer, inner);
    case 4:
      return swap_inner<std::uint32_t>(from.raw_data(), to.mutable_raw_data(), batch, outer, inner);
    default:
      return swap_inner<std::uint64_t>(from.raw_data(), to.mutable_raw_data(), batch, outer, inner);
  }
}
}  // namespace

IntList window_ints(const KernelContext& context, std::string_view name) {
  if (context.spec().find_attr(name) != nullptr) {
    IntList values;
    for (const std::int64_t value : context.attr_ints(name)) values.push_back(value);
    return values;
  }
  const auto inputs = context.spec().inputs;
  for (std::size_t i = 0; i < inputs.size() && i < context.num_inputs(); ++i) {
    if (inputs[i].name == name) return read_ints(context, i);
  }
  return {};
}

ImageFormat image_format(const KernelContext& context) {
  return {context.attr_string("data_format") == "NCHW"};
}

std::array<WindowAxis, 2> window_axes(const KernelContext& context, const Shape& input,
                                      std::int64_t rows, std::int64_t columns) {
  const ImageFormat format = image_format(context);
  const auto strides = pair_of(context, format, "strides", "Stride must be > 0, but got ");
  const auto dilations =
      pair_of(context, format, "dilations", "Dilated rates should be larger than 0, but got ");
  std::array<WindowAxis, 2> axes{};
  for (std::size_t i = 0; i < 2; ++i) {
    const int axis = i == 0 ? format.rows() : format.columns();
    axes[i] = {.in = input[axis],
               .size = i == 0 ? rows : columns,
               .stride = strides[i],
               .dilation = dilations[i],
               .before = 0,
               .out = 0};
    check_size(context, axes[i].in);
    check_size(context, axes[i].size);
    context.require(axes[i].size > 0, "Sliding window ksize must be positive");
    set_padding(context, format, axis, axes[i]);
  }
  check_size(context, input[0]);
  check_size(context, input[format.channels()]);
  return axes;
}

Ref<TensorRep> channels_last(const KernelContext& context, std::size_t input) {
  if (!image_format(context).channels_first) return context.input_ref(input);
  const TensorRep& image = context.input(input);
  const Shape& shape = image.shape();
  Ref<TensorRep> out = TensorRep::make(image.dtype(), {shape[0], shape[2], shape[3], shape[1]});
  swap_inner(image, *out, shape[1], shape[2] * shape[3]);
  return out;
}

void output_channels_first(KernelContext& context, const TensorRep& image) {
  const Shape& shape = image.shape();
  TensorRep& out =
      context.allocate_output(0, image.dtype(), {shape[0], shape[3], shape[1], shape[2]});
  swap_inner(image, out, shape[1] * shape[2], shape[3]);
}

}  // namespace opscope::runtime
