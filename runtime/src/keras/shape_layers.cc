#include "opscope/keras/shape_layers.h"

#include <algorithm>

#include "keras/json.h"
#include "keras/layer_checks.h"
#include "keras/layer_state.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {
namespace {

std::string json_pair(const std::array<std::int64_t, 2>& pair) {
  return json_array({std::to_string(pair[0]), std::to_string(pair[1])});
}

std::string json_margins(const Margins2D& margins) {
  return json_array({json_pair(margins.rows), json_pair(margins.columns)});
}

void require_margins(const Layer& layer, const Margins2D& margins) {
  if (std::min({margins.rows[0], margins.rows[1], margins.columns[0], margins.columns[1]}) >= 0) {
    return;
  }
  throw Error(ErrorCode::invalid_argument,
              layer.name() + ": a margin is negative: " + json_margins(margins));
}

// What a Slice takes to leave out the margin.
Slice inner(const std::array<std::int64_t, 2>& margin) {
  if (margin[1] == 0) return {.start = margin[0]};
  return {.start = margin[0], .stop = -margin[1]};
}

}  // namespace

Permute::Permute(std::vector<std::int64_t> dims, const ShapeLayerOptions& options)
    : LayerOf("Permute", options.name), dims_(std::move(dims)) {
  state().first_input = options.input_shape;
  std::vector<std::int64_t> sorted = dims_;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (sorted[i] == static_cast<std::int64_t>(i) + 1) continue;
    throw Error(ErrorCode::invalid_argument, name() + ": the dimensions must be 1 to " +
                                                 std::to_string(sorted.size()) + " in some order");
  }
}

LayerConfig Permute::config() const {
  std::vector<std::string> dims;
  for (const std::int64_t dim : dims_) dims.push_back(std::to_string(dim));
  return {{"dims", json_array(dims)}};
}

Tensor Permute::call(const Tensor& input, bool) const {
  Axes order{0};
  order.insert(order.end(), dims_.begin(), dims_.end());
  require_rank(*this, input.shape(), static_cast<int>(order.size()));
  return transpose(input, order);
}

RepeatVector::RepeatVector(std::int64_t n, const ShapeLayerOptions& options)
    : LayerOf("RepeatVector", options.name), n_(n) {
  require_positive(*this, "the number of copies", n);
  state().first_input = options.input_shape;
}

LayerConfig RepeatVector::config() const { return {{"n", std::to_string(n_)}}; }

Tensor RepeatVector::call(const Tensor& input, bool) const {
  require_rank(*this, input.shape(), 2);
  return tile(expand_dims(input, 1), {1, n_, 1});
}

ZeroPadding2D::ZeroPadding2D(Margins2D padding, const ShapeLayerOptions& options)
    : LayerOf("ZeroPadding2D", options.name), padding_(padding) {
  require_margins(*this, padding);
  state().first_input = options.input_shape;
}

LayerConfig ZeroPadding2D::config() const {
  return {{"padding", json_margins(padding_)}, {"data_format", json_string("channels_last")}};
}

Tensor ZeroPadding2D::call(const Tensor& input, bool) const {
  require_rank(*this, input.shape(), 4);
  return pad(input, {{0, 0}, padding_.rows, padding_.columns, {0, 0}});
}

Cropping2D::Cropping2D(Margins2D cropping, const ShapeLayerOptions& options)
    : LayerOf("Cropping2D", options.name), cropping_(cropping) {
  require_margins(*this, cropping);
  state().first_input = options.input_shape;
}

LayerConfig Cropping2D::config() const {
  return {{"cropping", json_margins(cropping_)}, {"data_format", json_string("channels_last")}};
}

Tensor Cropping2D::call(const Tensor& input, bool) const {
  require_rank(*this, input.shape(), 4);
  return input[{Slice{}, inner(cropping_.rows), inner(cropping_.columns)}];
}

UpSampling2D::UpSampling2D(Size2D size, const ShapeLayerOptions& options)
    : LayerOf("UpSampling2D", options.name), size_(size) {
  require_positive(*this, "a factor", std::min(size.rows, size.columns));
  state().first_input = options.input_shape;
}

LayerConfig UpSampling2D::config() const {
  return {{"size", json_pair(size_.pair())},
          {"data_format", json_string("channels_last")},
          {"interpolation", json_string("nearest")}};
}

Tensor UpSampling2D::call(const Tensor& input, bool) const {
  require_rank(*this, input.shape(), 4);
  const Shape& shape = input.shape();
  const bool is_known = shape[1] != kAnyDim && shape[2] != kAnyDim && shape[3] != kAnyDim;
  if (!is_known) return repeat(repeat(input, size_.rows, 1), size_.columns, 2);
  const Tensor pixels = reshape(input, {kAnyDim, shape[1], 1, shape[2], 1, shape[3]});
  return reshape(tile(pixels, {1, 1, size_.rows, 1, size_.columns, 1}),
                 {kAnyDim, shape[1] * size_.rows, shape[2] * size_.columns, shape[3]});
}

}  // namespace opscope::keras
