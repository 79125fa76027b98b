#include "graph/func_graph.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>

#include "module/variable_state.h"
#include "ops/op_registry.h"
#include "ops/shape_context.h"

namespace opscope::runtime {
namespace {

// Stateful ops whose order and whose running at all no other op can see.
constexpr std::array<std::string_view, 15> kUnordered = {
    "Placeholder",      "VarHandleOp",    "ReadVariableOp",       "VarIsInitializedOp",
    "VariableShape",    "ResourceGather", "ResourceGatherNd",     "Multinomial",
    "RandomGamma",      "RandomUniform",  "RandomStandardNormal", "TruncatedNormal",
    "RandomUniformInt", "RandomShuffle",  "StatelessRandomGetAlg"};

constexpr std::array<std::string_view, 5> kResourceReaders = {
    "ReadVariableOp", "VarIsInitializedOp", "VariableShape", "ResourceGather", "ResourceGatherNd"};

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

void add_control(Node& node, int before) {
  if (before < 0) return;
  if (std::find(node.control_inputs.begin(), node.control_inputs.end(), before) ==
      node.control_inputs.end()) {
    node.control_inputs.push_back(before);
  }
}

}  // namespace

std::int64_t next_function_number() noexcept {
  static std::atomic<std::int64_t> next{1};
  return next.fetch_add(1, std::memory_order_relaxed);
}

bool is_control_flow(const OpSpec& spec) noexcept {
  constexpr std::array<std::string_view, 7> kNames = {
      "While",           "StatelessWhile",         "If", "StatelessIf", "Case",
      "PartitionedCall", "StatefulPartitionedCall"};
  return contains(kNames, spec.name);
}

bool FuncGraph::writes(const VariableState* variable) const {
  const auto use = uses_.find(variable);
  return use != uses_.end() && use->second.is_written;
}

std::string FuncGraph::unique_name(std::string_view base) {
  std::string candidate(base);
  const auto [entry, is_new] = names_.try_emplace(lower(base), 0);
  if (is_new) return candidate;
  int number = entry->second;
  do {
    candidate = std::string(base) + "_" + std::to_string(++number);
  } while (names_.contains(lower(candidate)));
  names_[lower(base)] = number;
  names_.emplace(lower(candidate), 0);
  return candidate;
}

void FuncGraph::infer_outputs(Node& node) const {
  const std::size_t count = node.inputs.size();
  std::vector<DType> dtypes(count);
  std::vector<Shape> shapes(count);
  std::vector<Shape> spelled(count);
  std::vector<Ref<TensorRep>> values(count);
  std::vector<const TensorRep*> constants(count, nullptr);
  std::vector<const Shape*> partial(count, nullptr);
  std::vector<const Shape*> variables(count, nullptr);
  for (std::size_t i = 0; i < count; ++i) {
    const NodeOutput& input = output(node.inputs[i]);
    dtypes[i] = input.dtype;
    shapes[i] = input.shape;
    if (const VariableState* variable = variable_of(node.inputs[i])) {
      variables[i] = &variable->shape();
    }
    values[i] = constant_value(node.inputs[i]);
    constants[i] = values[i].get();
    if (constants[i] == nullptr && partial_shape(node.inputs[i], &spelled[i])) {
      partial[i] = &spelled[i];
    }
  }
  const DTypeList out = resolve_dtypes(*node.spec, dtypes, node.attrs, node.name);
  std::vector<Shape> out_shapes(out.size());
  infer_shapes({.spec = node.spec,
                .inputs = shapes,
                .input_dtypes = dtypes,
                .constants = constants,
                .partial_values = partial,
                .variable_shapes = variables,
                .attrs = &node.attrs,
                .outputs = out_shapes,
                .output_dtypes = out.span(),
                .node_name = node.name});
  for (std::size_t i = 0; i < out.size(); ++i) {
    node.outputs.push_back({out[i], std::move(out_shapes[i])});
  }
}

VariableState* FuncGraph::variable_of(Edge edge) const {
  for (const VariableCapture& capture : captures_) {
    if (capture.node == edge.node) return capture.variable.get();
  }
  return nullptr;
}

// Reads of a variable follow its last write, writes follow the reads since then; what prints or
// asserts follows the last such node. Nodes that share neither stay free to run in parallel.
void FuncGraph::order_effects(Node& node, int index, std::span<const VariableUse> uses) {
  for (const auto& [variable, is_write] : uses) {
    ResourceUse& use = uses_[variable];
    add_control(node, use.last_write);
    if (!is_write) {
      use.reads.push_back(index);
      continue;
    }
    for (const int read : use.reads) add_control(node, read);
    use = {.last_write = index, .reads = {}, .is_written = true};
    node.has_effects = true;
  }
  bool is_ordered = false;
  if (is_control_flow(*node.spec)) {
    for (const auto& graph : node.graphs) {
      is_ordered |= graph->prints();
      is_stateful_ |= graph->is_stateful();
      node.has_effects |= graph->has_effects();
    }
  } else {
    is_stateful_ |= node.spec->is_stateful && node.spec->name != "Placeholder";
    is_ordered = node.spec->is_stateful && uses.empty() && !contains(kUnordered, node.spec->name);
  }
  if (is_ordered) {
    add_control(node, last_ordered_);
    last_ordered_ = index;
    node.has_effects = true;
  }
  has_effects_ |= node.has_effects;
}

void FuncGraph::make_only_result(Edge edge) {
  arguments_.clear();
  results_ = {edge};
  for (Node& node : nodes_) node.has_effects = false;
}

int FuncGraph::append(Node node) {
  infer_outputs(node);
  const bool is_write = !contains(kResourceReaders, node.spec->name);
  std::vector<VariableUse> uses;
  for (const Edge input : node.inputs) {
    if (VariableState* variable = variable_of(input)) uses.push_back({variable, is_write});
  }
  return append_with_outputs(std::move(node), uses);
}

int FuncGraph::append_with_outputs(Node node, std::span<const VariableUse> uses) {
  const int index = static_cast<int>(nodes_.size());
  for (auto& graph : node.graphs) graph = ordered(std::move(graph));
  order_effects(node, index, uses);
  nodes_.push_back(std::move(node));
  return index;
}

int FuncGraph::append_constant(Ref<TensorRep> value, std::string name, Loc loc) {
  Node node;
  node.spec = &get_op("Const");
  node.name = std::move(name);
  node.loc = loc;
  node.attrs = {{"dtype", value->dtype()}, {"value", value}};
  node.outputs = {{value->dtype(), value->shape()}};
  node.constant = std::move(value);
  return append_with_outputs(std::move(node));
}

int FuncGraph::append_placeholder(DType dtype, const Shape& shape, std::string_view name, Loc loc) {
  Node node;
  node.spec = &get_op("Placeholder");
  node.name = unique_name(name);
  node.loc = loc;
  node.attrs = {{"dtype", dtype}, {"shape", shape}};
  node.outputs = {{dtype, shape}};
  return append_with_outputs(std::move(node));
}

int FuncGraph::capture(const std::shared_ptr<VariableState>& variable) {
  for (const VariableCapture& capture : captures_) {
    if (capture.variable == variable) return capture.node;
  }
  const int node = append_placeholder(DType::resource, Shape(), variable->name(), Loc{});
  captures_.push_back({variable, node});
  return node;
}

}  // namespace opscope::runtime
