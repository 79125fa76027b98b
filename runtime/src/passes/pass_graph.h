// A traced graph as it will run: a copy that passes rewrite, while the traced graph stays what
// TensorFlow would have made.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "graph/func_graph.h"

namespace opscope::runtime {

// The call that an inlined node was part of, and the call around that one.
struct CallSite {
  const Node* call = nullptr;
  const CallSite* outer = nullptr;
};

// A node keeps the name and the line of the node it was made from.
struct PassNode {
  Node node;
  const CallSite* site = nullptr;  // null: not inlined
};

// Data inputs come before their nodes, except constants, which may stand anywhere.
class PassGraph {
 public:
  // A copy of `source`, which the PassGraph keeps alive. Calls of graphs with at most
  // `most_inlined` nodes are replaced by those nodes (0: none).
  PassGraph(std::shared_ptr<const FuncGraph> source, std::size_t most_inlined);
  PassGraph(const PassGraph&) = delete;
  PassGraph& operator=(const PassGraph&) = delete;

  [[nodiscard]] const Node& node(int index) const {
    return nodes[static_cast<std::size_t>(index)].node;
  }
  [[nodiscard]] Node& node(int index) { return nodes[static_cast<std::size_t>(index)].node; }
  [[nodiscard]] const NodeOutput& output(Edge edge) const {
    return node(edge.node).outputs[static_cast<std::size_t>(edge.output)];
  }
  // The value of an edge that is a constant; else null.
  [[nodiscard]] const TensorRep* constant(Edge edge) const {
    return node(edge.node).constant.get();
  }

  // From now on, who reads `output` of `node` reads `by` instead (which is itself not replaced).
  void replace(int node, int output, Edge by);
  [[nodiscard]] Edge resolve(Edge edge) const;

  // Which nodes run, given which results are wanted (all if empty).
  [[nodiscard]] std::vector<char> needed(std::span<const bool> wanted) const;

  std::vector<PassNode> nodes;
  std::vector<int> arguments;
  std::vector<Edge> results;

 private:
  struct Copied {
    std::vector<std::vector<Edge>> edges;   // of each source node's outputs
    std::vector<std::vector<int>> effects;  // the nodes that stand for a control edge from it
  };
  void copy(const FuncGraph& from, const CallSite* site, std::span<const Edge> inputs,
            std::span<const int> controls, std::size_t most_inlined, Copied& made);
  void copy_node(const Node& from, const CallSite* site, std::span<const int> controls,
                 std::size_t index, Copied& made);
  void inline_call(const Node& call, const CallSite* site, std::span<const int> controls,
                   std::size_t index, std::size_t most_inlined, Copied& made);
  [[nodiscard]] static std::vector<Edge> inputs_of(const Node& node, const Copied& made);
  [[nodiscard]] static std::vector<int> controls_of(const Node& node, const Copied& made,
                                                    std::span<const int> outer);

  std::shared_ptr<const FuncGraph> source_;
  std::deque<CallSite> sites_;
  std::vector<std::vector<Edge>> replaced_;  // by node and output; node < 0: it is not
};

}  // namespace opscope::runtime
