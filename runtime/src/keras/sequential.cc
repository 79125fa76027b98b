#include "opscope/keras/sequential.h"

#include "keras/call_context.h"
#include "keras/layer_state.h"
#include "keras/model_state.h"
#include "opscope/error.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {
namespace {

KerasTensor output_of(const std::shared_ptr<InputLayer>& layer) {
  return KerasTensor(std::make_shared<const LayerCall>(LayerCall{.layer = layer,
                                                                 .inputs = {},
                                                                 .shapes = {layer->batch_shape()},
                                                                 .dtypes = {layer->dtype()}}),
                     0);
}

// What one layer more gives for what those before it give.
struct Link {
  Shape shape;
  DType dtype;
};

Link append_link(const Layer& layer, const Link& before) {
  layer.build_for({before.shape});
  const InferredOutputs outputs = infer_outputs(layer, {before.shape}, {before.dtype});
  if (outputs.shapes.size() != 1) {
    throw Error(ErrorCode::invalid_argument,
                layer.name() + " has several outputs, so it cannot be part of a Sequential");
  }
  layer.state().output_shapes = outputs.shapes;
  return {outputs.shapes[0], outputs.dtypes[0]};
}

}  // namespace

Sequential::Sequential(const ModelOptions& options) : LayerOf("Sequential", options.name) {
  model_state().is_sequential = true;
}

void Sequential::add(const KerasTensor& input) {
  const auto layer = std::dynamic_pointer_cast<InputLayer>(input.call()->layer);
  if (!layer) {
    throw Error(ErrorCode::invalid_argument,
                "add() of a KerasTensor that is not made by Input() to " + name());
  }
  append(layer);
}

void Sequential::append(const LayerPtr& layer) const {
  ModelState& model = model_state();
  if (auto input = std::dynamic_pointer_cast<InputLayer>(layer)) {
    if (model.sequence_input || !model.sequence.empty()) {
      throw Error(ErrorCode::invalid_argument,
                  name() + ": an input can only be the first of a Sequential");
    }
    model.sequence_input = output_of(input);
    track_layer(layer);
    return;
  }
  for (const LayerPtr& other : model.sequence) {
    if (other->name() != layer->name()) continue;
    throw Error(ErrorCode::invalid_argument, "all layers of " + name() +
                                                 " need names of their own; '" + layer->name() +
                                                 "' is there already");
  }
  if (!model.sequence_input && model.sequence.empty() && layer->state().first_input) {
    append(std::make_shared<InputLayer>(*layer->state().first_input));
  }
  model.sequence.push_back(layer);
  track_layer(layer);
  model.compiled.reset();
  model.predict.reset();
  if (!model.sequence_input) return;
  if (!is_built()) {
    build_for({model.sequence_input->shape()});
    return;
  }
  const CallScope scope(name(), false);
  const Shape& last = model.sequence_shapes.back();
  const Link link = append_link(*layer, {last, model.sequence_dtype});
  model.sequence_shapes.push_back(link.shape);
  model.sequence_dtype = link.dtype;
  state().output_shapes = {link.shape};
}

void Model::build_sequence(const std::vector<Shape>& inputs) const {
  ModelState& model = model_state();
  if (inputs.size() != 1) {
    throw Error(ErrorCode::invalid_argument,
                name() + " takes one input, got " + std::to_string(inputs.size()));
  }
  if (!model.sequence_input) {
    Shape example = inputs[0];
    if (example.rank() > 0) example.remove(0);
    const auto input = std::make_shared<InputLayer>(example);
    model.sequence_input = output_of(input);
    track_first_layer(input);
  }
  Link link{with_any_batch(inputs[0]), model.sequence_input->dtype()};
  model.sequence_shapes = {link.shape};
  for (const LayerPtr& layer : model.sequence) {
    link = append_link(*layer, link);
    model.sequence_shapes.push_back(link.shape);
  }
  model.sequence_dtype = link.dtype;
  state().output_shapes = {link.shape};
}

std::vector<Tensor> Model::call_sequence(std::vector<Tensor> value) const {
  if (value.size() != 1) {
    throw Error(ErrorCode::invalid_argument,
                name() + " takes one input, got " + std::to_string(value.size()));
  }
  const DType dtype = model_state().sequence_input->dtype();
  if (value[0].dtype() != dtype) value[0] = cast(value[0], dtype);
  for (const LayerPtr& layer : model_state().sequence) value = layer->apply(value);
  return value;
}

}  // namespace opscope::keras
