// Models as Keras's to_json() writes them.
#include "keras/model_json.h"

#include "keras/json.h"
#include "keras/layer_state.h"
#include "keras/model_state.h"
#include "opscope/error.h"
#include "opscope/keras/layers.h"

namespace opscope::keras {
namespace {

std::string dtype_policy() {
  return json_registered("keras", "DTypePolicy", json_object({{"name", json_string("float32")}}));
}

std::string model_config(const Model& model);

// What to_json() says of the calls of a layer besides their inputs.
enum class Keywords : char { none, mask, training, training_and_mask };

struct KerasClass {
  std::string_view name;
  bool keeps_shape;  // those that have a build() of their own
  Keywords keywords = Keywords::none;
};

const KerasClass* keras_class(const Layer& layer) {
  static constexpr KerasClass kClasses[] = {{"InputLayer", false},
                                            {"Activation", false},
                                            {"ReLU", false},
                                            {"LeakyReLU", false},
                                            {"ELU", false},
                                            {"PReLU", true},
                                            {"Softmax", false, Keywords::mask},
                                            {"Dense", true},
                                            {"Embedding", true},
                                            {"Dropout", false, Keywords::training},
                                            {"Flatten", true},
                                            {"Reshape", false},
                                            {"Permute", true},
                                            {"RepeatVector", true},
                                            {"ZeroPadding2D", true},
                                            {"Cropping2D", true},
                                            {"UpSampling2D", true},
                                            {"Lambda", true, Keywords::mask},
                                            {"Add", true},
                                            {"Subtract", true},
                                            {"Multiply", true},
                                            {"Average", true},
                                            {"Maximum", true},
                                            {"Minimum", true},
                                            {"Dot", true},
                                            {"Concatenate", true},
                                            {"Conv1D", true},
                                            {"Conv2D", true},
                                            {"DepthwiseConv2D", true},
                                            {"SeparableConv2D", true},
                                            {"Conv2DTranspose", true},
                                            {"MaxPooling1D", false},
                                            {"AveragePooling1D", false},
                                            {"GlobalAveragePooling1D", false, Keywords::mask},
                                            {"GlobalMaxPooling1D", false},
                                            {"MaxPooling2D", false},
                                            {"AveragePooling2D", false},
                                            {"GlobalAveragePooling2D", false},
                                            {"GlobalMaxPooling2D", false},
                                            {"BatchNormalization", true, Keywords::mask},
                                            {"LayerNormalization", true},
                                            {"SimpleRNN", true, Keywords::training_and_mask},
                                            {"LSTM", true, Keywords::training_and_mask},
                                            {"GRU", true, Keywords::training_and_mask},
                                            {"TimeDistributed", true, Keywords::mask},
                                            {"Bidirectional", true, Keywords::mask}};
  for (const KerasClass& each : kClasses) {
    if (layer.class_name() == each.name) return &each;
  }
  return nullptr;
}

bool is_of_keras(const Layer& layer) { return keras_class(layer) != nullptr; }

std::string layer_config(const Layer& layer) {
  JsonFields fields;
  if (layer.class_name() != "InputLayer") {
    fields = {{"name", json_string(layer.name())},
              {"trainable", json_bool(layer.trainable())},
              {"dtype", dtype_policy()}};
  }
  for (const auto& field : layer.config()) fields.push_back(field);
  return json_object(fields);
}

bool has_build_config(const Layer& layer) {
  const KerasClass* of_keras = keras_class(layer);
  return (of_keras == nullptr || of_keras->keeps_shape) && !layer.state().input_shapes.empty();
}

std::string build_config(const Layer& layer) {
  const std::vector<Shape>& shapes = layer.state().input_shapes;
  std::vector<std::string> texts;
  for (const Shape& shape : shapes) texts.push_back(json_shape(shape));
  return json_object({{"input_shape", texts.size() == 1 ? texts[0] : json_array(texts)}});
}

JsonFields layer_fields(const Layer& layer) {
  if (const auto* model = dynamic_cast<const Model*>(&layer)) {
    const bool is_sequential = model->class_name() == "Sequential";
    return {{"module", json_string(is_sequential ? "keras" : "keras.src.models.functional")},
            {"class_name", json_string(model->class_name())},
            {"config", model_config(*model)},
            {"registered_name", is_sequential ? "null" : json_string(model->class_name())}};
  }
  JsonFields fields{
      {"module", is_of_keras(layer) ? json_string("keras.layers") : "null"},
      {"class_name", json_string(layer.class_name())},
      {"config", layer_config(layer)},
      {"registered_name", is_of_keras(layer) ? "null" : json_string(layer.class_name())}};
  if (has_build_config(layer)) fields.emplace_back("build_config", build_config(layer));
  return fields;
}

std::string history_json(const KerasTensor& tensor) {
  return json_array({json_string(tensor.layer_name()), std::to_string(tensor.call()->index),
                     std::to_string(tensor.output())});
}

std::string argument_json(const KerasTensor& tensor) {
  return json_object({{"class_name", json_string("__keras_tensor__")},
                      {"config", json_object({{"shape", json_shape(tensor.shape())},
                                              {"dtype", json_string(dtype_name(tensor.dtype()))},
                                              {"keras_history", history_json(tensor)}})}});
}

std::string keyword_json(const Layer& layer) {
  const KerasClass* of_keras = keras_class(layer);
  switch (of_keras == nullptr ? Keywords::none : of_keras->keywords) {
    case Keywords::none:
      return "{}";
    case Keywords::mask:
      return json_object({{"mask", "null"}});
    case Keywords::training:
      return json_object({{"training", "false"}});
    case Keywords::training_and_mask:
      return json_object({{"training", "false"}, {"mask", "null"}});
  }
  return "{}";
}

std::string inbound_nodes(const FunctionalGraph& graph, const Layer& layer) {
  std::vector<std::string> nodes;
  for (const auto& call : graph.calls) {
    if (&call->layer->state() != &layer.state() || call->inputs.empty()) continue;
    std::vector<std::string> arguments;
    for (const KerasTensor& input : call->inputs) arguments.push_back(argument_json(input));
    nodes.push_back(json_object(
        {{"args", json_array(call->takes_list ? std::vector{json_array(arguments)} : arguments)},
         {"kwargs", keyword_json(layer)}}));
  }
  return json_array(nodes);
}

// One as "[name, 0, 0]", several as a list of these.
std::string ends_json(const std::vector<KerasTensor>& tensors) {
  if (tensors.size() == 1) return history_json(tensors[0]);
  std::vector<std::string> all;
  for (const KerasTensor& tensor : tensors) all.push_back(history_json(tensor));
  return json_array(all);
}

std::string functional_config(const Model& model, const FunctionalGraph& graph) {
  std::vector<std::string> layers;
  for (const LayerPtr& layer : graph.layers) {
    JsonFields fields = layer_fields(*layer);
    fields.emplace_back("name", json_string(layer->name()));
    fields.emplace_back("inbound_nodes", inbound_nodes(graph, *layer));
    layers.push_back(json_object(fields));
  }
  return json_object({{"name", json_string(model.name())},
                      {"trainable", json_bool(model.trainable())},
                      {"layers", json_array(layers)},
                      {"input_layers", ends_json(graph.inputs)},
                      {"output_layers", ends_json(graph.outputs)}});
}

std::string sequential_config(const Model& model) {
  std::vector<std::string> layers;
  for (const LayerPtr& layer : model.sublayers())
    layers.push_back(json_object(layer_fields(*layer)));
  JsonFields fields{{"name", json_string(model.name())},
                    {"trainable", json_bool(model.trainable())},
                    {"dtype", dtype_policy()},
                    {"layers", json_array(layers)}};
  if (!model.state().input_shapes.empty()) {
    fields.emplace_back("build_input_shape", json_shape(model.state().input_shapes[0]));
  }
  return json_object(fields);
}

std::string model_config(const Model& model) {
  if (const auto& graph = model.model_state().functional) return functional_config(model, *graph);
  if (model.class_name() == "Sequential") return sequential_config(model);
  throw Error(ErrorCode::unimplemented, model.name() + " of the class " + model.class_name() +
                                            " has no JSON: only Sequential and functional models "
                                            "have");
}

std::string compile_config(const Model& model) {
  const Compiled* compiled = model.model_state().compiled.get();
  if (compiled == nullptr) return "{}";
  const Optimizer& optimizer = *compiled->optimizer;
  std::vector<std::string> metrics;
  for (const Metric& metric : compiled->metrics) metrics.push_back(json_string(metric.name()));
  std::vector<std::string> losses;
  for (const Loss& loss : compiled->losses) losses.push_back(json_string(loss.name()));
  return json_object({{"optimizer", json_registered("keras.optimizers", optimizer.class_name(),
                                                    json_object(optimizer.config()))},
                      {"loss", losses.size() == 1 ? losses[0] : json_array(losses)},
                      {"loss_weights", "null"},
                      {"metrics", metrics.empty() ? "null" : json_array(metrics)},
                      {"weighted_metrics", "null"},
                      {"run_eagerly", "false"},
                      {"steps_per_execution", "1"},
                      {"jit_compile", "false"}});
}

}  // namespace

std::string json_layer(const Layer& layer) { return json_object(layer_fields(layer)); }

bool Model::has_json() const noexcept {
  return model_state().functional || class_name() == "Sequential";
}

std::string Model::to_json() const {
  JsonFields fields = layer_fields(*this);
  fields.emplace_back("build_config", class_name() == "Sequential" && !state().input_shapes.empty()
                                          ? build_config(*this)
                                          : json_object({{"input_shape", "null"}}));
  fields.emplace_back("compile_config", compile_config(*this));
  return json_object(fields);
}

}  // namespace opscope::keras
