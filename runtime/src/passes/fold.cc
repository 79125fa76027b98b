#include <algorithm>
#include <array>
#include <string_view>

#include "ops/op_registry.h"
#include "opscope/error.h"
#include "passes/passes.h"

namespace opscope::runtime {
namespace {

constexpr std::size_t kMostBytes = std::size_t{64} << 10;

// Read shapes only.
constexpr std::array<std::string_view, 5> kOfShapes = {"OnesLike", "Rank", "Shape", "Size",
                                                       "ZerosLike"};

bool is_small(const NodeOutput& output) {
  if (!output.shape.is_fully_defined() || element_size(output.dtype) == 0) return false;
  const std::int64_t most = static_cast<std::int64_t>(kMostBytes / element_size(output.dtype));
  std::int64_t count = 1;
  for (int i = 0; i < output.shape.rank(); ++i) {
    if (__builtin_mul_overflow(count, output.shape[i], &count)) return false;
  }
  return count <= most;
}

bool is_foldable(const Node& node) {
  return !node.constant && !node.has_effects && !node.spec->is_stateful &&
         node.spec->select != nullptr && node.control_inputs.empty() && node.outputs.size() == 1 &&
         !node.inputs.empty() && node.outputs[0].dtype != DType::resource &&
         node.outputs[0].dtype != DType::variant && is_small(node.outputs[0]);
}

// A stand-in of the input's shape, for ops that look at nothing else.
Ref<TensorRep> value_or_shape(const PassGraph& graph, const Node& node, std::size_t input) {
  if (const TensorRep* value = graph.constant(node.inputs[input])) {
    return Ref<TensorRep>::share(const_cast<TensorRep*>(value));
  }
  const auto& names = kOfShapes;
  if (std::find(names.begin(), names.end(), node.spec->name) == names.end()) return nullptr;
  const NodeOutput& output = graph.output(node.inputs[input]);
  if (dtype_size(output.dtype) == 0 || !is_small(output)) return nullptr;
  return TensorRep::make_zeros(output.dtype, output.shape);
}

}  // namespace

bool fold_node(PassGraph& graph, int index) {
  Node& node = graph.node(index);
  if (!is_foldable(node)) return false;
  std::vector<Ref<TensorRep>> values;
  std::vector<const TensorRep*> inputs;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    values.push_back(value_or_shape(graph, node, i));
    if (!values.back()) return false;
    inputs.push_back(values.back().get());
  }
  Ref<TensorRep> result;
  try {
    run_op_eager(*node.spec, inputs, node.attrs, {&result, 1});
  } catch (const Error&) {
    return false;  // the error belongs to the run, where the node may never be reached
  }
  node.constant = std::move(result);
  node.inputs.clear();
  return true;
}

}  // namespace opscope::runtime
