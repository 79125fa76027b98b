// Convolution, pooling and normalisation.
#include <array>

#include "opscope/error.h"
#include "opscope/runtime/name_scope.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope {

using runtime::binary;
using runtime::op;
using runtime::OpCall;
using runtime::unary;

namespace {

std::vector<std::int64_t> four(const std::array<std::int64_t, 2>& pair) {
  return {1, pair[0], pair[1], 1};
}

void set_padding(OpCall& call, Padding padding, const ExplicitPaddings& paddings) {
  switch (padding) {
    case Padding::valid:
      call.attr("padding", "VALID");
      return;
    case Padding::same:
      call.attr("padding", "SAME");
      return;
    case Padding::explicit_:
      break;
  }
  call.attr("padding", "EXPLICIT")
      .attr("explicit_paddings",
            std::vector<std::int64_t>{0, 0, paddings.rows[0], paddings.rows[1], paddings.columns[0],
                                      paddings.columns[1], 0, 0});
}

Tensor run_conv(OpCall& call, const Conv2DOptions& options) {
  call.attr("strides", four(options.strides)).attr("dilations", four(options.dilations));
  set_padding(call, options.padding, options.explicit_paddings);
  return call.run();
}

Tensor run_pool(const runtime::OpSpec& spec, std::string_view name, const Operand& input,
                const Pool2DOptions& options) {
  OpCall call(spec, name, input.loc());
  call.add(input).attr("ksize", four(options.ksize)).attr("strides", four(options.strides));
  set_padding(call, options.padding, options.explicit_paddings);
  return call.run();
}

// A literal takes x's data type.
Tensor mul(const Operand& a, const Operand& b) { return binary(op<"Mul">(), "mul", a, b); }

}  // namespace

Tensor conv2d(const Operand& input, const Operand& filters, const Conv2DOptions& options) {
  OpCall call(op<"Conv2D">(), "Conv2D", input.loc());
  call.add(input).add(filters);
  return run_conv(call, options);
}

Tensor depthwise_conv2d(const Operand& input, const Operand& filter, const Conv2DOptions& options) {
  OpCall call(op<"DepthwiseConv2dNative">(), "depthwise", input.loc());
  call.add(input).add(filter);
  return run_conv(call, options);
}

Tensor conv2d_transpose(const Operand& input, const Operand& filters, const Tensor& output_shape,
                        const Conv2DOptions& options) {
  OpCall call(op<"Conv2DBackpropInput">(), "conv2d_transpose", input.loc());
  call.add(output_shape).add(filters).add(input);
  return run_conv(call, options);
}

Tensor conv2d_transpose(const Operand& input, const Operand& filters, const Shape& output_shape,
                        const Conv2DOptions& options) {
  OpCall call(op<"Conv2DBackpropInput">(), "conv2d_transpose", input.loc());
  call.add_constant(runtime::int32_vector(output_shape.dims()), "input_sizes");
  call.add(filters).add(input);
  return run_conv(call, options);
}

Tensor max_pool2d(const Operand& input, const Pool2DOptions& options) {
  return run_pool(op<"MaxPool">(), "MaxPool2d", input, options);
}

Tensor avg_pool2d(const Operand& input, const Pool2DOptions& options) {
  if (options.padding == Padding::explicit_) {
    throw Error(ErrorCode::invalid_argument,
                "avg_pool2d has no explicit padding, at " + describe(input.loc()));
  }
  return run_pool(op<"AvgPool">(), "AvgPool2D", input, options);
}

FusedBatchNormResult fused_batch_norm(const Operand& x, const Operand& scale, const Operand& offset,
                                      const Operand& mean, const Operand& variance,
                                      const FusedBatchNormOptions& options) {
  OpCall call(op<"FusedBatchNormV3">(), "FusedBatchNormV3", x.loc());
  call.add(x).add(scale).add(offset).add(mean).add(variance);
  call.attr("epsilon", options.epsilon)
      .attr("is_training", options.is_training)
      .attr("exponential_avg_factor", options.exponential_avg_factor);
  std::vector<Tensor> results = call.run_all();
  return {results.at(0), results.at(1), results.at(2)};
}

Tensor batch_normalization(const Operand& x, const Operand& mean, const Operand& variance,
                           const Tensor& offset, const Tensor& scale, float variance_epsilon) {
  const NameScope scope("batchnorm");
  Tensor inverse = unary(op<"Rsqrt">(), "Rsqrt",
                         binary(op<"AddV2">(), "add", variance, Operand(variance_epsilon)));
  if (scale.has_value()) inverse = mul(inverse, scale);
  const Tensor scaled = mul(x, inverse);
  const Tensor shift = offset.has_value() ? binary(op<"Sub">(), "sub", offset, mul(mean, inverse))
                                          : mul(negative(mean), inverse);
  return binary(op<"AddV2">(), "add_1", scaled, shift);
}

Moments moments(const Operand& x, const std::vector<std::int64_t>& axes, bool keep_dims) {
  const NameScope scope("moments");
  const auto mean_of = [&](const Operand& values, std::string_view name) {
    OpCall call(op<"Mean">(), name, x.loc());
    call.add(values).add_constant(runtime::int32_vector(axes), "reduction_indices");
    return call.attr("keep_dims", true).run();
  };
  const Tensor mean = mean_of(x, "mean");
  const Tensor variance = mean_of(squared_difference(x, stop_gradient(mean)), "variance");
  if (keep_dims) return {mean, variance};
  return {squeeze(mean, axes), squeeze(variance, axes)};
}

Tensor local_response_normalization(const Operand& input, const LrnOptions& options) {
  return OpCall(op<"LRN">(), "LRN", input.loc())
      .add(input)
      .attr("depth_radius", options.depth_radius)
      .attr("bias", options.bias)
      .attr("alpha", options.alpha)
      .attr("beta", options.beta)
      .run();
}

Tensor l2_normalize(const Operand& x, const std::vector<std::int64_t>& axes, float epsilon) {
  const NameScope scope("l2_normalize");
  const Tensor sum = reduce_sum(square(x), {.axes = axes, .keep_dims = true});
  return mul(x, rsqrt(maximum(sum, epsilon)));
}

}  // namespace opscope
