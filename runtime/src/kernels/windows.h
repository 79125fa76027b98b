// The windows of convolutions and pools over images: reading and checking the attributes.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "kernels/kernel_inputs.h"
#include "ops/kernel_context.h"

namespace opscope::runtime {

// Windows along rows or columns.
struct WindowAxis {
  std::int64_t in;
  std::int64_t size;  // of the window, without dilation
  std::int64_t stride;
  std::int64_t dilation;
  std::int64_t before;  // padding
  std::int64_t out;
};

// Where the dimensions of a tensor are.
struct ImageFormat {
  bool channels_first;  // NCHW

  [[nodiscard]] int rows() const noexcept { return channels_first ? 2 : 1; }
  [[nodiscard]] int columns() const noexcept { return channels_first ? 3 : 2; }
  [[nodiscard]] int channels() const noexcept { return channels_first ? 1 : 3; }
  [[nodiscard]] Shape shape(std::int64_t batch, std::int64_t row_count, std::int64_t column_count,
                            std::int64_t channel_count) const {
    return channels_first ? Shape{batch, channel_count, row_count, column_count}
                          : Shape{batch, row_count, column_count, channel_count};
  }
};

// The numbers of an attribute of this name, or of the input of this name; none if the op has
// neither.
[[nodiscard]] IntList window_ints(const KernelContext& context, std::string_view name);

[[nodiscard]] ImageFormat image_format(const KernelContext& context);

// Rows and columns of an image of shape `input` (rank 4) under windows of `sizes`, by the op's
// strides, padding, explicit_paddings and dilations, each where the op has it. Fails as
// TensorFlow's ops do; all numbers are then small enough that products of two do not overflow.
[[nodiscard]] std::array<WindowAxis, 2> window_axes(const KernelContext& context,
                                                    const Shape& input, std::int64_t rows,
                                                    std::int64_t columns);

// The same tensor with the channels last; itself if they are.
[[nodiscard]] Ref<TensorRep> channels_last(const KernelContext& context, std::size_t input);
// Allocates output 0 and moves the channels of `image`, which has them last, to the front.
void output_channels_first(KernelContext& context, const TensorRep& image);

}  // namespace opscope::runtime
