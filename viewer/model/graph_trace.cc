#include "model/graph_trace.h"

#include <algorithm>
#include <span>

namespace opscope::viewer {
namespace {

using Flags = std::vector<char>;  // by node

class Tracer {
 public:
  explicit Tracer(const GraphModel& model) : model_(model) {}

  // Operations in `node`, the node itself included.
  [[nodiscard]] Flags inside(NodeId node) const {
    Flags flags(model_.size(), 0);
    std::vector<NodeId> stack{node};
    while (!stack.empty()) {
      const NodeId at = stack.back();
      stack.pop_back();
      if (model_.node(at).kind == NodeKind::op) flags[index_of(at)] = 1;
      for (const NodeId child : model_.children(at)) stack.push_back(child);
    }
    return flags;
  }

  // `start` and all that is reached from it, against the edges when `upstream`.
  [[nodiscard]] Flags reach(const Flags& start, bool upstream) const {
    Flags flags = start;
    std::vector<NodeId> queue;
    for (std::uint32_t i = 0; i < flags.size(); ++i) {
      if (flags[i]) queue.push_back(NodeId{i});
    }
    for (std::size_t head = 0; head < queue.size(); ++head) {
      const NodeId at = queue[head];
      for (const std::uint32_t e : upstream ? model_.input_edges(at) : model_.output_edges(at)) {
        const NodeId next = upstream ? model_.edges()[e].from : model_.edges()[e].to;
        if (flags[index_of(next)]) continue;
        flags[index_of(next)] = 1;
        queue.push_back(next);
      }
    }
    return flags;
  }

  // Adds the flagged operations and the edges among them but for those inside of `but`.
  void add(const Flags& flags, const Flags& but, GraphTrace& trace) {
    for (std::uint32_t i = 0; i < flags.size(); ++i) {
      if (!flags[i]) continue;
      const NodeId id{i};
      trace.ops.push_back(id);
      for (NodeId at = id; at != kNoNode; at = model_.node(at).parent) {
        if (!trace.nodes.insert(static_cast<std::uint32_t>(at)).second) break;
      }
      for (const std::uint32_t e : model_.output_edges(id)) {
        const NodeId to = model_.edges()[e].to;
        if (!flags[index_of(to)] || (but[i] && but[index_of(to)])) continue;
        add_edge(id, to, trace);
      }
    }
  }

 private:
  // Drawings show an edge between two nodes side by side and, where one is opened, once more from
  // its border inwards.
  void add_edge(NodeId from, NodeId to, GraphTrace& trace) {
    find_chain(from, from_chain_);
    find_chain(to, to_chain_);
    std::size_t at = 0;
    const std::size_t shorter = std::min(from_chain_.size(), to_chain_.size());
    while (at < shorter && from_chain_[at] == to_chain_[at]) ++at;
    if (at == shorter) return;
    for (std::size_t i = at; i < to_chain_.size(); ++i) {
      trace.edges.insert(GraphTrace::edge_key(from_chain_[at], to_chain_[i]));
    }
    for (std::size_t i = at + 1; i < from_chain_.size(); ++i) {
      trace.edges.insert(GraphTrace::edge_key(from_chain_[i], to_chain_[at]));
    }
  }

  // From the root down to `node`.
  void find_chain(NodeId node, std::vector<NodeId>& chain) const {
    chain.clear();
    for (; node != kNoNode; node = model_.node(node).parent) chain.push_back(node);
    std::reverse(chain.begin(), chain.end());
  }

  const GraphModel& model_;
  std::vector<NodeId> from_chain_;
  std::vector<NodeId> to_chain_;
};

void finish(GraphTrace& trace) {
  std::sort(trace.ops.begin(), trace.ops.end());
  trace.ops.erase(std::unique(trace.ops.begin(), trace.ops.end()), trace.ops.end());
}

}  // namespace

GraphTrace trace_node(const GraphModel& model, NodeId node, TraceDirection direction) {
  GraphTrace trace;
  Tracer tracer(model);
  const Flags start = tracer.inside(node);
  if (direction != TraceDirection::outputs) tracer.add(tracer.reach(start, true), start, trace);
  if (direction != TraceDirection::inputs) tracer.add(tracer.reach(start, false), start, trace);
  finish(trace);
  return trace;
}

GraphTrace trace_path(const GraphModel& model, NodeId a, NodeId b) {
  GraphTrace trace;
  Tracer tracer(model);
  const Flags in_a = tracer.inside(a);
  const Flags in_b = tracer.inside(b);
  const Flags none(model.size(), 0);
  for (const auto& [from, to] : {std::pair(&in_a, &in_b), std::pair(&in_b, &in_a)}) {
    Flags both = tracer.reach(*from, false);
    bool arrives = false;
    for (std::size_t i = 0; i < both.size(); ++i) arrives = arrives || (both[i] && (*to)[i]);
    if (!arrives) continue;
    const Flags back = tracer.reach(*to, true);
    for (std::size_t i = 0; i < both.size(); ++i) both[i] = both[i] && back[i];
    tracer.add(both, none, trace);
    break;
  }
  finish(trace);
  return trace;
}

}  // namespace opscope::viewer
