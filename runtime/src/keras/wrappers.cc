#include "opscope/keras/wrappers.h"

#include "keras/json.h"
#include "keras/layer_checks.h"
#include "keras/model_json.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {
namespace {

constexpr std::string_view name_of(MergeMode mode) {
  switch (mode) {
    case MergeMode::concat:
      return "concat";
    case MergeMode::sum:
      return "sum";
    case MergeMode::mul:
      return "mul";
    case MergeMode::ave:
      return "ave";
  }
  return "concat";
}

// One step of such sequences.
Shape shape_of_step(const Layer& layer, const Shape& input) {
  if (input.rank() < 3) {
    throw Error(
        ErrorCode::invalid_argument,
        layer.name() + " takes sequences [batch, steps, ...]; got inputs " + input.to_string());
  }
  Shape step;
  for (int i = 0; i < input.rank(); ++i) {
    if (i != 1) step.insert(step.rank(), i == 0 ? kAnyDim : input[i]);
  }
  return step;
}

// The steps of all sequences, one after the other.
Tensor all_steps(const Tensor& x, const Shape& step) {
  int unknown = 0;
  for (int i = 0; i < step.rank(); ++i) unknown += step[i] == kAnyDim ? 1 : 0;
  if (unknown <= 1) return reshape(x, step);
  const Tensor rest = opscope::shape(x)[Slice{.start = 2}];
  return reshape(x, concat({opscope::constant({-1}), rest}, 0));
}

// As sequences again: as many as x has.
Tensor as_sequences(const Tensor& steps, const Tensor& x) {
  const Tensor begin = opscope::shape(x)[Slice{0, 2}];
  const Tensor rest = opscope::shape(steps)[Slice{.start = 1}];
  const Tensor y = reshape(steps, concat({begin, rest}, 0));
  Shape shape{x.shape()[0], x.shape()[1]};
  for (int i = 1; i < steps.shape().rank(); ++i) shape.insert(i + 1, steps.shape()[i]);
  return ensure_shape(y, shape);
}

}  // namespace

TimeDistributed::TimeDistributed(LayerPtr layer, const WrapperOptions& options)
    : LayerOf("TimeDistributed", options.name), layer_(std::move(layer)) {
  track_layer(layer_);
}

LayerConfig TimeDistributed::config() const { return {{"layer", json_layer(*layer_)}}; }

void TimeDistributed::build(const Shape& input) const {
  layer_->build_for({shape_of_step(*this, input)});
}

Tensor TimeDistributed::call(const Tensor& input, bool training) const {
  const Tensor steps = all_steps(input, shape_of_step(*this, input.shape()));
  return as_sequences((*layer_)(steps, {.training = training}), input);
}

Bidirectional::Bidirectional(LayerPtr forward, LayerPtr backward, bool returns_sequences,
                             const BidirectionalOptions& options)
    : LayerOf("Bidirectional", options.name),
      forward_(std::move(forward)),
      backward_(std::move(backward)),
      returns_sequences_(returns_sequences),
      merge_mode_(options.merge_mode) {
  track_layer(forward_);
  track_layer(backward_);
}

LayerConfig Bidirectional::config() const {
  return {{"merge_mode", json_string(name_of(merge_mode_))},
          {"layer", json_layer(*forward_)},
          {"backward_layer", json_layer(*backward_)}};
}

void Bidirectional::build(const Shape& input) const {
  forward_->build_for({input});
  backward_->build_for({input});
}

Tensor Bidirectional::call(const Tensor& input, bool training) const {
  const Tensor ahead = (*forward_)(input, {.training = training});
  Tensor back = (*backward_)(input, {.training = training});
  if (returns_sequences_) back = reverse(back, {1});
  switch (merge_mode_) {
    case MergeMode::concat:
      return concat({ahead, back}, -1);
    case MergeMode::sum:
      return ahead + back;
    case MergeMode::mul:
      return ahead * back;
    case MergeMode::ave:
      return (ahead + back) / 2.f;
  }
  return ahead;
}

}  // namespace opscope::keras
