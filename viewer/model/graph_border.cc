#include "model/graph_border.h"

#include <algorithm>
#include <tuple>

#include "model/layout/work_budget.h"

namespace opscope::viewer {
namespace {

class BorderFinder {
 public:
  BorderFinder(const GraphModel& model, NodeId scope, const CancelToken& cancel)
      : model_(model), scope_(scope), cancel_(cancel) {
    around_.assign(model.node(scope).depth + 1u, kNoNode);
    for (NodeId at = scope; at != kNoNode; at = model.node(at).parent) {
      around_[model.node(at).depth] = at;
    }
  }

  std::vector<BorderEdge> run() {
    for (const NodeId child : model_.children(scope_)) {
      std::vector<NodeId> pending{child};
      while (!pending.empty()) {
        layered::stop_if_cancelled(cancel_);
        const NodeId at = pending.back();
        pending.pop_back();
        for (const std::uint32_t e : model_.input_edges(at)) add(child, e, true);
        for (const std::uint32_t e : model_.output_edges(at)) add(child, e, false);
        const auto below = model_.children(at);
        pending.insert(pending.end(), below.begin(), below.end());
      }
    }
    return merged();
  }

 private:
  [[nodiscard]] bool is_around(NodeId id) const {
    const std::size_t depth = model_.node(id).depth;
    return depth < around_.size() && around_[depth] == id;
  }

  void add(NodeId child, std::uint32_t index, bool is_input) {
    const GraphEdge& edge = model_.edges()[index];
    NodeId outside = is_input ? edge.from : edge.to;
    if (is_around(outside)) return;
    while (!is_around(model_.node(outside).parent)) outside = model_.node(outside).parent;
    if (model_.node(outside).parent == scope_) return;
    found_.push_back({is_input, outside, child, 1, edge.is_control ? 1u : 0u, edge.shape});
  }

  std::vector<BorderEdge> merged() {
    const auto key = [](const BorderEdge& e) { return std::tie(e.is_input, e.outside, e.child); };
    std::stable_sort(found_.begin(), found_.end(), [&](const BorderEdge& a, const BorderEdge& b) {
      layered::stop_if_cancelled(cancel_);
      return key(a) < key(b);
    });
    std::vector<BorderEdge> result;
    for (const BorderEdge& e : found_) {
      if (result.empty() || key(result.back()) != key(e)) {
        result.push_back(e);
        continue;
      }
      result.back().count += e.count;
      result.back().control_count += e.control_count;
      if (result.back().shape == 0) result.back().shape = e.shape;
    }
    return result;
  }

  const GraphModel& model_;
  NodeId scope_;
  const CancelToken& cancel_;
  std::vector<NodeId> around_;  // by depth: the scope and the nodes around it
  std::vector<BorderEdge> found_;
};

}  // namespace

std::vector<BorderEdge> find_border_edges(const GraphModel& model, NodeId scope,
                                          const CancelToken& cancel) {
  return BorderFinder(model, scope, cancel).run();
}

}  // namespace opscope::viewer
