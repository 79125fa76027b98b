// Layer: a Module that is built from the shapes of its first inputs, and called.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "opscope/keras/initializers.h"
#include "opscope/keras/keras_tensor.h"
#include "opscope/keras/regularizers.h"
#include "opscope/keras/weight.h"
#include "opscope/runtime/module.h"

namespace opscope::keras {

class Layer;
struct LayerState;

using LayerPtr = std::shared_ptr<Layer>;

struct CallOptions {
  // Whether dropout drops and batch normalisation uses the batch. Unset: as in the layer or model
  // whose call() this is in; outside of any, no.
  std::optional<bool> training = std::nullopt;
};

struct WeightOptions {
  Initializer initializer = glorot_uniform();
  DType dtype = DType::float32;
  bool trainable = true;
  Regularizer regularizer = {};
};

// What Model::to_json() says of a layer: pairs of a name and a JSON value, in Keras's order.
using LayerConfig = std::vector<std::pair<std::string, std::string>>;

// A layer of one's own derives from LayerOf (below) and overrides build() and call():
//
//   class Scale : public keras::LayerOf<Scale> {
//    public:
//     Scale() : LayerOf("Scale") {}
//
//    protected:
//     void build(const Shape& input) const override {
//       add_weight(gain_, "gain", {input[input.rank() - 1]}, {.initializer = keras::ones()});
//     }
//     Tensor call(const Tensor& x, bool training) const override { return x * gain_; }
//
//    private:
//     keras::Weight gain_;
//   };
//
// A handle, as Module: copies share name, weights and sublayers; const is the handle's. Members
// that are neither Weights nor layers are copied with it, so they must not change after
// construction.
//
// Calling a layer builds it first. Called on Tensors it computes (or adds to the graph being
// traced, below the scope of its name); called on KerasTensors it becomes part of a functional
// model.
//
// Throws invalid_argument, with the layer's name, for inputs that do not fit. Thread rule: building
// is not safe while another thread uses the layer; calling a built one is.
class Layer : public Module {
 public:
  virtual ~Layer();

  // `class_name` is that of the C++ class; without a name the layer gets the class's next one.
  explicit Layer(std::string_view class_name, std::string_view name = "");

  Tensor operator()(const Tensor& input, const CallOptions& options = {}) const;
  Tensor operator()(const std::vector<Tensor>& inputs, const CallOptions& options = {}) const;
  // Layers and models with several outputs.
  [[nodiscard]] std::vector<Tensor> apply(const std::vector<Tensor>& inputs,
                                          const CallOptions& options = {}) const;

  KerasTensor operator()(const KerasTensor& input) const;
  KerasTensor operator()(const std::vector<KerasTensor>& inputs) const;
  [[nodiscard]] std::vector<KerasTensor> apply(const std::vector<KerasTensor>& inputs) const;

  [[nodiscard]] const std::string& class_name() const noexcept;
  [[nodiscard]] bool is_built() const noexcept;
  // Makes the weights for inputs of these shapes (batch dimension included). Nothing when built.
  void build_for(const std::vector<Shape>& inputs) const;

  // trainable_variables() leaves out what is frozen, here and in sublayers.
  [[nodiscard]] bool trainable() const noexcept;
  void set_trainable(bool trainable) const;

  // Own weights, the trainable ones first, then those of sublayers.
  [[nodiscard]] std::vector<Variable> variables() const;
  [[nodiscard]] std::vector<Variable> weights() const { return variables(); }
  [[nodiscard]] std::vector<Variable> trainable_variables() const;
  [[nodiscard]] std::vector<Variable> non_trainable_variables() const;
  // "small_cnn/conv2d/kernel" for each of variables(): where it was built.
  [[nodiscard]] std::vector<std::string> weight_paths() const;

  // The number of scalars in variables(). Throws failed_precondition before the layer is built.
  [[nodiscard]] std::int64_t count_params() const;
  // Copies of the values, and values to take, in the order of variables().
  [[nodiscard]] std::vector<Tensor> get_weights() const;
  void set_weights(const std::vector<Tensor>& values) const;

  // The sum of the regularizers' penalties; a Tensor without a value when there is none.
  [[nodiscard]] Tensor regularization_loss() const;

  // Layers that are directly in this one.
  [[nodiscard]] const std::vector<LayerPtr>& sublayers() const noexcept;

  // The shapes that the layer gives for inputs of these shapes, found by tracing a call.
  [[nodiscard]] std::vector<Shape> compute_output_shapes(const std::vector<Shape>& inputs) const;

  // Beyond name, trainable and dtype.
  [[nodiscard]] virtual LayerConfig config() const { return {}; }
  // Another handle of the same layer. Throws failed_precondition for a class that does not derive
  // from LayerOf.
  [[nodiscard]] virtual LayerPtr handle() const;

  // For this module's own code.
  [[nodiscard]] LayerState& state() const noexcept { return *layer_state_; }

 protected:
  // Makes the weights by add_weight(). The shape is that of the first input.
  virtual void build(const Shape& input) const;
  virtual void build_all(const std::vector<Shape>& inputs) const;
  // One of the two: a layer with one input and output overrides call().
  [[nodiscard]] virtual Tensor call(const Tensor& input, bool training) const;
  [[nodiscard]] virtual std::vector<Tensor> call_all(const std::vector<Tensor>& inputs,
                                                     bool training) const;
  // The data type that calls convert floating-point inputs to; integers for an Embedding.
  [[nodiscard]] virtual bool casts_inputs() const { return true; }

  // Makes `slot` a variable of this layer, named "<layer>/<name>:0".
  void add_weight(const Weight& slot, std::string_view name, const Shape& shape,
                  const WeightOptions& options = {}) const;

  // Makes `layer` a sublayer. Gives it back, so that members can be initialized by it.
  template <std::derived_from<Layer> L>
  L add_layer(L layer) {
    track_layer(std::make_shared<L>(layer));
    return layer;
  }
  void track_layer(const LayerPtr& layer) const;
  // Before those that are there.
  void track_first_layer(const LayerPtr& layer) const;

 private:
  std::vector<Tensor> run(std::vector<Tensor> inputs, const CallOptions& options) const;
  std::vector<KerasTensor> connect(const std::vector<KerasTensor>& inputs, bool is_list) const;

  std::shared_ptr<LayerState> layer_state_;
};

// What a layer class derives from: LayerOf<Scale>, or LayerOf<Mlp, Model> for a model.
template <typename Derived, typename Base = Layer>
class LayerOf : public Base {
 public:
  using Base::Base;
  [[nodiscard]] LayerPtr handle() const override {
    return std::make_shared<Derived>(static_cast<const Derived&>(*this));
  }
};

// "<Dense name=dense, built=True>", as Keras prints it.
[[nodiscard]] std::string repr(const Layer& layer);
// "[<Dense name=dense, built=True>, ...]": a list, as Python prints it.
[[nodiscard]] std::string repr(const std::vector<LayerPtr>& layers);

}  // namespace opscope::keras
