#include "opscope/keras/model.h"

#include "keras/layer_state.h"
#include "keras/model_state.h"
#include "opscope/error.h"
#include "opscope/keras/layers.h"

namespace opscope::keras {

Model::Model(std::string_view class_name, std::string_view name)
    : LayerOf(class_name, name), model_state_(std::make_shared<ModelState>()) {}

Model::Model(const KerasTensor& input, const KerasTensor& output, const ModelOptions& options)
    : Model(std::vector{input}, std::vector{output}, options) {}

Model::Model(const std::vector<KerasTensor>& inputs, const std::vector<KerasTensor>& outputs,
             const ModelOptions& options)
    : Model("Functional", options.name) {
  model_state_->functional = make_functional_graph(inputs, outputs);
  for (const LayerPtr& layer : model_state_->functional->layers) track_layer(layer);
  for (const KerasTensor& input : inputs) state().input_shapes.push_back(input.shape());
  for (const KerasTensor& output : outputs) state().output_shapes.push_back(output.shape());
  state().is_built = true;
}

std::vector<LayerPtr> Model::layers() const {
  return model_state_->is_sequential ? model_state_->sequence : sublayers();
}

Layer& Model::get_layer(std::string_view name) const {
  std::string names;
  for (const LayerPtr& layer : layers()) {
    if (layer->name() == name) return *layer;
    names += (names.empty() ? "" : ", ") + layer->name();
  }
  throw Error(ErrorCode::invalid_argument,
              this->name() + " has no layer '" + std::string(name) + "'; it has: " + names);
}

Layer& Model::get_layer(std::size_t index) const {
  const std::vector<LayerPtr> all = layers();
  if (index >= all.size()) {
    throw Error(ErrorCode::invalid_argument, name() + " has " + std::to_string(all.size()) +
                                                 " layers, none of index " + std::to_string(index));
  }
  return *all[index];
}

// The layers of other models are built by the first call.
void Model::build_all(const std::vector<Shape>& inputs) const {
  if (model_state_->is_sequential) build_sequence(inputs);
}

std::vector<Tensor> Model::call_all(const std::vector<Tensor>& inputs, bool training) const {
  if (model_state_->functional) return run_functional(*model_state_->functional, inputs);
  if (model_state_->is_sequential) return call_sequence(inputs);
  return Layer::call_all(inputs, training);
}

bool Model::is_compiled() const noexcept { return model_state_->compiled != nullptr; }

const Optimizer& Model::optimizer() const {
  if (!is_compiled()) {
    throw Error(ErrorCode::failed_precondition, name() + " is not compiled: it has no optimizer");
  }
  return *model_state_->compiled->optimizer;
}

void Model::stop_training() const noexcept { model_state_->should_stop = true; }

std::int64_t Model::train_trace_count() const noexcept {
  const bool is_traced = is_compiled() && model_state_->compiled->train_step;
  return is_traced ? model_state_->compiled->train_step->trace_count() : 0;
}

void Model::reset_metrics() const {
  if (!is_compiled()) return;
  const Compiled& compiled = *model_state_->compiled;
  compiled.loss_tracker.reset_state();
  for (const Mean& loss : compiled.output_losses) loss.reset_state();
  for (const Metric& metric : compiled.metrics) metric.reset_state();
}

}  // namespace opscope::keras
