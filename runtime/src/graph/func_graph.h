// The graph of one traced function, loop body, loop condition or branch.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/attrs.h"
#include "core/tensor_rep.h"
#include "ops/op_spec.h"
#include "opscope/runtime/loc.h"
#include "opscope/runtime/tensor_spec.h"

namespace opscope::runtime {

class ConcreteCore;
class FuncGraph;
class VariableState;

// Output `output` of node `node`.
struct Edge {
  int node = -1;
  int output = 0;
  bool operator==(const Edge&) const = default;
};

struct NodeOutput {
  DType dtype = DType::invalid;
  Shape shape;
};

// Of an IdentityN that custom_gradient() made: its inputs are results, arguments, and values that
// the gradient function reads, which takes the results' gradients and those values.
struct CustomNodeGradient {
  std::shared_ptr<const ConcreteCore> function;
  std::size_t num_results = 0;
  std::size_t num_arguments = 0;
  std::vector<bool> has_gradient;  // per argument
};

struct Node {
  const OpSpec* spec = nullptr;
  std::string name;
  Attrs attrs;
  std::vector<Edge> inputs;
  std::vector<int> control_inputs;
  std::vector<NodeOutput> outputs;
  Loc loc;
  Ref<TensorRep> constant;  // the value of a Const
  // The graphs it runs: While {cond, body}, If {then, else}, Case branches, PartitionedCall {f}.
  std::vector<std::shared_ptr<const FuncGraph>> graphs;
  std::shared_ptr<const CustomNodeGradient> custom_gradient;
  bool has_effects = false;  // runs although nobody reads it
};

// A Variable that the graph uses: its resource is argument `node`.
struct VariableCapture {
  std::shared_ptr<VariableState> variable;
  int node = -1;
};

// What a node does to a variable.
struct VariableUse {
  VariableState* variable = nullptr;
  bool is_write = false;
};

// Nodes are only added, and an index names a node as long as the graph is being built. Node inputs
// come before the node, so index order is an order to run in; only the gradient pass may give a
// node that stands already further inputs (see replace()). ordered() is then the graph to run or
// export.
class FuncGraph {
 public:
  explicit FuncGraph(std::string name) : name_(std::move(name)) {}

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  void set_name(std::string name) { name_ = std::move(name); }
  [[nodiscard]] const std::vector<Node>& nodes() const noexcept { return nodes_; }
  [[nodiscard]] const Node& node(int index) const {
    return nodes_[static_cast<std::size_t>(index)];
  }
  [[nodiscard]] const NodeOutput& output(Edge edge) const {
    return node(edge.node).outputs[static_cast<std::size_t>(edge.output)];
  }

  // The argument nodes in the order of the call, results, and captured variables.
  [[nodiscard]] const std::vector<int>& arguments() const noexcept { return arguments_; }
  [[nodiscard]] const std::vector<Edge>& results() const noexcept { return results_; }
  [[nodiscard]] const std::vector<VariableCapture>& captures() const noexcept { return captures_; }
  // True if a node in it, or in a graph that it runs, is stateful; if one must run for its effects.
  [[nodiscard]] bool is_stateful() const noexcept { return is_stateful_; }
  [[nodiscard]] bool has_effects() const noexcept { return has_effects_; }
  // True if a graph run by it prints or asserts, and if it writes the captured variable.
  [[nodiscard]] bool prints() const noexcept { return last_ordered_ >= 0; }
  [[nodiscard]] bool writes(const VariableState* variable) const;

  // A name nobody has in this graph, as TensorFlow makes it unique: "add", "add_1". It is taken.
  [[nodiscard]] std::string unique_name(std::string_view base);

  // Appends a node whose name, inputs, attrs, graphs and loc are set: infers output types and
  // shapes, adds control edges for effects. Throws invalid_argument on inputs that do not fit.
  int append(Node node);
  // Appends a node whose outputs are set too, as control flow and arguments have it.
  int append_with_outputs(Node node, std::span<const VariableUse> uses = {});
  int append_constant(Ref<TensorRep> value, std::string name, Loc loc);

  // A Placeholder that is not yet an argument.
  int append_placeholder(DType dtype, const Shape& shape, std::string_view name, Loc loc);
  void add_argument(int node) { arguments_.push_back(node); }
  void add_result(Edge edge) { results_.push_back(edge); }
  void set_results(std::vector<Edge> results) { results_ = std::move(results); }
  // Puts another node in the place of node `index`: with the same name, control edges and effects,
  // all outputs of the old one first.
  void replace(int index, Node node);
  // Makes every reader of `from`, results included, read `to`.
  void redirect(Edge from, Edge to);
  // True if index order is an order to run in; run_order() is one in any case.
  [[nodiscard]] bool is_ordered() const noexcept { return is_ordered_; }
  [[nodiscard]] std::vector<int> run_order() const;
  // The variable whose resource `edge` is; null if it is none that this graph captures.
  [[nodiscard]] std::shared_ptr<VariableState> captured_variable(Edge edge) const;
  // For a copy of which only the computation of `edge` is wanted: no arguments, no effects.
  void make_only_result(Edge edge);
  // The placeholder of the variable's resource; made at first use.
  int capture(const std::shared_ptr<VariableState>& variable);

  // The value of an output if it follows from constants and known shapes; else null. Only for
  // small results, as shapes are.
  [[nodiscard]] Ref<TensorRep> constant_value(Edge edge) const;
  // What is known of the shape that an integer vector spells out.
  [[nodiscard]] bool partial_shape(Edge edge, Shape* out) const;

 private:
  struct ResourceUse {
    int last_write = -1;
    std::vector<int> reads;  // since the last write
    bool is_written = false;
  };
  friend std::shared_ptr<const FuncGraph> ordered(std::shared_ptr<const FuncGraph> graph);
  friend std::shared_ptr<const FuncGraph> without_dead_nodes(const FuncGraph& graph);
  void infer_outputs(Node& node) const;
  void renumber(const std::vector<int>& order);
  void order_effects(Node& node, int index, std::span<const VariableUse> uses);
  [[nodiscard]] VariableState* variable_of(Edge edge) const;

  std::string name_;
  std::vector<Node> nodes_;
  std::vector<int> arguments_;
  std::vector<Edge> results_;
  std::vector<VariableCapture> captures_;
  std::unordered_map<const VariableState*, ResourceUse> uses_;
  std::unordered_map<std::string, int> names_;  // base to the last number used
  mutable std::unordered_map<int, Ref<TensorRep>> folded_;
  int last_ordered_ = -1;
  bool is_stateful_ = false;
  bool has_effects_ = false;
  bool is_ordered_ = true;
};

// The graph itself if it is ordered, else a copy whose nodes are numbered in an order to run in.
[[nodiscard]] std::shared_ptr<const FuncGraph> ordered(std::shared_ptr<const FuncGraph> graph);
// An ordered copy of only what results and effects need, and the arguments.
[[nodiscard]] std::shared_ptr<const FuncGraph> without_dead_nodes(const FuncGraph& graph);

// A number that no function of this process has yet, for names.
[[nodiscard]] std::int64_t next_function_number() noexcept;

[[nodiscard]] bool is_control_flow(const OpSpec& spec) noexcept;

}  // namespace opscope::runtime
