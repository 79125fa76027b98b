// Convolutions and pooling. Each of an operation's gradients is linear in the others' inputs, so
// that the three of them are each other's gradients.
#include "gradients/raw_op.h"

namespace opscope::runtime {
namespace {

AttrList conv_attrs(const GradientCall& c) {
  return c.attrs_named(
      {"strides", "padding", "explicit_paddings", "data_format", "dilations", "use_cudnn_on_gpu"});
}

template <OpName kInputGrad, OpName kFilterGrad>
void conv(GradientCall& c) {
  c.give(0, [&] { return raw<kInputGrad>({shape_vector(c.x(0)), c.x(1), c.dy()}, conv_attrs(c)); });
  c.give(1, [&] {
    return raw<kFilterGrad>({c.x(0), shape_vector(c.x(1)), c.dy()}, conv_attrs(c));
  });
}
// Of (input sizes, filter, dy).
template <OpName kConv, OpName kFilterGrad>
void conv_input_grad(GradientCall& c) {
  c.give(1, [&] {
    return raw<kFilterGrad>({c.dy(), shape_vector(c.x(1)), c.x(2)}, conv_attrs(c));
  });
  c.give(2, [&] { return raw<kConv>({c.dy(), c.x(1)}, conv_attrs(c)); });
}
// Of (input, filter sizes, dy).
template <OpName kConv, OpName kInputGrad>
void conv_filter_grad(GradientCall& c) {
  c.give(0, [&] { return raw<kInputGrad>({shape_vector(c.x(0)), c.dy(), c.x(2)}, conv_attrs(c)); });
  c.give(2, [&] { return raw<kConv>({c.x(0), c.dy()}, conv_attrs(c)); });
}

AttrList pool_attrs(const GradientCall& c) {
  return c.attrs_named({"ksize", "strides", "padding", "explicit_paddings", "data_format"});
}
AttrList grad_grad_attrs(const GradientCall& c) {
  return c.attrs_named({"ksize", "strides", "padding", "data_format"});
}

void max_pool(GradientCall& c) {
  c.give(0, [&] { return raw<"MaxPoolGrad">({c.x(), c.y(), c.dy()}, pool_attrs(c)); });
}
void max_pool_grad(GradientCall& c) {
  c.give(0, [&] { return zeros_like(c.x(0)); });
  c.give(1, [&] { return zeros_like(c.x(1)); });
  c.give(2, [&] { return raw<"MaxPoolGradGrad">({c.x(0), c.x(1), c.dy()}, grad_grad_attrs(c)); });
}
void max_pool_grad_grad(GradientCall& c) {
  c.give(0, [&] { return zeros_like(c.x(0)); });
  c.give(1, [&] { return zeros_like(c.x(1)); });
  c.give(2, [&] { return raw<"MaxPoolGrad">({c.x(0), c.x(1), c.dy()}, grad_grad_attrs(c)); });
}
void max_pool_v2(GradientCall& c) {
  c.give(0, [&] {
    return raw<"MaxPoolGradV2">({c.x(0), c.y(), c.dy(), c.x(1), c.x(2)},
                                c.attrs_named({"padding", "data_format"}));
  });
}
void max_pool_grad_v2(GradientCall& c) {
  c.give(0, [&] { return zeros_like(c.x(0)); });
  c.give(1, [&] { return zeros_like(c.x(1)); });
  c.give(2, [&] {
    return raw<"MaxPoolGradGradV2">({c.x(0), c.x(1), c.dy(), c.x(3), c.x(4)},
                                    c.attrs_named({"padding", "data_format"}));
  });
}
void avg_pool(GradientCall& c) {
  c.give(0, [&] { return raw<"AvgPoolGrad">({shape_vector(c.x()), c.dy()}, pool_attrs(c)); });
}
void avg_pool_grad(GradientCall& c) {
  c.give(1, [&] { return raw<"AvgPool">({c.dy()}, pool_attrs(c)); });
}

constexpr std::pair<std::string_view, GradientFn> kTable[] = {
    {"Conv2D", conv<"Conv2DBackpropInput", "Conv2DBackpropFilter">},
    {"Conv2DBackpropInput", conv_input_grad<"Conv2D", "Conv2DBackpropFilter">},
    {"Conv2DBackpropFilter", conv_filter_grad<"Conv2D", "Conv2DBackpropInput">},
    {"DepthwiseConv2dNative",
     conv<"DepthwiseConv2dNativeBackpropInput", "DepthwiseConv2dNativeBackpropFilter">},
    {"DepthwiseConv2dNativeBackpropInput",
     conv_input_grad<"DepthwiseConv2dNative", "DepthwiseConv2dNativeBackpropFilter">},
    {"DepthwiseConv2dNativeBackpropFilter",
     conv_filter_grad<"DepthwiseConv2dNative", "DepthwiseConv2dNativeBackpropInput">},
    {"MaxPool", max_pool},
    {"MaxPoolGrad", max_pool_grad},
    {"MaxPoolGradGrad", max_pool_grad_grad},
    {"MaxPoolV2", max_pool_v2},
    {"MaxPoolGradV2", max_pool_grad_v2},
    {"AvgPool", avg_pool},
    {"AvgPoolGrad", avg_pool_grad},
};

}  // namespace

GradientTable convolution_gradients() noexcept { return kTable; }

}  // namespace opscope::runtime
