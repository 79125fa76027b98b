// Functional models: from what Input() and layer calls give to an order of layers.
#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "keras/model_state.h"
#include "opscope/error.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {
namespace {

// Handles of one layer are told to be the same by their state.
using LayerKey = const LayerState*;

LayerKey key_of(const LayerPtr& layer) { return &layer->state(); }

class Walk {
 public:
  explicit Walk(const std::vector<KerasTensor>& inputs) {
    for (const KerasTensor& input : inputs) inputs_.insert(input.call().get());
  }

  void visit(const std::shared_ptr<const LayerCall>& call) {
    if (!seen_.insert(call.get()).second) return;
    if (call->inputs.empty() && inputs_.count(call.get()) == 0) {
      throw Error(ErrorCode::invalid_argument, "the output of a model depends on " +
                                                   call->layer->name() +
                                                   ", which is not one of its inputs");
    }
    first_visit_.try_emplace(key_of(call->layer), first_visit_.size());
    if (inputs_.count(call.get()) == 0) {
      for (const KerasTensor& input : call->inputs) visit(input.call());
    }
    calls_.push_back(call);
  }

  // Inputs that no output needs.
  void add_unused(const std::vector<KerasTensor>& inputs) {
    for (const KerasTensor& input : inputs) {
      if (seen_.insert(input.call().get()).second) {
        calls_.insert(calls_.begin(), input.call());
      }
    }
  }

  [[nodiscard]] const std::vector<std::shared_ptr<const LayerCall>>& calls() const {
    return calls_;
  }

  // By depth, the distance to the farthest output, and among layers of one depth by the order in
  // which the outputs lead to them: as Keras lists layers.
  [[nodiscard]] std::vector<LayerPtr> layers() const {
    std::unordered_map<const LayerCall*, int> call_depth;
    std::unordered_map<LayerKey, int> depth;
    for (auto it = calls_.rbegin(); it != calls_.rend(); ++it) {
      const LayerCall* call = it->get();
      const int here = std::max(call_depth[call], depth[key_of(call->layer)]);
      call_depth[call] = depth[key_of(call->layer)] = here;
      for (const KerasTensor& input : call->inputs) {
        int& below = call_depth[input.call().get()];
        below = std::max(below, here + 1);
      }
    }
    std::vector<LayerPtr> layers;
    std::unordered_set<LayerKey> added;
    for (const auto& call : calls_) {
      if (added.insert(key_of(call->layer)).second) layers.push_back(call->layer);
    }
    const auto order = [&](const LayerPtr& layer) {
      const LayerKey key = key_of(layer);
      const auto visit = first_visit_.find(key);
      const long index = visit == first_visit_.end() ? -1 : static_cast<long>(visit->second);
      return std::pair(-depth.at(key), index);
    };
    std::stable_sort(layers.begin(), layers.end(),
                     [&](const LayerPtr& a, const LayerPtr& b) { return order(a) < order(b); });
    return layers;
  }

 private:
  std::unordered_set<const LayerCall*> inputs_;
  std::unordered_set<const LayerCall*> seen_;
  std::unordered_map<LayerKey, std::size_t> first_visit_;
  std::vector<std::shared_ptr<const LayerCall>> calls_;
};

}  // namespace

FunctionalGraph make_functional_graph(const std::vector<KerasTensor>& inputs,
                                      const std::vector<KerasTensor>& outputs) {
  if (inputs.empty() || outputs.empty()) {
    throw Error(ErrorCode::invalid_argument, "a functional model needs inputs and outputs");
  }
  Walk walk(inputs);
  for (const KerasTensor& output : outputs) walk.visit(output.call());
  walk.add_unused(inputs);
  return {inputs, outputs, walk.calls(), walk.layers()};
}

std::vector<Tensor> run_functional(const FunctionalGraph& graph,
                                   const std::vector<Tensor>& inputs) {
  if (inputs.size() != graph.inputs.size()) {
    throw Error(ErrorCode::invalid_argument, "the model has " +
                                                 std::to_string(graph.inputs.size()) +
                                                 " inputs, got " + std::to_string(inputs.size()));
  }
  std::unordered_map<const LayerCall*, std::vector<Tensor>> values;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const KerasTensor& input = graph.inputs[i];
    std::vector<Tensor>& outputs = values[input.call().get()];
    outputs.resize(input.call()->shapes.size());
    outputs[input.output()] =
        inputs[i].dtype() == input.dtype() ? inputs[i] : cast(inputs[i], input.dtype());
  }
  for (const auto& call : graph.calls) {
    if (values.count(call.get()) != 0) continue;
    std::vector<Tensor> arguments;
    for (const KerasTensor& input : call->inputs) {
      arguments.push_back(values.at(input.call().get())[input.output()]);
    }
    values[call.get()] = call->layer->apply(arguments);
  }
  std::vector<Tensor> outputs;
  for (const KerasTensor& output : graph.outputs) {
    outputs.push_back(values.at(output.call().get())[output.output()]);
  }
  return outputs;
}

}  // namespace opscope::keras
