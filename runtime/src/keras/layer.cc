#include "opscope/keras/layer.h"

#include <unordered_set>

#include "graph/concrete.h"
#include "graph/function_trace.h"
#include "keras/call_context.h"
#include "keras/eager_scope.h"
#include "keras/layer_state.h"
#include "opscope/error.h"
#include "opscope/keras/session.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {

CallContext& call_context() noexcept {
  thread_local CallContext context;
  return context;
}

CallScope::CallScope(std::string_view layer, bool training)
    : training_(call_context().training), length_(call_context().path.size()) {
  call_context().training = training;
  call_context().path += layer;
  call_context().path += '/';
}

CallScope::~CallScope() {
  call_context().training = training_;
  call_context().path.resize(length_);
}

Shape with_any_batch(Shape shape) {
  if (shape.rank() > 0) shape.set_dim(0, kAnyDim);
  return shape;
}

Layer::Layer(std::string_view class_name, std::string_view name)
    : Module(ExactName{name.empty() ? unique_name(class_name) : std::string(name)}),
      layer_state_(std::make_shared<LayerState>()) {
  layer_state_->name = Module::name();
  layer_state_->class_name = class_name;
  // Asked through a Module that may outlive every Layer handle.
  set_repr([state = std::weak_ptr<LayerState>(layer_state_)] {
    const auto alive = state.lock();
    if (!alive) return std::string("<Layer>");
    return "<" + alive->class_name + " name=" + alive->name +
           ", built=" + (alive->is_built ? "True" : "False") + ">";
  });
}

Layer::~Layer() = default;

const std::string& Layer::class_name() const noexcept { return layer_state_->class_name; }
bool Layer::is_built() const noexcept { return layer_state_->is_built; }
bool Layer::trainable() const noexcept { return layer_state_->is_trainable; }
const std::vector<LayerPtr>& Layer::sublayers() const noexcept { return layer_state_->sublayers; }

LayerPtr Layer::handle() const {
  throw Error(ErrorCode::failed_precondition, class_name() + " is not derived from LayerOf<" +
                                                  class_name() +
                                                  ">, so it cannot be part of a functional model");
}

void Layer::build(const Shape&) const {}

void Layer::build_all(const std::vector<Shape>& inputs) const {
  build(inputs.empty() ? Shape::unknown() : inputs.front());
}

Tensor Layer::call(const Tensor&, bool) const {
  throw Error(ErrorCode::unimplemented, class_name() + " overrides neither call() nor call_all()");
}

std::vector<Tensor> Layer::call_all(const std::vector<Tensor>& inputs, bool training) const {
  if (inputs.size() != 1) {
    throw Error(ErrorCode::invalid_argument,
                name() + " takes one input, got " + std::to_string(inputs.size()));
  }
  std::vector<Tensor> outputs;
  outputs.push_back(call(inputs.front(), training));
  return outputs;
}

void Layer::build_for(const std::vector<Shape>& inputs) const {
  if (layer_state_->is_built) return;
  const CallScope scope(name(), call_context().training);
  build_all(inputs);
  layer_state_->input_shapes.clear();
  for (const Shape& shape : inputs) layer_state_->input_shapes.push_back(with_any_batch(shape));
  layer_state_->is_built = true;
}

void Layer::add_weight(const Weight& slot, std::string_view name, const Shape& shape,
                       const WeightOptions& options) const {
  const EagerScope eager;
  const Tensor initial = cast(options.initializer(shape), options.dtype);
  if (!(initial.shape() == shape)) {
    throw Error(ErrorCode::invalid_argument,
                this->name() + ": the initial value of " + std::string(name) + " has shape " +
                    initial.shape().to_string() + ", not " + shape.to_string());
  }
  const Variable variable(
      initial, {.name = this->name() + "/" + std::string(name), .trainable = options.trainable});
  track(variable);
  slot.emplace(variable);
  layer_state_->weights.push_back(
      {variable, call_context().path + std::string(name), options.trainable, options.regularizer});
}

void Layer::track_layer(const LayerPtr& layer) const {
  layer_state_->sublayers.push_back(layer);
  add_submodule(*layer);
}

void Layer::track_first_layer(const LayerPtr& layer) const {
  layer_state_->sublayers.insert(layer_state_->sublayers.begin(), layer);
  add_first_submodule(*layer);
}

std::vector<Tensor> Layer::run(std::vector<Tensor> inputs, const CallOptions& options) const {
  const bool training = options.training.value_or(call_context().training);
  if (!is_built()) {
    std::vector<Shape> shapes;
    for (const Tensor& input : inputs) shapes.push_back(input.shape());
    build_for(shapes);
  }
  const NameScope scope(name());
  if (casts_inputs()) {
    for (Tensor& input : inputs) {
      const DType dtype = input.dtype();
      const bool is_number = is_floating(dtype) || is_integer(dtype) || dtype == DType::boolean;
      if (dtype != DType::float32 && is_number) input = cast(input, DType::float32);
    }
  }
  const CallScope call_scope(name(), training);
  std::vector<Tensor> outputs = call_all(inputs, training);
  if (layer_state_->output_shapes.empty()) {
    for (const Tensor& output : outputs) {
      layer_state_->output_shapes.push_back(with_any_batch(output.shape()));
    }
  }
  return outputs;
}

namespace {

Tensor single(const std::string& name, std::vector<Tensor> outputs) {
  if (outputs.size() != 1) {
    throw Error(ErrorCode::invalid_argument,
                name + " has " + std::to_string(outputs.size()) + " outputs: call apply()");
  }
  return std::move(outputs.front());
}

}  // namespace

Tensor Layer::operator()(const Tensor& input, const CallOptions& options) const {
  return single(name(), run({input}, options));
}

Tensor Layer::operator()(const std::vector<Tensor>& inputs, const CallOptions& options) const {
  return single(name(), run(inputs, options));
}

std::vector<Tensor> Layer::apply(const std::vector<Tensor>& inputs,
                                 const CallOptions& options) const {
  return run(inputs, options);
}

InferredOutputs infer_outputs(const Layer& layer, const std::vector<Shape>& shapes,
                              const std::vector<DType>& dtypes) {
  const EagerScope eager;
  std::vector<TensorSpec> specs;
  for (std::size_t i = 0; i < shapes.size(); ++i) specs.push_back({shapes[i], dtypes[i], ""});
  const auto body = [&](std::span<Tensor> symbols) {
    runtime::TraceResult result;
    result.tensors = layer.apply(std::vector<Tensor>(symbols.begin(), symbols.end()));
    return result;
  };
  const runtime::TracedFunction traced =
      runtime::trace_function(layer.name(), specs, runtime::TraceBody(body), true);
  InferredOutputs outputs;
  for (const TensorSpec& spec : traced.concrete->outputs()) {
    outputs.shapes.push_back(spec.shape);
    outputs.dtypes.push_back(spec.dtype);
  }
  return outputs;
}

std::vector<Shape> Layer::compute_output_shapes(const std::vector<Shape>& inputs) const {
  build_for(inputs);
  return infer_outputs(*this, inputs, std::vector<DType>(inputs.size(), DType::float32)).shapes;
}

std::vector<KerasTensor> Layer::connect(const std::vector<KerasTensor>& inputs,
                                        bool is_list) const {
  std::vector<Shape> shapes;
  std::vector<DType> dtypes;
  for (const KerasTensor& input : inputs) {
    shapes.push_back(input.shape());
    dtypes.push_back(input.dtype());
  }
  build_for(shapes);
  InferredOutputs outputs = infer_outputs(*this, shapes, dtypes);
  const auto call = std::make_shared<const LayerCall>(LayerCall{.layer = handle(),
                                                                .inputs = inputs,
                                                                .shapes = outputs.shapes,
                                                                .dtypes = outputs.dtypes,
                                                                .index = layer_state_->call_count++,
                                                                .takes_list = is_list});
  std::vector<KerasTensor> results;
  for (std::size_t i = 0; i < call->shapes.size(); ++i) results.emplace_back(call, i);
  return results;
}

KerasTensor Layer::operator()(const KerasTensor& input) const {
  return connect({input}, false).front();
}

KerasTensor Layer::operator()(const std::vector<KerasTensor>& inputs) const {
  return connect(inputs, true).front();
}

std::vector<KerasTensor> Layer::apply(const std::vector<KerasTensor>& inputs) const {
  return connect(inputs, inputs.size() != 1);
}

const Shape& KerasTensor::shape() const noexcept { return call_->shapes[output_]; }
DType KerasTensor::dtype() const noexcept { return call_->dtypes[output_]; }
const std::string& KerasTensor::layer_name() const noexcept { return call_->layer->name(); }

std::string repr(const Layer& layer) {
  return "<" + layer.class_name() + " name=" + layer.name() +
         ", built=" + (layer.is_built() ? "True" : "False") + ">";
}

std::string repr(const std::vector<LayerPtr>& layers) {
  std::string text = "[";
  for (const LayerPtr& layer : layers) {
    if (text.size() > 1) text += ", ";
    text += repr(*layer);
  }
  return text + "]";
}

}  // namespace opscope::keras
