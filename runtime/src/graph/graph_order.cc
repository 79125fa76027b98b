// Changes to nodes that stand already, and the order to run in that then differs from index order.
#include <algorithm>

#include "graph/func_graph.h"

namespace opscope::runtime {

void FuncGraph::replace(int index, Node node) {
  for (auto& graph : node.graphs) graph = ordered(std::move(graph));
  for (const Edge input : node.inputs) is_ordered_ &= input.node < index;
  nodes_[static_cast<std::size_t>(index)] = std::move(node);
  folded_.erase(index);
}

void FuncGraph::redirect(Edge from, Edge to) {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    for (Edge& input : nodes_[i].inputs) {
      if (!(input == from)) continue;
      input = to;
      is_ordered_ &= to.node < static_cast<int>(i);
    }
  }
  std::replace(results_.begin(), results_.end(), from, to);
}

// Each node as early as index order puts it, but after what it needs.
std::vector<int> FuncGraph::run_order() const {
  std::vector<int> order;
  order.reserve(nodes_.size());
  std::vector<char> is_placed(nodes_.size(), 0);
  std::vector<int> stack;
  for (int i = 0; i < static_cast<int>(nodes_.size()); ++i) {
    stack.push_back(i);
    while (!stack.empty()) {
      const int top = stack.back();
      if (is_placed[static_cast<std::size_t>(top)] != 0) {
        stack.pop_back();
        continue;
      }
      const std::size_t height = stack.size();
      const auto need = [&](int before) {
        if (is_placed[static_cast<std::size_t>(before)] == 0) stack.push_back(before);
      };
      for (const Edge input : node(top).inputs) need(input.node);
      for (const int control : node(top).control_inputs) need(control);
      if (stack.size() > height) continue;
      is_placed[static_cast<std::size_t>(top)] = 1;
      order.push_back(top);
      stack.pop_back();
    }
  }
  return order;
}

void FuncGraph::renumber(const std::vector<int>& order) {
  std::vector<int> place(nodes_.size(), -1);
  for (std::size_t i = 0; i < order.size(); ++i) {
    place[static_cast<std::size_t>(order[i])] = static_cast<int>(i);
  }
  const auto move = [&](int& node) {
    if (node >= 0) node = place[static_cast<std::size_t>(node)];
  };
  std::vector<Node> nodes;
  nodes.reserve(nodes_.size());
  for (const int from : order) nodes.push_back(std::move(nodes_[static_cast<std::size_t>(from)]));
  nodes_ = std::move(nodes);
  for (Node& node : nodes_) {
    for (Edge& input : node.inputs) move(input.node);
    for (int& control : node.control_inputs) move(control);
    std::erase(node.control_inputs, -1);
  }
  for (int& argument : arguments_) move(argument);
  for (Edge& result : results_) move(result.node);
  for (VariableCapture& capture : captures_) move(capture.node);
  for (auto& [variable, use] : uses_) {
    move(use.last_write);
    for (int& read : use.reads) move(read);
    std::erase(use.reads, -1);
  }
  move(last_ordered_);
  folded_.clear();
  is_ordered_ = true;
}

std::shared_ptr<VariableState> FuncGraph::captured_variable(Edge edge) const {
  for (const VariableCapture& capture : captures_) {
    if (capture.node == edge.node) return capture.variable;
  }
  return nullptr;
}

std::shared_ptr<const FuncGraph> ordered(std::shared_ptr<const FuncGraph> graph) {
  if (graph->is_ordered()) return graph;
  auto copy = std::make_shared<FuncGraph>(*graph);
  copy->renumber(copy->run_order());
  return copy;
}

std::shared_ptr<const FuncGraph> without_dead_nodes(const FuncGraph& graph) {
  std::vector<char> is_needed(graph.nodes().size(), 0);
  const auto need = [&](int node) { is_needed[static_cast<std::size_t>(node)] = 1; };
  for (const int argument : graph.arguments()) need(argument);
  for (const VariableCapture& capture : graph.captures()) need(capture.node);
  for (const Edge result : graph.results()) need(result.node);
  std::vector<int> order = graph.run_order();
  for (auto index = order.rbegin(); index != order.rend(); ++index) {
    const Node& node = graph.node(*index);
    if (node.has_effects) need(*index);
    if (is_needed[static_cast<std::size_t>(*index)] == 0) continue;
    for (const Edge input : node.inputs) need(input.node);
  }
  std::erase_if(order, [&](int node) { return is_needed[static_cast<std::size_t>(node)] == 0; });
  auto copy = std::make_shared<FuncGraph>(graph);
  copy->renumber(order);
  return copy;
}

}  // namespace opscope::runtime
