#include "passes/elementwise_ops.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "ops/attr_access.h"

namespace opscope::runtime {
namespace {

using enum ElementwiseKind;

struct Entry {
  std::string_view op;
  ElementwiseKind kind;
  double cost;
  bool floats_only = false;  // of integers it may fail: division by zero, negative powers
};

// Sorted by name.
constexpr Entry kEntries[] = {
    {"Abs", broadcasts, 0.3},
    {"Acos", broadcasts, 10},
    {"Acosh", broadcasts, 15},
    {"Add", broadcasts, 0.3},
    {"AddN", sum, 0.5},
    {"AddV2", broadcasts, 0.3},
    {"Asin", broadcasts, 10},
    {"Asinh", broadcasts, 15},
    {"Atan", broadcasts, 10},
    {"Atan2", broadcasts, 15},
    {"Atanh", broadcasts, 15},
    {"BiasAdd", bias, 0.3},
    {"BitwiseAnd", broadcasts, 0.3},
    {"BitwiseOr", broadcasts, 0.3},
    {"BitwiseXor", broadcasts, 0.3},
    {"Cast", broadcasts, 0.5},
    {"Ceil", broadcasts, 0.5},
    {"ClipByValue", clip, 1},
    {"Cos", broadcasts, 8},
    {"Cosh", broadcasts, 10},
    {"Div", broadcasts, 1, true},
    {"DivNoNan", broadcasts, 1, true},
    {"Elu", broadcasts, 5},
    {"EluGrad", equal, 0.5},
    {"Equal", broadcasts, 0.3},
    {"Erf", broadcasts, 10},
    {"Erfc", broadcasts, 15},
    {"Exp", broadcasts, 4},
    {"Expm1", broadcasts, 8},
    {"Floor", broadcasts, 0.5},
    {"FloorDiv", broadcasts, 1, true},
    {"FloorMod", broadcasts, 5, true},
    {"Greater", broadcasts, 0.3},
    {"GreaterEqual", broadcasts, 0.3},
    {"Inv", broadcasts, 1},
    {"InvGrad", equal, 0.5},
    {"IsFinite", broadcasts, 0.3},
    {"IsInf", broadcasts, 0.3},
    {"IsNan", broadcasts, 0.3},
    {"LeakyRelu", broadcasts, 0.5},
    {"LeakyReluGrad", equal, 0.5},
    {"Less", broadcasts, 0.3},
    {"LessEqual", broadcasts, 0.3},
    {"Log", broadcasts, 5},
    {"Log1p", broadcasts, 8},
    {"LogicalAnd", broadcasts, 0.3},
    {"LogicalNot", broadcasts, 0.3},
    {"LogicalOr", broadcasts, 0.3},
    {"Maximum", broadcasts, 0.3},
    {"Minimum", broadcasts, 0.3},
    {"Mul", broadcasts, 0.3},
    {"MulNoNan", broadcasts, 0.5, true},
    {"Neg", broadcasts, 0.3},
    {"NotEqual", broadcasts, 0.3},
    {"Pow", broadcasts, 20, true},
    {"RealDiv", broadcasts, 1, true},
    {"Reciprocal", broadcasts, 1},
    {"ReciprocalGrad", equal, 0.5},
    {"Relu", broadcasts, 0.3},
    {"Relu6", broadcasts, 0.3},
    {"Relu6Grad", equal, 0.4},
    {"ReluGrad", equal, 0.4},
    {"Rint", broadcasts, 1},
    {"Round", broadcasts, 1},
    {"Rsqrt", broadcasts, 1.5},
    {"RsqrtGrad", equal, 0.5},
    {"SelectV2", broadcasts, 1},
    {"Selu", broadcasts, 5},
    {"SeluGrad", equal, 0.5},
    {"Sigmoid", broadcasts, 6},
    {"SigmoidGrad", equal, 0.5},
    {"Sign", broadcasts, 0.5},
    {"Sin", broadcasts, 8},
    {"Sinh", broadcasts, 10},
    {"Softplus", broadcasts, 10},
    {"SoftplusGrad", equal, 6},
    {"Softsign", broadcasts, 1},
    {"SoftsignGrad", equal, 2},
    {"Sqrt", broadcasts, 1},
    {"SqrtGrad", equal, 1},
    {"Square", broadcasts, 0.3},
    {"SquaredDifference", broadcasts, 0.4},
    {"Sub", broadcasts, 0.3},
    {"Tan", broadcasts, 10},
    {"Tanh", broadcasts, 8},
    {"TanhGrad", equal, 0.5},
    {"Xdivy", broadcasts, 2, true},
    {"Xlogy", broadcasts, 8, true},
};

const Entry* find_entry(std::string_view op) noexcept {
  const auto* at =
      std::lower_bound(std::begin(kEntries), std::end(kEntries), op,
                       [](const Entry& entry, std::string_view key) { return entry.op < key; });
  return at != std::end(kEntries) && at->op == op ? at : nullptr;
}

static_assert(std::is_sorted(std::begin(kEntries), std::end(kEntries),
                             [](const Entry& a, const Entry& b) { return a.op < b.op; }));

}  // namespace

ElementwiseKind elementwise_kind(const PassGraph& graph, const Node& node) {
  const Entry* entry = find_entry(node.spec->name);
  if (entry == nullptr || node.has_effects || !node.control_inputs.empty() ||
      node.outputs.size() != 1 || dtype_size(node.outputs[0].dtype) == 0) {
    return none;
  }
  for (const Edge input : node.inputs) {
    const DType dtype = graph.output(input).dtype;
    if (dtype_size(dtype) == 0 || (entry->floats_only && !is_floating(dtype))) return none;
  }
  if (entry->kind == bias &&
      read_string(*node.spec, node.attrs, "data_format") == std::string_view("NCHW")) {
    return none;
  }
  return entry->kind;
}

double element_cost(const OpSpec& spec) noexcept {
  const Entry* entry = find_entry(spec.name);
  return entry != nullptr ? entry->cost : 0.5;
}

}  // namespace opscope::runtime
