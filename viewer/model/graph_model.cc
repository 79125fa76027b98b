#include "model/graph_model.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "model/graph_data.h"
#include "model/graph_wire.h"

namespace opscope::viewer {
namespace {

constexpr std::string_view kServingInput = "serving_default_";  // as SavedModels name it
constexpr std::size_t kFewBoxes = 8;  // a first picture with fewer boxes than this opens its calls

std::span<const std::uint32_t> range_of(const std::vector<std::uint32_t>& begin,
                                        const std::vector<std::uint32_t>& list, NodeId id) {
  if (begin.empty()) return {};
  const std::uint32_t from = begin[index_of(id)];
  return std::span(list).subspan(from, begin[index_of(id) + 1] - from);
}

}  // namespace

GraphModel::GraphModel() : data_(std::make_unique<Data>()) {
  data_->nodes.emplace_back();
  data_->nodes[0].kind = NodeKind::root;
  data_->nodes[0].op_count = 0;
  data_->scope_edge_begin.assign(2, 0);
}
GraphModel::GraphModel(GraphModel&&) noexcept = default;
GraphModel& GraphModel::operator=(GraphModel&&) noexcept = default;
GraphModel::~GraphModel() = default;

std::size_t GraphModel::size() const noexcept { return data_->nodes.size(); }
const GraphNode& GraphModel::node(NodeId id) const noexcept { return data_->node(id); }
std::size_t GraphModel::op_count() const noexcept { return data_->op_count; }

std::span<const NodeId> GraphModel::children(NodeId id) const noexcept {
  const GraphNode& n = data_->node(id);
  return std::span(data_->children).subspan(n.first_child, n.child_count);
}

std::string GraphModel::label(NodeId id) const {
  const GraphNode& n = data_->node(id);
  const std::string_view last = n.name.substr(n.label_begin);
  if (n.kind == NodeKind::function && !n.op.empty()) {
    return std::string(n.op) + ": " + std::string(last);
  }
  const bool is_in_own_scope = n.kind == NodeKind::op && n.parent != kNoNode &&
                               data_->node(n.parent).kind == NodeKind::scope &&
                               data_->node(n.parent).name == n.name;
  if (is_in_own_scope) return "(" + std::string(last) + ")";
  if (last.empty()) return n.kind == NodeKind::root ? "" : "(no name)";
  return std::string(last);
}

std::span<const GraphEdge> GraphModel::edges() const noexcept { return data_->edges; }
std::span<const std::uint32_t> GraphModel::input_edges(NodeId id) const noexcept {
  return range_of(data_->input_begin, data_->input_list, id);
}
std::span<const std::uint32_t> GraphModel::output_edges(NodeId id) const noexcept {
  return range_of(data_->output_begin, data_->output_list, id);
}

std::span<const ScopeEdge> GraphModel::scope_edges(NodeId id) const noexcept {
  const std::uint32_t from = data_->scope_edge_begin[index_of(id)];
  return std::span(data_->scope_edges)
      .subspan(from, data_->scope_edge_begin[index_of(id) + 1] - from);
}

std::string_view GraphModel::shape_text(std::uint32_t shape) const noexcept {
  return data_->shapes.text(shape);
}

std::vector<FunctionCall> GraphModel::calls(NodeId id) const {
  std::vector<FunctionCall> result;
  for (const RawAttribute& attribute : node_attributes(data_->node(id).definition)) {
    for (const std::string_view function : attribute_functions(attribute.value)) {
      result.push_back({std::string(attribute.name), std::string(function)});
    }
  }
  std::sort(result.begin(), result.end(), [](const FunctionCall& a, const FunctionCall& b) {
    return std::tie(a.attribute, a.function) < std::tie(b.attribute, b.function);
  });
  return result;
}

NodeStats GraphModel::stats(NodeId id) const noexcept {
  return data_->stats.empty() ? NodeStats{} : data_->stats[index_of(id)];
}
bool GraphModel::has_stats() const noexcept { return !data_->stats.empty(); }

NodeId GraphModel::find(std::string_view name) const noexcept {
  const NodeId op = data_->ops.find(data_->nodes, name);
  return op != kNoNode ? op : data_->scopes.find(data_->nodes, name);
}

bool GraphModel::is_ancestor(NodeId ancestor, NodeId node) const noexcept {
  return node != ancestor && child_towards(ancestor, node) != kNoNode;
}

NodeId GraphModel::child_towards(NodeId scope, NodeId node) const noexcept {
  while (node != kNoNode && data_->node(node).parent != scope) node = data_->node(node).parent;
  return node;
}

// Of a SavedModel: the call that its default signature makes, which holds the model itself.
NodeId GraphModel::serving_call() const {
  for (const NodeId child : children(kRootNode)) {
    if (!node(child).has_children()) continue;
    for (const std::uint32_t e : input_edges(child)) {
      if (node(edges()[e].from).name.starts_with(kServingInput)) return child;
    }
  }
  return kNoNode;
}

std::vector<NodeId> GraphModel::first_opened() const {
  std::vector<NodeId> opened;
  NodeId at = kRootNode;
  if (const NodeId call = serving_call(); call != kNoNode) {
    opened.push_back(call);
    at = call;
  }
  while (true) {
    NodeId only = kNoNode;
    std::size_t boxes = 0;
    std::size_t openable = 0;
    for (const NodeId child : children(at)) {
      const GraphNode& n = node(child);
      if (is_note_role(n.role) || n.kind == NodeKind::group) continue;
      ++boxes;
      if (!n.has_children()) continue;
      ++openable;
      only = child;
    }
    if (openable != 1 || boxes > kFewBoxes) return opened;
    opened.push_back(only);
    at = only;
  }
}

const std::vector<std::string>& GraphModel::remarks() const noexcept { return data_->remarks; }

}  // namespace opscope::viewer
