// One graph with its hierarchy of name scopes, called functions and series: everything the graph
// page shows that is true without a window. Built from a GraphDef, a RunMetadata, Keras' JSON or a
// SavedModel's graph; immutable afterwards, so any thread may read it without a lock.
// Formats and the rules of TensorBoard's drawing: tensorflow/core/framework/{graph,node_def}.proto,
// https://github.com/tensorflow/tensorboard/tree/2.21.0/tensorboard/plugins/graph
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/logdir_model.h"
#include "opscope/result.h"

namespace opscope::viewer {

// Dense, from 0, the root. Valid for one GraphModel.
enum class NodeId : std::uint32_t {};
inline constexpr NodeId kRootNode{0};
inline constexpr NodeId kNoNode{0xFFFFFFFFu};
[[nodiscard]] constexpr std::size_t index_of(NodeId id) noexcept {
  return static_cast<std::size_t>(id);
}

enum class NodeKind : std::uint8_t {
  root,
  scope,     // a name scope
  op,        // an operation; has children when it calls functions (see has_children())
  function,  // one of several functions an operation calls, or a function nobody calls
  series,    // five or more siblings equal up to a number
  group,     // nodes gathered because they say little: stray function graphs, uncalled functions
};

// What part an operation plays. All but `plain`, `input`, `output` are drawn as side notes.
enum class NodeRole : std::uint8_t {
  plain,
  input,          // argument or placeholder
  output,         // _Retval and the results of a function
  constant,       // Const
  variable,       // variable handles, resource arguments
  variable_read,  // ReadVariableOp and its kin
  control,        // NoOp
  summary,        // writes a summary
};

// True for the roles whose nodes stand beside their users rather than in the drawing.
[[nodiscard]] bool is_note_role(NodeRole role) noexcept;

struct GraphNode {
  std::string_view name;  // full name, unique among operations; a scope may share an operation's
  std::string_view op;    // operation type; "" for scopes
  std::string_view device;
  std::string_view definition;  // serialized NodeDef; "" for scopes
  NodeId parent = kNoNode;
  std::uint32_t label_begin = 0;  // where the last part of the name begins
  std::uint32_t first_child = 0;  // see GraphModel::children
  std::uint32_t child_count = 0;
  std::uint32_t op_count = 1;   // operations in it, itself included
  std::uint32_t structure = 0;  // equal for scopes of equal structure; 0: none is equal to it
  std::uint16_t depth = 0;      // 0 for the root
  NodeKind kind = NodeKind::op;
  NodeRole role = NodeRole::plain;
  bool is_gradient = false;  // part of a gradient computation, by name

  [[nodiscard]] bool has_children() const noexcept { return child_count != 0; }
};

// One tensor or control dependency between two operations.
struct GraphEdge {
  NodeId from = kNoNode;
  NodeId to = kNoNode;
  std::uint32_t shape = 0;   // see GraphModel::shape_text; 0: unknown
  std::uint16_t output = 0;  // of `from`
  std::uint16_t input = 0;   // of `to`
  std::uint8_t dtype = 0;    // number in tensorflow.DataType, 0: unknown
  bool is_control = false;
  bool is_reference = false;  // carries a resource or a reference
};

// All edges between two children of one scope, in one direction.
struct ScopeEdge {
  NodeId from = kNoNode;
  NodeId to = kNoNode;
  std::uint32_t count = 0;          // edges
  std::uint32_t control_count = 0;  // of them control edges
  std::uint32_t shape = 0;          // of the first edge that has one
  std::uint8_t dtype = 0;
  double size_elements = 0;  // sum over edges with known shape

  [[nodiscard]] bool is_control() const noexcept { return control_count == count; }
};

// A function an operation calls: attribute name ("f", "body", "then_branch", ...) and function
// name.
struct FunctionCall {
  std::string attribute;
  std::string function;
};

// An attribute as a person reads it.
struct GraphAttribute {
  std::string name;
  std::string text;
  bool is_cut = false;  // the value is longer than `text` says
};

// Time and memory of a node from step_stats; of a scope: span and sum over what is in it.
struct NodeStats {
  std::int64_t start_us = 0;
  std::int64_t duration_us = 0;
  std::int64_t memory_bytes = 0;
  bool has_stats = false;
};

struct SearchOptions {
  bool is_regex = false;  // ECMAScript
  bool match_name = true;
  bool match_op = true;
  bool match_attributes = false;
  bool match_shape = false;
  bool match_case = false;
  std::size_t limit = 1000;
};

class GraphBuilder;
struct GraphStatsAccess;

class GraphModel {
 public:
  struct Data;  // for its builder only

  GraphModel();  // only the root
  GraphModel(GraphModel&&) noexcept;
  GraphModel& operator=(GraphModel&&) noexcept;
  ~GraphModel();

  // Nodes, scopes and all, the root included.
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] const GraphNode& node(NodeId id) const noexcept;
  [[nodiscard]] std::span<const NodeId> children(NodeId id) const noexcept;
  // Operations of the graph itself, bodies of called functions not counted.
  [[nodiscard]] std::size_t op_count() const noexcept;

  // The last part of the name as shown: "(dense)" for the operation named as its own scope,
  // "AddN_[1-121]" for a series, "body: while_body_12" for a function.
  [[nodiscard]] std::string label(NodeId id) const;

  [[nodiscard]] std::span<const GraphEdge> edges() const noexcept;
  // Indices into edges(), in the order of inputs and of edges(). Of operations; empty for scopes.
  [[nodiscard]] std::span<const std::uint32_t> input_edges(NodeId id) const noexcept;
  [[nodiscard]] std::span<const std::uint32_t> output_edges(NodeId id) const noexcept;
  // Edges between children of `id`, each pair and direction once, ordered by (from, to).
  [[nodiscard]] std::span<const ScopeEdge> scope_edges(NodeId id) const noexcept;
  // "[32,128]", "[?,10]", "scalar", "?"; "" for 0.
  [[nodiscard]] std::string_view shape_text(std::uint32_t shape) const noexcept;

  // The functions an operation calls. Their bodies are its children.
  [[nodiscard]] std::vector<FunctionCall> calls(NodeId id) const;
  // Decoded on each call, by name; large tensors are described, not printed.
  [[nodiscard]] std::vector<GraphAttribute> attributes(NodeId id) const;
  [[nodiscard]] NodeStats stats(NodeId id) const noexcept;
  [[nodiscard]] bool has_stats() const noexcept;

  // The operation or, failing that, the scope of that full name; kNoNode when there is none.
  [[nodiscard]] NodeId find(std::string_view name) const noexcept;
  // Matching nodes in the order of ids. Fails when the regular expression is none.
  [[nodiscard]] Result<std::vector<NodeId>> search(std::string_view query,
                                                   const SearchOptions& options = {}) const;

  [[nodiscard]] bool is_ancestor(NodeId ancestor, NodeId node) const noexcept;
  // `node` or the ancestor of it whose parent is `scope`; kNoNode when it is not below `scope`.
  [[nodiscard]] NodeId child_towards(NodeId scope, NodeId node) const noexcept;

  // What to open for a first picture that shows something: the default signature of a SavedModel,
  // lone scopes and lone calls.
  [[nodiscard]] std::vector<NodeId> first_opened() const;
  // What was odd in the graph and was worked around, in plain words; e.g. inputs that name nothing.
  [[nodiscard]] const std::vector<std::string>& remarks() const noexcept;

 private:
  friend class GraphBuilder;
  friend struct GraphStatsAccess;
  [[nodiscard]] NodeId serving_call() const;

  std::unique_ptr<Data> data_;
};

// Builds the model of `bytes`, as load_graph() of model/logdir.h gives them: a serialized GraphDef
// (run_graph, saved_model, file), a serialized RunMetadata (graph_run_metadata*), or Keras' JSON.
// Of a RunMetadata with several function graphs the largest one is the graph, the others lie in a
// group of their own. Fails with data_loss when the bytes are no such message.
[[nodiscard]] Result<GraphModel> build_graph_model(std::string bytes, GraphKind kind);

// Builds the model of a GraphDef in protobuf's text format. Fails with invalid_argument.
[[nodiscard]] Result<GraphModel> build_graph_model_from_text(std::string_view text);

// Builds the model of a serialized SavedModel (its first MetaGraphDef) or MetaGraphDef.
[[nodiscard]] Result<GraphModel> build_graph_model_from_saved_model(std::string bytes);

// Adds the times and memory of a serialized RunMetadata (Event.tagged_run_metadata) to a model, for
// the nodes of equal name. Fails with data_loss when the bytes are no such message.
[[nodiscard]] Result<void> add_run_metadata(GraphModel& model, std::string_view run_metadata);

}  // namespace opscope::viewer
