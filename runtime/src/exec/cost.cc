#include <algorithm>
#include <array>
#include <string_view>

#include "exec/compiler.h"
#include "passes/elementwise_ops.h"

namespace opscope::runtime {
namespace {

constexpr double kStepNs = 60;
constexpr double kTrips = 20;  // of a loop: not known before it runs
constexpr std::int64_t kUnknownDim = 32;

double count_elements(const Shape& shape) {
  if (!shape.has_rank()) return static_cast<double>(kUnknownDim);
  double count = 1;
  for (int i = 0; i < shape.rank(); ++i) {
    count *= static_cast<double>(shape[i] < 0 ? kUnknownDim : shape[i]);
  }
  return count;
}

double last_dim(const Shape& shape, int from_the_end) {
  if (!shape.has_rank() || shape.rank() < from_the_end) return static_cast<double>(kUnknownDim);
  const std::int64_t size = shape[shape.rank() - from_the_end];
  return static_cast<double>(size < 0 ? kUnknownDim : size);
}

// Multiplications for each element of the result.
double depth_of(const PassGraph& graph, const Node& node) {
  const std::string_view op = node.spec->name;
  const Shape& a = graph.output(node.inputs[0]).shape;
  if (op == "MatMul") {
    const AttrValue* transposed = node.attrs.find("transpose_a");
    const bool* flag = transposed != nullptr ? transposed->get_if<bool>() : nullptr;
    return last_dim(a, flag != nullptr && *flag ? 2 : 1);
  }
  if (op.starts_with("BatchMatMul") || op == "Einsum") return last_dim(a, 1);
  if (op.starts_with("Conv") || op.starts_with("DepthwiseConv")) {
    const Shape& filter = graph.output(node.inputs[node.inputs.size() > 1 ? 1 : 0]).shape;
    return count_elements(filter) / std::max(1.0, last_dim(filter, 1));
  }
  return 0;
}

double kernel_cost(const PassGraph& graph, const Node& node) {
  double outputs = 0;
  for (const NodeOutput& output : node.outputs) outputs += count_elements(output.shape);
  double inputs = 0;
  for (const Edge input : node.inputs)
    inputs = std::max(inputs, count_elements(graph.output(input).shape));
  if (!node.inputs.empty() && !node.outputs.empty()) {
    if (const double depth = depth_of(graph, node); depth > 0) return outputs * depth / 20;
  }
  if (!node.outputs.empty() && node.outputs[0].dtype == DType::resource) return 0;
  // These share what they are given.
  constexpr std::array<std::string_view, 4> kFree = {"AssignVariableOp", "Identity",
                                                     "ReadVariableOp", "Reshape"};
  if (std::find(kFree.begin(), kFree.end(), node.spec->name) != kFree.end()) return 0;
  return std::max(inputs, outputs) * element_cost(*node.spec);
}

}  // namespace

double step_cost(const Plan& plan, const Step& step) {
  double inner = 0;
  for (std::size_t i = 0; i < step.node->graphs.size(); ++i) {
    inner = std::max(inner, plan.plans[step.first_plan + i]->cost_ns);
  }
  switch (step.kind) {
    case StepKind::loop:
      return kStepNs + kTrips * inner;
    case StepKind::branch:
    case StepKind::call:
      return kStepNs + inner;
    default:
      return kStepNs + kernel_cost(plan.graph, *step.node);
  }
}

}  // namespace opscope::runtime
