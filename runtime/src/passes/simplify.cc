#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

#include "ops/attr_access.h"
#include "passes/passes.h"

namespace opscope::runtime {
namespace {

// Hand their input on, or are that where the shapes do not change.
constexpr std::array<std::string_view, 4> kIdentities = {"Identity", "PreventGradient", "Snapshot",
                                                         "StopGradient"};
constexpr std::array<std::string_view, 5> kReshapers = {"BroadcastTo", "EnsureShape", "ExpandDims",
                                                        "Reshape", "Squeeze"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool forward(PassGraph& graph, int index, Edge by) {
  graph.replace(index, 0, by);
  return true;
}

bool forward_all(PassGraph& graph, int index) {
  const Node& node = graph.node(index);
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    graph.replace(index, static_cast<int>(i), node.inputs[i]);
  }
  return true;
}

bool keeps_shape(const PassGraph& graph, const Node& node) {
  const Shape& in = graph.output(node.inputs[0]).shape;
  return in.is_fully_defined() && in == node.outputs[0].shape;
}

// The bytes of a scalar constant of a plain type, as a double; NaN if there is none.
double scalar_of(const PassGraph& graph, Edge edge) {
  const TensorRep* value = graph.constant(edge);
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  if (value == nullptr || value->rank() != 0) return kNone;
  switch (value->dtype()) {
    case DType::float32:
      return *value->data<float>();
    case DType::float64:
      return *value->data<double>();
    case DType::int32:
      return *value->data<std::int32_t>();
    case DType::int64: {
      const std::int64_t number = *value->data<std::int64_t>();
      return number == 0 || number == 1 ? static_cast<double>(number) : kNone;
    }
    default:
      return kNone;
  }
}

bool is_one(double value) { return value == 1; }
bool is_plus_zero(double value) { return value == 0 && !std::signbit(value); }

// x * 1, x / 1, x - 0 keep every value: -0 - +0 is -0. x + 0 does so for integers only, since
// -0 + 0 is +0; x + -0 does for floats.
bool simplify_arithmetic(PassGraph& graph, int index) {
  const Node& node = graph.node(index);
  const std::string_view op = node.spec->name;
  const bool is_float = graph.output(node.inputs[0]).dtype == DType::float32 ||
                        graph.output(node.inputs[0]).dtype == DType::float64;
  const double right = scalar_of(graph, node.inputs[1]);
  const auto is_nothing_to_add = [is_float](double value) {
    return value == 0 && (!is_float || std::signbit(value));
  };
  if (op == "Sub") return is_plus_zero(right) && forward(graph, index, node.inputs[0]);
  if (op == "RealDiv") {
    return is_float && is_one(right) && forward(graph, index, node.inputs[0]);
  }
  const double left = scalar_of(graph, node.inputs[0]);
  if (op == "Mul") {
    if (is_one(right)) return forward(graph, index, node.inputs[0]);
    return is_one(left) && forward(graph, index, node.inputs[1]);
  }
  if (is_nothing_to_add(right)) return forward(graph, index, node.inputs[0]);
  return is_nothing_to_add(left) && forward(graph, index, node.inputs[1]);
}

std::vector<std::int64_t> permutation_of(const PassGraph& graph, const Node& transpose) {
  const TensorRep* value = graph.constant(transpose.inputs[1]);
  std::vector<std::int64_t> axes;
  if (value == nullptr || value->rank() != 1) return axes;
  for (std::int64_t i = 0; i < value->num_elements(); ++i) {
    axes.push_back(value->dtype() == DType::int32 ? *(value->data<std::int32_t>() + i)
                                                  : *(value->data<std::int64_t>() + i));
  }
  const auto rank = static_cast<std::int64_t>(axes.size());
  for (std::int64_t& axis : axes) {
    if (axis < -rank || axis >= rank) return {};
    if (axis < 0) axis += rank;
  }
  std::vector<std::int64_t> sorted = axes;
  std::sort(sorted.begin(), sorted.end());
  for (std::int64_t i = 0; i < rank; ++i) {
    if (sorted[static_cast<std::size_t>(i)] != i) return {};
  }
  return axes;
}

bool is_swap(const std::vector<std::int64_t>& axes) {
  return axes.size() == 2 && axes[0] == 1 && axes[1] == 0;
}

bool simplify_transpose(PassGraph& graph, int index) {
  const Node& node = graph.node(index);
  const std::vector<std::int64_t> axes = permutation_of(graph, node);
  const Shape& in = graph.output(node.inputs[0]).shape;
  if (axes.empty() || !in.has_rank() || in.rank() != static_cast<int>(axes.size())) return false;
  if (std::is_sorted(axes.begin(), axes.end())) return forward(graph, index, node.inputs[0]);
  const Node& inner = graph.node(node.inputs[0].node);
  if (inner.spec->name != "Transpose" || inner.constant) return false;
  const std::vector<std::int64_t> first = permutation_of(graph, inner);
  if (first.size() != axes.size()) return false;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (first[static_cast<std::size_t>(axes[i])] != static_cast<std::int64_t>(i)) return false;
  }
  return forward(graph, index, inner.inputs[0]);
}

// A product reads a transposed matrix in place.
void absorb_transpose(PassGraph& graph, Node& node, std::size_t input, const char* attr) {
  const Node& from = graph.node(node.inputs[input].node);
  if (from.spec->name != "Transpose" || from.constant) return;
  if (!is_swap(permutation_of(graph, from)) || graph.output(from.inputs[0]).shape.rank() != 2) {
    return;
  }
  const bool is_transposed = read_bool(*node.spec, node.attrs, attr);
  node.attrs.set(attr, !is_transposed);
  node.inputs[input] = from.inputs[0];
}

}  // namespace

bool simplify_node(PassGraph& graph, int index) {
  Node& node = graph.node(index);
  if (node.constant || node.has_effects || !node.control_inputs.empty() || node.inputs.empty()) {
    return false;
  }
  const std::string_view op = node.spec->name;
  if (contains(kIdentities, op)) return forward(graph, index, node.inputs[0]);
  if (op == "IdentityN") return forward_all(graph, index);
  if (op == "AddN" && node.inputs.size() == 1) return forward(graph, index, node.inputs[0]);
  if (contains(kReshapers, op)) {
    return keeps_shape(graph, node) && forward(graph, index, node.inputs[0]);
  }
  if (op == "Cast") {
    return graph.output(node.inputs[0]).dtype == node.outputs[0].dtype &&
           forward(graph, index, node.inputs[0]);
  }
  if (op == "Neg") {
    const Node& inner = graph.node(node.inputs[0].node);
    return inner.spec->name == "Neg" && !inner.constant && forward(graph, index, inner.inputs[0]);
  }
  if (op == "Mul" || op == "Add" || op == "AddV2" || op == "Sub" || op == "RealDiv") {
    return simplify_arithmetic(graph, index);
  }
  if (op == "Transpose") return simplify_transpose(graph, index);
  if (op == "MatMul") {
    absorb_transpose(graph, node, 0, "transpose_a");
    absorb_transpose(graph, node, 1, "transpose_b");
  }
  return false;
}

}  // namespace opscope::runtime
