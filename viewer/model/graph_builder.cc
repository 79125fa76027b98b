#include "model/graph_builder.h"

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include "model/graph_roles.h"
#include "model/graph_scope_edges.h"
#include "model/graph_series.h"
#include "model/graph_structure.h"

namespace opscope::viewer {
namespace {

constexpr std::size_t kLeastBodyBudget = 20'000;

// Where the part of `name` after `at` that ends the next scope ends: the next '/' that has text on
// both sides; npos when there is none.
std::size_t next_scope_end(std::string_view name, std::size_t at) {
  for (std::size_t slash = name.find('/', at); slash != std::string_view::npos;
       slash = name.find('/', slash + 1)) {
    const bool has_left = slash > at && name[slash - 1] != '/';
    const bool has_right = name.find_first_not_of('/', slash) != std::string_view::npos;
    if (has_left && has_right) return slash;
  }
  return std::string_view::npos;
}

}  // namespace

GraphBuilder::GraphBuilder() : data_(*model_.data_) { data_.nodes[0].kind = NodeKind::root; }

std::string_view GraphBuilder::keep(std::string bytes) {
  data_.sources.push_back(std::make_shared<const std::string>(std::move(bytes)));
  return *data_.sources.back();
}

void GraphBuilder::add_remark(std::string text) { data_.remarks.push_back(std::move(text)); }

void GraphBuilder::add_function(std::string_view function_def) {
  const std::string_view name = function_name(function_def);
  if (functions_.emplace(name, function_def).second) function_order_.push_back(name);
}

NodeId GraphBuilder::add_container(NodeId parent, NodeKind kind, std::string name,
                                   std::size_t label_begin) {
  GraphNode node;
  node.name = data_.texts.keep(std::move(name));
  node.label_begin = static_cast<std::uint32_t>(label_begin);
  node.parent = parent;
  node.kind = kind;
  data_.nodes.push_back(node);
  return NodeId{static_cast<std::uint32_t>(data_.nodes.size() - 1)};
}

NodeId GraphBuilder::scope_of(NodeId container, std::size_t prefix_size, std::string_view name) {
  std::size_t end = std::string_view::npos;
  for (std::size_t at = next_scope_end(name, prefix_size); at != std::string_view::npos;
       at = next_scope_end(name, at + 1)) {
    end = at;
  }
  if (end == std::string_view::npos) return container;
  if (const NodeId known = data_.scopes.find(data_.nodes, name.substr(0, end)); known != kNoNode) {
    return known;
  }
  NodeId parent = container;
  std::size_t label = prefix_size;
  for (std::size_t at = next_scope_end(name, prefix_size); at != std::string_view::npos;
       at = next_scope_end(name, at + 1)) {
    const std::string_view path = name.substr(0, at);
    NodeId scope = data_.scopes.find(data_.nodes, path);
    if (scope == kNoNode) {
      GraphNode node;
      node.name = path;
      node.label_begin = static_cast<std::uint32_t>(label);
      node.parent = parent;
      node.kind = NodeKind::scope;
      data_.nodes.push_back(node);
      scope = NodeId{static_cast<std::uint32_t>(data_.nodes.size() - 1)};
      data_.scopes.insert(data_.nodes, scope);
    }
    parent = scope;
    label = at + 1;
  }
  return parent;
}

NodeId GraphBuilder::add_op(NodeId container, std::size_t prefix_size, std::string_view name,
                            const RawNode& raw) {
  GraphNode node;
  node.name = name;
  node.parent = scope_of(container, prefix_size, name);
  node.label_begin = static_cast<std::uint32_t>(prefix_size);
  for (std::size_t at = next_scope_end(name, prefix_size); at != std::string_view::npos;
       at = next_scope_end(name, at + 1)) {
    node.label_begin = static_cast<std::uint32_t>(at + 1);
  }
  node.op = data_.texts.intern(raw.op);
  node.device = data_.texts.intern(raw.device);
  node.definition = raw.definition;
  node.is_gradient = is_gradient_name(name);
  data_.nodes.push_back(node);
  const NodeId id{static_cast<std::uint32_t>(data_.nodes.size() - 1)};
  if (data_.ops.find(data_.nodes, name) != kNoNode) {
    add_remark("two nodes have the name \"" + std::string(name) + "\"");
  }
  data_.ops.insert(data_.nodes, id);
  return id;
}

void GraphBuilder::add_ops(NodeId container, std::string_view prefix,
                           const std::vector<RawNode>& ops) {
  Instance instance{container, std::string(prefix), data_.nodes.size(), 0};
  data_.nodes.reserve(data_.nodes.size() + ops.size() + ops.size() / 2);
  for (const RawNode& raw : ops) {
    const std::string_view name =
        prefix.empty() ? raw.name : data_.texts.keep(std::string(prefix).append(raw.name));
    add_op(container, prefix.size(), name, raw);
  }
  instance.last = data_.nodes.size();
  instances_.push_back(std::move(instance));
}

// The operation "a/b" beside operations "a/b/..." belongs to the scope of its name.
void GraphBuilder::move_ops_into_own_scopes() {
  for (std::size_t i = 1; i < data_.nodes.size(); ++i) {
    GraphNode& node = data_.nodes[i];
    if (node.kind != NodeKind::op) continue;
    const NodeId scope = data_.scopes.find(data_.nodes, node.name);
    if (scope == kNoNode || data_.node(scope).parent != node.parent) continue;
    node.parent = scope;
  }
}

bool GraphBuilder::add_body(NodeId container, const std::string& prefix,
                            const RawFunction& function) {
  const std::size_t size =
      function.nodes.size() + function.arguments.size() + function.outputs.size();
  if (size > body_budget_) return false;
  body_budget_ -= size;
  function_of_[static_cast<std::uint32_t>(container)] = function.name;
  is_called_[function.name] = true;
  const std::size_t first = data_.nodes.size();
  std::vector<RawNode> arguments;
  for (const RawArgument& a : function.arguments) arguments.push_back({a.name, "_Arg", {}, {}});
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view name = data_.texts.keep(prefix + std::string(arguments[i].name));
    const NodeId id = add_op(container, prefix.size(), name, arguments[i]);
    outputs_.resize(data_.nodes.size());
    outputs_[index_of(id)].dtype = function.arguments[i].dtype;
  }
  add_ops(container, prefix, function.nodes);
  for (const RawArgument& output : function.outputs) {
    const auto result = std::find_if(function.results.begin(), function.results.end(),
                                     [&](const RawResult& r) { return r.name == output.name; });
    const std::string_view name = data_.texts.keep(prefix + std::string(output.name) + "_RetVal");
    const NodeId id = add_op(container, prefix.size(), name, {name, "_Retval", {}, {}});
    if (result == function.results.end()) continue;
    result_source_[static_cast<std::uint32_t>(id)] = {id, result->source};
  }
  instances_.back().first = first;
  instances_.back().last = data_.nodes.size();
  return true;
}

void GraphBuilder::expand_call(NodeId call) {
  struct Callee {
    std::string_view attribute;
    std::string_view function;
  };
  std::vector<Callee> callees;
  const GraphNode node = data_.node(call);
  if (functions_.contains(node.op)) callees.push_back({"op", node.op});
  for (const RawAttribute& attribute : node_attributes(node.definition)) {
    for (const std::string_view function : attribute_functions(attribute.value)) {
      if (functions_.contains(function)) callees.push_back({attribute.name, function});
    }
  }
  std::sort(callees.begin(), callees.end(), [](const Callee& a, const Callee& b) {
    return std::tie(a.attribute, a.function) < std::tie(b.attribute, b.function);
  });
  std::vector<std::string_view> around;  // functions this call is in: a body must not hold itself
  for (NodeId at = call; at != kNoNode; at = data_.node(at).parent) {
    const auto function = function_of_.find(static_cast<std::uint32_t>(at));
    if (function != function_of_.end()) around.push_back(function->second);
  }
  for (const Callee& callee : callees) {
    is_called_[callee.function] = true;
    if (std::find(around.begin(), around.end(), callee.function) != around.end()) continue;
    const RawFunction function = read_function_def(functions_.at(callee.function));
    NodeId container = call;
    std::string prefix = std::string(node.name) + "/" + std::string(callee.function);
    if (callees.size() > 1) {
      container = add_container(call, NodeKind::function, prefix, node.name.size() + 1);
      data_.node(container).op = data_.texts.intern(callee.attribute);
    }
    if (add_body(container, prefix + "/", function)) continue;
    add_remark("the body of function \"" + std::string(callee.function) + "\" in \"" +
               std::string(node.name) + "\" is not shown: too many nested calls");
  }
}

void GraphBuilder::expand_calls() {
  if (functions_.empty()) return;
  body_budget_ = std::max(kLeastBodyBudget, 2 * data_.nodes.size());
  for (std::size_t i = 1; i < data_.nodes.size(); ++i) {
    if (data_.nodes[i].kind == NodeKind::op && !data_.nodes[i].definition.empty()) {
      expand_call(NodeId{static_cast<std::uint32_t>(i)});
    }
  }
  add_uncalled_functions();
}

void GraphBuilder::add_uncalled_functions() {
  NodeId group = kNoNode;
  for (const std::string_view name : function_order_) {
    if (is_called_[name]) continue;
    if (group == kNoNode) group = add_container(kRootNode, NodeKind::group, "functions", 0);
    const std::string full = "functions/" + std::string(name);
    const NodeId container = add_container(group, NodeKind::function, full, 10);
    const std::size_t first = data_.nodes.size();
    add_body(container, full + "/", read_function_def(functions_.at(name)));
    for (std::size_t i = first; i < data_.nodes.size(); ++i) {
      if (data_.nodes[i].kind == NodeKind::op && !data_.nodes[i].definition.empty()) {
        expand_call(NodeId{static_cast<std::uint32_t>(i)});
      }
    }
  }
}

void GraphBuilder::set_roles() {
  outputs_.resize(data_.nodes.size());
  for (std::size_t i = 1; i < data_.nodes.size(); ++i) {
    GraphNode& node = data_.nodes[i];
    if (node.kind != NodeKind::op) continue;
    if (!node.definition.empty()) {
      outputs_[i] = read_outputs(node.op, node.definition, data_.shapes, output_shapes_);
    }
    node.role = role_of(node.op, node.name, outputs_[i].dtype);
  }
}

void GraphBuilder::resolve_input(const Instance& instance, NodeId to, std::string_view input,
                                 std::uint16_t slot) {
  GraphEdge edge;
  edge.to = to;
  edge.is_control = input.starts_with('^');
  if (edge.is_control) input.remove_prefix(1);
  const std::size_t colon = input.find(':');
  if (colon != std::string_view::npos) {
    const std::string_view digits = input.substr(input.rfind(':') + 1);
    for (const char c : digits) {
      if (c < '0' || c > '9') break;
      edge.output = static_cast<std::uint16_t>(edge.output * 10 + (c - '0'));
    }
    input = input.substr(0, colon);
  }
  scratch_.assign(instance.prefix).append(input);
  edge.from = data_.ops.find(data_.nodes, scratch_);
  if (edge.from == kNoNode) {
    if (missing_inputs_++ == 0) first_missing_ = std::string(input);
    return;
  }
  edge.input = slot;
  const OutputInfo& info = outputs_[index_of(edge.from)];
  if (!edge.is_control) {
    edge.dtype = info.dtype;
    edge.is_reference = info.dtype == kResourceDtype;
    if (edge.output < info.shape_count) edge.shape = output_shapes_[info.first_shape + edge.output];
  }
  data_.edges.push_back(edge);
}

void GraphBuilder::resolve_inputs() {
  data_.edges.reserve(2 * data_.nodes.size());
  for (const Instance& instance : instances_) {
    for (std::size_t i = instance.first; i < instance.last; ++i) {
      const NodeId to{static_cast<std::uint32_t>(i)};
      if (data_.nodes[i].kind != NodeKind::op) continue;
      std::uint16_t slot = 0;
      for (const std::string_view input : node_inputs(data_.nodes[i].definition)) {
        resolve_input(instance, to, input, slot);
        if (slot < 0xFFFF) ++slot;
      }
      const auto result = result_source_.find(static_cast<std::uint32_t>(i));
      if (result != result_source_.end()) resolve_input(instance, to, result->second.source, 0);
    }
  }
  if (missing_inputs_ == 0) return;
  add_remark(std::to_string(missing_inputs_) + " inputs name no node, the first one \"" +
             first_missing_ + "\"");
}

void GraphBuilder::link_edges() {
  const std::size_t nodes = data_.nodes.size();
  const auto link = [&](std::vector<std::uint32_t>& begin, std::vector<std::uint32_t>& list,
                        NodeId GraphEdge::*end) {
    begin.assign(nodes + 1, 0);
    for (const GraphEdge& e : data_.edges) ++begin[index_of(e.*end) + 1];
    for (std::size_t i = 0; i < nodes; ++i) begin[i + 1] += begin[i];
    list.resize(data_.edges.size());
    std::vector<std::uint32_t> next(begin.begin(), begin.end() - 1);
    for (std::uint32_t e = 0; e < data_.edges.size(); ++e) {
      list[next[index_of(data_.edges[e].*end)]++] = e;
    }
  };
  link(data_.input_begin, data_.input_list, &GraphEdge::to);
  link(data_.output_begin, data_.output_list, &GraphEdge::from);
}

// A scope that holds nothing but notes is a note itself.
void GraphBuilder::set_scope_roles() {
  std::vector<char> has_content(data_.nodes.size(), 0);
  std::vector<NodeRole> first(data_.nodes.size(), NodeRole::plain);
  for (std::size_t i = 1; i < data_.nodes.size(); ++i) {
    const GraphNode& node = data_.nodes[i];
    if (node.kind != NodeKind::op) continue;
    const bool is_note = is_note_role(node.role) && node.child_count == 0;
    for (NodeId at = node.parent; at != kNoNode; at = data_.node(at).parent) {
      if (!is_note) has_content[index_of(at)] = 1;
      if (is_note && first[index_of(at)] == NodeRole::plain) first[index_of(at)] = node.role;
    }
  }
  for (std::size_t i = 1; i < data_.nodes.size(); ++i) {
    if (data_.nodes[i].kind == NodeKind::scope && !has_content[i]) data_.nodes[i].role = first[i];
  }
}

GraphModel GraphBuilder::finish() {
  data_.op_count = 0;
  for (const GraphNode& node : data_.nodes) data_.op_count += node.kind == NodeKind::op;
  expand_calls();
  move_ops_into_own_scopes();
  set_roles();
  resolve_inputs();
  data_.link_children();
  set_scope_roles();
  assign_structures(data_);
  if (fold_series(data_)) {
    data_.link_children();
    inherit_series_structures(data_);
  }
  // Found by name like scopes, but only now: no name in a graph may lead into one.
  for (std::uint32_t i = 1; i < data_.nodes.size(); ++i) {
    const NodeKind kind = data_.nodes[i].kind;
    if (kind == NodeKind::function || kind == NodeKind::group) {
      data_.scopes.insert(data_.nodes, NodeId{i});
    }
  }
  link_edges();
  data_.scope_edges = make_scope_edges(data_, data_.scope_edge_begin);
  return std::move(model_);
}

}  // namespace opscope::viewer
