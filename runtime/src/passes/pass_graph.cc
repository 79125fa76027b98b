#include "passes/pass_graph.h"

#include <algorithm>

namespace opscope::runtime {
namespace {

bool is_inlined(const Node& node, std::size_t most_inlined) {
  const bool is_call =
      node.spec->name == "PartitionedCall" || node.spec->name == "StatefulPartitionedCall";
  return is_call && node.graphs.size() == 1 && node.graphs[0]->nodes().size() <= most_inlined;
}

// What others may have to wait for: effects, and reads that a later write must follow.
bool is_ordered(const Node& node) {
  return node.has_effects || node.spec->is_stateful || !node.graphs.empty();
}

}  // namespace

PassGraph::PassGraph(std::shared_ptr<const FuncGraph> source, std::size_t most_inlined)
    : source_(std::move(source)) {
  Copied made;
  nodes.reserve(source_->nodes().size());
  copy(*source_, nullptr, {}, {}, most_inlined, made);
  for (const int argument : source_->arguments()) {
    arguments.push_back(made.edges[static_cast<std::size_t>(argument)][0].node);
  }
  for (const Edge edge : source_->results()) {
    results.push_back(
        made.edges[static_cast<std::size_t>(edge.node)][static_cast<std::size_t>(edge.output)]);
  }
  replaced_.resize(nodes.size());
}

std::vector<Edge> PassGraph::inputs_of(const Node& node, const Copied& made) {
  std::vector<Edge> inputs;
  inputs.reserve(node.inputs.size());
  for (const Edge edge : node.inputs) {
    inputs.push_back(
        made.edges[static_cast<std::size_t>(edge.node)][static_cast<std::size_t>(edge.output)]);
  }
  return inputs;
}

std::vector<int> PassGraph::controls_of(const Node& node, const Copied& made,
                                        std::span<const int> outer) {
  std::vector<int> controls;
  if (is_ordered(node)) controls.assign(outer.begin(), outer.end());
  for (const int before : node.control_inputs) {
    const std::vector<int>& effects = made.effects[static_cast<std::size_t>(before)];
    controls.insert(controls.end(), effects.begin(), effects.end());
    if (!effects.empty()) continue;
    // Graphs of others wait for any node, and mean what that one waits for.
    for (const Edge edge : made.edges[static_cast<std::size_t>(before)]) {
      controls.push_back(edge.node);
    }
  }
  return controls;
}

// Copies all nodes. `inputs`: of an inlined graph, the values of its arguments; `controls`: what
// its ordered nodes follow.
void PassGraph::copy(const FuncGraph& from, const CallSite* site, std::span<const Edge> inputs,
                     std::span<const int> controls, std::size_t most_inlined, Copied& made) {
  made.edges.resize(from.nodes().size());
  made.effects.resize(from.nodes().size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    made.edges[static_cast<std::size_t>(from.arguments()[i])] = {inputs[i]};
  }
  for (std::size_t i = 0; i < from.nodes().size(); ++i) {
    if (!made.edges[i].empty()) continue;
    const Node& node = from.nodes()[i];
    if (is_inlined(node, most_inlined)) {
      inline_call(node, site, controls, i, most_inlined, made);
    } else {
      copy_node(node, site, controls, i, made);
    }
  }
}

void PassGraph::copy_node(const Node& from, const CallSite* site, std::span<const int> controls,
                          std::size_t index, Copied& made) {
  const int copied = static_cast<int>(nodes.size());
  std::vector<Edge> inputs = inputs_of(from, made);
  std::vector<int> before = controls_of(from, made, controls);
  nodes.push_back({from, site});
  nodes.back().node.inputs = std::move(inputs);
  nodes.back().node.control_inputs = std::move(before);
  for (int k = 0; k < static_cast<int>(from.outputs.size()); ++k) {
    made.edges[index].push_back({copied, k});
  }
  if (is_ordered(from) || from.outputs.empty()) made.effects[index] = {copied};
}

void PassGraph::inline_call(const Node& call, const CallSite* site, std::span<const int> controls,
                            std::size_t index, std::size_t most_inlined, Copied& made) {
  const FuncGraph& callee = *call.graphs[0];
  const CallSite& here = sites_.emplace_back(CallSite{&call, site});
  Copied inner;
  copy(callee, &here, inputs_of(call, made), controls_of(call, made, controls), most_inlined,
       inner);
  for (const Edge edge : callee.results()) {
    made.edges[index].push_back(
        inner.edges[static_cast<std::size_t>(edge.node)][static_cast<std::size_t>(edge.output)]);
  }
  for (const std::vector<int>& effects : inner.effects) {
    made.effects[index].insert(made.effects[index].end(), effects.begin(), effects.end());
  }
}

void PassGraph::replace(int node, int output, Edge by) {
  std::vector<Edge>& outputs = replaced_[static_cast<std::size_t>(node)];
  outputs.resize(this->node(node).outputs.size());
  outputs[static_cast<std::size_t>(output)] = by;
}

Edge PassGraph::resolve(Edge edge) const {
  const std::vector<Edge>& outputs = replaced_[static_cast<std::size_t>(edge.node)];
  if (outputs.empty()) return edge;
  const Edge by = outputs[static_cast<std::size_t>(edge.output)];
  return by.node < 0 ? edge : by;
}

std::vector<char> PassGraph::needed(std::span<const bool> wanted) const {
  std::vector<char> result(nodes.size(), 0);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (wanted.empty() || wanted[i]) result[static_cast<std::size_t>(results[i].node)] = 1;
  }
  for (std::size_t i = nodes.size(); i-- > 0;) {
    const Node& each = nodes[i].node;
    if (each.has_effects) result[i] = 1;
    if (result[i] == 0 || each.constant) continue;
    for (const Edge input : each.inputs) result[static_cast<std::size_t>(input.node)] = 1;
  }
  return result;
}

}  // namespace opscope::runtime
