// Shape functions of neural-network ops, strings, variables, lists and control flow.
#include <string>

#include "ops/bindings.h"
#include "ops/shape_util.h"

namespace opscope::runtime {
namespace {
void bias_add(ShapeContext& context) {
  Shape value = context.with_rank_at_least(0, 2);
  const Shape bias = context.with_rank(1, 1);
  if (!value.has_rank()) return;
  // BiasAddV1 has no format: the channels are last.
  const bool is_first = context.spec().find_attr("data_format") != nullptr &&
                        context.attr_string("data_format") == "NCHW";
  const int axis = is_first ? 1 : value.rank() - 1;
  if (value[axis] != kAnyDim && bias[0] != kAnyDim && value[axis] != bias[0]) {
    context.invalid("Dimensions must be equal, but are " + std::to_string(value[axis]) + " and " +
                    std::to_string(bias[0]));
  }
  if (value[axis] == kAnyDim) value.set_dim(axis, bias[0]);
  context.set_output(0, value);
}

void bias_add_grad(ShapeContext& context) {
  const Shape value = context.with_rank_at_least(0, 2);
  const bool channels_first = context.attr_string("data_format") == "NCHW";
  context.set_output(0,
                     {value.has_rank() ? value[channels_first ? 1 : value.rank() - 1] : kAnyDim});
}

void sparse_cross_entropy(ShapeContext& context) {
  const Shape features = context.with_rank(0, 2);
  const Shape labels = context.with_rank(1, 1);
  const Shape rows = merge_checked(context, Shape({features[0]}), labels);
  context.set_output(0, rows);
  context.set_output(1, {rows[0], features[1]});
}

void cross_entropy(ShapeContext& context) {
  const Shape& logits = context.input(0);
  const Shape& labels = context.input(1);
  const Shape shape =
      (logits.rank() == 2 || !logits.has_rank()) && logits.is_compatible_with(labels)
          ? merge_checked(context, context.with_rank(0, 2), labels)
          : broadcast_checked(context, logits, labels);
  if (shape.rank() != 2) context.invalid("Shape must be broadcasted with rank 2");
  context.set_output(0, {shape[0]});
  context.set_output(1, shape);
}

// The output size of a window over one dimension.
std::int64_t window_output(ShapeContext& context, std::int64_t in, std::int64_t window,
                           std::int64_t stride, std::int64_t dilation, std::int64_t before,
                           std::int64_t after) {
  if (stride <= 0 || dilation <= 0) context.invalid("strides and dilations must be positive");
  const std::string_view padding = context.attr_string("padding");
  if (in == kAnyDim) return kAnyDim;
  if (padding == "SAME") return in / stride + (in % stride != 0 ? 1 : 0);
  if (window == kAnyDim) return kAnyDim;
  if (window < 0 || window > (std::int64_t{1} << 40) || dilation > (std::int64_t{1} << 20)) {
    context.invalid("the window's size is out of range");
  }
  const std::int64_t effective = (window - 1) * dilation + 1;
  const std::int64_t padded = padding == "EXPLICIT" ? in + before + after : in;
  if (padded < effective) {
    context.invalid("Computed output size would be negative: " + std::to_string(padded) +
                    " in, window " + std::to_string(effective));
  }
  return (padded - effective) / stride + 1;
}

// What a window op does with the two spatial dimensions.
struct Window {
  std::int64_t rows;
  std::int64_t columns;
  std::int64_t channels;
  std::span<const std::int64_t> dilations;
  std::span<const std::int64_t> strides = {};  // empty: the attribute
};

void set_window_output(ShapeContext& context, const Shape& in, const Window& window) {
  const bool channels_first = context.attr_string("data_format") == "NCHW";
  const auto strides = window.strides.empty() ? context.attr_ints("strides") : window.strides;
  if (strides.size() != 4) context.invalid("strides must have four entries");
  const auto explicit_paddings = context.spec().find_attr("explicit_paddings") != nullptr
                                     ? context.attr_ints("explicit_paddings")
                                     : std::span<const std::int64_t>();
  if (context.attr_string("padding") == "EXPLICIT" && explicit_paddings.size() != 8) {
    context.invalid("explicit_paddings must have eight entries");
  }
  Shape out = in;
  out.set_dim(channels_first ? 1 : 3, window.channels);
  for (int spatial = 0; spatial < 2; ++spatial) {
    const int axis = (channels_first ? 2 : 1) + spatial;
    const auto at = static_cast<std::size_t>(axis);
    const std::int64_t size = spatial == 0 ? window.rows : window.columns;
    const std::int64_t dilation = window.dilations.size() == 4 ? window.dilations[at] : 1;
    const bool padded = explicit_paddings.size() == 8;
    out.set_dim(axis, window_output(context, in[axis], size, strides[at], dilation,
                                    padded ? explicit_paddings[2 * at] : 0,
                                    padded ? explicit_paddings[2 * at + 1] : 0));
  }
  context.set_output(0, out);
}

void conv2d(ShapeContext& context) {
  const Shape in = context.with_rank(0, 4);
  const Shape filter = context.with_rank(1, 4);
  const bool channels_first = context.attr_string("data_format") == "NCHW";
  const std::int64_t depth = in[channels_first ? 1 : 3];
  if (depth != kAnyDim && filter[2] != kAnyDim && (filter[2] == 0 || depth % filter[2] != 0)) {
    context.invalid("Depth of input (" + std::to_string(depth) +
                    ") is not a multiple of input depth of filter (" + std::to_string(filter[2]) +
                    ")");
  }
  set_window_output(context, in,
                    {.rows = filter[0],
                     .columns = filter[1],
                     .channels = filter[3],
                     .dilations = context.attr_ints("dilations")});
}

void depthwise_conv2d(ShapeContext& context) {
  const Shape in = context.with_rank(0, 4);
  const Shape filter = context.with_rank(1, 4);
  const bool channels_first = context.attr_string("data_format") == "NCHW";
  const std::int64_t depth = in[channels_first ? 1 : 3];
  if (depth != kAnyDim && filter[2] != kAnyDim && depth != filter[2]) {
    context.invalid("Dimensions must be equal, but are " + std::to_string(depth) + " and " +
                    std::to_string(filter[2]));
  }
  const std::int64_t multiplicand = depth != kAnyDim ? depth : filter[2];
  const bool known = multiplicand != kAnyDim && filter[3] != kAnyDim;
  constexpr std::int64_t kMost = std::int64_t{1} << 31;
  if (known && (multiplicand > kMost || filter[3] > kMost)) {
    context.invalid("the filter is too large");
  }
  set_window_output(context, in,
                    {.rows = filter[0],
                     .columns = filter[1],
                     .channels = known ? multiplicand * filter[3] : kAnyDim,
                     .dilations = context.attr_ints("dilations")});
}

void in_top_k(ShapeContext& context) {
  const Shape predictions = context.with_rank(0, 2);
  const Shape targets = context.with_rank(1, 1);
  context.set_output(0, merge_checked(context, Shape({predictions[0]}), targets));
}

void pool(ShapeContext& context) {
  const Shape in = context.with_rank(0, 4);
  const auto ksize = context.attr_ints("ksize");
  if (ksize.size() != 4) context.invalid("ksize must have four entries");
  const bool channels_first = context.attr_string("data_format") == "NCHW";
  set_window_output(context, in,
                    {.rows = ksize[channels_first ? 2 : 1],
                     .columns = ksize[channels_first ? 3 : 2],
                     .channels = in[channels_first ? 1 : 3],
                     .dilations = {}});
}

// The sizes of the windows are inputs.
void pool_v2(ShapeContext& context) {
  const Shape in = context.with_rank(0, 4);
  const auto ksize = context.input_as_ints(context.num_inputs() - 2);
  const auto strides = context.input_as_ints(context.num_inputs() - 1);
  if (!ksize || !strides) return;
  if (ksize->size() != 4) context.invalid("ksize must have four entries");
  const bool channels_first = context.attr_string("data_format") == "NCHW";
  set_window_output(context, in,
                    {.rows = (*ksize)[channels_first ? 2 : 1],
                     .columns = (*ksize)[channels_first ? 3 : 2],
                     .channels = in[channels_first ? 1 : 3],
                     .dilations = {},
                     .strides = *strides});
}

// Of (input, output, gradient of the input's gradient).
void pool_grad_grad(ShapeContext& context) {
  context.spec().find_attr("ksize") != nullptr ? pool(context) : pool_v2(context);
  static_cast<void>(merge_checked(context, context.input(0), context.input(2)));
  static_cast<void>(merge_checked(context, context.input(1), context.output(0)));
}

void lrn_grad(ShapeContext& context) {
  Shape shape = merge_checked(context, context.with_rank(0, 4), context.with_rank(1, 4));
  context.set_output(0, merge_checked(context, shape, context.with_rank(2, 4)));
}

void from_sizes_input0(ShapeContext& context) { context.set_output(0, context.input_as_shape(0)); }
void from_sizes_input1(ShapeContext& context) { context.set_output(0, context.input_as_shape(1)); }

void batch_norm(ShapeContext& context) {
  const Shape x = context.input(0);
  context.set_output(0, x);
  if (!x.has_rank() || x.rank() == 0) return;
  const bool channels_first = context.attr_string("data_format").substr(0, 2) == "NC";
  const std::int64_t channels = x[channels_first ? 1 : x.rank() - 1];
  for (std::size_t i = 1; i < 5; ++i) context.set_output(i, {channels});
}

void batch_norm_grad(ShapeContext& context) {
  const Shape x = merge_checked(context, context.input(0), context.input(1));
  context.set_output(0, x);
  for (std::size_t i = 1; i < 3; ++i) context.set_output(i, context.input(2));
  for (std::size_t i = 3; i < 5; ++i) context.set_output(i, {0});
}

void string_join(ShapeContext& context) {
  bool all_scalars = true;
  Shape shape = Shape::unknown();
  for (std::size_t i = 0; i < context.num_inputs(); ++i) {
    all_scalars = all_scalars && context.input(i).rank() == 0;
    if (context.input(i).rank() > 0) shape = merge_checked(context, shape, context.input(i));
  }
  context.set_output(0, all_scalars ? Shape() : shape);
}

void string_split(ShapeContext& context) {
  static_cast<void>(context.with_rank(0, 1));
  static_cast<void>(context.with_rank(1, 0));
  context.set_output(0, {kAnyDim, 2});
  context.set_output(1, {kAnyDim});
  context.set_output(2, {2});
}

void decode_raw(ShapeContext& context) {
  Shape shape = context.input(0);
  if (!shape.has_rank()) return;
  shape.append(kAnyDim);
  context.set_output(0, shape);
}

void substr(ShapeContext& context) {
  static_cast<void>(merge_checked(context, context.input(1), context.input(2)));
  context.set_output(0, broadcast_checked(context, context.input(0), context.input(1)));
}

// One input for each placeholder.
void string_format(ShapeContext& context) {
  const std::string_view text = context.attr_string("template");
  const std::string_view placeholder = context.attr_string("placeholder");
  std::size_t count = 0;
  for (std::size_t at = 0; !placeholder.empty(); ++count, at += placeholder.size()) {
    at = text.find(placeholder, at);
    if (at == std::string_view::npos) break;
  }
  if (count != context.num_inputs()) {
    context.invalid("num placeholders in template and num inputs must match: " +
                    std::to_string(count) + " vs. " + std::to_string(context.num_inputs()));
  }
  context.set_output(0, Shape());
}

void handle(ShapeContext& context) { context.set_output(0, Shape()); }

void tensor_list_pop(ShapeContext& context) {
  context.set_output(0, Shape());
  context.set_output(1, context.input_as_shape(1));
}

void tensor_list_get(ShapeContext& context) { context.set_output(0, context.input_as_shape(2)); }

void tensor_list_gather(ShapeContext& context) {
  Shape shape = context.input_as_shape(2);
  const Shape& indices = context.input(1);
  if (!shape.has_rank() || !indices.has_rank()) return;
  shape.insert(0, known_elements(indices));
  context.set_output(0, shape);
}

void tensor_list_stack(ShapeContext& context) {
  Shape shape = context.input_as_shape(1);
  if (!shape.has_rank()) return;
  shape.insert(0,
               context.attr_int("num_elements") < 0 ? kAnyDim : context.attr_int("num_elements"));
  context.set_output(0, shape);
}

// Shapes the node carries, else what `fallback` gives.
bool from_output_shapes(ShapeContext& context) {
  const AttrValue* value = context.attrs().find("output_shapes");
  const auto* shapes = value != nullptr ? value->get_if<std::vector<Shape>>() : nullptr;
  if (shapes == nullptr || shapes->size() != context.num_outputs()) return false;
  for (std::size_t i = 0; i < shapes->size(); ++i) context.set_output(i, (*shapes)[i]);
  return true;
}

void while_loop(ShapeContext& context) {
  if (from_output_shapes(context)) return;
  for (std::size_t i = 0; i < context.num_outputs(); ++i) context.set_output(i, context.input(i));
}

void branches(ShapeContext& context) { static_cast<void>(from_output_shapes(context)); }

void merge(ShapeContext& context) {
  Shape shape = context.input(0);
  for (std::size_t i = 1; i < context.num_inputs(); ++i) shape = shape.relax_with(context.input(i));
  context.set_output(0, shape);
  context.set_output(1, Shape());
}

void switch_op(ShapeContext& context) {
  context.set_output(0, context.input(0));
  context.set_output(1, context.input(0));
}

constexpr ShapeBinding kBindings[] = {
    {"BiasAdd", bias_add},
    {"BiasAddV1", bias_add},
    {"BiasAddGrad", bias_add_grad},
    {"SparseSoftmaxCrossEntropyWithLogits", sparse_cross_entropy},
    {"SoftmaxCrossEntropyWithLogits", cross_entropy},
    {"Conv2D", conv2d},
    {"Conv2DBackpropInput", from_sizes_input0},
    {"Conv2DBackpropFilter", from_sizes_input1},
    {"DepthwiseConv2dNative", depthwise_conv2d},
    {"DepthwiseConv2dNativeBackpropInput", from_sizes_input0},
    {"DepthwiseConv2dNativeBackpropFilter", from_sizes_input1},
    {"LRN", unchanged_shape},
    {"LRNGrad", lrn_grad},
    {"MaxPoolV2", pool_v2},
    {"MaxPoolGradV2",
     [](ShapeContext& context) { context.set_output(0, context.with_rank(0, 4)); }},
    {"MaxPoolGradGrad", pool_grad_grad},
    {"MaxPoolGradGradV2", pool_grad_grad},
    {"InTopKV2", in_top_k},
    {"MaxPool", pool},
    {"AvgPool", pool},
    {"MaxPoolGrad", unchanged_shape},
    {"AvgPoolGrad", from_sizes_input0},
    {"FusedBatchNormV3", batch_norm},
    {"FusedBatchNormGradV3", batch_norm_grad},
    {"StringJoin", string_join},
    {"DecodeRaw", decode_raw},
    {"StringSplitV2", string_split},
    {"Substr", substr},
    {"StringFormat", string_format},
    {"VarHandleOp", handle},
    {"VarIsInitializedOp", scalar_shape},
    {"TensorListReserve", handle},
    {"EmptyTensorList", handle},
    {"TensorListPushBack", handle},
    {"TensorListSetItem", handle},
    {"TensorListFromTensor", handle},
    {"TensorListPopBack", tensor_list_pop},
    {"TensorListGetItem", tensor_list_get},
    {"TensorListGather", tensor_list_gather},
    {"TensorListScatterV2", handle},
    {"TensorListScatterIntoExistingList", handle},
    {"TensorListStack", tensor_list_stack},
    {"While", while_loop},
    {"StatelessWhile", while_loop},
    {"If", branches},
    {"StatelessIf", branches},
    {"Case", branches},
    {"Merge", merge},
    {"Switch", switch_op},
};
}  // namespace

ShapeBindings network_shapes() { return kBindings; }

}  // namespace opscope::runtime
