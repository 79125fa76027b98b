// What handles of one model share.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "opscope/keras/model.h"
#include "opscope/runtime/function.h"

namespace opscope::keras {

// The graph of a functional model.
struct FunctionalGraph {
  std::vector<KerasTensor> inputs;
  std::vector<KerasTensor> outputs;
  std::vector<std::shared_ptr<const LayerCall>> calls;  // in an order that can be run
  std::vector<LayerPtr> layers;                         // as Keras lists them
};

// The arguments and results of a step, as structures that a Function takes.
struct StepBatch {
  std::vector<Tensor> x;
  std::vector<Tensor> y;
  std::vector<Tensor> sample_weight;  // one or none
};

using StepFunction = Function<std::vector<Tensor>(const StepBatch&)>;
using PredictFunction = Function<std::vector<Tensor>(const std::vector<Tensor>&)>;

struct Compiled {
  OptimizerHandle optimizer;
  std::vector<Loss> losses;
  std::vector<float> loss_weights;
  std::vector<Metric> metrics;
  Mean loss_tracker{"loss"};
  std::vector<Mean> output_losses;  // with several outputs
  std::optional<StepFunction> train_step;
  std::optional<StepFunction> test_step;
  std::optional<ConcreteFunction> train_concrete;  // the first trace of train_step
  std::vector<const void*> trained;                // which variables the steps train
  std::vector<std::string> names;                  // of what a step gives
};

struct ModelState {
  std::optional<FunctionalGraph> functional;
  bool is_sequential = false;
  std::vector<LayerPtr> sequence;  // of a Sequential, without its InputLayer
  std::optional<KerasTensor> sequence_input;
  std::vector<Shape> sequence_shapes;     // before and after each layer, once built
  DType sequence_dtype = DType::float32;  // of the last output
  std::unique_ptr<Compiled> compiled;
  std::optional<PredictFunction> predict;
  bool is_traced_once = false;  // every layer has been called, so it is built
  bool should_stop = false;
  // The handle that is being trained or asked: a trace calls its call_all().
  const Model* current = nullptr;
};

[[nodiscard]] FunctionalGraph make_functional_graph(const std::vector<KerasTensor>& inputs,
                                                    const std::vector<KerasTensor>& outputs);
[[nodiscard]] std::vector<Tensor> run_functional(const FunctionalGraph& graph,
                                                 const std::vector<Tensor>& inputs);

}  // namespace opscope::keras
