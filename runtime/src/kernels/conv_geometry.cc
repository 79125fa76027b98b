#include "kernels/conv_geometry.h"

#include <string>

namespace opscope::runtime {

ConvGeometry conv_geometry(const KernelContext& context, const Shape& input, const Shape& filter) {
  if (input.rank() != 4) {
    context.invalid("input must be 4-dimensional: " + input.to_bracket_string());
  }
  if (filter.rank() != 4) {
    context.invalid("filter must be 4-dimensional: " + filter.to_bracket_string());
  }
  for (const std::int64_t size : filter.dims()) {
    context.require(size != 0,
                    "filter must not have zero elements (i.e. all dimensions must be non-zero)");
  }
  const ImageFormat format = image_format(context);
  ConvGeometry conv{};
  const auto axes = window_axes(context, input, filter[0], filter[1]);
  conv.batch = input[0];
  conv.rows = axes[0];
  conv.columns = axes[1];
  conv.in_channels = input[format.channels()];
  conv.group_in = filter[2];
  conv.out_channels = filter[3];
  if (conv.in_channels % conv.group_in != 0) {
    context.invalid("input depth must be evenly divisible by filter depth: " +
                    std::to_string(conv.in_channels) + " vs " + std::to_string(conv.group_in));
  }
  conv.groups = conv.in_channels / conv.group_in;
  context.require(conv.groups > 0, "the input has no channels");
  if (conv.out_channels % conv.groups != 0) {
    context.invalid("output depth must be evenly divisible by number of groups: " +
                    std::to_string(conv.out_channels) + " vs " + std::to_string(conv.groups));
  }
  return conv;
}

void check_gradient(const KernelContext& context, const ConvGeometry& conv, const Shape& gradient) {
  const Shape expected =
      image_format(context).shape(conv.batch, conv.rows.out, conv.columns.out, conv.out_channels);
  if (gradient != expected) {
    context.invalid("out_backprop must have the shape " + expected.to_bracket_string() +
                    ", but has " + gradient.to_bracket_string());
  }
}

}  // namespace opscope::runtime
